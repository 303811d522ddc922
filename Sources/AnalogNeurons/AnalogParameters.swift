package import Networks
internal import Quantities
package import SubstrateCore
package import Parameters

/// The parameters that every machine with thermal neurons has, so that they mean the same
/// everywhere.
package enum AnalogParameters {
  /// Beyond this the rounding of double precision strains neurons by about k_B T.
  private static let stiffest = 1e15

  /// Below this the thermal noise is beyond single precision.
  private static let softest = 1e-30

  /// In relaxation times; a second of picoseconds is a thousandth of it. Beyond it sums of times lose their parts.
  private static let longest = 1e15

  /// `snr` and `stiffness`, of which one is in force.
  package static let precision: [Parameter] = [
    Parameter(
      "snr", .automatic("allocate", or: .byLayer(.number(from: softest, to: stiffest))),
      default: .number(1000),
      meaning:
        "mean square activation over thermal variance, in every layer; sets K of each layer; "
        + "allocate finds the cheapest for each layer at equal accuracy",
      isPrecision: true),
    Parameter(
      "stiffness", unit: "per squared activation",
      .number(from: softest, to: stiffest), default: nil,
      meaning: "K = κ/(k_B T), one for all layers, in place of snr; compares arbitrary units",
      isPrecision: true, replacing: "snr"),
  ]

  /// Makes sure that a network has a layer for each `snr`.
  ///
  /// - Throws: `Refusal` with reason `settings` if it has more or fewer, or if the values are still to be
  ///   found.
  package static func checkPrecision(
    _ settings: Settings, for network: Network
  ) throws(Refusal) {
    if let word = settings.word("snr") {
      throw Refusal(
        .settings,
        "snr=\(word); only a comparison at equal accuracy finds one for each layer; add --iso-accuracy or "
          + "give numbers")
    }
    let layers = network.layers.count
    if let numbers = settings.numbers("snr"), numbers.count != layers {
      throw Refusal(
        .settings,
        "snr has \(numbers.count) values; network '\(network.name)' has \(layers) layers; give one for all or "
          + "\(layers)")
    }
  }

  /// How long drivers take, in relaxation times.
  package static func duration(default tau: Double, meaning: String) -> Parameter {
    Parameter(
      "duration", unit: "τ0", .number(from: 0, to: longest), default: .number(tau),
      meaning: meaning)
  }

  /// How long a machine is left alone afterwards.
  package static func settle(meaning: String) -> Parameter {
    Parameter(
      "settle", unit: "τ0", .automatic("auto", or: .number(from: 0, to: longest)),
      default: .word("auto"), meaning: meaning)
  }

  /// How many thermal trajectories, and their steps: for `method` langevin alone.
  ///
  /// - Parameter automaticStep: what a step is if it is not given.
  package static func trajectories(automaticStep: String) -> [Parameter] {
    [
      Parameter(
        "trajectories", .integer(2...1_000_000_000), default: .number(32),
        meaning: "thermal trajectories of each inference, for method=langevin"),
      Parameter(
        "step", unit: "τ0", .automatic("auto", or: .number(from: 1e-6, to: 1)),
        default: .word("auto"),
        meaning: "time step of trajectories; auto is \(automaticStep)"),
    ]
  }

  /// Beyond this the single precision of trajectories' positions adds noise of its own.
  static let stiffestTrajectories = 1e8

  /// More would not come to an end.
  static let mostSteps = 1e9

  /// Refuses an inference that takes no time.
  ///
  /// - Throws: `Refusal` with reason `settings`.
  public static func checkTime(_ settings: Settings) throws(Refusal) {
    guard settings.number("duration") == 0, settings.number("settle") == 0 else { return }
    throw Refusal(
      .settings,
      "duration 0 and settle 0; whatever moves takes time; give one of them more than 0")
  }

  /// Refuses settings of trajectories that cannot be, or that would be without effect.
  ///
  /// - Throws: `Refusal` with reason `settings`.
  package static func checkTrajectories(_ settings: Settings) throws(Refusal) {
    guard settings.word("method") == "langevin" else {
      for name in ["trajectories", "step"] where settings.isGiven(name) {
        throw Refusal(
          .settings,
          "\(name) is set with method=\(settings.word("method")!); it is without effect "
            + "there; use method=langevin or leave it out")
      }
      return
    }
    if let step = settings.number("step") {
      for name in ["duration", "settle"] {
        if let time = settings.number(name), time / step > mostSteps {
          throw Refusal(
            .settings,
            "\(name) \(time) in steps of \(step) τ0 is \(time / step) steps; trajectories take up to 1e9; "
              + "choose longer steps or less time")
        }
      }
    }
    for name in ["snr", "stiffness"] {
      let values = settings.numbers(name) ?? settings.number(name).map { [$0] } ?? []
      if let value = values.max(), value > stiffestTrajectories {
        throw Refusal(
          .settings,
          "\(name) \(value) with method=langevin; trajectories are in single precision, good to 1e8; "
            + "choose less, or a method without noise")
      }
    }
  }

  /// What scales latencies, and the converters' resolution.
  package static let circuit: [Parameter] = [
    Parameter(
      "relaxation-time", unit: "s", .number(from: 1e-30, to: 1e15),
      default: .number(1e-9),
      meaning: "τ0 = γ/κ, held when K changes; sets latencies only", source: Source.assumed),
    Parameter(
      "converter-bits", .integer(1...24), default: .number(8),
      meaning: "resolution of the converters at inputs and outputs"),
  ]
}
