import Foundation
import Testing

/// Data and labels as data sets come, and what is refused of them.
@Suite struct DataFormatTests {
  private let scratch: Scratch

  /// Images of 3 channels, 2×4 pixels, and a network that tells channels and places apart.
  private static let pixels: [UInt8] = (0..<3 * 24).map { UInt8(($0 * 53 + 7) % 251) }

  init() throws {
    scratch = try Scratch()
    let weights = (0..<4).map { row -> String in
      let numbers = (0..<24).map { column -> String in
        let number = Double((column * 5 + row * 7) % 11) / 4096 - 0.001
        return "\(number)"
      }
      return "[" + numbers.joined(separator: ",") + "]"
    }.joined(separator: ",")
    for (name, shape) in [("first", "3, 2, 4"), ("last", "2, 4, 3"), ("flat", "24")] {
      scratch.file(
        "\(name).json",
        """
        {"schema": "substrata.network/1", "name": "net", "input": [\(shape)], "output": "y",
         "operations": [{"name": "f", "kind": "flatten", "reads": ["input"]},
          {"name": "y", "kind": "dense", "reads": ["f"], "weight": [\(weights)], "bias": [0, 0, 0, 0]}]}
        """)
    }
    let pixels = Self.pixels
    // [3 samples, 2, 4, 3 channels], and the same with channels first.
    scratch.file("last.npy", Self.npy("|u1", [3, 2, 4, 3], pixels))
    var moved: [UInt8] = []
    for sample in 0..<3 {
      for channel in 0..<3 {
        for place in 0..<8 { moved.append(pixels[sample * 24 + place * 3 + channel]) }
      }
    }
    let lines = (0..<3).map { sample -> String in
      moved[sample * 24..<sample * 24 + 24].map { "\($0)" }.joined(separator: ",")
    }
    scratch.file("first.npy", Self.npy("|u1", [3, 3, 2, 4], moved))
    scratch.file("first-images", Self.idx([3, 3, 2, 4], moved))
    scratch.file("first.dat", Self.idx([3, 3, 2, 4], moved))
    scratch.file("first.csv", lines.joined(separator: "\n"))
    scratch.file("labels", Self.idx([3], [0, 3, 1]))
    scratch.file("labels.csv", "0\n3\n1\n")
    scratch.file(
      "labels.npy", Self.npy("<i8", [3], [0, 3, 1].flatMap { [$0, 0, 0, 0, 0, 0, 0, 0] }))
    scratch.file("images.gz", Data([0x1f, 0x8b, 8, 0, 0, 0]))
    scratch.file("images.npz", Data([0x50, 0x4b, 3, 4, 0, 0]))
    scratch.file("cut-images", Self.idx([3, 3, 2, 4], moved).dropLast())
    scratch.file("long-images", Self.idx([3, 3, 2, 4], moved) + [0])
    scratch.file("huge-images", Self.idx([0xffff_ffff, 0xffff_ffff, 0xffff_ffff], []))
    scratch.file("odd-images", Data([0, 0, 7, 3]) + Data(repeating: 1, count: 20))
    scratch.file("swapped.npy", Self.npy("|u1", [3, 4, 6], moved))
    scratch.file("named.npy", "1,2\n")
  }

