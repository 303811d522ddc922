import Foundation
import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing
import Parameters

@testable import Harness

/// A substrate whose errors and costs are those of the formulas: Σ g_l/p_l of noise, Σ c_l p_l of energy.
struct LayeredFake: Substrate {
  let noise: [Double]
  let costs: [Double]
  /// What it says of its noise; the truth if none.
  var claimed: [Double]?

  var card: Card {
    Card(
      id: "layered", title: "Layered", principle: "It errs by the formula.", boundary: .device,
      parameters: [
        Parameter(
          "snr", .automatic("allocate", or: .byLayer(.number(from: 0, to: 1e15, above: true))),
          default: .number(100), meaning: "by layer", isPrecision: true)
      ], sources: [FakeSubstrate.source], claims: Claims(temperatureExponent: 1),
      meaning: { _ in .modelled("a fixture") })
  }

  func prepare(_ network: Network, under conditions: Conditions) throws(Refusal) -> (
    network: Network, values: [Double]
  ) {
    let settings = conditions.settings
    if settings.word("snr") != nil { throw Refusal(.settings, "snr=allocate; not alone; a number") }
    let values =
      settings.numbers("snr") ?? noise.map { _ in settings.number("snr")! }
    return (network, values)
  }

  /// One sample in a hundred is wrong for each hundredth of variance.
  static func wrong(_ noise: [Double], _ values: [Double]) -> Int {
    Int((100 * zip(noise, values).reduce(0) { $0 + $1.0 / $1.1 }).rounded(.down))
  }

  func run(
    _ program: (network: Network, values: [Double]), on stream: SampleStream, in context: RunContext
  ) -> Run {
    var run = FakeSubstrate.faithful(program.network, stream)
    for (index, layer) in program.network.layers.enumerated() {
      run.ledger.spend(
        layer: layer.name, mechanism: "holding", kind: .predicted,
        Joules(costs[index] * program.values[index]), source: FakeSubstrate.source,
        boundary: .device)
    }
    for sample in 0..<min(Self.wrong(noise, program.values), stream.samples.count) {
      run.outputs.swapAt(2 * sample, 2 * sample + 1)
    }
    return run
  }

  func outputNoise(
    of program: (network: Network, values: [Double]), on stream: SampleStream,
    in context: RunContext
  ) -> [Double]? { claimed ?? noise }
}

@Suite struct AllocationTests {
  private let workload: Workload

  init() throws {
    let identity = try Dense(inputs: 2, weight: [1, 0, 0, 1], bias: [0, 0])
    let network = try Network(named: "two", layers: [identity, identity], activation: .relu)
    let values: [Float] = (0..<200).map { [1, 0, 0, 1][$0 % 4] }
    workload = try Workload(
      network,
      on: Samples(name: "hundred", width: 2, values: values, labels: (0..<100).map { $0 % 2 }))
  }

