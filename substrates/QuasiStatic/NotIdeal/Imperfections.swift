internal import Foundation
internal import Networks
internal import Quantities
internal import SubstrateCore
internal import Parameters

/// What a machine takes beside the work when it leaks and its drivers lose something: E = W + P (τ +
/// hold) + (1 - η) drawn.
///
/// An engineering estimate with W as one of its parts. The work itself stays what the equations of motion
/// say: both are shown, and they are never added to anything else.
struct Imperfections: Hashable, Sendable {
  /// P, of the whole machine.
  let power: Watts
  /// η, the share of what the drivers take that they pass on.
  let efficiency: Double
  /// τ0 in seconds.
  let unit: Double

  /// What one inference takes, in k_B T, and how long, in τ0.
  struct Use {
    var work: Double
    var drawn: Double
    var time: Double
    var isSettled: Bool

    /// Of solved inferences.
    init(_ summary: Summary, duration: Double, isSettled: Bool) {
      work = summary.mean(\.work)
      drawn = summary.mean { $0.work + ($0.recovered ?? 0) }
      time = duration + summary.meanHold
      self.isSettled = isSettled
    }

    /// Of a run, by whatever method.
    init(_ run: Run, time: Double, at temperature: Kelvin) {
      work = ThermalEnergy(run.ledger.work(run.energyKind), at: temperature).value
      drawn = ThermalEnergy(run.ledger.total(.drawn, run.energyKind), at: temperature).value
      self.time = time
      isSettled = run.verdict == .settled
    }
  }

  static let parameters: [Parameter] = [
    Parameter(
      "static-power", unit: "W", .number(from: 0, to: 1e15), default: .number(0),
      meaning: "P of the whole machine while an inference runs: leakage, bias"),
    Parameter(
      "drive-efficiency", .number(from: 0, to: 1, above: true), default: .number(1),
      meaning: "η, the share of what the drivers take that reaches the network"),
  ]

  static let source = Source(
    key: "not-ideal",
    citation:
      "E = W + P (τ + hold) + (1 - η) drawn, with W the work of the row above, P static-power and η "
      + "drive-efficiency as they were set; an estimate of this project",
    evidence: .assumed)

  static let mechanism = "not ideal, work included"

  /// The terms that settings ask for; none if they ask for an ideal machine.
  init?(_ settings: Settings) {
    power = Watts(settings.number("static-power")!)
    efficiency = settings.number("drive-efficiency")!
    unit = settings.number("relaxation-time")!
    guard power > .zero || efficiency < 1 else { return nil }
  }

  /// P τ0/(k_B T): static energy in a τ0.
  func rate(at temperature: Kelvin) -> Double {
    power * Seconds(unit) / thermalQuantum(at: temperature)
  }

  /// E in k_B T.
  func energy(_ use: Use, at temperature: Kelvin) -> Double {
    use.work + rate(at: temperature) * use.time + (1 - efficiency) * use.drawn
  }

  /// Enters the three parts of E, one row of kind `model` apart from the work.
  func post(_ use: Use, at temperature: Kelvin, to ledger: inout Ledger) {
    for (part, energy) in [
      ("work", use.work), ("static power", rate(at: temperature) * use.time),
      ("drivers", (1 - efficiency) * use.drawn),
    ] {
      ledger.spend(
        layer: part, mechanism: Self.mechanism, kind: .model,
        Joules(ThermalEnergy(energy), at: temperature), source: Self.source, boundary: .circuit)
    }
  }

  /// E, and the duration at which it would be least.
  func diagnostics(
    _ use: Use, _ best: BestDuration?, slowWork: Double, at temperature: Kelvin
  ) -> [Diagnostic] {
    var result = [
      Diagnostic(
        "not_ideal_energy_kT", "energy with static power and losses (k_BT)",
        .number(energy(use, at: temperature)))
    ]
    guard power > .zero else { return result }
    result += [
      Diagnostic(
        "best_duration_tau0", "duration at which that energy is least (τ0)",
        .number(best?.duration ?? .nan)),
      Diagnostic(
        "best_energy_kT", "that least energy (k_BT)", .number(best?.energy ?? .nan)),
    ]
    // Only then does E = a/τ + P τ, least at √(a/P).
    if efficiency == 1 {
      let rate = rate(at: temperature)
      result += [
        Diagnostic(
          "slow_best_duration_tau0", "the same for slow driving, √(a/P) (τ0)",
          .number((slowWork / rate).squareRoot())),
        Diagnostic(
          "slow_best_energy_kT", "and 2√(a P) (k_BT)", .number(2 * (slowWork * rate).squareRoot())),
      ]
    }
    return result
  }

