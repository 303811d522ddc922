internal import Harness
internal import Networks
internal import Parameters
internal import Quantities
internal import SubstrateCore

/// A substrate under examination: runs it, and makes what goes wrong a violation of the law at hand.
struct Examination {
  let substrate: any Substrate
  let card: Card
  let patience: Duration
  /// The law at hand.
  var law = ConformanceLaw.all[0]
  /// The laws that have been found broken.
  var broken: Set<String> = []
  private(set) var trials = 0
  /// Runs of usual workloads at the defaults, by workload: what a single run has to be many laws ask of the same one.
  private var usualRuns: [String: Run] = [:]
  /// Whether a run does not end and goes on behind our back: nothing else can be measured then.
  private(set) var isLeftBehind = false

  init(of substrate: any Substrate, patience: Duration) {
    self.substrate = substrate
    card = substrate.card
    self.patience = patience
  }

  /// How a run is set up, where it differs from the usual.
  struct Setup: Sendable {
    var settings: [String: String] = [:]
    var temperature = Kelvin(300)
    var seed: UInt64 = 1
    var workers: RunContext.Workers = { count, body in for index in 0..<count { body(index) } }
    var isTrial = false
    var isCancelled: @Sendable () -> Bool = { false }
    /// Run on this stream first, by the same program.
    var rehearsal: Samples?

    /// The settings in words, for a violation.
    var words: String {
      let values = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let bath = temperature == Kelvin(300) ? [] : ["\(temperature.value) K"]
      return (values + bath).joined(separator: ", ")
    }
  }

  /// What a trial comes to.
  enum Outcome: Sendable {
    case run(Run)
    case refused(Refusal)
    case cancelled
  }

  func violation(expected: String, seen: String, on place: String) -> Violation {
    Violation(
      substrate: card.id, law: law.name, statement: law.statement, expected: expected, seen: seen,
      workload: place)
  }

  func violation(_ fault: RunFault, on place: String) -> Violation {
    violation(expected: fault.expected, seen: fault.seen, on: place)
  }

  func place(_ probe: Probe, _ setup: Setup) -> String {
    setup.words.isEmpty ? probe.name : "\(probe.name), \(setup.words)"
  }

  // MARK: Trials

  /// Prepares and runs a workload.
  ///
  /// - Throws: a violation if it does not end, or gives up though nobody asked it to.
  mutating func trial(_ probe: Probe, _ setup: Setup = Setup()) throws(Violation) -> Outcome {
    trials += 1
    var settings = Settings(defaultsOf: card)
    for (name, value) in setup.settings.sorted(by: { $0.key < $1.key }) {
      do throws(SettingError) {
        try settings.set(name, to: value)
      } catch {
        throw violation(
          expected: "a value that the card's own parameter takes",
          seen: "\(name)=\(value): \(error)",
          on: place(probe, setup))
      }
    }
    let conditions = Conditions(temperature: setup.temperature, settings: settings)
    let turn = Underway.begin(card.id, law.name, place(probe, setup))
    defer { Underway.end(turn) }
    let substrate = substrate
    let answer = waiting(atMost: patience) { isUp in
      Self.answer(substrate, probe, conditions, setup, isUp)
    }
    switch answer {
    case .run(let run)?: return .run(run)
    case .refused(let refusal)?: return .refused(refusal)
    case .cancelled?:
      if setup.isCancelled() { return .cancelled }
      throw violation(
        expected: "an end within \(patience / .seconds(1)) s", seen: "it was still running",
        on: place(probe, setup))
    case .gaveUp?:
      throw violation(
        expected: "Cancelled to be thrown only by a run that is cancelled",
        seen: "it was thrown by itself", on: place(probe, setup))
    case nil:
      isLeftBehind = true
      throw violation(
        expected: "an end within \(patience / .seconds(1)) s, or once it is cancelled",
        seen: "it goes on", on: place(probe, setup))
    }
  }

  private enum Answer: Sendable {
    case run(Run)
    case refused(Refusal)
    case cancelled
    case gaveUp
  }

  private static func answer<S: Substrate>(
    _ substrate: S, _ probe: Probe, _ conditions: Conditions, _ setup: Setup,
    _ isUp: @escaping @Sendable () -> Bool
  ) -> Answer {
    let isCancelled = { @Sendable in isUp() || setup.isCancelled() }
    let context = RunContext(
      seed: setup.seed, workers: setup.workers, isTrial: setup.isTrial, isCancelled: isCancelled)
    do throws(Refusal) {
      let program = try substrate.prepare(probe.network, under: conditions)
      do throws(Cancelled) {
        if let rehearsal = setup.rehearsal {
          _ = try substrate.run(program, on: probe.stream(of: rehearsal), in: context)
        }
        return .run(
          try substrate.run(program, on: probe.stream(of: probe.samples), in: context))
      } catch {
        return isCancelled() ? .cancelled : .gaveUp
      }
    } catch {
      return .refused(error)
    }
  }

