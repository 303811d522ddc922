import Foundation
import Networks
import ONNX
import Testing

/// Arithmetic between computed values, functions and normalisations, against their formulas.
@Suite struct OperatorTests {
  private let x = [0.5, -1.25, 2, 3, -0.75, 1]

  private func output(
    _ shape: [Int], opset: Int = 17, tensors: [Model.Tensor] = [], _ nodes: [Model.Node]
  ) throws -> [Double] {
    var model = Model()
    model.opset = opset
    model.inputs = [.init("x", ["N"] + shape.map { .fixed($0) })]
    model.tensors = tensors
    model.nodes = nodes
    return try model.output(Array(x[..<shape.reduce(1, *)]))
  }

  @Test func functionsOfOneNumber() throws {
    func clipped(_ z: Double) -> Double { min(max(z, -1), 1.5) }
    let cases: [(Int, Model.Node, (Double) -> Double)] = [
      (
        17, .init("Elu", ["x"], ["y"], ["alpha": .float(0.5)]),
        { $0 > 0 ? $0 : 0.5 * (exp($0) - 1) }
      ),
      (
        17, .init("Selu", ["x"], ["y"]),
        { 1.0507010221481323 * ($0 > 0 ? $0 : 1.6732631921768188 * (exp($0) - 1)) }
      ),
      (17, .init("HardSigmoid", ["x"], ["y"]), { min(max(Double(Float(0.2)) * $0 + 0.5, 0), 1) }),
      (17, .init("HardSwish", ["x"], ["y"]), { $0 * min(max($0 / 6 + 0.5, 0), 1) }),
      (17, .init("Softplus", ["x"], ["y"]), { log(1 + exp($0)) }),
      (20, .init("Gelu", ["x"], ["y"]), { 0.5 * $0 * (1 + erf($0 / sqrt(2))) }),
      (
        20, .init("Gelu", ["x"], ["y"], ["approximate": .string("tanh")]),
        { 0.5 * $0 * (1 + tanh(sqrt(2 / Double.pi) * ($0 + 0.044715 * $0 * $0 * $0))) }
      ),
      (17, .init("Erf", ["x"], ["y"]), { erf($0) }), (17, .init("Exp", ["x"], ["y"]), { exp($0) }),
      (17, .init("Neg", ["x"], ["y"]), { -$0 }), (17, .init("Abs", ["x"], ["y"]), { abs($0) }),
      (17, .init("Clip", ["x", "least", "most"], ["y"]), clipped),
      (17, .init("Clip", ["x", "", "most"], ["y"]), { min($0, 1.5) }),
      (17, .init("Clip", ["x", "least"], ["y"]), { max($0, -1) }),
      (10, .init("Clip", ["x"], ["y"], ["min": .float(-1), "max": .float(1.5)]), clipped),
      (17, .init("LeakyRelu", ["x"], ["y"], ["alpha": .float(-2)]), { $0 > 0 ? $0 : -2 * $0 }),
      (17, .init("Pow", ["x", "two"], ["y"]), { $0 * $0 }),
      (17, .init("Pow", ["two", "x"], ["y"]), { pow(2, $0) }),
      (17, .init("Max", ["x", "least"], ["y"]), { max($0, -1) }),
      (17, .init("Min", ["most", "x"], ["y"]), { min($0, 1.5) }),
      (17, .init("Div", ["two", "x"], ["y"]), { 2 / $0 }),
      (17, .init("Sub", ["two", "x"], ["y"]), { 2 - $0 }),
    ]
    for (opset, node, function) in cases {
      let found = try output(
        [6], opset: opset,
        tensors: [.init("least", [], [-1]), .init("most", [], [1.5]), .init("two", [], [2])], [node]
      )
      #expect(agree(found, x.map(function)), "\(node.kind) \(node.inputs)")
    }
    let root = try output([6], [.init("Abs", ["x"], ["a"]), .init("Sqrt", ["a"], ["y"])])
    #expect(agree(root, x.map { sqrt(abs($0)) }))
    let inverse = try output([6], [.init("Reciprocal", ["x"], ["y"])])
    #expect(agree(inverse, x.map { 1 / $0 }))
    let slopes = try output(
      [2, 3], tensors: [.init("s", [2, 1], [0.25, -1])], [.init("PRelu", ["x", "s"], ["y"])])
    #expect(agree(slopes, x.enumerated().map { $1 > 0 ? $1 : ($0 < 3 ? 0.25 : -1) * $1 }))
  }

