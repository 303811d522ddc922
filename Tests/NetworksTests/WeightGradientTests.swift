import Networks
import StochasticThermodynamics
import Testing

/// The gradients of networks whose weights change, against the reference engine and finite differences.
@Suite struct WeightGradientTests {
  /// Numbers N(0, spread²).
  static func normals(_ count: Int, spread: Double = 1, index: Int) -> [Float] {
    var noise = GaussianStream(seed: 7, purpose: "gradient tests", index: index)
    return (0..<count).map { _ in Float(spread * noise.next()) }
  }

  static func chain(_ sizes: [Int], _ activation: Activation) throws -> Network {
    try Network(
      named: "chain",
      layers: zip(sizes, sizes.dropFirst()).enumerated().map { index, pair in
        try Dense(
          inputs: pair.0,
          weight: normals(pair.0 * pair.1, spread: 0.5, index: 2 * index),
          bias: normals(pair.1, spread: 0.2, index: 2 * index + 1))
      }, activation: activation)
  }

  /// A value with a matrix for each of two rows, a residual sum, a convolution with groups, stride and padding,
  /// a transposed one, a pool and a softmax.
  static func mixed() throws -> Network {
    func window(
      _ input: Int, _ kernel: Int, stride: Int = 1, before: Int = 0, after: Int = 0
    ) throws -> Window {
      try Window([
        Window.Axis(
          input: input, kernel: kernel, stride: stride, before: before, after: after)
      ])
    }
    var builder = Network.Builder(input: try Shape([2, 6]))
    try builder.add(
      .dense(
        Dense(
          inputs: 6, weight: normals(36, spread: 0.4, index: 20),
          bias: normals(6, spread: 0.2, index: 21))), named: "rows", reading: ["input"])
    try builder.add(.activation(.tanh), named: "tanh", reading: ["rows"])
    try builder.add(.add, named: "sum", reading: ["tanh", "input"])
    try builder.add(
      .convolution(
        Convolution(
          window(6, 3, stride: 2, before: 1, after: 1), inputChannels: 2, outputChannels: 4,
          groups: 2, weight: normals(12, spread: 0.5, index: 22),
          bias: normals(4, spread: 0.2, index: 23))), named: "convolution", reading: ["sum"])
    try builder.add(.activation(.silu), named: "silu", reading: ["convolution"])
    try builder.add(
      .convolution(
        Convolution(
          window(6, 2, stride: 2), inputChannels: 4, outputChannels: 3, isTransposed: true,
          weight: normals(24, spread: 0.5, index: 24), bias: normals(3, spread: 0.2, index: 25))),
      named: "transposed", reading: ["silu"])
    try builder.add(
      .pool(Pool(.mean, window(6, 2, stride: 2))), named: "pool", reading: ["transposed"])
    try builder.add(.reshape(Shape([9])), named: "flat", reading: ["pool"])
    try builder.add(
      .dense(
        Dense(
          inputs: 9, weight: normals(36, spread: 0.5, index: 26),
          bias: normals(4, spread: 0.2, index: 27))), named: "last", reading: ["flat"])
    try builder.add(.softmax, named: "softmax", reading: ["last"])
    return try builder.network(named: "mixed", output: "softmax")
  }

  /// The gradient of a random combination of the outputs, summed over samples, by the reference engine.
  static func expected(
    _ network: Network, _ inputs: [[Float]], _ cotangents: [[Float]]
  ) -> [Double] {
    let layout = ParameterLayout(network)
    let engine = ReferenceEngine(network)
    var sum = [Double](repeating: 0, count: layout.count)
    for (input, cotangent) in zip(inputs, cotangents) {
      let values = engine.values(for: input.map(Double.init))
      let pullback = engine.pullback(of: cotangent.map(Double.init), at: values)
      for place in layout.places {
        for (index, slope) in zip(place.weight, pullback.weights[place.node]!) {
          sum[index] += slope
        }
        for (index, slope) in zip(place.bias, pullback.biases[place.node]!) { sum[index] += slope }
      }
    }
    return sum
  }

