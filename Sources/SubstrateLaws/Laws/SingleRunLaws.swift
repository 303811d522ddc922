internal import Harness
internal import SubstrateCore

extension ConformanceLaw {
  /// What every run has to be by itself, on every usual workload at the defaults.
  static let singleRuns: [ConformanceLaw] = [
    single("outputs", "it gives an output for each sample and class, finite or void by verdict") {
      $0.outputs
    },
    single("latency", "inference takes time, and on average no more than at the longest") {
      $0.latency
    },
    single("headline", "energy of the kind that heads the row is in the ledger") {
      $0.headlineIsThere
    },
    single("signs", "nothing is negative that cannot be") { $0.signs },
    single("books", "drawn = recovered + stored + dissipated (first law)") { $0.books },
    single("layers", "each layer spends or hands on what it is given; no other layers exist") {
      $0.layerBooks
    },
    single("floors", "its energy is no lower than the floors that it states itself") { $0.floors },
    single("sources", "every figure has a source, and the card lists it") { $0.sources },
    single("coverage", "every operation is accounted for once, as the card has it") { $0.coverage },
    settled,
  ]

  private static func single(
    _ name: String, _ statement: String, _ check: @escaping @Sendable (RunInspection) -> RunFault?
  ) -> ConformanceLaw {
    ConformanceLaw(name, statement) { examination throws(Violation) in
      for probe in examination.probes {
        let run = try examination.run(probe)
        if let fault = check(examination.inspection(run, probe)) {
          throw examination.violation(fault, on: probe.name)
        }
      }
    }
  }

  /// At its defaults a machine is to be one that works.
  static let settled = ConformanceLaw(
    "settled", "at its defaults the verdict is 'settled'"
  ) { examination throws(Violation) in
    for probe in examination.probes {
      let run = try examination.run(probe)
      if run.verdict != .settled {
        throw examination.violation(
          expected: "the verdict 'settled'", seen: "'\(run.verdict.rawValue)'", on: probe.name)
      }
    }
  }
}
