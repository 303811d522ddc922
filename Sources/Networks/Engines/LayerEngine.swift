/// A network prepared for the vector kernels, layer by layer, for a block of samples at a time.
///
/// It computes, for each layer l, f_l of whatever values its sources have, which need not be
/// consistent: that is what a forward pass, a relaxing physical network and a noisy one have in
/// common. Products with the layers' Jacobians come beside it. The states of all neurons of a block
/// stand in one `Block` of `neuronCount` rows.
public final class LayerEngine<Scalar: KernelScalar>: Sendable {
  /// A layer reading another layer, or the inputs.
  public struct Edge: Hashable, Sendable {
    /// What is read.
    public let source: Network.Layer.Source
    /// The layer that reads it.
    public let target: Int
    /// Where the target's cotangent with respect to the source stands in `LayerWorkspace.edges`.
    /// Empty for inputs that are read by matrices only.
    public let rows: Range<Int>
    /// The rows of `LayerWorkspace.projections` that the target reads; empty unless the source is
    /// the input.
    public let projections: Range<Int>
  }

  /// The network.
  public let network: Network
  /// Its layers.
  public let layers: [Network.Layer]
  /// All edges, ordered by target.
  public let edges: [Edge]
  /// The edges into each layer.
  public let edgesInto: [[Int]]
  /// The edges out of each layer.
  public let edgesFrom: [[Int]]
  /// The edges out of the inputs.
  public let inputEdges: [Int]
  /// All neurons.
  public let neuronCount: Int
  /// Rows of matrix products that read the inputs alone.
  public let projectionCount: Int

  let edgeRowCount: Int
  let intermediateCount: Int
  let programs: [[Step]]
  private let projectors: [Step]

  /// Packs the network's weights, once forward and once transposed.
  ///
  /// - Complexity: O(parameters).
  public init(_ network: Network) {
    self.network = network
    layers = network.layers
    neuronCount = network.neuronCount
    var layout = Layout(network, layers)
    var programs: [[Step]] = []
    var edges: [Edge] = []
    var edgeRows = 0
    for (index, layer) in layers.enumerated() {
      let firstProjection = layout.projections
      let steps = layout.program(of: layer)
      programs.append(steps)
      for source in layer.sources {
        let isRead = steps.contains {
          $0.isComputedInLayer && $0.inputs.contains(layout.slot(source))
        }
        let count =
          switch source {
          case .input: isRead ? network.inputCount : 0
          case .layer(let other): layers[other].count
          }
        edges.append(
          Edge(
            source: source, target: index, rows: edgeRows..<edgeRows + count,
            projections: source == .input ? firstProjection..<layout.projections : 0..<0))
        edgeRows += count
      }
    }
    self.programs = programs.map { $0.filter(\.isComputedInLayer) }
    self.edges = edges
    projectors = programs.joined().filter { !$0.isComputedInLayer }
    projectionCount = layout.projections
    intermediateCount = layout.intermediates
    edgeRowCount = edgeRows
    edgesInto = layers.indices.map { layer in edges.indices.filter { edges[$0].target == layer } }
    edgesFrom = layers.indices.map { layer in
      edges.indices.filter { edges[$0].source == .layer(layer) }
    }
    inputEdges = edges.indices.filter { edges[$0].source == .input }
  }

  // MARK: Values

