import Foundation
import Networks
import ONNX
import StochasticThermodynamics
import Testing

/// Files that are cut off, changed at random or made to ask for too much.
@Suite struct DamageTests {
  /// A model with something of everything.
  private static let model: Model = {
    var model = Model()
    model.inputs = [.init("x", ["N", 1, 3])]
    model.tensors = [
      .init("W", [3, 3], randomFloats(9, seed: 40)), .init("c", [3], [1, 2, 3]),
      .init("h", [3], type: 10) { $0.packed(5, [0x3c00, 0x4000, 0xbc00]) },
      .init("axis", [1], whole: [0]), .init("rest", [1], type: 6) { $0.packed(5, [-1]) },
    ]
    model.nodes = [
      .init("Shape", ["x"], ["s"]), .init("Gather", ["s", "axis"], ["n"]),
      .init("Cast", ["rest"], ["r"], ["to": .integer(7)]),
      .init("Add", ["r", "axis"], ["r0"]),
      .init("Concat", ["n", "r0"], ["to"], ["axis": .integer(0)]),
      .init("Reshape", ["x", "to"], ["f"]), .init("Div", ["f", "c"], ["d"]),
      .init("Gemm", ["d", "W", "h"], ["g"], name: "gemm", ["alpha": .float(2)]),
      .init("BatchNormalization", ["g", "c", "h", "h", "c"], ["b"]),
      .init("LeakyRelu", ["b"], ["l"], ["alpha": .float(0.1)]),
      .init("Dropout", ["l"], ["o"]), .init("Add", ["o", "b"], ["a"]),
      .init("Softmax", ["a"], ["y"], ["axis": .integer(-1)]),
    ]
    return model
  }()

  /// Imports a file if it is sound; whatever comes out must be a network that works.
  private func isSound(_ data: Data) -> Bool {
    guard let network = try? ONNXFile.network(from: data, at: "m.onnx") else { return false }
    let input = [Double](repeating: 0.5, count: network.inputCount)
    guard network.inputCount < 1000 else { return true }
    #expect(ReferenceEngine(network).output(for: input).count == network.outputCount)
    return true
  }

