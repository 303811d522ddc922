internal import Harness
internal import Networks
internal import Reports

/// `substrata inspect`: a network by its numbers.
enum Inspect {
  static let formats = ["table", "json"]

  static let options: [Arguments.Option] = [
    .init(
      "--model", "NAME|FILE",
      "built-in name, or a .onnx or substrata.network/1 .json file (digits-mlp)"),
    .init("--format", "table|json", "of the summary (table)"),
  ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let isJSON = try arguments.choice("--format", "format", from: formats) == "json"
    let network = try Input.network(arguments.value("--model") ?? BuiltIn.models[0])
    let summary = NetworkSummary(network)
    try Output(path: nil).write(isJSON ? Report.json(summary) : Report.table(summary))
  }
}