  /// The matrix products that read the inputs: `workspace.projections` from `workspace.inputs`.
  ///
  /// They are affine in the inputs, so along a straight path of inputs they need not be computed
  /// again.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func project(_ workspace: LayerWorkspace<Scalar>) {
    for step in projectors {
      guard let weights = step.weights, case .projection(let row) = step.output else {
        preconditionFailure("a projection is a matrix product")
      }
      Scalar.affine(
        rows: weights.outputs, columns: weights.inputs, lanes: workspace.lanes, weights.forward,
        bias: weights.bias, workspace.inputs.pointer, into: workspace.projections.row(row),
        accumulating: false)
    }
  }

  /// f_l of one layer: its rows of `workspace.predictions`, from its sources' states.
  ///
  /// Reads `workspace.projections`; `workspace.inputs` only where the layer reads them without a
  /// matrix.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func predict(
    _ layer: Int, from states: Block<Scalar>, in workspace: LayerWorkspace<Scalar>
  ) {
    let own = layers[layer].rows.lowerBound
    for step in programs[layer] {
      let target = workspace.pointer(step.output, of: own, states)
      let first = workspace.pointer(step.input, of: own, states)
      switch step.operation {
      case .dense:
        let weights = step.weights.unsafelyUnwrapped
        Scalar.affine(
          rows: weights.outputs, columns: weights.inputs, lanes: workspace.lanes, weights.forward,
          bias: weights.bias, first, into: target, accumulating: false)
      case .activation(let function):
        Scalar.activate(function, count: step.rows * workspace.lanes, first, into: target)
      case .sum:
        target.update(from: first, count: step.rows * workspace.lanes)
        for other in step.others {
          Scalar.add(
            count: step.rows * workspace.lanes, workspace.pointer(other, of: own, states),
            to: target)
        }
      case .softmax:
        Scalar.softmax(rows: step.rows, lanes: workspace.lanes, first, into: target)
      }
    }
  }

  /// The forward pass: `states` and `workspace.predictions` from `workspace.inputs`.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func forward(into states: Block<Scalar>, in workspace: LayerWorkspace<Scalar>) {
    project(workspace)
    for (index, layer) in layers.enumerated() {
      predict(index, from: states, in: workspace)
      states.row(layer.rows.lowerBound).update(
        from: workspace.predictions.row(layer.rows.lowerBound),
        count: layer.count * workspace.lanes)
    }
  }

  // MARK: Products with the Jacobian

  /// The vector–Jacobian product of one layer: for each edge into it, ∂(cotangent · f_l)/∂source.
  ///
  /// Writes the edges' rows of `workspace.edges` and of `workspace.projectionCotangents`. Valid
  /// after `predict` of that layer.
  ///
  /// - Parameter cotangent: the layer's rows.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func pullback(
    _ layer: Int, cotangent: UnsafePointer<Scalar>, in workspace: LayerWorkspace<Scalar>
  ) {
    for edge in edgesInto[layer] where !edges[edge].rows.isEmpty {
      workspace.edges.row(edges[edge].rows.lowerBound).update(
        repeating: 0, count: edges[edge].rows.count * workspace.lanes)
    }
    pullback(layer, cotangent, nil, workspace)
  }

  /// The same, added to the rows of the layers that it reads; what would reach the inputs is left.
  ///
  /// - Parameters:
  ///   - cotangent: the layer's rows.
  ///   - gradients: `neuronCount` rows.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func pullback(
    _ layer: Int, cotangent: UnsafePointer<Scalar>, addingTo gradients: Block<Scalar>,
    in workspace: LayerWorkspace<Scalar>
  ) {
    pullback(layer, cotangent, gradients, workspace)
  }

  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  private func pullback(
    _ layer: Int, _ cotangent: UnsafePointer<Scalar>, _ gradients: Block<Scalar>?,
    _ workspace: LayerWorkspace<Scalar>
  ) {
    let lanes = workspace.lanes
    let own = layers[layer].rows.lowerBound
    /// Where what reaches a slot is gathered, if anybody asks for it.
    func target(_ slot: Slot) -> UnsafeMutablePointer<Scalar>? {
      guard let gradients else { return workspace.cotangent(slot, layer, self) }
      return switch slot {
      case .state(let row): gradients.row(row)
      case .input, .result: nil
      case .projection, .intermediate: workspace.cotangent(slot, layer, self)
      }
    }
    for step in programs[layer].reversed() {
      let above: UnsafePointer<Scalar> =
        if case .result = step.output {
          cotangent
        } else {
          UnsafePointer(workspace.cotangent(step.output, layer, self)!)
        }
      switch step.operation {
      case .dense:
        guard let target = target(step.input) else { continue }
        let weights = step.weights.unsafelyUnwrapped
        Scalar.affine(
          rows: weights.inputs, columns: weights.outputs, lanes: lanes, weights.transposed,
          bias: nil, above, into: target, accumulating: step.input.isShared)
      case .activation(let function):
        receive(step.input, step.rows, target(step.input), workspace) { target in
          Scalar.activateDerivative(
            function, count: step.rows * lanes,
            output: workspace.value(step.output, of: own), above,
            into: target)
        }
      case .sum:
        for input in step.inputs {
          receive(input, step.rows, target(input), workspace) {
            $0.update(from: above, count: step.rows * lanes)
          }
        }
      case .softmax:
        receive(step.input, step.rows, target(step.input), workspace) { target in
          Scalar.softmaxDerivative(
            rows: step.rows, lanes: lanes,
            output: workspace.value(step.output, of: own), above,
            into: target)
        }
      }
    }
  }

  /// The vector–Jacobian product of the whole network: `inputCotangents` from a gradient at the
  /// outputs.
  ///
  /// Valid after `forward`.
  ///
  /// - Parameter cotangent: the last layer's rows.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func pullback(
    cotangent: UnsafePointer<Scalar>, into inputCotangents: Block<Scalar>,
    in workspace: LayerWorkspace<Scalar>
  ) {
    let lanes = workspace.lanes
    let gathered = Block<Scalar>(rows: neuronCount, lanes: lanes)
    let last = layers.count - 1
    gathered.row(layers[last].rows.lowerBound).update(
      from: cotangent, count: layers[last].count * lanes)
    for index in layers.indices.reversed() {
      pullback(index, cotangent: gathered.row(layers[index].rows.lowerBound), in: workspace)
      for edge in edgesInto[index] {
        guard case .layer(let source) = edges[edge].source else { continue }
        Scalar.add(
          count: layers[source].count * lanes, workspace.edges.row(edges[edge].rows.lowerBound),
          to: gathered.row(layers[source].rows.lowerBound))
      }
    }
    inputCotangents.clear()
    pullbackToInputs(into: inputCotangents, in: workspace)
  }

  /// Adds what reaches the inputs, through matrices and directly, after `pullback` of the layers
  /// that read them.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func pullbackToInputs(
    into inputCotangents: Block<Scalar>, in workspace: LayerWorkspace<Scalar>
  ) {
    for edge in inputEdges where !edges[edge].rows.isEmpty {
      Scalar.add(
        count: network.inputCount * workspace.lanes,
        workspace.edges.row(edges[edge].rows.lowerBound), to: inputCotangents.pointer)
    }
    for step in projectors {
      guard let weights = step.weights, case .projection(let row) = step.output else { continue }
      Scalar.affine(
        rows: weights.inputs, columns: weights.outputs, lanes: workspace.lanes,
        weights.transposed, bias: nil, workspace.projectionCotangents.row(row),
        into: inputCotangents.pointer, accumulating: true)
    }
  }

  /// The Jacobian–vector product of one layer: how f_l moves when its sources move.
  ///
  /// Valid after `predict` of that layer. Overwrites the workspace's cotangents of intermediates.
  ///
  /// - Parameters:
  ///   - tangents: the velocity of all neurons; the sources' rows are read.
  ///   - inputs: the velocity of the inputs and of the projections, or none if the inputs stand
  ///     still.
  ///   - target: the layer's rows.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func pushforward(
    _ layer: Int, tangents: Block<Scalar>, inputs: InputTangents?,
    into target: UnsafeMutablePointer<Scalar>, in workspace: LayerWorkspace<Scalar>
  ) {
    let lanes = workspace.lanes
    func tangent(_ slot: Slot) -> UnsafePointer<Scalar>? {
      switch slot {
      case .input: return inputs.map { UnsafePointer($0.inputs.pointer) }
      case .projection(let row): return inputs.map { UnsafePointer($0.projections.row(row)) }
      case .state(let row): return UnsafePointer(tangents.row(row))
      case .intermediate(let row): return UnsafePointer(workspace.intermediateCotangents.row(row))
      case .result: return UnsafePointer(target)
      }
    }
    let own = layers[layer].rows.lowerBound
    for step in programs[layer] {
      let out: UnsafeMutablePointer<Scalar> =
        if case .intermediate(let row) = step.output {
          workspace.intermediateCotangents.row(row)
        } else {
          target
        }
      let sources = step.inputs.compactMap { tangent($0) }
      guard let first = sources.first else {
        out.update(repeating: 0, count: step.rows * lanes)
        continue
      }
      switch step.operation {
      case .dense:
        let weights = step.weights.unsafelyUnwrapped
        Scalar.affine(
          rows: weights.outputs, columns: weights.inputs, lanes: lanes, weights.forward, bias: nil,
          first, into: out, accumulating: false)
      case .activation(let function):
        Scalar.activateDerivative(
          function, count: step.rows * lanes,
          output: workspace.value(step.output, of: own), first, into: out)
      case .sum:
        out.update(from: first, count: step.rows * lanes)
        for other in sources.dropFirst() { Scalar.add(count: step.rows * lanes, other, to: out) }
      case .softmax:
        Scalar.softmaxDerivative(
          rows: step.rows, lanes: lanes,
          output: workspace.value(step.output, of: own), first, into: out)
      }
    }
  }

  /// How the inputs move, and with them the projections.
  public struct InputTangents {
    /// du, `inputCount` rows.
    public let inputs: Block<Scalar>
    /// W du of every matrix that reads the inputs, `projectionCount` rows.
    public let projections: Block<Scalar>

    /// Velocities of the inputs and of the projections, which must agree.
    public init(inputs: Block<Scalar>, projections: Block<Scalar>) {
      self.inputs = inputs
      self.projections = projections
    }
  }

  /// Lets `write` write the cotangent of a step's input, or adds what it writes to what others
  /// wrote; nothing where nobody asks for it.
  private func receive(
    _ slot: Slot, _ rows: Int, _ target: UnsafeMutablePointer<Scalar>?,
    _ workspace: LayerWorkspace<Scalar>, _ write: (UnsafeMutablePointer<Scalar>) -> Void
  ) {
    guard let target else { return }
    guard slot.isShared else { return write(target) }
    write(workspace.temporary.pointer)
    Scalar.add(count: rows * workspace.lanes, workspace.temporary.pointer, to: target)
  }
}