  /// A value [2, 3] and one [2, 1] made of it.
  @Test func broadcastingBetweenComputedValues() throws {
    let first = Model.Node("ReduceMax", ["x"], ["m"], ["axes": .integers([2])])
    let top = [2.0, 3]
    func pair(_ place: Int) -> (Double, Double) { (x[place], top[place / 3]) }
    let cases: [(String, [String], (Double, Double) -> Double)] = [
      ("Add", ["x", "m"], { $0 + $1 }), ("Sub", ["x", "m"], { $0 - $1 }),
      ("Sub", ["m", "x"], { $1 - $0 }), ("Mul", ["m", "x"], { $0 * $1 }),
      ("Div", ["x", "m"], { $0 / $1 }), ("Div", ["m", "x"], { $1 / $0 }),
      ("Pow", ["m", "x"], { pow($1, $0) }), ("Max", ["x", "m", "c"], { max(max($0, $1), 2.5) }),
      ("Min", ["x", "m", "c"], { min(min($0, $1), 2.5) }),
      ("Sum", ["x", "m", "c"], { $0 + $1 + 2.5 }),
    ]
    for (kind, inputs, function) in cases {
      let found = try output(
        [2, 3], tensors: [.init("c", [1, 1], [2.5])], [first, .init(kind, inputs, ["y"])])
      let expected = x.indices.map { function(pair($0).0, pair($0).1) }
      #expect(agree(found, expected), "\(kind) \(inputs)")
    }
  }

  /// A constant with more axes, or longer ones, than the value.
  @Test func constantsThatRepeatAValue() throws {
    let c: [Float] = [1, 2, 3, 4]
    for (kind, function) in [("Add", { $0 + $1 }), ("Mul", { $0 * $1 })]
      as [(String, (Double, Double) -> Double)]
    {
      let found = try output(
        [1, 2], tensors: [.init("c", [2, 2, 1], c)], [.init(kind, ["x", "c"], ["y"])])
      #expect(agree(found, (0..<8).map { function(x[$0 % 2], Double(c[$0 / 2])) }), "\(kind)")
    }
    // Holes between the axes that repeat.
    let found = try output(
      [1, 3, 2], tensors: [.init("c", [2, 1, 2], c)], [.init("Mul", ["x", "c"], ["y"])])
    let expected = (0..<12).map { (place: Int) -> Double in
      let constant = place / 6 * 2 + place % 2
      return x[place % 6] * Double(c[constant])
    }
    #expect(agree(found, expected))
  }

