import Foundation
import Networks
import Testing

@testable import Training

@Suite struct TrainingRunTests {
  /// The same descent, step by step on the reference engine in double precision.
  static func descended(
    _ network: Network, _ samples: Samples, _ recipe: Recipe, from start: [Float]
  ) throws -> [Double] {
    let layout = ParameterLayout(network)
    var values = start.map { Double($0) }
    var velocity = [Double](repeating: 0, count: layout.count)
    var order = OrderOfSamples(samples.count, seed: 5, index: 0)
    let all = recipe.steps(for: samples.count)
    var step = 0
    for _ in 0..<recipe.epochs {
      order.shuffle()
      for first in stride(from: 0, to: samples.count, by: recipe.batch) {
        let batch = order.places[first..<min(first + recipe.batch, samples.count)]
        let engine = ReferenceEngine(
          try layout.network(with: values.map { Float($0) }, named: "step"))
        var gradient = [Double](repeating: 0, count: layout.count)
        for sample in batch {
          let all = engine.values(for: samples[sample].map(Double.init))
          let y = all[network.output]
          let sum = y.reduce(0) { $0 + exp($1) }
          let cotangent = y.enumerated().map { place, value -> Double in
            let target: Double = place == samples.labels![sample] ? 1 : 0
            return (recipe.loss == .squaredError ? value : exp(value) / sum) - target
          }
          let slopes = engine.pullback(of: cotangent, at: all)
          for place in layout.places {
            for (index, slope) in zip(place.weight, slopes.weights[place.node]!) {
              gradient[index] += slope / Double(batch.count)
            }
            for (index, slope) in zip(place.bias, slopes.biases[place.node]!) {
              gradient[index] += slope / Double(batch.count)
            }
          }
        }
        let done = Double(step) / Double(all)
        let share =
          switch recipe.schedule {
          case .constant: 1.0
          case .linear: 1 - done
          case .cosine: (1 + cos(.pi * done)) / 2
          }
        for index in values.indices {
          velocity[index] =
            recipe.momentum * velocity[index] - recipe.learningRate * share * gradient[index]
          values[index] += velocity[index]
        }
        step += 1
      }
    }
    return values
  }

  @Test(arguments: [
    (1, 0.0, Loss.crossEntropy, Recipe.Schedule.linear), (5, 0.9, .crossEntropy, .cosine),
    (7, 0.5, .squaredError, .constant),
  ])
  func stepsAreThoseOfTheReference(
    batch: Int, momentum: Double, loss: Loss, schedule: Recipe.Schedule
  ) throws {
    let engine = try Digits.engine("64-5-10:tanh")
    let samples = try Digits.training(23)
    var recipe = Recipe()
    recipe.epochs = 2
    (recipe.batch, recipe.momentum, recipe.loss) = (batch, momentum, loss)
    (recipe.schedule, recipe.learningRate) = (schedule, 0.02)
    let run = TrainingRun(engine, recipe, on: samples, seed: 5)
    #expect(run.verdict == .completed)
    #expect(run.steps == 2 * ((23 + batch - 1) / batch))
    let start = engine.layout.heInitialisation(seed: 5)
    let expected = try Self.descended(engine.network, samples, recipe, from: start)
    #expect(run.parameters != start)
    for (a, b) in zip(run.parameters, expected) { #expect(abs(Double(a) - b) < 2e-5) }
  }

  @Test func lossesAreThoseOfAllSamples() throws {
    let engine = try Digits.engine("64-8-10")
    let samples = try Digits.training(70)
    let run = TrainingRun(engine, Recipe(), on: samples, seed: 2)
    for (values, loss) in [
      (engine.layout.heInitialisation(seed: 2), run.firstLoss), (run.parameters, run.finalLoss!),
    ] {
      let reference = ReferenceEngine(try engine.layout.network(with: values, named: "trained"))
      var mean = 0.0
      for sample in 0..<samples.count {
        let y = reference.output(for: samples[sample].map(Double.init))
        let sum = y.reduce(0) { $0 + exp($1) }
        mean += (log(sum) - y[samples.labels![sample]]) / Double(samples.count)
      }
      #expect(abs(mean - loss) < 1e-5)
    }
    #expect(run.losses.count == 6 && run.losses.last! < run.losses[0])
    #expect(run.heat == nil)
  }

  @Test func theSameSeedGivesTheSameBits() throws {
    let engine = try Digits.engine("64-6-10")
    let samples = try Digits.training(40)
    func run(_ seed: UInt64, _ index: Int, energy: Double?) -> TrainingRun {
      TrainingRun(
        engine, Recipe(), on: samples, energyPerParameter: energy, seed: seed, index: index)
    }
    for energy in [nil, 20.0] {
      let one = run(1, 0, energy: energy)
      #expect(one.parameters == run(1, 0, energy: energy).parameters)
      #expect(one.heat == run(1, 0, energy: energy).heat)
      #expect(one.parameters != run(1, 1, energy: energy).parameters)
      #expect(one.parameters != run(2, 0, energy: energy).parameters)
    }
  }

  @Test func whatDivergesNamesItsStep() throws {
    let engine = try Digits.engine("64-6-10:leaky-relu")
    let samples = try Digits.training(40)
    var recipe = Recipe()
    (recipe.learningRate, recipe.loss) = (100, .squaredError)
    let run = TrainingRun(engine, recipe, on: samples, seed: 1)
    guard case .diverged(let epoch, let step) = run.verdict else {
      Issue.record("\(run.verdict)")
      return
    }
    #expect(epoch == 1 && (2...40).contains(step))
    // Nothing is kept of a part of an epoch.
    #expect(run.parameters == engine.layout.heInitialisation(seed: 1))
    #expect(run.steps == 0 && run.losses.isEmpty)
  }

  @Test func whatIsInterruptedKeepsItsLastEpoch() throws {
    let engine = try Digits.engine("64-6-10")
    let samples = try Digits.training(300)
    var recipe = Recipe()
    recipe.schedule = .constant
    var done = 0
    let run = TrainingRun(
      engine, recipe, on: samples, seed: 1, progress: { done = $0 }, shouldStop: { done >= 2 })
    #expect(run.verdict == .interrupted)
    #expect(done == 2 && run.losses.count == 2 && run.steps == 600)
    recipe.epochs = 2
    let short = TrainingRun(engine, recipe, on: samples, seed: 1)
    #expect(short.parameters == run.parameters)
  }
}
