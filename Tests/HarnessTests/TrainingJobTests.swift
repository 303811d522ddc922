import Foundation
import Networks
import Quantities
import SubstrateCore
import Testing
import Training

@testable import Harness

import Substrates

@Suite struct TrainingJobTests {
  static func job(
    energy: Double? = 2, axes: TrainingJob.Axes? = nil, recipe: Recipe? = nil
  ) throws -> TrainingJob {
    let network = try Architecture("64-6-10").network()
    var short = Recipe()
    short.epochs = 2
    return try TrainingJob(
      network, on: try BuiltIn.samples(named: "digits-train")!.prefix(50),
      testedOn: try Workload(network, on: try BuiltIn.samples(named: "digits")!.prefix(20)),
      recipe ?? short, energyPerParameter: energy, selections: registry.map { Selection($0) },
      at: Kelvin(300), axes: axes)
  }

  @Test func everySubstrateSaysWhatLearningCosts() throws {
    let outcome = try Self.job().run(seed: 1, threads: 1)
    let comparison = outcome.comparison
    #expect(comparison.results.map(\.substrate) == ["digital", "dynamic-analog", "quasi-static"])
    #expect(comparison.results.map(\.learner) == ["exact", "exact", "thermal"])
    let others = registry.filter { !($0 is any LearningSubstrate) }.map(\.card.id)
    #expect(comparison.refused.map(\.substrate) == others && !outcome.isInterrupted)
    let parameters = 64 * 6 + 6 + 60 + 10
    #expect(comparison.training.parameters == parameters)
    for result in comparison.results {
      let energy = try #require(result.energy?.joules)
      let inference = try #require(result.inference?.joules)
      // Of the machine with resets only passes forward are known.
      #expect(result.isPartial == (result.substrate == "dynamic-analog"))
      #expect((result.inferences == nil) == result.isPartial)
      if let count = result.inferences { #expect(abs(count * inference / energy - 1) < 1e-12) }
      #expect(abs(result.perExample! * 50 / energy - 1) < 1e-12)
      let quantum = comparison.conditions.thermalQuantum.value
      #expect(abs(result.perParameter! * Double(parameters) * quantum / energy - 1) < 1e-12)
      // The books of a training close as those of an inference.
      let kind = result.energy!.kind
      func sum(_ flow: Flow) -> Double {
        result.ledger.filter { $0.flow == flow && $0.kind == kind }.reduce(0) { $0 + $1.joules }
      }
      let left = sum(.drawn) - sum(.recovered) - sum(.stored) - sum(.dissipated)
      #expect(abs(left) < 1e-9 * energy)
      #expect(abs(sum(.drawn) - sum(.recovered) - energy) < 1e-12 * energy)
      let keys = Set(comparison.sources.map(\.key))
      #expect(result.ledger.allSatisfy { keys.contains($0.source) })
      #expect(result.limits.allSatisfy { keys.contains($0.source) })
    }
    // ε N for each of 100 steps, within its scatter: variance 2 k_BT times the mean.
    let heat = try #require(comparison.thermal?.heat)
    let mean = 2.0 * Double(parameters) * 100
    #expect(abs(heat - mean) < 4 * (2 * mean).squareRoot())
    let quasiStatic = comparison.results[2]
    #expect(abs(quasiStatic.energy!.thermalEnergy! - heat) < 1e-9 * heat)
    #expect(
      quasiStatic.limits.filter { $0.name == "2NDkT" }.map(\.thermalEnergy)
        == [100, 200].map { $0 * Double(parameters) })
  }

  @Test func digitalCountsItsOperations() throws {
    let digital = try Self.job().run(seed: 1, threads: 1).comparison.results[0]
    let operations = try #require(digital.limits.first { $0.name == "operations" })
    let macs = 64.0 * 6 + 60
    let bits = 3 * macs * 100 * (2 * 8 + 32)
    #expect(abs(operations.thermalEnergy / (bits * naturalLogarithmOf2) - 1) < 1e-12)
    // Two inferences' worth of passes back for each forward, and the weights' updates.
    let multiply = digital.ledger.filter {
      $0.flow == .drawn && $0.mechanism == "three passes: multiply"
    }.reduce(0) { $0 + $1.joules }
    #expect(abs(multiply / (3 * 100 * macs * 0.2e-12) - 1) < 1e-12)
    let update = digital.ledger.first { $0.flow == .drawn && $0.mechanism == "update: add" }
    #expect(abs(update!.joules / (100 * 460 * 0.1e-12) - 1) < 1e-12)
  }

