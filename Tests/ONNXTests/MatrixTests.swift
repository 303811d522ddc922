import Networks
import Testing

/// Products with constant matrices and what is folded into them, against plain arithmetic.
@Suite struct MatrixTests {
  /// 2×3, one row an output.
  private let weight = randomFloats(6, seed: 1)
  private let x = [0.5, -1.25, 2]

  @Test(arguments: [0, 1], [nil, [], [2], [1, 2], [1, 1]] as [[Int]?])
  func gemm(transB: Int, biasShape: [Int]?) throws {
    let (alpha, beta): (Float, Float) = (1.5, -0.75)
    let bias = randomFloats(biasShape?.reduce(1, *) ?? 0, seed: 2)
    var model = Model()
    model.tensors = [
      transB == 1
        ? .init("W", [2, 3], weight) : .init("W", [3, 2], transposed(weight, rows: 2))
    ]
    if let biasShape { model.tensors.append(.init("b", biasShape, bias)) }
    model.nodes = [
      .init(
        "Gemm", biasShape == nil ? ["x", "W"] : ["x", "W", "b"], ["y"], name: "layer",
        ["alpha": .float(alpha), "beta": .float(beta), "transB": .integer(transB)])
    ]
    let product = affine(weight, [0, 0], x)
    let expected = (0..<2).map {
      Double(alpha) * product[$0]
        + (bias.isEmpty ? 0 : Double(beta) * Double(bias[bias.count == 1 ? 0 : $0]))
    }
    #expect(agree(try model.output(x), expected))
    let network = try model.network()
    #expect(network.name == "test" && network.nodes.map(\.name) == ["input", "layer"])
  }

