import Foundation
import Networks
import Testing

/// Functions, sums and changes of shape, in the versions that opsets 7 to 22 give them.
@Suite struct ValueTests {
  private let x = [0.5, -1.25, 2]

  @Test(arguments: [7, 11, 13, 17, 22]) func functions(opset: Int) throws {
    for (kind, attributes, function) in [
      ("Relu", [:], { max($0, 0) }), ("Tanh", [:], { tanh($0) }),
      ("Sigmoid", [:], { 1 / (1 + exp(-$0)) }),
      ("LeakyRelu", [:], { $0 > 0 ? $0 : Double(Float(0.01)) * $0 }),
      ("LeakyRelu", ["alpha": .float(0.25)], { $0 > 0 ? $0 : 0.25 * $0 }),
    ] as [(String, KeyValuePairs<String, Model.Attribute>, (Double) -> Double)] {
      var model = Model()
      model.opset = opset
      model.nodes = [.init(kind, ["x"], ["y"], attributes)]
      #expect(agree(try model.output(x), x.map(function), to: 1e-12), "\(kind)")
    }
  }

  @Test func softmaxInEveryVersion() throws {
    let total = x.reduce(0) { $0 + exp($1) }
    let expected = x.map { exp($0) / total }
    for (opset, shape, axis) in [
      (11, ["N", 3], nil), (11, ["N", 3], 1), (11, ["N", 3], -1), (13, ["N", 3], nil),
      (13, ["N", 3], 1), (7, ["N", 3, 1], nil), (11, ["N", 1, 3], 2), (13, ["N", 1, 3], nil),
      (22, [4, 3], -1), (13, [3], nil),
    ] as [(Int, [Model.Axis], Int?)] {
      var model = Model()
      model.opset = opset
      model.inputs = [.init("x", shape)]
      model.nodes = [.init("Softmax", ["x"], ["y"], axis.map { ["axis": .integer($0)] } ?? [:])]
      #expect(agree(try model.output(x), expected, to: 1e-12), "\(opset) \(shape)")
    }
  }

  /// Over one axis, or in older versions over it and all behind it.
  @Test(arguments: [
    (11, 1, [0, 0, 0, 0, 0, 0]), (11, 2, [0, 0, 0, 1, 1, 1]), (13, 1, [0, 1, 2, 0, 1, 2]),
    (13, 2, [0, 0, 0, 1, 1, 1]), (13, -2, [0, 1, 2, 0, 1, 2]),
  ]) func softmaxAlongAnAxis(opset: Int, axis: Int, groups: [Int]) throws {
    let x = randomFloats(6, seed: 25).map { Double($0) }
    for (kind, isLogarithm) in [("Softmax", false), ("LogSoftmax", true)] {
      var model = Model()
      model.opset = opset
      model.inputs = [.init("x", ["N", 2, 3])]
      model.nodes = [.init(kind, ["x"], ["y"], ["axis": .integer(axis)])]
      let expected = x.indices.map { place in
        let total = x.indices.filter { groups[$0] == groups[place] }.reduce(0) { $0 + exp(x[$1]) }
        return isLogarithm ? x[place] - log(total) : exp(x[place]) / total
      }
      #expect(agree(try model.output(x), expected, to: 1e-12), "\(kind)")
    }
  }

  @Test func sumsAndDifferences() throws {
    let weight = randomFloats(9, seed: 20)
    var model = Model()
    model.tensors = [.init("W", [3, 3], weight), .init("c", [3], [1, 2, 3])]
    let gemm = Model.Node("Gemm", ["x", "W"], ["g"], ["transB": .integer(1)])
    let tanh = Model.Node("Tanh", ["x"], ["t"])
    let g = affine(weight, [0, 0, 0], x)
    let t = x.map { Activation.tanh($0) }
    func three(_ value: (Int) -> Double) -> [Double] { (0..<3).map(value) }
    let cases: [(Model.Node, [Double])] = [
      (.init("Add", ["g", "t"], ["y"]), three { g[$0] + t[$0] }),
      (.init("Sub", ["t", "g"], ["y"]), three { t[$0] - g[$0] }),
      (.init("Sum", ["g", "t", "c", "t"], ["y"]), three { g[$0] + 2 * t[$0] + Double($0 + 1) }),
      (.init("Sum", ["t"], ["y"]), t),
    ]
    for (node, expected) in cases {
      model.nodes = [gemm, tanh, node]
      #expect(agree(try model.output(x), expected), "\(node.kind)")
    }
    model.nodes = [gemm, tanh, .init("Sub", ["g", "t"], ["y"])]
    #expect(agree(try model.output(x), three { g[$0] - t[$0] }))
  }

  /// A chain of sums becomes few sums: what walks down a network must not need a deep stack.
  @Test func longChainsOfSums() throws {
    var model = Model()
    model.tensors = [.init("one", [1], [1])]
    model.nodes = [.init("Relu", ["x"], ["v0"])]
    for index in 1...5000 {
      model.nodes.append(.init("Add", ["x", "v\(index - 1)"], ["v\(index)"]))
      model.nodes.append(.init("Mul", ["v\(index)", "one"], ["w\(index)"]))
    }
    model.outputs = [.init("w5000", nil)]
    let network = try model.network()
    #expect(network.nodes.count < 30 && network.layers.count == 2)
    #expect(network.nodes.allSatisfy { $0.parents.count <= 256 })
    #expect(agree(try model.output(x), x.map { max($0, 0) + 5000 * $0 }))
  }

