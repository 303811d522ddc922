internal import Harness
internal import Networks
internal import Quantities
internal import SubstrateCore

extension ConformanceLaw {
  /// What may not change when a run is repeated in another way.
  static let repetition: [ConformanceLaw] = [seed, threads, trials, programs, turning, order]

  static let seed = ConformanceLaw(
    "seed", "the same seed gives the same bits"
  ) { examination throws(Violation) in
    for probe in examination.probes {
      let first = try examination.run(probe)
      let second = try examination.run(probe)
      try examination.expect(
        "the same bits twice", first.difference(inReports: second), on: probe)
    }
  }

  static let threads = ConformanceLaw(
    "threads", "any number of threads, in any order, gives the same bits"
  ) { examination throws(Violation) in
    let backwards: RunContext.Workers = { count, body in
      for index in (0..<count).reversed() { body(index) }
    }
    for probe in examination.probes {
      // More samples than a block is likely to hold, so that there are several; on larger networks fewer, so that
      // it comes to an end.
      let count = probe.isSmall ? 150 : 24
      let many = probe.with(
        probe.samples.arranged((0..<count).map { $0 % probe.samples.count }),
        "over and over to \(count)")
      let serial = try examination.run(many)
      for (name, workers) in [
        ("the last block first", backwards), ("two threads", Harness::workers(threads: 2)),
        ("five threads", Harness::workers(threads: 5)),
      ] {
        let run = try examination.run(many, .init(workers: workers))
        try examination.expect(
          "the same bits by \(name)", serial.difference(inReports: run), on: many)
      }
    }
  }

  static let trials = ConformanceLaw(
    "trials", "a run for its energy and outputs alone gives the same ones"
  ) { examination throws(Violation) in
    for probe in examination.probes {
      let whole = try examination.run(probe)
      let trial = try examination.run(probe, .init(isTrial: true))
      try examination.expect(
        "the same as in a whole run", whole.difference(from: trial), on: probe)
    }
  }

  static let programs = ConformanceLaw(
    "programs", "a program that has run another stream runs this one all the same"
  ) { examination throws(Violation) in
    for probe in examination.probes {
      let fresh = try examination.run(probe)
      let places = (0..<probe.samples.count + 1).map { ($0 * 2 + 1) % probe.samples.count }
      let used = try examination.run(probe, .init(rehearsal: probe.samples.arranged(places)))
      try examination.expect(
        "the same as by a fresh program", fresh.difference(inReports: used), on: probe)
    }
  }

  static let turning = ConformanceLaw(
    "cycle", "a cyclic stream costs the same wherever it is said to begin"
  ) { examination throws(Violation) in
    for probe in examination.probes {
      let count = probe.samples.count
      try examination.expectSameEnergy(
        probe,
        probe.with(probe.samples.arranged((0..<count).map { ($0 + 1) % count }), "one later"),
        "the same energy from any beginning")
    }
  }

  static let order = ConformanceLaw(
    "order", "the order of samples matters only where the card claims memory"
  ) { examination throws(Violation) in
    guard !examination.card.claims.hasMemory else { return }
    for probe in examination.probes {
      let count = probe.samples.count
      let places = Array(stride(from: 0, to: count, by: 2)) + stride(from: 1, to: count, by: 2)
      try examination.expectSameEnergy(
        probe, probe.with(probe.samples.arranged(places), "every other first"),
        "the same energy in any order, or a claim of memory")
    }
  }
}

extension Examination {
  /// No difference between two runs.
  func expect(_ expected: String, _ difference: String?, on probe: Probe) throws(Violation) {
    guard let difference else { return }
    throw violation(expected: expected, seen: "other \(difference)", on: probe.name)
  }

  /// The same energy on two arrangements of the same samples, but for chance, rounding and what the card allows
  /// integrals.
  fileprivate mutating func expectSameEnergy(
    _ probe: Probe, _ other: Probe, _ expected: String
  ) throws(Violation) {
    let (one, two) = (try run(probe), try run(other))
    let chance =
      RunInspection.mostSigmas
      * (one.workError * one.workError + two.workError * two.workError).squareRoot()
    let slack =
      (RunInspection.rounding + card.claims.booksError) * max(abs(one.work), abs(two.work))
    if abs(one.work - two.work) > slack + chance {
      throw violation(
        expected: expected, seen: "\(one.work) J and \(two.work) J", on: other.name)
    }
  }
}
