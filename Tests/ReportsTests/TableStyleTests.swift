import Foundation
import Harness
import Reports
import Testing

/// Tables for terminals of any width, in ASCII, in colours.
@Suite struct TableStyleTests {
  private let comparison: Comparison
  private let difference: ComparisonDifference

  init() throws {
    comparison = try Snapshots.comparison()
    var text = Report.json(comparison).replacing("289.7", with: "290")
    text.replace("4.25e-08", with: "8.5e-07")
    difference = ComparisonDifference(
      from: comparison, to: try Comparison(reading: Data(text.utf8)), names: ("a.json", "b.json"))
  }

  private func tables(_ style: TableStyle) -> [String] {
    [
      Report.table(comparison, style: style),
      Report.table(comparison, perLayer: true, style: style),
      Report.table(
        comparison, perLayer: true, columns: Report.Column.allCases.reversed(), style: style),
      Report.table(difference, style: style),
    ]
  }

  private func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  private func characters(_ text: String) -> [Character: Int] {
    Dictionary(
      text.filter { !$0.isWhitespace && $0 != "-" }.map { ($0, 1) }, uniquingKeysWith: +)
  }

  @Test(arguments: Array(20...40) + [50, 60, 70, 80, 90, 100, 108, 110, 120, 200])
  func everyLineFits(width: Int) {
    for text in tables(TableStyle(width: width)) {
      for line in lines(text) {
        #expect(line.count <= width && line.last != " ", "\(line)")
      }
    }
  }

  /// Whatever the width, all figures are there; and as long as cells stand beside each other, every single
  /// character.
  @Test func nothingIsLost() {
    let plain = tables(.plain)
    for width in 20...140 {
      for (text, whole) in zip(tables(TableStyle(width: width)), plain) {
        let (some, all) = (characters(text), characters(whole))
        // Where every cell has a line of its own, the heads of columns are repeated, and stand nowhere else.
        for (character, count) in all where character.isNumber || "±µ".contains(character) {
          #expect(some[character, default: 0] >= count, "\(character) at \(width)")
        }
      }
    }
    for width in [100, 108, 120] {
      let text = Report.table(comparison, style: TableStyle(width: width))
      #expect(characters(text) == characters(plain[0]), "\(width)")
    }
  }

  /// The rows of the README's shape stay as they are where they fit.
  @Test func aTableThatFitsIsTheSame() {
    let plain = lines(Report.table(comparison))
    let wide = lines(Report.table(comparison, style: TableStyle(width: 10_000)))
    let rule = plain.firstIndex { $0.hasPrefix("---") }!
    for line in plain[rule - 2...rule + 3] { #expect(wide.contains(line), "\(line)") }
    // Its paragraphs are no longer than can be read.
    for line in wide { #expect(line.count <= 120, "\(line)") }
  }

  @Test func asciiHoldsNothingElse() {
    for width in [nil, 20, 80] {
      for (text, whole) in zip(
        tables(TableStyle(width: width, isASCII: true)), tables(TableStyle(width: width)))
      {
        #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
        if whole.contains("±") { #expect(text.contains("+-")) }
      }
    }
    let text = Report.table(comparison, style: TableStyle(isASCII: true))
    for words in ["0.25 tau0", "1.00 us", "97.6 +- 0.7", "k_BT"] {
      #expect(text.contains(words), "\(words)")
    }
    for line in lines(
      Report.table(comparison, perLayer: true, style: TableStyle(width: 60, isASCII: true)))
    {
      #expect(line.count <= 60, "\(line)")
    }
  }

  /// Names in the comparison hold an escape sequence: it is spelled out, and only the table's own remain.
  @Test func coloursAddNothingElse() {
    for width in [nil, 20, 40, 80, 100] {
      for (text, plain) in zip(
        tables(TableStyle(width: width, isColoured: true)), tables(TableStyle(width: width)))
      {
        #expect(text.replacing(/\u{1b}\[(1|1;33|0)m/, with: "") == plain)
        #expect(text.contains("\u{1b}[1m"))
        for line in lines(text) {
          let ends = line.matches(of: /\u{1b}\[0m/).count
          #expect(line.matches(of: /\u{1b}\[1(;33)?m/).count == ends, "\(line)")
        }
      }
    }
    let text = Report.table(comparison, style: TableStyle(isColoured: true))
    #expect(text.contains("\u{1b}[1;33moutside validity\u{1b}[0m\n"))
    #expect(text.contains("\u{1b}[1;33mWarnings\u{1b}[0m\n") && !text.contains("msettled"))
  }

  @Test(
    arguments: [
      ([:], true, false), (["LANG": "C.UTF-8"], false, false),
      (["LANG": "de_DE.utf8"], false, false),
      (["LC_CTYPE": "UTF-8"], false, false), (["LANG": "POSIX"], true, false),
      (["LANG": "en_US.UTF-8", "LC_ALL": "C"], true, false),
      (["LANG": "en_US.UTF-8", "LC_CTYPE": "de_DE.ISO-8859-1"], true, false),
      (["LANG": "C", "LC_CTYPE": "C.UTF-8"], false, false),
      (["LANG": "en_US.UTF-8", "LC_ALL": ""], false, false),
      (["TERM": "xterm", "LANG": "C.UTF-8"], false, true), (["TERM": "dumb"], true, false),
      (["TERM": "xterm", "NO_COLOR": "1"], true, false),
      (["TERM": "xterm", "NO_COLOR": ""], true, true),
    ] as [([String: String], Bool, Bool)])
  func aTerminalShowsWhatItCan(environment: [String: String], ascii: Bool, colours: Bool) {
    let style = TableStyle(terminal: 90, environment: environment)
    #expect(style == TableStyle(width: 90, isASCII: ascii, isColoured: colours))
  }

  @Test(
    arguments: [
      (nil, nil, nil), (72, nil, 72), (72, "33", 33), (nil, "33", 33), (72, "0", 72),
      (72, "-5", 72),
      (72, "wide", 72), (7, nil, 20), (0, nil, nil), (72, "", 72),
    ] as [(Int?, String?, Int?)])
  func theWidthIsThatOfTheTerminal(terminal: Int?, columns: String?, width: Int?) {
    let environment = columns.map { ["COLUMNS": $0] } ?? [:]
    #expect(TableStyle(terminal: terminal, environment: environment).width == width)
  }

  @Test func columnsAreThoseAskedFor() throws {
    let text = Report.table(comparison, columns: [.verdict, .kT])
    let head = try #require(lines(text).first { $0.hasPrefix("per inference") })
    #expect(head.split(separator: " ").suffix(3) == ["verdict", "in", "k_BT"])
    let row = try #require(lines(text).first { $0.hasPrefix("Springs [4]") })
    #expect(row.hasSuffix("outside validity      149"))
    // A limit has an energy and no verdict, latency or accuracy.
    let limit = try #require(lines(text).first { $0.hasPrefix("  transport") })
    #expect(limit.contains("  101  [3] "))
    // E/(k_B T ln 2) of 149 k_B T, by hand: 149/0.693147 = 215.
    let bits = Report.markdown(comparison, columns: [.bits, .boundary])
    #expect(bits.contains("| per inference | energy in bits | boundary |\n"))
    #expect(bits.contains("| Springs \\[4\\] | 215 | device |\n"))
  }
}
