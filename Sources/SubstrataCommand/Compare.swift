internal import Foundation
internal import Harness
internal import Reports
internal import SubstrateCore

/// `substrata compare`: one workload through the substrates, one report.
enum Compare {
  static let formats = ["table", "json", "csv", "markdown", "html", "svg"]

  static let figureOption = Arguments.Option(
    "--figure", Report.Chart.allCases.map(\.rawValue).joined(separator: "|"),
    "the chart that svg draws (ladder)")

  static let options: [Arguments.Option] =
    Setup.options + [
      .init(
        "--iso-accuracy", "POINTS",
        "each at the least precision within POINTS of the reference's accuracy"),
      .init("--per-layer", "in a table or markdown, also every ledger by layer, and diagnostics"),
      Layout.columnsOption, Layout.widthOption,
      .init("--format", formats.joined(separator: "|"), "of the report (table)"), figureOption,
      .init("--curves", "in JSON, also what HTML draws: energies over durations and precisions"),
      .init("--output", "FILE", "write the report there, complete or not at all (standard output)"),
      .init("--strict", "fail with 1 on a gap in coverage, refusal, miss, or verdict but settled"),
      .init(
        "--time-limit", "SECONDS", "give a substrate up that takes longer, and go on (no limit)"),
      .init("--quiet", "no progress and no warnings on standard error"),
    ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let format = try arguments.choice("--format", "format", from: formats)
    let figure = try figure(arguments, format: format)
    guard !arguments.has("--curves") || format == "html" || format == "json" else {
      throw .usage(
        "--curves asks for what format \(format) does not show; json and html do; choose one")
    }
    let curves =
      format == "html" || arguments.has("--curves") || (figure?.needsCurves ?? false)
    let setup = try Setup(arguments)
    let points = try arguments.number(
      "--iso-accuracy", in: 0...(100.0).nextDown, "a number of points from 0 to below 100")
    let timeLimit = try arguments.number(
      "--time-limit", in: 0.001...1e9, "a number of seconds from 0.001 to 1e9")
    let output = try Output(path: arguments.value("--output"))
    let layout = try Layout(arguments, format: format, output: output)
    let workload = try Input.workload(arguments)
    if points != nil, let obstacle = IsoAccuracy.obstacle(on: workload) {
      throw .usage("--iso-accuracy: \(obstacle), or leave it out")
    }

    Trap.watch()
    let lineup: Lineup
    do throws(SettingsRefusal) {
      lineup = try Lineup(
        setup.selections, for: workload, at: setup.temperature,
        isoAccuracy: points.map { IsoAccuracy(points: $0) },
        trapped: Set(Trap.places.map(\.substrate)))
    } catch {
      throw .usage("\(error.substrate): \(error.detail)")
    }
    if let first = lineup.refused.first, lineup.count == 0 {
      let others = lineup.refused.count - 1
      throw .inputOutput(
        "every substrate refuses; \(first.substrate)\(others > 0 ? " (and \(others) more)" : ""): "
          + first.detail)
    }

    let meter = ProgressLine(isOn: !arguments.has("--quiet"))
    var comparison: Comparison
    do throws(WorkloadError) {
      comparison = try lineup.compare(
        seed: setup.seed, threads: setup.threads, curves: curves,
        timeLimit: timeLimit.map { .seconds($0) }
      ) { meter.show($0) }
    } catch {
      meter.clear()
      throw .inputOutput(error.description)
    }
    meter.clear()
    if comparison.results.isEmpty, let first = comparison.refused.first {
      throw .inputOutput("no substrate came to an end; \(first.substrate): \(first.detail)")
    }
    if curves { comparison.command = arguments.commandLine }

    try output.write(
      try report(
        comparison, format: format, figure, perLayer: arguments.has("--per-layer"), layout))
    if !arguments.has("--quiet"), isatty(STDERR_FILENO) == 1,
      !(output.isStandardOutput && format == "table")
    {
      // The report holds them too; here they reach who does not read it at once.
      for warning in comparison.warnings {
        Output.writeError("substrata: warning: \(Page.visible(warning))\n")
      }
    }
    if arguments.has("--strict"), let fault = strictFault(in: comparison) {
      throw Failure(status: .strict, message: fault)
    }
  }

  /// The chart that is asked for; none in formats other than svg.
  static func figure(_ arguments: Arguments, format: String) throws(Failure) -> Report.Chart? {
    guard format == "svg" else {
      guard !arguments.has("--figure") else {
        throw .usage(
          "--figure is for --format svg; the format is '\(format)'; leave one out")
      }
      return nil
    }
    let name = try arguments.choice(
      "--figure", "figure", from: Report.Chart.allCases.map(\.rawValue))
    return Report.Chart(rawValue: name)
  }

  /// The comparison in one of the formats.
  static func report(
    _ comparison: Comparison, format: String, _ figure: Report.Chart?, perLayer: Bool,
    _ layout: Layout
  ) throws(Failure) -> String {
    if let figure {
      do throws(Report.MissingChart) {
        return try Report.svg(comparison, figure)
      } catch {
        throw .inputOutput("there is no figure '\(figure.rawValue)'; \(error.reason)")
      }
    }
    return switch format {
    case "json": Report.json(comparison)
    case "csv": Report.csv(comparison)
    case "markdown": Report.markdown(comparison, perLayer: perLayer, columns: layout.columns)
    case "html": Report.html(comparison)
    default:
      Report.table(
        comparison, perLayer: perLayer, columns: layout.columns, style: layout.style)
    }
  }

  /// The first thing that `--strict` does not let pass.
  private static func strictFault(in comparison: Comparison) -> String? {
    let remedy = "the report is written nevertheless; change the settings or leave --strict out"
    if let refused = comparison.refused.first {
      return "\(refused.substrate) refuses; \(refused.detail); \(remedy)"
    }
    for share in comparison.coverage.substrates {
      if let gap = share.operations.first(where: { $0.status == .unmodelled }) {
        return "\(share.substrate) does not model operation '\(gap.operation)'; "
          + "\(gap.reason ?? "no reason given"); \(remedy)"
      }
    }
    if let result = comparison.results.first(where: { $0.isoAccuracy?.found.meets == false }) {
      return
        "\(result.substrate) misses the accuracy asked for at every precision; --strict asks for it; \(remedy)"
    }
    if let result = comparison.results.first(where: { $0.verdict != .settled }) {
      return
        "\(result.substrate) is \(result.verdict.rawValue); --strict asks for settled; \(remedy)"
    }
    return nil
  }
}
