public import Harness
internal import SubstrateCore

extension Report {
  /// What changed between two comparisons, for a terminal: what makes them incomparable first, then every
  /// figure whose change is more than its errors, the largest first.
  public static func table(
    _ difference: ComparisonDifference, style: TableStyle = .plain
  ) -> String {
    var page = Page(style)
    page.heading("What changed from A to B")
    page.paragraph("  A", indent: 5, Page.short(difference.a, limit: 90))
    page.paragraph("  B", indent: 5, Page.short(difference.b, limit: 90))
    setup(of: difference, on: &page)
    if !difference.unpaired.isEmpty {
      page.line()
      page.heading("Substrates that ran in one of them only")
      for entry in difference.unpaired {
        let other = entry.ranIn == "a" ? "B" : "A"
        page.paragraph(
          "  \(entry.substrate):", indent: 4,
          "ran in \(entry.ranIn.uppercased()); "
            + (entry.refusal.map { "\(other) refused it: \($0)" } ?? "\(other) has none of it"))
      }
    }
    changes(of: difference, on: &page)
    return page.text
  }

  /// The same as a JSON document, `substrata.difference/1`.
  public static func json(_ difference: ComparisonDifference) -> String { document(difference) }

  private static func setup(of difference: ComparisonDifference, on page: inout Page) {
    guard !difference.setup.isEmpty else { return }
    page.line()
    page.heading("Bath, network, samples and settings that differ")
    var grid = Grid([.leading, .leading, .leading])
    grid.row(["", "A", "B"], isHead: true)
    for change in difference.setup {
      grid.row([change.what, Page.short(value(change.a)), Page.short(value(change.b))])
    }
    grid.write(to: &page, indent: 2)
    guard !difference.comparable else { return }
    page.line()
    page.paragraph(
      "These two do NOT compare:", indent: 26,
      difference.setup.filter(\.breaksComparison).map(\.what).joined(separator: ", ")
        + " differ. What changed below may say nothing of any substrate.", .warning)
  }

  private static func changes(of difference: ComparisonDifference, on page: inout Page) {
    page.line()
    let listed = difference.changes.filter(\.isBeyondErrors)
    let within = difference.changes.count - listed.count
    if !listed.isEmpty {
      page.heading("Figures that changed by more than their errors, the largest change first")
      var grid = Grid([
        .leading, .leading, .leading, .trailing, .trailing, .trailing, .trailing,
      ])
      grid.row(["substrate", "figure", "kind", "A", "B", "change", "sigmas"])
      grid.rule()
      for change in listed {
        grid.row([
          change.substrate, change.name, change.kind?.rawValue ?? "",
          figure(change.a, change.aStandardError, change),
          figure(change.b, change.bStandardError, change),
          size(of: change), change.sigmas.map { Numerals.fixed($0, places: 1) } ?? "",
        ])
      }
      grid.write(to: &page)
      page.line()
    }
    page.paragraph(
      "\(Numerals.count(difference.figures, "figure")) of substrates in both: "
        + "\(Numerals.count(listed.count)) changed, \(Numerals.count(within)) within one standard error, "
        + "\(Numerals.count(difference.figures - difference.changes.count)) the same. "
        + "Energies are per inference; sigmas: the change over the standard errors of both together, where "
        + "both have one.")
  }

  private static func figure(
    _ figure: Figure, _ error: Double?, _ change: ComparisonDifference.Change
  ) -> String {
    guard case .number(let number) = figure else { return text(of: figure) }
    return change.unit.isEmpty
      ? Numerals.percent(number, error: error) + " %" : Numerals.engineering(number, change.unit)
  }

  /// A change as people say it: in points, per cent, or as a factor.
  private static func size(of change: ComparisonDifference.Change) -> String {
    switch (change.a, change.b) {
    case (.none, _): return "appears"
    case (_, .none): return "vanishes"
    case (.number(let a), .number(let b)):
      if change.figure == .accuracy {
        return signed(change.difference, nil) + " points"
      }
      if a * b > 0, max(b / a, a / b) >= 10 {
        return b / a > 1 ? "× \(Numerals.plain(b / a))" : "÷ \(Numerals.plain(a / b))"
      }
      guard let relative = change.relative else { return Numerals.absent }
      return (relative > 0 ? "+" : "") + Numerals.plain(100 * relative) + " %"
    default: return ""
    }
  }
}