  @Test func normalizations() throws {
    func normal(_ run: ArraySlice<Double>, _ epsilon: Double) -> [Double] {
      let mean = run.reduce(0, +) / Double(run.count)
      let variance = run.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(run.count)
      return run.map { ($0 - mean) / sqrt(variance + epsilon) }
    }
    let rows = normal(x[..<3], 0.25) + normal(x[3...], 0.25)
    let tensors: [Model.Tensor] = [
      .init("s2", [2], [2, -1]), .init("b2", [2], [0.5, 3]), .init("s3", [3], [2, -1, 0.5]),
      .init("b3", [3], [1, 2, 3]), .init("s6", [2, 3], [1, 2, 3, 4, 5, 6]),
    ]
    let instance = try output(
      [2, 3], tensors: tensors,
      [.init("InstanceNormalization", ["x", "s2", "b2"], ["y"], ["epsilon": .float(0.25)])])
    #expect(agree(instance, rows.enumerated().map { $1 * ($0 < 3 ? 2 : -1) + ($0 < 3 ? 0.5 : 3) }))
    let layer = try output(
      [2, 3], tensors: tensors,
      [.init("LayerNormalization", ["x", "s3", "b3"], ["y"], ["epsilon": .float(0.25)])])
    #expect(agree(layer, rows.enumerated().map { $1 * [2, -1, 0.5][$0 % 3] + [1, 2, 3][$0 % 3] }))
    let both = try output(
      [2, 3], tensors: tensors,
      [
        .init(
          "LayerNormalization", ["x", "s6"], ["y"], ["axis": .integer(1), "epsilon": .float(0.25)])
      ])
    #expect(agree(both, normal(x[...], 0.25).enumerated().map { $1 * Double($0 + 1) }))
    // Three channels of two: the sum runs over a channel and its neighbours.
    let response = try output(
      [3, 2],
      [
        .init(
          "LRN", ["x"], ["y"],
          ["size": .integer(3), "alpha": .float(0.75), "beta": .float(0.5), "bias": .float(2)])
      ])
    let expected = x.indices.map { place in
      let squares = x.indices.filter { $0 % 2 == place % 2 && abs($0 / 2 - place / 2) <= 1 }
      return x[place] / sqrt(2 + 0.25 * squares.reduce(0) { $0 + x[$1] * x[$1] })
    }
    #expect(agree(response, expected))
  }

  @Test func productsOfComputedMatrices() throws {
    // Aᵀ A and A Aᵀ of a 2×3 matrix.
    func product(_ m: Int, _ n: Int, _ k: Int, _ a: (Int, Int) -> Double, _ b: (Int, Int) -> Double)
      -> [Double]
    {
      (0..<m * n).map { place in (0..<k).reduce(0) { $0 + a(place / n, $1) * b($1, place % n) } }
    }
    let turn = Model.Node("Transpose", ["x"], ["t"], ["perm": .integers([0, 2, 1])])
    let small = try output([2, 3], [turn, .init("MatMul", ["x", "t"], ["y"])])
    #expect(agree(small, product(2, 2, 3, { x[$0 * 3 + $1] }, { x[$1 * 3 + $0] })))
    let flat = Model.Node("Squeeze", ["x"], ["m"], ["axes": .integers([0])])
    for (turnsA, turnsB) in [(1, 0), (0, 1)] {
      let found = try output(
        [2, 3], opset: 11, tensors: [.init("c", [1, 1], [4])],
        [
          flat,
          .init(
            "Gemm", ["m", "m", "c"], ["y"],
            [
              "transA": .integer(turnsA), "transB": .integer(turnsB), "alpha": .float(2),
              "beta": .float(0.5),
            ]),
        ])
      let expected =
        turnsA == 1
        ? product(3, 3, 2, { x[$1 * 3 + $0] }, { x[$0 * 3 + $1] })
        : product(2, 2, 3, { x[$0 * 3 + $1] }, { x[$1 * 3 + $0] })
      #expect(agree(found, expected.map { 2 * $0 + 2 }), "\(turnsA)")
    }
    // A constant on either side, once for each of two matrices.
    let w = randomFloats(18, seed: 60)
    let slices = try output(
      [2, 1, 3], tensors: [.init("W", [2, 3, 3], w)], [.init("MatMul", ["x", "W"], ["y"])])
    let expected = (0..<6).map { (place: Int) -> Double in
      let (row, column) = (place / 3, place % 3)
      return (0..<3).reduce(0.0) { sum, inner in
        sum + x[row * 3 + inner] * Double(w[row * 9 + inner * 3 + column])
      }
    }
    #expect(agree(slices, expected))
    let left = try output(
      [3, 2], tensors: [.init("W", [4, 3], Array(w[..<12]))], [.init("MatMul", ["W", "x"], ["y"])])
    #expect(agree(left, product(4, 2, 3, { Double(w[$0 * 3 + $1]) }, { x[$0 * 2 + $1] })))
    let turned = try output(
      [2, 3], opset: 11,
      tensors: [.init("W", [4, 2], Array(w[..<8])), .init("b", [4, 1], [1, 2, 3, 4])],
      [flat, .init("Gemm", ["W", "m", "b"], ["y"])])
    let whole = product(4, 3, 2, { Double(w[$0 * 2 + $1]) }, { x[$0 * 3 + $1] })
    #expect(agree(turned, whole.enumerated().map { $1 + Double($0 / 3 + 1) }))
  }

