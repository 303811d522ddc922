internal import Foundation
package import Networks
internal import StochasticThermodynamics

/// One training of one network on labelled samples.
///
/// The same recipe, samples, seed and index give the same bits. It uses one thread: repetitions and settings are
/// what runs side by side.
package struct TrainingRun: Sendable {
  /// How it ended.
  package enum Verdict: Hashable, Sendable {
    /// All epochs are done.
    case completed
    /// The loss ran away; weights are those of the last full epoch before.
    case diverged(epoch: Int, step: Int)
    /// It was asked to stop; weights are those of the last full epoch.
    case interrupted
    /// A clamped network did not come to rest.
    case unsettled(epoch: Int, step: Int)
  }

  /// How it ended.
  package let verdict: Verdict
  /// The weights after the last full epoch, in the order of `ParameterLayout`.
  package let parameters: [Float]
  /// The mean loss over the samples as they were met, epoch by epoch.
  package let losses: [Double]
  /// The mean loss over all samples before the first step.
  package let firstLoss: Double
  /// The mean loss over all samples at the end; none if it is no number.
  package let finalLoss: Double?
  /// Steps done, up to the last full epoch.
  package let steps: Int
  /// The heat of the parameters' motion up to there, in k_BT, measured; none without friction.
  package let heat: Double?
  /// The variance of a step's heat about its mean, in (k_BT)².
  package let heatVariance: Double?

  /// A step whose loss is so many times the first is on its way to infinity.
  static let runaway = 1e4

  /// Trains.
  ///
  /// - Parameters:
  ///   - engine: of the network; its weights are drawn anew.
  ///   - recipe: every number in range.
  ///   - samples: labelled, of the network's width, every class within its outputs.
  ///   - energyPerParameter: ε in k_BT for each parameter and step (see `ThermalParameters`); none for exact
  ///     steps.
  ///   - seed: of initialisation, order and noise.
  ///   - index: of the repetition; runs of one index differ in nothing but their settings.
  ///   - progress: called after each epoch with how many are done.
  ///   - shouldStop: asked now and then.
  /// - Complexity: O(epochs × samples × multiply–accumulates).
  package init(
    _ engine: GradientEngine<Float>, _ recipe: Recipe, on samples: Samples,
    energyPerParameter: Double? = nil, seed: UInt64, index: Int = 0,
    progress: (Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) {
    precondition(samples.labels != nil, "labelled samples")
    precondition(samples.width == engine.network.inputCount, "samples of the network's width")
    let start = engine.layout.heInitialisation(seed: seed, index: index)
    let moving = ThermalParameters(
      start, energyPerParameter: energyPerParameter, seed: seed, index: index)
    let evaluation = Evaluation(engine, on: samples, loss: recipe.loss)
    let firstLoss = evaluation.score(start).loss
    let slope = Slope(engine, recipe, samples)
    var order = OrderOfSamples(samples.count, seed: seed, index: index)

    var verdict = Verdict.completed
    var kept = start
    var losses: [Double] = []
    var (keptHeat, keptSteps, step) = (0.0, 0, 0)
    let all = recipe.steps(for: samples.count)
    training: for epoch in 0..<recipe.epochs {
      order.shuffle()
      var sum = 0.0
      for first in stride(from: 0, to: samples.count, by: recipe.batch) {
        if step.isMultiple(of: 256), shouldStop() {
          verdict = .interrupted
          break training
        }
        let batch = order.places[first..<min(first + recipe.batch, samples.count)]
        guard let loss = slope.compute(at: moving.pointer, batch) else {
          verdict = .unsettled(epoch: epoch + 1, step: step + 1)
          break training
        }
        let limit =
          energyPerParameter == nil ? Self.runaway * max(firstLoss, 1) : Double.infinity
        guard loss.isFinite, loss / Double(batch.count) < limit else {
          verdict = .diverged(epoch: epoch + 1, step: step + 1)
          break training
        }
        sum += loss
        let share = recipe.schedule.share(after: Double(step) / Double(all))
        moving.step(
          against: slope.gradient, rate: recipe.learningRate * share, momentum: recipe.momentum)
        step += 1
      }
      let now = moving.current
      guard now.allSatisfy(\.isFinite) else {
        verdict = .diverged(epoch: epoch + 1, step: step)
        break
      }
      kept = now
      losses.append(sum / Double(samples.count))
      (keptHeat, keptSteps) = (moving.heat, step)
      progress(epoch + 1)
    }
    self.verdict = verdict
    parameters = kept
    self.losses = losses
    self.firstLoss = firstLoss
    let final = evaluation.score(kept).loss
    finalLoss = final.isFinite ? final : nil
    steps = keptSteps
    heat = energyPerParameter == nil ? nil : keptHeat
    heatVariance = energyPerParameter == nil || step < 2 ? nil : moving.steps.variance
  }
}
