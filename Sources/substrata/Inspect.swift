internal import Harness
internal import Reports

/// `substrata inspect`: a network by its numbers.
enum Inspect {
  static let formats = ["table", "json"]

  static let options: [Arguments.Option] =
    Input.modelOptions + [
      .init("--format", "table|json", "of the summary (table)")
    ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let isJSON = try arguments.choice("--format", "format", from: formats) == "json"
    let network = try Input.network(arguments)
    let summary = NetworkSummary(network)
    try Output(path: nil).write(isJSON ? Report.json(summary) : Report.table(summary))
  }
}
