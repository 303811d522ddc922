import Foundation
import Testing

/// What changed between two results.
@Suite struct DiffTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    for (name, settings) in [
      ("a", ["--substrates", "digital,quasi-static"]),
      ("b", ["--substrates", "digital,quasi-static", "--set", "quasi-static.duration=500"]),
      ("c", ["--substrates", "digital"]),
      ("d", ["--substrates", "digital,quasi-static", "--temperature", "77"]),
    ] {
      let outcome = try Tool.run(
        ["compare", "--samples", "4", "--format", "json", "--output", "\(name).json"] + settings,
        in: scratch.folder)
      #expect(outcome.status == 0, "\(outcome.error)")
    }
  }

  private func diff(_ arguments: String...) throws -> Tool.Outcome {
    try Tool.run(["diff"] + arguments, in: scratch.folder)
  }

  @Test func whatChangedIsListed() throws {
    let table = try diff("a.json", "b.json")
    #expect(table.status == 0 && table.error.isEmpty)
    #expect(table.output.contains("quasi-static.duration  1000  500"))
    #expect(table.output.contains("quasi-static  energy"))
    #expect(!table.output.contains("digital  energy") && !table.output.contains("NOT"))
    let json = try diff("a.json", "b.json", "--format", "json").output
    let document = try JSONSerialization.jsonObject(with: Data(json.utf8)) as! [String: Any]
    #expect(document["schema"] as? String == "substrata.difference/1")
    #expect(document["comparable"] as? Bool == true)
    let same = try diff("a.json", "a.json", "--fail-on-change", "0")
    #expect(same.status == 0 && same.output.contains(" 0 changed"))
    // Cold moves energies, and is said before any of them.
    let cold = try diff("a.json", "d.json").output
    let notice = try #require(cold.range(of: "do NOT compare: temperature_K"))
    #expect(try #require(cold.range(of: "quasi-static  energy")).lowerBound > notice.lowerBound)
  }

  @Test func changesFailIfAsked() throws {
    for (a, b, percent, words) in [
      ("a", "b", "5", "energy of quasi-static"), ("a", "c", "1e9", "one of the two only"),
      ("a", "d", "1e9", "temperature_K"),
    ] {
      let outcome = try diff("\(a).json", "\(b).json", "--fail-on-change", percent)
      #expect(outcome.status == 1 && outcome.output.hasPrefix("What changed from A to B"))
      #expect(outcome.error.contains(words) && outcome.error.split(separator: "\n").count == 1)
      #expect(outcome.error.split(separator: ";").count >= 3)
    }
    #expect(try diff("a.json", "b.json", "--fail-on-change", "200").status == 0)
    let filed = try diff("a.json", "b.json", "--fail-on-change=5", "--output", "d.txt")
    #expect(filed.status == 1 && scratch.names.contains("d.txt"))
  }

  @Test func callsAndFilesThatCannotBeMeant() throws {
    scratch.file("cut.json", #"{"schema": "#)
    for (arguments, status, words) in [
      (["a.json"], 2, "no B.json"), (["-", "-"], 2, "standard input holds one"),
      (["a.json", "b.json", "--fail-on-change", "-1"], 2, "from 0"),
      (["a.json", "b.json", "--fail-on-change", "nan"], 2, "from 0"),
      (["a.json", "b.json", "--output", "b.json"], 2, "is the file of a result"),
      (["a.json", "cut.json"], 3, "cut off"), (["gone.json", "a.json"], 3, "no such file"),
    ] as [([String], Int32, String)] {
      try Tool.expectFailure(
        ["diff"] + arguments, status: status, saying: words, in: scratch.folder)
    }
  }
}
