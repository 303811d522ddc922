import Foundation
import Harness
import Testing

@testable import Reports

/// Differences of all pairs as a triangle.
@Suite struct PairTableTests {
  /// A comparison of so many substrates, the pairs of which differ by numbers of their own; without those pairs
  /// that are to be missing.
  private func comparison(_ count: Int, without missing: Set<[Int]> = []) throws -> Comparison {
    var document =
      try JSONSerialization.jsonObject(with: Data(Report.json(HTMLTests.comparison()).utf8))
      as! [String: Any]
    let one = (document["results"] as! [[String: Any]])[0]
    document["results"] = (0..<count).map { one.merging(["substrate": Self.name($0)]) { $1 } }
    document["paired"] = (0..<count).flatMap { a in
      ((a + 1)..<max(a + 1, count)).filter { !missing.contains([a, $0]) }.map {
        b -> [String: Any] in
        [
          "a": Self.name(a), "b": Self.name(b), "difference": Self.difference(a, b),
          "standard_error": 0.002,
        ]
      }
    }
    return try JSONDecoder().decode(
      Comparison.self, from: try JSONSerialization.data(withJSONObject: document))
  }

  private static func name(_ place: Int) -> String { "machine-\(place)" }
  private static func difference(_ a: Int, _ b: Int) -> Double { 0.01 * Double(3 * a - 2 * b) }

  private func row(_ a: Int, of count: Int) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    let cells = (1..<count).map { b -> String in
      guard b > a else { return "" }
      let points = 100 * Self.difference(a, b)
      return (points > 0 ? "+" : "") + String(format: "%.1f ± 0.2", points)
    }
    return "[\(letters[a])] \(Self.name(a)) " + cells.filter { !$0.isEmpty }.joined(separator: " ")
  }

  @Test(arguments: [5, 7]) func everyPairStandsInItsRowAndColumn(count: Int) throws {
    let comparison = try comparison(count)
    let table = Report.table(comparison)
    let lines = table.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    let start = try #require(lines.firstIndex { $0.hasPrefix("Differences in accuracy") })
    #expect(lines[start + 1] == PairTable.meaning)
    #expect(
      lines[start + 2] == "bcdefg".prefix(count - 1).map { "[\($0)]" }.joined(separator: " "))
    for a in 0..<count {
      #expect(lines[start + 3 + a] == row(a, of: count).trimmingCharacters(in: .whitespaces))
    }
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 108 })
    #expect(!table.contains(" less machine"))

    let markdown = Report.markdown(comparison)
    #expect(markdown.contains(PairTable.meaning) && !markdown.contains(" less machine"))
    for a in 0..<count {
      let cells = markdown.split(separator: "\n").first {
        $0.hasPrefix("| \\[\("abcdefg".map { $0 }[a])\\]")
      }
      let words = try #require(cells).split(separator: /[ |]+/).joined(separator: " ")
        .replacing("\\", with: "")
      #expect(words == row(a, of: count).trimmingCharacters(in: .whitespaces))
    }

    let page = try #require(PageReader.read(Report.html(comparison)))
    let rows = try #require(page.elements("table", "pairs").first).elements("tbody")[0]
      .elements("tr")
    try #require(rows.count == count)
    for (a, row) in rows.enumerated() {
      let found = row.elements("data")
      #expect(found.count == count - 1 - a)
      for (b, figure) in zip((a + 1)..., found) {
        #expect(figure.number("value") == Self.difference(a, b))
        PrintedFigure.expect(figure.text, is: 100 * Self.difference(a, b))
      }
    }
  }

  @Test func fewArePairsOneBelowTheOther() throws {
    let table = Report.table(try comparison(4))
    #expect(table.contains("machine-0 less machine-1") && !table.contains(PairTable.meaning))
    let (nine, ten) = (try comparison(9), try comparison(10))
    #expect(PairTable(nine) != nil && PairTable(ten) == nil)
  }

  @Test func whatHasNoRoomIsAList() throws {
    let comparison = try comparison(7)
    for width in [20, 60, 80] {
      let table = Report.table(comparison, style: TableStyle(width: width))
      #expect(!table.contains(PairTable.meaning))
      #expect(table.split(separator: "\n").allSatisfy { $0.count <= width })
    }
    #expect(Report.table(comparison, style: TableStyle(width: 120)).contains(PairTable.meaning))
  }

  @Test func aPairThatIsMissingIsSaidToBe() throws {
    let grid = try #require(PairTable(try comparison(5, without: [[1, 3]]))).grid.parts
    #expect(grid.body[1][3] == "-" && grid.body[1][2] != "-" && grid.body[3][1].isEmpty)
  }

  /// Pairs the other way round, or twice, are listed as they are.
  @Test func oddPairsAreAList() throws {
    let plain = try comparison(6)
    var document =
      try JSONSerialization.jsonObject(with: Data(Report.json(plain).utf8)) as! [String: Any]
    let pairs = document["paired"] as! [[String: Any]]
    for odd in [
      pairs + [pairs[0]],
      [pairs[0].merging(["a": pairs[0]["b"]!, "b": pairs[0]["a"]!]) { $1 }] + pairs.dropFirst(),
    ] {
      document["paired"] = odd
      let comparison = try JSONDecoder().decode(
        Comparison.self, from: try JSONSerialization.data(withJSONObject: document))
      #expect(PairTable(comparison) == nil)
      #expect(Report.table(comparison).contains(" less machine-"))
    }
  }
}
