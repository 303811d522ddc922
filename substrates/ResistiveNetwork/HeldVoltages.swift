internal import Networks
internal import SubstrateCore

/// The voltages that nodes are left at by each sample of a cyclic stream, without noise, and what getting there
/// dissipates.
///
/// A switch keeps a node's charge until its layer's turn comes again, so each sample finds what the one before
/// has left: y(s) comes from the parents' y(s) and from y(s-1). The round is gone through until it closes. Everything is in units of activation, energies in k_B T.
struct HeldVoltages: Sendable {
  /// y of every layer, `[neurons × samples]`.
  private(set) var layers: [[Double]] = []
  /// What each layer's transients come to, per inference.
  private(set) var transients: [Sums] = []

  /// Sums over the neurons of a layer, means over the stream.
  struct Sums: Sendable {
    /// (K/2) of what is spent beyond the settled state's power.
    var excess = 0.0
    /// Charge through diodes, in C times activations.
    var diodeCharge = 0.0
    /// Σ z², z being where the conductances alone would put a node.
    var meanSquare = 0.0
    /// Σ (z - v)² of the settled state: what diodes hold off.
    var heldOff = 0.0
    /// Σ (y(s) - y(s-1))².
    var change = 0.0

    fileprivate static func += (sums: inout Sums, other: Sums) {
      sums.excess += other.excess
      sums.diodeCharge += other.diodeCharge
      sums.meanSquare += other.meanSquare
      sums.heldOff += other.heldOff
      sums.change += other.change
    }
  }

  private static let rowsAtOnce = 64

  /// Goes through the stream, layer after layer.
  ///
  /// - Complexity: O(samples × multiply–accumulates).
  init(
    _ engine: LayerEngine<Double>, _ circuits: [LayerCircuit], on stream: SampleStream,
    in context: RunContext
  ) throws(Cancelled) {
    // Large networks in narrower blocks: what a block needs grows with both.
    let lanes = engine.neuronCount > 20_000 ? 16 : 64
    for (index, circuit) in circuits.enumerated() {
      let means = try Self.predictions(
        of: index, engine, layers, on: stream.samples, lanes: lanes, in: context)
      let count = circuit.layer.rows.count
      let samples = stream.samples.count
      let chunks = try context.map(blocks: (count + Self.rowsAtOnce - 1) / Self.rowsAtOnce) {
        chunk in
        var values: [Double] = []
        var sums = Sums()
        for row in chunk * Self.rowsAtOnce..<min((chunk + 1) * Self.rowsAtOnce, count) {
          let z = (0..<samples).map {
            let block = means[$0 / lanes]
            return block[row * (block.count / count) + $0 % lanes]
          }
          values += Self.round(of: z, circuit, adding: &sums)
        }
        return (values, sums)
      }
      layers.append(chunks.flatMap(\.0))
      var sums = Sums()
      for chunk in chunks { sums += chunk.1 }
      transients.append(sums)
    }
  }

  /// One node through the cyclic stream.
  private static func round(
    of predictions: [Double], _ circuit: LayerCircuit, adding sums: inout Sums
  ) -> [Double] {
    let share = 1 / Double(predictions.count)
    var start = circuit.node(at: predictions.last!).settled
    // Each round brings the start nearer to where the round ends, by `left` for every sample.
    for _ in 0..<64 {
      var end = start
      for prediction in predictions {
        end = circuit.node(at: prediction).voltage(left: circuit.left, from: end)
      }
      if end == start { break }
      start = end
    }
    return predictions.map { prediction in
      let node = circuit.node(at: prediction)
      let transient = node.transient(time: circuit.time, left: circuit.left, from: start)
      let end = node.voltage(left: circuit.left, from: start)
      sums.excess += share * transient.excess
      sums.diodeCharge += share * transient.diodeCharge
      sums.meanSquare += share * node.mean * node.mean
      let off = node.settled - node.mean
      sums.heldOff += share * off * off
      sums.change += share * (end - start) * (end - start)
      start = end
      return end
    }
  }

  /// f_l of all samples from what its sources hold, block after block, `[neurons × samples of the block]`.
  private static func predictions(
    of index: Int, _ engine: LayerEngine<Double>, _ held: [[Double]], on samples: Samples,
    lanes: Int, in context: RunContext
  ) throws(Cancelled) -> [[Double]] {
    let sources = engine.layers[index].sources
    return try context.map(blocks: (samples.count + lanes - 1) / lanes) { block in
      let first = block * lanes
      let used = min(lanes, samples.count - first)
      let workspace = LayerWorkspace(engine, lanes: lanes)
      let states = Block<Double>(rows: engine.neuronCount, lanes: lanes)
      for source in sources {
        switch source {
        case .input:
          for lane in 0..<used {
            for (row, value) in samples[first + lane].enumerated() {
              workspace.inputs[row, lane] = Double(value)
            }
          }
          engine.project(workspace)
        case .layer(let other):
          let rows = engine.layers[other].rows
          for row in 0..<rows.count {
            for lane in 0..<used {
              states[rows.lowerBound + row, lane] =
                held[other][
                  row * samples.count + first + lane]
            }
          }
        }
      }
      engine.predict(index, from: states, in: workspace)
      return engine.layers[index].rows.flatMap { row in
        (0..<used).map { workspace.predictions[row, $0] }
      }
    }
  }

  /// Mean squares of what one layer's neurons hold, neuron by neuron.
  func squares(of layer: Int, samples: Int) -> [Double] {
    let values = layers[layer]
    return stride(from: 0, to: values.count, by: samples).map { first in
      values[first..<first + samples].reduce(0) { $0 + $1 * $1 } / Double(samples)
    }
  }
}
