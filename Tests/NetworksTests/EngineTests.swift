import Networks
import StochasticThermodynamics
import Testing

/// The fast engine against the reference, and the reference against finite differences.
@Suite struct EngineTests {
  static let seeds = Array(0..<24)

  // MARK: Values

  @Test(arguments: seeds) func fastEqualsReference(seed: Int) throws {
    let network = try randomNetwork(seed: seed)
    try compareForward(network, Double.self, tolerance: 1e-12)
    try compareForward(network, Float.self, tolerance: 2e-5)
  }

  func compareForward<Scalar: KernelScalar>(
    _ network: Network, _: Scalar.Type, tolerance: Double
  ) throws {
    let engine = LayerEngine<Scalar>(network)
    let inputs = randomInputs(network, count: 16, seed: 1)
    let (workspace, states) = load(engine, inputs)
    engine.forward(into: states, in: workspace)
    for (lane, input) in inputs.enumerated() {
      let expected = ReferenceEngine(network).neurons(for: input)
      for row in 0..<network.neuronCount {
        #expect(
          abs(Double(states[row, lane]) - expected[row]) <= tolerance * (1 + abs(expected[row])))
      }
    }
  }

  // MARK: Products with the Jacobian

  @Test(arguments: seeds) func referencePullbackEqualsFiniteDifferences(seed: Int) throws {
    let network = try randomNetwork(seed: seed, smooth: true)
    let engine = ReferenceEngine(network)
    let input = randomInputs(network, count: 1, seed: seed)[0]
    let cotangent = (0..<network.outputCount).map { 1.0 + 0.5 * Double($0) }
    func scalar(_ engine: ReferenceEngine, _ input: [Double]) -> Double {
      zip(engine.output(for: input), cotangent).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let pullback = engine.pullback(of: cotangent, at: engine.values(for: input))
    let step = 1e-5
    for place in input.indices {
      var (up, down) = (input, input)
      up[place] += step
      down[place] -= step
      let slope = (scalar(engine, up) - scalar(engine, down)) / (2 * step)
      #expect(abs(slope - pullback.nodes[0][place]) < 1e-8)
    }
    // Weights are held in single precision, so the step must be one that it can hold.
    for (node, slopes) in pullback.weights {
      guard case .dense(let dense) = network.nodes[node].operation else { continue }
      for place in [0, slopes.count - 1] {
        let step: Float = 0x1p-8
        func moved(_ by: Float) throws -> Double {
          var weight = dense.weight
          weight[place] += by
          let other = try Dense(inputs: dense.inputs, weight: weight, bias: dense.bias)
          return scalar(ReferenceEngine(try network.replacing(node, with: other)), input)
        }
        let exact = Double(dense.weight[place] + step) - Double(dense.weight[place] - step)
        let slope = (try moved(step) - moved(-step)) / exact
        #expect(abs(slope - slopes[place]) < 2e-5 * (1 + abs(slope)))
      }
      #expect(pullback.biases[node]?.count == dense.outputs)
    }
  }

  @Test(arguments: seeds) func fastPullbackEqualsReference(seed: Int) throws {
    let network = try randomNetwork(seed: seed)
    try comparePullback(network, Double.self, tolerance: 1e-11)
    try comparePullback(network, Float.self, tolerance: 1e-4)
  }

  func comparePullback<Scalar: KernelScalar>(
    _ network: Network, _: Scalar.Type, tolerance: Double
  ) throws {
    let engine = LayerEngine<Scalar>(network)
    let inputs = randomInputs(network, count: 16, seed: 2)
    let (workspace, states) = load(engine, inputs)
    engine.forward(into: states, in: workspace)
    let cotangent = Block<Scalar>(rows: network.outputCount, lanes: 16)
    for row in 0..<network.outputCount {
      for lane in 0..<16 { cotangent[row, lane] = Scalar(1 + row - lane) }
    }
    let gradient = Block<Scalar>(rows: network.inputCount, lanes: 16)
    engine.pullback(cotangent: cotangent.pointer, into: gradient, in: workspace)
    let reference = ReferenceEngine(network)
    for (lane, input) in inputs.enumerated() {
      let expected = reference.pullback(
        of: (0..<network.outputCount).map { Double(1 + $0 - lane) },
        at: reference.values(for: input)
      ).nodes[0]
      for row in expected.indices {
        #expect(
          abs(Double(gradient[row, lane]) - expected[row]) <= tolerance * (10 + abs(expected[row])))
      }
    }
  }

  /// y·(J x) = (Jᵀ y)·x for each layer by itself, at states that are no forward pass.
  @Test(arguments: seeds) func pushforwardIsAdjointToPullback(seed: Int) throws {
    let network = try randomNetwork(seed: seed)
    let engine = LayerEngine<Double>(network)
    let inputs = randomInputs(network, count: 16, seed: 3)
    let (workspace, states) = load(engine, inputs)
    var noise = GaussianStream(seed: 9, purpose: "states", index: seed)
    func fill(_ block: Block<Double>) {
      for place in 0..<block.count { block.pointer[place] = noise.next() }
    }
    let tangents = Block<Double>(rows: engine.neuronCount, lanes: 16)
    let cotangents = Block<Double>(rows: engine.neuronCount, lanes: 16)
    let images = Block<Double>(rows: engine.neuronCount, lanes: 16)
    let moves = LayerEngine<Double>.InputTangents(
      inputs: Block(rows: network.inputCount, lanes: 16),
      projections: Block(rows: engine.projectionCount, lanes: 16))
    for block in [states, tangents, cotangents, moves.inputs] { fill(block) }
    // The projections' change is the matrices' product with the inputs': a difference of two
    // projections.
    let start = Block<Double>(rows: network.inputCount, lanes: 16)
    start.assign(workspace.inputs)
    engine.project(workspace)
    let before = Block<Double>(rows: engine.projectionCount, lanes: 16)
    before.assign(workspace.projections)
    for place in 0..<start.count { workspace.inputs.pointer[place] += moves.inputs.pointer[place] }
    engine.project(workspace)
    for place in 0..<before.count {
      moves.projections.pointer[place] =
        workspace.projections.pointer[place] - before.pointer[place]
    }
    workspace.inputs.assign(start)
    engine.project(workspace)

    for (index, layer) in engine.layers.enumerated() {
      let rows = layer.rows
      engine.predict(index, from: states, in: workspace)
      engine.pushforward(
        index, tangents: tangents, inputs: moves, into: images.row(rows.lowerBound), in: workspace)
      engine.pullback(index, cotangent: cotangents.row(rows.lowerBound), in: workspace)
      for lane in 0..<16 {
        let forward = rows.reduce(0) { $0 + cotangents[$1, lane] * images[$1, lane] }
        var backward = 0.0
        for edge in engine.edgesInto[index].map({ engine.edges[$0] }) {
          switch edge.source {
          case .layer(let source):
            for (place, row) in engine.layers[source].rows.enumerated() {
              backward += workspace.edges[edge.rows.lowerBound + place, lane] * tangents[row, lane]
            }
          case .input:
            for row in edge.projections {
              backward += workspace.projectionCotangents[row, lane] * moves.projections[row, lane]
            }
            for (place, row) in edge.rows.enumerated() {
              backward += workspace.edges[row, lane] * moves.inputs[place, lane]
            }
          }
        }
        #expect(abs(forward - backward) < 1e-10 * (1 + abs(forward)))
      }
    }
  }

  @Test func aSampleIsTheSameInEveryLane() throws {
    let network = try randomNetwork(seed: 5)
    let engine = LayerEngine<Float>(network)
    let input = randomInputs(network, count: 1, seed: 4)[0]
    let (workspace, states) = load(engine, Array(repeating: input, count: 48))
    engine.forward(into: states, in: workspace)
    for row in 0..<engine.neuronCount {
      for lane in 1..<48 { #expect(states[row, lane] == states[row, 0]) }
    }
  }

  private func load<Scalar: KernelScalar>(
    _ engine: LayerEngine<Scalar>, _ inputs: [[Double]]
  ) -> (LayerWorkspace<Scalar>, Block<Scalar>) {
    let lanes = Block<Scalar>.lanes(for: inputs.count)
    let workspace = LayerWorkspace(engine, lanes: lanes)
    for (lane, input) in inputs.enumerated() {
      for (row, value) in input.enumerated() { workspace.inputs[row, lane] = Scalar(value) }
    }
    return (workspace, Block(rows: engine.neuronCount, lanes: lanes))
  }
}

extension Network {
  /// The same network with one dense operation's weights replaced.
  fileprivate func replacing(_ node: Int, with dense: Dense) throws -> Network {
    var builder = Builder(input: nodes[0].shape)
    for (index, old) in nodes.enumerated().dropFirst() {
      try builder.add(
        index == node ? .dense(dense) : old.operation, named: old.name,
        reading: old.parents.map { nodes[$0].name })
    }
    return try builder.network(named: name, output: nodes[output].name)
  }
}
