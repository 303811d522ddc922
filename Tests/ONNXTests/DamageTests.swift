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

  /// One small model of each family of operators, and of exporters' shape arithmetic.
  private static let models: [Model] = [model, image, sequence, attention, lookUp]

  /// Convolutions, pools, padding and what goes with them.
  private static let image: Model = {
    var model = Model()
    model.inputs = [.init("x", ["N", 2, 4, 4])]
    model.tensors = [
      .init("W", [2, 1, 3, 3], randomFloats(18, seed: 42)), .init("c", [2], [1, 2]),
      .init("V", [2, 1, 2, 2], randomFloats(8, seed: 43)), .init("s", [2, 1, 1], [0.5, 0.25]),
      .init("p", [8], whole: [0, 0, 1, 0, 0, 0, 0, 1]), .init("v", [], [0.5]),
      .init("axes", [1], whole: [1]), .init("least", [], [-1]),
    ]
    model.nodes = [
      .init("Pad", ["x", "p", "v"], ["a"], ["mode": .string("constant")]),
      .init(
        "Conv", ["a", "W", "c"], ["b"],
        ["group": .integer(2), "auto_pad": .string("SAME_UPPER"), "strides": .integers([2, 1])]),
      .init("BatchNormalization", ["b", "c", "c", "c", "c"], ["d"]),
      .init("PRelu", ["d", "s"], ["e"]),
      .init(
        "MaxPool", ["e"], ["f"],
        [
          "kernel_shape": .integers([2, 2]), "pads": .integers([1, 0, 0, 1]),
          "ceil_mode": .integer(1),
        ]),
      .init("LRN", ["f"], ["g"], ["size": .integer(2)]),
      .init(
        "ConvTranspose", ["g", "V"], ["h"], ["strides": .integers([2, 1]), "group": .integer(2)]),
      .init("AveragePool", ["h"], ["i"], ["kernel_shape": .integers([2, 2])]),
      .init("InstanceNormalization", ["i", "c", "c"], ["j"]),
      .init("Clip", ["j", "least"], ["k"]), .init("GlobalAveragePool", ["k"], ["l"]),
      .init("Flatten", ["l"], ["y"]),
    ]
    return model
  }()

  /// Numbers that go elsewhere, and arithmetic between computed values.
  private static let sequence: Model = {
    var model = Model()
    model.opset = 18
    model.inputs = [.init("x", [3, 4, 2])]
    model.tensors = [
      .init("to", [2], whole: [3, 4]), .init("start", [1], whole: [-1]),
      .init("end", [1], whole: [-9]), .init("axis", [1], whole: [1]),
      .init("step", [1], whole: [-2]),
      .init("i", [2], whole: [1, 0]), .init("n", [3], whole: [1, 1, 2]), .init("two", [], [2]),
      .init("m", [2, 2], type: 9) { $0.data(9, [1, 0, 0, 1]) }, .init("size", [2], whole: [2, 2]),
    ]
    model.nodes = [
      .init("Slice", ["x", "start", "end", "axis", "step"], ["a"]),
      .init("Split", ["a"], ["b", "c"], ["axis": .integer(2), "num_outputs": .integer(2)]),
      .init("Concat", ["b", "c", "b"], ["d"], ["axis": .integer(-1)]),
      .init("Gather", ["d", "i"], ["e"], ["axis": .integer(2)]), .init("Tile", ["e", "n"], ["f"]),
      .init("Gather", ["f", "i"], ["g"], ["axis": .integer(2)]),
      .init("ConstantOfShape", ["size"], ["z"]), .init("Where", ["m", "g", "z"], ["h"]),
      .init("ReduceMax", ["h", "axis"], ["j"]), .init("Div", ["h", "j"], ["k"]),
      .init("Pow", ["k", "two"], ["l"]), .init("Max", ["l", "j"], ["o"]),
      .init("LogSoftmax", ["o"], ["y"], ["axis": .integer(1)]),
    ]
    return model
  }()

  /// Products of computed matrices, and the axis of samples somewhere in between.
  private static let attention: Model = {
    var model = Model()
    model.inputs = [.init("x", ["N", 3, 2])]
    model.tensors = [
      .init("W", [2, 4], randomFloats(8, seed: 44)), .init("s", [2], [1, 2]),
      .init("i0", [], whole: [0]), .init("u", [1], whole: [0]), .init("r", [2], whole: [3, 4]),
    ]
    model.nodes = [
      .init("LayerNormalization", ["x", "s", "s"], ["a"]), .init("MatMul", ["a", "W"], ["b"]),
      .init("Transpose", ["b"], ["c"], ["perm": .integers([1, 0, 2])]),
      .init("Shape", ["c"], ["t"]), .init("Gather", ["t", "i0"], ["t0"]),
      .init("Unsqueeze", ["t0", "u"], ["t1"]),
      .init("Concat", ["r", "t1"], ["to"], ["axis": .integer(0)]),
      .init("Squeeze", ["c"], ["d"]), .init("Gelu", ["d"], ["e"], ["approximate": .string("tanh")]),
      .init("Transpose", ["e"], ["f"]), .init("MatMul", ["e", "f"], ["g"]),
      .init("Softmax", ["g"], ["h"]), .init("Gemm", ["h", "h"], ["y"], ["transB": .integer(1)]),
    ]
    model.opset = 20
    model.nodes[7] = .init("Squeeze", ["c", "one"], ["d"])
    model.tensors.append(.init("one", [1], whole: [1]))
    return model
  }()

  /// Rows of a table.
  private static let lookUp: Model = {
    var model = Model()
    model.inputs = [.init("x", ["N", 2], type: 7)]
    model.tensors = [.init("T", [3, 2], [1, 2, 3, 4, 5, 6]), .init("W", [2, 1], [1, 2])]
    model.nodes = [.init("Gather", ["T", "x"], ["e"]), .init("MatMul", ["e", "W"], ["y"])]
    return model
  }()

  /// Imports a file if it is sound; whatever comes out must be a network that works.
  private func isSound(_ data: Data) -> Bool {
    guard let network = try? ONNXFile.network(from: data, at: "m.onnx") else { return false }
    // Some mutations ask for a lot that is still sound.
    guard network.inputCount < 1000, network.multiplyAccumulates < 20_000,
      network.nodes.allSatisfy({ $0.shape.count < 2000 })
    else { return true }
    let input = [Double](repeating: 0.5, count: network.inputCount)
    #expect(ReferenceEngine(network).output(for: input).count == network.outputCount)
    return true
  }

  @Test(arguments: 0..<5) func cutOffAnywhere(which: Int) {
    let data = Self.models[which].data
    #expect(isSound(data), "\(Self.models[which].refusal)")
    for length in 0..<data.count { #expect(!isSound(data.prefix(length)), "\(length)") }
    // A part of other data has other indices.
    #expect(isSound((Data([1, 2, 3]) + data).dropFirst(3)))
  }

  /// 20 000 files in all, of every model and every exporter.
  @Test(arguments: 0..<5) func changedAtRandom(which: Int) {
    let refused = refusals(of: Self.models[which].data, seed: which, count: 3000)
    // Most changes hit something that matters, and some only a name or a weight.
    #expect((1200..<3000).contains(refused), "\(refused)")
  }

  @Test(arguments: [
    "lenet-nchw", "lenet-nhwc", "residual", "separable", "separable-nhwc", "sequence", "encoder",
    "encoder-14", "encoder-20", "classifier-11",
  ]) func exportsChangedAtRandom(name: String) throws {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures")
    let data = try Data(contentsOf: folder.appending(path: "\(name).onnx"))
    // The networks themselves are too large to run again and again here.
    let refused = refusals(of: data, seed: 100, count: 500) {
      (try? ONNXFile.network(from: $0, at: "m.onnx")) != nil
    }
    #expect((10..<500).contains(refused), "\(refused)")
  }

  private func refusals(
    of data: Data, seed: Int, count: Int, _ check: ((Data) -> Bool)? = nil
  ) -> Int {
    var generator = SeededGenerator(seed: 5, purpose: "mutations", index: seed)
    var refused = 0
    for _ in 0..<count {
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
      if !(check ?? isSound)(changed) { refused += 1 }
    }
    return refused
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

  /// Small files that ask for more than their size should bring about.
  @Test func moreThanAFileShouldAskFor() {
    func refusal(
      of shape: [Model.Axis] = ["N", 4], _ tensors: [Model.Tensor], _ nodes: Model.Node...
    ) -> String {
      var model = Model()
      model.inputs = [.init("x", shape)]
      model.tensors = tensors
      model.nodes = nodes
      return model.refusal
    }
    func list(_ name: String, _ values: [Int]) -> Model.Tensor {
      .init(name, [values.count], whole: values)
    }
    let million = 1 << 20
    for (words, found) in [
      ("tables", refusal([list("n", [million, 64, 4])], .init("Expand", ["x", "n"], ["y"]))),
      (
        "impossible",
        refusal([list("n", [1 << 40, 1 << 40, 4])], .init("Expand", ["x", "n"], ["y"]))
      ),
      ("tables", refusal([list("n", [1, million * 16])], .init("Tile", ["x", "n"], ["y"]))),
      (
        "has 2 counts of turns",
        refusal(of: ["N", 4, 1], [list("n", [1, 2])], .init("Tile", ["x", "n"], ["y"]))
      ),
      (
        "makes the shape",
        refusal([list("p", [0, 1 << 30, 0, 0])], .init("Pad", ["x", "p"], ["y"]))
      ),
      (
        "constants to work out",
        refusal(
          [list("n", [1 << 30])], .init("ConstantOfShape", ["n"], ["c"]),
          .init("Add", ["x", "c"], ["y"]))
      ),
      (
        "counts from",
        refusal(
          [list("a", [0]), list("b", [1 << 40]), list("s", [1])],
          .init("Range", ["a", "b", "s"], ["c"]), .init("Add", ["x", "c"], ["y"]))
      ),
      (
        "tables",
        refusal(
          of: ["N", 1, .fixed(million)], [],
          .init(
            "AveragePool", ["x"], ["y"],
            ["kernel_shape": .integers([million / 2]), "count_include_pad": .integer(1)]))
      ),
      (
        "tables",
        refusal(
          of: ["N", .fixed(million), 2], [],
          .init("LRN", ["x"], ["y"], ["size": .integer(1 << 20)]))
      ),
      (
        "makes 1073741824 channels",
        refusal(
          of: ["N", .fixed(1), 2], [.init("W", [1, 1, 1], [1])],
          .init("ConvTranspose", ["x", "W"], ["y"], ["group": .integer(1 << 30)]))
      ),
      (
        "in 1048576 groups",
        refusal(
          of: ["N", .fixed(1), 2], [.init("W", [1, 1, 1], [1])],
          .init("ConvTranspose", ["x", "W"], ["y"], ["group": .integer(1 << 20)]))
      ),
      (
        "makes 34 axes",
        refusal(
          [list("a", Array(1...32))], .init("Unsqueeze", ["x", "a"], ["u"]),
          .init("Neg", ["u"], ["y"])
        )
      ),
    ] {
      #expect(found.contains(words), "\(words): \(found)")
    }
    // Squares of squares, until all values together are too many.
    var model = Model()
    model.inputs = [.init("x", ["N", .fixed(million)])]
    model.nodes = [.init("Tanh", ["x"], ["v0"])]
    for index in 1...80 { model.nodes.append(.init("Tanh", ["v\(index - 1)"], ["v\(index)"])) }
    model.outputs = [.init("v80", nil)]
    #expect(model.refusal.contains("the values of one sample more than 67108864"))
    // Constants of 16 MB each, from a few bytes.
    model = Model()
    model.tensors = [list("n", [1 << 22])]
    for index in 0..<6 { model.nodes.append(.init("ConstantOfShape", ["n"], ["c\(index)"])) }
    model.nodes.append(.init("Sum", (0..<6).map { "c\($0)" }, ["y"]))
    #expect(model.refusal.contains("constants to work out"))
  }
}
