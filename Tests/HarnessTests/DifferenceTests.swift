import Foundation
import Harness
import Networks
import Quantities
import SubstrateCore
import Testing

/// What changed between two comparisons, against figures by hand.
@Suite struct DifferenceTests {
  private func comparison(
    _ ids: [String] = ["one"], kelvin: Double = 300, scale: Float = 1,
    samples: Samples = Tiny.samples, seed: UInt64 = 1,
    refusing: String? = nil, _ change: @escaping @Sendable (String, inout Run) -> Void = { _, _ in }
  ) throws -> Comparison {
    let selections = ids.map { id in
      var fake = FakeSubstrate(id: id) { network, stream, _ in
        var run = FakeSubstrate.faithful(network, stream)
        change(id, &run)
        return run
      }
      if id == refusing { fake.refusal = Refusal(.operation, "no such thing; limit; remedy") }
      return Selection(fake)
    }
    let workload = try Workload(Tiny.network(scale: scale), on: samples)
    return try Lineup(selections, for: workload, at: Kelvin(kelvin)).compare(seed: seed)
  }

  private func difference(_ a: Comparison, _ b: Comparison) -> ComparisonDifference {
    ComparisonDifference(from: a, to: b, names: ("a", "b"))
  }

  /// One headline of so many k_B T, with an error if there is one.
  private func energy(_ value: Double, _ error: Double? = nil) throws -> Comparison {
    try comparison { _, run in run.ledger.enter(.drawn, value, error: error) }
  }

  private func headline(_ difference: ComparisonDifference) -> ComparisonDifference.Change? {
    difference.changes.first { $0.figure == .energy }
  }

  @Test func nothingChangesFromOneToItself() throws {
    let one = try energy(5, 1)
    let same = difference(one, one)
    #expect(same.comparable && same.setup.isEmpty && same.unpaired.isEmpty)
    #expect(same.changes.isEmpty && same.figures > 5)
    #expect(same.energies(changedByMoreThan: 0).isEmpty)
  }

  /// Errors 3 and 4 make 5 together.
  @Test func errorsOfBothAddInQuadrature() throws {
    let change = try #require(headline(difference(try energy(100, 3), try energy(110, 4))))
    #expect(abs(change.sigmas! - 2) < 1e-12 && change.isBeyondErrors)
    #expect(abs(change.relative! - 0.1) < 1e-12)
    let small = try #require(headline(difference(try energy(100, 3), try energy(96, 4))))
    #expect(abs(small.sigmas! + 0.8) < 1e-12 && !small.isBeyondErrors)
    let one = try #require(headline(difference(try energy(100, 3), try energy(100.1))))
    #expect(one.sigmas == nil && one.isBeyondErrors)
  }

  @Test(
    arguments: [
      // Change, error of each, per cent allowed: fails?
      (110.0, nil, 9.9, true), (110, nil, 10.1, false), (90, nil, 9.9, true),
      (90, nil, 10.1, false),
      (100, nil, 0, false), (100 + 1e-8, nil, 0, false), (100.01, nil, 0, true),
      // 10 is 3.5 and 7.1 of the errors of both.
      (110, 2, 5, false), (110, 1, 5, true), (110, 1, 11, false),
    ] as [(Double, Double?, Double, Bool)])
  func whatFailsOnChange(value: Double, error: Double?, percent: Double, fails: Bool) throws {
    let difference = difference(try energy(100, error), try energy(value, error))
    #expect(difference.energies(changedByMoreThan: percent).isEmpty == !fails)
  }

  @Test func energiesThatAppearVanishOrLeaveZeroHaveChanged() throws {
    let (none, zero, some) = (try comparison(), try energy(0), try energy(7))
    try #require(none.results[0].energy.joules == nil && zero.results[0].energy.joules == 0)
    for (a, b) in [(none, some), (some, none), (zero, some), (none, zero)] {
      let difference = difference(a, b)
      #expect(difference.energies(changedByMoreThan: 1e6).count == 1)
      #expect(headline(difference)?.relative == nil)
    }
    // What vanishes stands first.
    #expect(difference(some, none).changes.first?.difference == nil)
  }

  @Test func bathNetworkAndSamplesBreakTheComparison() throws {
    let base = try comparison()
    for (other, what) in [
      (try comparison(kelvin: 301), "temperature_K"),
      (try comparison(samples: Tiny.samples.prefix(3)), "workload.samples"),
      (
        try comparison(samples: Samples(name: "four", width: 2, values: [1, 0, 0, 1, 0, 2, 0, 3])),
        "workload.labelled"
      ),
      // The same in shape and name, with other weights: it exchanges the classes.
      (try comparison(scale: -1), "reference.accuracy"),
    ] {
      let difference = difference(base, other)
      #expect(!difference.comparable, "\(what)")
      #expect(difference.setup.contains { $0.what == what && $0.breaksComparison }, "\(what)")
    }
    let seeds = difference(base, try comparison(seed: .max))
    #expect(seeds.comparable && seeds.setup.map(\.what) == ["seed"])
    #expect(seeds.setup[0].b == .text("18446744073709551615"))
  }

  @Test func substratesInOneOfThemAreNamed() throws {
    let a = try comparison(["one", "two"], refusing: "two")
    let b = try comparison(["two", "three"])
    let unpaired = difference(a, b).unpaired
    #expect(unpaired.map(\.substrate) == ["one", "two", "three"])
    #expect(unpaired.map(\.ranIn) == ["a", "b", "b"])
    #expect(unpaired.map { $0.refusal != nil } == [false, true, false])
  }

  @Test func everyFigureIsHeldAgainstItsOwnAndSortedBySize() throws {
    func run(_ work: Double, _ floor: Double, _ seconds: Double) throws -> Comparison {
      try comparison { _, run in
        run.ledger.enter(.drawn, work)
        run.ledger.enter(.dissipated, work)
        run.ledger.enter(.drawn, 3, kind: .model)
        run.limits = [
          Limit("bound", kind: .floor, ThermalEnergy(floor), source: FakeSubstrate.source)
        ]
        run.latency = Seconds(seconds)
        run.longestLatency = Seconds(5e-9)
      }
    }
    let changes = difference(try run(10, 4, 1e-9), try run(11, 2, 4e-9)).changes
    // 4 of 1 is 3/4 of the larger; 2 of 4 is 1/2; 11 of 10 is 1/11; equal ones stay in order.
    #expect(changes.map(\.name) == ["latency", "bound", "energy", "y, test, spent"])
    #expect(changes.map(\.figure) == [.latency, .limit, .energy, .ledger])
    let quantum = 300 * 1.380649e-23
    for (change, expected) in zip(changes, [3e-9, -2 * quantum, quantum, quantum]) {
      #expect(abs(change.difference! / expected - 1) < 1e-12, "\(change.name)")
    }
    #expect(changes[1].kind == .floor && abs(changes[1].relative! + 0.5) < 1e-12)
  }

  @Test func wordsAreFiguresToo() throws {
    let other = try comparison { _, run in run.verdict = .unsettled }
    let changes = difference(try comparison(), other).changes
    #expect(changes.map(\.name) == ["verdict"] && changes[0].b == .text("unsettled"))
  }
}
