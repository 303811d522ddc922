internal import Harness
internal import SubstrateCore

// The table at the top, with the rows of the one for a terminal.
extension HTMLReport {
  private static let columns = [
    ("per inference", false), ("kind", false), ("energy in J", true), ("energy in k_BT", true),
    ("latency, mean", true), ("accuracy in %", true), ("difference in points", true),
    ("verdict", false),
  ]

  var headline: Markup {
    let head = Self.columns.map { title, isNumber -> Markup in
      isNumber
        ? "<th scope=\"col\" class=\"n\">\(title)</th>" : "<th scope=\"col\">\(title)</th>"
    }
    let bodies = comparison.results.indices.map { body(of: $0) }
    let refused = comparison.refused.map { refused -> Markup in
      """
      <p class="bad">Refused: \(refused.substrate) (\(refused.reason.rawValue)): \(refused.detail)</p>

      """
    }
    return """
      <h2 id="table">What one inference costs</h2>
      <table class="cards headline"><thead><tr>\(head)</tr></thead>
      \(bodies)<tbody class="row">\(row(of: comparison.taskFigure))</tbody>
      </table>
      \(refused)
      """
  }

  private func body(of place: Int) -> Markup {
    let figures = comparison.energies(of: place)
    let result = comparison.results[place]
    let search = result.isoAccuracy.map { search -> Markup in
      """
      <tr><th scope="row">equal accuracy</th><td colspan="7">\(Report.remark(on: search))</td></tr>

      """
    }
    let limits = figures.dropFirst().map { row(of: $0) }
    return """
      <tbody class="row">\(row(of: figures[0], result, place))
      \(search.map { [$0] } ?? [])\(limits)\(unknown(of: result))</tbody>

      """
  }

  private func unknown(of result: Comparison.Result) -> Markup {
    let parts = comparison.coverage.unknownParts(of: result.substrate)
    guard !parts.isEmpty else { return "" }
    return """
      <tr><th scope="row">not in any figure</th>\(cell(1, "unknown"))\
      <td colspan="6" class="dim">\(Report.named(parts))</td></tr>

      """
  }

  private func row(
    of figure: EnergyFigure, _ result: Comparison.Result, _ place: Int
  ) -> Markup {
    let range = Self.spread(of: figure)
    let accuracy = Numerals.percent(result.accuracy, error: result.accuracyStandardError)
    let difference = Report.signed(
      result.accuracyDifference, result.accuracyDifferenceStandardError)
    return """
      <tr><th scope="row">\(legends.key(of: place).icon)\(result.title) \(citations[figure.sources])\(range)</th>\
      \(energies(of: figure))\
      \(cell(4, Self.number(result.latency, Numerals.engineering(result.latency, "s"))))\
      \(cell(5, Self.number(result.accuracy, accuracy)))\
      \(cell(6, Self.number(result.accuracyDifference, difference)))\
      \(cell(7, "\(result.verdict.rawValue)"))</tr>
      """
  }

  private func row(of figure: EnergyFigure) -> Markup {
    let remark = [citations[figure.sources], figure.note ?? ""].filter { !$0.isEmpty }
      .joined(separator: " ")
    return """
      <tr><th scope="row">\(figure.name)\(Self.spread(of: figure))</th>\(energies(of: figure))\
      <td colspan="4" class="dim">\(remark)</td></tr>

      """
  }

  private func energies(of figure: EnergyFigure) -> Markup {
    """
    \(cell(1, "\(figure.kind.rawValue)"))\
    \(cell(2, Self.number(figure.joules, Numerals.engineering(figure.joules, "J"))))\
    \(cell(3, Self.number(figure.thermalEnergy, Numerals.plain(figure.thermalEnergy))))
    """
  }

  private func cell(_ column: Int, _ content: Markup) -> Markup {
    let (title, isNumber) = Self.columns[column]
    return "<td\(Self.style(title, isNumber)) data-label=\"\(title)\">\(content)</td>"
  }

  /// Its error and what its sources allow, in k_B T.
  private static func spread(of figure: EnergyFigure) -> Markup {
    var parts: [String] = []
    if let error = figure.standardError { parts.append("± \(Numerals.plain(error)) k_BT") }
    if let range = figure.range {
      parts.append(
        "\(Numerals.plain(range.lowerBound)) to \(Numerals.plain(range.upperBound)) k_BT")
    }
    guard !parts.isEmpty else { return "" }
    return "<br/><span class=\"dim\">\(parts.joined(separator: "; "))</span>"
  }
}