  @Test func cutOffAnywhere() {
    let data = Self.model.data
    #expect(isSound(data))
    for length in 0..<data.count { #expect(!isSound(data.prefix(length)), "\(length)") }
    // A part of other data has other indices.
    #expect(isSound((Data([1, 2, 3]) + data).dropFirst(3)))
  }

  @Test(arguments: 0..<4) func changedAtRandom(seed: Int) {
    let data = Self.model.data
    var generator = SeededGenerator(seed: 5, purpose: "mutations", index: seed)
    var refused = 0
    for _ in 0..<1500 {
      var changed = data
      // Mostly a single byte: more changes are found out sooner.
      for _ in 0..<max(1, Int.random(in: -3...4, using: &generator)) {
        let place = Int.random(in: 0..<changed.count, using: &generator)
        switch Int.random(in: -4..<5, using: &generator) {
        case ...0: changed[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: changed.remove(at: place)
        case 3: changed.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        default:
          let length = Int.random(in: 1...min(24, changed.count - place), using: &generator)
          let other = Int.random(in: 0...changed.count - length, using: &generator)
          changed.replaceSubrange(place..<place + length, with: changed[other..<other + length])
        }
      }
      if !isSound(changed) { refused += 1 }
    }
    // Most changes hit something that matters, and some only a name or a weight.
    #expect((750..<1500).contains(refused), "\(refused)")
  }

  @Test func noModelAtAll() throws {
    for data in [
      Data(), Data("not a model, but some text\n".utf8), Data(repeating: 0, count: 100),
      Data(repeating: 0xff, count: 100), Data([0x0b, 0x0b, 0x0b]), Data([0x3a, 0x00]),
    ] {
      #expect(!isSound(data), "\(Array(data.prefix(8)))")
    }
    #expect(throws: ONNXError.self) { try ONNXFile.network(at: "no/such/file.onnx") }
  }

  /// A length that goes beyond every number, and a message in a message a hundred thousand deep.
  @Test func lengthsAndDepths() {
    #expect(!isSound(Data([0x3a] + Array(repeating: 0xff, count: 9) + [0x01])))
    #expect(!isSound(Data([0x3a] + Array(repeating: 0xff, count: 11))))
    var nested = ProtobufWriter()
    for _ in 0..<2000 {
      var outer = ProtobufWriter()
      outer.data(6, nested.bytes)
      nested = outer
    }
    var model = ProtobufWriter()
    model.message(7) { graph in
      graph.message(1) { node in
        node.string(1, "x")
        node.string(2, "y")
        node.string(4, "If")
        node.message(5) { $0.data(6, nested.bytes) }
      }
    }
    #expect(!isSound(Data(model.bytes)))
    #expect(!isSound(Data(Array(repeating: 0x3b, count: 100_000))))
  }

  private func refusal(_ data: [UInt8]) -> String {
    do {
      _ = try ONNXFile.network(from: Data(data), at: "m.onnx")
      return "not refused"
    } catch {
      return error.description
    }
  }

  /// Nothing that takes two bytes in the file may take a hundred in memory without end.
  @Test func hugeNumbersOfEmptyThings() {
    for field in [1, 5, 11, 12] {
      var writer = ProtobufWriter()
      var empty: [UInt8] = []
      for _ in 0...200_000 { empty += [UInt8(field << 3 | 2), 0] }
      writer.data(7, empty)
      #expect(refusal(writer.bytes).contains("more than 200000"))
    }
    var writer = ProtobufWriter()
    writer.message(7) { $0.message(1) { for _ in 0...200_000 { $0.string(1, "") } } }
    #expect(refusal(writer.bytes).contains("more than 200000"))
    var model = Model()
    model.nodes = [.init("Relu", ["x"], ["v0"])]
    for index in 1...20_000 { model.nodes.append(.init("Tanh", ["v\(index - 1)"], ["v\(index)"])) }
    model.outputs = [.init("v20000", nil)]
    #expect(model.refusal == "it has 20001 nodes; up to 20000 are read")
  }

  /// Many matrices behind the same long row of factors, and sums of anything.
  @Test func constantsFoldedOverAgain() {
    var model = Model()
    model.tensors = [.init("W", [3, 1], [1, 1, 1]), .init("c", [], [1.0001])]
    for index in 0..<2000 {
      model.nodes.append(.init("Mul", [index == 0 ? "x" : "v\(index - 1)", "c"], ["v\(index)"]))
    }
    for index in 0..<1500 { model.nodes.append(.init("MatMul", ["v1999", "W"], ["d\(index)"])) }
    model.nodes.append(.init("Sum", (0..<250).map { "d\($0)" }, ["s0"]))
    for index in 250..<1500 {
      model.nodes.append(.init("Add", ["s\(index - 250)", "d\(index)"], ["s\(index - 249)"]))
    }
    model.outputs = [.init("s1250", nil)]
    model.nodes = [.init("Sum", Array(repeating: "x", count: 257), ["s1250"])]
    #expect(model.refusal.contains("has 257 inputs; 1 to 256 are due"))
  }

  /// A small file that uses its one tensor over and over, each time with another factor.
  @Test func weightsUsedOverAgain() {
    let side = 320
    var model = Model()
    model.inputs = [.init("x", ["N", .fixed(side)])]
    model.tensors = [
      .init("W", [side, side], randomFloats(side * side, seed: 41)), .init("c", [], [2]),
    ]
    model.nodes = [.init("Relu", ["x"], ["v0"])]
    for index in 1...200 {
      model.nodes.append(.init("MatMul", ["v\(index - 1)", "W"], ["m\(index)"]))
      model.nodes.append(.init("Mul", ["m\(index)", "c"], ["v\(index)"]))
    }
    model.outputs = [.init("v200", nil)]
    #expect(model.refusal.contains("uses weights over again"))
  }
}
