internal import Networks

/// What a network's layers are as circuits of conductances, before voltages are chosen.
///
/// Every weight is a conductance to the rail of its sign, so magnitudes alone decide what a node draws. They are
/// read off copies of the network: in one every number is replaced by its magnitude, in another by 1, and in
/// both functions by wires; the layers stay what they are.
struct Conductances: Sendable {
  /// f_l without its rectifiers: what the conductances alone would put the nodes at. The greatest of a window
  /// stays what it is.
  let linear: LayerEngine<Double>
  /// Its layers.
  let layers: [Layer]

  /// One layer.
  struct Layer: Sendable {
    /// What its nodes do.
    enum Sort: Sendable {
      /// The mean of conductances.
      case linear
      /// The same with a diode to 0.
      case rectified
      /// Diodes from all lines of a window, and a conductance that pulls the node down.
      case greatest
      /// No circuit of conductances: computed behind converters.
      case digital
    }

    let name: String
    let sources: [Network.Layer.Source]
    let sort: Sort
    /// Its neurons among all.
    let rows: Range<Int>
    /// Conductances that hold weights and biases, each position of a kernel with its own, and those that pull
    /// nodes down.
    let conductances: Int
    /// The most conductances at one node.
    let mostAtNode: Int
    /// Diodes.
    let diodes: Int
  }

  private let magnitudes: LayerEngine<Double>

  /// Takes a network apart.
  ///
  /// - Complexity: O(multiply–accumulates).
  init(_ network: Network) {
    // Each term of a node's sum counts one: what it draws from inputs and neurons of 1. First, so that its weights are
    // gone before the others are packed.
    let counts = Self.predictions(
      of: LayerEngine<Double>(network.mapped(meansAreSums: true) { $0 == 0 ? 0 : 1 }), inputs: 1,
      layers: network.layers.map { _ in 1 })
    linear = LayerEngine(network.mapped { $0 })
    magnitudes = LayerEngine(network.mapped { abs($0) })
    layers = network.layers.map { layer in
      let rows = layer.rows
      switch network.lastOperation(of: layer) {
      case .pool(let pool) where pool.kind == .max:
        let seen = pool.window.divisors(countingPadding: false)
        let planes = layer.count / pool.window.outputCount
        return Layer(
          name: layer.name, sources: layer.sources, sort: .greatest, rows: rows,
          conductances: layer.count, mostAtNode: 1, diodes: planes * seen.reduce(0, +))
      case .softmax, .logSoftmax:
        return Layer(
          name: layer.name, sources: layer.sources, sort: .digital, rows: rows, conductances: 0,
          mostAtNode: 0, diodes: 0)
      case .activation(.relu):
        return Layer(
          name: layer.name, sources: layer.sources, sort: .rectified, rows: rows,
          conductances: Int(rows.reduce(0) { $0 + counts[$1] }),
          mostAtNode: Int(rows.reduce(0) { max($0, counts[$1]) }), diodes: layer.count)
      default:
        return Layer(
          name: layer.name, sources: layer.sources, sort: .linear, rows: rows,
          conductances: Int(rows.reduce(0) { $0 + counts[$1] }),
          mostAtNode: Int(rows.reduce(0) { max($0, counts[$1]) }), diodes: 0)
      }
    }
  }

  /// Σ_j |w_ij| A_j + |b_i| of every neuron, with A the full scale of what each source holds: the largest
  /// pre-activation that can come about.
  func reach(inputs: Double, layers: [Double]) -> [Double] {
    Self.predictions(of: magnitudes, inputs: inputs, layers: layers)
  }

  /// Σ_i |w_ij| over the nodes of a layer, for every number of each of its sources.
  ///
  /// - Complexity: O(the layer's multiply–accumulates).
  func columnSums(of layer: Int) -> [(source: Network.Layer.Source, sums: [Double])] {
    let workspace = LayerWorkspace(magnitudes, lanes: Block<Double>.laneMultiple)
    let lanes = workspace.lanes
    let states = Block<Double>(rows: magnitudes.neuronCount, lanes: lanes)
    magnitudes.project(workspace)
    magnitudes.predict(layer, from: states, in: workspace)
    let rows = magnitudes.layers[layer].rows
    let ones = Block<Double>(rows: rows.count, lanes: lanes)
    ones.pointer.update(repeating: 1, count: ones.count)
    magnitudes.pullback(layer, cotangent: ones.pointer, in: workspace)
    return magnitudes.edgesInto[layer].map { index in
      let edge = magnitudes.edges[index]
      guard case .input = edge.source else {
        return (edge.source, edge.rows.map { workspace.edges[$0, 0] })
      }
      // Nothing else has sent anything to the inputs in this workspace.
      let sums = Block<Double>(rows: magnitudes.network.inputCount, lanes: lanes)
      magnitudes.pullbackToInputs(into: sums, in: workspace)
      return (edge.source, (0..<sums.rows).map { sums[$0, 0] })
    }
  }

  private static func predictions(
    of engine: LayerEngine<Double>, inputs: Double, layers: [Double]
  ) -> [Double] {
    let workspace = LayerWorkspace(engine, lanes: Block<Double>.laneMultiple)
    let states = Block<Double>(rows: engine.neuronCount, lanes: workspace.lanes)
    workspace.inputs.pointer.update(repeating: inputs, count: workspace.inputs.count)
    for (layer, value) in zip(engine.layers, layers) {
      states.row(layer.rows.lowerBound).update(
        repeating: value, count: layer.count * workspace.lanes)
    }
    engine.project(workspace)
    for layer in engine.layers.indices { engine.predict(layer, from: states, in: workspace) }
    return (0..<engine.neuronCount).map { workspace.predictions[$0, 0] }
  }
}

extension Network {
  /// The same operations with other numbers, and wires for rectifiers.
  ///
  /// - Parameters:
  ///   - meansAreSums: whether pools of means become sums, without their factors.
  ///   - number: what becomes of every weight, bias, factor and constant.
  fileprivate func mapped(
    meansAreSums: Bool = false, _ number: (Float) -> Float
  ) -> Network {
    do {
      var builder = Builder(input: nodes[0].shape)
      for node in nodes.dropFirst() {
        let operation: Operation =
          switch node.operation {
          case .dense(let dense):
            .dense(
              try Dense(
                inputs: dense.inputs, weight: dense.weight.map(number), bias: dense.bias.map(number)
              ))
          case .convolution(let kernel):
            .convolution(
              try Convolution(
                kernel.window, inputChannels: kernel.inputChannels,
                outputChannels: kernel.outputChannels, groups: kernel.groups,
                isTransposed: kernel.isTransposed, weight: kernel.weight.map(number),
                bias: kernel.bias.map(number)))
          case .scale(let scale):
            .scale(
              try Scale(
                // A factor that is not written is 1, and a conductance like another.
                factors: scale.factors?.map(number), offsets: scale.offsets?.map(number),
                inner: scale.inner))
          case .rearrange(let wires):
            .rearrange(
              try Rearrangement(
                shape: wires.shape, indices: wires.indices, constants: wires.constants.map(number)))
          case .pool(let pool) where pool.kind == .mean && meansAreSums:
            .pool(try Pool(.sum, pool.window))
          // Not the identity, so that layers end where they ended.
          case .activation: .activation(.leakyReLU(slope: 1))
          default: node.operation
          }
        try builder.add(operation, named: node.name, reading: node.parents.map { nodes[$0].name })
      }
      return try builder.network(named: name, output: nodes[output].name)
    } catch {
      preconditionFailure("the same shapes: \(error)")
    }
  }
}
