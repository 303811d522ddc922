public import Harness
internal import Quantities
internal import SubstrateCore

extension Report {
  /// The comparison in GitHub-flavoured Markdown, to be pasted into an issue or an appendix: the headline as a
  /// table, and below it everything that is needed to judge it.
  ///
  /// Figures have the digits of the table for a terminal; names are escaped, whatever they hold.
  ///
  /// - Parameters:
  ///   - comparison: what is shown.
  ///   - perLayer: also every ledger by layer and mechanism, and the diagnostics.
  ///   - columns: of the headline's table, in their order.
  public static func markdown(
    _ comparison: Comparison, perLayer: Bool = false, columns: [Column] = Column.byDefault
  ) -> String {
    var page = MarkdownPage()
    let citations = Citations(comparison)
    page.heading(
      "What one inference costs: \(Page.short(comparison.network.name)) on "
        + Page.short(comparison.workload.name))
    page.list(facts(of: comparison).map { "\($0.name): \($0.fact)" })
    page.table(headline(of: comparison, columns, citations))
    if !comparison.refused.isEmpty {
      page.heading("Refused")
      page.list(
        comparison.refused.map { "\($0.substrate) (\($0.reason.rawValue)): \($0.detail)" })
    }
    limits(of: comparison, citations, on: &page)
    let searches = comparison.results.compactMap { result in
      result.isoAccuracy.map { "\(result.substrate): \(remark(on: $0))" }
    }
    if !searches.isEmpty {
      page.heading("Equal accuracy")
      page.list(searches)
    }
    if perLayer {
      for result in comparison.results { layers(of: result, comparison, citations, on: &page) }
    }
    settings(of: comparison, on: &page)
    if !comparison.paired.isEmpty {
      page.heading("Differences in accuracy on the same samples")
      let table = PairTable(comparison)
      if table != nil { page.paragraph(PairTable.meaning) }
      page.table(table?.grid ?? differences(of: comparison))
    }
    for substrate in comparison.crossings.map(\.substrate).uniqued() {
      page.heading("From which duration on \(substrate) lies below the others")
      page.table(crossings(of: comparison, from: substrate))
      page.paragraph(meaningOfCrossings)
    }
    page.heading("How to read it")
    page.list(legend(of: comparison, perLayer: perLayer).map { "\($0.term): \($0.meaning)" })
    if !comparison.results.isEmpty {
      page.heading("Coverage")
      page.list(
        [coverage(of: comparison)]
          + coverageReasons(of: comparison).map { "\($0.substrate): \($0.reason)" })
    }
    if !comparison.warnings.isEmpty {
      page.heading("Warnings")
      page.list(comparison.warnings)
    }
    page.heading("Sources")
    page.list(
      comparison.sources.map { "\($0.citation) (\($0.key); \($0.evidence.rawValue))" },
      isNumbered: true)
    return page.text
  }

  private static func headline(
    of comparison: Comparison, _ columns: [Column], _ citations: Citations
  ) -> Grid {
    var grid = Grid([.leading] + columns.map { $0.isWord ? .leading : .trailing })
    grid.row([""] + columns.map(\.heads.0))
    grid.row(["per inference"] + columns.map(\.heads.1))
    grid.rule()
    for result in comparison.results {
      let sources = result.ledger.filter { $0.kind == result.energy.kind }.map(\.source).uniqued()
      grid.row(
        [cited(result.title, citations[sources])]
          + columns.map { $0.cell(of: result, comparison) })
    }
    let floor = comparison.taskFloor
    grid.row(
      [cited("Writing down the answer", citations[floor.source])]
        + Column.cells(columns, kind: floor.kind, joules: floor.energy, comparison))
    return grid
  }

  private static func cited(_ title: String, _ citation: String) -> String {
    citation.isEmpty ? title : "\(title) \(citation)"
  }

  /// Limits, what is known of the energies' own errors, and energies apart.
  private static func limits(
    of comparison: Comparison, _ citations: Citations, on page: inout MarkdownPage
  ) {
    let quantum = comparison.conditions.thermalQuantum.value
    var grid = Grid([.leading, .leading, .leading, .trailing, .trailing])
    grid.row(["substrate", "figure", "kind", "energy", "energy in k_BT"], remark: "remark")
    grid.rule()
    for result in comparison.results {
      let energy = result.energy
      for (name, joules) in [
        ("standard error", energy.standardError.map { $0 * quantum }),
        ("low end of the sources", energy.low), ("high end of the sources", energy.high),
      ] {
        guard let joules else { continue }
        grid.row(
          [result.substrate, name, energy.kind.rawValue] + energies(joules, comparison),
          remark: "of its energy")
      }
      for limit in result.limits {
        grid.row(
          [
            result.substrate, limit.name + (limit.rule.map { ", \($0)" } ?? ""),
            limit.kind.rawValue, Numerals.engineering(limit.joules, "J"),
            Numerals.plain(limit.thermalEnergy),
          ], remark: remark(on: limit, citations))
      }
      for sum in result.sumsApart {
        grid.row(
          [result.substrate, sum.mechanism, sum.kind.rawValue] + energies(sum.joules, comparison),
          remark: remark(on: sum, quantum, citations))
      }
      for part in comparison.coverage.unknownParts(of: result.substrate) {
        grid.row([result.substrate, part.part, "unknown", "", ""], remark: part.reason)
      }
    }
    guard !grid.isEmpty else { return }
    page.heading("Limits, and energies apart")
    page.table(grid)
  }

  private static func settings(of comparison: Comparison, on page: inout MarkdownPage) {
    guard comparison.results.contains(where: { !$0.settings.isEmpty }) else { return }
    var grid = Grid([.leading, .leading, .leading, .leading])
    grid.row(["substrate", "setting", "value", "from"])
    grid.rule()
    for result in comparison.results {
      for setting in result.settings where setting.value != .none {
        grid.row([
          result.substrate, setting.name, spelled(setting),
          setting.found == true ? "found" : setting.given ? "given" : "default",
        ])
      }
    }
    page.heading("Settings")
    page.table(grid)
  }
}
