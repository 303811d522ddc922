internal import Harness
internal import SubstrateCore

/// What every run has to be by itself, whatever it is a run of.
struct SingleRunLaw: Sendable {
  let name: String
  let statement: String
  /// Whether other laws ask for it too, at other settings and on other workloads. Books by layer need flows between
  /// layers, which a method at other settings may leave open.
  var holdsAnywhere = true
  let check: @Sendable (RunInspection) -> RunFault?

  static let all = [
    SingleRunLaw(
      name: "outputs",
      statement: "it gives an output for each sample and class, finite or void by verdict",
      check: \.outputs),
    SingleRunLaw(
      name: "latency",
      statement: "inference takes time, and on average no more than at the longest",
      check: \.latency),
    SingleRunLaw(
      name: "headline", statement: "energy of the kind that heads the row is in the ledger",
      check: \.headlineIsThere),
    SingleRunLaw(
      name: "signs", statement: "nothing is negative that cannot be", check: \.signs),
    SingleRunLaw(
      name: "books", statement: "drawn = recovered + stored + dissipated (first law)",
      check: \.books),
    SingleRunLaw(
      name: "layers",
      statement: "each layer spends or hands on what it is given; no other layers exist",
      holdsAnywhere: false, check: \.layerBooks),
    SingleRunLaw(
      name: "floors", statement: "its energy is no lower than the floors that it states itself",
      check: \.floors),
    SingleRunLaw(
      name: "sources", statement: "every figure has a source, and the card lists it",
      check: \.sources),
    SingleRunLaw(
      name: "coverage", statement: "every operation is accounted for once, as the card has it",
      check: \.coverage),
  ]
}

extension ConformanceLaw {
  /// What every run has to be by itself, on every usual workload at the defaults.
  static let singleRuns: [ConformanceLaw] =
    SingleRunLaw.all.map { law in
      ConformanceLaw(law.name, law.statement) { examination throws(Violation) in
        for probe in examination.probes {
          let run = try examination.usualRun(probe)
          if let fault = law.check(examination.inspection(run, probe)) {
            throw examination.violation(fault, on: probe.name)
          }
        }
      }
    } + [cost, settled]

  /// Zero everywhere is a silent zero.
  static let cost = ConformanceLaw(
    "cost", "on some workload the energy that heads the row is not 0"
  ) { examination throws(Violation) in
    for probe in examination.probes {
      if try examination.usualRun(probe).work != 0 { return }
    }
    throw examination.violation(
      expected: "some energy, or a kind that has some, on samples that differ", seen: "0 J",
      on: "all \(examination.probes.count) usual workloads")
  }

  /// At its defaults a machine is to be one that works.
  static let settled = ConformanceLaw(
    "settled", "at its defaults the verdict is 'settled'"
  ) { examination throws(Violation) in
    for probe in examination.probes {
      let run = try examination.usualRun(probe)
      if run.verdict != .settled {
        throw examination.violation(
          expected: "the verdict 'settled'", seen: "'\(run.verdict.rawValue)'", on: probe.name)
      }
    }
  }
}
