import Foundation
import Networks
import ONNX
import Testing

/// Every way in which a file can hold numbers.
@Suite struct TensorTests {
  private typealias Tensor = Model.Tensor

  /// The weights as the network gets them, from a tensor `W` of shape [3, 1].
  private func model(_ tensor: Model.Tensor) -> Model {
    var model = Model()
    model.tensors = [tensor]
    model.nodes = [.init("MatMul", ["x", "W"], ["y"], name: "m")]
    return model
  }

  private func weights(_ tensor: Model.Tensor) throws -> [Float] {
    guard case .dense(let dense) = try model(tensor).network().nodes[1].operation else { return [] }
    return dense.weight
  }

  @Test func singlePrecision() throws {
    let values: [Float] = [1.5, -0.1, 0x1p-140]
    #expect(try weights(.init("W", [3, 1], values)) == values)
    #expect(
      try weights(.init("W", [3, 1], type: 1) { w in values.forEach { w.float(4, $0) } }) == values)
    #expect(
      try weights(
        .init("W", [3, 1], type: 1) {
          $0.data(4, littleEndian(values[0].bitPattern) + littleEndian(values[1].bitPattern))
          $0.float(4, values[2])
        }) == values)
  }

  @Test func doublePrecision() throws {
    let values = [0.1, -2, 1e-300]
    let expected: [Float] = [0.1, -2, 0]
    let bytes = values.flatMap { littleEndian($0.bitPattern) }
    #expect(try weights(.init("W", [3, 1], type: 11) { $0.data(9, bytes) }) == expected)
    #expect(try weights(.init("W", [3, 1], type: 11) { $0.data(10, bytes) }) == expected)
    #expect(
      try weights(.init("W", [3, 1], type: 11) { w in values.forEach { w.double(10, $0) } })
        == expected)
  }

  /// IEEE 754 binary16: the least subnormal, the largest subnormal, 1/3, the largest, zeros.
  @Test(
    arguments: [
      ([0x0001, 0x03ff, 0x3555], [0x1p-24, 1023 * 0x1p-24, 0.333251953125]),
      ([0x7bff, 0x8000, 0xc000], [65504, 0, -2]),
      ([0x0400, 0x3c01, 0xbbff], [0x1p-14, 1 + 0x1p-10, -0.99951171875]),
    ] as [([Int], [Float])]) func halfPrecision(bits: [Int], expected: [Float]) throws
  {
    let bytes = bits.flatMap { littleEndian(UInt16($0)) }
    #expect(try weights(.init("W", [3, 1], type: 10) { $0.data(9, bytes) }) == expected)
    #expect(try weights(.init("W", [3, 1], type: 10) { $0.packed(5, bits) }) == expected)
  }

  /// The upper half of single precision.
  @Test func brainFloats() throws {
    let bits = [0x3f80, 0xc040, 0x3eab]
    let expected: [Float] = [1, -3, 0.333984375]
    let bytes = bits.flatMap { littleEndian(UInt16($0)) }
    #expect(try weights(.init("W", [3, 1], type: 16) { $0.data(9, bytes) }) == expected)
    #expect(
      try weights(.init("W", [3, 1], type: 16) { w in bits.forEach { w.integer(5, $0) } })
        == expected)
  }

  @Test func wholeNumbers() throws {
    for (type, field) in [(7, 7), (6, 5)] {
      for target in [
        Model.Tensor("to", [2], type: type) { $0.packed(field, [-1, 3]) },
        .init("to", [2], type: type) { w in [-1, 3].forEach { w.integer(field, $0) } },
        .init("to", [2], type: type) {
          $0.data(
            9,
            type == 7
              ? littleEndian(Int64(-1)) + littleEndian(Int64(3))
              : littleEndian(Int32(-1)) + littleEndian(Int32(3)))
        },
      ] {
        var model = model(.init("W", [3, 1], [1, 2, 3]))
        model.inputs = [.init("x", ["N", 3, 1])]
        model.tensors.append(target)
        model.nodes.insert(.init("Reshape", ["x", "to"], ["r"]), at: 0)
        model.nodes[1].inputs[0] = "r"
        #expect(agree(try model.output([1, 10, 100]), [321]))
      }
    }
  }

  @Test func countsThatDoNotFit() {
    let ones: @Sendable (Int) -> [Float] = { Array(repeating: 1, count: $0) }
    func refusal(_ dims: [Int], _ numbers: @escaping @Sendable (inout ProtobufWriter) -> Void)
      -> String
    {
      model(.init("W", dims, type: 1, numbers)).refusal
    }
    #expect(
      refusal([3, 1]) { $0.data(9, Array(repeating: 0, count: 8)) }
        == "tensor 'W' holds 8 bytes, its shape [3, 1] says otherwise")
    #expect(refusal([3, 1]) { _ in }.contains("does not hold the 3 numbers of its shape"))
    #expect(
      refusal([3, 1]) { w in ones(4).forEach { w.float(4, $0) } }.contains("does not hold the 3"))
    #expect(
      refusal([3, 1]) { $0.data(4, Array(repeating: 0, count: 13)) }.contains("does not hold"))
    #expect(
      refusal([3, 1]) { $0.data(4, Array(repeating: 0, count: 1 << 12)) }.contains("does not"))
    #expect(refusal([3, 1]) { $0.integer(4, 1) }.contains("field 4 is of the wrong kind"))
    // Shapes that no memory holds, and one that no number counts.
    #expect(refusal([3, 1 << 62]) { _ in }.contains("impossible shape"))
    #expect(refusal([3, 1 << 60]) { _ in }.contains("does not hold"))
    #expect(refusal([3, 1 << 58]) { _ in }.contains("does not hold"))
    #expect(refusal([3, -1]) { _ in }.contains("impossible shape"))
    #expect(refusal([3, 0]) { _ in }.contains("impossible shape"))
    #expect(refusal(Array(repeating: 1, count: 40)) { _ in }.contains("more than 32"))
    #expect(
      model(.init("W", [3, 1], type: 4) { $0.data(9, [1, 2, 3, 4, 5, 6]) }).refusal == "not refused"
    )
    #expect(
      model(.init("W", [3, 1], type: 8) { $0.data(9, [1, 2, 3]) }).refusal.contains(
        "operator 'MatMul' of node 'm' has a matrix that holds no reals"))
    for bits in [Float.nan, .infinity] {
      #expect(model(.init("W", [3, 1], [1, bits, 2])).refusal.contains("not finite"))
    }
  }

  // MARK: Numbers in other files

  @Test func otherFilesOfTheFolder() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID().uuidString)")
    let folder = place.appending(path: "model")
    let files = FileManager.default
    try files.createDirectory(
      at: folder.appending(path: "inner"), withIntermediateDirectories: true)
    defer { try? files.removeItem(at: place) }
    let values: [Float] = [7, 1.5, -2, 4]
    let bytes = Data(values.flatMap { littleEndian($0.bitPattern) })
    for path in ["model/weights", "model/inner/weights", "outside", "model-b"] {
      try bytes.write(to: place.appending(path: path))
    }
    for (link, target) in [
      ("link", "../outside"), ("folder", ".."), ("good", "weights"), ("loop", "loop"),
      ("sibling", "../model-b"),
    ] {
      try files.createSymbolicLink(
        atPath: folder.appending(path: link).path(percentEncoded: false),
        withDestinationPath: target)
    }
    #expect(mkfifo(folder.appending(path: "pipe").path(percentEncoded: false), 0o600) == 0)

    func model(_ entries: KeyValuePairs<String, String>, dims: [Int] = [3, 1]) -> Model {
      self.model(
        .init("W", dims, type: 1) { w in
          for (key, value) in entries {
            w.message(13) {
              $0.string(1, key)
              $0.string(2, value)
            }
          }
          w.integer(14, 1)
        })
    }
    let file = folder.appending(path: "net.onnx")
    func refusal(_ model: Model) -> String {
      do {
        try model.data.write(to: file)
        _ = try ONNXFile.network(at: file.path(percentEncoded: false))
        return "not refused"
      } catch {
        return "\(error)"
      }
    }
    for location in ["weights", "./weights", "inner/weights", "good"] {
      let model = model(["location": location, "offset": "4", "length": "12"])
      #expect(refusal(model) == "not refused", "\(location)")
      let network = try ONNXFile.network(at: file.path(percentEncoded: false))
      #expect(
        network.nodes[1].operation
          == .dense(try Dense(inputs: 3, weight: Array(values[1...]), bias: [0])))
      #expect(network.name == "net")
    }
    for location in [
      "../outside", "inner/../../outside", "link", "folder/outside", "sibling",
      place.appending(path: "outside").path(percentEncoded: false), "/etc/passwd", "weights\0",
      "..", "folder",
    ] {
      let words = refusal(model(["location": location]))
      #expect(words.contains("is not in the model's own folder"), "\(location): \(words)")
    }
    for (entries, words) in [
      (["location": "none"], "cannot be found"), (["location": "loop"], "cannot be found"),
      (["location": ""], "without a name"), ([:], "without a name"),
      (["location": "pipe"], "is no file"), (["location": "inner"], "is no file"),
      (["location": "."], "is not in"),
      (["location": "weights", "offset": "8"], "has 16 bytes; 12 from 8 on are due"),
      (["location": "weights", "offset": "-4"], "has offset '-4'"),
      (["location": "weights", "offset": "9223372036854775807"], "are due"),
      (["location": "weights", "offset": "99999999999999999999"], "has offset"),
      (["location": "weights", "length": "16"], "a length of another number"),
    ] as [(KeyValuePairs<String, String>, String)] {
      let found = refusal(model(entries))
      #expect(found.contains(words), "\(found)")
    }
    #expect(refusal(model(["location": "weights"], dims: [3, 1 << 50])).contains("are due"))
  }
}
