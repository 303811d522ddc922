import Foundation
import Testing

/// Reports that are made later.
@Suite struct LaterReportTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func keep(_ arguments: [String] = []) throws {
    let outcome = try Tool.run(
      ["compare", "--samples", "6", "--format", "json", "--output", "r.json"] + arguments,
      in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  /// Not a digit differs from the report that compare prints itself.
  @Test func theyAreTheReportsOfCompare() throws {
    for settings in [[], ["--iso-accuracy", "20", "--substrates", "digital,dynamic-analog"]] {
      try keep(settings)
      for format in [
        ["csv"], ["json"], ["table"], ["table", "--per-layer"], ["markdown"],
        ["markdown", "--per-layer"],
      ] {
        let now = try Tool.run(["compare", "--samples", "6", "--format"] + format + settings)
        let later = try Tool.run(["report", "r.json", "--format"] + format, in: scratch.folder)
        #expect(now.status == 0 && later.status == 0 && later.error.isEmpty, "\(later.error)")
        #expect(now.output == later.output, "\(format)")
      }
    }
    try keep()
    let markdown = try Tool.run(["report", "r.json", "--format=markdown"], in: scratch.folder)
    #expect(markdown.output.hasPrefix("## What one inference costs: digits-mlp on digits\n"))
    #expect(markdown.output.contains("\n### From which duration on quasi-static lies below"))
    let piped = try Tool.shell("\"$0\" report - --format csv <r.json | wc -l", in: scratch.folder)
    #expect(Int(piped.output.trimmingCharacters(in: .whitespacesAndNewlines))! > 10)
    let filed = try Tool.run(["report", "--output=r.txt", "r.json"], in: scratch.folder)
    #expect(filed.status == 0 && filed.output.isEmpty && scratch.names == ["r.json", "r.txt"])
  }

  @Test func whatIsNoResult() throws {
    try keep()
    let whole = try Data(contentsOf: scratch.folder.appending(path: "r.json"))
    scratch.file("cut.json", whole.prefix(whole.count / 2))
    scratch.file("latin.json", Data([0xe9]) + whole)
    scratch.file("empty.json", "")
    scratch.file("other.json", #"{"schema": "substrata.comparison/99"}"#)
    scratch.file("sweep.json", #"{"schema": "substrata.sweep/1"}"#)
    scratch.file("evil.json", #"{"schema": "\u001b[31m\u202e\n"}"#)
    for (name, words) in [
      ("cut.json", "cut off"), ("latin.json", "UTF-8"), ("empty.json", "no JSON"),
      ("other.json", "substrata.comparison/99"), ("sweep.json", "substrata.sweep/1"),
      ("evil.json", "\\u{1b}"), ("missing.json", "no such file"), (".", "folder"),
      ("/dev/zero", "device"),
    ] {
      try Tool.expectFailure(["report", name], status: 3, saying: words, in: scratch.folder)
    }
    try Tool.expectFailure(
      try Tool.shell("yes | exec \"$0\" report -"), of: "an endless pipe", status: 3,
      saying: ["64 MiB"])
    let large = scratch.file("large.json", "{")
    try FileHandle(forWritingTo: large).truncate(atOffset: 1 << 40)
    try Tool.expectFailure(
      ["report", "large.json"], status: 3, saying: "64 MiB", in: scratch.folder)
  }

  @Test func callsThatCannotBeMeant() throws {
    try keep()
    for (arguments, words) in [
      ([], "no RESULT.json"), (["r.json", "r.json"], "stray argument"),
      (["r.json", "--format", "poem"], "known: table"), (["r.json", "--samples", "3"], "unknown"),
      (["r.json", "--output", "./r.json"], "is the file of the result"),
    ] {
      try Tool.expectFailure(
        ["report"] + arguments, status: 2, saying: words, in: scratch.folder)
    }
    #expect(scratch.names == ["r.json"])
    #expect(try Tool.run(["report", "--help"]).output.contains("report [OPTION]... RESULT.json"))
  }
}
