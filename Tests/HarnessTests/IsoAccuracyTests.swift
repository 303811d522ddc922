import Foundation
import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Substrates
import Synchronization
import Testing
import Parameters

@testable import Harness

/// A substrate that is wrong on so many samples, a function of its precision and its seed.
struct PreciseFake: Substrate {
  var parameter = Parameter(
    "bits", .integer(1...40), default: .number(20), meaning: "a whole number", isPrecision: true)
  /// Above this it refuses.
  var most = Double.infinity
  /// Whether it refuses to have its precision set at all.
  var isUnused = false
  /// How many of the samples it gets wrong; beyond all samples it gives no outputs.
  var wrong: @Sendable (Double, UInt64) -> Int
  /// Whether its outputs depend on the seed otherwise too, a little.
  var isNoisy = false
  var runs = FakeSubstrate.Calls()

  var card: Card {
    Card(
      id: "precise", title: "Precise", principle: "It errs as told.", boundary: .device,
      parameters: [parameter], sources: [FakeSubstrate.source],
      claims: Claims(temperatureExponent: 1),
      meaning: { _ in .modelled("a fixture") })
  }

  struct Program {
    let network: Network
    let value: Double
  }

  func prepare(_ network: Network, under conditions: Conditions) throws(Refusal) -> Program {
    if isUnused && conditions.settings.isGiven(parameter.name) {
      throw Refusal(.settings, "bits are set; nothing has bits; leave them out")
    }
    let value = conditions.settings.number(parameter.name) ?? 0
    guard value <= most else { throw Refusal(.precision, "too fine; \(most); less") }
    return Program(network: network, value: value)
  }

  func run(_ program: Program, on stream: SampleStream, in context: RunContext) -> Run {
    runs.note("\(program.value) \(context.seed)")
    var run = FakeSubstrate.faithful(program.network, stream)
    run.ledger.enter(.drawn, program.value)
    run.ledger.enter(.dissipated, program.value)
    if isNoisy { run.outputs[0] += Float(context.seed % 1000) * 1e-6 }
    let wrong = wrong(program.value, context.seed)
    for sample in 0..<min(wrong, stream.samples.count) {
      run.outputs.swapAt(2 * sample, 2 * sample + 1)
    }
    if wrong > stream.samples.count { run.outputs[0] = .nan }
    return run
  }
}

@Suite struct IsoAccuracyTests {
  private static let count = 100
  private let workload: Workload

  init() throws {
    // A hundred samples, all of which the network gets right.
    let values: [Float] = (0..<2 * Self.count).map { [1, 0, 0, 1][$0 % 4] }
    workload = try Workload(
      Tiny.network(),
      on: Samples(
        name: "hundred", width: 2, values: values, labels: (0..<Self.count).map { $0 % 2 }))
  }

  private func result(
    _ substrate: PreciseFake, points: Double, repeats: Int = 8, set value: String? = nil
  ) throws -> Comparison.Result {
    var selection = Selection(substrate)
    if let value { try selection.settings.set(substrate.parameter.name, to: value) }
    let lineup = try Lineup(
      [selection], for: workload, at: Kelvin(300),
      isoAccuracy: IsoAccuracy(points: points, repeats: repeats))
    return try lineup.compare().results[0]
  }

  @Test(arguments: 0..<5) func theLeastThatMeetsIsFoundFromAnywhere(seed: Int) throws {
    // Errors that fall with precision, in random steps.
    var noise = SeededGenerator(seed: UInt64(seed))
    var errors = [0.0]
    for _ in 0..<40 { errors.append(errors.last! + 6 * noise.uniform() * noise.uniform()) }
    let table = errors
    let substrate = PreciseFake(wrong: { value, _ in Int(table[40 - Int(value)]) })
    for points in [0.0, 7.5, 20] {
      let expected = (1...40).first { Double(Int(table[40 - $0])) <= points }!
      for start in ["1", "20", "40"] {
        let result = try result(substrate, points: points, set: start)
        let search = try #require(result.isoAccuracy)
        #expect(search.found.value == .number(Double(expected)))
        #expect(result.parameters["bits"] == search.found.value)
        #expect(result.settings[0].found == true)
        #expect(abs(result.energy.thermalEnergy! - Double(expected)) < 1e-9)
        #expect(search.found.meets && search.trials <= 16)
        if expected == 1 {
          #expect(search.outcome == .least && search.below == nil)
        } else {
          #expect(search.outcome == .found && search.below?.meets == false)
          #expect(search.below?.value == .number(Double(expected - 1)))
        }
      }
    }
  }

