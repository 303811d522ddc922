internal import Networks
internal import Parameters
internal import Quantities
internal import SubstrateCore
internal import Training

/// Puts the costs of a training together, substrate by substrate.
struct TrainingAssembly {
  private let job: TrainingJob
  private let seed: UInt64
  private let thermalQuantum: Joules
  private var results: [TrainingComparison.Result] = []
  private var refused: [Comparison.Refused] = []
  private var warnings: [String]
  private var sources: [Source] = []
  private var boundaries: [(substrate: String, boundaries: [Boundary])] = []

  init(_ job: TrainingJob, seed: UInt64) {
    self.job = job
    self.seed = seed
    thermalQuantum = Quantities.thermalQuantum(at: job.temperature)
    warnings = job.test.notes
  }

  /// Takes in a substrate: runs the trained network on it, and asks what training it costs.
  ///
  /// - Parameters:
  ///   - runs: exact steps, and the thermal learner if there is one.
  ///   - networks: what they made.
  ///   - context: never given up.
  mutating func add(
    _ selection: Selection, runs: [TrainingRun], networks: [Network], heat: ThermalEnergy?,
    threads: Int, in context: RunContext
  ) throws(SettingsRefusal) {
    let card = selection.substrate.card
    guard let substrate = selection.substrate as? any LearningSubstrate else {
      refused.append(
        Comparison.Refused(
          substrate: card.id, reason: .operation,
          detail: "learning; it does not say what that costs on it; leave it out"))
      return
    }
    let conditions = Conditions(temperature: job.temperature, settings: selection.settings)
    do throws(Refusal) {
      try add(substrate, conditions, runs, networks, heat, threads, context)
    } catch {
      guard error.reason != .settings else {
        throw SettingsRefusal(substrate: card.id, detail: error.detail)
      }
      refused.append(
        Comparison.Refused(substrate: card.id, reason: .init(error.reason), detail: error.detail))
    }
  }

  private mutating func add<S: LearningSubstrate>(
    _ substrate: S, _ conditions: Conditions, _ runs: [TrainingRun], _ networks: [Network],
    _ heat: ThermalEnergy?, _ threads: Int, _ context: RunContext
  ) throws(Refusal) {
    let card = substrate.card
    // Only a machine whose parameters move through a bath learns as they do.
    let place = substrate.learnsThermally && runs.count > 1 ? 1 : 0
    let (run, network) = (runs[place], networks[place])
    let program = try substrate.prepare(network, under: conditions)
    let samples = job.test.samples
    let reference = ReferenceActivations(of: network, on: samples, threads: threads)
    let inference: Run
    do throws(Cancelled) {
      inference = try substrate.run(
        program, on: SampleStream(samples, reference: reference), in: context)
    } catch {
      preconditionFailure("nobody gives this up")
    }
    let isVoid = inference.verdict == .diverged || !inference.outputs.allSatisfy(\.isFinite)
    let score =
      isVoid
      ? nil
      : Scores(
        outputs: inference.outputs, width: network.outputCount, labels: samples.labels,
        repeats: inference.repeats)
    let task = LearningTask(run, of: network, job.recipe, examples: job.training.count)
    var cost = substrate.learningCost(
      of: task, program: program, inference: inference,
      heat: substrate.learnsThermally ? heat : nil, under: conditions)
    if task.presentations == 0 {
      // What was spent until it broke off belongs to nothing that could be used.
      cost.ledger = Ledger()
      cost.energyKind = nil
      cost.limits = []
      cost.notes = ["no epoch came to its end, so there is no training to charge"]
    }

    let headline = cost.ledger.postings.filter { $0.kind == cost.energyKind }
    let energy = cost.energyKind.map {
      Assembly.energy(of: headline, $0, isVoid: isVoid, thermalQuantum: thermalQuantum)
    }
    let each = Assembly.energy(
      of: inference.ledger.postings.filter { $0.kind == inference.energyKind },
      inference.energyKind, isVoid: isVoid, thermalQuantum: thermalQuantum)
    sources += cost.ledger.postings.map(\.source) + cost.limits.map(\.source)
    sources += inference.ledger.postings.filter { $0.kind == inference.energyKind }.map(\.source)
    boundaries.append(
      (card.id, headline.isEmpty ? [card.boundary] : headline.map(\.boundary).uniqued()))
    warnings += inference.warnings.map { "\(card.id): \($0)" }
    results.append(
      TrainingComparison.Result(
        substrate: card.id, title: card.title, learner: place == 0 ? "exact" : "thermal",
        boundary: card.boundary,
        parameters: Dictionary(
          uniqueKeysWithValues: conditions.settings.parameters.map {
            ($0.name, Figure(conditions.settings.value($0.name)))
          }),
        energy: energy, isPartial: cost.isPartial,
        perExample: energy?.joules.flatMap { existing($0 / Double(task.examples)) },
        perParameter: energy?.thermalEnergy.flatMap { existing($0 / Double(task.parameters)) },
        limits: cost.limits.map { Comparison.Limit($0, thermalQuantum: thermalQuantum) },
        inference: each, accuracy: score?.accuracy?.value,
        accuracyStandardError: score?.accuracy?.standardError,
        inferences: cost.isPartial
          ? nil
          : energy?.joules.flatMap { training in
            each.joules.flatMap { $0 > 0 ? existing(training / $0) : nil }
          },
        payback: nil,
        ledger: cost.ledger.postings.map {
          Comparison.Posting($0, thermalQuantum: thermalQuantum)
        }, notes: cost.notes))
  }

