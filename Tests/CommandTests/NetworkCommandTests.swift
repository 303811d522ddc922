import Foundation
import Testing

/// What `list --operators` and `inspect` show.
@Suite struct NetworkCommandTests {
  private static let kinds = [
    "input", "dense", "convolution", "scale", "relu", "activation", "prelu", "add", "multiply",
    "matrix-product", "softmax", "log-softmax", "normalize", "max-pool", "mean-pool", "rearrange",
    "reshape",
  ]

  @Test func everyOperationIsListedWithWhatItIsOnEverySubstrate() throws {
    let table = try Tool.run(["list", "--operators"]).output
    let lines = table.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
    for kind in Self.kinds {
      // Once in the overview, once as a heading.
      #expect(lines.count { $0 == kind || $0.hasPrefix("\(kind) ") } == 2, "\(kind)")
    }
    for id in ["digital", "dynamic-analog", "quasi-static"] {
      let sentences = lines.count { line in
        ["modelled: ", "free: ", "gap: ", "refused: "].contains { word in
          line.hasPrefix("  \(id) ")
            && line.drop { $0 == " " }.dropFirst(id.count)
              .drop { $0 == " " }.hasPrefix(word)
        }
      }
      #expect(sentences == Self.kinds.count, "\(id)")
    }
    let narrow = try Tool.run(["list", "--operators", "--width", "50"]).output
    #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 50 })
  }

  @Test func operatorsAsADocument() throws {
    let outcome = try Tool.run(["list", "--operators", "--format", "json"])
    let document =
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as! [String: Any]
    #expect(document["schema"] as? String == "substrata.operators/1")
    let names = document["names"] as! [[String: Any]]
    let byName = Dictionary(grouping: names) { $0["name"] as! String }
    #expect(byName.values.allSatisfy { $0.count == 1 })
    for name in Self.kinds where name != "activation" { #expect(byName[name] != nil, "\(name)") }
    for name in ["relu", "leaky-relu", "tanh", "sigmoid", "gelu", "hard-swish", "clip", "pow"] {
      #expect(byName[name]?[0]["kind"] as? String == "elementwise", "\(name)")
    }
    #expect((byName["relu"]?[0]["onnx"] as? [String])?.contains("Relu") == true)
    for entry in names where entry["name"] as? String != "-" {
      let substrates = entry["substrates"] as! [[String: String]]
      #expect(
        substrates.map { $0["substrate"]! }.starts(
          with: ["digital", "dynamic-analog", "quasi-static"]))
      for substrate in substrates {
        #expect(
          ["modelled", "free", "unmodelled", "refused"].contains(substrate["status"]!)
            && substrate["meaning"]!.count > 5)
      }
    }
  }

  @Test(arguments: [["list"], ["list", "--models"], ["inspect"]])
  func listsFitTheWidthAskedFor(command: [String]) throws {
    for width in [20, 40, 80] {
      let outcome = try Tool.run(command + ["--width", "\(width)"])
      #expect(outcome.status == 0)
      #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= width }, "\(width)")
    }
    try Tool.expectFailure(
      command + ["--width", "80", "--format", "json"], status: 2, saying: "is for --format table")
    let scratch = try Scratch()
    let shown = try Terminal.run(
      command, columns: 60, environment: ["LC_ALL": "C", "TERM": "dumb"], in: scratch.folder)
    let isASCII = shown.unicodeScalars.allSatisfy { $0.isASCII }
    #expect(isASCII)
    #expect(shown.split(separator: "\n").allSatisfy { $0.count <= 60 })
    let coloured = try Terminal.run(
      command, columns: 60, environment: ["LC_ALL": "C.UTF-8", "TERM": "xterm"], in: scratch.folder)
    #expect(coloured.contains("\u{1b}[1m") == (command != ["list", "--models"]))
  }

  @Test func aDeepNetworkIsReadable() throws {
    let scratch = try Scratch()
    var operations: [String] = []
    var last = "input"
    for index in 0..<300 {
      let name = "/features/stage.\(index)/block/with/a/very/long/name/MatMul_output_0"
      operations.append(
        #"{"name": "\#(name)", "kind": "dense", "reads": ["\#(last)"], "#
          + #""weight": [[0.5, 0.5], [1, -0.25]], "bias": [0, 0.5]}"#)
      operations.append(
        #"{"name": "\#(name)/r", "kind": "relu", "reads": ["\#(name)"]}"#)
      last = "\(name)/r"
    }
    scratch.file(
      "deep.json",
      """
      {"schema": "substrata.network/1", "name": "deep", "input": [2], "output": "\(last)",
       "operations": [\(operations.joined(separator: ",\n"))]}
      """)
    let table = try Tool.run(["inspect", "--model", "deep.json"], in: scratch.folder).output
    let lines = table.split(separator: "\n")
    func cells(_ name: String) -> [Substring] {
      lines.first { $0.hasPrefix("\(name) ") }?.split(separator: " ") ?? []
    }
    #expect(cells("sort") == ["sort", "operations", "parameters", "MACs", "neurons"])
    // 300 matrices of 2×2 with two biases each.
    #expect(cells("dense") == ["dense", "300", "1", "800", "1", "200", "0"])
    #expect(cells("relu") == ["relu", "300", "0", "0", "600"])
    #expect(table.contains("201 operations are not shown; --format json holds all"))
    #expect(lines.count < 900 && lines.allSatisfy { $0.count <= 116 })
    let document = try Tool.run(
      ["inspect", "--model", "deep.json", "--format", "json"], in: scratch.folder
    ).output
    let object =
      try JSONSerialization.jsonObject(with: Data(document.utf8)) as! [String: Any]
    let network = object["network"] as! [String: Any]
    #expect((network["operations"] as! [Any]).count == 601)
    let sorts = object["sorts"] as! [[String: Any]]
    #expect(sorts[0]["kind"] as? String == "dense" && sorts[0]["macs"] as? Int == 1200)
    #expect(sorts.reduce(0) { $0 + ($1["neurons"] as! Int) } == network["neurons"] as! Int)

    // Reports of a run stay short too.
    scratch.file("two.csv", "1,0.5\n0.25,1\n")
    let call = [
      "compare", "--model", "deep.json", "--data", "two.csv", "--substrates",
      "digital,dynamic-analog,quasi-static",
    ]
    let report = try Tool.run(call, in: scratch.folder)
    try #require(report.status == 0, "\(report.error)")
    #expect(report.output.split(separator: "\n").count < 150)
    #expect(report.output.contains("300 operations (300 dense) taken as free"))
    let byLayer = try Tool.run(call + ["--per-layer"], in: scratch.folder).output
    #expect(
      byLayer.contains("smaller entries of the same kinds, flows and mechanisms are not shown"))
    #expect(byLayer.split(separator: "\n").count < 1200)
  }
}
