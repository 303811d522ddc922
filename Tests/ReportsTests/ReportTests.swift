import Foundation
import Harness
import Quantities
import Reports
import SubstrateCore
import Testing

@Suite struct ReportTests {
  private let comparison: Comparison

  init() throws { comparison = try Snapshots.comparison() }

  @Test func table() throws {
    try Snapshots.check(Report.table(comparison), against: "table.txt")
  }

  @Test func tableByLayer() throws {
    try Snapshots.check(Report.table(comparison, perLayer: true), against: "table-per-layer.txt")
  }

  @Test func json() throws {
    try Snapshots.check(Report.json(comparison), against: "comparison.json")
  }

  @Test func commaSeparated() throws {
    try Snapshots.check(Report.csv(comparison), against: "comparison.csv")
  }

  @Test func networkTable() throws {
    try Snapshots.check(Report.table(comparison.network), against: "network.txt")
  }

  @Test func networkDocument() throws {
    try Snapshots.check(Report.json(comparison.network), against: "network.json")
  }

  private let cards = [
    Card(
      id: "springs", title: "Springs", principle: "Everything is a spring.", boundary: .device,
      parameters: [
        Parameter(
          "snr", .number(from: 0, to: .infinity, above: true), default: .number(1000),
          meaning: "mean square of a signal over that of the thermal noise, the same in every layer"
        ),
        Parameter(
          "stiffness", unit: "N/m", .number(from: 0, to: 9), default: nil, meaning: "of one"),
        Parameter(
          "method", .choice(["slow", "fast"]), default: .word("slow"), meaning: "of driving",
          source: Source(key: "theory", citation: "A theory", evidence: .derived)),
      ], sources: [Source(key: "theory", citation: "A theory", evidence: .derived)])
  ]

  @Test func catalogueTable() throws {
    try Snapshots.check(Report.table(cards), against: "catalogue.txt")
  }

  @Test func catalogueDocument() throws {
    try Snapshots.check(Report.json(cards), against: "catalogue.json")
  }

  @Test func aDocumentDecodesToWhatItWasMadeOf() throws {
    let data = Data(Report.json(comparison).utf8)
    #expect(try JSONDecoder().decode(Comparison.self, from: data) == comparison)
  }

  /// Names in the comparison hold an escape sequence, a line break and a C1 control.
  @Test func noReportHoldsAControlCharacter() {
    for report in [
      Report.table(comparison, perLayer: true), Report.json(comparison), Report.csv(comparison),
      Report.table(comparison.network),
    ] {
      let controls = report.unicodeScalars.filter {
        $0 != "\n" && $0.properties.generalCategory == .control
      }
      #expect(controls.isEmpty)
      #expect(report.last == "\n" && !report.hasSuffix("\n\n"))
    }
  }

  @Test func tablesFitATerminal() {
    let lines = Report.table(comparison, perLayer: true).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 116 && $0.last != " " })
  }

  @Test func everyRowHasEveryColumn() throws {
    // The only commas inside fields stand between quotation marks.
    let rows = Report.csv(comparison).split(separator: "\n").map { row in
      row.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset.isMultiple(of: 2) }
        .reduce(1) { $0 + $1.element.count { $0 == "," } }
    }
    #expect(Set(rows) == [22])
  }
}
