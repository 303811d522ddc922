internal import Networks
internal import SubstrateCore

extension QuasiStatic {
  /// What each operation is on this substrate.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input: .modelled("lines that are driven from sample to sample; their work is the energy")
    case .dense, .convolution:
      .modelled("elastic couplings: weights hold a neuron's rest position to other neurons")
    case .scale: .modelled("part of the coupling: a gain and an offset of the rest position")
    case .add: .modelled("couplings whose rest positions add up")
    case .activation, .prelu:
      .modelled("the coupling's law; each component is a neuron with stiffness and friction")
    case .multiply, .matrixProduct:
      .modelled("couplings whose rest position is a product of neurons")
    case .softmax, .logSoftmax, .normalize, .pool:
      .modelled("couplings of many neurons; each component is a neuron with stiffness and friction")
    case .rearrange: .free("wiring: the same neurons, read at other places")
    case .reshape: .free("wiring: the same neurons under another name")
    }
  }
}
