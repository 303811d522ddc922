import Harness
import Networks
import Quantities
import SubstrateCore
import Testing

/// A machine whose energy is 600/(τ + 2) k_BT, so that a = 600 and abrupt it costs 300, beside one
/// that states energies and limits.
@Suite struct SlowCrossingTests {
  private func crossings(validFrom: Double = 20) throws -> [Comparison.SlowCrossing] {
    let slow = FakeSubstrate(id: "slow") { network, stream, _ in
      var run = FakeSubstrate.faithful(network, stream)
      run.ledger.enter(.drawn, 600 / 102)
      run.slowDriving = SlowDriving(
        workTimesDuration: 600, abruptEnergy: ThermalEnergy(300), validFrom: validFrom)
      run.limits = [Limit("own", kind: .floor, ThermalEnergy(1), source: FakeSubstrate.source)]
      return run
    }
    let other = FakeSubstrate(id: "other") { network, stream, _ in
      var run = FakeSubstrate.faithful(network, stream)
      run.ledger.enter(.drawn, 5000)
      run.limits = [
        Limit("near", kind: .floor, ThermalEnergy(60), source: FakeSubstrate.source),
        Limit("far", rule: "b", kind: .convention, ThermalEnergy(2), source: FakeSubstrate.source),
        Limit("none", kind: .floor, .zero, source: FakeSubstrate.source),
      ]
      return run
    }
    let workload = try Workload(Tiny.network(), on: Tiny.samples)
    return try Lineup([Selection(slow), Selection(other)], for: workload, at: Kelvin(300))
      .compare().crossings
  }

  @Test func theyStandAgainstOthersAndTheAnswer() throws {
    let found = try crossings()
    #expect(found.allSatisfy { $0.substrate == "slow" && $0.other != "slow" })
    // A limit of 0 is never undercut; the answer is one of two classes.
    #expect(found.map(\.name) == ["energy", "near", "far", "readout"])
    #expect(found.map(\.kind) == [.predicted, .floor, .convention, .floor])
    #expect(found[2].rule == "b")
  }

  @Test func theLimitSaysFromWhenOnOrAtTheLatest() throws {
    let found = try crossings()
    #expect(found[0].certainty == .always && found[0].duration == nil)
    #expect(found[1].certainty == .atTheLatest && found[2].certainty == .slowLimit)
    for crossing in found.dropFirst() {
      let duration = try #require(crossing.duration)
      // The machine itself, at that duration, lies below, and by little where driving is slow.
      let energy = 600 / (duration + 2)
      #expect(energy < crossing.thermalEnergy)
      if crossing.certainty == .slowLimit { #expect(energy > 0.99 * crossing.thermalEnergy) }
    }
    #expect(try crossings(validFrom: 5)[1].certainty == .slowLimit)
  }

  @Test func noneWithoutASlowLimit() throws {
    let workload = try Workload(Tiny.network(), on: Tiny.samples)
    let comparison = try Lineup(
      [Selection(FakeSubstrate())], for: workload, at: Kelvin(300)
    ).compare()
    #expect(comparison.crossings.isEmpty)
  }
}
