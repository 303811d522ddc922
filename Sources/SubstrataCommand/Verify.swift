internal import Foundation
internal import Harness
internal import PhysicalLaws
internal import Reports
internal import SubstrateCore
internal import SubstrateLaws

/// `substrata verify`: every law of physics, measured against predicted.
enum Verify {
  static let formats = ["table", "json"]

  static let options: [Arguments.Option] = [
    .init("--substrates", "ID,ID", "only these substrates' laws, and no textbook systems (all)"),
    .init("--seed", "N", "what all noise is derived from, from 0 (1)"),
    .init("--threads", "N", "how many threads work; no figure depends on it (all cores)"),
    Layout.widthOption,
    .init("--format", "table|json", "of the report (table)"),
    .init("--output", "FILE", "write the report there, complete or not at all (standard output)"),
    .init("--patience", "SECONDS", "how long a conformance trial may take (20)"),
    .init("--quiet", "no progress on standard error"),
  ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let format = try arguments.choice("--format", "format", from: formats)
    let seed = try Setup.seed(arguments)
    let threads = try Setup.threads(arguments)
    let output = try Output(path: arguments.value("--output"))
    let layout = try Layout(arguments, format: format, output: output)
    let patience = try arguments.number(
      "--patience", in: 0.001...1e6, "a number of seconds from 0.001 to 1e6")
    let isChosen = arguments.value("--substrates") != nil
    let substrates = try Setup.substrates(arguments)
    Trap.watch()
    let meter = ProgressLine(isOn: !arguments.has("--quiet"))
    // First, since a substrate that breaks off the process has it begin anew.
    let conformances = substrates.map { substrate in
      Conformance(
        of: substrate, patience: .seconds(patience ?? 20),
        knownTraps: Dictionary(
          Trap.places.filter { $0.substrate == substrate.card.id }.map { ($0.law, $0.workload) },
          uniquingKeysWith: { first, _ in first })
      ) { index, count in
        meter.show(
          RunProgress(
            title: "\(substrate.card.title), conformance", index: index, count: count,
            fraction: Double(index) / Double(count)))
      }
    }
    let verification = try? Verification(
      textbook: !isChosen, substrates: substrates,
      in: RunContext(seed: seed, workers: workers(threads: threads))
    ) { name, index, count, fraction in
      meter.show(whole: RunProgress(title: name, index: index, count: count, fraction: fraction))
    }
    guard let verification else { preconditionFailure("cancelled by nobody") }
    meter.clear()
    try output.write(
      format == "json"
        ? Report.json(verification, conformances)
        : (verification.laws.isEmpty
          ? "" : Report.table(verification, style: layout.style) + "\n")
          + Report.table(conformances, style: layout.style))
    if let first = verification.laws.first(where: { !$0.passed }) {
      throw Failure(
        status: .strict,
        message:
          "law '\(first.name)' does not hold; measured \(Self.spelled(first.measured)) where "
          + "\(first.relation.rawValue) \(Self.spelled(first.predicted)) was predicted; see the report"
      )
    }
    if let first = conformances.lazy.flatMap(\.violations).first {
      throw Failure(
        status: .strict,
        message:
          "\(first.substrate) breaks the law '\(first.law)'; expected \(first.expected), seen "
          + "\(first.seen); see the report")
    }
  }

  private static func spelled(_ number: Double?) -> String {
    number.map { String(format: "%.4g", $0) } ?? "no number"
  }
}
