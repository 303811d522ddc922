import Foundation
import Harness
import Testing

/// Reports for a browser, and the curves that they draw.
@Suite struct HTMLCommandTests {
  private let few = ["--samples", "4", "--substrates", "digital,dynamic-analog"]

  @Test func aPageHoldsItsFiguresAndTheCommandThatMakesThem() throws {
    let scratch = try Scratch()
    let arguments =
      ["compare", "--format", "html", "--threads=1", "--quiet"] + few + ["--set=digital.bits=5"]
    let outcome = try Tool.run(arguments + ["--output", "r.html"], in: scratch.folder)
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.error.isEmpty)
    let page = try String(contentsOf: scratch.folder.appending(path: "r.html"), encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>\n") && page.hasSuffix("</html>\n"))
    // What changes no figure is not part of the command.
    let command =
      "substrata compare --format html --samples 4 --substrates digital,dynamic-analog "
      + "--set=digital.bits=5"
    #expect(page.contains("<pre>\(command)</pre>"))
    let tail = try #require(page.components(separatedBy: "data:application/json,").last)
    let document = try #require(String(tail.prefix { $0 != "'" }).removingPercentEncoding)
    let comparison = try JSONDecoder().decode(Comparison.self, from: Data(document.utf8))
    #expect(comparison.command == command && comparison.curves != nil)
  }

  @Test func curvesAreKeptForLater() throws {
    let scratch = try Scratch()
    let kept = try Tool.run(
      ["compare", "--format", "json", "--curves", "--output", "r.json"] + few, in: scratch.folder)
    #expect(kept.status == 0, "\(kept.error)")
    let data = try Data(contentsOf: scratch.folder.appending(path: "r.json"))
    let comparison = try JSONDecoder().decode(Comparison.self, from: data)
    let curves = try #require(comparison.curves)
    #expect(curves.duration.map(\.substrate) == ["dynamic-analog"])
    #expect(curves.duration.allSatisfy { (9...13).contains($0.points.count) })
    #expect(curves.precision.map(\.parameter) == ["bits", "snr"] && curves.skipped.isEmpty)
    // The point at a row's own setting is the row.
    for curve in curves.duration + curves.precision {
      let row = try #require(comparison.results.first { $0.substrate == curve.substrate })
      let own = try #require(
        curve.points.first { row.parameters[curve.parameter] == .number($0.value) })
      #expect(own.energy == row.energy && own.accuracy == row.accuracy)
    }
    let page = try Tool.run(["report", "r.json", "--format", "html"], in: scratch.folder)
    #expect(page.status == 0 && page.output.contains("<h2 id=\"time\">"))
    #expect(!page.output.contains("kept without curves"))
  }

  @Test func curvesAreNotAskedOfATable() throws {
    for format in ["table", "csv"] {
      try Tool.expectFailure(
        ["compare", "--curves", "--format", format], status: 2, saying: "--curves")
    }
  }

  /// A shell reads the command back as the words that were given.
  @Test func wordsOfTheCommandAreQuoted() throws {
    let scratch = try Scratch()
    let row = Array(repeating: "0.5", count: 64).joined(separator: ",")
    scratch.file("it's $HOME; <b>.csv", "\(row)\n\(row)\n")
    let made = try Tool.run(
      [
        "compare", "--format", "json", "--curves", "--substrates", "digital", "--data",
        "./it's $HOME; <b>.csv",
      ], in: scratch.folder)
    #expect(made.status == 0, "\(made.error)")
    let command = try #require(
      try JSONDecoder().decode(Comparison.self, from: Data(made.output.utf8)).command)
    let again = try Tool.shell(
      "substrata() { \"$TOOL\" \"$@\"; }; TOOL=\"$0\"; " + command, in: scratch.folder)
    #expect(again.status == 0 && again.output == made.output, "\(again.error)")
  }
}
