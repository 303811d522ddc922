internal import Networks
internal import SubstrateCore

extension IrreversibleDigital {
  /// What each operation is on this substrate.
  ///
  /// A neuron is a register of b bits; what is stored are the neurons, the weights and the tables.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input: .free("arrives as integers; reading it is charged to the layers that read it")
    case .dense:
      .modelled(
        "a b-bit weight times a b-bit neuron, added in A bits, is a MAC; weights are stored, and each "
          + "result is a neuron, or goes on as an accumulator to the function behind it")
    case .convolution:
      .modelled(
        "MACs as in a matrix, those with padding included; a channel's weights are stored once and "
          + "used at all positions, and each input is read once")
    case .scale:
      .modelled("a fixed-point multiplier and an integer addition for each component: a MAC")
    case .relu: .modelled("a clamp; each result is a neuron")
    case .activation:
      .modelled(
        "a clamp (clip), a multiplier (leaky-relu, abs) or a look-up in a stored table of 2^b codes "
          + "(any other); each result is a neuron")
    case .prelu: .modelled("a multiplier below 0 for each channel; each result is a neuron")
    case .add: .modelled("integer additions at a common step")
    case .multiply:
      .modelled("a MAC for each component, of two neurons' codes, both read from memory")
    case .matrixProduct:
      .modelled("MACs of neurons' codes, both matrices read from memory; no weight is stored")
    case .maxPool: .modelled("comparisons, each charged as an addition of b bits; exact")
    case .meanPool: .modelled("integer additions, and the multiplier that any neuron has")
    case .rearrange:
      .free(
        "addresses: the same registers, read at other places, all held in one step; constants are "
          + "wired")
    case .reshape: .free("wiring: the same registers under another name")
    case .softmax, .logSoftmax:
      .unmodelled(
        "computed in floating point from the integer logits; its exponentials and divisions are "
          + "not in the ledger")
    case .normalize:
      .unmodelled(
        "computed in floating point from the integers; its mean, variance, root and division are not "
          + "in the ledger")
    }
  }
}