  static func gradient<Scalar: KernelScalar>(
    _ network: Network, _ inputs: [[Float]], _ cotangents: [[Float]], as _: Scalar.Type
  ) -> (gradient: [Double], lanes: Int, outputs: [[Double]]) {
    let engine = GradientEngine<Scalar>(network)
    let workspace = GradientWorkspace(engine, samples: inputs.count)
    let lanes = workspace.lanes
    for (lane, input) in inputs.enumerated() {
      for (row, value) in input.enumerated() {
        workspace.inputs[row * lanes + lane] = Scalar(value)
      }
    }
    let parameters = engine.layout.values().map { Scalar($0) }
    var gradient = [Scalar](repeating: .nan, count: engine.layout.count)
    let outputs = parameters.withUnsafeBufferPointer { parameters in
      engine.load(parameters.baseAddress!, into: workspace)
      engine.forward(in: workspace)
      let seed = workspace.gradients[network.output]
      seed.update(repeating: 0, count: network.outputCount * lanes)
      for (lane, cotangent) in cotangents.enumerated() {
        for (row, value) in cotangent.enumerated() { seed[row * lanes + lane] = Scalar(value) }
      }
      gradient.withUnsafeMutableBufferPointer {
        engine.pullback(into: $0.baseAddress!, in: workspace)
      }
      return inputs.indices.map { lane in
        (0..<network.outputCount).map {
          Double(workspace.values[network.output][$0 * lanes + lane])
        }
      }
    }
    return (gradient.map { Double($0) }, lanes, outputs)
  }

  @Test(arguments: [1, 3, 17])
  func gradientsAreThoseOfTheReference(samples: Int) throws {
    for network in [
      try Self.chain([5, 7, 3], .relu), try Self.chain([37, 19, 4, 2], .tanh), try Self.mixed(),
    ] {
      let inputs = (0..<samples).map { Self.normals(network.inputCount, index: 100 + $0) }
      let cotangents = (0..<samples).map { Self.normals(network.outputCount, index: 200 + $0) }
      let expected = Self.expected(network, inputs, cotangents)
      let size = expected.map(abs).max()!
      let double = Self.gradient(network, inputs, cotangents, as: Double.self)
      let single = Self.gradient(network, inputs, cotangents, as: Float.self)
      // One sample has a lane of its own only where matrices and functions are all there is.
      #expect((double.lanes == 1) == (samples == 1 && network.name == "chain"))
      let reference = ReferenceEngine(network)
      for (input, output) in zip(inputs, double.outputs) {
        for (a, b) in zip(reference.output(for: input.map(Double.init)), output) {
          #expect(abs(a - b) <= 1e-13 * max(1, abs(a)))
        }
      }
      for (a, b) in zip(expected, double.gradient) { #expect(abs(a - b) <= 1e-12 * size) }
      for (a, b) in zip(expected, single.gradient) { #expect(abs(a - b) <= 2e-5 * size) }
    }
  }

  @Test func gradientsAreThoseOfFiniteDifferences() throws {
    let network = try Self.mixed()
    let layout = ParameterLayout(network)
    let input = Self.normals(network.inputCount, index: 300)
    let cotangent = Self.normals(network.outputCount, index: 301)
    let gradient = Self.gradient(network, [input], [cotangent], as: Double.self).gradient
    let values = layout.values()
    func combination(_ values: [Float]) throws -> Double {
      let output = ReferenceEngine(try layout.network(with: values, named: "moved"))
        .output(for: input.map(Double.init))
      return zip(output, cotangent).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    for index in stride(from: 0, to: layout.count, by: 5) {
      var (up, down) = (values, values)
      up[index] += 0x1p-8
      down[index] -= 0x1p-8
      // What was added, after rounding; the rest is of third order.
      let step = Double(up[index]) - Double(down[index])
      let slope = (try combination(up) - combination(down)) / step
      #expect(abs(slope - gradient[index]) < 2e-5)
    }
  }

  @Test func weightsGoThereAndBack() throws {
    let network = try Self.mixed()
    let layout = ParameterLayout(network)
    #expect(try layout.network(with: layout.values(), named: "mixed") == network)
    #expect(layout.count == network.parameterCount)
    var values = layout.values()
    values[3] = .nan
    #expect(throws: NetworkError.self) { try layout.network(with: values, named: "no number") }
  }
}
