internal import Parameters
internal import Quantities
internal import SubstrateCore

/// The values of the card's parameters.
struct Configuration: Hashable, Sendable {
  /// How a number is told by spikes.
  enum Code: String, CaseIterable, Sendable {
    /// By how many there are.
    case rate
    /// By when the first comes.
    case firstSpike = "first-spike"
  }

  let code: Code
  /// T, of a rate.
  let steps: Int
  /// How a rate's membranes add up; none for times.
  let membrane: Membrane?
  /// Which activation sets the scale of its layer.
  let rule: Thresholds.Rule
  /// Length of a window over that.
  let window: Double
  let prices: Prices
  /// How long a step or a window takes, where it is set.
  let tick: Seconds?

  /// Reads settings.
  ///
  /// - Throws: `Refusal` with reason `settings` if one would be without effect beside another.
  init(_ settings: Settings) throws(Refusal) {
    code = Code(rawValue: settings.word("code")!)!
    steps = Int(settings.number("steps")!)
    rule = Thresholds.Rule(rawValue: settings.word("threshold")!)!
    window = settings.number("window")!
    prices = Prices.all.first { $0.name == settings.word("prices")! }!
    tick = settings.number("tick").map { Seconds($0) }
    let order = settings.number("order")!
    let memory = settings.number("memory").map { Int($0) }
    switch code {
    case .rate:
      guard !settings.isGiven("window") else {
        throw Refusal(
          .settings,
          "window is set with code=rate, which has none; it is for code=first-spike; leave it out")
      }
      if let memory {
        guard order < 1 else {
          throw Refusal(
            .settings,
            "memory=\(memory) with order=1, whose membrane holds all its past in one number; set order "
              + "below 1 or leave memory out")
        }
        guard memory <= steps else {
          throw Refusal(
            .settings,
            "memory=\(memory) with steps=\(steps); a history has up to as many terms as there are steps; "
              + "set memory from 1 to \(steps), or to all")
        }
      }
      membrane = Membrane(
        order: order, timeConstant: settings.number("tau"), steps: steps, memory: memory)
    case .firstSpike:
      for name in ["steps", "order", "tau", "memory"] where settings.isGiven(name) {
        throw Refusal(
          .settings,
          "\(name) is set with code=first-spike, where each neuron fires once and nothing is stepped; it is for "
            + "code=rate; leave it out")
      }
      if case .chip(let chip) = prices {
        throw Refusal(
          .settings,
          "code=first-spike with prices=\(chip.name), a chip that works in steps; spikes at any time are "
            + "priced by \(Arithmetic.fortyFive.name) alone; use that or code=rate")
      }
      membrane = nil
    }
  }
}
