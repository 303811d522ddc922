internal import Foundation
public import Networks
public import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore
public import Training

/// A training that waits to be run, with the substrates whose costs are asked for.
public struct TrainingJob: Sendable {
  /// Energies and learning rates at which accuracies are wanted.
  public struct Axes: Sendable {
    /// ε, in k_BT per parameter and step; each positive.
    public let energies: [Double]
    /// Each positive.
    public let learningRates: [Double]
    /// Repetitions of each.
    public let repeats: Int

    /// What to go over.
    public init(energies: [Double], learningRates: [Double], repeats: Int) {
      self.energies = energies
      self.learningRates = learningRates
      self.repeats = repeats
    }
  }

  /// What is trained; of its weights only the shapes are used.
  public let network: Network
  /// What it learns.
  public let training: Samples
  /// What it is tested on, and what inferences are charged for.
  public let test: Workload
  /// How.
  public let recipe: Recipe
  /// ε of the thermal learner; none for exact steps alone.
  public let energyPerParameter: Double?
  /// The substrates, with their settings.
  public let selections: [Selection]
  /// The bath.
  public let temperature: Kelvin
  /// What else to go over.
  public let axes: Axes?

  /// A job.
  ///
  /// - Throws: `WorkloadError` if samples have no labels, do not fit, or classes are missing from those that are
  ///   learned.
  public init(
    _ network: Network, on training: Samples, testedOn test: Workload, _ recipe: Recipe,
    energyPerParameter: Double?, selections: [Selection], at temperature: Kelvin, axes: Axes?
  ) throws(WorkloadError) {
    guard let labels = training.labels, let testLabels = test.samples.labels else {
      throw WorkloadError(
        "data '\(training.name)' have no labels; learning needs the class of every sample")
    }
    guard ParameterLayout(network).count > 0 else {
      throw WorkloadError("network '\(network.name)' has no weights; there is nothing to train")
    }
    _ = try Workload(network, on: training)
    let missing = Set(0..<network.outputCount).subtracting(labels).sorted()
    guard missing.isEmpty else {
      let names = missing.prefix(8).map(String.init).joined(separator: ", ")
      throw WorkloadError(
        "data '\(training.name)' hold no sample of class \(names)\(missing.count > 8 ? ", ..." : ""); network "
          + "'\(network.name)' tells \(network.outputCount) classes apart")
    }
    precondition(!testLabels.isEmpty && test.network.inputCount == network.inputCount, "a test")
    self.network = network
    self.training = training
    self.test = test
    self.recipe = recipe
    self.energyPerParameter = energyPerParameter
    self.selections = selections
    self.temperature = temperature
    self.axes = axes
  }

  /// What a job comes to.
  public struct Outcome: Sendable {
    /// The costs.
    public let comparison: TrainingComparison
    /// The network after exact steps.
    public let exact: Network
    /// The network that learned in a bath, if one did.
    public let thermal: Network?
    /// Whether it was asked to stop.
    public let isInterrupted: Bool
  }