  private static func npy(_ type: String, _ shape: [Int], _ bytes: [UInt8]) -> Data {
    let axes = shape.map { "\($0)," }.joined()
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(axes)), }\n"
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0])
      + Data(header.utf8) + Data(bytes)
  }

  private static func idx(_ axes: [UInt32], _ bytes: [UInt8]) -> Data {
    Data(
      [0, 0, 8, UInt8(axes.count)]
        + axes.flatMap { axis in withUnsafeBytes(of: axis.bigEndian) { Array($0) } } + bytes)
  }

  /// The substrate's figures, and what is said of the run.
  private func figures(_ arguments: String...) throws -> (figures: String, notes: [String]) {
    let report = try compare(arguments)
    let results = try JSONSerialization.data(
      withJSONObject: report["results"]!, options: [.sortedKeys])
    return (String(decoding: results, as: UTF8.self), report["warnings"] as! [String])
  }

  private func compare(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try Tool.run(
      ["compare", "--substrates", "digital", "--format", "json"] + arguments, in: scratch.folder)
    try #require(outcome.status == 0, "\(arguments): \(outcome.error)")
    return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as! [String: Any]
  }

  @Test func theSameImagesInEveryFormatAndOrder() throws {
    let (plain, notes) = try figures(
      "--model", "first.json", "--data", "first.csv", "--labels", "labels.csv")
    #expect(!notes.contains { $0.contains("transposed") || $0.contains("0 to 255") })
    for (data, labels) in [
      ("first.npy", "labels.npy"), ("first-images", "labels"), ("first.dat", "labels"),
      ("./first-images", "labels"),
    ] {
      let (same, words) = try figures(
        "--model", "first.json", "--data", data, "--labels", labels)
      #expect(same == plain, "\(data)")
      #expect(words.contains { $0.contains("'--normalize 0,255' would make them 0 to 1") })
    }
    let (moved, words) = try figures(
      "--model", "first.json", "--data", "last.npy", "--labels", "labels")
    #expect(moved == plain)
    #expect(
      words.contains {
        $0 == "samples of 2×4×3 were transposed to the network's 3×2×4, channels first"
      })
    let (other, _) = try figures(
      "--model", "last.json", "--data", "last.npy", "--labels", "labels")
    let (back, _) = try figures(
      "--model", "last.json", "--data", "first.npy", "--labels", "labels")
    #expect(back == other && back != plain)
    let (flat, said) = try figures(
      "--model", "flat.json", "--data", "first.npy", "--labels", "labels")
    #expect(flat == plain && said.contains { $0.contains("row-major") })
  }

  @Test func inputsAreNormalisedInTheirOwnUnits() throws {
    let arguments = ["--model", "first.json", "--data", "first.npy"]
    let scaled = try compare(arguments + ["--normalize", "0,255"])
    let rows = try String(
      decoding: Data(contentsOf: scratch.folder.appending(path: "first.csv")), as: UTF8.self)
    let lines = rows.split(separator: "\n").map { line -> String in
      line.split(separator: ",").map { "\(Float(Double($0)! / 255))" }.joined(separator: ",")
    }
    scratch.file("scaled.csv", lines.joined(separator: "\n"))
    let given = try compare(["--model", "first.json", "--data", "scaled.csv"])
    func results(_ report: [String: Any]) throws -> Data {
      try JSONSerialization.data(withJSONObject: report["results"]!, options: [.sortedKeys])
    }
    #expect(try results(scaled) == results(given))
    let notes = scaled["warnings"] as! [String]
    #expect((scaled["workload"] as! [String: Any])["normalization"] as? String == "0,255")
    #expect((given["workload"] as! [String: Any])["normalization"] == nil)
    #expect(!notes.contains { $0.contains("0 to 255") })
    // One pair a channel; three pairs that are all one are that one.
    let many = try compare(arguments + ["--normalize", "0,0,0/255,255,255"])
    #expect(try results(many) == results(scaled))
    #expect((many["workload"] as! [String: Any])["normalization"] as? String == "0,0,0/255,255,255")
    let table = try Tool.run(
      ["compare"] + arguments + ["--normalize", "0,255", "--substrates", "digital"],
      in: scratch.folder)
    #expect(table.output.contains("samples    3, without labels, normalised by 0,255, as a cyclic"))
    let odd = try compare(arguments + ["--normalize", "0,9,0/255,255,99"])
    #expect(try results(odd) != results(scaled))
  }

  @Test(arguments: [
    "", "1", "1,", ",1", "0,1,2", "a,1", "0,0", "0,-1", "0,nan", "inf,1", "0/1/2", "0,1/1", "/",
    "0,0/1,0", "0/",
  ])
  func normalizationsThatAreNone(text: String) throws {
    try Tool.expectFailure(
      ["compare", "--normalize=\(text)"], status: 2, saying: "--normalize is '\(text)'",
      "MEAN,STD")
  }

  @Test func normalizationsThatDoNotFit() throws {
    for (model, text) in [("first.json", "0,0/1,1"), ("flat.json", "0,0,0/1,1,1")] {
      try Tool.expectFailure(
        ["compare", "--model", model, "--data", "first.npy", "--normalize", text], status: 2,
        saying: "neither the first nor the last", in: scratch.folder)
    }
  }

  @Test(arguments: [
    ("images.gz", "in a gzip file, which is not read: unpack it first"),
    ("images.npz", "in a zip file"), ("cut-images", "holds 71 bytes"),
    ("long-images", "holds 73 bytes"), ("huge-images", "impossible shape"),
    ("odd-images", "unknown type 0x7"), ("labels", "two axes or more"),
    ("swapped.npy", "have the shape 4×6 a sample, the network takes 3×2×4"),
    ("named.npy", "no samples"),
  ])
  func dataThatCannotBeUsed(name: String, words: String) throws {
    if name == "named.npy" {
      // Told by its bytes: it is text.
      try Tool.expectFailure(
        ["compare", "--model", "first.json", "--data", name], status: 3,
        saying: "2 values a sample", in: scratch.folder)
      return
    }
    try Tool.expectFailure(
      ["compare", "--model", "first.json", "--data", name], status: 3, saying: words,
      in: scratch.folder)
  }

  @Test func labelsThatCannotBeUsed() throws {
    for (name, words) in [
      ("first-images", "one label a sample"), ("images.gz", "gzip"), ("cut-images", "holds 71"),
    ] {
      try Tool.expectFailure(
        ["compare", "--model", "first.json", "--data", "first.npy", "--labels", name], status: 3,
        saying: words, in: scratch.folder)
    }
  }

  @Test func aReportDoesNotTakeTheWayOfAFileWithoutAnExtension() throws {
    try Tool.expectFailure(
      ["compare", "--model", "first.json", "--data", "first-images", "--output", "first-images"],
      status: 2, saying: "is the file of --data", in: scratch.folder)
    try Tool.expectFailure(
      ["compare", "--data", "no-images"], status: 2, saying: "unknown data 'no-images'",
      in: scratch.folder)
  }

  // MARK: Models with weights beside them, and with several inputs or outputs

  /// A field of a protobuf message that holds bytes.
  private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2, UInt8(bytes.count)] + bytes
  }

  @Test func aReportDoesNotTakeTheWayOfWeights() throws {
    let entry = field(1, Array("location".utf8)) + field(2, Array("weights.bin".utf8))
    let tensor = [8, 2, 16, 1] + field(8, Array("w".utf8)) + field(13, entry) + [14 << 3, 1]
    scratch.file("model.onnx", Data(field(7, field(5, tensor))))
    scratch.file("weights.bin", Data(repeating: 1, count: 8))
    try Tool.expectFailure(
      ["compare", "--model", "model.onnx", "--output", "weights.bin"], status: 2,
      saying: "is the file of --model's weights", in: scratch.folder)
    try Tool.expectFailure(
      ["compare", "--model", "./model.onnx", "--output", "./weights.bin"], status: 2,
      saying: "is the file of --model's weights", in: scratch.folder)
  }

  @Test func inputsAndOutputsAreOfModelsFromONNX() throws {
    for option in ["--model-input", "--model-output"] {
      for call in [["inspect"], ["inspect", "--model", "first.json"], ["compare"]] {
        try Tool.expectFailure(
          call + [option, "x"], status: 2, saying: "\(option) is for models from ONNX",
          in: scratch.folder)
      }
      let model = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "ONNXTests/Fixtures/classifier-20.onnx")
        .path(percentEncoded: false)
      try Tool.expectFailure(
        ["inspect", "--model", model, option, "no-such"], status: 3, saying: "'no-such'")
      try Tool.expectFailure(
        ["inspect", "--model", model, option, ""], status: 2, saying: "is empty")
    }
  }

  @Test func wordsAreLookedUp() throws {
    let head = #"{"schema": "substrata.network/1", "name": "net", "output": "y", "input": [3, 2],"#
    let tail = """
       "operations": [{"name": "f", "kind": "flatten", "reads": ["input"]},
       {"name": "y", "kind": "dense", "reads": ["f"], "bias": [0, 0.5],
        "weight": [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]]}]}
      """
    scratch.file("words.json", head + #""embedding": [[0, 1], [1, 0], [0.5, 0.5]],"# + tail)
    scratch.file("plain.json", head + tail)
    scratch.file("words.npy", Self.npy("|u1", [2, 3], [0, 2, 1, 1, 1, 0]))
    scratch.file("words.csv", "0,2,1\n1,1,0\n")
    scratch.file("plain.csv", "0,1,0.5,0.5,1,0\n1,0,1,0,0,1\n")
    scratch.file("labelled.csv", "0,2,1,1\n1,1,0,0\n")
    scratch.file("beyond.csv", "0,2,3\n1,1,0\n")
    scratch.file("halves.csv", "0,2,0.5\n1,1,0\n")
    let (plain, _) = try figures("--model", "plain.json", "--data", "plain.csv")
    for data in ["words.npy", "words.csv"] {
      let (same, notes) = try figures("--model", "words.json", "--data", data)
      #expect(same == plain && !notes.contains { $0.contains("0 to 255") }, "\(data)")
    }
    let labelled = try compare(["--model", "words.json", "--data", "labelled.csv"])
    #expect((labelled["workload"] as! [String: Any])["labelled"] as? Bool == true)
    for (data, words) in [
      ("beyond.csv", "value 3 is 3.0"), ("halves.csv", "value 3 is 0.5"),
      ("plain.csv", "6 values a sample"),
    ] {
      try Tool.expectFailure(
        ["compare", "--model", "words.json", "--data", data], status: 3, saying: words,
        in: scratch.folder)
    }
    try Tool.expectFailure(
      ["compare", "--model", "words.json", "--data", "words.csv", "--normalize", "0,1"], status: 2,
      saying: "looks up whole numbers", in: scratch.folder)
    let table = try Tool.run(["inspect", "--model", "words.json"], in: scratch.folder).output
    #expect(table.contains("whole numbers from 0 to 2"))
  }
}
