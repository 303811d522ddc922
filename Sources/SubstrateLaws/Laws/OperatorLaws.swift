internal import Networks
internal import SubstrateCore

extension ConformanceLaw {
  /// What the card says of each sort of operation.
  static let operators: [ConformanceLaw] = [declared, denied]

  static let declared = ConformanceLaw(
    "declared-operators", "a network of operations that the card does not refuse runs"
  ) { examination throws(Violation) in
    for probe in OperationProbes.all where !probe.isRefused(by: examination.card) {
      let run = try examination.run(probe)
      try examination.check(run, probe)
      if run.verdict == .diverged {
        throw examination.violation(
          expected: "a run that is not void", seen: "the verdict 'diverged'", on: probe.name)
      }
    }
  }

  static let denied = ConformanceLaw(
    "denied-operators", "an operation that the card refuses is refused, as an operation and by name"
  ) { examination throws(Violation) in
    for probe in OperationProbes.all where probe.isRefused(by: examination.card) {
      guard case .refused(let refusal) = try examination.trial(probe) else {
        throw examination.violation(
          expected: "a refusal: the card refuses one of its operations", seen: "a run",
          on: probe.name)
      }
      try examination.expectSound(refusal, on: probe.name, reasons: [.operation])
    }
  }
}
