extension LayerEngine {
  /// Shows where a layer's pre-activations stand and how fast they move, for every elementwise
  /// function in it that is made of straight pieces (see `Operation.isPiecewiseLinear`): such a
  /// function breaks where its pre-activation passes 0.
  ///
  /// Valid after `predict` and `pushforward` of that layer, with the same arguments.
  ///
  /// - Parameters:
  ///   - layer: its index in `layers`.
  ///   - states: where all neurons are.
  ///   - tangents: their velocity.
  ///   - inputs: the velocity of the inputs and of the projections.
  ///   - workspace: of this engine, as `predict` and `pushforward` left it.
  ///   - body: takes values and velocities, `[rows × lanes]` each, and how many they are.
  package func visitBreaks(
    of layer: Int, states: Block<Scalar>, tangents: Block<Scalar>, inputs: InputTangents,
    in workspace: LayerWorkspace<Scalar>,
    _ body: (_ values: UnsafePointer<Scalar>, _ velocities: UnsafePointer<Scalar>, _ count: Int) ->
      Void
  ) {
    for step in programs[layer].steps {
      switch step.operation {
      case .activation(let function) where function.isPiecewiseLinear: break
      case .prelu: break
      default: continue
      }
      let values = workspace.pointer(step.input, of: layers[layer].rows.lowerBound, states)
      let velocities: UnsafeMutablePointer<Scalar> =
        switch step.input {
        case .input: inputs.inputs.pointer
        case .projection(let row): inputs.projections.row(row)
        case .state(let row): tangents.row(row)
        case .intermediate(let row): workspace.intermediateCotangents.row(row)
        case .approach, .result: preconditionFailure("no step of a layer reads it")
        }
      body(values, velocities, step.rows * workspace.lanes)
    }
  }
}