  /// What a reader must be told.
  func remarks(
    _ use: Use, _ best: BestDuration?, method: QuasiStatic.Method, leastRate: Double,
    at temperature: Kelvin
  ) -> [String] {
    var result: [String] = []
    if efficiency < 1, method == .length {
      result.append(
        "method=length does not tell what is drawn and what comes back: losses of the drivers are reckoned "
          + "from the net work, too low")
    }
    guard power > .zero else {
      result.append(
        "losses of the drivers alone fall with the work as the duration grows: without static-power no "
          + "duration is best")
      return result
    }
    guard let best else {
      result.append("no duration was found at which the energy with static power is least")
      return result
    }
    let here = Self.short(energy(use, at: temperature))
    result.append(
      "with static power an inference takes least, \(Self.short(best.energy)) k_B T, at duration "
        + "\(Self.short(best.duration)) τ0; here \(here) k_B T (found by \(best.evaluations) "
        + "noise-free runs of the whole stream)")
    if method == .length, best.duration < 10 / leastRate {
      result.append(
        "that duration is too short for method=length: found by a formula where it does not hold")
    }
    if !best.isSettled {
      result.append("at that duration the given hold ends before the network is settled")
    }
    return result
  }

  /// Four significant digits.
  static func short(_ number: Double) -> String {
    guard number != 0, number.isFinite else { return number == 0 ? "0" : "\(number)" }
    let exponent = floor(log10(abs(number)))
    let digits = (number / pow(10, exponent) * 1000).rounded() / 1000
    if (-3...5).contains(exponent) {
      let scale = pow(10, 3 - exponent)
      let plain = (number * scale).rounded() / scale
      return plain == plain.rounded() ? "\(Int(plain))" : "\(plain)"
    }
    return "\(digits)e\(Int(exponent))"
  }
}

/// The duration at which an inference on a machine that is not ideal takes least.
struct BestDuration: Hashable, Sendable {
  /// In τ0.
  let duration: Double
  /// In k_B T.
  let energy: Double
  let isSettled: Bool
  /// How often the stream was run.
  let evaluations: Int

  /// Ends of the search of relaxing machines, and of any.
  private static let shortest = 0.01
  private static let range = 1e-140...1e140

  /// Looks for the least energy, run by run of the whole stream.
  ///
  /// The slow limit √(a/P) is where the search begins. Durations whose work the path's length gives to
  /// parts in ten thousand are not relaxed.
  ///
  /// - Returns: none if there is no least one to be found.
  init?(
    _ imperfections: Imperfections, slowWork: Double, leastRate: Double, _ landscape: Landscape,
    _ program: QuasiStatic.Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) {
    let temperature = program.conditions.temperature
    let isRelaxing = program.method != .length
    let longest = min(QuasiStatic.longestRelaxation, 1e4 / max(leastRate, 1e-9))
    func use(_ duration: Double) throws(Cancelled) -> Imperfections.Use {
      var trial = program
      trial.duration = duration
      trial.method = isRelaxing && duration <= longest ? .relaxation : .length
      let inferences = try InferenceBlock.all(landscape, trial, on: stream, in: context)
      return Imperfections.Use(
        Summary(inferences, of: stream.samples.count, engine: landscape.engine), duration: duration,
        isSettled: inferences.allSatisfy(\.isSettled))
    }
    func energy(_ duration: Double) throws(Cancelled) -> Double {
      imperfections.energy(try use(duration), at: temperature)
    }
    let guess = (slowWork / imperfections.rate(at: temperature)).squareRoot()
    let lower = isRelaxing ? Self.shortest : Self.range.lowerBound
    var search = LeastOnLogScale(
      from: min(max(guess, lower * 10), Self.range.upperBound / 10),
      within: lower...Self.range.upperBound, of: energy)
    try search.run()
    var found = search.isAtLowerEnd ? 0 : search.position
    var least = search.value
    if search.isAtLowerEnd {
      guard isRelaxing else { return nil }
      least = try energy(0)
      if least > search.value { (found, least) = (search.position, search.value) }
    }
    guard !search.isAtUpperEnd, least.isFinite else { return nil }
    duration = found
    self.energy = least
    isSettled = try use(found).isSettled
    evaluations = search.evaluations + (search.isAtLowerEnd ? 2 : 1)
  }
}

extension QuasiStatic {
  /// Adds what a machine that is not ideal takes, where settings ask for it.
  ///
  /// The work is the run's own, on trajectories where there are any; how long an inference takes, and the
  /// best duration, are those of the noise-free motion.
  func addImperfections(
    to run: inout Run, _ summary: Summary, _ landscape: Landscape, _ program: Program,
    on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) {
    guard let imperfections = program.imperfections else { return }
    let temperature = program.conditions.temperature
    let use = Imperfections.Use(
      run, time: program.duration + summary.meanHold, at: temperature)
    guard imperfections.energy(use, at: temperature).isFinite else { return }
    imperfections.post(use, at: temperature, to: &run.ledger)
    guard !context.isTrial else { return }
    let (slowWork, leastRate) = (summary.slowWork(program), summary.leastRate)
    let best =
      imperfections.power > .zero
      ? try BestDuration(
        imperfections, slowWork: slowWork, leastRate: leastRate, landscape, program, on: stream,
        in: context) : nil
    run.diagnostics += imperfections.diagnostics(
      use, best, slowWork: slowWork, at: temperature)
    run.warnings += imperfections.remarks(
      use, best, method: program.method, leastRate: leastRate, at: temperature)
  }
}
