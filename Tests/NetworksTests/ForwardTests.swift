import Networks
import StochasticThermodynamics
import Testing

/// The forward pass by itself, against the reference.
@Suite struct ForwardTests {
  @Test(arguments: EngineTests.seeds) func outputsEqualReference(seed: Int) throws {
    let network = try randomNetwork(seed: seed)
    try compare(network, Double.self, tolerance: 1e-11)
    try compare(network, Float.self, tolerance: 1e-4)
  }

  private func compare<Scalar: KernelScalar>(
    _ network: Network, _: Scalar.Type, tolerance: Double
  ) throws {
    let engine = ForwardEngine<Scalar>(network)
    let inputs = randomInputs(network, count: 3, seed: 1)
    let workspace = ForwardWorkspace(engine, lanes: 16)
    let width = network.inputCount
    for (lane, input) in inputs.enumerated() {
      for row in 0..<width { workspace.inputs[row * 16 + lane] = Scalar(input[row]) }
    }
    engine.run(in: workspace)
    for (lane, input) in inputs.enumerated() {
      let values = ReferenceEngine(network).values(for: input)
      // Rounding of the largest value on the way may reach the output.
      let scale = values.joined().reduce(1) { max($0, abs($1)) }
      for (row, expected) in values[network.output].enumerated() {
        #expect(
          abs(Double(workspace.outputs[row * 16 + lane]) - expected) <= tolerance * scale)
      }
    }
  }

  /// Matrices read where they lie give the bits of packed ones, for whole and partial tiles.
  @Test(arguments: [(1, 1), (12, 20), (13, 7), (25, 31), (7, 1100), (31, 512)])
  func matricesAreReadInPlace(outputs: Int, inputs: Int) throws {
    var noise = GaussianStream(seed: 3, purpose: "matrix", index: outputs)
    let dense = try Dense(
      inputs: inputs, weight: (0..<inputs * outputs).map { _ in Float(noise.next()) },
      bias: (0..<outputs).map { _ in Float(noise.next()) })
    let network = try Network(named: "matrix", layers: [dense], activation: nil)
    let direct = ForwardEngine<Float>(network)
    let packed = LayerEngine<Float>(network)
    for lanes in [16, 32, 48] {
      let workspace = ForwardWorkspace(direct, lanes: lanes)
      let other = LayerWorkspace(packed, lanes: lanes)
      for place in 0..<inputs * lanes {
        other.inputs.pointer[place] = Float(noise.next())
        workspace.inputs[place] = other.inputs.pointer[place]
      }
      let states = Block<Float>(rows: outputs, lanes: lanes)
      direct.run(in: workspace)
      packed.forward(into: states, in: other)
      for place in 0..<states.count { #expect(workspace.outputs[place] == states.pointer[place]) }
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 45, 129]) func aSampleIsTheSameInAnyCompany(count: Int) throws
  {
    // Outputs and inputs of odd width, so that transposes have edges.
    let network = try chain([13, 9, 7])
    let engine = ForwardEngine<Float>(network)
    let samples = randomInputs(network, count: count, seed: 2).map { $0.map { Float($0) } }
    let together = engine.outputs(of: Array(samples.joined()))
    let alone = samples.flatMap { engine.outputs(of: $0) }
    #expect(together == alone)
    let inDouble = ForwardEngine<Double>(network).outputs(of: Array(samples.joined()))
    for (a, b) in zip(together, inDouble) { #expect(abs(a - b) <= 1e-5 * (1 + abs(b))) }
  }

  @Test func noSamplesHaveNoOutputs() throws {
    #expect(ForwardEngine<Float>(try chain([2, 3])).outputs(of: []).isEmpty)
  }

  @Test(arguments: [1, 16, 17, 100, 256, 1000]) func blocksHoldAllSamplesOnAllThreads(samples: Int)
    throws
  {
    let engine = ForwardEngine<Float>(try chain([784, 256, 10]))
    for threads in 1...4 {
      let lanes = engine.lanes(for: samples, threads: threads)
      #expect(lanes.isMultiple(of: 16) && lanes >= 16 && lanes <= 256)
      let blocks = (samples + lanes - 1) / lanes
      // No thread waits while another has two blocks more.
      #expect(blocks <= threads || (blocks + threads - 1) / threads * threads - blocks < threads)
      #expect(samples >= 16 * threads * 2 ? blocks >= threads : true)
    }
  }

  /// Dense layers of widths with ReLU between them.
  private func chain(_ widths: [Int]) throws -> Network {
    var noise = GaussianStream(seed: 4, purpose: "chain")
    return try Network(
      named: "chain",
      layers: zip(widths, widths.dropFirst()).map { inputs, outputs in
        try Dense(
          inputs: inputs, weight: (0..<inputs * outputs).map { _ in Float(noise.next()) },
          bias: (0..<outputs).map { _ in Float(noise.next()) })
      }, activation: .relu)
  }
}
