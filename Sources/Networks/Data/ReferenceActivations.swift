/// The noise-free activations of a network over a stream, in double precision.
public struct ReferenceActivations: Sendable {
  /// The layers they belong to.
  public let layers: [Network.Layer]
  /// How many samples.
  public let sampleCount: Int
  /// Neuron after neuron, `[neurons × samples]`.
  public let values: [Double]

  /// Runs a network over samples, in blocks.
  ///
  /// - Parameters:
  ///   - network: what is computed.
  ///   - samples: of the network's width.
  ///   - blocks: calls its second argument for every index below its first, in any order, perhaps at the
  ///     same time.
  /// - Throws: what `blocks` throws.
  /// - Complexity: O(samples × multiply–accumulates).
  public init<Failure>(
    of network: Network, on samples: Samples,
    blocks: (Int, @escaping @Sendable (Int) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(samples.width == network.inputCount, "samples of the network's width")
    let engine = LayerEngine<Double>(network)
    let count = samples.count
    // Large networks in narrower blocks: what a block needs grows with both.
    let lanes = engine.neuronCount > 20_000 ? 16 : 64
    var memory = [Double](repeating: 0, count: engine.neuronCount * count)
    try memory.withUnsafeMutableBufferPointer { memory throws(Failure) in
      let columns = Columns(first: memory.baseAddress!, samples: count)
      try blocks((count + lanes - 1) / lanes) { block in
        let workspace = LayerWorkspace(engine, lanes: lanes)
        let states = Block<Double>(rows: engine.neuronCount, lanes: lanes)
        for lane in 0..<lanes {
          let sample = min(block * lanes + lane, count - 1)
          for (row, value) in samples[sample].enumerated() {
            workspace.inputs[row, lane] = Double(value)
          }
        }
        engine.forward(into: states, in: workspace)
        columns.write(states, at: block * lanes)
      }
    }
    values = memory
    layers = network.layers
    sampleCount = count
  }

  /// Where blocks of samples leave their neurons, each block its own columns.
  private struct Columns: @unchecked Sendable {
    let first: UnsafeMutablePointer<Double>
    let samples: Int

    /// Writes the neurons of the samples from one on, as far as there are samples.
    func write(_ states: Block<Double>, at sample: Int) {
      let count = min(states.lanes, samples - sample)
      for row in 0..<states.rows {
        (first + row * samples + sample).update(from: states.row(row), count: count)
      }
    }
  }

  /// One neuron's activation on every sample.
  public func neuron(_ row: Int) -> ArraySlice<Double> {
    values[row * sampleCount..<(row + 1) * sampleCount]
  }

  /// The network's outputs for one sample.
  public func output(of sample: Int) -> [Double] {
    layers.last!.rows.map { values[$0 * sampleCount + sample] }
  }

  /// The mean square of one layer's activations over its neurons and all samples.
  public func meanSquare(of layer: Network.Layer) -> Double {
    let all = values[layer.rows.lowerBound * sampleCount..<layer.rows.upperBound * sampleCount]
    return all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
  }
}