  /// A run of a workload that the card does not refuse.
  ///
  /// - Throws: a violation if it is refused.
  mutating func run(_ probe: Probe, _ setup: Setup = Setup()) throws(Violation) -> Run {
    switch try trial(probe, setup) {
    case .run(let run): return run
    case .refused(let refusal):
      throw violation(
        expected: "a run: the card refuses none of its operations",
        seen: "refused (\(refusal.reason.rawValue)): \(refusal.detail)", on: place(probe, setup))
    case .cancelled:
      throw violation(expected: "a run", seen: "it was cancelled", on: place(probe, setup))
    }
  }

  /// A run of a workload at the defaults, the same one for whoever asks.
  mutating func usualRun(_ probe: Probe) throws(Violation) -> Run {
    if let known = usualRuns[probe.name] { return known }
    let run = try run(probe)
    usualRuns[probe.name] = run
    return run
  }

  // MARK: What is seen

  func inspection(_ run: Run, _ probe: Probe, _ setup: Setup = Setup()) -> RunInspection {
    RunInspection(
      run, of: card, probe.network, samples: probe.samples.count, at: setup.temperature)
  }

  /// Puts a single run to every law that needs no other run, but for those that have been found broken before.
  func check(_ run: Run, _ probe: Probe, _ setup: Setup = Setup()) throws(Violation) {
    let inspection = inspection(run, probe, setup)
    for law in SingleRunLaw.all where law.holdsAnywhere && !broken.contains(law.name) {
      if let fault = law.check(inspection) { throw violation(fault, on: place(probe, setup)) }
    }
  }

  /// The one that laws about single settings use: a small chain, with a kink unless the card refuses it.
  var typical: Probe { Probe.typical.isRefused(by: card) ? Probe.usual[1] : Probe.typical }

  /// The workloads whose operations the card does not refuse, smallest first.
  var probes: [Probe] { Probe.usual.filter { !$0.isRefused(by: card) } }
}

extension Run {
  /// The headline energy, in joules.
  var work: Double { ledger.work(energyKind).value }

  /// Its standard error, where parts of it have one.
  var workError: Double {
    ledger.postings.reduce(0) { sum, posting in
      guard posting.kind == energyKind, posting.flow == .drawn || posting.flow == .recovered else {
        return sum
      }
      let error = posting.standardError?.value ?? 0
      return sum + error * error
    }.squareRoot()
  }

  /// What differs of everything that a comparison rests on; nothing if all of it is the same bits.
  func difference(from other: Run) -> String? {
    if outputs.map(\.bitPattern) != other.outputs.map(\.bitPattern) { return "outputs" }
    if latency != other.latency || longestLatency != other.longestLatency { return "latencies" }
    if verdict != other.verdict { return "verdicts" }
    let (own, others) = (ledger.postings, other.ledger.postings)
    guard own.count == others.count else {
      return "ledgers of \(own.count) and \(others.count) entries"
    }
    for (one, two) in zip(own, others)
    where one.kind != two.kind || one.source != two.source || one.range != two.range
      || one.energy != two.energy || one.standardError != two.standardError
      || one.flow != two.flow || one.layer != two.layer || one.mechanism != two.mechanism
    {
      return "\(one.mechanism) of \(one.layer): \(one.energy.value) and \(two.energy.value) J"
    }
    return nil
  }

  /// What differs of everything that a report may show.
  func difference(inReports other: Run) -> String? {
    if let difference = difference(from: other) { return difference }
    if energyKind != other.energyKind { return "kinds of energy" }
    if slowDriving != other.slowDriving { return "slow limits" }
    if diagnostics != other.diagnostics { return "diagnostics" }
    if coverage != other.coverage { return "coverage" }
    if warnings != other.warnings { return "warnings" }
    let (own, others) = (limits, other.limits)
    guard own.count == others.count else { return "limits" }
    for (one, two) in zip(own, others)
    where one.name != two.name || one.rule != two.rule || one.kind != two.kind
      || one.energy != two.energy || one.range != two.range
      || one.standardError != two.standardError
    {
      return "limit '\(one.name)': \(one.energy.value) and \(two.energy.value) k_BT"
    }
    return nil
  }
}
