internal import Networks
internal import SubstrateCore

extension Spiking {
  /// What each operation is on this substrate.
  static func meaning(of kind: Operation.Kind) -> Meaning {
    switch kind {
    case .input:
      .modelled(
        "a rate code takes them as constant currents, computed once in digital; first-spike as a spike each, on "
          + "one of two lines for its sign")
    case .dense, .convolution:
      .modelled("synapses: each spike reaches as many as there are wires, padding left out")
    case .scale:
      .modelled("part of the synapses and of the constant currents; alone, a relay of neurons")
    case .add: .modelled("currents meet at a membrane")
    case .relu: .modelled("neurons that integrate and fire")
    case .maxPool:
      .modelled(
        "gates: a rate code passes on what raises the greatest count, first-spike the first spike; each spike "
          + "that arrives is a comparison in digital")
    case .meanPool: .modelled("synapses of equal weight onto a relay of neurons")
    case .rearrange: .free("wiring: the same neurons, read at other places")
    case .reshape: .free("wiring: the same neurons under another name")
    case .activation, .prelu:
      .refused("a membrane with a threshold is a ReLU, and no other function")
    case .multiply, .matrixProduct: .refused("weights are fixed, and spikes do not multiply spikes")
    case .softmax, .logSoftmax:
      .refused(
        "no neuron knows the sum over others; leave it out at the end, where it changes no order")
    case .normalize: .refused("no neuron knows mean and variance of others")
    }
  }

  /// Refuses what has no meaning here, by name.
  static func check(_ network: Network) throws(Refusal) {
    for node in network.nodes {
      guard case .refused(let reason) = meaning(of: node.operation.kind) else { continue }
      throw Refusal(
        .operation,
        "'\(node.name)' (\(node.operation.name)) does not run on spiking neurons; \(reason)")
    }
  }

  /// Refuses gates that would compare counts with what is none.
  static func checkGates(_ plan: Plan) throws(Refusal) {
    for (layer, role) in zip(plan.layers, plan.roles) where role.role == .gates {
      func refusal(_ cause: String) -> Refusal {
        Refusal(
          .operation,
          "'\(layer.name)' (max-pool) compares counts of spikes with \(cause); a gate counts spikes alone; use "
            + "code=first-spike")
      }
      guard role.synapses.count == layer.sources.count else { throw refusal("constant currents") }
      for index in layer.nodes {
        guard case .rearrange(let rearrangement) = plan.network.nodes[index].operation else {
          continue
        }
        // 0 is no spike; what is below all that can be counted never wins.
        let isFair = rearrangement.constants.allSatisfy { $0 == 0 || $0 < -1e30 }
        guard isFair else { throw refusal("a constant") }
      }
    }
  }
}
