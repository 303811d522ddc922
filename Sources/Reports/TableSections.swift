internal import Harness
internal import Quantities
internal import SubstrateCore

// What stands below the table.
extension Report {
  static func settings(of comparison: Comparison, on page: inout Page) {
    guard !comparison.results.isEmpty else { return }
    let width = comparison.results.map(\.substrate.count).max()! + 4
    page.heading("Settings (* given, others by default)")
    for result in comparison.results {
      let words = result.settings.filter { $0.value != .none }.map { setting in
        "\(setting.name)\(setting.given && setting.found != true ? "*" : "")=\(spelled(setting))"
          + (setting.found == true ? "\u{a0}(found)" : "")
      }
      page.paragraph("  \(result.substrate)", indent: width, words.joined(separator: ", "))
    }
  }

  /// A setting's value with its unit, which is not torn from it.
  static func spelled(_ setting: Comparison.Setting) -> String {
    value(setting.value)
      + (setting.unit.isEmpty || isWord(setting.value) ? "" : "\u{a0}\(setting.unit)")
  }

  static func differences(of comparison: Comparison, on page: inout Page) {
    guard !comparison.paired.isEmpty else { return }
    page.line()
    page.heading("Differences in accuracy on the same samples, in points")
    if let table = PairTable(comparison), table.grid.fits(page, indent: 2) {
      page.paragraph(indent: 2, PairTable.meaning)
      table.grid.write(to: &page, indent: 2)
    } else {
      differences(of: comparison).write(to: &page, indent: 2)
    }
  }

  static func differences(of comparison: Comparison) -> Grid {
    var grid = Grid([.leading, .trailing])
    for pair in comparison.paired {
      grid.row(["\(pair.a) less \(pair.b)", signed(pair.difference, pair.standardError)])
    }
    return grid
  }

  static func crossings(of comparison: Comparison, on page: inout Page) {
    for substrate in comparison.crossings.map(\.substrate).uniqued() {
      page.line()
      page.heading("From which duration on \(substrate) lies below the others")
      crossings(of: comparison, from: substrate).write(to: &page, indent: 2)
      page.paragraph(indent: 2, meaningOfCrossings)
    }
  }

  /// Where one substrate's slow limit crosses what the others cost.
  static func crossings(of comparison: Comparison, from substrate: String) -> Grid {
    var grid = Grid([.leading, .leading, .leading, .trailing, .trailing])
    grid.row(["", "", "", "k_BT", "τ0"], isHead: true)
    for crossing in comparison.crossings where crossing.substrate == substrate {
      let duration =
        crossing.certainty == .always
        ? "any" : Numerals.plain(crossing.duration, digits: 3)
      grid.row(
        [
          crossing.other == "task" ? "writing the answer" : crossing.other,
          crossing.other == "task"
            ? "" : crossing.name + (crossing.rule.map { ", \($0)" } ?? ""),
          crossing.kind.rawValue, Numerals.plain(crossing.thermalEnergy),
          (crossing.certainty == .atTheLatest ? "≤ " : "") + duration,
        ])
    }
    return grid
  }

  /// What is to be said of every list of crossings.
  static let meaningOfCrossings =
    "by its slow limit, energy = a/duration; ≤: driving is fast there and costs less than the limit; "
    + "any: below even if abrupt. 'substrata sweep' over the duration finds the places themselves."

  static func legend(of comparison: Comparison, perLayer: Bool, on page: inout Page) {
    page.line()
    page.heading("How to read it")
    let entries = legend(of: comparison, perLayer: perLayer)
    let width = entries.map(\.term.count).max()! + 4
    for (term, meaning) in entries { page.paragraph("  \(term)", indent: width, meaning) }
  }

