public import Harness
internal import Quantities
internal import SubstrateCore

extension Report {
  /// The comparison for people: one table, and below it everything that is needed to judge it.
  ///
  /// - Parameters:
  ///   - comparison: what is shown.
  ///   - perLayer: also every ledger by layer and mechanism, and the diagnostics.
  ///   - columns: of the table, in their order.
  ///   - style: how it is laid out.
  public static func table(
    _ comparison: Comparison, perLayer: Bool = false, columns: [Column] = Column.byDefault,
    style: TableStyle = .plain
  ) -> String {
    var page = Page(style)
    let citations = Citations(comparison)
    heading(of: comparison, on: &page)
    energies(of: comparison, columns, citations, on: &page)
    for refused in comparison.refused {
      page.line()
      page.paragraph(
        "Refused: \(refused.substrate)", indent: 4,
        "(\(refused.reason.rawValue)): \(refused.detail)", .warning)
    }
    if perLayer {
      for result in comparison.results {
        page.line()
        layers(of: result, comparison, citations, on: &page)
      }
    }
    page.line()
    settings(of: comparison, on: &page)
    differences(of: comparison, on: &page)
    crossings(of: comparison, on: &page)
    legend(of: comparison, perLayer: perLayer, on: &page)
    coverage(of: comparison, on: &page)
    warnings(of: comparison, on: &page)
    sources(of: comparison, on: &page)
    return page.text
  }

  private static func heading(of comparison: Comparison, on page: inout Page) {
    page.heading(
      "What one inference costs: \(Page.short(comparison.network.name)) on "
        + Page.short(comparison.workload.name))
    page.line()
    for (name, fact) in facts(of: comparison) { page.paragraph(name, indent: 11, fact) }
    page.line()
  }

  /// What was compared, and in which bath.
  static func facts(of comparison: Comparison) -> [(name: String, fact: String)] {
    let quantum = comparison.conditions.thermalQuantum
    let accuracy = comparison.reference.accuracy
    var facts = [
      ("network", sizes(of: comparison.network)),
      (
        "samples",
        "\(Numerals.count(comparison.workload.samples)), "
          + "\(described(comparison.workload)), as a cyclic stream: "
          + "each inference starts from the sample before it"
      ),
      (
        "bath",
        "T = \(Numerals.tidy(comparison.conditions.temperature.value)) K: "
          + "k_BT = \(scientific(quantum.value)) J, one bit is k_BT ln 2 = "
          + "\(scientific(quantum.value * naturalLogarithmOf2)) J; "
          + "seed \(comparison.conditions.seed)"
      ),
      (
        "reference",
        accuracy == nil
          ? "the network in double precision, without noise; no labels, so no accuracy"
          : "the network in double precision, without noise: "
            + Numerals.percent(accuracy, error: comparison.reference.accuracyStandardError)
            + " % of the samples right"
      ),
    ]
    if let criterion = criterion(of: comparison) { facts.append(("criterion", criterion)) }
    return facts
  }

  /// What is known of samples besides their number.
  static func described(_ workload: Comparison.Workload) -> String {
    (workload.labelled ? "labelled" : "without labels")
      + (workload.normalization.map { ", normalised by \(Page.short($0, limit: 60))" } ?? "")
  }

  private static func scientific(_ number: Double) -> String {
    Numerals.plain(number, digits: 7)
  }

  // MARK: The table itself

  private static func energies(
    of comparison: Comparison, _ columns: [Column], _ citations: Citations, on page: inout Page
  ) {
    var grid = Grid([.leading] + columns.map { $0.isWord ? .leading : .trailing })
    grid.row([""] + columns.map(\.heads.0))
    grid.row(["per inference"] + columns.map(\.heads.1))
    grid.rule()
    for result in comparison.results {
      rows(of: result, comparison, columns, citations, into: &grid)
      grid.blank()
    }
    let floor = comparison.taskFloor
    grid.row(
      ["Writing down the answer"]
        + Column.cells(columns, kind: floor.kind, joules: floor.energy, comparison),
      remark: "\(Numerals.plain(floor.bits)) bits latched, on top of every row "
        + citations[floor.source])
    grid.write(to: &page)
  }

