package import Networks
package import SubstrateCore
package import Parameters

/// What the thermal noise of each layer does to a network's outputs, to first order.
///
/// Neurons of layer l have the thermal variance 1/K_l = <x²>_l/snr_l each, so the outputs together have the
/// variance Σ_l g_l/snr_l with g_l = <x²>_l · mean over samples of Σ_{o, v in l} (∂out_o/∂x_v)², the squared
/// norm of the Jacobian from the layer to the outputs. Exact for linear networks. No energy is rescaled by
/// it: g_l does not change when a layer is scaled up and the next one's weights down.
package struct OutputNoise: Sendable {
  /// g_l of each layer, in squared units of the outputs; 0 for a silent one.
  package let layers: [Double]

  /// Goes back from each output through the network, for every sample.
  ///
  /// - Returns: none where one `stiffness` holds for all layers.
  /// - Complexity: O(outputs × samples × multiply–accumulates).
  package init?(
    _ engine: LayerEngine<Double>, settings: Settings, on stream: SampleStream,
    in context: RunContext
  ) throws(Cancelled) {
    guard settings.value("stiffness") == nil else { return nil }
    let samples = stream.samples
    let lanes = 32
    let blocks = try context.map(blocks: (samples.count + lanes - 1) / lanes) { block in
      Self.squares(engine, samples, from: block * lanes, lanes: lanes)
    }
    layers = engine.layers.indices.map { layer in
      let sum = blocks.reduce(0) { $0 + $1[layer] }
      return stream.reference.meanSquare(of: engine.layers[layer]) * sum / Double(samples.count)
    }
  }

  /// Σ (∂out/∂x)² over the samples of a block, by layer.
  private static func squares(
    _ engine: LayerEngine<Double>, _ samples: Samples, from first: Int, lanes: Int
  ) -> [Double] {
    let used = min(lanes, samples.count - first)
    let workspace = LayerWorkspace(engine, lanes: lanes)
    let states = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    let cotangents = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    for lane in 0..<used {
      for (row, value) in samples[first + lane].enumerated() {
        workspace.inputs[row, lane] = Double(value)
      }
    }
    engine.forward(into: states, in: workspace)
    var sums = [Double](repeating: 0, count: engine.layers.count)
    for output in engine.layers.last!.rows {
      cotangents.clear()
      cotangents.row(output).update(repeating: 1, count: lanes)
      for (index, layer) in engine.layers.enumerated().reversed() {
        for row in layer.rows {
          for lane in 0..<used { sums[index] += cotangents[row, lane] * cotangents[row, lane] }
        }
        engine.pullback(index, cotangent: cotangents.row(layer.rows.lowerBound), in: workspace)
        for edge in engine.edgesInto[index].map({ engine.edges[$0] }) {
          guard case .layer(let source) = edge.source else { continue }
          let target = cotangents.row(engine.layers[source].rows.lowerBound)
          let own = workspace.edges.row(edge.rows.lowerBound)
          for place in 0..<engine.layers[source].count * lanes { target[place] += own[place] }
        }
      }
    }
    return sums
  }
}