  /// The finished comparison.
  func comparison(
    exact: TrainingComparison.Learner, thermal: TrainingComparison.Learner?
  ) -> TrainingComparison {
    let recipe = job.recipe
    var clamp: Double?
    if case .stress(let share) = recipe.rule { clamp = share }
    var keys: Set<String> = []
    let all = sources + [Assembly.kelvin] + job.test.sources
    var warnings = warnings
    for (name, learner) in [("exact steps", exact), ("the thermal learner", thermal)] {
      guard let learner, learner.verdict != "completed" else { continue }
      let place = learner.endedAtStep.map { " at step \($0), in epoch \(learner.endedInEpoch!)" }
      warnings.append(
        "\(name): \(learner.verdict)\(place ?? ""); figures are those after the last full epoch, \(learner.epochsDone)"
      )
    }
    return TrainingComparison(
      schema: "substrata.training/1",
      conditions: Comparison.Conditions(
        temperature: job.temperature, seed: seed, thermalQuantum: thermalQuantum),
      network: NetworkSummary(job.network),
      training: TrainingComparison.Training(
        data: job.training.name, examples: job.training.count, testData: job.test.samples.name,
        testSamples: job.test.samples.count, parameters: ParameterLayout(job.network).count,
        epochs: recipe.epochs, batch: recipe.batch, learningRate: recipe.learningRate,
        schedule: recipe.schedule.rawValue, momentum: recipe.momentum, loss: recipe.loss.rawValue,
        rule: clamp == nil ? "backprop" : "stress", clamp: clamp,
        energyPerParameter: job.energyPerParameter),
      exact: exact, thermal: thermal, results: paidBack, curve: nil, refused: refused,
      warnings: (warnings + Assembly.warnings(ofDifferent: boundaries)).uniqued(),
      sources: all.filter { keys.insert($0.key).inserted })
  }

  /// The results, each with when its training is paid back by what its inferences save.
  private var paidBack: [TrainingComparison.Result] {
    let dearest = results.filter { $0.inference?.joules != nil }
      .max { $0.inference!.joules! < $1.inference!.joules! }
    return results.map { result in
      var result = result
      guard let dearest, dearest.substrate != result.substrate, !result.isPartial,
        let training = result.energy?.joules, let own = result.inference?.joules
      else { return result }
      let saved = dearest.inference!.joules! - own
      guard saved > 0, let count = existing((training / saved).rounded(.up)) else { return result }
      result.payback = TrainingComparison.Payback(against: dearest.substrate, inferences: count)
      return result
    }
  }
}
