import Foundation
@testable import Harness
import Networks
import Quantities
import SubstrateCore
import Testing
import Parameters

@Suite struct CurveTests {
  private let workload: Workload

  init() throws { workload = try Workload(Tiny.network(), on: Tiny.samples) }

  private func comparison(
    _ selections: [Selection], on workload: Workload? = nil, curves: Bool = true
  ) throws -> Comparison {
    try Lineup(selections, for: workload ?? self.workload, at: Kelvin(300))
      .compare(seed: 3, curves: curves)
  }

  private func selection(_ id: String, duration: String? = nil) throws -> Selection {
    var selection = Selection(TunableSubstrate(id: id))
    if let duration { try selection.settings.set("duration", to: duration) }
    return selection
  }

  @Test func withoutBeingAskedForThereAreNone() throws {
    let comparison = try comparison([selection("one")], curves: false)
    #expect(comparison.curves == nil && comparison.command == nil)
    let data = try JSONEncoder().encode(comparison)
    #expect(!String(decoding: data, as: UTF8.self).contains("curves"))
  }

  /// Its work is 10/duration k_B T, and 1000 k_B T if it is abrupt; its floor is its bits.
  @Test(arguments: ["0", "0.02", "1", "30", "20000"])
  func aCurveOverDurationsHoldsWhatEveryOneOfThemCosts(duration: String) throws {
    let comparison = try comparison([selection("one", duration: duration)])
    let curve = try #require(comparison.curves?.duration.first)
    let values = curve.points.map(\.value)
    let own = try #require(Double(duration))
    #expect(values == values.sorted() && Set(values).count == values.count)
    #expect(values.contains(0) && values.contains(own))
    #expect((8...16).contains(values.count), "\(values)")
    #expect(values.max()! <= max(1e4, own))
    for point in curve.points {
      let expected = point.value > 0 ? 10 / point.value : 1000
      #expect(abs(point.energy.thermalEnergy! / expected - 1) < 1e-12)
      #expect(point.verdict == (point.value < 0.1 ? .unsettled : .settled))
      #expect(point.limits.map(\.name) == (point.value > 5 ? ["bits", "slow"] : ["bits"]))
      #expect(point.latency == point.value + 1)
    }
    let row = try #require(curve.points.first { $0.value == own })
    #expect(row.energy == comparison.results[0].energy)
    #expect(comparison.curves?.precision.isEmpty == true)
    #expect(comparison.curves?.skipped.isEmpty == true)
  }

  @Test func theTestOfPrecisionKnowsWhatItCosts() throws {
    let labelled = try Workload(
      Tiny.network(),
      on: Samples(
        name: "hundred", width: 2, values: (0..<200).map { [1, 0, 0, 1][$0 % 4] },
        labels: (0..<100).map { $0 % 2 }))
    // Wrong on as many of a hundred samples as bits are missing from 40; more than 30 bits it refuses.
    let substrate = PreciseFake(most: 30, wrong: { value, _ in 40 - Int(value) })
    let curves = try #require(
      try comparison([Selection(substrate)], on: labelled).curves)
    #expect(curves.duration.isEmpty && curves.crossings.isEmpty)
    let points = try #require(curves.precision.first).points
    // Default 20, and 16 on either side in eight steps: (i/5)^1.5 of the way from 4, (i/3)^1.5 of that to 36.
    #expect(points.map(\.value) == [4, 5, 8, 11, 15, 20, 23, 29])
    for point in points {
      let wrong = (40 - point.value) / 100
      #expect(abs(point.accuracy! - (1 - wrong)) < 1e-12)
      #expect(abs(point.accuracyDifference! + wrong) < 1e-12)
      #expect(abs(point.accuracyStandardError! - (wrong * (1 - wrong) / 100).squareRoot()) < 1e-12)
      #expect(abs(point.energy.thermalEnergy! - point.value) < 1e-9)
      #expect(point.limits.isEmpty)
    }
    #expect(curves.skipped.map(\.value) == [36])
    #expect(curves.skipped.allSatisfy { $0.reason == "too fine; 30.0; less" })
  }

  /// However many bits there may be and whichever are set.
  @Test func bitsAreFewAndCloserTheFewerTheyAre() {
    #expect(CurveRun.bits(around: 8, within: 2...16) == [2, 3, 4, 5, 6, 8, 10, 12, 16])
    for (low, high) in [(1, 1), (1, 2), (2, 16), (1, 20), (4, 36), (0, 64)] {
      for own in low...high {
        let bits = CurveRun.bits(around: own, within: low...high)
        #expect(bits.first == low && bits.last == high && bits.contains(own))
        #expect(bits.count == min(9, high - low + 1))
        #expect(zip(bits, bits.dropFirst()).allSatisfy { $0 < $1 })
        // Steps grow on either side, but for rounding.
        for side in [bits.filter { $0 <= own }, bits.filter { $0 >= own }] {
          let steps = zip(side, side.dropFirst()).map { $1 - $0 }
          #expect(zip(steps, steps.dropFirst()).allSatisfy { $1 >= $0 - 1 }, "\(bits)")
        }
      }
    }
  }

  /// 10/t meets the other's floor of 8 k_B T at t = 1.25, and its energy of 10 at t = 1; a power law is
  /// what the interpolation presumes. Abrupt and unsettled work do not count.
  @Test func crossingsLieWhereTheFormulasMeet() throws {
    let curves = try #require(
      try comparison([selection("one", duration: "100"), selection("two")]).curves)
    let own = curves.crossings.filter { $0.substrate == "one" }
    let floor = try #require(own.first { $0.other == "two" && $0.name == "bits" })
    #expect(floor.kind == .floor && floor.thermalEnergy == 8)
    #expect(floor.crossing.lower == 1 && floor.crossing.outcome == .crosses)
    #expect(abs(try #require(floor.crossing.duration) - 1.25) < 1e-9)
    let energy = try #require(own.first { $0.other == "two" && $0.name == "energy" })
    #expect(abs(energy.thermalEnergy - 10) < 1e-12)
    #expect(own.contains { $0.other == "task" && $0.name == "readout" })
    #expect(!own.contains { $0.other == "one" })
  }

  @Test func whatIsSimulatedIsLeftOutAndSaysSo() throws {
    let runs = TunableSubstrate.Runs()
    let comparison = try comparison([
      Selection(TunableSubstrate(id: "one", runs: runs, kind: .simulated))
    ])
    #expect(runs.all == 1)
    #expect(comparison.curves?.duration.isEmpty == true)
    let skipped = try #require(comparison.curves?.skipped.first)
    #expect(skipped.parameter == "duration" && skipped.value == nil)
    #expect(skipped.reason.contains("simulated trajectories"))
  }

  @Test func aComparisonWithCurvesDecodesToItself() throws {
    var comparison = try comparison([selection("one"), selection("two")])
    comparison.command = "substrata compare"
    let data = try JSONEncoder().encode(comparison)
    #expect(try JSONDecoder().decode(Comparison.self, from: data) == comparison)
  }
}
