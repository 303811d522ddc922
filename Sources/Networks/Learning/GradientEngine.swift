/// A network whose weights change from step to step: values of all nodes, and gradients with respect to them and
/// to the weights, for a batch of samples.
///
/// Weights stand in one list (see `ParameterLayout`), so that a step of learning is a sum of lists. A batch of
/// one sample goes through matrices without packing them; for weights that stay, `LayerEngine` and
/// `ForwardEngine` are faster.
///
/// In a *stressed* workspace every layer's neurons have states of their own beside what the layer computes,
/// f_l(x): readers read the states, and gradients begin at f_l.
package final class GradientEngine<Scalar: KernelScalar>: Sendable {
  /// The network; of its weights only the shapes are used.
  package let network: Network
  /// Where its weights stand.
  package let layout: ParameterLayout
  /// The nodes whose values are the layers' neurons, in the order of the layers.
  package let neuronNodes: [Int]

  /// An operation with what it reads. A class, so that going through them copies nothing.
  final class Step: Sendable {
    enum Kind: Sendable {
      case dense(rows: Int, columns: Int, runs: Int, place: ParameterLayout.Place)
      case convolution(
        PackedConvolution<Scalar>, Convolution, place: ParameterLayout.Place, table: [Int32])
      case activation(Activation)
      case other(BlockOperation<Scalar>)
    }

    let kind: Kind
    let node: Int
    let rows: Int
    let parents: [Int]
    /// Of each parent, whether anything else reads it too, so that gradients add up there.
    let isShared: [Bool]

    init(_ kind: Kind, node: Int, rows: Int, parents: [Int], isShared: [Bool]) {
      self.kind = kind
      self.node = node
      self.rows = rows
      self.parents = parents
      self.isShared = isShared
    }
  }

  let steps: [Step]
  /// Nodes whose gradients add up.
  let sharedNodes: [Int]
  /// Whether all of it is matrices and functions of single numbers.
  package let takesSingleSamples: Bool

  /// Prepares a network.
  ///
  /// - Complexity: O(operations), beside the windows of convolutions.
  package init(_ network: Network) {
    self.network = network
    layout = ParameterLayout(network)
    neuronNodes = network.layers.map { $0.nodes.last! }
    let places = Dictionary(uniqueKeysWithValues: layout.places.map { ($0.node, $0) })
    var readers = [Int](repeating: 0, count: network.nodes.count)
    let indices = network.nodes.indices.dropFirst().filter {
      !network.nodes[$0].operation.isNaming
    }
    for index in indices {
      for parent in network.nodes[index].parents { readers[network.origin(of: parent)] += 1 }
    }
    steps = indices.map { index in
      let node = network.nodes[index]
      let parents = node.parents.map { network.origin(of: $0) }
      let kind: Step.Kind =
        switch node.operation {
        case .dense(let dense):
          .dense(
            rows: dense.outputs, columns: dense.inputs, runs: node.shape.count / dense.outputs,
            place: places[index]!)
        case .convolution(let convolution):
          .convolution(
            PackedConvolution(convolution, withPullback: true), convolution, place: places[index]!,
            table: convolution.window.table())
        case .activation(let function): .activation(function)
        default:
          .other(
            BlockOperation(
              node.operation, shape: node.shape,
              parents: node.parents.map { network.nodes[$0].shape }))
        }
      return Step(
        kind, node: index, rows: node.shape.count, parents: parents,
        isShared: parents.map { readers[$0] > 1 })
    }
    sharedNodes = network.nodes.indices.filter { readers[$0] > 1 && $0 != 0 }
    takesSingleSamples = steps.allSatisfy {
      switch $0.kind {
      case .dense, .activation: true
      case .convolution, .other: false
      }
    }
  }

  // MARK: Values

  /// Takes up weights for what follows; they have to stay where they are until the next.
  ///
  /// - Parameter parameters: `[layout.count]`.
  /// - Complexity: O(weights) for more than one lane, else nothing.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  package func load(_ parameters: UnsafePointer<Scalar>, into workspace: GradientWorkspace<Scalar>)
  {
    workspace.parameters = parameters
    guard workspace.lanes > 1 else { return }
    for (index, step) in steps.enumerated() {
      switch step.kind {
      case .dense(let rows, let columns, _, let place):
        let weight = parameters + place.weight.lowerBound
        let packed = workspace.packed[index]!
        Scalar.pack(
          rows: rows, columns: columns, weight, rowStride: columns, columnStride: 1,
          into: packed.forward.pointer)
        Scalar.pack(
          rows: columns, columns: rows, weight, rowStride: 1, columnStride: columns,
          into: packed.transposed.pointer)
      case .convolution(let shape, let convolution, let place, _):
        workspace.convolutions[index] = PackedConvolution(
          shape, convolution, weight: place.weight.map { Float(parameters[$0]) },
          bias: place.bias.map { parameters[$0] })
      case .activation, .other: break
      }
    }
  }

  /// The forward pass: all nodes' values from the inputs.
  ///
  /// In a stressed workspace the states are put where the values are.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  package func forward(in workspace: GradientWorkspace<Scalar>) {
    for index in steps.indices {
      evaluate(index, workspace)
      if workspace.isStressed {
        let node = steps[index].node
        let (value, state) = (workspace.values[node], workspace.states[node])
        if value != state {
          state.update(from: value, count: steps[index].rows * workspace.lanes)
        }
      }
    }
  }

  /// f_l of every layer from the states as they are.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  package func predict(in workspace: GradientWorkspace<Scalar>) {
    for index in steps.indices { evaluate(index, workspace) }
  }

  @inline(__always)
  private func evaluate(_ index: Int, _ workspace: GradientWorkspace<Scalar>) {
    let step = steps[index]
    let lanes = workspace.lanes
    let x = UnsafePointer(workspace.states[step.parents[0]])
    let y = workspace.values[step.node]
    switch step.kind {
    case .dense(let rows, let columns, let runs, let place):
      let bias = workspace.parameters + place.bias.lowerBound
      for run in 0..<runs {
        let (from, to) = (x + run * columns * lanes, y + run * rows * lanes)
        if lanes == 1 {
          Scalar.affineOfOne(
            rows: rows, columns: columns, workspace.parameters + place.weight.lowerBound,
            bias: bias, from, into: to)
        } else {
          Scalar.affine(
            rows: rows, columns: columns, lanes: lanes, workspace.packed[index]!.forward.pointer,
            bias: bias, from, into: to, accumulating: false)
        }
      }
    case .convolution(let shape, _, _, _):
      workspace.convolutions[index]!.forward(
        x, repeats: workspace.count(of: step.parents[0]) / shape.inputRows, lanes: lanes,
        isAffine: true, into: y)
    case .activation(let function):
      Scalar.activate(function, count: workspace.padded(step.rows), x, into: y)
    case .other(let operation):
      operation.forward(
        x, step.parents.dropFirst().map { UnsafePointer(workspace.states[$0]) }, rows: step.rows,
        lanes: lanes, into: y)
    }
  }

  // MARK: Gradients

  /// The gradients with respect to all values and states, and to the weights, of what gradients at the output or,
  /// in a stressed workspace, at every layer's f_l are given.
  ///
  /// Valid after `forward` or `predict`. Of lanes that hold no sample the given gradients have to be 0.
  ///
  /// - Parameter gradient: `[layout.count]`, is written, the sum over the lanes; none if it is not wanted.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  package func pullback(
    into gradient: UnsafeMutablePointer<Scalar>?, in workspace: GradientWorkspace<Scalar>
  ) {
    let lanes = workspace.lanes
    for node in sharedNodes {
      workspace.stateGradients[node].update(
        repeating: 0, count: workspace.count(of: node) * lanes)
    }
    for index in steps.indices.reversed() {
      let step = steps[index]
      let above = UnsafePointer(workspace.gradients[step.node])
      let x = UnsafePointer(workspace.states[step.parents[0]])
      switch step.kind {
      case .dense(let rows, let columns, let runs, let place):
        if let gradient {
          for run in 0..<runs {
            let g = above + run * rows * lanes
            Scalar.rowProducts(
              rows: rows, columns: columns, inner: lanes, g, x + run * columns * lanes,
              into: gradient + place.weight.lowerBound, accumulating: run > 0)
            Self.addRows(
              g, rows: rows, length: lanes, to: gradient + place.bias.lowerBound, isFirst: run == 0)
          }
        }
        guard step.parents[0] != 0 else { continue }
        let out = workspace.stateGradients[step.parents[0]]
        for run in 0..<runs {
          let (g, to) = (above + run * rows * lanes, out + run * columns * lanes)
          if lanes == 1 {
            Scalar.pullbackOfOne(
              rows: rows, columns: columns, workspace.parameters + place.weight.lowerBound, g,
              into: to, accumulating: step.isShared[0])
          } else {
            Scalar.affine(
              rows: columns, columns: rows, lanes: lanes,
              workspace.packed[index]!.transposed.pointer, bias: nil, g, into: to,
              accumulating: step.isShared[0])
          }
        }
      case .convolution(let shape, let convolution, let place, let table):
        let repeats = workspace.count(of: step.parents[0]) / shape.inputRows
        if let gradient {
          workspace.addGradient(
            of: convolution, table, place, above, at: x, repeats: repeats, to: gradient)
        }
        guard step.parents[0] != 0 else { continue }
        workspace.convolutions[index]!.pullback(
          above, repeats: repeats, lanes: lanes, into: workspace.stateGradients[step.parents[0]],
          accumulating: step.isShared[0])
      case .activation(let function):
        guard step.parents[0] != 0 else { continue }
        let target = workspace.stateGradients[step.parents[0]]
        let count = workspace.padded(step.rows)
        let out = step.isShared[0] ? workspace.temporary.pointer : target
        Scalar.activateDerivative(
          function, count: count, input: x, output: workspace.values[step.node], above, into: out)
        if step.isShared[0] { Scalar.add(count: step.rows * lanes, out, to: target) }
      case .other(let operation):
        let others = step.parents.dropFirst().map { UnsafePointer(workspace.states[$0]) }
        for place in step.parents.indices where step.parents[place] != 0 {
          operation.pullback(
            to: place, above, at: x, others, value: workspace.values[step.node], rows: step.rows,
            lanes: lanes, addingBy: step.isShared[place] ? workspace.temporary.pointer : nil,
            into: workspace.stateGradients[step.parents[place]])
        }
      }
    }
  }

  /// Sums of rows, written or added.
  @inline(__always)
  static func addRows(
    _ rows: UnsafePointer<Scalar>, rows count: Int, length: Int,
    to sums: UnsafeMutablePointer<Scalar>, isFirst: Bool
  ) {
    for row in 0..<count {
      var sum: Scalar = isFirst ? 0 : sums[row]
      for place in row * length..<(row + 1) * length { sum += rows[place] }
      sums[row] = sum
    }
  }
}