  @Test func paybackIsTheFirstInferenceThatSaves() throws {
    let results = try Self.job().run(seed: 1, threads: 1).comparison.results
    let dearest = results.max { $0.inference!.joules! < $1.inference!.joules! }!
    #expect(dearest.payback == nil)
    #expect(results.count { $0.payback != nil } == 1)
    for result in results where result.substrate != dearest.substrate && !result.isPartial {
      let count = try #require(result.payback).inferences
      #expect(result.payback!.against == dearest.substrate)
      func total(_ inferences: Double) -> Double {
        result.energy!.joules! + inferences * result.inference!.joules!
      }
      #expect(total(count) <= count * dearest.inference!.joules!)
      #expect(total(count - 1) > (count - 1) * dearest.inference!.joules!)
    }
  }

  @Test func theCurveComesFromPairedRuns() throws {
    let axes = TrainingJob.Axes(energies: [0.01, 1e6], learningRates: [0.02, 0.05], repeats: 3)
    let one = try Self.job(axes: axes).run(seed: 1, threads: 1).comparison
    let two = try Self.job(axes: axes).run(seed: 1, threads: 2).comparison
    #expect(one == two)
    let curve = try #require(one.curve)
    #expect(curve.points.map(\.learningRate) == [0.02, 0.02, 0.02, 0.05, 0.05, 0.05])
    let energies: [Double?] = [nil, 0.01, 1e6, nil, 0.01, 1e6]
    #expect(curve.points.map(\.energyPerParameter) == energies)
    for rate in [0, 3] {
      let (exact, rich) = (curve.points[rate], curve.points[rate + 2])
      #expect(exact.difference == nil && exact.heat == nil)
      #expect(abs(rich.accuracy! - exact.accuracy! - rich.difference!) < 1e-12)
      // With so much energy hardly anything diffuses: the same samples are right, but for one or two.
      #expect(abs(rich.difference!) <= 0.1)
      // ε for each of 2 presentations of an example.
      #expect(abs(rich.heatPerParameterAndExample! / 2e6 - 1) < 0.01)
    }
  }

  @Test func whatIsAskedToStopKeepsItsEpochs() throws {
    var recipe = Recipe()
    recipe.epochs = 1_000_000
    let stop = StopAfter(50)
    let outcome = try Self.job(recipe: recipe).run(
      seed: 1, threads: 1, isCancelled: { stop.isReached() })
    #expect(outcome.isInterrupted)
    let exact = outcome.comparison.exact
    #expect(exact.verdict == "interrupted" && exact.epochsDone > 0)
    #expect(exact.steps == 50 * exact.epochsDone && exact.presentations == exact.steps)
    #expect(outcome.comparison.curve == nil)
  }

  @Test func whatDivergesAtOnceIsNotFree() throws {
    var recipe = Recipe()
    (recipe.learningRate, recipe.loss) = (1e6, .squaredError)
    let comparison = try Self.job(recipe: recipe).run(seed: 1, threads: 1).comparison
    #expect(comparison.exact.verdict == "diverged" && comparison.exact.endedInEpoch == 1)
    #expect(comparison.warnings.contains { $0.contains("diverged at step") })
    if comparison.thermal?.steps == 0 { #expect(comparison.thermal?.heat == nil) }
    for result in comparison.results where result.learner == "exact" {
      #expect(result.energy == nil && result.limits.isEmpty && result.ledger.isEmpty)
      #expect(result.inferences == nil && result.payback == nil)
    }
  }

  private final class StopAfter: @unchecked Sendable {
    private let lock = NSLock()
    private var left: Int
    init(_ count: Int) { left = count }
    func isReached() -> Bool {
      lock.withLock {
        left -= 1
        return left < 0
      }
    }
  }

  @Test func classesThatAreMissingAreNamed() throws {
    let network = try Architecture("64-6-10").network()
    let all = try BuiltIn.samples(named: "digits-train")!
    let some = (0..<all.count).filter { ![3, 7].contains(all.labels![$0]) }.prefix(40)
    let samples = try Samples(
      name: "some", width: 64, values: some.flatMap { all[$0] },
      labels: some.map { all.labels![$0] })
    let test = try Workload(network, on: try BuiltIn.samples(named: "digits")!.prefix(20))
    let error = #expect(throws: WorkloadError.self) {
      try TrainingJob(
        network, on: samples, testedOn: test, Recipe(), energyPerParameter: nil, selections: [],
        at: Kelvin(300), axes: nil)
    }
    #expect(error?.description.contains("class 3, 7") == true)
  }

  @Test func aSubstrateThatDoesNotSayIsRefused() throws {
    let network = try Architecture("64-6-10").network()
    let test = try Workload(network, on: try BuiltIn.samples(named: "digits")!.prefix(20))
    let job = try TrainingJob(
      network, on: try BuiltIn.samples(named: "digits-train")!.prefix(50), testedOn: test, Recipe(),
      energyPerParameter: nil, selections: [Selection(FakeSubstrate())], at: Kelvin(300), axes: nil)
    let comparison = try job.run(seed: 1, threads: 1).comparison
    #expect(comparison.results.isEmpty && comparison.refused.map(\.substrate) == ["fake"])
    #expect(comparison.thermal == nil)
  }
}
