internal import IntegerNetworks
internal import Networks
internal import Quantities
internal import SubstrateCore

/// The bits that an inference erases, counted in three ways; Landauer's k_B T ln 2 for each is a
/// limit.
struct ErasedBits: Hashable, Sendable {
  /// 2b + A for each multiply–accumulate: the product is dropped and the accumulator overwritten.
  let operations: Bits
  /// b for each neuron: its register is overwritten once per inference.
  let registersNominal: Bits
  /// The entropy of what each neuron's register held, summed over the neurons.
  let registersMeasured: Bits

  /// Counts.
  ///
  /// - Parameters:
  ///   - network: what was run.
  ///   - stored: every sample's neurons as they were stored.
  /// - Complexity: O(samples × neurons).
  init(
    _ network: Network, _ layers: [Network.Layer], _ configuration: Configuration,
    stored: StoredCodes
  ) {
    // An output that is other neurons at other places has no registers of its own.
    let held = layers.filter { network.lastOperation(of: $0).kind != .rearrange }
    operations = Bits(
      Double(network.multiplyAccumulates)
        * Double(2 * configuration.bits + configuration.accumulatorBits))
    registersNominal = Bits(
      Double(held.reduce(0) { $0 + $1.count }) * Double(configuration.bits))
    registersMeasured = Bits(stored.entropy(of: held))
  }

  /// The limits, in the order in which they are shown.
  var limits: [Limit] {
    [
      Limit(
        "operations", kind: .convention, ThermalEnergy(erasing: operations),
        note: "2b + A bits for each multiply-accumulate", source: Self.operationRule),
      Limit(
        "registers", rule: "nominal", kind: .convention, ThermalEnergy(erasing: registersNominal),
        note: "b bits for each neuron", source: Self.registerRule),
      Limit(
        "registers", rule: "measured", kind: .floor, ThermalEnergy(erasing: registersMeasured),
        note: "for registers erased blind and one by one; entropies of this finite stream",
        source: Self.registerEntropy),
    ]
  }

  static let operationRule = Source(
    key: "substrata-operations",
    citation: "a counting rule of this project: an irreversible multiply-accumulate drops its "
      + "product of 2b bits and overwrites its accumulator of A bits; k_B T ln 2 each (landauer1961)",
    evidence: .derived)
  static let registerRule = Source(
    key: "substrata-registers",
    citation: "a counting rule of this project: every neuron's b bits are overwritten once per "
      + "inference; k_B T ln 2 each (landauer1961)",
    evidence: .derived)
  static let registerEntropy = Source(
    key: "substrata-register-entropy",
    citation: "derived in this project: a register erased without sight of anything else costs at "
      + "least k_B T times the Shannon entropy of what it held (landauer1961)",
    evidence: .derived)
}
