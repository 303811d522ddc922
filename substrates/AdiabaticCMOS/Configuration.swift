internal import Networks
internal import Parameters
internal import Quantities
internal import SubstrateCore

/// The values of the card's parameters.
struct Configuration: Sendable {
  /// Bits of a weight and of a neuron.
  let bits: Int
  /// The node, and what is lost through it.
  let node: RampedNode
  let leakage: Watts
  /// Of a ramp; none for the optimal one.
  let duration: Seconds?
  let strategy: Schedule.Strategy
  /// Gates of a multiply–accumulate; none to count those of its circuit.
  let gates: Int?
  let temperature: Kelvin

  /// Bits of an accumulator.
  var accumulatorBits: Int { bits <= 8 ? 32 : 64 }

  /// The longest ramp, set or best.
  static let longestRamp = Seconds(1e3)

  /// Deviations of noise that have to lie between a level and the threshold: at 10 of them one transition
  /// in 10^23 goes wrong.
  static let leastMargin = 10.0

  /// Reads the settings.
  ///
  /// - Throws: `Refusal` for settings that contradict each other or the network.
  init(_ conditions: Conditions, for network: Network, layers: [Network.Layer]) throws(Refusal) {
    let settings = conditions.settings
    temperature = conditions.temperature
    bits = Int(settings.number("bits")!)
    node = RampedNode(
      capacitance: Farads(settings.number("capacitance")!),
      resistance: Ohms(settings.number("resistance")!), swing: Volts(settings.number("swing")!))
    leakage = Watts(settings.number("leakage")!)
    duration = settings.number("duration").map { Seconds($0) }
    gates = settings.number("gates-per-mac").map { Int($0) }
    strategy = try Self.strategy(settings, for: network, layers: layers)
    if duration == nil, leakage == .zero {
      throw Refusal(
        .settings,
        "duration=optimal without leakage; slower ramps are then always cheaper; set a duration, or "
          + "leakage above 0")
    }
    let margin = node.margin(at: temperature)
    if margin < Self.leastMargin {
      throw Refusal(
        .range,
        "a swing of \(node.swing.value) V on \(node.capacitance.value) F; the threshold is "
          + "\((margin * 10).rounded(.down) / 10) deviations of thermal noise away and at least "
          + "\(Int(Self.leastMargin)) are needed for levels to be told apart; raise swing or capacitance"
      )
    }
  }

  private static func strategy(
    _ settings: Settings, for network: Network, layers: [Network.Layer]
  ) throws(Refusal) -> Schedule.Strategy {
    let word = settings.word("strategy")!
    guard word == "pebbling" else {
      for name in ["pebbling-k", "pebbling-n"] where settings.isGiven(name) {
        throw Refusal(
          .settings,
          "\(name) is set with strategy=\(word); it is without effect there; use strategy=pebbling or "
            + "leave it out")
      }
      return word == "keep-garbage" ? .keepGarbage : .computeCopyUncompute
    }
    let (k, n) = (Int(settings.number("pebbling-k")!), Int(settings.number("pebbling-n")!))
    guard Schedule.segments(k: k, n: n, atMost: layers.count) != nil else {
      throw Refusal(
        .settings,
        "pebbling of more segments than layers; pebbling-k \(k) and pebbling-n \(n) ask for \(k)^\(n) "
          + "segments and the network has \(layers.count) layer\(layers.count == 1 ? "" : "s"); "
          + (layers.count > 1
            ? "choose them so that k^n is from 2 to \(layers.count)"
            : "use strategy=compute-copy-uncompute"))
    }
    for (index, layer) in layers.enumerated() {
      guard layer.sources == [index == 0 ? .input : .layer(index - 1)] else {
        throw Refusal(
          .settings,
          "strategy=pebbling and '\(layer.name)' reads more than the layer before it; a checkpoint is "
            + "one layer; use strategy=compute-copy-uncompute")
      }
    }
    return .pebbling(k: k, n: n)
  }
}
