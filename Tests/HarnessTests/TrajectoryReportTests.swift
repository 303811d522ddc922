import Foundation
import Harness
import Networks
import Quantities
import SubstrateCore
import Substrates
import Testing
import Parameters

/// What becomes of simulated figures, and of those that do not exist, on their way to a reader.
@Suite struct TrajectoryReportTests {
  func result(_ id: String, _ values: [String: String]) throws -> Comparison.Result {
    let substrate = try #require(registry.first { $0.card.id == id })
    var settings = Settings(defaultsOf: substrate.card)
    for (name, value) in values.merging(["method": "langevin"], uniquingKeysWith: { a, _ in a })
      .sorted(by: { $0.key < $1.key })
    { try settings.set(name, to: value) }
    let lineup = try Lineup(
      [Selection(substrate, settings: settings)],
      for: Workload(Tiny.network(), on: Tiny.samples), at: Kelvin(300))
    return try lineup.compare().results[0]
  }

  func document(_ result: Comparison.Result) throws -> [String: Any] {
    let data = try JSONEncoder().encode(result)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test(arguments: ["quasi-static", "dynamic-analog"])
  func theHeadlineIsSimulatedWithItsError(id: String) throws {
    let result = try result(id, ["trajectories": "16", "duration": "1", "step": "0.1"])
    #expect(result.energy.kind == .simulated)
    let (energy, error) = (
      try #require(result.energy.thermalEnergy), try #require(result.energy.standardError)
    )
    #expect(energy > 0 && error > 0 && error < 0.2 * energy)
    #expect(result.ledger.filter { $0.kind == .simulated }.allSatisfy { $0.standardError != nil })
    let energies = try #require(try document(result)["energy"] as? [String: Any])
    #expect(energies["kind"] as? String == "simulated")
  }

  @Test func anAverageThatHasNotConvergedIsNull() throws {
    let result = try result(
      "quasi-static", ["trajectories": "16", "duration": "1", "step": "0.1"])
    #expect(result.diagnostics["jarzynski_free_energy_kT"] == Figure.none)
    let diagnostics = try #require(try document(result)["diagnostics"] as? [String: Any])
    #expect(diagnostics["jarzynski_free_energy_kT"] is NSNull)
    #expect(diagnostics["jarzynski_standard_error_kT"] is NSNull)
    #expect(diagnostics["shadow_work_kT"] is Double)
    // And where it has, a number near 0.
    let calm = try self.result(
      "quasi-static",
      ["trajectories": "100", "duration": "10", "step": "0.2", "snr": "0.5", "settle": "1"])
    guard case .number(let free) = calm.diagnostics["jarzynski_free_energy_kT"] else {
      Issue.record("no free energy")
      return
    }
    #expect(abs(free) < 0.5 && free != 0)
  }

  @Test func aRunThatCannotBeFollowedHasNoEnergy() throws {
    // Two layers as strong as this have a rate of some 16.
    let substrate = try #require(registry.first { $0.card.id == "quasi-static" })
    var settings = Settings(defaultsOf: substrate.card)
    for (name, value) in [
      ("method", "langevin"), ("step", "1"), ("duration", "3"), ("trajectories", "4"),
      ("stiffness", "5"),
    ] { try settings.set(name, to: value) }
    let dense = try Dense(inputs: 2, weight: [3, 0, 0, 3], bias: [0, 0])
    let network = try Network(named: "steep", layers: [dense, dense], activation: .tanh)
    let comparison = try Lineup(
      [Selection(substrate, settings: settings)], for: Workload(network, on: Tiny.samples),
      at: Kelvin(300)
    ).compare()
    let result = comparison.results[0]
    #expect(result.verdict == .diverged)
    #expect(result.energy.joules == nil && result.energy.thermalEnergy == nil)
    #expect(result.flows.drawn == nil && result.accuracy == nil)
    #expect(comparison.warnings.contains { $0.contains("beyond the stability") })
    let energy = try #require(try document(result)["energy"] as? [String: Any])
    #expect(energy["J"] is NSNull)
  }
}
