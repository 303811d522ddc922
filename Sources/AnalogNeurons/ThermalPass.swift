package import Networks
package import SubstrateCore
internal import StochasticThermodynamics

/// A forward pass in which every neuron carries thermal noise: x_v = f_v(parents) + N(0, 1/K_v).
///
/// For neurons held around what their parents say, this is a draw from the exact equilibrium.
package struct ThermalPass: Sendable {
  private let engine: LayerEngine<Double>
  private let stiffness: [Double]

  /// Passes through a network whose layers have the given K; 0 means a layer that is left out and
  /// stays at 0.
  package init(_ engine: LayerEngine<Double>, stiffness: [Double]) {
    self.engine = engine
    self.stiffness = stiffness
  }

  /// The outputs of one noisy pass for each sample, `[samples × outputCount]`.
  ///
  /// - Parameters:
  ///   - stream: the samples.
  ///   - response: the share of the way to f(parents) that a neuron has gone when it is read; 1
  ///     when settled.
  ///   - carried: where a neuron would be without its parents, `[neurons × samples]`; none means 0.
  ///   - context: whose seed the noise is derived from.
  /// - Complexity: O(samples × multiply–accumulates).
  package func outputs(
    on stream: SampleStream, response: Double = 1, carried: [Double]? = nil, in context: RunContext
  ) throws(Cancelled) -> [Float] {
    let samples = stream.samples
    let lanes = 32
    let engine = engine
    let scales = stiffness.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    let seed = context.seed
    let blocks = try context.map(blocks: (samples.count + lanes - 1) / lanes) { block in
      let workspace = LayerWorkspace(engine, lanes: lanes)
      let states = Block<Double>(rows: engine.neuronCount, lanes: lanes)
      let used = min(lanes, samples.count - block * lanes)
      for lane in 0..<used {
        for (row, value) in samples[block * lanes + lane].enumerated() {
          workspace.inputs[row, lane] = Double(value)
        }
      }
      // One stream of noise for each sample, so that a sample's noise does not depend on the
      // others.
      var noise = (0..<used).map {
        GaussianStream(seed: seed, purpose: "thermal noise", index: block * lanes + $0)
      }
      engine.project(workspace)
      for (index, layer) in engine.layers.enumerated() {
        engine.predict(index, from: states, in: workspace)
        for row in layer.rows {
          for lane in 0..<used {
            let rest = carried.map { $0[row * samples.count + block * lanes + lane] } ?? 0
            states[row, lane] =
              stiffness[index] > 0
              ? response * workspace.predictions[row, lane] + rest
                + scales[index] * noise[lane].next() : 0
          }
        }
      }
      let last = engine.layers.last!.rows
      return (0..<used).flatMap { lane in last.map { Float(states[$0, lane]) } }
    }
    return Array(blocks.joined())
  }
}
