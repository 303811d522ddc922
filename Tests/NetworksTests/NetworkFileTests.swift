import Foundation
import Networks
import Testing

/// Every operation in a file and back.
@Suite struct NetworkFileTests {
  private static func window(_ axes: Window.Axis...) throws -> Window { try Window(axes) }

  private static func numbers(_ count: Int) -> [Float] {
    (0..<count).map { Float(($0 * 37 + 11) % 101) / 64 - 0.7 }
  }

  /// A network in which every sort of operation, and every function, occurs.
  private static func everything() throws -> Network {
    var builder = Network.Builder(input: try Shape([4, 7, 6]))
    var last = Network.Builder.input
    var count = 0
    func add(_ operation: Networks.Operation, with other: String? = nil) throws {
      let name = "n\(count)"
      count += 1
      try builder.add(operation, named: name, reading: [last] + (other.map { [$0] } ?? []))
      last = name
    }
    try add(
      .convolution(
        Convolution(
          window(
            .init(input: 7, kernel: 3, stride: 2, dilation: 1, before: 1, after: 2, output: 4),
            .init(input: 6, kernel: 2, dilation: 2, before: 1)),
          inputChannels: 4, outputChannels: 6, groups: 2, weight: numbers(6 * 2 * 6),
          bias: numbers(6))))
    try add(.prelu(ParametricReLU(slopes: numbers(6), inner: 4 * 5)))
    try add(
      .convolution(
        Convolution(
          window(.init(input: 8, kernel: 2, stride: 2), .init(input: 5, kernel: 1)),
          inputChannels: 6, outputChannels: 4, groups: 2, isTransposed: true,
          weight: numbers(6 * 2 * 2), bias: numbers(4))))
    try add(.scale(Scale(factors: numbers(4), offsets: numbers(4), inner: 40)))
    try add(.scale(Scale(factors: nil, offsets: [0.25])))
    try add(
      .pool(
        Pool(
          .mean,
          window(
            .init(input: 8, kernel: 3, stride: 3, before: 1), .init(input: 5, kernel: 2, after: 1)),
          countsPadding: true)))
    try add(.pool(Pool(.max, window(.init(input: 5, kernel: 2, stride: 2, output: 3)))))
    try add(.pool(Pool(.sum, window(.init(input: 3, kernel: 2)))))
    let functions: [Activation] = [
      .relu, .leakyReLU(slope: -0.1), .elu(alpha: 0.5), .selu(alpha: 1.5, gamma: 1.1), .tanh,
      .sigmoid, .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSwish, .silu, .softplus, .gelu, .geluTanh,
      .clip(from: -.greatestFiniteMagnitude, to: 6), .erf, .exponential, .squareRoot, .reciprocal,
      .absolute, .logarithm, .power(3),
    ]
    for function in functions { try add(.activation(function)) }
    let shape = builder.shape(of: last)!.dimensions
    let before = last
    try add(.multiply, with: before)
    try add(.add, with: before)
    try add(
      .rearrange(
        Rearrangement(
          shape: Shape([shape[0], shape[2], shape[1]]),
          indices: (0..<builder.shape(of: last)!.count).map { $0 == 3 ? -1 : Int32($0) },
          constants: [-.greatestFiniteMagnitude])))
    try add(.matrixProduct, with: before)
    try add(.softmax)
    try add(.normalize(epsilon: 1e-5))
    try add(.logSoftmax)
    try add(.reshape(Shape(vector: builder.shape(of: last)!.count)))
    try add(
      .dense(
        Dense(
          inputs: builder.shape(of: last)!.count,
          weight: numbers(2 * builder.shape(of: last)!.count),
          bias: numbers(2))))
    return try builder.network(named: "everything", output: last)
  }

  @Test func everyOperationSurvivesItsFile() throws {
    let network = try Self.everything()
    let kinds = Set(network.nodes.map(\.operation.kind))
    #expect(kinds == Set(Networks.Operation.Kind.allCases))
    let file = try NetworkFile.encode(network)
    let read = try NetworkFile.decode(file)
    #expect(read == network)
    #expect(try NetworkFile.encode(read) == file)
  }

