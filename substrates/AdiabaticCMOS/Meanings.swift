internal import Networks
internal import SubstrateCore

extension AdiabaticCMOS {
  /// What each operation is on this substrate.
  ///
  /// A neuron is a register of b bits. What is charged and discharged are the gates that compute it.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input:
      .free("arrives as integers on charged wires, which their owner discharges when all is undone")
    case .dense:
      .modelled(
        "for each weight an array multiplier of b × b bits and an adder of A bits, in a tree; each result is "
          + "rescaled to a neuron, or goes on to the function behind it")
    case .convolution:
      .modelled(
        "multipliers and adders as of a matrix, at every position its own, those with padding included"
      )
    case .scale: .modelled("a multiplier of A × 31 bits and an adder for each component")
    case .relu: .modelled("a gate for each bit, by the sign")
    case .activation:
      .modelled(
        "comparisons (clip), a second multiplier (leaky-relu, abs) or a table of (b + 2) 2^b gates for each "
          + "neuron (any other)")
    case .prelu: .modelled("a second multiplier below 0 for each component")
    case .add: .modelled("operands rescaled to a common step, and adders")
    case .multiply: .modelled("a multiplier and an adder for each component")
    case .matrixProduct: .modelled("multipliers and adders as of a matrix, of neurons' codes")
    case .maxPool: .modelled("comparisons of 7 b gates; exact")
    case .meanPool: .modelled("adders, and the multiplier that any neuron has")
    case .rearrange: .free("wires; as the output, charged as a copy into a register")
    case .reshape: .free("wires under another name")
    case .softmax, .logSoftmax:
      .unmodelled(
        "computed in floating point from the integer logits; no circuit for its exponentials and "
          + "divisions is counted")
    case .normalize:
      .unmodelled(
        "computed in floating point from the integers; no circuit for its mean, variance, root and "
          + "division is counted")
    }
  }
}
