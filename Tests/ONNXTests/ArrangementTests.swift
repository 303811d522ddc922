import Foundation
import Networks
import ONNX
import Testing

/// Numbers that go elsewhere: where each has to come from is said here by its index.
@Suite struct ArrangementTests {
  /// What a model makes of 1, 2, 3, ….
  private func output(
    _ shape: [Int], opset: Int = 17, tensors: [Model.Tensor] = [], _ nodes: [Model.Node]
  ) throws -> [Int] {
    var model = Model()
    model.opset = opset
    model.inputs = [.init("x", ["N"] + shape.map { .fixed($0) })]
    model.tensors = tensors
    model.nodes = nodes
    let count = shape.reduce(1, *)
    return try model.output((0..<count).map { Double($0 + 1) }).map { Int($0) }
  }

  @Test func transposes() throws {
    let turned = try output(
      [2, 3], [.init("Transpose", ["x"], ["y"], ["perm": .integers([0, 2, 1])])])
    #expect(turned == [1, 4, 2, 5, 3, 6])
    // Without an order all axes are turned round.
    #expect(try output([2, 3], [.init("Transpose", ["x"], ["y"])]) == [1, 4, 2, 5, 3, 6])
  }

  @Test func slices() throws {
    func list(_ name: String, _ values: [Int]) -> Model.Tensor {
      .init(name, [values.count], whole: values)
    }
    for (start, end, step, expected) in [
      (1, 4, 1, [2, 3, 4]), (0, 5, 2, [1, 3, 5]), (-3, Int.max, 1, [3, 4, 5]),
      (4, 0, -2, [5, 3]), (-1, Int.min, -1, [5, 4, 3, 2, 1]), (10, -10, -4, [5, 1]),
    ] as [(Int, Int, Int, [Int])] {
      let found = try output(
        [5],
        tensors: [list("s", [start]), list("e", [end]), list("a", [1]), list("t", [step])],
        [.init("Slice", ["x", "s", "e", "a", "t"], ["y"])])
      #expect(found == expected, "\(start) \(end) \(step)")
    }
    let old = Model.Node(
      "Slice", ["x"], ["y"],
      ["starts": .integers([1, 0]), "ends": .integers([2, 2]), "axes": .integers([1, 2])])
    #expect(try output([2, 3], opset: 9, [old]) == [4, 5])
  }

  @Test func joinsAndParts() throws {
    let constant = Model.Tensor("c", [1, 2, 1], [70, 80])
    #expect(
      try output(
        [2, 2], tensors: [constant],
        [.init("Concat", ["x", "c", "x"], ["y"], ["axis": .integer(-1)])])
        == [1, 2, 70, 1, 2, 3, 4, 80, 3, 4])
    // The second of three parts alone is read.
    for (opset, inputs, attributes) in [
      (11, ["x"], ["axis": .integer(1), "split": .integers([1, 2, 2])]),
      (13, ["x", "s"], ["axis": .integer(1)]),
      (18, ["x"], ["axis": .integer(1), "num_outputs": .integer(3)]),
    ] as [(Int, [String], KeyValuePairs<String, Model.Attribute>)] {
      let found = try output(
        [5], opset: opset, tensors: [.init("s", [3], whole: [1, 2, 2])],
        [.init("Split", inputs, ["a", "b", "c"], attributes), .init("Neg", ["b"], ["y"])])
      #expect(found == (opset == 18 ? [-3, -4] : [-2, -3]), "\(opset)")
    }
  }

  @Test func picksAndEmbeds() throws {
    #expect(
      try output(
        [2, 3], tensors: [.init("i", [2, 2], whole: [2, 0, -1, 1])],
        [.init("Gather", ["x", "i"], ["y"], ["axis": .integer(2)])])
        == [3, 1, 3, 2, 6, 4, 6, 5])
    // Rows of a table, by the input's whole numbers.
    var model = Model()
    model.inputs = [.init("x", ["N", 3], type: 7)]
    model.tensors = [
      .init("T", [4, 2], [0, 1, 10, 11, 20, 21, 30, 31]), .init("W", [2, 1], [1, 100]),
    ]
    model.nodes = [.init("Gather", ["T", "x"], ["e"]), .init("MatMul", ["e", "W"], ["y"])]
    let network = try model.network()
    #expect(network.embedding?.count == 4 && network.nodes[0].shape.dimensions == [3, 2])
    #expect(ReferenceEngine(network).output(for: [20, 21, 0, 1, 30, 31]) == [2120, 100, 3130])
    // The same where the shapes hold as they are: the table is a matrix then.
    let whole = try ONNXFile.network(
      from: model.data, at: "m.onnx", options: .init(isWhole: true))
    #expect(whole.embedding == nil && whole.inputCount == 3)
    #expect(ReferenceEngine(whole).output(for: [2, 0, 3]) == [2120, 100, 3130])
    model.nodes.append(.init("Add", ["y", "x"], ["z"]))
    model.outputs = [.init("z", nil)]
    model.inputs = [.init("x", ["N", 3, 1], type: 7)]
    #expect(try model.network().embedding == nil)
  }

  @Test(arguments: [
    ("constant", [9, 9, 1, 2, 3, 9]), ("reflect", [3, 2, 1, 2, 3, 2]),
    ("edge", [1, 1, 1, 2, 3, 3]),
    ("wrap", [2, 3, 1, 2, 3, 1]),
  ]) func padding(mode: String, expected: [Int]) throws {
    let tensors: [Model.Tensor] = [
      .init("p", [4], whole: [0, 2, 0, 1]), .init("v", [], [9]), .init("q", [2], whole: [2, 1]),
      .init("a", [1], whole: [-1]),
    ]
    let found = try output(
      [3], opset: 19, tensors: tensors,
      [.init("Pad", ["x", "p", "v"], ["y"], ["mode": .string(mode)])])
    #expect(found == expected)
    let alongOne = try output(
      [3], opset: 19, tensors: tensors,
      [.init("Pad", ["x", "q", "v", "a"], ["y"], ["mode": .string(mode)])])
    #expect(alongOne == expected)
    guard mode == "constant" else { return }
    let old = Model.Node(
      "Pad", ["x"], ["y"], ["pads": .integers([0, 2, 0, -1]), "value": .float(9)])
    #expect(try output([3], opset: 10, [old]) == [9, 9, 1, 2])
  }

  @Test func repeats() throws {
    #expect(
      try output(
        [2, 1], tensors: [.init("to", [3], whole: [1, 1, 3])],
        [.init("Expand", ["x", "to"], ["y"])])
        == [1, 1, 1, 2, 2, 2])
    #expect(
      try output(
        [3], tensors: [.init("n", [2], whole: [1, 2])], [.init("Tile", ["x", "n"], ["y"])])
        == [1, 2, 3, 1, 2, 3])
    // A mask as attention has it: what may not be seen is as small as can be.
    let mask = Model.Tensor("m", [2, 2], type: 9) { $0.data(9, [1, 0, 1, 1]) }
    var model = Model()
    model.inputs = [.init("x", ["N", 2, 2])]
    model.tensors = [mask, .init("least", [], [-.infinity])]
    model.nodes = [
      .init("Where", ["m", "x", "least"], ["w"]),
      .init("Softmax", ["w"], ["y"], ["axis": .integer(-1)]),
    ]
    #expect(agree(try model.output([5, 6, 7, 7]), [1, 0, 0.5, 0.5]))
  }
}
