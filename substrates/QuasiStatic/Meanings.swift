internal import Networks
internal import SubstrateCore

extension QuasiStatic {
  /// What each operation is on this substrate.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input: .modelled("lines that are driven from sample to sample; their work is the energy")
    // A product is no event here: springs carry it, and only neurons that move have friction.
    case .dense, .convolution:
      .modelled("elastic couplings: weights hold a neuron's rest position to other neurons")
    case .scale: .modelled("part of the coupling: a gain and an offset of the rest position")
    case .add: .modelled("couplings whose rest positions add up")
    case .relu, .activation, .prelu:
      .modelled("the coupling's law; each component is a neuron with stiffness and friction")
    case .multiply:
      .modelled("a coupling to the product of two neurons; each component is a neuron")
    case .matrixProduct:
      .modelled("couplings to sums of products of neurons; each component is a neuron")
    case .softmax, .logSoftmax, .normalize:
      .modelled("a coupling of a whole run of neurons; each component is a neuron")
    case .maxPool, .meanPool:
      .modelled(
        "a coupling to the greatest neuron of a window (of equals the first), or to their mean; "
          + "each window is a neuron")
    case .rearrange: .free("wiring: the same neurons, read at other places")
    case .reshape: .free("wiring: the same neurons under another name")
    }
  }
}
