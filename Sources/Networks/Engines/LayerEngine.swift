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
    /// Empty for inputs that are read through projections only.
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
  /// Rows of the linear functions of the inputs that layers start from.
  public let projectionCount: Int

  let edgeRowCount: Int
  let intermediateCount: Int
  let approachCount: Int
  let programs: [Program]
  private let projectors: [Step]

  /// Packs the network's weights, once forward and once transposed.
  ///
  /// - Complexity: O(parameters).
  public init(_ network: Network) {
    self.network = network
    layers = network.layers
    neuronCount = network.neuronCount
    var layout = Layout(network, layers)
    var programs: [Program] = []
    var edges: [Edge] = []
    var edgeRows = 0
    for (index, layer) in layers.enumerated() {
      let firstProjection = layout.projections
      let program = layout.program(of: layer)
      programs.append(program)
      for source in layer.sources {
        let isRead = program.steps.contains { $0.inputs.contains(layout.slot(source)) }
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
    self.programs = programs
    self.edges = edges
    projectors = programs.flatMap(\.projectors)
    approachCount = layout.approaches
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

  /// The linear functions of the inputs that layers start from: `workspace.projections` from
  /// `workspace.inputs`.
  ///
  /// They are affine in the inputs, so along a straight path of inputs they need not be computed
  /// again.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func project(_ workspace: LayerWorkspace<Scalar>) {
    for step in projectors { run(step, of: 0, from: workspace.states, in: workspace) }
  }

  @inline(__always)
  private func run(
    _ step: Step, of row: Int, from states: Block<Scalar>, in workspace: LayerWorkspace<Scalar>
  ) {
    let x = workspace.pointer(step.input, of: row, states)
    let y = workspace.pointer(step.output, of: row, states)
    switch step.sort {
    case .matrix:
      let weights = step.weights.unsafelyUnwrapped
      Scalar.affine(
        rows: weights.outputs, columns: weights.inputs, lanes: workspace.lanes,
        weights.forward.unsafelyUnwrapped, bias: weights.bias, x, into: y, accumulating: false)
    case .function(let function):
      Scalar.activate(function, count: step.rows * workspace.lanes, x, into: y)
    case .other:
      step.operation.forward(
        x, others(of: step, row, states, workspace), rows: step.rows, lanes: workspace.lanes,
        into: y)
    }
  }

  /// The values of all that a step reads but the first.
  @inline(__always)
  private func others(
    of step: Step, _ row: Int, _ states: Block<Scalar>, _ workspace: LayerWorkspace<Scalar>
  ) -> [UnsafePointer<Scalar>] {
    guard !step.others.isEmpty else { return [] }
    return step.others.map { UnsafePointer(workspace.pointer($0, of: row, states)) }
  }

  /// f_l of one layer: its rows of `workspace.predictions`, from its sources' states.
  ///
  /// Reads `workspace.projections`; `workspace.inputs` only where the layer reads them directly.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func predict(
    _ layer: Int, from states: Block<Scalar>, in workspace: LayerWorkspace<Scalar>
  ) {
    if workspace.states !== states { workspace.states = states }
    let own = layers[layer].rows.lowerBound
    for step in programs[layer].steps { run(step, of: own, from: states, in: workspace) }
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
  /// after `predict` of that layer, while the states it was given are unchanged.
  ///
  /// - Parameters:
  ///   - layer: its index in `layers`.
  ///   - cotangent: the layer's rows, `[rows × lanes]`.
  ///   - workspace: of this engine; is written.
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
  ///   - layer: its index in `layers`.
  ///   - cotangent: the layer's rows, `[rows × lanes]`.
  ///   - gradients: `neuronCount` rows; is added to.
  ///   - workspace: of this engine; is written.
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
      case .projection, .approach, .intermediate: workspace.cotangent(slot, layer, self)
      }
    }
    let program = programs[layer]
    if program.sharesValues {
      for rows in program.sharedIntermediates {
        workspace.intermediateCotangents.row(rows.lowerBound).update(
          repeating: 0, count: rows.count * lanes)
      }
      for rows in program.sharedProjections {
        workspace.projectionCotangents.row(rows.lowerBound).update(
          repeating: 0, count: rows.count * lanes)
      }
    }
    let states = workspace.states
    for step in program.steps.reversed() {
      let above: UnsafePointer<Scalar> =
        if case .result = step.output {
          cotangent
        } else {
          UnsafePointer(workspace.cotangent(step.output, layer, self)!)
        }
      switch step.sort {
      case .matrix:
        guard let target = target(step.input) else { continue }
        let weights = step.weights.unsafelyUnwrapped
        Scalar.affine(
          rows: weights.inputs, columns: weights.outputs, lanes: lanes,
          weights.transposed.unsafelyUnwrapped, bias: nil, above, into: target,
          accumulating: step.isFirstShared)
        continue
      case .function(let function):
        guard let target = target(step.input) else { continue }
        let count = step.rows * lanes
        let out = step.isFirstShared ? workspace.temporary.pointer : target
        Scalar.activateDerivative(
          function, count: count, input: workspace.pointer(step.input, of: own, states),
          output: workspace.pointer(step.output, of: own, states), above, into: out)
        if step.isFirstShared { Scalar.add(count: count, out, to: target) }
        continue
      case .other: break
      }
      let x = workspace.pointer(step.input, of: own, states)
      let value = workspace.pointer(step.output, of: own, states)
      let others = others(of: step, own, states, workspace)
      for place in step.isShared.indices {
        guard let target = target(place == 0 ? step.input : step.others[place - 1]) else {
          continue
        }
        step.operation.pullback(
          to: place, above, at: x, others, value: value, rows: step.rows, lanes: lanes,
          addingBy: step.isShared[place] ? workspace.temporary.pointer : nil, into: target)
      }
    }
  }

  /// The vector–Jacobian product of the whole network: `inputCotangents` from a gradient at the
  /// outputs.
  ///
  /// Valid after `forward`.
  ///
  /// - Parameters:
  ///   - cotangent: the last layer's rows, `[rows × lanes]`.
  ///   - inputCotangents: `[inputCount × lanes]`, is written.
  ///   - workspace: of this engine; is written.
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
    let lanes = workspace.lanes
    workspace.approachCotangents.clear()
    for step in projectors.reversed() {
      let above = workspace.cotangent(step.output, 0, self)!
      let x = workspace.pointer(step.input, of: 0, workspace.states)
      let others = others(of: step, 0, workspace.states, workspace)
      let value = workspace.pointer(step.output, of: 0, workspace.states)
      for (place, slot) in step.inputs.enumerated() {
        let target: UnsafeMutablePointer<Scalar> =
          if case .approach(let row) = slot {
            workspace.approachCotangents.row(row)
          } else {
            inputCotangents.pointer
          }
        step.operation.pullback(
          to: place, above, at: x, others, value: value, rows: step.rows, lanes: lanes,
          addingBy: workspace.temporary.pointer, into: target)
      }
    }
  }

  /// The Jacobian–vector product of one layer: how f_l moves when its sources move.
  ///
  /// Valid after `predict` of that layer. Overwrites the workspace's cotangents of intermediates.
  ///
  /// - Parameters:
  ///   - layer: its index in `layers`.
  ///   - tangents: the velocity of all neurons; the sources' rows are read.
  ///   - inputs: the velocity of the inputs and of the projections, or none if the inputs stand
  ///     still.
  ///   - target: the layer's rows, `[rows × lanes]`, is written.
  ///   - workspace: of this engine; is written.
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
      case .approach, .result: preconditionFailure("no step of a layer reads it")
      }
    }
    let own = layers[layer].rows.lowerBound
    let states = workspace.states
    for step in programs[layer].steps {
      let out: UnsafeMutablePointer<Scalar> =
        if case .intermediate(let row) = step.output {
          workspace.intermediateCotangents.row(row)
        } else {
          target
        }
      let moving = step.inputs.map { tangent($0) }
      guard moving.contains(where: { $0 != nil }) else {
        out.update(repeating: 0, count: step.rows * lanes)
        continue
      }
      step.operation.pushforward(
        moving, at: workspace.pointer(step.input, of: own, states),
        others(of: step, own, states, workspace),
        value: workspace.pointer(step.output, of: own, states), rows: step.rows, lanes: lanes,
        into: out)
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
}