  @Test func weightsArriveUnchanged() throws {
    var model = Model()
    model.tensors = [.init("W", [2, 3], weight), .init("b", [2], [3, 4])]
    model.nodes = [.init("Gemm", ["x", "W", "b"], ["y"], ["transB": .integer(1)])]
    let network = try model.network()
    #expect(
      network.nodes[1].operation == .dense(try Dense(inputs: 3, weight: weight, bias: [3, 4])))
  }

  /// One tensor with several factors, plain and as its transpose: what is shared must not mix them.
  @Test func oneMatrixWithSeveralFactors() throws {
    let square = randomFloats(9, seed: 5)
    let other = transposed(square, rows: 3)
    var model = Model()
    model.tensors = [.init("W", [3, 3], square)]
    var expected = x
    for (place, (alpha, turn)) in [(2, 1), (2, 0), (1, 1), (0.5, 1), (2, 1), (1, 0)].enumerated() {
      model.nodes.append(
        .init(
          "Gemm", [place == 0 ? "x" : "t\(place - 1)", "W"], ["g\(place)"],
          ["alpha": .float(Float(alpha)), "transB": .integer(turn)]))
      model.nodes.append(.init("Tanh", ["g\(place)"], ["t\(place)"]))
      expected = affine(turn == 1 ? square : other, [0, 0, 0], expected).map {
        Activation.tanh(alpha * $0)
      }
    }
    model.outputs = [.init("t5", nil)]
    #expect(agree(try model.output(x), expected))
  }

  @Test func gemmThatAddsAComputedValue() throws {
    var model = Model()
    let square = randomFloats(9, seed: 4)
    model.tensors = [.init("W", [3, 3], square)]
    model.nodes = [
      .init("Tanh", ["x"], ["t"], name: "t"),
      .init("Gemm", ["t", "W", "t"], ["y"], name: "g", ["transB": .integer(1)]),
    ]
    let t = x.map { Activation.tanh($0) }
    #expect(agree(try model.output(x), affine(square, t, t)))
  }

  @Test func matricesOnEitherSide() throws {
    let expected = affine(weight, [0, 0], x)
    let right = Model.Tensor("W", [3, 2], transposed(weight, rows: 2))
    let left = Model.Tensor("W", [2, 3], weight)
    for (shape, tensor, operands) in [
      (["N", 3], right, ["x", "W"]), (["N", 1, 3], right, ["x", "W"]), ([3], right, ["x", "W"]),
      (["N", 3, 1], left, ["W", "x"]), ([3], left, ["W", "x"]),
    ] as [([Model.Axis], Model.Tensor, [String])] {
      var model = Model()
      model.inputs = [.init("x", shape)]
      model.tensors = [tensor]
      model.nodes = [.init("MatMul", operands, ["y"])]
      #expect(agree(try model.output(x), expected), "\(shape)")
    }
    var model = Model()
    model.tensors = [.init("w", [3], Array(weight[..<3]))]
    model.nodes = [.init("MatMul", ["x", "w"], ["y"])]
    #expect(agree(try model.output(x), affine(Array(weight[..<3]), [0], x)))
  }

  /// A matrix larger than a tile of the transposition, with odd sides.
  @Test func largeTransposes() throws {
    let (rows, columns) = (37, 71)
    let weight = randomFloats(rows * columns, seed: 5)
    var model = Model()
    model.inputs = [.init("x", ["N", .fixed(columns)])]
    model.tensors = [.init("W", [columns, rows], transposed(weight, rows: rows))]
    model.nodes = [.init("MatMul", ["x", "W"], ["y"])]
    let bias = [Float](repeating: 0, count: rows)
    #expect(
      try model.network().nodes[1].operation
        == .dense(try Dense(inputs: columns, weight: weight, bias: bias)))
  }

  @Test(arguments: [["m", "b"], ["b", "m"]]) func aProductAndASumAreOneOperation(
    operands: [String]
  ) throws {
    var model = Model()
    model.tensors = [
      .init("W", [3, 2], transposed(weight, rows: 2)), .init("b", [2], [0.25, -4]),
    ]
    model.nodes = [
      .init("MatMul", ["x", "W"], ["m"], name: "layer"), .init("Add", operands, ["y"]),
    ]
    #expect(agree(try model.output(x), affine(weight, [0.25, -4], x)))
    #expect(try model.network().nodes.count == 2)
  }

  @Test func scalingOfInputsGoesIntoTheFirstMatrix() throws {
    var model = Model()
    model.tensors = [
      .init("mean", [3], [0.5, 1, -2]), .init("deviation", [1, 3], [2, 0.5, 4]),
      .init("gain", [], [3]), .init("one", [1], [1]), .init("W", [2, 3], weight),
    ]
    model.nodes = [
      .init("Sub", ["x", "mean"], ["a"]), .init("Div", ["a", "deviation"], ["b"]),
      .init("Mul", ["gain", "b"], ["c"]), .init("Sub", ["one", "c"], ["d"]),
      .init("Gemm", ["d", "W"], ["y"], ["transB": .integer(1)]),
    ]
    let scaled = [
      1 - 3 * (x[0] - 0.5) / 2, 1 - 3 * (x[1] - 1) / 0.5, 1 - 3 * (x[2] + 2) / 4,
    ]
    #expect(agree(try model.output(x), affine(weight, [0, 0], scaled)))
    #expect(try model.network().nodes.count == 2)
  }

  /// The matrix in front is read elsewhere too, so that only the one behind can take the factor.
  @Test func aFactorBetweenTwoMatrices() throws {
    let square = randomFloats(9, seed: 6)
    var model = Model()
    model.tensors = [
      .init("V", [3, 3], square), .init("c", [3], [2, -1, 0.5]),
      .init("W", [3, 3], randomFloats(9, seed: 7)),
    ]
    model.nodes = [
      .init("Gemm", ["x", "V"], ["v"], ["transB": .integer(1)]), .init("Mul", ["v", "c"], ["s"]),
      .init("Gemm", ["s", "W"], ["w"], ["transB": .integer(1)]), .init("Add", ["v", "w"], ["y"]),
    ]
    let v = affine(square, [0, 0, 0], x)
    let w = affine(randomFloats(9, seed: 7), v, [2 * v[0], -v[1], 0.5 * v[2]])
    #expect(agree(try model.output(x), w))
  }

  @Test(arguments: [true, false]) func batchNormalization(isBehind: Bool) throws {
    let count = isBehind ? 2 : 3
    let (scale, bias) = (randomFloats(count, seed: 8), randomFloats(count, seed: 9))
    let mean = randomFloats(count, seed: 10)
    let variance = randomFloats(count, seed: 11).map(\.magnitude)
    func normalized(_ values: [Double]) -> [Double] {
      values.indices.map {
        Double(scale[$0]) * (values[$0] - Double(mean[$0]))
          / (Double(variance[$0]) + 0.01).squareRoot() + Double(bias[$0])
      }
    }
    var model = Model()
    model.tensors = [
      .init("W", [2, 3], weight), .init("s", [count], scale), .init("b", [count], bias),
      .init("m", [count], mean), .init("v", [count], variance),
    ]
    let (first, second) = isBehind ? ("x", "h") : ("h", "x")
    let gemm = Model.Node(
      "Gemm", [first, "W"], [isBehind ? "h" : "y"], ["transB": .integer(1)])
    let norm = Model.Node(
      "BatchNormalization", [second, "s", "b", "m", "v"], [isBehind ? "y" : "h"],
      ["epsilon": .float(0.01), "momentum": .float(0.9)])
    model.nodes = isBehind ? [gemm, norm] : [norm, gemm]
    let expected =
      isBehind
      ? normalized(affine(weight, [0, 0], x)) : affine(weight, [0, 0], normalized(x))
    #expect(agree(try model.output(x), expected))
    #expect(try model.network().nodes.count == 2)
  }

  /// One channel's constants hold for all its pixels.
  @Test func batchNormalizationOfImages() throws {
    let weight = randomFloats(8, seed: 12)
    var model = Model()
    model.inputs = [.init("x", ["N", 2, 2, 2])]
    model.tensors = [
      .init("W", [8, 1], weight), .init("s", [2], [2, 3]), .init("b", [2], [1, -1]),
      .init("m", [2], [0.5, 0.25]), .init("v", [2], [1, 4]),
    ]
    model.nodes = [
      .init(
        "BatchNormalization", ["x", "s", "b", "m", "v"], ["h"], ["epsilon": .float(0)]),
      .init("Flatten", ["h"], ["f"], name: "flat"), .init("MatMul", ["f", "W"], ["y"]),
    ]
    let x = randomFloats(8, seed: 13).map { Double($0) }
    let h = x.indices.map { $0 < 4 ? 2 * (x[$0] - 0.5) + 1 : 3 * (x[$0] - 0.25) / 2 - 1 }
    #expect(agree(try model.output(x), affine(weight, [0], h)))
    #expect(try model.network().nodes.map(\.name).contains("flat"))
  }

  @Test func aConstantIsSpreadAlongAnAxis() throws {
    let weight = randomFloats(6, seed: 14)
    for (shape, factors) in [
      ([2, 1], [2, 2, 2, -3, -3, -3]), ([1, 3], [2, -3, 5, 2, -3, 5]),
      ([1, 2, 3], [1, 2, 3, 4, 5, 6]), ([3], [2, -3, 5, 2, -3, 5]),
    ] as [([Int], [Float])] {
      var model = Model()
      model.inputs = [.init("x", ["N", 2, 3])]
      let values: [Float] =
        shape == [2, 1] ? [2, -3] : shape == [1, 2, 3] ? [1, 2, 3, 4, 5, 6] : [2, -3, 5]
      model.tensors = [.init("c", shape, values), .init("W", [6, 1], weight)]
      model.nodes = [
        .init("Mul", ["x", "c"], ["s"]), .init("Flatten", ["s"], ["f"]),
        .init("MatMul", ["f", "W"], ["y"]),
      ]
      let x = randomFloats(6, seed: 15).map { Double($0) }
      let scaled = zip(x, factors).map { $0 * Double($1) }
      #expect(agree(try model.output(x), affine(weight, [0], scaled)), "\(shape)")
    }
  }

  @Test func oneTensorUsedTwice() throws {
    let square = randomFloats(9, seed: 16)
    var model = Model()
    model.tensors = [.init("W", [3, 3], square), .init("c", [], [2])]
    model.nodes = [
      .init("Gemm", ["x", "W"], ["a"], ["transB": .integer(1)]), .init("Relu", ["a"], ["r"]),
      .init("Gemm", ["r", "W"], ["b"], ["transB": .integer(1)]), .init("Mul", ["b", "c"], ["s"]),
      .init("Tanh", ["s"], ["t"]), .init("Gemm", ["t", "W"], ["y"], ["transB": .integer(1)]),
    ]
    let zero = [0.0, 0, 0]
    let a = affine(square, zero, x).map { max(0, $0) }
    let b = affine(square, zero, a).map { Activation.tanh(2 * $0) }
    #expect(agree(try model.output(x), affine(square, zero, b)))
  }
}
