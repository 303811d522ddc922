import Harness
import Networks
import Parameters
import Quantities
import SubstrateCore
import Substrates
import Testing

/// The registered machines side by side on the built-in images, at their defaults.
@Suite struct DefaultComparisonTests {
  private static func comparison(_ settings: [String: [String: String]] = [:]) throws -> Comparison
  {
    let workload = try Workload(
      BuiltIn.model(named: "digits-mlp")!, on: BuiltIn.samples(named: "digits")!)
    let selections = try registry.filter { settings.isEmpty || settings[$0.card.id] != nil }.map {
      substrate in
      var selection = Selection(substrate)
      for (name, value) in settings[substrate.card.id] ?? [:] {
        try selection.settings.set(name, to: value)
      }
      return selection
    }
    return try Lineup(selections, for: workload, at: Kelvin(300)).compare(threads: 2)
  }

  @Test func everyMachineIsNearTheReference() throws {
    let comparison = try Self.comparison()
    let results = Dictionary(
      uniqueKeysWithValues: comparison.results.map { ($0.substrate, $0) })
    #expect(
      comparison.results.map(\.substrate).starts(with: [
        "digital", "dynamic-analog", "quasi-static", "adiabatic-cmos", "spiking",
        "memristor-crossbar", "resistive-network",
      ]))
    #expect(comparison.refused.isEmpty)
    // Sixty-four steps of a rate code; converters of 8 bits with devices that are 1 % off.
    for (id, points) in [("spiking", 0.02), ("memristor-crossbar", 0.03)] {
      let difference = try #require(results[id]?.accuracyDifference)
      #expect(abs(difference) <= points, "\(id): \(difference)")
    }
    // The same integers, reversibly or not; the same noise of nodes and of traps.
    #expect(results["adiabatic-cmos"]?.accuracy == results["digital"]?.accuracy)
    let nodes = try #require(results["resistive-network"]?.accuracy)
    let traps = try #require(results["dynamic-analog"]?.accuracy)
    #expect(abs(nodes - traps) <= 0.01)
    // Machines with parts that nobody has priced say so.
    let unpriced = comparison.coverage.substrates.filter { $0.unknownParts != nil }
    #expect(unpriced.map(\.substrate).contains("resistive-network"))
  }

  @Test func timesOfFirstSpikesAreTheReferences() throws {
    let result = try Self.comparison(["spiking": ["code": "first-spike"]]).results[0]
    #expect(result.agreement == 1 && result.accuracyDifference == 0)
    #expect(try #require(result.outputError) < 1e-5)
  }
}
