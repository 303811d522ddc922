internal import Networks
internal import SubstrateCore

extension LeakyCapacitor {
  /// What each operation is on this substrate.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input: .free("voltages that are given; converters are not part of the device")
    case .dense, .convolution: .free("computed by the driver's amplifier, which is taken as ideal")
    case .scale: .free("a gain and an offset of the driver's amplifier, taken as ideal")
    case .add: .modelled("currents meet at a node; where the sum is a neuron, it is charged")
    case .relu, .activation, .prelu: .modelled("the driver's curve; each component is a capacitor")
    case .maxPool, .meanPool: .modelled("the driver's window; each one is a capacitor")
    case .rearrange: .free("wiring: the same neurons, read at other places")
    case .reshape: .free("wiring: the same neurons under another name")
    case .multiply, .matrixProduct: .refused("amplifiers here do not multiply two neurons")
    case .softmax, .logSoftmax, .normalize: .refused("no circuit for it is part of this model")
    }
  }
}