  /// Random ones of convolutions, pools and constants, whose windows are drawn until one is possible.
  @Test(arguments: 0..<24) func randomWindowsSurviveTheirFile(seed: Int) throws {
    var generator = Mixer(state: UInt64(seed + 1))
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    var made: Network?
    while made == nil {
      let rank = draw(1...2)
      let lengths = (0..<rank).map { _ in draw(1...9) }
      let groups = draw(1...3)
      let (inputs, outputs) = (groups * draw(1...3), groups * draw(1...3))
      guard
        let axes = try? lengths.map({ length in
          try Window.Axis(
            input: length, kernel: draw(1...4), stride: draw(1...3), dilation: draw(1...2),
            before: draw(0...2), after: draw(0...2), output: draw(0...3) == 0 ? draw(1...5) : nil)
        }), let window = try? Window(axes)
      else { continue }
      var builder = Network.Builder(input: try Shape([draw(1...2), inputs] + lengths))
      let isPool = draw(0...2) == 0
      let isTransposed = !isPool && draw(0...1) == 0
      let operation: Networks.Operation?
      if isPool {
        operation =
          (try? Pool(
            Pool.Kind.allCases.randomElement(using: &generator)!, window,
            countsPadding: draw(0...1) == 0)).map { .pool($0) }
      } else {
        operation = .convolution(
          try Convolution(
            window, inputChannels: inputs, outputChannels: outputs, groups: groups,
            isTransposed: isTransposed,
            weight: Self.numbers(inputs * outputs / groups * window.tapCount),
            bias: Self.numbers(outputs)))
      }
      guard let operation else { continue }
      if isTransposed {
        builder = Network.Builder(input: try Shape([inputs] + axes.map(\.output)))
      }
      try builder.add(operation, named: "w", reading: ["input"])
      made = try builder.network(named: "random", output: "w")
    }
    let network = try #require(made)
    #expect(try NetworkFile.decode(NetworkFile.encode(network)) == network)
  }

