import Foundation
import Harness
import Reports
import Testing

/// What learning costs, in every form, from a document with every case that there is.
@Suite struct TrainingReportTests {
  private static func comparison() throws -> TrainingComparison {
    try JSONDecoder().decode(
      TrainingComparison.self,
      from: try Data(contentsOf: Snapshots.place("training-input.json")))
  }

  @Test func reportsAreThoseThatWereKept() throws {
    let comparison = try Self.comparison()
    try Snapshots.check(Report.table(comparison), against: "training.txt")
    try Snapshots.check(Report.markdown(comparison), against: "training.md")
    try Snapshots.check(Report.csv(comparison), against: "training.csv")
  }

  @Test func theDocumentComesBack() throws {
    let comparison = try Self.comparison()
    let again = try JSONDecoder().decode(
      TrainingComparison.self, from: Data(Report.json(comparison).utf8))
    #expect(again == comparison)
  }

  @Test func aTableFitsItsWidth() throws {
    let comparison = try Self.comparison()
    for width in [20, 50, 80, 120] {
      let table = Report.table(comparison, style: TableStyle(width: width))
      #expect(table.split(separator: "\n").allSatisfy { $0.count <= width })
    }
  }

  @Test func thePageIsWellFormedAndItsMarksAreTheFigures() throws {
    let comparison = try Self.comparison()
    let page = try #require(PageReader.read(Report.html(comparison)))
    // Names are text, whatever they hold.
    #expect(page.elements("b").allSatisfy { !$0.text.contains("digits") })
    let charts = page.elements("svg", "wide")
    #expect(charts.count == 2)
    let curve = try #require(comparison.curve)
    let shown = curve.points.count { $0.energyPerParameter != nil && $0.accuracy != nil }
    for (place, chart) in charts.enumerated() {
      let dots = chart.elements("path", "curve")
      #expect(dots.reduce(0) { $0 + $1.points.count } <= shown)
      let marks = chart.elements("g", "m")
      // Each point, exact steps for each rate, and over steps the line at 2.
      #expect(marks.count == shown + 2 + (place == 0 ? 1 : 0))
    }
    let data = page.elements("data").compactMap { $0.attributes["value"].flatMap(Double.init) }
    let energies = comparison.results.compactMap { $0.energy?.joules }
    #expect(!energies.isEmpty && energies.allSatisfy(data.contains))
  }
}
