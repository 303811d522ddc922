internal import Harness
internal import Quantities
internal import SubstrateCore

// The charts, each with its figures as a table.
extension HTMLReport {
  var ladder: Markup {
    let chart = LadderChart(comparison)
    return """
      <h2 id="ladder">\(LadderChart.title)</h2>
      \(figure(
        "ladder", LadderChart.title, LadderChart.description,
        caption: "A post is a limit: a floor is drawn solid, a convention dashed. Shapes are machines, filled "
          + "where predicted, hollow where modelled, ringed where simulated. Kinds are never added. Point at "
          + "a mark, tap it or move to it with the tab key to read it.",
        legends: list(legends.substrates) + list(legends.kinds(lines: false))
      ) { chart.drawing($0) })
      """
  }

  var time: Markup {
    let chart = TimeChart(comparison)
    var content: Markup
    if chart.isEmpty {
      content = "<p>\(missing(\.duration, "a duration"))</p>\n"
    } else {
      content = figure(
        "time", TimeChart.title, TimeChart.description,
        caption:
          "Small marks with a thin line are net work at durations that were computed; dashed outlines "
          + "are runs that did not settle. Letters name the lines; a limit of a machine without a curve is drawn "
          + "as it is with that machine's settings. Energies and limits of 0 have no place on this axis."
          + (comparison.curves == nil ? " \(missing(\.duration, ""))" : ""),
        legends: list(legends.substrates(chart.places)) + list(legends.bounds(chart))
          + list(legends.kinds(lines: true)),
        table: chart.curves.isEmpty ? "" : table(of: chart.curves, "duration")
      ) { chart.drawing($0) }
    }
    return "<h2 id=\"time\">\(TimeChart.title)</h2>\n\(content)\(skipped("duration"))"
  }

  var accuracy: Markup {
    let chart = AccuracyChart(comparison)
    var content: Markup
    if comparison.reference.accuracy == nil {
      content =
        "<p>The samples have no labels, or the network names no classes: there is no accuracy.</p>\n"
    } else if chart.isEmpty {
      content = "<p>\(missing(\.precision, "a precision"))</p>\n"
    } else {
      content = figure(
        "accuracy", AccuracyChart.title, AccuracyChart.description,
        caption:
          "Numbers at the marks: \(chart.precisions). A ring is the row of the table; the dashed "
          + "line is the reference. Bars are one standard error over the samples, one run each.",
        legends: list(legends.substrates(chart.places)), table: table(of: chart.curves, "precision")
      ) { chart.drawing($0) }
    }
    return """
      <h2 id="accuracy">\(AccuracyChart.title)</h2>
      \(content)\(skipped(nil))
      """
  }

  private func missing(
    _ curves: KeyPath<Comparison.Curves, [Comparison.Curve]>, _ what: String
  ) -> String {
    guard comparison.curves != nil else {
      return "This comparison was kept without curves; make it again with --curves to have them."
    }
    return "No substrate here has \(what) that could be varied."
  }

  /// What was not computed of the curves over one parameter, or over any other than `duration`.
  private func skipped(_ parameter: String?) -> Markup {
    let some = (comparison.curves?.skipped ?? []).filter {
      ($0.parameter == "duration") == (parameter != nil)
    }
    guard !some.isEmpty else { return "" }
    let items = some.map { entry -> Markup in
      let place = entry.value.map { "=\(Numerals.tidy($0))" } ?? ""
      return "<li>\(entry.substrate).\(entry.parameter)\(place): \(entry.reason)</li>\n"
    }
    return "<p>Not computed:</p>\n<ul>\n\(items)</ul>\n"
  }

  // Long tables hold few digits; all of them are in the document that the page carries.

  private func table(of curves: [Comparison.Curve], _ what: String) -> Markup {
    let rows = curves.flatMap { curve in
      curve.points.map { point -> [Markup] in
        [
          "\(curve.substrate)",
          "\(curve.parameter)=\(Numerals.tidy(point.value))",
          "\(point.energy.kind.rawValue)",
          "\(Numerals.plain(point.energy.thermalEnergy))",
          "\(Numerals.engineering(point.energy.joules, "J"))",
          "\(Numerals.percent(point.accuracy, error: point.accuracyStandardError))",
          "\(Report.signed(point.accuracyDifference, point.accuracyDifferenceStandardError))",
          "\(point.verdict.rawValue)",
        ]
      }
    }
    let table = Self.table(
      "Energies and accuracies over the \(what)", .curves, rows)
    return "<details><summary>The figures as a table</summary>\n\(table)</details>\n"
  }

  /// Where each substrate's energy goes: charts side by side, and below them the ledgers that they sum up.
  var bars: Markup {
    let charts = comparison.results.indices.flatMap { place -> [Markup] in
      let charts = BarChart.all(of: comparison, place)
      guard !charts.isEmpty else {
        let title = comparison.results[place].title
        return ["<p>\(title): nothing is in its ledger, or its figures are void.</p>\n"]
      }
      return charts.enumerated().map { index, chart in
        """
        <section><h3>\(legends.key(of: place).icon)\(chart.title)</h3>
        <figure>\(chart.drawing(.narrow).markup(
          id: "bars-\(place)-\(index)", style: "both", title: chart.title,
          description: "Bars on a linear axis; the ledger below holds every entry."))</figure></section>

        """
      }
    }
    return """
      <h2 id="ledger">\(BarChart.titleOfAll)</h2>
      <p class="dim">\(BarChart.description)</p>
      <div class="beside">
      \(charts)</div>
      \(comparison.results.map { ledger(of: $0) })
      """
  }

  private func ledger(of result: Comparison.Result) -> Markup {
    guard !result.ledger.isEmpty else { return "" }
    let shown = LongLists.largest(result.ledger)
    let rows = shown.map { index -> [Markup] in
      let posting = result.ledger[index]
      return [
        "\(posting.layer)", "\(posting.mechanism)", "\(posting.flow.rawValue)",
        "\(posting.kind.rawValue)",
        "\(Numerals.engineering(posting.joules, "J"))",
        "\(Numerals.plain(posting.thermalEnergy))",
        "\(posting.boundary.rawValue)", "\(citations[posting.source])",
      ]
    }
    let table = Self.table(
      (shown.count < result.ledger.count
        ? "The largest entries, per inference; \(LongLists.remark(hidden: result.ledger.count - shown.count))"
        : "Every entry, per inference")
        + ". Flows of one kind balance: drawn = recovered + stored + dissipated", .ledger, rows)
    return "<details><summary>Ledger of \(result.substrate)</summary>\n\(table)</details>\n"
  }
}
