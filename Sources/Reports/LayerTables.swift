internal import Harness
internal import Quantities
internal import SubstrateCore

// What `perLayer` adds.
extension Report {
  /// One substrate's ledger by layer and mechanism, and its diagnostics.
  static func layers(
    of result: Comparison.Result, _ comparison: Comparison, _ citations: Citations,
    on page: inout Page
  ) {
    let quantum = comparison.conditions.thermalQuantum.value
    page.heading("\(result.title), layer by layer, per inference")
    ledger(of: result, quantum, citations, on: &page)

    let figures = figures(of: result)
    let width = figures.map(\.0.count).max()! + 4
    for (title, figure) in figures { page.paragraph("  \(title)", indent: width, figure) }
  }

  /// Figures beside the energies.
  private static func figures(of result: Comparison.Result) -> [(title: String, figure: String)] {
    let agreement = Numerals.percent(result.agreement)
    var figures: [(String, String)] = [
      ("latency of the slowest inference", Numerals.engineering(result.longestLatency, "s")),
      ("same class as the reference", agreement + (result.agreement == nil ? "" : " %")),
      ("outputs less the reference's, root mean square", Numerals.plain(result.outputError)),
      ("the energy includes", boundary(result.boundary)),
    ]
    for diagnostic in result.diagnosticTitles {
      guard let figure = result.diagnostics[diagnostic.key] else { continue }
      figures.append((diagnostic.title, shown(figure)))
    }
    return figures
  }

  /// The same in Markdown.
  static func layers(
    of result: Comparison.Result, _ comparison: Comparison, _ citations: Citations,
    on page: inout MarkdownPage
  ) {
    page.heading("\(result.title), layer by layer, per inference")
    let entries = entries(of: result.ledger)
    if !entries.isEmpty {
      page.table(
        ledger(of: result, entries, comparison.conditions.thermalQuantum.value, citations))
      let zeros = entries.count { $0.posting.joules == 0 }
      if zeros > 0 { page.paragraph("Entries of exactly 0 J, not shown: \(zeros)") }
      let hidden = entries.count - zeros - shown(entries).count
      if hidden > 0 { page.paragraph(LongLists.remark(hidden: hidden)) }
    }
    page.list(figures(of: result).map { "\($0.title): \($0.figure)" })
  }

  private static func ledger(
    of result: Comparison.Result, _ quantum: Double, _ citations: Citations, on page: inout Page
  ) {
    guard !result.ledger.isEmpty else {
      page.line("  nothing is in its ledger")
      return
    }
    let entries = entries(of: result.ledger)
    let grid = ledger(of: result, entries, quantum, citations)
    grid.write(to: &page, indent: 2)
    let zeros = entries.count { $0.posting.joules == 0 }
    if zeros > 0 { page.line("  entries of exactly 0 J, not shown: \(zeros)") }
    let hidden = entries.count - zeros - shown(entries).count
    if hidden > 0 { page.paragraph(indent: 2, LongLists.remark(hidden: hidden)) }
  }

  private static func ledger(
    of result: Comparison.Result, _ entries: [Entry], _ quantum: Double, _ citations: Citations
  ) -> Grid {
    var grid = Grid([
      .leading, .leading, .leading, .leading, .trailing, .trailing, .trailing, .leading,
    ])
    grid.row(["layer", "mechanism", "flow", "kind", "J", "k_BT", "bits", "source"])
    grid.rule()
    for entry in shown(entries) {
      grid.row(
        [entry.posting.layer, entry.posting.mechanism, entry.flow, entry.posting.kind.rawValue]
          + energies(entry.posting.joules, quantum, isHeat: entry.isHeat)
          + [citations[entry.posting.source]])
    }
    grid.rule()
    let flows = result.flows
    let sums: [(String, Double?)] = [
      ("drawn", flows.drawn), ("recovered", flows.recovered), ("stored", flows.stored),
      ("dissipated", flows.dissipated), ("residual", flows.integrationResidual),
    ]
    for (name, joules) in sums {
      guard let joules else { continue }
      let label = name == "drawn" ? "all layers" : ""
      let what = name == "residual" ? "of the balance" : ""
      grid.row(
        [label, what, name, result.energy.kind.rawValue]
          + energies(joules, quantum, isHeat: name == "dissipated"))
    }
    return grid
  }

  /// The entries that a table has room for.
  private static func shown(_ entries: [Entry]) -> [Entry] {
    let entries = entries.filter { $0.posting.joules != 0 }
    return LongLists.largest(entries.map(\.posting)).map { entries[$0] }
  }

  private struct Entry {
    let posting: Comparison.Posting
    let flow: String
    let isHeat: Bool
  }

  /// What is drawn and turned into heat by one mechanism of a layer, to the last digit, stands in
  /// the ledger twice, and here once.
  private static func entries(of ledger: [Comparison.Posting]) -> [Entry] {
    var partners: Set<Int> = []
    var entries: [Entry] = []
    // Looking through all of a deep network's entries would take as long as the square of them.
    let places = Dictionary(grouping: ledger.indices) { ledger[$0].layer }
    for (index, posting) in ledger.enumerated() where !partners.contains(index) {
      var flow = posting.flow.rawValue
      if posting.flow == .drawn,
        let partner = places[posting.layer]?.first(where: {
          ledger[$0].flow == .dissipated && !partners.contains($0) && $0 > index
            && ledger[$0].joules == posting.joules && ledger[$0].mechanism == posting.mechanism
            && ledger[$0].kind == posting.kind
        })
      {
        partners.insert(partner)
        flow = "drawn = dissipated"
      }
      entries.append(
        Entry(
          posting: posting, flow: flow,
          isHeat: posting.flow == .dissipated || flow != posting.flow.rawValue))
    }
    return entries
  }

  /// Joules, k_B T and, for heat, bits of negentropy.
  private static func energies(_ joules: Double, _ quantum: Double, isHeat: Bool) -> [String] {
    let thermal = joules / quantum
    return [
      Numerals.engineering(joules, "J"), Numerals.plain(thermal),
      isHeat ? Numerals.plain(thermal / naturalLogarithmOf2) : "",
    ]
  }

  private static func boundary(_ boundary: Boundary) -> String {
    switch boundary {
    case .device: "the computing degrees of freedom alone, no drivers or amplifiers (device)"
    case .circuit: "devices with the circuits that drive or read them (circuit)"
    case .core: "arithmetic units with the memory that feeds them (core)"
    case .chip: "a whole chip with input, output and clock (chip)"
    case .wall: "all that is drawn from the mains (wall)"
    }
  }

  private static func shown(_ figure: Figure) -> String {
    if case .number(let number) = figure {
      // Counts are shown whole.
      let isCount = number.magnitude < 1e6 && number == number.rounded()
      return isCount ? Numerals.tidy(number) : Numerals.plain(number, digits: 4)
    }
    return text(of: figure)
  }
}
