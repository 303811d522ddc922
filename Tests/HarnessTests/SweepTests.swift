import Foundation
import Harness
import Networks
import Quantities
import SubstrateCore
import Testing
import Parameters

@Suite struct SweepTests {
  private let workload: Workload

  init() throws {
    workload = try Workload(Tiny.network(), on: Tiny.samples, notes: ["a note on the data"])
  }

  private func axis(
    _ substrate: String, _ name: String, _ first: Double, _ last: Double, _ count: Int
  ) throws -> Sweep.Axis {
    try Sweep.Axis(
      TunableSubstrate().card.parameters.first { $0.name == name }!, of: substrate, from: first,
      to: last, count: count)
  }

  private func selections(_ runs: [TunableSubstrate.Runs?] = [nil, nil]) -> [Selection] {
    zip(["one", "two"], runs).map { Selection(TunableSubstrate(id: $0, runs: $1)) }
  }

  private func sweep(_ grid: Sweep.Grid) -> Sweep {
    Sweep(grid, on: workload, at: Kelvin(300), seed: 3, version: "test")
  }

  /// Two axes of one substrate and one of the other between them.
  private func grid(_ runs: [TunableSubstrate.Runs?] = [nil, nil]) throws -> Sweep.Grid {
    try Sweep.Grid(
      selections(runs),
      over: [
        axis("one", "duration", 2, 8, 3), axis("two", "bits", 2, 5, 4),
        axis("one", "bits", 12, 14, 3),
      ])
  }

  // MARK: Points

  @Test func theLastAxisMovesFastest() throws {
    let grid = try grid()
    var expected: [[Double]] = []
    for duration in [2.0, 5, 8] {
      for two in [2.0, 3, 4, 5] {
        for one in [12.0, 13, 14] { expected.append([duration, two, one]) }
      }
    }
    #expect(grid.count == 36)
    #expect((0..<grid.count).map { grid.coordinates(of: $0) } == expected)
  }

  @Test func aPointSetsWhatItsAxesSayAndNothingElse() throws {
    let grid = try grid()
    for point in 0..<grid.count {
      let coordinates = grid.coordinates(of: point)
      let (one, two) = (
        grid.selection(0, at: point).settings, grid.selection(1, at: point).settings
      )
      #expect(one.number("duration") == coordinates[0] && one.number("bits") == coordinates[2])
      #expect(two.number("duration") == 1 && two.number("bits") == coordinates[1])
      #expect(one.isGiven("bits") && !one.isGiven("snr") && !two.isGiven("duration"))
    }
  }

