import Foundation
import Harness
import Testing

/// Sweeps that run.
@Suite struct SweepTests {
  private let scratch: Scratch
  private static let every = [
    "sweep", "--samples", "2", "--over", "quasi-static.duration=1:100:3:log", "--over",
    "digital.bits=4:8:2",
  ]
  /// Of three substrates, however many there are.
  private static let some = every + ["--substrates", "digital,dynamic-analog,quasi-static"]

  init() throws { scratch = try Scratch() }

  private func run(_ arguments: [String]) throws -> Tool.Outcome {
    try Tool.run(arguments, in: scratch.folder)
  }

  private func contents(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: scratch.folder.appending(path: name)), as: UTF8.self)
  }

  /// The lines of a table without quotation marks, by column.
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  private struct Document: Decodable {
    let schema: String
    let complete: Bool
    let fingerprint: String
    let rows: [Sweep.Row]
    let crossings: [Sweep.LimitCrossing]
  }

  // MARK: Rows

  /// With static power the energy of a machine that is not ideal stands in a column of its own, and has
  /// its least where the power and the falling work are equal, at √(a/P) if the hold does not count.
  @Test func aMachineThatIsNotIdealShowsItsLeast() throws {
    let sweep = try run([
      "sweep", "--samples", "2", "--substrates", "quasi-static", "--set",
      "quasi-static.method=length",
      "--set", "quasi-static.static-power=1e-12", "--over", "quasi-static.duration=250:4000:5:log",
      "--quiet",
    ])
    #expect(sweep.status == 0)
    let column = "model_not-ideal-work-included_kT"
    let points = rows(sweep.output).map {
      (Double($0["quasi-static.duration_tau0"]!)!, Double($0["energy_kT"]!)!, Double($0[column]!)!)
    }
    #expect(points.count == 5)
    // 1 pW for a τ0 of 1 ns, in k_BT at 300 K.
    let power = 1e-21 / (300 * 1.380649e-23)
    for (duration, work, energy) in points {
      #expect(abs(energy / (work + power * duration) - 1) < 1e-9)
    }
    let a = points[0].0 * points[0].1
    let least = points.min { $0.2 < $1.2 }!
    #expect(abs(log2(least.0 / (a / power).squareRoot())) <= 0.5)
  }

  /// Every row has the digits that `compare` prints with the settings of its point.
  @Test func everyRowIsWhatComparePrints() throws {
    let sweep = try run(Self.some)
    #expect(sweep.status == 0)
    let rows = rows(sweep.output)
    #expect(rows.count == 3 * 2 * 3)
    for (index, row) in rows.enumerated() where index.isMultiple(of: 3) {
      let outcome = try run([
        "compare", "--samples", "2", "--format", "csv", "--set",
        "quasi-static.duration=\(row["quasi-static.duration_tau0"]!)", "--set",
        "digital.bits=\(row["digital.bits"]!)",
      ])
      let compared = self.rows(outcome.output)
      for row in rows[index..<index + 3] {
        let own = compared.filter { $0["substrate"] == row["substrate"] }
        let energy = try #require(own.first { $0["row"] == "energy" })
        for column in [
          "kind", "energy_J", "energy_kT", "latency_s", "latency_max_s", "accuracy",
          "accuracy_standard_error", "accuracy_difference", "accuracy_difference_standard_error",
          "agreement", "output_rmse", "verdict", "boundary",
        ] { #expect(row[column] == energy[column], "\(index) \(column)") }
        #expect(row["energy_standard_error_kT"] == energy["standard_error_kT"])
        let limits = own.filter { $0["row"] == "limit" }
        #expect(!limits.isEmpty)
        for limit in limits {
          let name = [limit["kind"]!, limit["name"]!, limit["rule"]!].filter { !$0.isEmpty }
            .joined(separator: "_")
          #expect(row["\(name)_J"] == limit["energy_J"], "\(name)")
          #expect(row["\(name)_kT"] == limit["energy_kT"], "\(name)")
        }
        #expect(row["other_limits"] == "" && row["note"] == "")
      }
    }
    let points = rows.map { [$0["point"], $0["quasi-static.duration_tau0"], $0["digital.bits"]] }
    #expect(points[0] == ["0", "1.0", "4.0"] && points[3] == ["1", "1.0", "8.0"])
    #expect(points[17] == ["5", "100.0", "8.0"])
  }

  @Test func shardsInTurnAreTheWholeForAnyThreads() throws {
    let whole = try run(Self.some + ["--quiet", "--threads", "1"])
    #expect(whole.status == 0 && whole.error.isEmpty)
    for count in [2, 7] {
      let parts = try (1...count).map {
        try run(Self.some + ["--shard", "\($0)/\(count)", "--threads", "2"])
      }
      #expect(parts.allSatisfy { $0.status == 0 && $0.error.isEmpty })
      #expect(parts.map(\.output).joined() == whole.output)
    }
  }

  @Test func aWholeNumberTakesItsWholeRange() throws {
    let outcome = try run([
      "sweep", "--samples", "2", "--substrates", "digital", "--over", "digital.bits=2:16:15",
      "--quiet",
    ])
    #expect(outcome.status == 0 && rows(outcome.output).map { $0["verdict"] }.count == 15)
  }

  @Test func theDocumentHasTheSameRowsAndTheCrossings() throws {
    let table = rows(try run(Self.some).output)
    let outcome = try run(Self.some + ["--format", "json"])
    let document = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
    #expect(document.schema == "substrata.sweep/1" && document.complete)
    #expect(document.fingerprint == table[0]["sweep"])
    #expect(document.rows.map(\.substrate) == table.map { $0["substrate"] })
    #expect(document.rows.map(\.energy) == table.map { $0["energy_J"].flatMap(Double.init) })
    #expect(outcome.output.contains("\"energy_low_J\" : null"))
    let lines = outcome.error.split(separator: "\n")
    #expect(!document.crossings.isEmpty && lines.count == document.crossings.count)
    #expect(lines.allSatisfy { $0.hasPrefix("substrata: quasi-static ") })
    #expect(try run(Self.some + ["--format", "json", "--quiet"]).error.isEmpty)
  }

  @Test func strictFailsAfterTheRows() throws {
    // At its first point the ramp is far too fast, and read with hardly any hold.
    let arguments = [
      "sweep", "--samples", "3", "--substrates", "quasi-static", "--set",
      "quasi-static.settle=0.1", "--over", "quasi-static.duration=1:1000:2", "--quiet",
    ]
    let outcome = try run(arguments + ["--strict"])
    #expect(outcome.status == 1 && rows(outcome.output).count == 2)
    #expect(outcome.error.contains("unsettled at quasi-static.duration=1.0"))
    #expect(outcome.error.split(separator: "\n").count == 1)
    let plain = try run(arguments)
    #expect(plain.status == 0 && plain.output == outcome.output)
    // What was computed before is judged like what is computed now.
    scratch.file("all.csv", plain.output)
    #expect(try run(arguments + ["--strict", "--resume", "all.csv"]).status == 1)
  }

  // MARK: Files

  @Test func anOutputFileAppearsWholeAndNothingElseDoes() throws {
    let printed = try run(Self.some).output
    for format in [[], ["--format", "json", "--quiet"]] {
      scratch.file("rows", "old")
      let outcome = try run(Self.some + ["--output", "rows"] + format)
      #expect(outcome.status == 0 && outcome.output.isEmpty)
      #expect(scratch.names == ["rows"])
      if format.isEmpty { #expect(try contents("rows") == printed) }
    }
  }

  /// From every number of whole rows on, the result is that of an uninterrupted sweep.
  @Test(arguments: [1, 3, 4, 18, 19]) func resumedFromSomeRows(lines count: Int) throws {
    let whole = try run(Self.some)
    let lines = whole.output.split(separator: "\n").map { String($0) + "\n" }
    #expect(lines.count == 19)
    let part = lines[..<count].joined()
    scratch.file("part.csv", part)
    let printed = try run(Self.some + ["--resume", "part.csv"])
    #expect(printed.status == 0)
    #expect(printed.output == whole.output && printed.error == whole.error)
    #expect(try contents("part.csv") == part)
    // A copy elsewhere leaves the file as it is; in its own place it is continued.
    #expect(try run(Self.some + ["--resume", "part.csv", "--output", "all.csv"]).status == 0)
    #expect(try contents("part.csv") == part && contents("all.csv") == whole.output)
    scratch.file("own.csv.partial", part)
    #expect(
      try run(Self.some + ["--resume", "own.csv.partial", "--output", "own.csv"]).status == 0)
    #expect(try contents("own.csv") == whole.output)
    #expect(scratch.names == ["all.csv", "own.csv", "part.csv"])
  }

  @Test func aShardIsResumedLikeTheWhole() throws {
    let shard = Self.some + ["--shard", "2/2"]
    let whole = try run(shard).output
    let lines = whole.split(separator: "\n").map { String($0) + "\n" }
    #expect(lines.count == 9)
    for count in [0, 1, 5] {
      scratch.file("part.csv", lines[..<count].joined())
      #expect(try run(shard + ["--resume", "part.csv"]).output == whole)
    }
  }

  @Test func whatCannotBeResumedIsLeftAsItIs() throws {
    let whole = try run(Self.some).output
    let cut = String(whole.dropLast(5))
    for (text, more, words) in [
      ("", [], "it is empty"), (cut, [], "line, 19, is cut off"),
      (whole, ["--seed", "2"], "another sweep"), (whole, ["--temperature", "299"], "another"),
      (whole, ["--set", "dynamic-analog.duration=9"], "another sweep"),
      (whole, ["--over", "digital.lanes=1:2:2"], "heading"),
      (whole, ["--substrates", "quasi-static,digital"], "heading"),
      (whole, ["--shard", "1/2"], "beyond"), (whole, ["--shard", "2/2"], "another sweep"),
      (whole + "\n", [], "1 fields"),
      ("\u{feff}" + whole, [], "longer than the rows"),
    ] as [(String, [String], String)] {
      let outputs = text == cut ? [[], ["--output", "new.csv"]] : []
      for output in outputs + [["--output", "old.csv"]] {
        scratch.file("old.csv.partial", text)
        let sweep = more.contains("--substrates") ? Self.every : Self.some
        try Tool.expectFailure(
          sweep + more + ["--resume", "old.csv.partial"] + output, status: 3, saying: words,
          in: scratch.folder)
        #expect(scratch.names == ["old.csv.partial"])
        #expect(try contents("old.csv.partial") == text)
      }
    }
  }

  @Test func anUnfinishedSweepIsNotWrittenOver() throws {
    scratch.file("rows.csv.partial", "precious")
    for format in ["csv", "json"] {
      try Tool.expectFailure(
        Self.some + ["--output", "rows.csv", "--format", format], status: 3,
        saying: "--resume 'rows.csv.partial'", in: scratch.folder)
    }
    #expect(try contents("rows.csv.partial") == "precious")
    #expect(scratch.names == ["rows.csv.partial"])
  }

  @Test(arguments: [
    ("missing/rows.csv", "no such file"), ("folder", "it is a folder"),
  ])
  func outputThatCannotBeWritten(path: String, words: String) throws {
    try FileManager.default.createDirectory(
      at: scratch.folder.appending(path: "folder"), withIntermediateDirectories: true)
    try Tool.expectFailure(
      Self.some + ["--output", path], status: 3, saying: words, in: scratch.folder)
    #expect(scratch.names == ["folder"])
  }

  /// Accumulators of 16 bits hold the sums of small numbers only.
  @Test func refusalsAreRowsUnlessThereIsNothingElse() throws {
    let small = [
      "sweep", "--samples", "2", "--substrates", "digital", "--set", "digital.accumulator-bits=16",
    ]
    let some = try run(small + ["--over", "digital.bits=2:10:2", "--quiet"])
    #expect(some.status == 0)
    let rows = some.output.split(separator: "\n").dropFirst()
    #expect(rows.count == 2)
    #expect(rows.first?.contains(",digital,settled,model,") == true)
    #expect(rows.last?.contains(",digital,refused,,,") == true)
    #expect(rows.last?.contains("could overflow its accumulator") == true)
    let strict = try run(small + ["--over", "digital.bits=2:10:2", "--strict"])
    #expect(strict.status == 1 && strict.output == some.output)
    #expect(strict.error.contains("refuses at digital.bits=10"))
    try Tool.expectFailure(
      small + ["--over", "digital.bits=10:12:2", "--output", "rows.csv"], status: 3,
      saying: "every substrate refuses", in: scratch.folder)
    #expect(scratch.names.isEmpty)
  }

  // MARK: Interruption

  /// Starts a long sweep, waits for its first rows, and sends it a signal.
  private func interrupted(
    _ arguments: [String], by signal: Int32, once isReady: () throws -> Bool
  ) throws -> (status: Int32, error: String) {
    let error = scratch.file("error", "")
    let process = Process()
    process.executableURL = Tool.path
    process.arguments = arguments
    process.currentDirectoryURL = scratch.folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: error)
    try process.run()
    while process.isRunning, try !isReady() { usleep(1000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    let text = try contents("error")
    try FileManager.default.removeItem(at: error)
    return (process.terminationStatus, text)
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func anInterruptKeepsTheRowsDone(signal: Int32, status: Int32) throws {
    // Enough points that it is still at work after the first.
    let long = [
      "sweep", "--samples", "2", "--substrates", "quasi-static,digital", "--quiet", "--over",
      "quasi-static.relaxation-time=1e-9:2e-9:300",
    ]
    let outcome = try interrupted(long + ["--output", "rows.csv"], by: signal) {
      (try? contents("rows.csv.partial"))?.split(separator: "\n").count ?? 0 > 2
    }
    #expect(outcome.status == status)
    #expect(outcome.error.hasPrefix("substrata: interrupted; "))
    #expect(outcome.error.split(separator: "\n").count == 1)
    #expect(
      outcome.error.contains("of 300 points are kept; continue with --resume 'rows.csv.partial'"))
    #expect(scratch.names == ["rows.csv.partial"])
    let kept = try contents("rows.csv.partial")
    let lines = kept.split(separator: "\n")
    #expect(kept.hasSuffix("\n") && lines.count > 2 && lines.count < 601)
    // Whole points, the first ones: as many as the message says.
    #expect(lines.count % 2 == 1)
    #expect(outcome.error.contains("; \(lines.count / 2) of "))
    let first = try run(long + ["--shard", "1/300"]).output
    #expect(kept.hasPrefix(first.split(separator: "\n").prefix(3).joined(separator: "\n")))
  }

  @Test func aBrokenOffDocumentSaysSo() throws {
    let long = [
      "sweep", "--samples", "2", "--substrates", "quasi-static", "--format", "json", "--output",
      "rows.json", "--over", "quasi-static.duration=1:100:300",
    ]
    let begin = ContinuousClock.now
    let outcome = try interrupted(long, by: SIGINT) {
      ContinuousClock.now - begin > .seconds(2)
    }
    #expect(outcome.status == 130 && outcome.error.hasPrefix("substrata: interrupted; "))
    // How far it came by then is left open; what it wrote is whole.
    if scratch.names == ["rows.json.partial"] {
      let document = try JSONDecoder().decode(
        Document.self, from: Data(contents("rows.json.partial").utf8))
      #expect(!document.complete && document.crossings.isEmpty)
      #expect(outcome.error.contains("; \(document.rows.count) of 300 points are written"))
    } else {
      #expect(scratch.names.isEmpty && outcome.error.contains("; 0 of 300"))
    }
  }
}
