import Networks
import StochasticThermodynamics
import Testing

/// The fast engine against the reference, and the reference against finite differences.
@Suite struct EngineTests {
  static let seeds = Array(0..<72)

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
    try compareReference(try randomNetwork(seed: seed, smooth: true), seed: seed)
  }

  func compareReference(_ network: Network, seed: Int) throws {
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
      #expect(abs(slope - pullback.nodes[0][place]) < 1e-7 * (1 + abs(slope)))
    }
    for (node, slopes) in pullback.weights {
      let (weights, biases) = network.constants(of: node)
      #expect(slopes.count == weights.count)
      #expect(pullback.biases[node]?.count == biases.count)
      for place in [0, slopes.count / 2, slopes.count - 1] {
        let slope = try slope(at: weights[place]) { moved in
          var weights = weights
          weights[place] = moved
          return scalar(ReferenceEngine(try network.replacing(node, weights, biases)), input)
        }
        #expect(abs(slope - slopes[place]) < 1e-5 * (1 + abs(slope)))
      }
      let slope = try slope(at: biases[0]) { moved in
        let biases = [moved] + biases.dropFirst()
        return scalar(ReferenceEngine(try network.replacing(node, weights, biases)), input)
      }
      #expect(abs(slope - pullback.biases[node]![0]) < 1e-5 * (1 + abs(slope)))
    }
  }

  /// The slope of a function at a number of single precision, from steps that such numbers can hold,
  /// extrapolated from two sizes.
  private func slope(at x: Float, _ function: (Float) throws -> Double) rethrows -> Double {
    func difference(_ step: Float) throws -> Double {
      try (function(x + step) - function(x - step)) / (Double(x + step) - Double(x - step))
    }
    return try (4 * difference(0x1p-9) - difference(0x1p-8)) / 3
  }

  @Test(arguments: seeds) func fastPullbackEqualsReference(seed: Int) throws {
    try comparePullback(try randomNetwork(seed: seed), Double.self, tolerance: 1e-11)
    // In single precision a value may stand on the other side of a break.
    let smooth = try randomNetwork(seed: seed, smooth: seed >= 24)
    try comparePullback(smooth, Float.self, tolerance: 1e-4)
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
    try compareAdjoints(try randomNetwork(seed: seed), seed: seed)
  }

  func compareAdjoints(_ network: Network, seed: Int) throws {
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
    for block in [tangents, cotangents, moves.inputs] { fill(block) }
    engine.forward(into: states, in: workspace)
    leaveForwardPass(states, &noise)
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

  /// How a layer moves against the difference of its values a little way along the motion.
  @Test(arguments: seeds) func pushforwardEqualsFiniteDifferences(seed: Int) throws {
    try comparePushforward(try randomNetwork(seed: seed, smooth: true), seed: seed)
  }

  func comparePushforward(_ network: Network, seed: Int) throws {
    let engine = LayerEngine<Double>(network)
    let (workspace, states) = load(engine, randomInputs(network, count: 16, seed: 5))
    var noise = GaussianStream(seed: 9, purpose: "motion", index: seed)
    engine.forward(into: states, in: workspace)
    leaveForwardPass(states, &noise)
    func random(_ rows: Int) -> Block<Double> {
      let block = Block<Double>(rows: rows, lanes: 16)
      for place in 0..<block.count { block.pointer[place] = noise.next() }
      return block
    }
    func difference(_ a: Block<Double>, _ b: Block<Double>, over step: Double) -> Block<Double> {
      let result = Block<Double>(rows: a.rows, lanes: a.lanes)
      for place in 0..<a.count {
        result.pointer[place] = (a.pointer[place] - b.pointer[place]) / step
      }
      return result
    }
    func copy(_ a: Block<Double>) -> Block<Double> {
      let result = Block<Double>(rows: a.rows, lanes: a.lanes)
      result.assign(a)
      return result
    }
    let tangents = random(engine.neuronCount)
    let inputTangents = random(network.inputCount)
    let (start, standing) = (copy(workspace.inputs), copy(states))
    /// Projections and predictions some way along.
    func moved(by step: Double) -> (projections: Block<Double>, predictions: Block<Double>) {
      for place in 0..<start.count {
        workspace.inputs.pointer[place] =
          start.pointer[place] + step * inputTangents.pointer[place]
      }
      for place in 0..<standing.count {
        states.pointer[place] = standing.pointer[place] + step * tangents.pointer[place]
      }
      engine.project(workspace)
      for layer in engine.layers.indices { engine.predict(layer, from: states, in: workspace) }
      return (copy(workspace.projections), copy(workspace.predictions))
    }
    let step = 1e-5
    let (up, down, far) = (moved(by: step), moved(by: -step), moved(by: 1))
    _ = moved(by: 0)
    let still = copy(workspace.projections)
    let moves = LayerEngine<Double>.InputTangents(
      inputs: inputTangents, projections: difference(far.projections, still, over: 1))
    let expected = difference(up.predictions, down.predictions, over: 2 * step)
    let images = Block<Double>(rows: engine.neuronCount, lanes: 16)
    for (index, layer) in engine.layers.enumerated() {
      engine.predict(index, from: states, in: workspace)
      engine.pushforward(
        index, tangents: tangents, inputs: moves, into: images.row(layer.rows.lowerBound),
        in: workspace)
    }
    for place in 0..<images.count {
      let slope = expected.pointer[place]
      #expect(abs(images.pointer[place] - slope) < 1e-6 * (1 + abs(slope)))
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

/// Moves states off the forward pass, a little, so that what needs positive numbers keeps them.
func leaveForwardPass<Scalar: KernelScalar>(
  _ states: Block<Scalar>, _ noise: inout GaussianStream
) {
  for place in 0..<states.count { states.pointer[place] += Scalar(0.05 * noise.next()) }
}

extension Network {
  /// Weights and biases of a dense operation or a convolution.
  fileprivate func constants(of node: Int) -> (weights: [Float], biases: [Float]) {
    switch nodes[node].operation {
    case .dense(let dense): (dense.weight, dense.bias)
    case .convolution(let convolution): (convolution.weight, convolution.bias)
    default: ([], [])
    }
  }

  /// The same network with others in their place.
  fileprivate func replacing(_ node: Int, _ weights: [Float], _ biases: [Float]) throws -> Network {
    var builder = Builder(input: nodes[0].shape)
    for (index, old) in nodes.enumerated().dropFirst() {
      var operation = old.operation
      if index == node {
        switch operation {
        case .dense(let dense):
          operation = .dense(try Dense(inputs: dense.inputs, weight: weights, bias: biases))
        case .convolution(let old):
          operation = .convolution(
            try Convolution(
              old.window, inputChannels: old.inputChannels, outputChannels: old.outputChannels,
              groups: old.groups, isTransposed: old.isTransposed, weight: weights, bias: biases))
        default: break
        }
      }
      try builder.add(operation, named: old.name, reading: old.parents.map { nodes[$0].name })
    }
    return try builder.network(named: name, output: nodes[output].name)
  }
}
