import Foundation
import Harness
import Quantities
import Reports
import SubstrateCore
import Testing

@Suite struct MarkdownTests {
  private let comparison: Comparison

  init() throws { comparison = try Snapshots.comparison() }

  @Test func markdown() throws {
    try Snapshots.check(Report.markdown(comparison, perLayer: true), against: "comparison.md")
  }

  /// The cells of all pipe tables: a bar that no backslash precedes ends a cell.
  private func tables(in text: String) -> [[[String]]] {
    var tables: [[[String]]] = []
    var isInTable = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        isInTable = false
        continue
      }
      if !isInTable { tables.append([]) }
      isInTable = true
      var cells: [String] = [""]
      var isEscaped = false
      for character in line.dropFirst() {
        if character == "|" && !isEscaped {
          cells.append("")
        } else {
          cells[cells.count - 1].append(character)
        }
        isEscaped = character == "\\" && !isEscaped
      }
      tables[tables.count - 1].append(
        cells.dropLast().map { $0.trimmingCharacters(in: .whitespaces) })
    }
    return tables
  }

  @Test func figuresAreThoseOfTheDocument() throws {
    let tables = tables(in: Report.markdown(comparison))
    let headline = tables[0].dropFirst(2)
    #expect(headline.count == comparison.results.count + 1)
    var checked = 0
    func check(_ text: String, _ expected: Double?) {
      PrintedFigure.expect(text, is: expected)
      checked += expected == nil ? 0 : 1
    }
    for (row, result) in zip(headline, comparison.results) {
      check(row[2], result.energy.joules)
      check(row[3], result.energy.thermalEnergy)
      check(row[4], result.latency)
      check(row[5], result.accuracy.map { 100 * $0 })
      check(row[6], result.accuracyDifference.map { 100 * $0 })
      #expect(row[7] == result.verdict.rawValue)
    }
    let limits = comparison.results.flatMap { result in
      result.limits.map { (result.substrate, $0) }
    }
    for (substrate, limit) in limits {
      let name = limit.name + (limit.rule.map { ", \($0)" } ?? "")
      let row = try #require(tables[1].first { $0[0] == substrate && $0[1] == name })
      #expect(row[2] == limit.kind.rawValue)
      check(row[3], limit.joules)
      check(row[4], limit.thermalEnergy)
    }
    #expect(checked > 15)
  }

  private static let hostile = [
    "a|b|c", "`code`", "<script>alert(1)</script>", "a\nb\r\n\n# b", "\u{1b}[31m\u{9b}\u{7}",
    "\u{202e}dlrow\u{2066}\u{200f}\u{61c}", "[x](http://evil.example)", "![x](javascript:1)",
    "**bold** _it_ ~~no~~", "@somebody #12", "&lt;b&gt;", "\\|\\<b>", "$\\frac12$",
    "www.evil.example",
    "--- | ---", "1. one", "    code", "| a | b |\n|---|---|",
  ]

  /// A comparison in which every name and sentence is what somebody means harm with.
  private func spoilt(by name: String) throws -> Comparison {
    let source = try JSONSerialization.jsonObject(with: Data(Report.json(comparison).utf8))
    let words: Set = ["name", "title", "detail", "rule", "note", "citation", "mechanism", "reason"]
    func spoil(_ value: Any, key: String) -> Any {
      switch value {
      case let object as [String: Any]:
        Dictionary(uniqueKeysWithValues: object.map { ($0, spoil($1, key: $0)) })
      case let list as [Any]: list.map { spoil($0, key: key) }
      case is String where words.contains(key) || key == "warnings": name
      default: value
      }
    }
    var document = spoil(source, key: "") as! [String: Any]
    // One word among a few.
    document["refused"] = (source as! [String: Any])["refused"]
    return try JSONDecoder().decode(
      Comparison.self, from: try JSONSerialization.data(withJSONObject: document))
  }

  @Test(arguments: hostile) func namesAreNothingButText(name: String) throws {
    let text = Report.markdown(try spoilt(by: name), perLayer: true)
    let plain = Report.markdown(try spoilt(by: "x"), perLayer: true)
    func structure(_ text: String) -> [String] {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line.prefix { "#-|0123456789".contains($0) }.prefix(3))
      }
    }
    // Line by line the same headings, lists and tables, whatever the name.
    #expect(structure(text) == structure(plain))
    #expect(tables(in: text).map { $0.map(\.count) } == tables(in: plain).map { $0.map(\.count) })
    let controls = text.unicodeScalars.filter {
      $0 != "\n" && ($0.properties.generalCategory == .control || $0.properties.isBidiControl)
    }
    #expect(controls.isEmpty)
    // Escapes taken away, nothing is left that could begin mark-up or a link.
    let bare = text.replacing("&#8203;", with: "\u{200b}").replacing(/\\[^\n]/, with: "")
    for mark in ["<", "`", "*", "[", "]", "~", "&", "$", "://", "www.", "@s"] {
      #expect(!bare.contains(mark), "\(mark) in a report on '\(name)'")
    }
    #expect(text.last == "\n" && !text.contains("\n\n\n"))
  }
}
