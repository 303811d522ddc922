package import Networks
package import SubstrateCore

/// What neurons can hold beside each other.
package enum HeldNumbers {
  /// A number that stands for minus infinity, as masks of attention do.
  private static let greatest: Float = 1e30

  /// Refuses networks that add such numbers to neurons, or multiply by them.
  ///
  /// The neurons of a layer have one stiffness, from their mean square: one that is held at -3·10³⁸ beside
  /// others would drown these in noise. As a rearrangement, a mask is a wire at a constant and no neuron.
  ///
  /// - Throws: `Refusal` with reason `range`.
  package static func check(_ network: Network) throws(Refusal) {
    for node in network.nodes {
      guard case .scale(let scale) = node.operation else { continue }
      let numbers = (scale.factors ?? []) + (scale.offsets ?? [])
      guard let mask = numbers.first(where: { abs($0) >= greatest }) else { continue }
      throw Refusal(
        .range,
        "operation '\(node.name)' puts neurons to \(mask); no neuron holds that beside others; write the mask as "
          + "constants in place of the neurons (Where, not Add)")
    }
  }
}
