import StochasticThermodynamics
import Testing

@testable import Networks

/// Each pass by itself: what it leaves of a network, and that the network computes the same.
struct PassTests {
  typealias Operation = Networks.Operation

  /// Numbers that are the same for the same seed, of size about 1.
  static func numbers(_ count: Int, seed: Int) -> [Float] {
    var noise = GaussianStream(seed: 11, purpose: "pass tests", index: seed)
    return (0..<count).map { _ in Float(noise.next()) }
  }

  static func dense(_ inputs: Int, _ outputs: Int, seed: Int = 0) throws -> Operation {
    .dense(
      try Dense(
        inputs: inputs, weight: numbers(inputs * outputs, seed: seed),
        bias: numbers(outputs, seed: seed + 1)))
  }

  /// 2 → 4 channels of 3 × 3 positions.
  static func convolution(
    groups: Int = 1, transposed: Bool = false, padding: Int = 0
  ) throws -> Operation {
    let axis = try Window.Axis(
      input: transposed ? 4 : 3, kernel: 2, before: padding, after: padding)
    return .convolution(
      try Convolution(
        Window([axis, axis]), inputChannels: 2, outputChannels: 4, groups: groups,
        isTransposed: transposed, weight: numbers(2 * 4 / groups * 4, seed: 3),
        bias: numbers(4, seed: 4)))
  }

  /// A scale with a constant for each of some channels.
  static func scale(_ channels: Int, inner: Int = 1, offset: Bool = true) throws -> Operation {
    .scale(
      try Scale(
        factors: numbers(channels, seed: 5), offsets: offset ? numbers(channels, seed: 6) : nil,
        inner: inner))
  }

  /// A network of named operations; the last is the output.
  static func network(
    _ input: [Int], _ operations: [(String, Operation, [String])]
  ) throws -> Network {
    var builder = Network.Builder(input: try Shape(input))
    for (name, operation, parents) in operations {
      try builder.add(operation, named: name, reading: parents)
    }
    return try builder.network(named: "test", output: operations.last!.0)
  }

  /// The kinds of operations after a pass, which must leave what the network computes.
  static func kinds(
    _ network: Network, _ pass: (Network) throws -> Network = { $0.simplified() }
  ) throws -> [String] {
    let simpler = try pass(network)
    for seed in 0..<3 {
      let input = numbers(network.inputCount, seed: 100 + seed).map { Double($0) }
      let (wanted, given) = (
        ReferenceEngine(network).output(for: input), ReferenceEngine(simpler).output(for: input)
      )
      let size = wanted.map { abs($0) }.max()!
      for (one, other) in zip(wanted, given) { #expect(abs(one - other) <= 2e-6 * size) }
    }
    return simpler.nodes.dropFirst().map(\.operation.name)
  }

  // MARK: Scales

  @Test func scalesGoIntoTheMatrixBefore() throws {
    let network = try Self.network(
      [3],
      [
        ("w", Self.dense(3, 4), ["input"]), ("s", Self.scale(4), ["w"]),
        ("t", Self.scale(1), ["s"]), ("y", .activation(.relu), ["t"]),
      ])
    #expect(try Self.kinds(network) { try $0.foldingScales() } == ["dense", "relu"])
  }

  @Test(arguments: [(1, false), (2, false), (1, true), (2, true)])
  func scalesGoIntoTheConvolutionBefore(groups: Int, transposed: Bool) throws {
    let convolution = try Self.convolution(groups: groups, transposed: transposed)
    let positions = transposed ? 16 : 4
    let network = try Self.network(
      [2, 3, 3],
      [
        ("c", convolution, ["input"]), ("s", Self.scale(4, inner: positions), ["c"]),
        ("y", .activation(.tanh), ["s"]),
      ])
    #expect(try Self.kinds(network) { try $0.foldingScales() }.count == 2)
  }

  @Test func scalesGoIntoWhatReadsThem() throws {
    let matrix = try Self.network(
      [3], [("s", Self.scale(3), ["input"]), ("y", Self.dense(3, 2), ["s"])])
    #expect(try Self.kinds(matrix) == ["dense"])
    let convolution = try Self.network(
      [2, 3, 3],
      [("s", Self.scale(2, inner: 9), ["input"]), ("y", Self.convolution(), ["s"])])
    #expect(try Self.kinds(convolution) == ["convolution"])
  }

  @Test func offsetsDoNotPassPadding() throws {
    func network(offset: Bool) throws -> Network {
      try Self.network(
        [2, 3, 3],
        [
          ("s", Self.scale(2, inner: 9, offset: offset), ["input"]),
          ("y", Self.convolution(padding: 1), ["s"]),
        ])
    }
    #expect(try Self.kinds(network(offset: true)) == ["scale", "convolution"])
    #expect(try Self.kinds(network(offset: false)) == ["convolution"])
  }

  @Test func scalesOfOtherLayoutsStay() throws {
    // Constants along the runs of a matrix, not along its outputs.
    let network = try Self.network(
      [2, 3],
      [
        ("w", Self.dense(3, 2), ["input"]), ("s", Self.scale(2, inner: 2), ["w"]),
        ("y", .activation(.tanh), ["s"]),
      ])
    #expect(try Self.kinds(network) == ["dense", "scale", "tanh"])
  }

  @Test func whatOthersReadIsLeft() throws {
    let network = try Self.network(
      [3],
      [
        ("w", Self.dense(3, 4), ["input"]), ("s", Self.scale(4), ["w"]),
        ("y", .add, ["w", "s"]),
      ])
    #expect(try Self.kinds(network) == ["dense", "scale", "add"])
  }

  @Test func scalesOfProductsGoIntoMatrices() throws {
    let transpose = Operation.rearrange(
      try Rearrangement(shape: Shape([2, 3]), indices: [0, 2, 4, 1, 3, 5]))
    let network = try Self.network(
      [3, 4],
      [
        ("q", Self.dense(4, 2), ["input"]), ("k", Self.dense(4, 2, seed: 7), ["input"]),
        ("kt", transpose, ["k"]), ("p", .matrixProduct, ["q", "kt"]),
        ("s", .scale(try Scale(factors: [0.5], offsets: nil)), ["p"]), ("y", .softmax, ["s"]),
      ])
    #expect(
      try Self.kinds(network) == ["dense", "dense", "rearrange", "matrix-product", "softmax"])
  }