  @Test func gridsThatCannotBe() throws {
    func message(_ selections: [Selection], _ axes: [Sweep.Axis]) throws -> String {
      let error = try #require(throws: SweepError.self) {
        try Sweep.Grid(selections, over: axes)
      }
      #expect(error.description.split(separator: ";").count == 3, "\(error)")
      return error.description
    }
    #expect(try message(selections(), []).contains("no axis"))
    let bits = try axis("one", "bits", 2, 3, 2)
    #expect(try message(selections(), [bits, bits]).contains("two axes"))
    let long = try axis("one", "duration", 0, 1, 50_000)
    #expect(try message(selections(), [long, axis("two", "bits", 2, 4, 3)]).contains("50000 × 3"))
    #expect(try Sweep.Grid(selections(), over: [long, bits]).count == Sweep.mostPoints)
    let snr = try axis("one", "snr", 1, 2, 2)
    #expect(
      try message(selections(), [snr, axis("one", "stiffness", 1, 2, 2)]).contains("replaces"))
    var set = selections()
    try set[0].settings.set("bits", to: "4")
    #expect(try message(set, [bits]).contains("set and swept"))
    try set[0].settings.set("stiffness", to: "4")
    #expect(try message(set, [snr]).contains("replaces"))
  }

  @Test func shardsInTurnAreTheWhole() throws {
    let grid = try grid()
    for count in [1, 2, 3, 5, 35, 36, 37, 100] {
      let parts = try (1...count).map { try Sweep.Shard($0, of: count).points(of: grid) }
      #expect(parts.flatMap { Array($0) } == Array(0..<36))
      let sizes = parts.map(\.count)
      #expect(sizes.max()! - sizes.min()! <= 1)
    }
    #expect(try Sweep.Shard(Int.max, of: Int.max).points(of: grid) == 35..<36)
    #expect(try Sweep.Shard(1, of: Int.max).points(of: grid).isEmpty)
    for (index, count) in [(0, 2), (3, 2), (-1, 2), (1, 0), (0, 0), (1, -1)] {
      #expect(throws: SweepError.self) { try Sweep.Shard(index, of: count) }
    }
  }

  // MARK: Rows

  /// Every figure of every row against a comparison of all substrates with those settings.
  @Test func everyRowIsWhatACompareSays() throws {
    let grid = try grid()
    var run = try SweepRun(sweep(grid), threads: 2)
    for point in 0..<grid.count {
      let selections = [0, 1].map { grid.selection($0, at: point) }
      let comparison = try Lineup(selections, for: workload, at: Kelvin(300)).compare(seed: 3)
      for substrate in 0..<2 {
        let row = try run.row(of: point, substrate)
        #expect(row.point == point)
        #expect(
          row.coordinates
            == Dictionary(
              uniqueKeysWithValues: zip(grid.axes.map(\.name), grid.coordinates(of: point))))
        #expect(row.substrate == ["one", "two"][substrate])
        guard let result = comparison.results.first(where: { $0.substrate == row.substrate })
        else {
          #expect(grid.coordinates(of: point)[2] == 13 && substrate == 0)
          #expect(row.verdict == .refused && row.energy == nil && row.kind == nil)
          #expect(row.note == "13 bits; unlucky; take 12" && row.isComplete == nil)
          continue
        }
        #expect(row.verdict.rawValue == result.verdict.rawValue && row.kind == result.energy.kind)
        #expect(row.energy == result.energy.joules && row.low == result.energy.low)
        #expect(row.thermalEnergy == result.energy.thermalEnergy && row.high == result.energy.high)
        #expect(row.thermalStandardError == result.energy.standardError)
        #expect(
          row.standardError
            == result.energy.standardError.map { $0 * TunableSubstrate.quantum.value })
        #expect(row.latency == result.latency && row.longestLatency == result.longestLatency)
        #expect(row.accuracy == result.accuracy && row.agreement == result.agreement)
        #expect(row.accuracyStandardError == result.accuracyStandardError)
        #expect(row.accuracyDifference == result.accuracyDifference)
        #expect(
          row.accuracyDifferenceStandardError == result.accuracyDifferenceStandardError)
        #expect(row.outputError == result.outputError && row.boundary == result.boundary)
        #expect(row.isComplete == true && row.note == nil)
        #expect(row.limits.map(\.name) == result.limits.map(\.name))
        #expect(row.limits.map(\.rule) == result.limits.map(\.rule))
        #expect(row.limits.map(\.thermalEnergy) == result.limits.map(\.thermalEnergy))
        #expect(row.limits.map(\.joules) == result.limits.map(\.joules))
      }
    }
  }

  @Test func anyPartInAnyOrderGivesTheSameRows() throws {
    let sweep = try sweep(grid())
    var whole = try SweepRun(sweep, threads: 1)
    var rows: [[Sweep.Row]] = []
    for point in 0..<36 { rows.append([try whole.row(of: point, 0), try whole.row(of: point, 1)]) }
    var other = try SweepRun(sweep, threads: 3)
    for point in Array(0..<36).shuffled() {
      for substrate in [1, 0] {
        #expect(try other.row(of: point, substrate) == rows[point][substrate])
      }
    }
    for point in [35, 17] {
      var alone = try SweepRun(sweep, threads: 1)
      #expect(try alone.row(of: point, 0) == rows[point][0])
    }
    // Recalled, and asked for again.
    var recalling = try SweepRun(sweep, threads: 1)
    recalling.recall(Array(rows[..<20].joined()))
    for point in 0..<36 {
      for substrate in 0..<2 {
        #expect(try recalling.row(of: point, substrate) == rows[point][substrate])
      }
    }
  }

  @Test func onlyWhatAnAxisMovesRunsAgain() throws {
    let runs = [TunableSubstrate.Runs(), TunableSubstrate.Runs()]
    var run = try SweepRun(sweep(grid(runs)), threads: 1)
    let before = runs.map(\.all)
    for point in 0..<36 { for substrate in 0..<2 { _ = try run.row(of: point, substrate) } }
    // Three durations by two of three settings of bits, the third refused; four settings of bits.
    #expect(runs[0].all - before[0] == 6 && runs[1].all - before[1] == 4)
  }

  @Test func aSubstrateThatNoAxisMovesHasARowAtEveryPoint() throws {
    let runs = [TunableSubstrate.Runs(), TunableSubstrate.Runs()]
    let grid = try Sweep.Grid(selections(runs), over: [axis("one", "duration", 1, 4, 4)])
    var run = try SweepRun(sweep(grid), threads: 1)
    let before = runs[1].all
    let rows = try (0..<4).map { try run.row(of: $0, 1) }
    #expect(runs[1].all - before == 1)
    #expect(rows.map(\.point) == [0, 1, 2, 3] && Set(rows.map(\.energy)).count == 1)
    #expect(rows.map { $0.coordinates["one.duration"] } == [1, 2, 3, 4])
  }

  @Test func limitsAreFoundBeforeAnyPointRuns() throws {
    let late = Sweep.Limit.Key(.floor, "slow", rule: "late")
    let bits = Sweep.Limit.Key(.floor, "bits")
    let far = try Sweep.Grid(selections(), over: [axis("one", "duration", 1, 6, 2)])
    #expect(try SweepRun(sweep(far), threads: 1).limits == [bits, late])
    let near = try Sweep.Grid(selections(), over: [axis("one", "duration", 1, 4, 2)])
    #expect(try SweepRun(sweep(near), threads: 1).limits == [bits])
  }

  /// The same words as a comparison of both has.
  @Test func differentBoundariesAreWarnedOf() throws {
    let some = [
      Selection(TunableSubstrate(id: "one")),
      Selection(TunableSubstrate(id: "two", boundary: .core)),
    ]
    let run = try SweepRun(
      sweep(Sweep.Grid(some, over: [axis("one", "bits", 2, 3, 2)])), threads: 1)
    let warnings = try Lineup(some, for: workload, at: Kelvin(300)).compare().warnings
    #expect(run.warnings == warnings && warnings.count == 2)
    let alike = try SweepRun(sweep(grid()), threads: 1)
    #expect(alike.warnings == ["a note on the data"])
  }

  @Test func settingsThatContradictEachOtherAreFoundBeforeAnyRun() throws {
    let runs = [TunableSubstrate.Runs(), TunableSubstrate.Runs()]
    var some = selections(runs)
    try some[0].settings.set("mode", to: "b")
    let bad = try Sweep.Grid(some, over: [axis("one", "bits", 2, 16, 15)])
    let error = try #require(throws: SweepError.self) { try sweep(bad).check(threads: 2) }
    #expect(error.description.contains("one.bits=14.0") && runs[0].all == 0)
    #expect(try sweep(grid()).check(threads: 2) == nil)
    let none = try Sweep.Grid(
      [some[1]], over: [axis("two", "bits", 13, 13, 1), axis("two", "duration", 1, 2, 2)])
    #expect(try sweep(none).check(threads: 1)?.substrate == "two")
  }

  @Test func theFingerprintTellsSweepsApart() throws {
    let grid = try grid()
    var all = [sweep(grid).fingerprint]
    #expect(sweep(grid).fingerprint == all[0] && all[0].count == 16)
    func add(
      _ grid: Sweep.Grid, _ workload: Workload, _ temperature: Double = 300, _ seed: UInt64 = 3,
      _ version: String = "test"
    ) {
      all.append(
        Sweep(grid, on: workload, at: Kelvin(temperature), seed: seed, version: version)
          .fingerprint)
    }
    add(grid, workload, 301)
    add(grid, workload, 300, 4)
    add(grid, workload, 300, 3, "other")
    add(grid, try Workload(Tiny.network(scale: 2), on: Tiny.samples))
    add(grid, try Workload(Tiny.network(), on: Tiny.samples.prefix(3)))
    add(grid, try Workload(Tiny.network(), on: Tiny.samples.labelled([1, 1, 0, 1])))
    add(
      grid,
      try Workload(
        Tiny.network(), on: Samples(name: "bare", width: 2, values: Tiny.samples.values)))
    add(try Sweep.Grid(selections(), over: Array(grid.axes.reversed())), workload)
    add(try Sweep.Grid(selections(), over: Array(grid.axes.dropLast())), workload)
    add(try Sweep.Grid(selections().reversed(), over: grid.axes), workload)
    add(
      try Sweep.Grid(
        selections(), over: grid.axes.dropLast() + [axis("one", "bits", 12, 15, 4)]), workload)
    for (name, value) in [("mode", "b"), ("hold", "1"), ("stiffness", "1")] {
      var other = selections()
      try other[0].settings.set(name, to: value)
      add(try Sweep.Grid(other, over: grid.axes), workload)
    }
    #expect(Set(all).count == all.count)
  }

  // MARK: Crossings and pace

  /// The work 10/t meets the floor of b k_B T of the other substrate at t = 10/b.
  @Test func crossingsLieWhereTheFormulaSays() throws {
    let grid = try Sweep.Grid(
      selections(), over: [axis("two", "bits", 2, 5, 4), axis("one", "duration", 0, 8, 9)])
    var run = try SweepRun(sweep(grid), threads: 1)
    for point in 0..<grid.count { for substrate in 0..<2 { _ = try run.row(of: point, substrate) } }
    let crossings = run.crossings.filter { $0.other == "two" }
    #expect(crossings.map { $0.coordinates } == [2, 3, 4, 5].map { ["two.bits": $0] })
    for (bits, entry) in zip([2.0, 3, 4, 5], crossings) {
      #expect(entry.substrate == "one" && entry.limit.name == "bits")
      #expect(entry.limit.thermalEnergy == bits && entry.unit == "τ0")
      let expected = 10 / bits
      let crossing = entry.crossing
      #expect(crossing.lower! <= expected && expected < crossing.upper!)
      #expect(abs(crossing.duration! / expected - 1) < 1e-12)
    }
    // ln 2 bits are H(1/4) in nats here: three samples of four have one class.
    let latching = try #require(run.crossings.last)
    #expect(latching.other == nil && latching.crossing.outcome == .above)
    #expect(abs(latching.limit.thermalEnergy - 0.5623351446188083) < 1e-12)
    #expect(run.crossings.count == 5)
  }

  /// At duration 7 the substrate diverges, and below 0.1 it is not settled.
  @Test func onlySettledRunsCount() throws {
    let grid = try Sweep.Grid(selections(), over: [axis("one", "duration", 0, 7, 2)])
    var run = try SweepRun(sweep(grid), threads: 1)
    for point in 0..<2 { for substrate in 0..<2 { _ = try run.row(of: point, substrate) } }
    #expect(run.crossings.isEmpty)
  }

  @Test func thePaceCountsWhatIsLeft() throws {
    let grid = try grid()
    var run = try SweepRun(sweep(grid), threads: 1)
    var pace = SweepPace(run, 0..<36)
    #expect(pace.secondsLeft == nil)
    // 9 settings of the one, 4 of the other: 8 · 2 + 3 · 10, then 7 · 3 + 3 · 10.
    pace.add(0, seconds: 2)
    #expect(pace.secondsLeft == nil)
    pace.add(1, seconds: 10)
    #expect(pace.secondsLeft == 46.0)
    pace.add(0, seconds: 4)
    #expect(pace.secondsLeft == 51.0)
    for point in 0..<35 { for substrate in 0..<2 { _ = try run.row(of: point, substrate) } }
    var last = SweepPace(run, 0..<36)
    last.add(0, seconds: 1)
    #expect(last.secondsLeft == 0)
  }
}
