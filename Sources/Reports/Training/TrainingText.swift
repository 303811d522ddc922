internal import Harness
internal import Quantities
internal import SubstrateCore

/// What every report of a training says, whatever its form.
struct TrainingText {
  let comparison: TrainingComparison
  private let places: [String: Int]

  init(_ comparison: TrainingComparison) {
    self.comparison = comparison
    places = Dictionary(
      uniqueKeysWithValues: comparison.sources.enumerated().map { ($0.element.key, $0.offset + 1) })
  }

  var title: String {
    "What learning costs: \(Page.short(comparison.network.name)) on "
      + Page.short(comparison.training.data)
  }

  /// `[3,4]`.
  func citation(_ keys: [String]) -> String {
    let cited = keys.compactMap { places[$0] }.uniqued().sorted()
    return cited.isEmpty ? "" : "[" + cited.map(String.init).joined(separator: ",") + "]"
  }

  // MARK: What was done

  /// What was trained, how, and in which bath.
  var facts: [(name: String, fact: String)] {
    let training = comparison.training
    let quantum = comparison.conditions.thermalQuantum
    var facts = [
      (
        "network",
        Report.sizes(of: comparison.network)
          + "; N = \(Numerals.count(training.parameters)) trained"
      ),
      (
        "samples",
        "D = \(Numerals.count(training.examples)) examples of \(Page.short(training.data)); tested on "
          + "\(Numerals.count(training.testSamples)) of \(Page.short(training.testData))"
      ),
      (
        "recipe",
        "\(Numerals.count(training.epochs, "epoch")) in batches of \(training.batch), learning rate "
          + "\(Numerals.tidy(training.learningRate)) (\(training.schedule)), momentum "
          + "\(Numerals.tidy(training.momentum)), \(training.loss), "
          + (training.clamp.map {
            "by the stresses of the clamped network (clamp \(Numerals.tidy($0)))"
          } ?? "by back-propagation")
      ),
      (
        "bath",
        "T = \(Numerals.tidy(comparison.conditions.temperature.value)) K: k_BT = "
          + "\(Numerals.plain(quantum.value, digits: 7)) J; seed \(comparison.conditions.seed)"
      ),
      ("exact", described(comparison.exact)),
    ]
    if let thermal = comparison.thermal {
      facts.append(
        (
          "thermal",
          "each step dissipates \(Numerals.tidy(training.energyPerParameter ?? 0)) k_BT per parameter: "
            + described(thermal)
        ))
    }
    return facts
  }

  private func described(_ learner: TrainingComparison.Learner) -> String {
    var parts = [
      Numerals.percent(learner.accuracy, error: learner.accuracyStandardError)
        + " % of the test samples right"
    ]
    if let first = learner.firstLoss, let final = learner.finalLoss {
      let unit = comparison.training.loss == "cross-entropy" ? " nats" : ""
      parts.append(
        "loss from \(Numerals.plain(first)) to \(Numerals.plain(final, digits: 2))\(unit)")
    }
    if let heat = learner.heat {
      parts.append(
        "heat \(Numerals.plain(heat, digits: 5))"
          + (learner.heatDeviation.map { " ± \(Numerals.plain($0, digits: 2))" } ?? "")
          + " k_BT, measured")
    }
    if learner.verdict != "completed" {
      parts.append(
        learner.verdict + (learner.endedAtStep.map { " at step \($0)" } ?? "")
          + ", after \(Numerals.count(learner.epochsDone, "full epoch"))")
    }
    return parts.joined(separator: ", ")
  }

  // MARK: Costs

  /// A row of the table of costs.
  struct Row {
    let label: String
    let isLimit: Bool
    var isPartial = false
    let kind: String
    let joules: Double?
    let thermalEnergy: Double?
    var perExample: Double?
    var perParameter: Double?
    var accuracy = ""
    var inferences: Double?
    var payback: String?
    /// What a reader must know of a limit.
    var note = ""
  }

  /// Each substrate's costs, and what limits say.
  func rows(of result: TrainingComparison.Result) -> [Row] {
    let energy = result.energy
    let sources = result.ledger.filter { $0.kind == energy?.kind }.map(\.source)
    var rows = [
      Row(
        label: "\(result.title) \(citation(sources))", isLimit: false, isPartial: result.isPartial,
        kind: energy?.kind.rawValue ?? Numerals.absent, joules: energy?.joules,
        thermalEnergy: energy?.thermalEnergy, perExample: result.perExample,
        perParameter: result.perParameter,
        accuracy: Numerals.percent(result.accuracy, error: result.accuracyStandardError),
        inferences: result.inferences,
        payback: result.payback.map { Self.whole($0.inferences) } ?? Numerals.absent)
    ]
    if let low = energy?.low, let high = energy?.high, low != high {
      let quantum = comparison.conditions.thermalQuantum.value
      for (name, value) in [("low", low), ("high", high)] {
        rows.append(
          Row(
            label: "  \(name) end of the sources", isLimit: true, kind: "", joules: value,
            thermalEnergy: value / quantum))
      }
    }
    for limit in result.limits {
      let examples = Double(comparison.training.examples)
      let parameters = Double(comparison.training.parameters)
      rows.append(
        Row(
          label: "  \(limit.name)\(limit.rule.map { ", \($0)" } ?? "") "
            + citation([limit.source]), isLimit: true,
          kind: limit.kind.rawValue, joules: limit.joules, thermalEnergy: limit.thermalEnergy,
          perExample: limit.joules.map { $0 / examples },
          perParameter: limit.thermalEnergy / parameters,
          note: limit.note ?? ""))
    }
    return rows
  }

