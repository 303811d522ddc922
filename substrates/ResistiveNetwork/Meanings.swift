internal import Networks
internal import SubstrateCore

extension ResistiveNetwork {
  /// What each operation is on this substrate.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input: .modelled("pairs of rails, x and -x; their converters are rows of their own")
    case .dense:
      .modelled("a conductance from each weight's rail to the node; biases to the supply")
    case .convolution:
      .modelled("the same, written out: each position has conductances of its own")
    case .scale: .modelled("a conductance from the rail of each factor, offsets to the supply")
    case .add: .modelled("currents meet at a node, by conductances of weight 1")
    case .relu: .modelled("a diode that keeps the node from falling below 0")
    case .maxPool:
      .modelled("diodes from all lines of a window to a node that a conductance pulls down")
    case .meanPool: .modelled("equal conductances from all lines of a window")
    case .rearrange:
      .free("wiring: the same rails, led to other places; as the output, to nodes of their own")
    case .reshape: .free("wiring: the same rails under another name")
    case .softmax, .logSoftmax:
      .unmodelled(
        "computed in digital behind converters; its exponentials and divisions are not in the ledger"
      )
    case .activation, .prelu: .refused("ideal diodes to 0 make no such curve")
    case .multiply, .matrixProduct:
      .refused("a conductance is no neuron, so nothing multiplies two of them")
    case .normalize: .refused("no circuit of conductances and diodes does it")
    }
  }
}