  /// Runs it.
  ///
  /// - Parameters:
  ///   - seed: what all randomness is derived from.
  ///   - threads: how many may work at a time; no result depends on it.
  ///   - progress: called from any thread.
  ///   - isCancelled: asked now and then. Once it says so training ends; epochs that are done are kept and
  ///     charged, and there is no curve.
  /// - Throws: `SettingsRefusal` if a substrate's settings contradict each other.
  public func run(
    seed: UInt64, threads: Int, progress: @escaping @Sendable (RunProgress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(SettingsRefusal) -> Outcome {
    let engine = GradientEngine<Float>(network)
    let workers = workers(threads: threads)
    let stages = 2 + (axes == nil ? 0 : 1)
    let energies: [Double?] = energyPerParameter == nil ? [nil] : [nil, energyPerParameter]
    let (recipe, training) = (recipe, training)
    // Not to be given up: what asks it to stop ends each training after its last full epoch.
    let runs = all(
      of: energies.count, in: RunContext(seed: seed, workers: workers)
    ) { place in
      TrainingRun(
        engine, recipe, on: training, energyPerParameter: energies[place], seed: seed,
        progress: { epoch in
          guard place == 0 else { return }
          progress(
            RunProgress(
              title: "training", index: 0, count: stages,
              fraction: Double(epoch) / Double(recipe.epochs)))
        },
        shouldStop: isCancelled)
    }
    var isInterrupted = runs.contains { $0.verdict == .interrupted }
    let evaluation = Evaluation(engine, on: test.samples, loss: recipe.loss)
    let networks = runs.map { trained($0.parameters, engine.layout) }
    let learners = runs.map {
      TrainingComparison.Learner($0, evaluation.score($0.parameters), test.samples, training)
    }
    var assembly = TrainingAssembly(self, seed: seed)
    for (index, selection) in selections.enumerated() {
      progress(
        RunProgress(
          title: selection.substrate.card.title, index: 1, count: stages,
          fraction: Double(index) / Double(selections.count)))
      // Where parameters move through a bath they arrive where the bath lets them.
      let heat = runs.last!.heat.map { ThermalEnergy($0) }
      try assembly.add(
        selection, runs: runs, networks: networks, heat: heat, threads: threads,
        in: RunContext(seed: derivedSeed(seed, for: selection.substrate.card.id), workers: workers))
    }
    var comparison = assembly.comparison(exact: learners[0], thermal: learners.dropFirst().first)
    if let axes, !isInterrupted {
      let context = RunContext(
        seed: seed, workers: workers,
        progress: { fraction in
          progress(
            RunProgress(title: "accuracies", index: 2, count: stages, fraction: fraction))
        }, isCancelled: isCancelled)
      let tolerance = try? ThermalTolerance(
        engine, recipe, energies: axes.energies, learningRates: axes.learningRates,
        repeats: axes.repeats, on: training, testedOn: test.samples, in: context)
      isInterrupted = tolerance == nil
      comparison.curve = tolerance.map { TrainingComparison.Curve($0) }
    }
    return Outcome(
      comparison: comparison, exact: networks[0], thermal: networks.dropFirst().first,
      isInterrupted: isInterrupted)
  }

  /// Results of blocks in a context that is never given up.
  private func all<Result: Sendable>(
    of count: Int, in context: RunContext, _ body: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    do throws(Cancelled) {
      return try context.map(blocks: count) { index throws(Cancelled) in body(index) }
    } catch {
      preconditionFailure("nobody gives this up")
    }
  }

  private func trained(_ parameters: [Float], _ layout: ParameterLayout) -> Network {
    do {
      return try layout.network(with: parameters, named: network.name)
    } catch {
      preconditionFailure("weights that were checked: \(error)")
    }
  }
}

extension TrainingComparison.Learner {
  init(
    _ run: TrainingRun, _ score: Evaluation.Score, _ test: Samples, _ training: Samples
  ) {
    let (verdict, epoch, step): (String, Int?, Int?) =
      switch run.verdict {
      case .completed: ("completed", nil, nil)
      case .interrupted: ("interrupted", nil, nil)
      case .diverged(let epoch, let step): ("diverged", epoch, step)
      case .unsettled(let epoch, let step): ("unsettled", epoch, step)
      }
    let right = Int((score.accuracy * Double(test.count)).rounded())
    let estimate = Estimate(ofWhole: (0..<test.count).map { $0 < right ? 1 : 0 })
    self.init(
      verdict: verdict, endedInEpoch: epoch, endedAtStep: step, epochsDone: run.losses.count,
      steps: run.steps, presentations: run.losses.count * training.count,
      firstLoss: existing(run.firstLoss), finalLoss: run.finalLoss, losses: run.losses,
      accuracy: estimate.value, accuracyStandardError: estimate.standardError,
      // Of no step there is no measurement.
      heat: run.steps > 0 ? run.heat : nil,
      heatDeviation: run.steps == 0
        ? nil
        : run.heatVariance.flatMap {
          existing((max($0, 0) * Double(run.steps)).squareRoot())
        })
  }
}

extension TrainingComparison.Curve {
  init(_ tolerance: ThermalTolerance) {
    let scale = Double(tolerance.parameters) * Double(tolerance.samples)
    let points = tolerance.points.map { point -> TrainingComparison.Point in
      func mean(_ moments: RunningMoments) -> Double? {
        moments.count > 0 ? existing(moments.mean) : nil
      }
      func error(_ moments: RunningMoments) -> Double? {
        moments.count > 1 ? existing(moments.standardError) : nil
      }
      return TrainingComparison.Point(
        learningRate: point.learningRate, energyPerParameter: point.energyPerParameter,
        accuracy: mean(point.accuracy), accuracyStandardError: error(point.accuracy),
        difference: mean(point.difference), differenceStandardError: error(point.difference),
        heat: mean(point.heat), heatPerParameterAndExample: mean(point.heat).map { $0 / scale },
        diverged: point.diverged)
    }
    self.init(repeats: tolerance.repeats, points: points)
  }
}