  private static func rows(
    of result: Comparison.Result, _ comparison: Comparison, _ columns: [Column],
    _ citations: Citations, into grid: inout Grid
  ) {
    let energy = result.energy
    let quantum = comparison.conditions.thermalQuantum.value
    let sources = result.ledger.filter { $0.kind == energy.kind }.map(\.source).uniqued()
    func cells(_ kind: Kind?, _ joules: Double?) -> [String] {
      Column.cells(columns, kind: kind, joules: joules, comparison)
    }
    grid.row(
      ["\(result.title) \(citations[sources])"] + columns.map { $0.cell(of: result, comparison) },
      marked: result.verdict == .settled ? nil : columns.firstIndex(of: .verdict).map { $0 + 1 })
    if let search = result.isoAccuracy {
      grid.row(["  equal accuracy"], remark: remark(on: search))
    }
    if let error = energy.standardError {
      grid.row(["    standard error"] + cells(nil, error * quantum))
    }
    if let low = energy.low, let high = energy.high {
      grid.row(["    low end of the sources"] + cells(nil, low))
      grid.row(["    high end of the sources"] + cells(nil, high))
    }
    for limit in result.limits {
      grid.row(
        ["  " + limit.name + (limit.rule.map { ", \($0)" } ?? "")]
          + Column.cells(
            columns, kind: limit.kind, joules: limit.joules, thermalEnergy: limit.thermalEnergy),
        remark: remark(on: limit, citations))
    }
    for sum in result.sumsApart {
      grid.row(
        ["  " + sum.mechanism] + cells(sum.kind, sum.joules),
        remark: remark(on: sum, quantum, citations))
    }
    let unknown = comparison.coverage.unknownParts(of: result.substrate)
    if !unknown.isEmpty {
      grid.row(
        ["  not in any figure"] + columns.prefix(1).map { $0 == .kind ? "unknown" : "" },
        remark: named(unknown))
    }
  }

  /// Parts of a machine without a figure, by name.
  static func named(_ parts: [Comparison.Coverage.Part]) -> String {
    parts.map(\.part).joined(separator: ", ")
  }

  static func remark(
    on sum: Comparison.Result.SumApart, _ quantum: Double, _ citations: Citations
  ) -> String {
    var remark = citations[sum.source] + " apart"
    if let low = sum.low, let high = sum.high {
      remark += "; \(Numerals.plain(low / quantum)) to \(Numerals.plain(high / quantum)) k_BT"
    }
    return remark
  }

  /// The two cells of an energy: in joules, and in k_B T.
  static func energies(_ joules: Double?, _ comparison: Comparison) -> [String] {
    [
      Numerals.engineering(joules, "J"),
      Numerals.plain(joules.map { $0 / comparison.conditions.thermalQuantum.value }),
    ]
  }

  static func remark(on limit: Comparison.Limit, _ citations: Citations) -> String {
    var parts: [String] = []
    if let error = limit.standardError { parts.append("± \(Numerals.plain(error)) k_BT") }
    if let low = limit.low, let high = limit.high {
      parts.append("\(Numerals.plain(low)) to \(Numerals.plain(high)) k_BT")
    }
    if let note = limit.note { parts.append(note) }
    let remark = parts.joined(separator: "; ")
    return citations[limit.source] + (remark.isEmpty ? "" : " " + remark)
  }

  /// A difference with its sign and error, in points.
  static func signed(_ difference: Double?, _ error: Double?) -> String {
    let text = Numerals.percent(difference, error: error)
    return (difference ?? 0) > 0 ? "+" + text : text
  }
}

/// The numbers under which a table cites sources: their places in the list at its end.
struct Citations {
  private var numbers: [String: Int] = [:]

  init(_ comparison: Comparison) {
    for (index, source) in comparison.sources.enumerated() { numbers[source.key] = index + 1 }
  }

  /// `[3]`.
  subscript(key: String) -> String { self[[key]] }

  /// `[3,4]`.
  subscript(keys: [String]) -> String {
    let cited = keys.compactMap { numbers[$0] }.sorted()
    return cited.isEmpty ? "" : "[" + cited.map(String.init).joined(separator: ",") + "]"
  }
}
