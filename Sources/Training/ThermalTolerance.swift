internal import Foundation
package import Networks
package import StochasticThermodynamics
package import SubstrateCore

/// How exactly a network is still learned by parameters that dissipate so little at each step: accuracies over
/// energies and learning rates, each from several repetitions, with the same initial weights, orders and noise
/// at every point of one repetition.
///
/// It is an experiment with a scaling, not a bound: where accuracy breaks down moves with the learning rate, since
/// many small steps average the noise that few large ones do not.
package struct ThermalTolerance: Sendable {
  /// The repetitions at one energy and learning rate.
  package struct Point: Sendable {
    /// How far a step goes, at first.
    package let learningRate: Double
    /// ε, in k_BT per parameter and step; none for exact steps.
    package let energyPerParameter: Double?
    /// Accuracy on the test samples; of runs that ran away there is none.
    package let accuracy: RunningMoments
    /// Accuracy less that of exact steps at the same learning rate, repetition by repetition.
    package let difference: RunningMoments
    /// The heat of a whole training, in k_BT, measured.
    package let heat: RunningMoments
    /// Runs that ran away.
    package let diverged: Int
  }

  /// For each learning rate, exact steps first, then the energies in their order.
  package let points: [Point]
  /// Repetitions of each.
  package let repeats: Int
  /// Trained numbers, N.
  package let parameters: Int
  /// Training samples, D.
  package let samples: Int

  /// Runs all of it.
  ///
  /// - Parameters:
  ///   - energies: each positive.
  ///   - learningRates: each positive; the recipe's own counts only if it is among them.
  ///   - repeats: at least one.
  ///   - context: whose seed everything is derived from, and whose workers take a training each.
  /// - Throws: `Cancelled` if the context is.
  /// - Complexity: O(points × repeats × epochs × samples × multiply–accumulates).
  package init(
    _ engine: GradientEngine<Float>, _ recipe: Recipe, energies: [Double], learningRates: [Double],
    repeats: Int, on training: Samples, testedOn test: Samples, in context: RunContext
  ) throws(Cancelled) {
    precondition(repeats > 0 && !energies.isEmpty && !learningRates.isEmpty, "something to run")
    let settings = learningRates.flatMap { rate in
      ([nil] + energies.map { Optional($0) }).map { (rate: rate, energy: $0) }
    }
    struct Outcome: Sendable {
      let accuracy: Double?
      let heat: Double
    }
    let seed = context.seed
    let outcomes = try context.map(blocks: settings.count * repeats) {
      block throws(Cancelled) -> Outcome in
      let setting = settings[block / repeats]
      var recipe = recipe
      recipe.learningRate = setting.rate
      let run = TrainingRun(
        engine, recipe, on: training, energyPerParameter: setting.energy, seed: seed,
        index: block % repeats, shouldStop: { (try? context.checkCancellation()) == nil })
      let score = Evaluation(engine, on: test, loss: recipe.loss).score(run.parameters)
      return Outcome(
        accuracy: run.verdict == .completed ? score.accuracy : nil, heat: run.heat ?? 0)
    }
    points = settings.indices.map { place in
      let setting = settings[place]
      let exact = place / (energies.count + 1) * (energies.count + 1)
      var (accuracy, difference, heat) = (RunningMoments(), RunningMoments(), RunningMoments())
      var diverged = 0
      for index in 0..<repeats {
        let outcome = outcomes[place * repeats + index]
        guard let value = outcome.accuracy else {
          diverged += 1
          continue
        }
        accuracy.add(value)
        if setting.energy != nil {
          heat.add(outcome.heat)
          if let other = outcomes[exact * repeats + index].accuracy {
            difference.add(value - other)
          }
        }
      }
      return Point(
        learningRate: setting.rate, energyPerParameter: setting.energy, accuracy: accuracy,
        difference: difference, heat: heat, diverged: diverged)
    }
    self.repeats = repeats
    parameters = engine.layout.count
    samples = training.count
  }
}