  @Test func aNeighbourThatFailsByChanceIsPassed() throws {
    let substrate = PreciseFake(wrong: { value, _ in value == 7 ? 5 : value < 6 ? 9 : 0 })
    #expect(try result(substrate, points: 2).isoAccuracy?.found.value == .number(6))
  }

  @Test func whatNoPrecisionReachesIsMissedAtTheHighestThatIsAccepted() throws {
    let substrate = PreciseFake(most: 27, wrong: { _, _ in 30 })
    let result = try result(substrate, points: 5)
    let search = try #require(result.isoAccuracy)
    #expect(search.outcome == .missed && search.found.value == .number(27) && search.below == nil)
    #expect(search.found.difference == -0.3 && !search.found.meets && search.found.isClear)
    #expect(result.accuracyDifference == -0.3)
  }

  @Test func outputsThatAreNoneMiss() throws {
    let substrate = PreciseFake(wrong: { value, _ in value < 11 ? 101 : 0 })
    let search = try #require(try result(substrate, points: 50).isoAccuracy)
    #expect(search.found.value == .number(11))
    #expect(search.below?.difference == nil && search.below?.meets == false)
  }

  @Test(arguments: [0.02, 1, 37, 1e4], [1e-3, 1, 1000])
  func numbersAreLookedForTenToTheDecade(threshold: Double, start: Double) throws {
    let substrate = PreciseFake(
      parameter: Parameter(
        "snr", .number(from: 0, to: 1e15, above: true), default: .number(start), meaning: "a ratio",
        isPrecision: true),
      wrong: { value, _ in value < threshold ? 50 : 0 })
    let search = try #require(try result(substrate, points: 1).isoAccuracy)
    guard case .number(let found) = search.found.value,
      case .number(let below)? = search.below?.value
    else {
      Issue.record("no numbers")
      return
    }
    #expect(found >= threshold && below < threshold && found / below < 1.2801)
    #expect(PrecisionScale(substrate.parameter.domain)!.places.contains(Int(10 * log10(found))))
  }

  @Test func noiseIsAveragedAndItsErrorsAreThoseOfTheFormulas() throws {
    // Wrong on 2 samples, or on 4 for odd seeds.
    let substrate = PreciseFake(
      wrong: { value, seed in value < 20 ? 90 : seed % 2 == 0 ? 2 : 4 }, isNoisy: true)
    let search = try #require(try result(substrate, points: 5).isoAccuracy)
    let trial = search.found
    var all = substrate.runs.all.filter { $0.hasPrefix("20.0 ") }.map { UInt64($0.dropFirst(5))! }
    // Eight to find it, eight more that had no part in that, and the row, which has the first one's seed.
    #expect(all.count == 17 && Set(all).count == 16 && all.first == all.last)
    let fresh = all[8..<16]
    all.removeLast(9)
    let seeds = Set(all)
    let again = fresh.reduce(0) { $0 + ($1 % 2 == 0 ? 2 : 4) }
    #expect(abs(search.freshDifference! + Double(again) / 800) < 1e-12)
    #expect(seeds.count == 8 && trial.repeats == 8)
    let odd = Double(seeds.count { $0 % 2 == 1 })
    // The default seed gives both sorts, or this would test nothing.
    #expect(odd > 0 && odd < 8)
    let means = (2 + 2 * odd / 8) / 100
    #expect(abs(trial.difference! + means) < 1e-12)
    // Two samples are wrong always, two in a share p of the repeats.
    let p = odd / 8
    let variance = (2 + 2 * p * p) / 100 - means * means
    #expect(abs(trial.standardError! - (variance / 100).squareRoot()) < 1e-12)
    // Repeats are 0.02 or 0.04.
    let spread = 0.02 * (p * (1 - p) / 7).squareRoot()
    #expect(abs(trial.repeatStandardError! - spread) < 1e-12)
  }

