internal import Networks
internal import SubstrateCore

extension MemristorCrossbar {
  /// What each operation is on this substrate.
  ///
  /// A weight is a pair of memristors; a neuron is a number in memory between two reads.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input:
      .free(
        "arrives as numbers; reading and converting them is charged to the layers "
          + "that read them")
    case .dense:
      .modelled(
        "a pair of memristors for each weight; a row's voltage times their difference, summed "
          + "along a column pair "
          + "by Kirchhoff's law, is a MAC; biases are added in digital")
    case .convolution:
      .modelled(
        "unrolled: the kernel is one matrix of memristors, and each position a read, with padding "
          + "at 0 V; sums of a "
          + "transposed one meet in digital")
    case .relu: .modelled("a comparison with 0 in digital")
    case .prelu: .modelled("a comparison and a multiplication in digital")
    case .scale: .modelled("a multiplication and an addition in digital for each component")
    case .add: .modelled("additions in digital")
    case .multiply: .modelled("a multiplication in digital for each component")
    case .maxPool: .modelled("comparisons in digital")
    case .meanPool: .modelled("additions in digital, and for a mean a multiplication")
    case .rearrange: .free("addresses: the same numbers, read at other places")
    case .reshape: .free("the same numbers under another name")
    case .softmax, .logSoftmax:
      .unmodelled(
        "computed in floating point from the numbers that were read; its exponentials and "
          + "divisions are not in the "
          + "ledger")
    case .activation: .refused("of functions only the ReLU has a price in its digital part")
    case .matrixProduct:
      .refused("both of its factors change with every sample, and memristors hold weights")
    case .normalize: .refused("a root and a division have no price in its digital part")
    }
  }
}
