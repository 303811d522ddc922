internal import Networks
internal import SubstrateCore

extension DynamicAnalog {
  /// What each operation is on this substrate.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input: .modelled("drivers; their converters are rows of their own")
    case .dense, .convolution:
      .free("computed by the driver; amplifiers are taken as ideal, without bias power")
    case .scale: .free("a gain and an offset of the driver's amplifier, taken as ideal")
    case .add:
      .modelled("currents meet at a node; where the sum is a neuron, it is charged and reset")
    case .relu, .activation, .prelu:
      .modelled("the driver's curve; each component is a neuron, charged and reset")
    // Products of a weight and a neuron are the driver's, and so are those of two neurons: what is charged and
    // reset is the neuron that their sum is held in.
    case .multiply, .matrixProduct:
      .modelled("ideal multipliers in the driver; each component is a neuron, charged and reset")
    case .softmax, .logSoftmax, .normalize:
      .modelled("an ideal circuit in the driver; each component is a neuron, charged and reset")
    case .maxPool, .meanPool:
      .modelled(
        "the driver follows the greatest line of a window, or their mean; each window is a neuron, "
          + "charged and reset")
    case .rearrange: .free("wiring: the same neurons, read at other places")
    case .reshape: .free("wiring: the same neurons under another name")
    }
  }
}
