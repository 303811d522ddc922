internal import Harness

/// The HTML page of a training. It computes nothing of its own.
struct TrainingPage {
  let comparison: TrainingComparison
  private let text: TrainingText

  init(_ comparison: TrainingComparison) {
    self.comparison = comparison
    text = TrainingText(comparison)
  }

  /// The whole document.
  var document: String {
    HTMLReport.document(
      text.title,
      """
      <h1>\(text.title)</h1>
      \(HTMLReport.list(text.facts.map { ($0.name, $0.fact) }))\(costs)\(curves)<h2>How to read it</h2>
      \(HTMLReport.list(text.legend.map { ($0.term, $0.meaning) }))\(notes)\(warnings)\(sources)\(remake)
      """)
  }

  private var costs: Markup {
    let rows = comparison.results.flatMap { result in
      text.rows(of: result).map { row -> [Markup] in
        let values = [row.joules, row.thermalEnergy, row.perExample, row.perParameter]
        let cells = text.cells(of: row)
        return cells.indices.map { index -> Markup in
          (2..<6).contains(index)
            ? HTMLReport.number(values[index - 2], cells[index])
            : index == 0 && !row.isLimit
              ? "<b>\(cells[index])</b>"
              : "\(cells[index])"
                + (index == 0 && !row.note.isEmpty
                  ? "<br/><small>\(row.note)</small>" as Markup : "")
        }
      }
    }
    let table = HTMLReport.table("Energies of the whole training", .training, rows)
    let refused = text.refused.map { "<p class=\"bad\">Refused: \($0)</p>\n" as Markup }
    return "<h2 id=\"table\">The whole training</h2>\n\(table)\(refused)"
  }

  private var curves: Markup {
    guard let curve = comparison.curve else { return "" }
    let grid = text.curveGrid(curve).parts
    let table = HTMLReport.table(
      "The figures of both charts", .trainingCurve,
      grid.body.map { row in row.map { "\($0)" as Markup } })
    let charts = [(TrainingChart.Axis.perStep, "step"), (.perExample, "heat")].map {
      axis, id -> Markup in
      let chart = TrainingChart(curve, over: axis)
      let title = "Accuracy over the \(axis.title)"
      let wide = chart.drawing(.wide).markup(
        id: "\(id)-w", style: "wide", title: title, description: chart.description)
      let narrow = chart.drawing(.narrow).markup(
        id: "\(id)-n", style: "narrow", title: title, description: chart.description)
      return "<figure>\n\(wide)\(narrow)<figcaption>\(chart.description)</figcaption></figure>\n"
    }
    return """
      <h2 id="curve">\(text.curveTitle(curve))</h2>
      \(charts)<p>\(TrainingText.curveMeaning)</p>
      \(table)
      """
  }

  private var notes: Markup {
    let items = text.notes.map { "<li>\($0.substrate): \($0.note)</li>\n" as Markup }
    return "<h2>What is counted, and what is not</h2>\n<ul>\n\(items)</ul>\n"
  }

  private var warnings: Markup {
    guard !comparison.warnings.isEmpty else { return "" }
    let items = comparison.warnings.map { "<li>\($0)</li>\n" as Markup }
    return "<h2 id=\"warnings\">Warnings</h2>\n<ul class=\"warn\">\n\(items)</ul>\n"
  }

  private var sources: Markup {
    let items = text.sources.map { "<li>\($0)</li>\n" as Markup }
    return "<h2 id=\"sources\">Sources</h2>\n<ol class=\"src\">\n\(items)</ol>\n"
  }

  private var remake: Markup {
    let command: Markup =
      comparison.command.map {
        "<p>This command makes the figures again, to the byte on the same kind of processor:</p>\n"
          + "<pre>\($0)</pre>\n"
      } ?? ""
    let json = Markup.address(ofJSON: Report.compactJSON(of: comparison))
    return """
      <h2 id="remake">Make it again</h2>
      \(command)<p class="screen"><a download="training.json" \
      href='\(json)'>All figures as JSON</a>, schema \
      <code>\(comparison.schema)</code>.</p>

      """
  }
}