  private func search(
    _ substrate: LayeredFake, points: Double, snr: String = "allocate"
  ) throws -> (result: Comparison.Result, search: Comparison.IsoAccuracy) {
    var selection = Selection(substrate)
    try selection.settings.set("snr", to: snr)
    let lineup = try Lineup(
      [selection], for: workload, at: Kelvin(300), isoAccuracy: IsoAccuracy(points: points))
    let result = try lineup.compare().results[0]
    return (result, try #require(result.isoAccuracy))
  }

  private func random(_ seed: Int, _ count: Int) -> (noise: [Double], costs: [Double]) {
    var generator = SeededGenerator(seed: UInt64(seed), purpose: "allocation")
    func draw() -> [Double] { (0..<count).map { _ in exp(6 * generator.uniform() - 3) } }
    return (draw(), draw())
  }

  @Test(arguments: 0..<6) func sharesAreTheLeastOnAGrid(seed: Int) {
    let (noise, costs) = random(seed, 2)
    let shares = PrecisionAllocation.shares(outputNoise: noise, costs: costs)
    let variance = noise[0] / shares[0] + noise[1] / shares[1]
    let cost = costs[0] * shares[0] + costs[1] * shares[1]
    #expect(abs(cost / costs.reduce(0, +) - 1) < 1e-12)
    // (√(g_1 c_1) + √(g_2 c_2))² over the variance, and nothing on a grid costs less.
    let roots = (noise[0] * costs[0]).squareRoot() + (noise[1] * costs[1]).squareRoot()
    #expect(abs(cost * variance / (roots * roots) - 1) < 1e-12)
    for step in 1..<2000 {
      // Layer 1 takes this part of the variance.
      let part = Double(step) / 2000
      let other =
        costs[0] * noise[0] / (part * variance) + costs[1] * noise[1] / ((1 - part) * variance)
      #expect(other >= cost * (1 - 1e-12))
    }
    // One precision for all: Σ g Σ c.
    #expect(noise.reduce(0, +) * costs.reduce(0, +) >= cost * variance * (1 - 1e-12))
  }

  @Test func layersWithoutNoiseOrCostKeepFinitePrecisions() {
    for (noise, costs) in [
      ([0.0, 1, 2], [1.0, 1, 1]), ([1, 1, 1], [0, 1, 2]), ([0, 0, 0], [1, 1, 1]),
      ([1, 1, 1], [0, 0, 0]), ([1e-300, 1e300, 1], [1e300, 1e-300, 1]),
    ] {
      let shares = PrecisionAllocation.shares(outputNoise: noise, costs: costs)
      #expect(shares.allSatisfy { $0.isFinite && $0 > 0 })
    }
  }

  @Test(arguments: 0..<8) func whatIsFoundIsNearTheBestPair(seed: Int) throws {
    let (noise, costs) = random(seed, 2)
    let points = [2.0, 10][seed % 2]
    let (result, search) = try search(LayeredFake(noise: noise, costs: costs), points: points)
    let allocation = try #require(search.allocation)
    #expect(search.found.meets)
    #expect(result.energy.joules! <= allocation.uniformEnergy!)
    #expect(allocation.uniform.meets && allocation.outputNoise == noise)
    #expect(zip(allocation.costs, costs).allSatisfy { abs($0 / $1 - 1) < 1e-12 })
    // The least of all pairs that meet it: errors are rounded down, so the variance stays below this.
    let variance = (points + 1) / 100
    let best = (1..<1000).map { step in
      let first = variance * Double(step) / 1000
      return costs[0] * noise[0] / first + costs[1] * noise[1] / (variance - first)
    }.min()!
    // One step of the scale, 28 %, is how closely the common factor is known.
    #expect(result.energy.joules! < 1.3 * best && result.energy.joules! > 0.98 * best)
    if allocation.kept {
      #expect(search.found.value == .numbers(allocation.values))
      #expect(search.below?.meets == false)
      #expect(result.parameters["snr"] == search.found.value)
    }
  }

  @Test func aClaimThatMisleadsCostsNothing() throws {
    let fake = LayeredFake(noise: [1, 1], costs: [1, 1], claimed: [1e-4, 1e4])
    let (result, search) = try search(fake, points: 4)
    let uniform = try self.search(fake, points: 4, snr: "100").result
    #expect(result.energy.joules! <= uniform.energy.joules!)
    let allocation = try #require(search.allocation)
    #expect(allocation.kept == (allocation.energy! < allocation.uniformEnergy!))
    if !allocation.kept { #expect(search.found == allocation.uniform) }
  }

  @Test func whatMissesEverywhereIsNotSpread() throws {
    let fake = LayeredFake(noise: [1e18, 1e18], costs: [1, 1])
    let (_, search) = try search(fake, points: 4)
    #expect(search.outcome == .missed && search.allocation == nil)
  }

  @Test func valuesGivenByLayerAreNotLookedFor() throws {
    let fake = LayeredFake(noise: [1, 1], costs: [1, 1])
    #expect(throws: SettingsRefusal.self) { try search(fake, points: 4, snr: "10,20") }
    // Without a criterion there is nothing to find.
    var selection = Selection(fake)
    try selection.settings.set("snr", to: "allocate")
    let alone = selection
    #expect(throws: SettingsRefusal.self) {
      try Lineup([alone], for: workload, at: Kelvin(300))
    }
  }

  @Test func listsAreValuesOfTheirDomain() {
    let parameter = LayeredFake(noise: [], costs: []).card.parameters[0]
    #expect(parameter.value(of: "1,2.5,1e3") == .numbers([1, 2.5, 1000]))
    #expect(parameter.value(of: "7") == .number(7))
    #expect(parameter.value(of: "allocate") == .word("allocate"))
    for text in ["1,,2", "1,", ",1", "1,x", "1,0", "1,-2", "1,nan", "1 ,2", "allocate,1"] {
      #expect(parameter.value(of: text) == nil, "\(text)")
    }
    #expect(parameter.range.contains("one for each layer"))
  }

  @Test func whatIsShownGivesTheSameRunAgain() {
    for (number, rounded) in [(123.456, 123.0), (0.0012345, 0.00123), (9.999, 10), (1e15, 1e15)] {
      #expect(IsoAccuracySearch.rounded(number) == rounded)
    }
  }
}
