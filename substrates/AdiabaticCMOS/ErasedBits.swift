internal import IntegerNetworks
internal import Networks
internal import Quantities
internal import SubstrateCore

/// The bits that an inference erases: those of the registers that still hold something when all is undone
/// that is undone. Landauer's k_B T ln 2 for each is a limit.
struct ErasedBits: Hashable, Sendable {
  /// b for each of their neurons.
  let nominal: Bits
  /// The entropy of what each of them held, summed.
  let measured: Bits
  /// Whether it is more than the answer.
  private let hasGarbage: Bool

  /// Counts.
  ///
  /// - Complexity: O(samples × neurons kept).
  init(
    _ layers: [Network.Layer], _ schedule: Schedule, _ configuration: Configuration,
    stored: StoredCodes
  ) {
    let kept = layers.indices.filter { schedule.isKept[$0] }.map { layers[$0] }
    hasGarbage = kept.count > 1
    nominal = Bits(Double(kept.reduce(0) { $0 + $1.count }) * Double(configuration.bits))
    measured = Bits(stored.entropy(of: kept))
  }

  /// The limits, in the order in which they are shown.
  var limits: [Limit] {
    let what = hasGarbage ? "the answer and all that was computed on the way" : "the answer"
    return [
      Limit(
        "erasure", rule: "nominal", kind: .convention, ThermalEnergy(erasing: nominal),
        note: "b bits for each neuron of \(what)", source: Self.rule),
      Limit(
        "erasure", rule: "measured", kind: .floor, ThermalEnergy(erasing: measured),
        note: "for \(what), erased blind and register by register; entropies of this finite stream",
        source: Self.entropy),
    ]
  }

  static let rule = Source(
    key: "substrata-erasure",
    citation:
      "a counting rule of this project: a reversible machine erases what it has not undone when "
      + "the next inference begins, b bits for each neuron; k_B T ln 2 each (landauer1961, bennett1973)",
    evidence: .derived)
  static let entropy = Source(
    key: "substrata-register-entropy",
    citation: "derived in this project: a register erased without sight of anything else costs at "
      + "least k_B T times the Shannon entropy of what it held (landauer1961)",
    evidence: .derived)
}
