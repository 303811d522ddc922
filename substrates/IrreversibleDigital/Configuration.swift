internal import DigitalPrices
internal import IntegerNetworks
internal import Networks
internal import Quantities
internal import SubstrateCore
internal import Parameters

/// The values of the card's parameters.
struct Configuration: Hashable, Sendable {
  /// Where weights rest between inferences.
  enum WeightStore: String, CaseIterable, Sendable {
    /// Beside their multipliers, one weight each.
    case stationary
    /// In on-chip memory.
    case sram
    /// In off-chip memory.
    case dram
  }

  /// Bits of a weight and of a neuron.
  let bits: Int
  /// Bits of an accumulator and of a bias.
  let accumulatorBits: Int
  /// The process whose energies are used.
  let technology: Technology
  /// Where weights rest.
  let weights: WeightStore
  /// Cycles per second.
  let clock: Hertz
  /// Multiply–accumulates per cycle.
  let lanes: Int

  init(_ settings: Settings) {
    bits = Int(settings.number("bits")!)
    accumulatorBits = settings.number("accumulator-bits").map { Int($0) } ?? (bits <= 8 ? 32 : 64)
    technology = Technology.all.first { $0.name == settings.word("technology") }!
    weights = WeightStore(rawValue: settings.word("weights")!)!
    clock = Hertz(settings.number("clock")!)
    lanes = Int(settings.number("lanes")!)
  }

  /// Why a node cannot be computed without overflow, if it cannot.
  func refusal(of node: Network.Node) -> Refusal? {
    guard let need = AccumulatorNeed(node, bits: bits), need.bits > accumulatorBits else {
      return nil
    }
    return Refusal(
      .precision,
      "'\(node.name)' could overflow its accumulator; \(need.operands) at \(bits) bits needs "
        + "\(need.bits) bits and accumulator-bits is \(accumulatorBits); "
        + "raise accumulator-bits or lower bits")
  }
}