  private struct Mixer: RandomNumberGenerator {
    var state: UInt64
    /// SplitMix64.
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  private func refusal(_ operation: String, input: String = "[2, 4]") -> String {
    let text = """
      {"schema": "substrata.network/1", "name": "n", "input": \(input), "output": "a",
       "operations": [{"name": "a", "reads": ["input"], \(operation)}]}
      """
    do {
      _ = try NetworkFile.decode(Data(text.utf8))
      return "none"
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    (#""kind": "convolution", "weight": [[1, 2]], "bias": [0]"#, "has no window"),
    (
      #""kind": "convolution", "weight": [[1, 2, 3]], "bias": [0], "window": [{"input": 4, "kernel": 2}]"#,
      "has rows of 3 weights for 2 taps in 1 groups"
    ),
    (
      #""kind": "convolution", "weight": [[1, 2]], "bias": [0], "window": [{"input": 4, "kernel": 2}]"#,
      "takes last axes of [1, 4], is given the shape 2×4"
    ),
    (
      #""kind": "convolution", "weight": [[1, 2]], "bias": [0], "groups": 0, "window": [{"input": 4, "kernel": 2}]"#,
      "has 0 input and 1 output channels in 0 groups"
    ),
    (
      #""kind": "convolution", "weight": [[1, 2]], "bias": [0], "groups": 9223372036854775807, "window": [{"input": 4, "kernel": 1}]"#,
      "has rows of 2 weights for 1 taps"
    ),
    (
      #""kind": "convolution", "weight": [], "bias": [0], "window": []"#, "has no weight or no bias"
    ),
    (#""kind": "convolution", "weight": [[]], "bias": [0], "window": []"#, "has empty weight rows"),
    (#""kind": "max-pool", "window": []"#, "has a window without axes"),
    (#""kind": "max-pool", "window": [{"input": 4, "kernel": 5}]"#, "spans 5 positions of 4"),
    (#""kind": "max-pool", "window": [{"input": 4, "kernel": 2, "before": -1}]"#, "out of range"),
    (
      #""kind": "max-pool", "window": [{"input": 4, "kernel": 2, "output": 9}]"#,
      "holds nothing but padding"
    ),
    (
      #""kind": "sum-pool", "window": [{"input": 2147483647, "kernel": 2147483647, "output": 2147483647}]"#,
      "a window"
    ),
    (
      #""kind": "max-pool", "window": [{"input": 2147483647, "kernel": 65536, "output": 65536}]"#,
      "has a window of 65536 taps at 65536 positions; together they may be 268435456"
    ),
    (#""kind": "scale""#, "has no constants"),
    (#""kind": "scale", "factors": [1, 2], "offsets": [1]"#, "has 2 factors and 1 offsets"),
    (#""kind": "scale", "factors": [1, 2, 3]"#, "do not divide the shape 2×4"),
    (#""kind": "scale", "factors": [1e39]"#, "has a factor of 1e+39, which is too large"),
    (#""kind": "prelu", "inner": 0, "slopes": [1]"#, "has no slopes"),
    (#""kind": "leaky-relu""#, "has no slope"), (#""kind": "selu", "alpha": 1"#, "has no gamma"),
    (#""kind": "clip", "from": 0"#, "has no to"),
    (#""kind": "clip", "from": -Infinity, "to": 0"#, "has a from of -inf, which is not finite"),
    (#""kind": "normalize", "epsilon": -1"#, "has an epsilon of -1.0, which is below 0"),
    (#""kind": "rearrange", "shape": [2]"#, "has no indices"),
    (#""kind": "rearrange", "shape": [2], "indices": [1]"#, "places 1 numbers in the shape 2"),
    (#""kind": "rearrange", "shape": [1], "indices": [8]"#, "picks number 8 of 8"),
    (#""kind": "rearrange", "shape": [1], "indices": [-1]"#, "has 0 constants and uses number 0"),
    (
      #""kind": "rearrange", "shape": [1], "indices": [-2147483648]"#,
      "has 0 constants and uses number 2147483647"
    ),
    (#""kind": "reshape""#, "has no shape"),
    (#""kind": "reshape", "shape": [0]"#, "has a bad shape: shape [0] has an axis of 0"),
    (#""kind": "reshape", "shape": [4611686018427387904, 4]"#, "is too large"),
    (#""kind": "matrix-product""#, "takes 2 value(s), is given 1"),
    (#""kind": "add""#, "takes 2 or more value(s), is given 1"),
  ])
  func everyRefusalNamesTheOperation(operation: String, words: String) {
    let refusal = refusal(operation)
    #expect(refusal.contains(words), "\(refusal)")
    #expect(refusal.hasPrefix("operation 'a' ("), "\(refusal)")
  }

  @Test func valuesThatAreTooLarge() {
    #expect(
      refusal(#""kind": "relu""#, input: "[4294967296]")
        == "its input has 4294967296 numbers; 2147483647 are the most")
    #expect(
      refusal(
        #""kind": "dense", "weight": [[1], [1], [1]], "bias": [0, 0, 0]"#, input: "[1073741824, 1]")
        == "operation 'a' (dense) has 3221225472 numbers; 2147483647 are the most")
  }

  @Test func embeddingsSurviveTheirFile() throws {
    let embedding = try Embedding(width: 2, table: Self.numbers(10))
    var builder = Network.Builder(input: try Shape([3, 2]), embedding: embedding)
    try builder.add(.activation(.tanh), named: "y", reading: ["input"])
    let network = try builder.network(named: "words", output: "y")
    let file = try NetworkFile.encode(network)
    let read = try NetworkFile.decode(file)
    #expect(read == network && read.embedding == embedding)
    #expect(try NetworkFile.encode(read) == file)
    #expect(network.sampleShape == Shape(vector: 3) && network.sampleWidth == 3)
    for (table, words) in [
      ("[[1, 2], [3]]", "vectors of another length than 2"), ("[]", "an embedding has 0 numbers"),
      ("[[1, 1e39]]", "its embedding has a number of 1e+39, which is too large"),
    ] {
      let text = """
        {"schema": "substrata.network/1", "name": "n", "input": [3, 2], "output": "a",
         "embedding": \(table), "operations": [{"name": "a", "kind": "relu", "reads": ["input"]}]}
        """
      do {
        _ = try NetworkFile.decode(Data(text.utf8))
        Issue.record("not refused")
      } catch {
        #expect(error.description.contains(words), "\(error)")
      }
    }
  }
}
