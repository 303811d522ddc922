internal import Foundation
internal import Harness
internal import Quantities
internal import Reports
internal import SubstrateCore
internal import Substrates

/// `substrata compare`: one workload through the substrates, one report.
enum Compare {
  static let formats = ["table", "json", "csv"]

  static let options: [Arguments.Option] = [
    .init(
      "--model", "NAME|FILE", "built-in name, or a substrata.network/1 .json file (digits-mlp)"),
    .init(
      "--data", "NAME|FILE", "built-in name, or a .csv or .npy file, one sample a row (digits)"),
    .init("--labels", "FILE", "classes from 0, one a line (.csv) or integers (.npy)"),
    .init("--samples", "N", "only the first N samples, at least 2 (all)"),
    .init("--substrates", "ID,ID", "which substrates, in this order (all)"),
    .init(
      "--set", "ID.PARAMETER=VALUE", isRepeatable: true,
      "a substrate's parameter, see 'substrata list'; repeatable"),
    .init(
      "--iso-accuracy", "POINTS",
      "each at the least precision within POINTS of the reference's accuracy"),
    .init("--temperature", "K", "of the bath, in kelvin (300)"),
    .init("--seed", "N", "what all noise is derived from, from 0 (1)"),
    .init("--threads", "N", "how many threads work; no figure depends on it (all cores)"),
    .init("--per-layer", "in a table, also every ledger by layer, and diagnostics"),
    .init("--format", "table|json|csv", "of the report (table)"),
    .init("--output", "FILE", "write the report there, complete or not at all (standard output)"),
    .init(
      "--strict",
      "fail with 1 on a gap in coverage, refusal, miss, or verdict but settled"),
    .init("--quiet", "no progress and no warnings on standard error"),
  ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let format = try arguments.choice("--format", "format", from: formats)
    let seed = try arguments.integer("--seed", in: 0...UInt64.max) ?? 1
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let threads = try arguments.integer("--threads", in: 1...1024) ?? cores
    // Far beyond any bath, and far within what k_B T in joules can hold.
    let temperature =
      try arguments.number(
        "--temperature", in: 1e-30...1e30, "a positive finite number of kelvin, 1e-30 to 1e30")
      ?? 300
    let points = try arguments.number(
      "--iso-accuracy", in: 0...(100.0).nextDown, "a number of points from 0 to below 100")
    let selections = try selections(arguments)
    let output = try Output(path: arguments.value("--output"))
    let workload = try Input.workload(arguments)
    if points != nil, let obstacle = IsoAccuracy.obstacle(on: workload) {
      throw .usage("--iso-accuracy: \(obstacle), or leave it out")
    }

    let lineup: Lineup
    do throws(SettingsRefusal) {
      lineup = try Lineup(
        selections, for: workload, at: Kelvin(temperature),
        isoAccuracy: points.map { IsoAccuracy(points: $0) })
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
    let comparison: Comparison
    do throws(WorkloadError) {
      comparison = try lineup.compare(seed: seed, threads: threads) { meter.show($0) }
    } catch {
      meter.clear()
      throw .inputOutput(error.description)
    }
    meter.clear()

    try output.write(
      report(comparison, format: format, perLayer: arguments.has("--per-layer")))
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

  private static func report(
    _ comparison: Comparison, format: String, perLayer: Bool
  ) -> String {
    switch format {
    case "json": Report.json(comparison)
    case "csv": Report.csv(comparison)
    default: Report.table(comparison, perLayer: perLayer)
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

  // MARK: Which substrates, set how

  private static func selections(_ arguments: Arguments) throws(Failure) -> [Selection] {
    let known = registry.map(\.card.id)
    var chosen = known
    if let list = arguments.value("--substrates") {
      chosen = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      for id in chosen where !known.contains(id) {
        throw .unknown("substrate", id, known: known, remedy: "see 'substrata list'")
      }
      for id in chosen where chosen.count(where: { $0 == id }) > 1 {
        throw .usage("--substrates names '\(id)' twice; each runs once; leave one out")
      }
    }
    var selections = chosen.map { id in Selection(registry.first { $0.card.id == id }!) }
    for setting in arguments.all("--set") {
      guard let equals = setting.firstIndex(of: "="),
        let point = setting[..<equals].firstIndex(of: ".")
      else {
        throw .usage(
          "--set is '\(setting)'; it takes ID.PARAMETER=VALUE; write for example 'digital.bits=4'")
      }
      let id = String(setting[..<point])
      let name = String(setting[setting.index(after: point)..<equals])
      let value = String(setting[setting.index(after: equals)...])
      guard known.contains(id) else {
        throw .unknown("substrate", id, known: known, remedy: "see 'substrata list'")
      }
      guard let place = chosen.firstIndex(of: id) else {
        throw .usage(
          "--set sets '\(id).\(name)'; --substrates leaves '\(id)' out; add it or drop the setting")
      }
      guard
        !selections[place].settings.parameters.contains(where: { $0.name == name })
          || !selections[place].settings.isGiven(name)
      else {
        throw .usage("--set sets '\(id).\(name)' twice; it has one value; leave one out")
      }
      do throws(SettingError) {
        try selections[place].settings.set(name, to: value)
      } catch {
        throw explained(error, of: id)
      }
    }
    return selections
  }

  private static func explained(_ error: SettingError, of id: String) -> Failure {
    switch error {
    case .unknown(let name, let known):
      return .unknown("parameter", name, of: id, known: known, remedy: "see 'substrata list'")
    case .conflict(let name, let other):
      return .usage(
        "\(id): \(name) and \(other) are both set; each replaces the other; keep one")
    case .outOfRange(let parameter, let text):
      let unit = parameter.unit.isEmpty ? "" : " (\(parameter.unit))"
      let guess: String? =
        if case .choice(let words) = parameter.domain { nearest(to: text, among: words) } else {
          nil
        }
      return .usage(
        "\(id).\(parameter.name) is '\(text)'; it takes \(parameter.range)\(unit); "
          + (guess.map { "did you mean '\($0)'?" } ?? "choose such a value"))
    }
  }
}
