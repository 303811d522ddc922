internal import Networks
internal import StochasticThermodynamics
internal import SubstrateCore

/// The outputs of the machine with thermal noise on every node.
///
/// A capacitor that is joined to dissipative elements at one temperature holds noise of variance k_B T/C, whatever
/// these are, and keeps it when its switch opens. What a node finds from the sample before is taken without its
/// noise: that changes the noise of two samples in a row, by `left`, and the noise of none.
struct NoisyPass: Sendable {
  let engine: LayerEngine<Double>
  let circuits: [LayerCircuit]
  let held: HeldVoltages

  /// One noisy pass for each sample, `[samples × outputCount]`.
  ///
  /// - Complexity: O(samples × multiply–accumulates).
  func outputs(on samples: Samples, in context: RunContext) throws(Cancelled) -> [Float] {
    let lanes = 32
    let pass = self
    let blocks = try context.map(blocks: (samples.count + lanes - 1) / lanes) { block in
      pass.outputs(of: samples, from: block * lanes, lanes: lanes, seed: context.seed)
    }
    return Array(blocks.joined())
  }

  private func outputs(of samples: Samples, from first: Int, lanes: Int, seed: UInt64) -> [Float] {
    let workspace = LayerWorkspace(engine, lanes: lanes)
    let states = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    let used = min(lanes, samples.count - first)
    for lane in 0..<used {
      for (row, value) in samples[first + lane].enumerated() {
        workspace.inputs[row, lane] = Double(value)
      }
    }
    var noise = (0..<used).map {
      GaussianStream(seed: seed, purpose: "thermal noise", index: first + $0)
    }
    engine.project(workspace)
    for (index, circuit) in circuits.enumerated() {
      engine.predict(index, from: states, in: workspace)
      let rows = circuit.layer.rows
      for row in rows {
        let own = (row - rows.lowerBound) * samples.count
        for lane in 0..<used {
          let before = (first + lane + samples.count - 1) % samples.count
          states[row, lane] = circuit.node(at: workspace.predictions[row, lane])
            .voltage(left: circuit.left, from: held.layers[index][own + before])
          if circuit.deviation > 0 { states[row, lane] += circuit.deviation * noise[lane].next() }
        }
      }
    }
    return (0..<used).flatMap { lane in engine.layers.last!.rows.map { Float(states[$0, lane]) } }
  }
}
