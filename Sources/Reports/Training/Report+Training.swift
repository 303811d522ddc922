public import Harness
internal import SubstrateCore

// What learning costs, in every form.
extension Report {
  /// The costs of a training as a table for a terminal.
  public static func table(_ comparison: TrainingComparison, style: TableStyle = .plain) -> String {
    let text = TrainingText(comparison)
    var page = Page(style)
    page.heading(text.title)
    page.line()
    for (name, fact) in text.facts { page.paragraph(name, indent: 11, fact) }
    page.line()
    text.grid.write(to: &page)
    for refused in text.refused {
      page.line()
      page.paragraph("Refused:", indent: 4, refused, .warning)
    }
    if let curve = comparison.curve {
      page.line()
      page.heading(text.curveTitle(curve))
      text.curveGrid(curve).write(to: &page, indent: 2)
      page.paragraph("", indent: 2, TrainingText.curveMeaning)
    }
    page.line()
    page.heading("How to read it")
    let width = text.legend.map(\.term.count).max()! + 4
    for (term, meaning) in text.legend { page.paragraph("  \(term)", indent: width, meaning) }
    page.line()
    page.heading("What is counted, and what is not")
    for (substrate, note) in text.notes { page.paragraph("  \(substrate):", indent: 4, note) }
    if !comparison.warnings.isEmpty {
      page.line()
      page.line("Warnings", .warning)
      for warning in comparison.warnings { page.paragraph("  !", indent: 4, warning, .warning) }
    }
    page.line()
    page.heading("Sources")
    for (index, source) in text.sources.enumerated() {
      page.paragraph("  [\(index + 1)]", indent: 7, source)
    }
    return page.text
  }

  /// The same as a JSON document, `substrata.training/1`.
  public static func json(_ comparison: TrainingComparison) -> String { document(comparison) }

  /// The same as Markdown.
  public static func markdown(_ comparison: TrainingComparison) -> String {
    let text = TrainingText(comparison)
    var page = MarkdownPage()
    page.heading(text.title)
    page.list(text.facts.map { "\($0.name): \($0.fact)" })
    page.heading("The whole training")
    page.table(text.grid)
    if !text.refused.isEmpty {
      page.heading("Refused")
      page.list(text.refused)
    }
    if let curve = comparison.curve {
      page.heading(text.curveTitle(curve))
      page.table(text.curveGrid(curve))
      page.paragraph(TrainingText.curveMeaning)
    }
    page.heading("How to read it")
    page.list(text.legend.map { "\($0.term): \($0.meaning)" })
    page.heading("What is counted, and what is not")
    page.list(text.notes.map { "\($0.substrate): \($0.note)" })
    if !comparison.warnings.isEmpty {
      page.heading("Warnings")
      page.list(comparison.warnings)
    }
    page.heading("Sources")
    page.list(text.sources, isNumbered: true)
    return page.text
  }

  /// The same as comma-separated values: a heading, then one row a figure, as `csv(_:)` of a comparison has
  /// them.
  ///
  /// The column `row` says what a line is: `learner` (exact or thermal), `energy`, `limit`, `entry` of the ledger,
  /// `point` of the curve, or `refused`. Energies are for the whole training.
  public static func csv(_ comparison: TrainingComparison) -> String {
    let columns = [
      "row", "substrate", "name", "rule", "kind", "energy_J", "energy_kT", "per_example_J",
      "per_parameter_kT", "inference_J", "equal_to_inferences", "payback_inferences",
      "learning_rate", "energy_per_parameter_kT", "accuracy", "accuracy_standard_error",
      "difference", "difference_standard_error", "heat_per_parameter_and_example_kT", "diverged",
      "verdict", "source", "note",
    ]
    var lines = [columns.joined(separator: ",")]
    func add(_ row: String, _ fields: [String: String]) {
      precondition(fields.keys.allSatisfy(columns.contains), "columns of the table")
      lines.append(
        columns.map { CSV.quoted($0 == "row" ? row : fields[$0] ?? "") }.joined(separator: ","))
    }
    let number = CSV.number
    for (name, learner) in [("exact", comparison.exact), ("thermal", comparison.thermal)] {
      guard let learner else { continue }
      add(
        "learner",
        [
          "name": name, "energy_kT": number(learner.heat),
          "kind": learner.heat == nil ? "" : "simulated",
          "learning_rate": number(comparison.training.learningRate),
          "energy_per_parameter_kT": name == "exact"
            ? "" : number(comparison.training.energyPerParameter),
          "accuracy": number(learner.accuracy),
          "accuracy_standard_error": number(learner.accuracyStandardError),
          "verdict": learner.verdict,
        ])
    }
    for result in comparison.results {
      add(
        "energy",
        [
          "substrate": result.substrate, "name": result.learner,
          "kind": result.energy?.kind.rawValue ?? "", "energy_J": number(result.energy?.joules),
          "energy_kT": number(result.energy?.thermalEnergy),
          "per_example_J": number(result.perExample),
          "per_parameter_kT": number(result.perParameter),
          "inference_J": number(result.inference?.joules),
          "equal_to_inferences": number(result.inferences),
          "payback_inferences": number(result.payback?.inferences),
          "accuracy": number(result.accuracy),
          "accuracy_standard_error": number(result.accuracyStandardError),
        ])
      for limit in result.limits {
        add(
          "limit",
          [
            "substrate": result.substrate, "name": limit.name, "rule": limit.rule ?? "",
            "kind": limit.kind.rawValue, "energy_J": number(limit.joules),
            "energy_kT": number(limit.thermalEnergy), "source": limit.source,
            "note": limit.note ?? "",
          ])
      }
      for entry in result.ledger {
        add(
          "entry",
          [
            "substrate": result.substrate, "name": "\(entry.layer): \(entry.mechanism)",
            "rule": entry.flow.rawValue, "kind": entry.kind.rawValue,
            "energy_J": number(entry.joules), "energy_kT": number(entry.thermalEnergy),
            "source": entry.source,
          ])
      }
    }
    for point in comparison.curve?.points ?? [] {
      add(
        "point",
        [
          "learning_rate": number(point.learningRate),
          "energy_per_parameter_kT": number(point.energyPerParameter),
          "accuracy": number(point.accuracy),
          "accuracy_standard_error": number(point.accuracyStandardError),
          "difference": number(point.difference),
          "difference_standard_error": number(point.differenceStandardError),
          "energy_kT": number(point.heat),
          "kind": point.heat == nil ? "" : "simulated",
          "heat_per_parameter_and_example_kT": number(point.heatPerParameterAndExample),
          "diverged": String(point.diverged),
        ])
    }
    for refused in comparison.refused {
      add(
        "refused",
        [
          "substrate": refused.substrate, "name": refused.reason.rawValue, "note": refused.detail,
        ])
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same as one HTML page that needs nothing else, with the curve drawn.
  public static func html(_ comparison: TrainingComparison) -> String {
    TrainingPage(comparison).document
  }
}
