import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `substrata train`.
@Suite struct TrainTests {
  private static let short = [
    "train", "--model", "64-6-10", "--samples", "60", "--epochs", "2", "--quiet",
  ]

  @Test(arguments: [
    (["train", "--model", "64-x-10"], "write for example '64-32-10'"),
    (["train", "--model", "64-32-10:swosh"], "known: relu, tanh"),
    (["train", "--model", "64-0-10"], "no whole number"),
    (["train", "--model", "64-32-10", "--model-output", "y"], "leave it out"),
    (["train", "--model", "digits-mpl"], "did you mean 'digits-mlp'?"),
    (["train", "--energy-per-parameter", "0"], "positive"),
    (["train", "--energy-per-parameter", "-2"], "positive"),
    (["train", "--energy-per-parameter", "nan"], "positive"),
    (["train", "--learning-rate", "0"], "positive"),
    (["train", "--learning-rate", "inf"], "positive"),
    (["train", "--momentum", "1"], "below 1"),
    (["train", "--epochs", "0"], "whole number from 1"),
    (["train", "--batch", "0"], "whole number from 1"),
    (["train", "--schedule", "liner"], "did you mean 'linear'?"),
    (["train", "--loss", "hinge"], "known: cross-entropy"),
    (["train", "--rule", "stress", "--loss", "cross-entropy"], "squared error"),
    (["train", "--clamp", "0.1"], "--rule stress"),
    (["train", "--over", "energy-per-parameter"], "it takes NAME="),
    (["train", "--over", "energy-per-parameter=0:2:3"], "not positive"),
    (["train", "--over", "energy-per-parameter=1:2:1"], "COUNT 1"),
    (["train", "--over", "energy-per-parameter=1:2:3:lin"], "it takes NAME="),
    (["train", "--over", "energy=1:2:3"], "known: energy-per-parameter"),
    (["train", "--over", "learning-rate=0.1:0.2:2"], "add --over energy-per-parameter"),
    (["train", "--over", "energy-per-parameter=1:9:1000", "--repeats", "10000"], "100000"),
    (["train", "--repeats", "3"], "--over"),
    (["train", "--save", "net.pt"], ".onnx or .json"),
    (["train", "--output", "net.onnx"], "write --save net.onnx"),
    (["train", "--save", "net.json", "--output", "./net.json"], "would be overwritten"),
    (["train", "--test-labels", "x.csv"], "no --test-data"),
    (["train", "--set", "quasi-static.snr=1", "--substrates", "digital"], "leaves"),
    (["train", "--format", "poem"], "known: table"),
  ])
  func callsThatCannotBeMeant(arguments: [String], words: String) throws {
    let scratch = try Scratch()
    try Tool.expectFailure(arguments, status: 2, saying: words, in: scratch.folder)
    #expect(scratch.names.isEmpty)
  }

  @Test func dataThatDoNotFit() throws {
    let scratch = try Scratch()
    // Two numbers and a class, of which only 0 and 1 occur.
    let rows = (0..<16).map { "\($0 % 3),\($0 % 5),\($0 % 2)\n" }.joined()
    scratch.file("two.csv", rows)
    scratch.file("few.csv", "1,2,0\n3,4,1\n")
    scratch.file("bare.csv", "1,2\n3,4\n5,6\n7,8\n")
    for (arguments, words) in [
      (["--model", "2-3-3", "--data", "two.csv"], "class 2"),
      (["--model", "5-3-2", "--data", "two.csv"], "takes 5"),
      (["--model", "2-3-2", "--data", "few.csv"], "every fourth"),
      (["--model", "2-3-2", "--data", "bare.csv"], "no labels"),
      (["--model", "2-3-2", "--data", "none.csv"], "cannot read"),
      (["--model", "none.onnx"], "cannot read"),
    ] {
      try Tool.expectFailure(
        ["train", "--save", "net.onnx"] + arguments, status: 3, saying: words, in: scratch.folder)
    }
    #expect(scratch.names == ["bare.csv", "few.csv", "two.csv"])
    let outcome = try Tool.run(
      ["train", "--model", "2-3-2", "--data", "two.csv", "--format", "json", "--quiet"],
      in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.contains("every fourth sample of 'two.csv'"))
  }