  /// The axis of samples may be anywhere in between, and a file may be written for a fixed number.
  @Test(arguments: ["N", 1, 4] as [Model.Axis]) func samplesAnywhere(batch: Model.Axis) throws {
    let count = if case .fixed(let length) = batch { length } else { 1 }
    var model = Model()
    model.inputs = [.init("x", [batch, 3, 2])]
    model.tensors = [
      .init("to", [3], whole: [3, count, 2]), .init("flat", [2], whole: [count, 6]),
      .init("rest", [2], whole: [count, -1]), .init("c", [2], [10, 20]),
    ]
    model.nodes = [
      .init("Transpose", ["x"], ["t"], ["perm": .integers([1, 0, 2])]),
      .init("Add", ["t", "c"], ["a"]),
      .init("Reshape", ["a", "to"], ["r"]),
      .init("Transpose", ["r"], ["u"], ["perm": .integers([1, 2, 0])]),
      .init("Reshape", ["u", "flat"], ["f"]), .init("Reshape", ["f", "rest"], ["g"]),
      .init("Neg", ["g"], ["y"]),
    ]
    #expect(try model.output([1, 2, 3, 4, 5, 6]) == [-11, -13, -15, -22, -24, -26])
  }

  @Test func chosenInputsAndOutputs() throws {
    var model = Model()
    model.inputs = [.init("a", ["N", 2]), .init("b", ["N", 2]), .init("c", ["N", 2])]
    model.outputs = [.init("y", nil), .init("z", nil)]
    model.nodes = [
      .init("Sub", ["a", "b"], ["y"]), .init("Add", ["y", "c"], ["z"]),
    ]
    func options(_ inputs: [String]?, _ output: String?) -> ONNXFile.Options {
      .init(inputs: inputs, output: output)
    }
    func output(_ options: ONNXFile.Options, _ x: [Double]) throws -> [Double] {
      try ReferenceEngine(ONNXFile.network(from: model.data, at: "m.onnx", options: options))
        .output(for: x)
    }
    #expect(try output(options(["b", "a"], "y"), [1, 2, 10, 30]) == [9, 28])
    #expect(try output(options(["a", "b", "c"], "z"), [1, 2, 3, 5, 7, 9]) == [5, 6])
    #expect(try output(.init(isWhole: true), [1, 2, 3, 5, 7, 9]) == [-2, -3])
    for (options, words) in [
      (options(nil, "y"), "it has 3 inputs, 'a', 'b', 'c'; choose what a sample holds"),
      (options(["a"], nil), "it has 2 outputs, 'y', 'z'; choose one"),
      (options(["a", "q"], "y"), "it has no input 'q'; it has 3 inputs, 'a', 'b', 'c'"),
      (options(["a", "a"], "y"), "its input 'a' is chosen twice"),
      (options(["a"], "w"), "it has no output 'w'; it has 2 outputs, 'y', 'z'"),
      (options(["a"], "y"), "operator 'Sub' of node 'y' reads 'b', an input that is not chosen"),
    ] {
      #expect(throws: ONNXError.self) { try output(options, []) }
      do {
        _ = try output(options, [])
      } catch {
        #expect("\(error)" == words)
      }
    }
  }

  /// A class that is read off the output is not part of the network.
  @Test func aReadoutAtTheEnd() throws {
    let nodes: [Model.Node] = [
      .init("Tanh", ["x"], ["t"]),
      .init("ArgMax", ["t"], ["a"], ["axis": .integer(-1), "keepdims": .integer(0)]),
      .init("Cast", ["a"], ["y"], ["to": .integer(6)]),
    ]
    #expect(agree(try output([6], nodes), x.map { tanh($0) }))
  }
}
