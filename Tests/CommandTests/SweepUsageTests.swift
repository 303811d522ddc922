import Foundation
import Testing

/// Sweeps that cannot be meant: status 2, one line, nothing on standard output, no file.
@Suite struct SweepUsageTests {
  @Test(arguments: [
    ("digital.bits=2:16:0", "no points"), ("digital.bits=2:16:-3", "no points"),
    ("digital.clock=1:2:1000000", "at most 100000"), ("digital.clock=1:2:100001", "at most"),
    ("digital.clock=1:2:99999999999999999999", "at most 100000"),
    ("digital.bits=2:16:2.5", "whole number from 1"), ("digital.bits=2:16:", "whole number"),
    ("digital.bits=2:16:4", "6.66666666667"), ("digital.bits=2:17:16", "2 to 16"),
    ("digital.bits=x:16:4", "FIRST 'x'"), ("digital.bits=2:nan:4", "LAST 'nan'"),
    ("digital.bits=2:inf:4", "LAST 'inf'"), ("digital.bits=:4:4", "FIRST ''"),
    ("digital.bits=2:3:1", "COUNT 1"), ("digital.bits=3:3:2", "coincide"),
    ("digital.clock=0:1:3:log", "at or below 0"), ("digital.clock=-1:1:3:log", "at or below 0"),
    ("digital.clock=1:2:3:lg", "did you mean 'log'?"), ("digital.clock=1:2:3:log:x", "FIRST:LAST"),
    ("quasi-static.duration=-1:1:3", "-1.0"), ("digital.technology=45nm:7nm:2", "takes words"),
    ("digital.technology=1:2:2", "takes words"), ("digital.bits=4", "FIRST:LAST:COUNT"),
    ("digital.bits", "FIRST:LAST:COUNT"), ("bits=2:3:2", "FIRST:LAST:COUNT"), ("", "FIRST:LAST"),
    ("digtal.bits=2:3:2", "did you mean 'digital'?"), ("digital.bit=2:3:2", "did you mean 'bits'?"),
  ])
  func axes(axis: String, words: String) throws {
    let scratch = try Scratch()
    try Tool.expectFailure(
      ["sweep", "--over", axis, "--output", "rows.csv"], status: 2, saying: words,
      in: scratch.folder)
    #expect(scratch.names.isEmpty)
  }

  private static let bits = ["--over", "digital.bits=2:4:3"]

  @Test(arguments: [
    ([], "no axis"), (bits + bits, "two axes"),
    (bits + ["--set", "digital.bits=3"], "set and swept"),
    (bits + ["--substrates", "quasi-static"], "leaves 'digital' out"),
    (
      ["--over", "quasi-static.snr=1:2:2", "--over", "quasi-static.stiffness=1:2:2"], "replaces"
    ),
    (["--over", "quasi-static.snr=1:2:2", "--set", "quasi-static.stiffness=1"], "replaces"),
    (
      ["--over", "digital.clock=1:2:1000", "--over", "quasi-static.duration=1:2:1000"],
      "1000 × 1000 points"
    ),
    (
      ["--over", "quasi-static.duration=0:10:3", "--set", "quasi-static.method=length"],
      "quasi-static.duration=0"
    ),
    (bits + ["--shard", "3/2"], "1/N to N/N"), (bits + ["--shard", "0/2"], "1/N to N/N"),
    (bits + ["--shard", "1/0"], "1/N to N/N"), (bits + ["--shard", "x/y"], "I/N"),
    (bits + ["--shard", "2"], "I/N"), (bits + ["--shard", "1/2/3"], "I/N"),
    (bits + ["--format", "table"], "known: csv, json"),
    (bits + ["--format", "json", "--resume", "x.csv"], "--resume and --format json"),
    (bits + ["--format", "json", "--shard", "1/2"], "--shard and --format json"),
    (bits + ["--per-layer"], "unknown option"), (bits + ["--samples", "1"], "from 2"),
    (bits + ["--temperature", "0"], "positive"), (bits + ["--seed", "-1"], "from 0"),
  ])
  func calls(arguments: [String], words: String) throws {
    let scratch = try Scratch()
    try Tool.expectFailure(
      ["sweep", "--output", "rows.csv"] + arguments, status: 2, saying: words, in: scratch.folder)
    #expect(scratch.names.isEmpty)
  }

  @Test func aFileThatIsNotThereCannotBeResumed() throws {
    try Tool.expectFailure(
      ["sweep", "--resume", "missing.csv"] + Self.bits, status: 3, saying: "no such file")
  }

  @Test func itsHelpFitsATerminal() throws {
    let help = try Tool.run(["sweep", "--help"])
    #expect(help.status == 0 && help.output.contains("--over ID.PARAMETER=FIRST:LAST:COUNT[:log]"))
    #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(help.output.contains("130"))
    #expect(try Tool.run([]).output.contains("sweep"))
  }
}