  @Test func theSameBytesForAnyNumberOfThreads() throws {
    let calls = try ["1", "2"].map { threads in
      try Tool.run(
        Self.short + [
          "--format", "json", "--over", "energy-per-parameter=1:10:2", "--repeats", "2",
          "--threads", threads,
        ])
    }
    #expect(calls[0].status == 0, "\(calls[0].error)")
    #expect(calls[0].output == calls[1].output)
    #expect(calls[0].output.contains("\"schema\" : \"substrata.training/1\""))
    #expect(!calls[0].output.lowercased().contains("nan"))
  }

  @Test(arguments: ["table", "csv", "markdown", "html"])
  func everyFormat(format: String) throws {
    let outcome = try Tool.run(
      Self.short + [
        "--format", format, "--over", "energy-per-parameter=1:10:2", "--repeats", "2",
      ])
    #expect(outcome.status == 0, "\(outcome.error)")
    for word in ["2NDkT", "quasi-static", "information"] {
      #expect(outcome.output.contains(word), "\(format): \(word)")
    }
    if format == "html" {
      // Well-formed, and with a chart for each axis.
      let parser = XMLParser(data: Data(outcome.output.dropFirst("<!DOCTYPE html>".count).utf8))
      #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
      #expect(outcome.output.components(separatedBy: "<svg class=\"wide\"").count == 3)
    }
  }

  @Test func theTrainedNetworkIsComparedLater() throws {
    let scratch = try Scratch()
    for name in ["net.onnx", "net.json"] {
      let training = try Tool.run(
        Self.short + ["--save", name, "--format", "json"], in: scratch.folder)
      #expect(training.status == 0, "\(training.error)")
      let comparison = try Tool.run(
        ["compare", "--model", name, "--samples", "60", "--format", "json", "--quiet"],
        in: scratch.folder)
      #expect(comparison.status == 0, "\(comparison.error)")
      let found = try Self.object(comparison.output)
      let learned = try Self.object(training.output)
      // The network after exact steps, tested on the same samples.
      let reference = (found["reference"] as? [String: Any])?["accuracy"] as? Double
      let exact = (learned["exact"] as? [String: Any])?["accuracy"] as? Double
      #expect(reference != nil && reference == exact)
    }
  }

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func whatDivergesSaysAtWhichStep() throws {
    let arguments = Self.short + ["--learning-rate", "1e6", "--loss", "squared-error"]
    let loose = try Tool.run(arguments)
    #expect(loose.status == 0 && loose.output.contains("diverged at step"))
    let strict = try Tool.run(arguments + ["--strict"])
    #expect(strict.status == 1 && strict.output == loose.output)
    #expect(strict.error.contains("diverged at step"))
  }

  @Test func whatIsInterruptedKeepsItsEpochs() throws {
    let scratch = try Scratch()
    let outcome = try Tool.shell(
      """
      "$0" train --model 64-6-10 --samples 60 --epochs 1000000 --quiet --format json \
      --output report.json --save net.json & sleep 2; kill -INT $!; wait $!
      """, in: scratch.folder)
    #expect(outcome.status == 130, "\(outcome.error)")
    #expect(outcome.error.contains("epochs are kept"))
    #expect(scratch.names == ["net.json", "report.json"])
    let report = try Self.object(
      String(contentsOf: scratch.folder.appending(path: "report.json"), encoding: .utf8))
    let exact = try #require(report["exact"] as? [String: Any])
    #expect(exact["verdict"] as? String == "interrupted")
    #expect(((exact["epochs_done"] as? Int) ?? 0) > 0)
  }
}
