import Foundation
import Harness
import Testing

@testable import Reports

/// Charts by themselves.
@Suite struct PictureTests {
  private func picture(_ comparison: Comparison, _ chart: Report.Chart) throws -> Element {
    let text = try Report.svg(comparison, chart)
    return try #require(PageReader.read(text)?.children.first, "not well-formed")
  }

  @Test(arguments: Report.Chart.allCases)
  func theyNeedNothingElseAndSayWhatTheyAre(chart: Report.Chart) throws {
    let text = try Report.svg(try HTMLTests.comparison(), chart)
    let name = "xmlns=\"http://www.w3.org/2000/svg\""
    #expect(text.contains(name))
    for word in ["http", "//", "url(", "@import", "<script", "href", "var(", "<image"] {
      #expect(!text.replacing(name, with: "").contains(word), "\(word)")
    }
    let picture = try picture(try HTMLTests.comparison(), chart)
    #expect(picture.name == "svg" && picture.attributes["role"] == "img")
    for (attribute, element) in [("aria-labelledby", "title"), ("aria-describedby", "desc")] {
      let found = picture.children.first { $0.attributes["id"] == picture.attributes[attribute] }
      #expect(found?.name == element && found?.text.isEmpty == false)
    }
    // Both schemes, in the colours of the page.
    let style = try #require(picture.elements("style").first).text
    let schemes = style.components(separatedBy: "prefers-color-scheme:dark")
    #expect(schemes.count == 2)
    #expect(
      schemes[0].contains(".ground{fill:#fff}") && schemes[1].contains(".ground{fill:#14171a}"))
    #expect(picture.elements("rect", "ground").count == 1)
  }

  /// A mark says in a picture what it says in the page.
  @Test(arguments: [(Report.Chart.ladder, "ladder-"), (.time, "time-"), (.accuracy, "accuracy-")])
  func theyHoldTheMarksOfThePage(chart: Report.Chart, id: String) throws {
    let comparison = try HTMLTests.comparison()
    let page = try #require(PageReader.read(Report.html(comparison)))
    let drawn = try #require(
      page.elements("svg", "wide").first { $0.attributes["aria-labelledby"]!.hasPrefix(id) })
    let expected = drawn.elements("g", "m").map { $0.attributes["aria-label"]! }
    let marks = try picture(comparison, chart).elements("g", "m")
    #expect(marks.map { $0.elements("title").map(\.text) } == expected.map { [$0] })
    // Nothing can be moved to in them, and nothing says so.
    #expect(
      marks.allSatisfy { $0.attributes["tabindex"] == nil && $0.tips.isEmpty })
  }

  @Test func everyLineOfAChartIsInItsLegend() throws {
    let comparison = try HTMLTests.comparison()
    let picture = try picture(comparison, .time)
    let texts = picture.elements("text").map(\.text)
    for bound in TimeChart(comparison).bounds {
      // In the drawing and below it.
      #expect(texts.count { $0 == bound.letter } == 2)
      #expect(texts.contains(TimeChart(comparison).name(of: bound)))
    }
  }

  @Test(arguments: Report.Chart.allCases)
  func namesAreNothingButText(chart: Report.Chart) throws {
    let hostile = try picture(try HTMLTests.comparison(hostile: true), chart)
    let plain = try picture(try HTMLTests.comparison(), chart)
    // A long note is broken into more lines.
    func structure(_ picture: Element) -> [String] {
      picture.all.map(\.name).filter { $0 != "text" }
    }
    #expect(structure(hostile) == structure(plain))
    let letters = hostile.elements("text")
    #expect(letters.allSatisfy { $0.children.isEmpty })
    #expect(hostile.all.allSatisfy { $0.attributes.keys.allSatisfy { !$0.hasPrefix("on") } })
    #expect(hostile.elements("title").contains { $0.text.contains("<script>") })
    let text = try Report.svg(try HTMLTests.comparison(hostile: true), chart)
    let unseen = text.unicodeScalars.filter {
      $0 != "\n" && [.control, .format, .unassigned].contains($0.properties.generalCategory)
    }
    #expect(unseen.isEmpty)
  }

  @Test func whatCannotBeDrawnSaysWhy() throws {
    let bare = try HTMLTests.comparison(curves: false)
    for chart in Report.Chart.allCases where chart.needsCurves {
      let error = #expect(throws: Report.MissingChart.self) { try Report.svg(bare, chart) }
      #expect(error?.reason.contains("--curves") == true)
    }
    _ = try Report.svg(bare, .ladder)
    _ = try Report.svg(bare, .ledger)
    // Nothing but the answer's own floor, without accuracies.
    var document =
      try JSONSerialization.jsonObject(with: Data(Report.json(HTMLTests.comparison()).utf8))
      as! [String: Any]
    document["results"] = [Any]()
    document["curves"] =
      ["duration": [], "precision": [], "crossings": [], "skipped": []] as [String: Any]
    let empty = try JSONDecoder().decode(
      Comparison.self, from: try JSONSerialization.data(withJSONObject: document))
    for (chart, word) in [
      (Report.Chart.time, "duration"), (.accuracy, "precision"), (.ledger, "ledger"),
    ] {
      let error = #expect(throws: Report.MissingChart.self) { try Report.svg(empty, chart) }
      #expect(error?.reason.contains(word) == true)
    }
  }
}
