extension LayerEngine {
  /// Shows what every function inside a layer is given: values that no neuron holds.
  ///
  /// Valid after `predict` of that layer, with the same arguments, until another layer is predicted.
  ///
  /// - Parameters:
  ///   - layer: its index in `layers`.
  ///   - states: where all neurons are.
  ///   - workspace: of this engine, as `predict` left it.
  ///   - body: takes the function, and its pre-activations, `[rows × lanes]`, and how many they are.
  package func visitPreActivations(
    of layer: Int, states: Block<Scalar>, in workspace: LayerWorkspace<Scalar>,
    _ body: (_ function: Activation, _ values: UnsafePointer<Scalar>, _ count: Int) -> Void
  ) {
    for step in programs[layer].steps {
      guard case .activation(let function) = step.operation else { continue }
      body(
        function,
        UnsafePointer(workspace.pointer(step.input, of: layers[layer].rows.lowerBound, states)),
        step.rows * workspace.lanes)
    }
  }
}
