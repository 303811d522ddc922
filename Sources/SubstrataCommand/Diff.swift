internal import Foundation
internal import Harness
internal import Reports
internal import SubstrateCore

/// `substrata diff`: what changed between two comparisons that were kept as JSON.
enum Diff {
  static let formats = ["table", "json"]

  static let options: [Arguments.Option] = [
    .init(
      "--fail-on-change", "PERCENT",
      "fail with 1 if an energy changed by more, or the two do not compare"
    ),
    Layout.widthOption,
    .init("--format", formats.joined(separator: "|"), "of the report (table)"),
    .init("--output", "FILE", "write the report there, complete or not at all (standard output)"),
  ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let format = try arguments.choice("--format", "format", from: formats)
    let limit = try arguments.number(
      "--fail-on-change", in: 0...1e300, "a finite number of per cent from 0")
    let output = try Output(path: arguments.value("--output"))
    let layout = try Layout(arguments, format: format, output: output)
    let paths = arguments.operands
    guard paths != ["-", "-"] else {
      throw .usage("both results are '-'; standard input holds one; name a file for the other")
    }
    for path in paths { try Input.keep(path, of: "a result", arguments) }
    let difference = ComparisonDifference(
      from: try Reporting.comparison(paths[0]), to: try Reporting.comparison(paths[1]),
      names: (paths[0], paths[1]))
    try output.write(
      format == "json" ? Report.json(difference) : Report.table(difference, style: layout.style))
    if let limit, let fault = fault(in: difference, beyond: limit) {
      throw Failure(status: .strict, message: fault)
    }
  }

  /// The first thing that `--fail-on-change` does not let pass.
  private static func fault(in difference: ComparisonDifference, beyond limit: Double) -> String? {
    let remedy = "the report is written nevertheless; see there"
    if let change = difference.setup.first(where: \.breaksComparison) {
      return "the two do not compare; \(change.what) differs; \(remedy)"
    }
    if let entry = difference.unpaired.first {
      return "\(entry.substrate) ran in one of the two only; that is a change; \(remedy)"
    }
    guard let change = difference.energies(changedByMoreThan: limit).first else { return nil }
    let size = change.relative.map { "by \(Numerals.plain(100 * $0)) %" } ?? "from or to nothing"
    return "the energy of \(change.substrate) changed \(size); --fail-on-change allows "
      + "\(Numerals.tidy(limit)) %; \(remedy)"
  }
}
