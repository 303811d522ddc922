internal import Networks
internal import SubstrateCore

extension IrreversibleDigital {
  /// What each operation is on this substrate.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input: .free("arrives as integers; reading it is charged to the layers that read it")
    case .dense, .convolution: .modelled("integer multiply-accumulates")
    case .scale: .modelled("an integer multiply-accumulate for each component")
    case .activation, .prelu: .modelled("a clamp, a multiplier, or a look-up in a table")
    case .add: .modelled("integer additions")
    case .multiply, .matrixProduct: .modelled("integer multiply-accumulates of two stored values")
    case .pool: .modelled("comparisons, or integer additions")
    case .rearrange: .free("addresses: the same registers, read at other places")
    case .reshape: .free("wiring: the same registers under another name")
    case .softmax, .logSoftmax, .normalize:
      .unmodelled(
        "computed in floating point from the integer logits; its exponentials and divisions are "
          + "not in the ledger")
    }
  }
}