  /// The words that the report uses, and what each means.
  static func legend(
    of comparison: Comparison, perLayer: Bool
  ) -> [(term: String, meaning: String)] {
    var entries = comparison.results.compactMap { result in
      result.principle.map { (term: result.substrate, meaning: $0) }
    }
    entries += [
      (
        "energy",
        "net work, drawn less recovered: the mean per inference over the stream; writing down the answer "
          + "is not included"
      ),
      (
        "difference",
        "accuracy less that of the reference network, on the same samples, in points (hundredths)"
      ),
    ]
    var kinds: Set<Kind> = [comparison.taskFloor.kind]
    for result in comparison.results {
      kinds.insert(result.energy.kind)
      kinds.formUnion(result.limits.map(\.kind))
      kinds.formUnion(result.ledger.map(\.kind))
    }
    for kind in Kind.allCases where kinds.contains(kind) {
      entries.append((kind.rawValue, meaning(of: kind)))
    }
    if comparison.results.contains(where: { $0.boundary == .device }) {
      let devices = comparison.results.filter { $0.boundary == .device }.map(\.substrate)
      entries.append(
        (
          "device",
          "\(devices.joined(separator: ", ")): the computing degrees of freedom alone, without leakage, bias "
            + "or losses of drivers: an idealisation"
        ))
    }
    if comparison.results.contains(where: { $0.isoAccuracy != nil }) {
      entries.append(
        (
          "equal accuracy",
          "behind each setting its mean difference in accuracy, in points, ± its error over samples and noise "
            + "together; again, because what was chosen was chosen by its noise too"
        ))
    }
    if comparison.coverage.substrates.contains(where: { $0.unknownParts != nil }) {
      entries.append(
        (
          "unknown",
          "parts of the machine, or of what it cannot do without, whose cost nobody has published: the "
            + "energy is too low by as much; reasons under Coverage"
        ))
    }
    for verdict in comparison.results.map(\.verdict).uniqued() {
      if let meaning = meaning(of: verdict) { entries.append((verdict.rawValue, meaning)) }
    }
    if comparison.results.contains(where: { !$0.sumsApart.isEmpty }) {
      entries.append(
        ("apart", "an energy of another kind than the row above it, and not part of it"))
    }
    if perLayer {
      entries.append(
        ("bits", "the negentropy that turning this energy into heat costs, E/(k_BT ln 2)"))
    }
    if let meaning = meaningOfErrors(in: comparison) { entries.append(("±", meaning)) }
    return entries
  }

  /// What stands behind `±`; none if nothing does.
  private static func meaningOfErrors(in comparison: Comparison) -> String? {
    guard comparison.reference.accuracyStandardError != nil else {
      let isNoisy = comparison.results.contains { result in
        result.energy.standardError != nil || result.limits.contains { $0.standardError != nil }
      }
      return isNoisy ? "one standard error" : nil
    }
    // As Harness reckons it where all samples are alike.
    let count = Double(comparison.workload.samples)
    let share = 0.5 / (count + 1)
    let least = Numerals.percent((share * (1 - share) / count).squareRoot(), places: 2)
    let machines = comparison.results.compactMap { result in
      result.repeats.map { "; of \(result.substrate) over \($0) machines made anew, too" }
    }
    return
      "one standard error; of a difference, from the samples on which exactly one is right; where all samples "
      + "are alike, as if half a sample in N + 1 were not (Jeffreys): \(least) here"
      + machines.joined()
  }

  static func meaning(of verdict: Verdict) -> String? {
    switch verdict {
    case .settled: nil
    case .unsettled: "outputs were read before the dynamics had come to rest"
    case .outsideValidity: "a formula was used where it does not hold"
    case .diverged: "the dynamics ran away, or gave no outputs: the row's figures are void"
    }
  }

  static func meaning(of kind: Kind) -> String {
    switch kind {
    case .floor: "a theorem for a stated class of devices: no device of the class does better"
    case .convention: "a counting rule: it says how bits are counted, and is not a theorem"
    case .predicted: "the solved equations of a stated device model"
    case .simulated: "measured on simulated trajectories"
    case .model: "an engineering estimate from sourced constants"
    case .measured: "a meter on real hardware"
    }
  }

  static func coverage(of comparison: Comparison, on page: inout Page) {
    guard !comparison.results.isEmpty else { return }
    page.line()
    page.paragraph("Coverage", indent: 10, coverage(of: comparison), .heading)
    for (substrate, reason) in coverageReasons(of: comparison) {
      page.paragraph("  \(substrate):", indent: 4, reason)
    }
  }

