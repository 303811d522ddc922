internal import Foundation
internal import Harness
internal import Reports

/// `substrata report`: any report of a comparison that was kept as JSON.
enum Reporting {
  static let options: [Arguments.Option] = [
    .init("--per-layer", "in a table or markdown, also every ledger by layer, and diagnostics"),
    Layout.columnsOption, Layout.widthOption,
    .init("--format", Compare.formats.joined(separator: "|"), "of the report (table)"),
    Compare.figureOption,
    .init("--output", "FILE", "write the report there, complete or not at all (standard output)"),
  ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let format = try arguments.choice("--format", "format", from: Compare.formats)
    let figure = try Compare.figure(arguments, format: format)
    let output = try Output(path: arguments.value("--output"))
    let layout = try Layout(arguments, format: format, output: output)
    let path = arguments.operands[0]
    try Input.keep(path, of: "the result", arguments)
    try output.write(
      try Compare.report(
        try comparison(path), format: format, figure, perLayer: arguments.has("--per-layer"),
        layout))
  }

  /// A comparison from the JSON of `compare`; `-` is standard input.
  static func comparison(_ path: String) throws(Failure) -> Comparison {
    let data = try Input.text(
      path == "-" ? "/dev/stdin" : path, limit: Comparison.longestDocument)
    do throws(Comparison.ReadingError) {
      return try Comparison(reading: data)
    } catch {
      throw .inputOutput("'\(Failure.short(path))' is refused; it \(error.cause); \(error.remedy)")
    }
  }
}
