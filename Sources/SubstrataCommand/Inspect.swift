internal import Harness
internal import Reports

/// `substrata inspect`: a network by its numbers.
enum Inspect {
  static let formats = ["table", "json"]

  static let options: [Arguments.Option] =
    Input.modelOptions + [
      Layout.widthOption,
      .init("--format", "table|json", "of the summary (table)"),
    ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let format = try arguments.choice("--format", "format", from: formats)
    let output = try Output(path: nil)
    let layout = try Layout(arguments, format: format, output: output)
    let summary = NetworkSummary(try Input.network(arguments))
    try output.write(
      format == "json" ? Report.json(summary) : Report.table(summary, style: layout.style))
  }
}