  @Test func whatHasNoNoiseRunsOnceASetting() throws {
    let substrate = PreciseFake(wrong: { value, _ in Int(40 - value) })
    let search = try #require(try result(substrate, points: 30).isoAccuracy)
    #expect(search.found.repeats == 1 && search.found.repeatStandardError == nil)
    #expect(search.freshDifference == nil)
    // Once more to find that out, and once for the row.
    #expect(substrate.runs.all.count == search.trials + 2)
  }

  @Test func aSubstrateWithoutPrecisionRunsAsItIsSet() throws {
    let substrate = PreciseFake(
      parameter: Parameter("gain", .integer(1...9), default: .number(3), meaning: "a number"),
      wrong: { _, _ in 4 })
    let result = try result(substrate, points: 5)
    #expect(result.isoAccuracy?.outcome == .fixed && result.isoAccuracy?.found.meets == true)
    #expect(result.isoAccuracy?.parameter == nil && result.settings[0].found == nil)
    #expect(try self.result(substrate, points: 3).isoAccuracy?.found.meets == false)
  }

  @Test func aPrecisionThatMayNotBeSetIsLeftAlone() throws {
    let substrate = PreciseFake(isUnused: true, wrong: { _, _ in 4 })
    let result = try result(substrate, points: 5)
    #expect(result.isoAccuracy?.outcome == .fixed && result.isoAccuracy?.found.meets == true)
    #expect(result.isoAccuracy?.parameter == nil && result.settings[0].found == nil)
  }

  @Test func accuracyNeedsLabelsAndClasses() throws {
    #expect(IsoAccuracy.obstacle(on: workload) == nil)
    let bare = try Samples(name: "bare", width: 2, values: Tiny.samples.values)
    let unlabelled = try Workload(Tiny.network(), on: bare)
    #expect(IsoAccuracy.obstacle(on: unlabelled)?.contains("no labels") == true)
    let single = try Network(
      named: "one", layers: [Dense(inputs: 2, weight: [1, 1], bias: [0])], activation: nil)
    let zeros = try Workload(single, on: bare.labelled([0, 0, 0, 0]))
    #expect(IsoAccuracy.obstacle(on: zeros)?.contains("one output") == true)
  }

  @Test func scalesHoldTheirDomains() throws {
    let numbers = try #require(PrecisionScale(.number(from: 0, to: 1e15, above: true)))
    #expect(numbers.value(0) == 1 && numbers.value(-1) == 0.8 && numbers.value(31) == 1250)
    #expect(numbers.places.upperBound == 150)
    let values = numbers.places.map { numbers.value($0) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $1 / $0 > 1.24 && $1 / $0 < 1.2801 })
    for place in [-30, -11, 0, 9, 77] {
      #expect(numbers.place(nearest: numbers.value(place) * 1.05) == place)
    }
    #expect(PrecisionScale(.number(from: 2, to: 7, above: true))!.places == 4...8)
    let whole = try #require(PrecisionScale(.automatic("auto", or: .integer(2...16))))
    #expect(whole.places == 2...16 && whole.value(5) == 5 && whole.place(nearest: 99) == 16)
    #expect(PrecisionScale(.choice(["a"])) == nil)
  }

  /// A trial leaves out what is not looked at, and nothing else.
  @Test(arguments: ["residual", "digits"])
  func trialsGiveTheSameOutputsAndLedger(name: String) throws {
    let workload = try MatrixTests.workload(name)
    func runs(isTrial: Bool) throws -> [Run] {
      try registry.filter { MatrixTests.takes($0, workload.network) }.map { substrate in
        func run<S: Substrate>(_ substrate: S) throws -> Run {
          let settings = Settings(defaultsOf: substrate.card)
          let program = try substrate.prepare(
            workload.network, under: Conditions(temperature: Kelvin(300), settings: settings))
          let context = RunContext(seed: 3, isTrial: isTrial)
          let stream = SampleStream(
            workload.samples,
            reference: try ReferenceActivations(
              of: workload.network, on: workload.samples, in: context))
          return try substrate.run(program, on: stream, in: context)
        }
        return try run(substrate)
      }
    }
    for (trial, full) in zip(try runs(isTrial: true), try runs(isTrial: false)) {
      #expect(trial.outputs == full.outputs && trial.verdict == full.verdict)
      #expect(trial.latency == full.latency)
      #expect(trial.ledger.postings.map(\.energy) == full.ledger.postings.map(\.energy))
    }
  }
}
