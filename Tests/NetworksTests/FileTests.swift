import Foundation
import Networks
import Testing

/// Files from outside are not trusted.
@Suite struct FileTests {
  @Test(arguments: 0..<8) func aNetworkSurvivesItsFile(seed: Int) throws {
    let network = try randomNetwork(seed: seed)
    #expect(try NetworkFile.decode(NetworkFile.encode(network)) == network)
    #expect(try NetworkFile.encode(network) == NetworkFile.encode(network))
  }

  @Test func aNetworkCutOffAnywhereIsRefused() throws {
    let data = try NetworkFile.encode(randomNetwork(seed: 1))
    for length in 0..<data.count {
      #expect(throws: NetworkError.self) { try NetworkFile.decode(data.prefix(length)) }
    }
  }

  @Test func whatIsWrongIsSaid() throws {
    func message(_ text: String) -> String {
      do {
        _ = try NetworkFile.decode(Data(text.utf8))
        return "no error"
      } catch {
        return error.description
      }
    }
    let head = #""schema": "substrata.network/1", "name": "n", "input": [1], "output": "a""#
    #expect(message("{\(head)}") == "it is not a substrata.network/1 document: no 'operations'")
    #expect(
      message("[1") == "it is not a substrata.network/1 document: the JSON is broken or cut off")
    #expect(
      message(#"{\#(head), "operations": [{"name": "a", "kind": "conv", "reads": ["input"]}]}"#)
        .hasPrefix("operation 'a' is of unknown kind 'conv'; known are dense"))
    #expect(
      message(
        #"{\#(head), "operations": [{"name": "a", "kind": "dense", "reads": ["input"], "bias": [0, 0], "weight": [[1], [1, 2]]}]}"#
      ) == "operation 'a' (dense) has weight rows of unequal length")
    #expect(
      message(#"{"schema": "x/1", "name": "", "input": [1], "output": "", "operations": []}"#)
        == "it has schema 'x/1'; this tool reads 'substrata.network/1'")
  }

  @Test(arguments: [
    ("[1]", "[[1, NaN]]", "operation 'a' (dense) has a weight of nan, which is not finite"),
    ("[1]", "[[-Infinity]]", "operation 'a' (dense) has a weight of -inf, which is not finite"),
    ("[1]", "[[1e39]]", "operation 'a' (dense) has a weight of 1e+39, which is too large"),
    ("[2.5]", "[[1]]", "its input has an axis of 2.5; axes are whole numbers"),
    ("[1e30]", "[[1]]", "its input has an axis of 1e+30; axes are whole numbers"),
    ("[]", "[[1]]", "its input has no axes"),
    ("[0]", "[[1]]", "shape [0] has an axis of 0 or is too large"),
    (
      "[1]", "[[true]]",
      "it is not a substrata.network/1 document: a value of the wrong kind at operations[0].weight[0][0]"
    ),
  ])
  func numbersThatDoNotFit(input: String, weight: String, words: String) {
    let text = """
      {"schema": "substrata.network/1", "name": "n", "input": \(input), "output": "a", "operations": [
        {"name": "a", "kind": "dense", "reads": ["input"], "weight": \(weight), "bias": [0]}]}
      """
    do {
      _ = try NetworkFile.decode(Data(text.utf8))
      Issue.record("not refused")
    } catch {
      #expect(error.description == words)
    }
  }

  @Test func commaSeparated() throws {
    func read(_ text: String) throws -> Samples {
      try CommaSeparated.samples(in: Data(text.utf8), named: "t")
    }
    let samples = try read("a,b\r\n1, 2.5\r\n\r\n-3e1,4\n")
    #expect(samples.values == [1, 2.5, -30, 4])
    #expect(samples.count == 2)
    #expect(try read("7").values == [7])
    #expect(try read("a\n1\n").values == [1])
    func message(_ text: String) -> String {
      do {
        _ = try read(text)
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    #expect(message("a,b,c\n1,2\n3,4\n") == "line 2 has 2 values, the heading names 3")
    #expect(message("a,b\n\n1,2,3\n") == "line 3 has 3 values, the heading names 2")
    #expect(message("1,2\n3,4\0\n") == "line 2 holds a NUL byte; it is no text")
    #expect(message("1,2\n3,4\05\n") == "line 2 holds a NUL byte; it is no text")
    #expect(message("a\0,b\n3,4\n") == "line 1 holds a NUL byte; it is no text")
    for bad in ["", "\n\n", "1,2\n3", "1,nan", "1,inf", "nan,1\n1,2", "1,,2", "1,x", "a,b"] {
      #expect(throws: SampleError.self, "\(bad)") { try read(bad) }
    }
  }

  @Test func labelsInTheLastColumn() throws {
    let samples = try Samples(name: "t", width: 3, values: [1, 2, 0, 3, 4, 1])
    let split = try samples.splittingLabels()
    #expect(split.values == [1, 2, 3, 4])
    #expect(split.labels == [0, 1])
    for label in [Float(0.5), -1] {
      #expect(throws: SampleError.self) {
        try Samples(name: "t", width: 2, values: [1, label]).splittingLabels()
      }
    }
    #expect(throws: SampleError.self) { try split.labelled([1]) }
    #expect(throws: SampleError.self) { try split.labelled([1, -1]) }
    #expect(split.prefix(1).labels == [0])
  }

  /// An array as NumPy writes it.
  func npy(_ header: String, _ bytes: [UInt8], version: UInt8 = 1) -> Data {
    let text = Array((header + "\n").utf8)
    let length: [UInt8] =
      version == 1 ? [UInt8(text.count), 0] : [UInt8(text.count), 0, 0, 0]
    return Data([0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + bytes)
  }

  func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
  }

  @Test func numPyArrays() throws {
    let c = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }"
    let numbers = bytes([1, 2, 3, 4, 5, -6] as [Int32])
    #expect(try NumPyArray(npy(c, numbers)).values == [1, 2, 3, 4, 5, -6])
    #expect(try NumPyArray(npy(c, numbers, version: 2)).shape == [2, 3])
    let fortran = c.replacingOccurrences(of: "False", with: "True")
    #expect(try NumPyArray(npy(fortran, numbers)).values == [1, 3, 5, 2, 4, -6])
    #expect(try NumPyArray(npy(c, numbers)).samples(named: "t").width == 3)
    let floats = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
    let array = try NumPyArray(npy(floats, bytes([Float(1.5), -2].map(\.bitPattern))))
    #expect(array.values == [1.5, -2])
    #expect(throws: SampleError.self) { try array.samples(named: "one axis") }
  }

  @Test func brokenNumPyArrays() throws {
    let header = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }"
    let whole = npy(header, bytes([1, 2, 3, 4, 5, 6] as [Int32]))
    for length in 0..<whole.count {
      #expect(throws: SampleError.self) { try NumPyArray(whole.prefix(length)) }
    }
    #expect(throws: SampleError.self) { try NumPyArray(whole + [0]) }
    for bad in [
      "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }",
      "{'descr': '<i4', 'fortran_order': Maybe, 'shape': (2, 3), }",
      "{'descr': '<i4', 'fortran_order': False, 'shape': (-2, -3), }",
      "{'descr': '<i4', 'fortran_order': False, 'shape': (4611686018427387904, 8), }",
      "{'descr': '<i4', 'fortran_order': False, 'shape': (2, x), }",
      "{}",
    ] {
      #expect(throws: SampleError.self, "\(bad)") {
        try NumPyArray(npy(bad, bytes([1, 2, 3, 4, 5, 6] as [Int32])))
      }
    }
  }

  @Test func builtInDigits() throws {
    let test = try #require(try BuiltIn.samples(named: "digits"))
    let training = try #require(try BuiltIn.samples(named: "digits-train"))
    #expect(test.count == 450)
    #expect(training.count == 1347)
    #expect(test.width == 64)
    #expect(test.values.allSatisfy { $0 >= 0 && $0 <= 1 })
    // The first image of the file is a 0, the fifth a 4: the first two with index % 4 == 0.
    #expect(Array(test.labels![..<2]) == [0, 4])
    #expect(Array(test.values[2..<6]) == [5, 13, 9, 1].map { $0 / 16 })
    #expect(try BuiltIn.samples(named: "letters") == nil)

    let network = try #require(try BuiltIn.model(named: "digits-mlp"))
    let engine = ReferenceEngine(network)
    let right = (0..<test.count).filter { sample in
      let output = engine.output(for: test[sample].map { Double($0) })
      return output.firstIndex(of: output.max()!) == test.labels![sample]
    }
    #expect(Double(right.count) / 450 >= 0.96)
  }
}