  /// How much of the network was modelled on each substrate.
  static func coverage(of comparison: Comparison) -> String {
    let shares = comparison.coverage.substrates.map { share in
      let all = share.operations.reduce(0) { $0 + $1.macs }
      let parts = [
        (Comparison.Coverage.Operation.Status.modelled, "modelled"), (.free, "free"),
        (.unmodelled, "LEFT OUT"),
      ].compactMap { status, word -> String? in
        let macs = share.operations.filter { $0.status == status }.reduce(0) { $0 + $1.macs }
        guard macs > 0 else { return nil }
        return "\(Numerals.percent(Double(macs) / Double(all), places: 0)) % \(word)"
      }
      return "\(share.substrate) \(parts.isEmpty ? "none" : parts.joined(separator: ", "))"
    }
    return "multiply-accumulates: " + shares.joined(separator: "; ")
      + (comparison.coverage.complete
        ? "; no operation is left out" : "; OPERATIONS ARE LEFT OUT, energies are too low")
      + countOfUnknownParts(in: comparison)
  }

  /// How many parts of machines have no figure, with a separator before it; nothing for none.
  private static func countOfUnknownParts(in comparison: Comparison) -> String {
    let counts = comparison.coverage.substrates.compactMap { share in
      share.unknownParts.map { "\($0.count) of \(share.substrate)" }
    }
    return counts.isEmpty ? "" : "; parts of machines unknown: " + counts.joined(separator: ", ")
  }

  /// Why operations are free or left out, and parts unknown, by substrate.
  static func coverageReasons(
    of comparison: Comparison
  ) -> [(substrate: String, reason: String)] {
    var reasons: [(String, String)] = []
    for share in comparison.coverage.substrates {
      for status in [Comparison.Coverage.Operation.Status.free, .unmodelled] {
        let some = share.operations.filter { $0.status == status }
        for reason in some.map({ $0.reason ?? "" }).uniqued() {
          let names = some.filter { ($0.reason ?? "") == reason }.map(\.operation)
          reasons.append(
            (
              share.substrate,
              comparison.spelled(operations: names)
                + (status == .free ? " taken as free: " : " NOT modelled: ") + reason
            ))
        }
      }
      let parts = share.unknownParts ?? []
      for reason in parts.map(\.reason).uniqued() {
        reasons.append(
          (share.substrate, named(parts.filter { $0.reason == reason }) + " unknown: " + reason))
      }
    }
    return reasons
  }

  static func warnings(of comparison: Comparison, on page: inout Page) {
    guard !comparison.warnings.isEmpty else { return }
    page.line()
    page.line("Warnings", .warning)
    for warning in comparison.warnings { page.paragraph("  !", indent: 4, warning, .warning) }
  }

  static func sources(of comparison: Comparison, on page: inout Page) {
    page.line()
    page.heading("Sources")
    for (index, source) in comparison.sources.enumerated() {
      page.paragraph(
        "  [\(index + 1)]", indent: 7,
        "\(source.citation) (\(source.key); \(source.evidence.rawValue))")
    }
  }

  /// A figure in a few digits, or as its text.
  static func text(of figure: Figure) -> String {
    switch figure {
    case .none: Numerals.absent
    case .number(let number): Numerals.tidy(number)
    case .numbers(let numbers):
      numbers.count <= LongLists.mostWords * 4
        ? numbers.map { Numerals.plain($0) }.joined(separator: ", ")
        : range(of: numbers)
    case .text(let text): text
    }
  }

  /// How many numbers there are, and between which ends: of one for each layer of a deep network.
  static func range(of numbers: [Double?]) -> String {
    let known = numbers.compactMap { $0 }
    return "\(Numerals.count(numbers.count, "number")), \(Numerals.plain(known.min())) to "
      + "\(Numerals.plain(known.max()))"
  }

  private static func isWord(_ figure: Figure) -> Bool {
    if case .number = figure { false } else { true }
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in the order of first occurrence.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
