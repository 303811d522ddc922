public import PhysicalLaws

extension Report {
  /// Every law with what was predicted and measured, for a terminal.
  public static func table(
    _ verification: Verification, style: TableStyle = .plain
  ) -> String {
    var page = Page(style)
    page.heading("Laws of physics, measured against what theory predicts")
    page.paragraph(
      "seed \(verification.seed); a finding fails if it lies more than \(Int(Finding.mostSigmas)) "
        + "standard errors, and its tolerance, from where the law puts it")
    var substrate: String?? = .none
    var index = 0
    while index < verification.laws.count {
      let first = verification.laws[index]
      let end =
        verification.laws[index...].firstIndex {
          $0.law != first.law || $0.substrate != first.substrate
        } ?? verification.laws.count
      if substrate != .some(first.substrate) {
        page.line()
        page.heading(first.substrate ?? "textbook systems")
        substrate = .some(first.substrate)
      }
      page.line()
      page.paragraph("  \(first.law):", indent: 4, first.statement)
      // The columns of all laws are as wide, so that figures stand below each other.
      var grid = Grid([.leading, .trailing, .leading, .trailing, .trailing, .trailing, .leading])
      grid.row(
        [
          "".padded(to: occasionWidth), "measured".aligned(to: 10), "  ",
          "predicted".aligned(to: 10), "std error".aligned(to: 9), "sigmas".aligned(to: 7),
        ], isHead: true)
      for entry in verification.laws[index..<end] {
        let unit = entry.unit.isEmpty ? "" : " (\(entry.unit))"
        grid.row(
          [
            entry.occasion + unit, Numerals.plain(entry.measured, digits: 4),
            entry.relation.rawValue, Numerals.plain(entry.predicted, digits: 4),
            Numerals.plain(entry.standardError, digits: 2),
            entry.sigmas.map { Numerals.fixed($0, places: 1) } ?? Numerals.absent,
            entry.passed ? "pass" : "FAIL",
          ], marked: entry.passed ? nil : 6)
      }
      grid.write(to: &page, indent: 4)
      index = end
    }
    let failed = verification.laws.count { !$0.passed }
    page.line()
    page.line(
      failed == 0
        ? "all \(Numerals.count(verification.laws.count, "finding")) as they have to be"
        : "\(failed) of \(Numerals.count(verification.laws.count, "finding")) FAILED: "
          + verification.laws.filter { !$0.passed }.map(\.name).joined(separator: "; "),
      failed == 0 ? nil : .warning)
    return page.text
  }

  /// The same as a JSON document, `substrata.verification/1`.
  public static func json(_ verification: Verification) -> String { document(verification) }

  private static let occasionWidth = 44
}
