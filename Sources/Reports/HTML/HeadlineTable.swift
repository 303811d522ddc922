internal import Harness
internal import SubstrateCore

// The table at the top, with the rows of the one for a terminal.
extension HTMLReport {
  var headline: Markup {
    let bodies = comparison.results.indices.map { body(of: $0) }
    let refused = comparison.refused.map { refused -> Markup in
      """
      <p class="bad">Refused: \(refused.substrate) (\(refused.reason.rawValue)): \(refused.detail)</p>

      """
    }
    return """
      <h2 id="table">What one inference costs</h2>
      <table class="cards headline">\(TableForm.headline.head)
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
      <tr><th scope="row">not in any figure</th><td>unknown</td>\
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
      <td>\(Self.number(result.latency, Numerals.engineering(result.latency, "s")))</td>\
      <td>\(Self.number(result.accuracy, accuracy))</td>\
      <td>\(Self.number(result.accuracyDifference, difference))</td>\
      <td>\(result.verdict.rawValue)</td></tr>
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
    <td>\(figure.kind.rawValue)</td>\
    <td>\(Self.number(figure.joules, Numerals.engineering(figure.joules, "J")))</td>\
    <td>\(Self.number(figure.thermalEnergy, Numerals.plain(figure.thermalEnergy)))</td>
    """
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
