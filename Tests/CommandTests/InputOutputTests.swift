import Foundation
import Testing

/// Files that cannot be read, written or used: status 3, one line, nothing left behind.
@Suite struct InputOutputTests {
  private let scratch: Scratch
  private static let row = Array(repeating: "1", count: 64).joined(separator: ",")

  init() throws {
    scratch = try Scratch()
    let row = Self.row
    scratch.file("empty.csv", "")
    scratch.file("ragged.csv", "\(row)\n1,2\n")
    scratch.file("narrow.csv", "1,2\n3,4\n")
    scratch.file("nan.csv", "\(row)\n\(row.dropLast())nan\n")
    scratch.file("nul.csv", "\(row)\n\(row)\0\n")
    scratch.file("headed.csv", "a,b\n\(row)\n\(row)\n")
    scratch.file("one.csv", "\(row)\n")
    scratch.file("good.csv", "\(row)\n\(row)\n")
    scratch.file("labelled.csv", "\(row),3\n\(row),4\n")
    scratch.file("beyond.csv", "\(row),3\n\(row),10\n")
    scratch.file("halves.csv", "\(row),3\n\(row),0.5\n")
    scratch.file("latin.csv", Data([0xe9, 0x2c]) + Data("\(row)\n".utf8))
    scratch.file("three-labels.csv", "1\n2\n3\n")
    scratch.file("beyond-labels.csv", "1\n10\n")
    scratch.file("labels.csv", "1\n2\n")
    scratch.file("cut.npy", Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]))
    scratch.file("cut.json", #"{"schema": "substrata.network/1", "na"#)
    scratch.file("evil\u{1b}[31m.csv", "1,2\n")
    try FileManager.default.createDirectory(
      at: scratch.folder.appending(path: "folder"), withIntermediateDirectories: true)
  }

  @Test(arguments: [
    ("missing.csv", "no such file"), ("folder/", "folder"), ("./folder", "folder"),
    ("empty.csv", "no samples"), ("ragged.csv", "line 2"), ("narrow.csv", "takes 64"),
    ("nan.csv", "line 2"), ("one.csv", "two or more"), ("beyond.csv", "classes 0 to 9"),
    ("halves.csv", "0.5"), ("latin.csv", "UTF-8"), ("nul.csv", "line 2"),
    ("headed.csv", "the heading names 2"), ("cut.npy", "cut off"),
    ("evil\u{1b}[31m.csv", "\\u{1b}"), ("/dev/null", "device"),
  ])
  func dataThatCannotBeUsed(name: String, words: String) throws {
    try Tool.expectFailure(
      ["compare", "--data", name], status: 3, saying: words, in: scratch.folder)
  }

  @Test(arguments: [
    ("missing.json", "no such file"), ("folder/", "folder"), ("cut.json", "cut off"),
    ("latin.csv", "UTF-8"),
  ])
  func modelsThatCannotBeUsed(name: String, words: String) throws {
    for command in ["compare", "inspect"] {
      try Tool.expectFailure(
        [command, "--model", name], status: 3, saying: words, in: scratch.folder)
    }
  }

  @Test(arguments: [
    ("good.csv", "missing.csv", "no such file"), ("good.csv", "three-labels.csv", "the samples 2"),
    ("good.csv", "beyond-labels.csv", "classes 0 to 9"),
    ("good.csv", "good.csv", "one label a line"),
    // With labels of their own, the data's last column is one too many.
    ("labelled.csv", "labels.csv", "65 values"),
  ])
  func labelsThatDoNotFit(data: String, labels: String, words: String) throws {
    try Tool.expectFailure(
      ["compare", "--data", data, "--labels", labels], status: 3, saying: words,
      in: scratch.folder)
  }

  @Test(arguments: [
    ("missing/report.txt", "no such file"), ("folder", "it is a folder"),
  ])
  func outputThatCannotBeWritten(path: String, words: String) throws {
    let before = scratch.names
    try Tool.expectFailure(
      ["compare", "--output", path], status: 3, saying: words, in: scratch.folder)
    #expect(scratch.names == before)
  }

  @Test func aFullDeviceIsAnError() throws {
    #if os(Linux)
      try Tool.expectFailure(
        ["compare", "--samples", "2", "--substrates", "digital", "--output", "/dev/full"],
        status: 3, saying: "no space left")
    #endif
  }

  @Test func anOutputFileIsReplacedWholeAndNothingElseAppears() throws {
    let before = scratch.names
    let arguments = ["compare", "--samples", "2", "--substrates", "digital", "--format", "json"]
    scratch.file("report.json", "old")
    let outcome = try Tool.run(arguments + ["--output", "report.json"], in: scratch.folder)
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.error.isEmpty)
    #expect(scratch.names == (before + ["report.json"]).sorted())
    let report = try Data(contentsOf: scratch.folder.appending(path: "report.json"))
    #expect(try Tool.run(arguments).output == String(decoding: report, as: UTF8.self))
  }

  private static let brief = "compare --samples 2 --substrates digital --format csv"

  @Test func aLinkToNothingYetStaysALink() throws {
    for line in [
      "ln -s made.txt first.txt && ln -s first.txt link.txt", "ln -s $PWD/made.txt link.txt",
      "ln -s ../made.txt folder/link.txt && ln -s folder/link.txt link.txt",
    ] {
      let outcome = try Tool.shell(
        "rm -f made.txt first.txt folder/link.txt link.txt; \(line); "
          + "\"$0\" \(Self.brief) --output link.txt && test -L link.txt && test -f made.txt",
        in: scratch.folder)
      #expect(outcome.status == 0, "\(line): \(outcome.error)")
    }
    for (line, words) in [
      ("ln -s b.txt a.txt; ln -s a.txt b.txt", "circle"),
      ("ln -s gone/b.txt a.txt", "no such file"),
    ] {
      try Tool.expectFailure(
        try Tool.shell(
          "rm -f a.txt b.txt; \(line); exec \"$0\" \(Self.brief) --output a.txt",
          in: scratch.folder), of: line, status: 3, saying: [words])
    }
  }

  @Test func aReportDoesNotTakeTheWayOfItsInput() throws {
    let good = scratch.folder.appending(path: "good.csv")
    let before = try Data(contentsOf: good)
    for output in ["good.csv", "./folder/../good.csv", "soft.csv", "hard.csv"] {
      try Tool.expectFailure(
        try Tool.shell(
          "ln -sf good.csv soft.csv; ln -f good.csv hard.csv; "
            + "exec \"$0\" compare --data good.csv --output \(output)", in: scratch.folder),
        of: output, status: 2, saying: ["is the file of --data"])
      #expect(try Data(contentsOf: good) == before)
    }
    try Tool.expectFailure(
      ["compare", "--model", "./cut.json", "--output", "cut.json"], status: 2,
      saying: "is the file of --model", in: scratch.folder)
    try Tool.expectFailure(
      ["compare", "--data", "good.csv", "--labels", "labels.csv", "--output", "labels.csv"],
      status: 2, saying: "is the file of --labels", in: scratch.folder)
  }

  @Test func namesThatAreNotUTF8AreRefused() throws {
    let before = scratch.names
    for option in ["--output", "--data"] {
      try Tool.expectFailure(
        try Tool.shell(
          "exec \"$0\" \(Self.brief) \(option) \"$(printf 'caf\\351.csv')\"", in: scratch.folder),
        of: option, status: 2, saying: ["argument 9", "not UTF-8"])
    }
    #expect(scratch.names == before)
  }

  @Test func aFileThatGrowsTooLargeLeavesNothing() throws {
    let before = scratch.names
    try Tool.expectFailure(
      try Tool.shell(
        "ulimit -f 1; exec \"$0\" \(Self.brief.replacing("csv", with: "json")) --output new.json",
        in: scratch.folder), of: "ulimit", status: 3, saying: ["file too large"])
    #expect(scratch.names == before)
  }

  @Test func closedStreams() throws {
    let whole = try Tool.shell("\"$0\" \(Self.brief)").output
    #expect(try Tool.shell("\"$0\" \(Self.brief) <&- 2>&-").output == whole)
    for line in ["\(Self.brief) >&-", "\(Self.brief) <&- >&-", "list >&-", "help 1</dev/null"] {
      try Tool.expectFailure(
        try Tool.shell("exec \"$0\" \(line)", in: scratch.folder), of: line, status: 3,
        saying: ["standard output", "closed"])
    }
    // A report that goes to a file needs none of them.
    let outcome = try Tool.shell(
      "\"$0\" \(Self.brief) --output report.csv <&- >&- 2>&-", in: scratch.folder)
    #expect(outcome.status == 0)
    let report = try Data(contentsOf: scratch.folder.appending(path: "report.csv"))
    #expect(String(decoding: report, as: UTF8.self) == whole)
  }

  @Test func veryLongNamesAreCut() throws {
    let long = String(repeating: "x", count: 5000)
    for arguments in [
      ["compare", "--model", long], ["compare", "--model", "\(long).json"],
      ["compare", "--data", "./\(long)"], ["compare", "--output", "\(long)/a"],
      ["compare", "--set", "digital.\(long)=1"], ["compare", "--seed", long], [long],
      ["compare", "--\(long)"], ["compare", long],
    ] {
      let outcome = try Tool.run(arguments, in: scratch.folder)
      #expect(outcome.status >= 2 && outcome.error.utf8.count < 2100, "\(outcome.error)")
      #expect(outcome.error.split(separator: ";").count >= 3, "\(outcome.error)")
    }
  }

  @Test func faultsOfModelsReadAsSentences() throws {
    let head = #"{"schema": "substrata.network/1", "name": "n", "input": [1], "output": "a", "#
    for (operations, words) in [
      (#"[{"name": "a", "kind": "relu", "reads": ["b"]}]"#, "is refused; operation 'a' reads 'b'"),
      (
        #"[{"name": "a", "kind": "dense", "reads": ["input"], "weight": [[1e39]], "bias": [0]}]"#,
        "is refused; operation 'a' (dense) has a weight of 1e+39"
      ),
      ("0", "is refused; it is not a substrata.network/1 document"),
    ] {
      scratch.file("model.json", head + #""operations": \#(operations)}"#)
      try Tool.expectFailure(
        ["inspect", "--model", "model.json"], status: 3, saying: words, in: scratch.folder)
    }
  }

  @Test func modelsFromONNX() throws {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "ONNXTests/Fixtures")
    let model = try Data(contentsOf: fixtures.appending(path: "residual-17.onnx"))
    scratch.file("net.ONNX", model)
    scratch.file("six.csv", "0,1,0.5,0.2,0.3,1\n1,0,0.25,0,1,0.5\n")
    let report = try Tool.run(
      ["compare", "--model", "net.ONNX", "--data", "six.csv", "--format", "csv"],
      in: scratch.folder)
    #expect(report.status == 0 && report.output.contains("quasi-static"), "\(report.error)")
    let summary = try Tool.run(["inspect", "--model", "net.ONNX"], in: scratch.folder)
    #expect(summary.output.hasPrefix("net\n\n6 inputs, 3 outputs, 27 neurons"), "\(summary.error)")

    scratch.file("cut.onnx", model.dropLast(40))
    scratch.file("text.onnx", "no model\n")
    // Field 4 of a node, its operator.
    var other = model
    other.replaceSubrange(
      try #require(other.range(of: Data("\"\u{4}Tanh".utf8))), with: Data("\"\u{4}Tank".utf8))
    scratch.file("other.onnx", other)
    for (name, words) in [
      ("cut.onnx", "export it again"), ("text.onnx", "no ONNX model"),
      ("other.onnx", "is not supported; see 'substrata list --operators'"),
      ("none.onnx", "no such file"),
    ] {
      try Tool.expectFailure(
        ["inspect", "--model", name], status: 3, saying: "cannot read '\(name)'; ", words,
        in: scratch.folder)
    }
    #expect(try Tool.run(["list", "--operators"]).output.contains("ONNX            Gemm, MatMul"))

    // A file is read here and there, a pipe whole; what is neither is refused in the words of any file.
    let piped = try Tool.shell(
      """
      mkfifo net-pipe.onnx && { cat net.ONNX > net-pipe.onnx & } \\
        && "$0" inspect --model net-pipe.onnx; status=$?; wait; exit $status
      """, in: scratch.folder)
    #expect(piped.status == 0, "\(piped.error)")
    #expect(piped.output == summary.output.replacing(/^net/, with: "net-pipe"))
    try FileManager.default.createDirectory(
      at: scratch.folder.appending(path: "folder.onnx"), withIntermediateDirectories: false)
    scratch.file("empty.onnx", "")
    for (name, words) in [
      ("folder.onnx", "it is a folder; name a file in it"),
      ("empty.onnx", "it is no ONNX model: it holds no graph; export it again"),
      ("/dev/null/x.onnx", "not a directory; check the name"),
    ] {
      try Tool.expectFailure(
        ["inspect", "--model", name], status: 3, saying: "cannot read '\(name)'; \(words)",
        in: scratch.folder)
    }
  }

  @Test func aLinkStaysALink() throws {
    let target = scratch.file("target.txt", "old")
    let link = scratch.folder.appending(path: "link.txt")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
    let outcome = try Tool.run(
      ["compare", "--samples", "2", "--substrates", "digital", "--output", "link.txt"],
      in: scratch.folder)
    #expect(outcome.status == 0)
    #expect(try link.resourceValues(forKeys: [.isSymbolicLinkKey]).isSymbolicLink == true)
    #expect(try Data(contentsOf: target).starts(with: Data("What one inference costs".utf8)))
  }
}