  @Test func factorsOfPartsGoIntoTheMatrix() throws {
    func part(_ columns: [Int32]) throws -> Operation {
      let indices = (0..<3).flatMap { row in columns.map { Int32(row * 4) + $0 } }
      return .rearrange(
        try Rearrangement(shape: Shape([3, columns.count]), indices: indices))
    }
    func network(sharing: Bool) throws -> Network {
      try Self.network(
        [3, 2],
        [
          ("w", Self.dense(2, 4), ["input"]), ("q", part([0, 1]), ["w"]),
          ("k", part(sharing ? [1, 2] : [2, 3]), ["w"]),
          ("s", .scale(try Scale(factors: [0.3], offsets: nil)), ["q"]),
          ("y", .multiply, ["s", "k"]),
        ])
    }
    let folded = ["dense", "rearrange", "rearrange", "multiply"]
    #expect(try Self.kinds(network(sharing: false)) { try $0.foldingFactorsOfParts() } == folded)
    #expect(
      try Self.kinds(network(sharing: true)) { try $0.foldingFactorsOfParts() }.contains("scale"))
  }

  @Test func sumsOfSumsAreOne() throws {
    let network = try Self.network(
      [3],
      [
        ("a", .activation(.tanh), ["input"]), ("b", .add, ["a", "input"]),
        ("c", .add, ["b", "a"]), ("y", .add, ["c", "c"]),
      ])
    // The last sum reads one twice: that one stays.
    #expect(try Self.kinds(network) { try $0.mergingSums() } == ["tanh", "add", "add"])
  }

  // MARK: Rearrangements

  @Test(arguments: 0..<40)
  func chainsOfRearrangementsAreOne(seed: Int) throws {
    var generator = SeededGenerator(seed: 5, purpose: "rearrangements", index: seed)
    var builder = Network.Builder(input: try Shape([6]))
    try builder.add(.activation(.tanh), named: "v0", reading: ["input"])
    var values = [("v0", 6), ("input", 6)]
    for index in 1...Int.random(in: 2...6, using: &generator) {
      let parents = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        values.randomElement(using: &generator)!
      }
      let total = parents.reduce(0) { $0 + $1.1 }
      let count = Int.random(in: 1...9, using: &generator)
      let constants = [Float(index), Float(-index)]
      let indices = (0..<count).map { _ in
        Int32(Int.random(in: -constants.count..<total, using: &generator))
      }
      try builder.add(
        .rearrange(
          Rearrangement(shape: Shape(vector: count), indices: indices, constants: constants)),
        named: "v\(index)", reading: parents.map(\.0))
      values.append(("v\(index)", count))
    }
    try builder.add(
      .rearrange(Rearrangement(shape: Shape(vector: 1), indices: [0])), named: "none",
      reading: ["v0"])
    // Everything reaches the output, so that nothing is left out for that alone.
    let all = values.map(\.0) + ["none"]
    let total = values.reduce(1) { $0 + $1.1 }
    try builder.add(
      .rearrange(
        Rearrangement(shape: Shape(vector: total), indices: (0..<total).map { Int32($0) })),
      named: "all", reading: all)
    try builder.add(.activation(.sigmoid), named: "y", reading: ["all"])
    let network = try builder.network(named: "chain", output: "y")
    let kinds = try Self.kinds(network) { try $0.composingRearrangements() }
    #expect(kinds.filter { $0 == "rearrange" }.count == 1)
  }

  @Test func rearrangementsThatUndoEachOtherVanish() throws {
    let there = Operation.rearrange(
      try Rearrangement(shape: Shape([3, 2]), indices: [0, 3, 1, 4, 2, 5]))
    let back = Operation.rearrange(
      try Rearrangement(shape: Shape([2, 3]), indices: [0, 2, 4, 1, 3, 5]))
    let network = try Self.network(
      [2, 3],
      [
        ("w", Self.dense(3, 3), ["input"]), ("a", there, ["w"]), ("f", .activation(.relu), ["a"]),
        ("b", back, ["f"]), ("y", Self.dense(3, 1), ["b"]),
      ])
    #expect(try Self.kinds(network) == ["dense", "relu", "dense"])
    let simpler = network.simplified()
    #expect(simpler.layers.map(\.name) == ["f", "y"])
  }

  @Test(arguments: [-1e4, -1e9, -Float.greatestFiniteMagnitude])
  func masksAreWires(mask: Float) throws {
    let scale = try Scale(factors: nil, offsets: [0, mask, mask, 1, 2, mask, 0, 0, 0])
    func network(_ scale: Scale) throws -> Network {
      try Self.network(
        [3, 3],
        [("w", Self.dense(3, 3), ["input"]), ("m", .scale(scale), ["w"]), ("y", .softmax, ["m"])])
    }
    #expect(try Self.kinds(network(scale)) == ["dense", "scale", "rearrange", "softmax"])
    // A run of which nothing counts is a softmax like any other.
    let none = try Scale(factors: nil, offsets: [mask, mask, mask])
    #expect(
      try network(none).simplified().nodes.contains { $0.operation.kind == .rearrange } == false)
  }

  // MARK: Functions

  @Test(arguments: 0..<3)
  func geluOfItsPieces(form: Int) throws {
    func constant(_ factor: Float, _ offset: Float = 0) throws -> Operation {
      .scale(try Scale(factors: [factor], offsets: offset == 0 ? nil : [offset]))
    }
    let root = Float(0.5.squareRoot())
    let head: [(String, Operation, [String])] = [
      ("x", try Self.dense(3, 4), ["input"]), ("r", try constant(root), ["x"]),
      ("e", .activation(.erf), ["r"]), ("g", try constant(1, 1), ["e"]),
    ]
    let tails: [[(String, Operation, [String])]] = [
      [("m", .multiply, ["x", "g"]), ("h", try constant(0.5), ["m"])],
      [("h0", try constant(0.5), ["x"]), ("m", .multiply, ["h0", "g"])],
      [("h0", try constant(0.5), ["g"]), ("m", .multiply, ["h0", "x"])],
    ]
    let network = try Self.network(
      [3], head + tails[form] + [("y", Self.dense(4, 2), [form == 0 ? "h" : "m"])])
    #expect(try Self.kinds(network) == ["dense", "gelu", "dense"])
  }

  @Test(arguments: [false, true])
  func approximateGeluOfItsPieces(asProduct: Bool) throws {
    func constant(_ factor: Float, _ offset: Float = 0) throws -> Operation {
      .scale(try Scale(factors: [factor], offsets: offset == 0 ? nil : [offset]))
    }
    let cube: [(String, Operation, [String])] =
      asProduct
      ? [("x2", .multiply, ["x", "x"]), ("x3", .multiply, ["x2", "x"])]
      : [("x3", .activation(.power(3)), ["x"])]
    let network = try Self.network(
      [3],
      [("x", Self.dense(3, 4), ["input"])] + cube + [
        ("c", constant(0.044715), ["x3"]), ("s", .add, ["x", "c"]),
        ("r", constant(Float((2 / Double.pi).squareRoot())), ["s"]),
        ("t", .activation(.tanh), ["r"]), ("g", constant(1, 1), ["t"]),
        ("m", .multiply, ["x", "g"]), ("h", constant(0.5), ["m"]),
        ("y", Self.dense(4, 2), ["h"]),
      ])
    #expect(try Self.kinds(network) == ["dense", "gelu-tanh", "dense"])
  }

  @Test func gatesOfTheirOwnValue() throws {
    func network(_ gate: [(String, Operation, [String])]) throws -> Network {
      try Self.network(
        [3],
        [("x", Self.dense(3, 4), ["input"])] + gate + [("y", .multiply, ["x", gate.last!.0])])
    }
    let plus3 = Operation.scale(try Scale(factors: nil, offsets: [3]))
    let sixth = Operation.scale(try Scale(factors: [1 / 6], offsets: nil))
    #expect(
      try Self.kinds(network([("g", .activation(.sigmoid), ["x"])])) == ["dense", "silu"])
    #expect(
      try Self.kinds(
        network([("g", .activation(.hardSigmoid(alpha: 1 / 6, beta: 0.5)), ["x"])]))
        == ["dense", "hard-swish"])
    #expect(
      try Self.kinds(
        network([
          ("p", plus3, ["x"]), ("c", .activation(.clip(from: 0, to: 6)), ["p"]),
          ("g", sixth, ["c"]),
        ])) == ["dense", "hard-swish"])
    // Another value's gate is a product.
    let other = try Self.network(
      [3],
      [
        ("x", Self.dense(3, 4), ["input"]), ("z", Self.dense(3, 4, seed: 9), ["input"]),
        ("g", .activation(.sigmoid), ["z"]), ("y", .multiply, ["x", "g"]),
      ])
    #expect(try Self.kinds(other).contains("multiply"))
  }

  // MARK: Normalisations

  @Test(arguments: [false, true], [false, true])
  func normalizationOfItsPieces(square: Bool, minusFirst: Bool) throws {
    let repeats = Operation.rearrange(
      try Rearrangement(shape: Shape([2, 4]), indices: [0, 0, 0, 0, 1, 1, 1, 1]))
    let mean = Operation.pool(try Pool(.mean, Window(spanning: [4])))
    let minus = Operation.scale(try Scale(factors: [-1], offsets: nil))
    let epsilon = Operation.scale(try Scale(factors: nil, offsets: [1e-5]))
    let negative: [(String, Operation, [String])] =
      minusFirst
      ? [("n", minus, ["m"]), ("b", repeats, ["n"])] : [("n", repeats, ["m"]), ("b", minus, ["n"])]
    let network = try Self.network(
      [2, 3],
      [("x", Self.dense(3, 4), ["input"]), ("m", mean, ["x"])] + negative + [
        ("d", .add, ["x", "b"]),
        ("q", square ? .multiply : .activation(.power(2)), square ? ["d", "d"] : ["d"]),
        ("v", mean, ["q"]), ("e", epsilon, ["v"]), ("r", .activation(.squareRoot), ["e"]),
        ("i", .activation(.reciprocal), ["r"]), ("j", repeats, ["i"]),
        ("u", .multiply, ["d", "j"]), ("w", Self.scale(4), ["u"]),
        ("y", Self.dense(4, 2), ["w"]),
      ])
    #expect(try Self.kinds(network) == ["dense", "normalize", "dense"])
  }

  @Test func aNetworkThatDoesNothingStays() throws {
    let network = try Self.network(
      [3], [("y", .scale(try Scale(factors: [1], offsets: nil)), ["input"])])
    #expect(network.simplified() == network)
  }

  @Test(arguments: 0..<30)
  func randomNetworksComputeTheSame(seed: Int) throws {
    _ = try Self.kinds(try randomNetwork(seed: seed))
    _ = try Self.kinds(try RandomOperations.network(seed: seed, smooth: false))
  }
}