  /// A whole number in few digits.
  private static func whole(_ number: Double) -> String {
    number < 1e4 ? Numerals.tidy(number) : Numerals.plain(number)
  }

  static let columns = [
    "kind", "energy", "k_BT", "per example", "k_BT per parameter", "accuracy %",
    "as many inferences",
    "paid back at",
  ]

  func cells(of row: Row) -> [String] {
    [
      row.label, row.kind, (row.isPartial ? "> " : "") + Numerals.engineering(row.joules, "J"),
      Numerals.plain(row.thermalEnergy), Numerals.engineering(row.perExample, "J"),
      Numerals.plain(row.perParameter), row.accuracy,
      row.isLimit ? "" : Numerals.plain(row.inferences), row.isLimit ? "" : row.payback ?? "",
    ]
  }

  /// The table of costs.
  var grid: Grid {
    var grid = Grid(
      [.leading, .leading] + Array(repeating: .trailing, count: Self.columns.count - 1))
    grid.row(["", "", "", "", "per", "k_BT per", "accuracy", "as many", "paid"])
    grid.row([
      "whole training", "kind", "energy", "k_BT", "example", "parameter", "%", "inferences",
      "back at",
    ])
    grid.rule()
    for (index, result) in comparison.results.enumerated() {
      if index > 0 { grid.blank() }
      for row in rows(of: result) { grid.row(cells(of: row)) }
    }
    return grid
  }

  // MARK: The curve

  /// Accuracy over the energy of a step.
  func curveGrid(_ curve: TrainingComparison.Curve) -> Grid {
    var grid = Grid([.trailing, .trailing, .trailing, .trailing, .trailing, .leading])
    grid.row(["learning", "k_BT per parameter", "accuracy %", "less exact,", "heat/(N D),", ""])
    grid.row(["rate", "and step", "", "points", "k_BT", ""])
    grid.rule()
    var last: Double?
    for point in curve.points {
      if let last, last != point.learningRate { grid.blank() }
      last = point.learningRate
      grid.row([
        Numerals.tidy(point.learningRate),
        point.energyPerParameter.map { Numerals.tidy($0) } ?? "exact",
        Numerals.percent(point.accuracy, error: point.accuracyStandardError),
        point.energyPerParameter == nil
          ? "" : Report.signed(point.difference, point.differenceStandardError),
        point.energyPerParameter == nil
          ? "" : Numerals.plain(point.heatPerParameterAndExample),
        point.diverged > 0 ? "\(point.diverged) of \(curve.repeats) ran away" : "",
      ])
    }
    return grid
  }

  func curveTitle(_ curve: TrainingComparison.Curve) -> String {
    "Accuracy over what a step dissipates, \(Numerals.count(curve.repeats, "repetition")) each"
  }

  /// What is to be said of the curve wherever it is shown.
  static let curveMeaning =
    "Repetitions of one number share initial weights, order and noise at every point; ± is one standard error over "
    + "them. It is a scaling and no bound: below some 2 k_BT per parameter and step diffusion outruns the step, but "
    + "many small steps average it, so that the knee moves with the learning rate, and along heat/(N D), where D "
    + "counts distinct examples, it moves with the number of epochs too."

  // MARK: Words

  /// Terms and what they mean.
  var legend: [(term: String, meaning: String)] {
    var entries = [
      (
        "as many inferences",
        "how many of its own inferences cost as much as the training"
      ),
      (
        "paid back at",
        "after how many inferences training and inferences together cost less than inferences alone on "
          + (comparison.results.compactMap(\.payback).first?.against
            ?? "the substrate with the dearest ones")
          + "; it sets figures of different kinds and boundaries beside each other, and adds none"
      ),
      (
        "2NDkT",
        "a step's friction pays for staying ahead of diffusion: 2 k_BT per parameter and example; whether D counts "
          + "examples or presentations is a reading, so both stand there"
      ),
      (
        "information",
        "what the model has learned about the classes of D distinct examples, first less final loss; the two bounds "
          + "differ by orders of magnitude, and neither is a theorem"
      ),
    ]
    let kinds = Set(
      comparison.results.flatMap { result in
        [result.energy?.kind].compactMap { $0 } + result.limits.map(\.kind)
      })
    for kind in Kind.allCases where kinds.contains(kind) {
      entries.append((kind.rawValue, Report.meaning(of: kind)))
    }
    if comparison.results.contains(where: \.isPartial) {
      entries.append((">", "a part of what it takes; what is missing stands below"))
    }
    if comparison.results.contains(where: { $0.learner == "thermal" }) {
      entries.append(
        (
          "thermal",
          comparison.results.filter { $0.learner == "thermal" }.map(\.substrate)
            .joined(separator: ", ") + " learns by parameters in a bath; the others by exact steps"
        ))
    }
    return entries
  }

  /// What is left out, by substrate.
  var notes: [(substrate: String, note: String)] {
    comparison.results.flatMap { result in
      result.notes.map { (result.substrate, $0) }
        + result.limits.filter { $0.name == "operations" }.compactMap { limit in
          limit.note.map { (result.substrate, "\(limit.name): \($0)") }
        }
    }
  }

  var refused: [String] {
    comparison.refused.map { "\($0.substrate) (\($0.reason.rawValue)): \($0.detail)" }
  }

  var sources: [String] { comparison.sources.map { "\($0.citation) (\($0.evidence.rawValue))" } }
}