  /// What exporters write for `x.view(x.size(0), -1)`.
  @Test(arguments: [11, 12, 13, 17]) func reshapingByComputedShapes(opset: Int) throws {
    let weight = randomFloats(6, seed: 21)
    let x = randomFloats(6, seed: 22).map { Double($0) }
    for batch in ["N", -1, 1, 5] as [Model.Axis] {
      var model = Model()
      model.opset = opset
      model.inputs = [.init("x", [batch, 2, 3])]
      model.tensors = [
        .init("zero", [], whole: [0]), .init("W", [6, 1], weight), .init("axes", [1], whole: [0]),
        .init("rest", [1], whole: [-1]),
      ]
      let unsqueeze: Model.Node =
        opset < 13
        ? .init("Unsqueeze", ["n"], ["n1"], ["axes": .integers([0])])
        : .init("Unsqueeze", ["n", "axes"], ["n1"])
      model.nodes = [
        .init("Shape", ["x"], ["s"]), .init("Gather", ["s", "zero"], ["n"], ["axis": .integer(0)]),
        unsqueeze, .init("Concat", ["n1", "rest"], ["target"], ["axis": .integer(0)]),
        .init("Cast", ["target"], ["target64"], ["to": .integer(7)]),
        .init("Reshape", ["x", "target64"], ["f"]), .init("MatMul", ["f", "W"], ["y"]),
      ]
      #expect(agree(try model.output(x), affine(weight, [0], x)), "\(batch)")
    }
  }

  @Test func changesOfShapeOnlyRename() throws {
    let weight = randomFloats(6, seed: 23)
    let x = randomFloats(6, seed: 24).map { Double($0) }
    let axes = Model.Tensor("axes", [2], whole: [1, -1])
    for (opset, nodes) in [
      (7, [.init("Flatten", ["x"], ["f"])]),
      (13, [.init("Flatten", ["x"], ["f"], ["axis": .integer(-2)])]),
      (17, [.init("Reshape", ["x", "to"], ["f"])]),
      (
        17,
        [
          .init("Flatten", ["x"], ["a"]), .init("Unsqueeze", ["a", "axes"], ["b"]),
          .init("Squeeze", ["b", "axes"], ["f"]),
        ]
      ),
      (
        11,
        [
          .init("Flatten", ["x"], ["a"]),
          .init("Unsqueeze", ["a"], ["b"], ["axes": .integers([2])]),
          .init("Squeeze", ["b"], ["f"], ["axes": .integers([2])]),
        ]
      ),
      (
        17,
        [
          .init("Identity", ["x"], ["a"]), .init("Cast", ["a"], ["b"], ["to": .integer(11)]),
          .init("Dropout", ["b", "ratio", "off"], ["c", "mask"]), .init("Flatten", ["c"], ["f"]),
        ]
      ),
      (
        7, [.init("Dropout", ["x"], ["c"], ["ratio": .float(0.5)]), .init("Flatten", ["c"], ["f"])]
      ),
    ] as [(Int, [Model.Node])] {
      var model = Model()
      model.opset = opset
      model.inputs = [.init("x", ["N", 2, 3])]
      model.tensors = [
        .init("W", [6, 1], weight), axes, .init("to", [2], whole: [0, -1]),
        .init("ratio", [], [0.5]), .init("off", [], type: 9) { $0.data(9, [0]) },
      ]
      model.nodes = nodes + [.init("MatMul", ["f", "W"], ["y"])]
      #expect(agree(try model.output(x), affine(weight, [0], x)), "\(opset) \(nodes[0].kind)")
      let network = try model.network()
      #expect(network.nodes.map(\.operation.name) == ["input", "reshape", "dense"])
      #expect(network.nodes[0].shape.dimensions == [2, 3])
    }
  }

  @Test func constantsInsideTheGraph() throws {
    var model = Model()
    model.nodes = [
      .init("Constant", [], ["W"], ["value": .tensor(.init("", [3, 1], [1, 10, 100]))]),
      .init("Constant", [], ["c"], ["value_float": .float(2)]),
      .init("Constant", [], ["i"], ["value_ints": .integers([7, 8])]),
      .init("Constant", [], ["k"], ["value_int": .integer(-1)]),
      .init("Gather", ["i", "k"], ["eight"]),
      .init("Cast", ["eight"], ["e"], ["to": .integer(1)]),
      .init("Div", ["e", "c"], ["four"]),
      .init("MatMul", ["x", "W"], ["m"]), .init("Mul", ["m", "four"], ["y"]),
    ]
    #expect(agree(try model.output(x), [4 * (0.5 - 12.5 + 200)]))
  }

  /// Files up to IR version 3 list their initialisers as inputs too; what nobody reads is left out.
  @Test func initializersAmongTheInputsAndIdleNodes() throws {
    var model = Model()
    model.tensors = [.init("W", [3, 1], [1, 1, 1])]
    model.inputs.append(.init("W", [3, 1]))
    model.nodes = [
      .init("LSTM", ["x"], ["idle"]), .init("MatMul", ["x", "W"], ["y"]),
      .init("Relu", ["y"], ["idle too"]),
    ]
    #expect(agree(try model.output(x), [1.25]))
  }

  @Test func namesAreUnique() throws {
    var model = Model()
    model.nodes = [
      .init("Relu", ["x"], ["a"], name: "input"), .init("Tanh", ["a"], ["b"], name: "f"),
      .init("Relu", ["b"], ["c"], name: "f"), .init("Relu", ["c"], ["y"]),
    ]
    #expect(try model.network().nodes.map(\.name) == ["input", "input.2", "f", "f.2", "y"])
  }
}
