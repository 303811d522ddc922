import Networks
import Quantities
import SubstrateCore
import Testing
import Parameters

@testable import QuasiStatic

/// A stream of which only some inferences are followed.
@Suite struct FollowedInferencesTests {
  private func setting(seed: Int, samples: Int) throws -> Setting<QuasiStatic> {
    let (network, samples) = try randomWorkload(
      seed: seed, sizes: [4, 6, 3], activation: .relu, samples: samples)
    return Setting(substrate: QuasiStatic(), network: network, samples: samples)
  }

  /// Errors over 24 networks, in standard errors, are of the size that chance gives them.
  @Test func standardErrorsAreThoseOfChance() throws {
    var squares = 0.0
    for seed in 0..<24 {
      let setting = try setting(seed: seed, samples: 60)
      let all = try setting.run(["method": "length"])
      let some = try setting.run(["method": "length", "inferences": "20"])
      #expect(all.energyError == 0 && some.energyError > 0)
      let distance = (some.energy() - all.energy()) / some.energyError
      #expect(abs(distance) < 4.5)
      squares += distance * distance
    }
    #expect((0.4...2).contains(squares / 24))
  }

  @Test func figuresAreThoseOfTheInferencesThatAreFollowed() throws {
    let setting = try setting(seed: 3, samples: 9)
    let run = try setting.run(["inferences": "4", "duration": "20"])
    let program = try setting.program(["duration": "20"])
    let stream = try setting.stream()
    let context = RunContext(seed: 1)
    let landscape = Landscape(
      program.engine,
      stiffness: stream.reference.layers.map { 1000 / stream.reference.meanSquare(of: $0) })
    let all = try InferenceBlock.all(landscape, program, on: stream, in: context)
    let places = FollowedInferences.places(
      try setting.settings(["inferences": "4"]), neurons: 9, of: 9)
    #expect(Set(places).count == 4 && places == places.sorted() && all.count == 9)
    let works = places.map { all[$0].work }
    let mean = works.reduce(0, +) / 4
    #expect(abs(run.energy() - mean) < 1e-9 * mean)
    let variance = works.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3
    #expect(abs(run.energyError - (variance / 4 * 5 / 9).squareRoot()) < 1e-9 * mean)
    #expect(run.limits.contains { $0.name == "transport" && $0.standardError != nil })
    #expect(run.warnings.contains { $0.contains("4 of the 9 inferences") })
    #expect(run.outputs.count == 9 * 3)
    // To follow all of them is what happens anyway.
    let whole = try setting.run(["inferences": "9", "duration": "20"])
    #expect(whole.fingerprint == (try setting.run(["duration": "20"])).fingerprint)
  }

  @Test func largeNetworksAreFollowedInPart() throws {
    let settings = Settings(defaultsOf: QuasiStatic().card)
    #expect(FollowedInferences.places(settings, neurons: 58, of: 450).count == 450)
    #expect(FollowedInferences.places(settings, neurons: 8000, of: 1000).count == 62)
    #expect(FollowedInferences.places(settings, neurons: 10_000_000, of: 3).count == 2)
    #expect(FollowedInferences.places(settings, neurons: 10_000_000, of: 1) == [0])
  }

  /// A hold that is too short spoils outputs, and those that nobody follows are read at rest.
  @Test func aGivenHoldFollowsAllOrSaysThatAccuracyIsTooGood() throws {
    let setting = try setting(seed: 2, samples: 8)
    for (values, count) in [(["settle": "0"], 1000), (["settle": "0", "inferences": "3"], 3)] {
      let settings = try setting.settings(values)
      #expect(FollowedInferences.places(settings, neurons: 8000, of: 1000).count == count)
    }
    let some = try setting.run(["settle": "0", "duration": "1", "inferences": "3"])
    #expect(some.verdict == .unsettled)
    #expect(some.warnings.contains { $0.contains("3 of the 3") && $0.contains("too good") })
    let settled = try setting.run(["duration": "1", "inferences": "3"])
    #expect(!settled.warnings.contains { $0.contains("too good") })
  }

  @Test func trajectoriesFollowAll() throws {
    let refusal = try setting(seed: 1, samples: 4).refusal(
      of: ["method": "langevin", "inferences": "2"])
    #expect(refusal?.reason == .settings && refusal?.detail.contains("inferences") == true)
  }
}
