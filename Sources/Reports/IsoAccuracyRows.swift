internal import Harness
internal import SubstrateCore

// What a comparison at equal accuracy adds to a table.
extension Report {
  /// How precisions were found, above the table; none where none were looked for.
  static func criterion(of comparison: Comparison) -> String? {
    guard let some = comparison.results.compactMap(\.isoAccuracy).first else { return nil }
    let repeats = comparison.results.compactMap(\.isoAccuracy).map(\.found.repeats).max()!
    return
      "equal accuracy: of each substrate the least precision (found) whose accuracy is at most "
      + "\(Numerals.tidy(some.points)) points below the reference's on these samples"
      + (repeats > 1
        ? ", in the mean of \(repeats) runs with other noise where there is noise" : "")
      + "; by bisection, which takes accuracy to rise with precision; rows show the first of these runs"
  }

  /// What was found, behind a substrate's headline.
  static func remark(on search: Comparison.IsoAccuracy) -> String {
    let name = search.parameter ?? ""
    var found = spelled(search.found, name)
    if search.freshDifference != nil {
      let again = signed(search.freshDifference, search.freshStandardError)
      found = "\(found.dropLast()), again with fresh noise \(again))"
    }
    if let allocation = search.allocation, !allocation.kept {
      return
        "\(name)=\(value(search.found.value)) for all layers: spread over them it costs no less; "
        + remark(on: search, found)
    }
    guard let allocation = search.allocation else { return remark(on: search, found) }
    let saving =
      allocation.energy.flatMap { energy in
        allocation.uniformEnergy.map { Numerals.percent(1 - energy / $0, places: 0) }
      } ?? Numerals.absent
    return remark(on: search, found)
      + "; \(saving) % below the energy of \(spelled(allocation.uniform, name)) for all layers"
  }

  private static func remark(on search: Comparison.IsoAccuracy, _ found: String) -> String {
    let name = search.parameter ?? ""
    switch search.outcome {
    case .found:
      let below = search.below.map { below in
        "; \(spelled(below, name)) misses"
          + (below.isClear ? ", by more than its error" : ", but not by its error")
      }
      return "\(found) meets it" + (below ?? "")
    case .least: return "\(found) meets it, and is the least there is"
    case .missed: return "\(found) MISSES it, and is the most there is"
    case .fixed:
      return "no precision to be found; as set \(found) "
        + (search.found.meets ? "meets it" : "MISSES it")
    }
  }

  private static func spelled(_ trial: Comparison.IsoAccuracy.Trial, _ name: String) -> String {
    let setting = trial.value == .none ? "" : "\(name)=\(value(trial.value)) "
    guard trial.difference != nil else { return setting + "(no usable outputs)" }
    return setting + "(\(signed(trial.difference, trial.standardError)))"
  }

  /// A setting's value as it is written on the command line.
  static func value(_ figure: Figure) -> String {
    guard case .numbers(let numbers) = figure else { return text(of: figure) }
    guard numbers.count <= LongLists.mostWords * 4 else { return range(of: numbers) }
    return numbers.map { $0.map { Numerals.tidy($0) } ?? Numerals.absent }.joined(separator: ",")
  }
}
