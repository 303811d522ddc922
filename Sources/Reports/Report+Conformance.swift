public import PhysicalLaws
public import SubstrateLaws

extension Report {
  /// Which substrates keep the laws of every substrate, for a terminal: what is broken in full, the rest in a line.
  public static func table(_ conformances: [Conformance], style: TableStyle = .plain) -> String {
    var page = Page(style)
    page.heading("Laws that hold for every substrate")
    page.paragraph(
      "each tried on small networks until one breaks it; shown is the smallest that does")
    for conformance in conformances {
      page.line()
      let count = conformance.violations.count
      let untried =
        conformance.untried.isEmpty ? "" : ", \(conformance.untried.count) not tried after it"
      page.line(
        "\(conformance.substrate): \(Numerals.count(conformance.laws.count, "law")), "
          + "\(Numerals.count(conformance.trials, "trial")), "
          + (count == 0 ? "none broken" : "\(count) BROKEN\(untried)"), count == 0 ? nil : .warning
      )
      for violation in conformance.violations {
        page.line()
        page.paragraph("  \(violation.law):", indent: 4, violation.statement)
        page.paragraph("    expected", indent: 13, violation.expected)
        page.paragraph("    seen    ", indent: 13, violation.seen, .warning)
        page.paragraph("    on      ", indent: 13, violation.workload)
      }
    }
    return page.text
  }

  /// Physical laws and those of every substrate as one JSON document, `substrata.verification/1`.
  public static func json(_ verification: Verification, _ conformances: [Conformance]) -> String {
    document(
      VerificationDocument(
        schema: verification.schema, seed: verification.seed, laws: verification.laws,
        conformance: conformances))
  }

  private struct VerificationDocument: Encodable {
    let schema: String
    let seed: UInt64
    let laws: [Verification.Entry]
    let conformance: [Conformance]
  }
}
