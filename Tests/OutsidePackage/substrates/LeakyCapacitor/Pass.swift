internal import Networks
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

/// The stream's way through the network: drivers see what the layer before is read as.
struct Pass {
  /// Σ u² over the neurons of each layer, in the mean over the stream and without noise, in V².
  var squaredVolts: [Double]
  /// What is read of the last layer, with noise, `[samples × outputs]`.
  var outputs: [Float] = []

  var isFinite: Bool { squaredVolts.allSatisfy(\.isFinite) && outputs.allSatisfy(\.isFinite) }

  /// Runs blocks of samples, each with noise of its own.
  ///
  /// - Complexity: O(samples × multiply–accumulates).
  init(
    _ program: LeakyCapacitor.Program, voltsPerUnit: [Double], on stream: SampleStream,
    in context: RunContext
  ) throws(Cancelled) {
    let (engine, samples, lanes, seed) = (program.engine, stream.samples, 32, context.seed)
    let read = Share(program.circuit).read
    let noise = program.circuit.noise(at: program.temperature).value
    let blocks = try context.map(blocks: (samples.count + lanes - 1) / lanes) { block in
      let first = block * lanes
      let used = min(lanes, samples.count - first)
      let workspace = LayerWorkspace(engine, lanes: lanes)
      for lane in 0..<used {
        for (row, value) in samples[first + lane].enumerated() {
          workspace.inputs[row, lane] = Double(value)
        }
      }
      engine.project(workspace)
      // Depends on the sample alone, so that no figure depends on how samples are grouped.
      var noises = (0..<used).map {
        GaussianStream(seed: seed, purpose: "capacitors", index: first + $0)
      }
      let mean = Block<Double>(rows: engine.neuronCount, lanes: lanes)
      let noisy = Block<Double>(rows: engine.neuronCount, lanes: lanes)
      var squares = [Double](repeating: 0, count: engine.layers.count)
      for (index, layer) in engine.layers.enumerated() where voltsPerUnit[index] > 0 {
        engine.predict(index, from: mean, in: workspace)
        for row in layer.rows {
          for lane in 0..<used {
            let volts = voltsPerUnit[index] * workspace.predictions[row, lane]
            squares[index] += volts * volts
            mean[row, lane] = read * workspace.predictions[row, lane]
          }
        }
        engine.predict(index, from: noisy, in: workspace)
        for row in layer.rows {
          for lane in 0..<used {
            noisy[row, lane] =
              read * workspace.predictions[row, lane]
              + noise / voltsPerUnit[index] * noises[lane].next()
          }
        }
      }
      let last = engine.layers.last!.rows
      return (squares, (0..<used).flatMap { lane in last.map { Float(noisy[$0, lane]) } })
    }
    squaredVolts = engine.layers.indices.map { layer in
      blocks.reduce(0) { $0 + $1.0[layer] } / Double(samples.count)
    }
    outputs = blocks.flatMap(\.1)
  }
}
