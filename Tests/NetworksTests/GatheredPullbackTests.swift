import Networks
import StochasticThermodynamics
import Testing

/// The pullback that adds to the layers' gradients against the one that keeps edges apart.
@Suite struct GatheredPullbackTests {
  @Test(arguments: EngineTests.seeds) func addsWhatTheEdgesHold(seed: Int) throws {
    let network = try randomNetwork(seed: seed)
    try compare(network, Double.self, tolerance: 1e-12, seed: seed)
    try compare(network, Float.self, tolerance: 1e-5, seed: seed)
  }

  func compare<Scalar: KernelScalar>(
    _ network: Network, _: Scalar.Type, tolerance: Double, seed: Int
  ) throws {
    let engine = LayerEngine<Scalar>(network)
    let lanes = 32
    let workspace = LayerWorkspace(engine, lanes: lanes)
    var noise = GaussianStream(seed: 15, purpose: "gathered", index: seed)
    func block(_ rows: Int) -> Block<Scalar> {
      let block = Block<Scalar>(rows: rows, lanes: lanes)
      for place in 0..<block.count { block.pointer[place] = Scalar(noise.next()) }
      return block
    }
    workspace.inputs.assign(block(network.inputCount))
    // States that are no forward pass, and gradients that others have already added to.
    let (states, cotangents) = (block(engine.neuronCount), block(engine.neuronCount))
    engine.forward(into: states, in: workspace)
    leaveForwardPass(states, &noise)
    let gradients = block(engine.neuronCount)
    for (index, layer) in engine.layers.enumerated() {
      engine.predict(index, from: states, in: workspace)
      var expected = (0..<gradients.count).map { Double(gradients.pointer[$0]) }
      let cotangent = cotangents.row(layer.rows.lowerBound)
      engine.pullback(index, cotangent: cotangent, in: workspace)
      for edge in engine.edgesInto[index].map({ engine.edges[$0] }) {
        guard case .layer(let source) = edge.source else { continue }
        for (place, row) in engine.layers[source].rows.enumerated() {
          for lane in 0..<lanes {
            expected[row * lanes + lane] += Double(
              workspace.edges[edge.rows.lowerBound + place, lane])
          }
        }
      }
      engine.pullback(index, cotangent: cotangent, addingTo: gradients, in: workspace)
      for (place, value) in expected.enumerated() {
        #expect(abs(Double(gradients.pointer[place]) - value) < tolerance * (10 + abs(value)))
      }
    }
  }
}
