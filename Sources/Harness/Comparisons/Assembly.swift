internal import Networks
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore
internal import Parameters

/// Puts a comparison together, run by run, and checks at this boundary what substrates hand over.
struct Assembly {
  private let lineup: Lineup
  private let thermalQuantum: Joules
  let labels: [Int]?
  private let referenceOutputs: [Double]
  let reference: Scores
  private var results: [Comparison.Result] = []
  private var refused: [Comparison.Refused]
  private var scores: [(substrate: String, scores: Scores)] = []
  private var coverage: [Comparison.Coverage.Share] = []
  private var slowDriving: [(substrate: String, limit: SlowDriving)] = []
  private var boundaries: [(substrate: String, boundaries: [Boundary])] = []
  private var warnings: [String]
  private var sources: [Source] = []

  static let kelvin = Source(
    key: "si2019",
    citation: "BIPM, The International System of Units, 9th edition (2019): "
      + "k_B = 1.380649e-23 J/K",
    evidence: .exact)

  /// - Throws: `WorkloadError` if the reference's outputs are not finite.
  init(_ lineup: Lineup, _ activations: ReferenceActivations) throws(WorkloadError) {
    self.lineup = lineup
    refused = lineup.refused
    thermalQuantum = Quantities.thermalQuantum(at: lineup.temperature)
    let workload = lineup.workload
    labels = workload.samples.labels
    referenceOutputs = (0..<workload.samples.count).flatMap { activations.output(of: $0) }
    let width = workload.network.outputCount
    if let bad = referenceOutputs.firstIndex(where: { !$0.isFinite }) {
      let value = referenceOutputs[bad]
      // NaN is a root of what is negative, or 0/0, as often as an overflow on the way.
      throw WorkloadError(
        "network '\(workload.network.name)' has an output that is \(value.isNaN ? "no number" : "infinite") "
          + "on sample \(bad / width + 1) of '\(workload.samples.name)'; its outputs must be finite; "
          + "scale the inputs, or correct the network"
      )
    }
    reference = Scores(outputs: referenceOutputs, width: width, labels: labels)
    warnings = workload.notes
  }

  /// Takes in what a substrate's run gave.
  ///
  /// - Parameter isoAccuracy: how its precision was found, if it was.
  mutating func add(
    _ run: Run, of runner: Lineup.Runner, isoAccuracy: Comparison.IsoAccuracy? = nil
  ) {
    let id = runner.card.id
    for warning in run.warnings { warnings.append("\(id): \(warning)") }
    var verdict = run.verdict
    let inspection = RunInspection(
      run, of: runner.card, lineup.workload.network, samples: lineup.workload.samples.count,
      at: lineup.temperature)
    for fault in [inspection.outputs, inspection.latency, inspection.signs].compactMap({ $0 }) {
      verdict = .diverged
      warnings.append(
        "\(id): expected \(fault.expected); seen: \(fault.seen); its figures are void")
    }
    let isVoid = verdict == .diverged

    let own =
      isVoid
      ? nil
      : Scores(
        outputs: run.outputs, width: lineup.workload.network.outputCount, labels: labels,
        repeats: run.repeats)
    if let own { scores.append((id, own)) }
    let difference = own?.difference(to: reference)
    let headline = run.ledger.postings.filter { $0.kind == run.energyKind }
    if !isVoid && !headline.contains(where: { $0.flow == .drawn }) {
      warnings.append("\(id): nothing of the kind '\(run.energyKind.rawValue)' is in its ledger")
    }
    note(run)
    if !isVoid, let slow = run.slowDriving { slowDriving.append((id, slow)) }
    boundaries.append(
      (id, headline.isEmpty ? [runner.card.boundary] : headline.map(\.boundary).uniqued()))
    coverage.append(share(run.coverage, of: id))

    let settings = runner.settings.parameters.map { parameter in
      Comparison.Setting(
        name: parameter.name, value: Figure(runner.settings.value(parameter.name)),
        unit: parameter.unit, given: runner.settings.isGiven(parameter.name),
        found: parameter.name == isoAccuracy?.parameter ? true : nil)
    }
    results.append(
      Comparison.Result(
        substrate: id, title: runner.card.title, principle: runner.card.principle,
        boundary: runner.card.boundary,
        parameters: Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0.value) }),
        settings: settings, verdict: verdict, readoutIncluded: false,
        energy: Self.energy(
          of: headline, run.energyKind, isVoid: isVoid, thermalQuantum: thermalQuantum),
        limits: run.limits.map { Comparison.Limit($0, thermalQuantum: thermalQuantum) },
        latency: existing(run.latency.value), longestLatency: existing(run.longestLatency.value),
        accuracy: own?.accuracy?.value, accuracyStandardError: own?.accuracy?.standardError,
        accuracyDifference: difference?.value,
        accuracyDifferenceStandardError: difference?.standardError,
        agreement: lineup.workload.network.outputCount == 1
          ? nil : own?.agreement(with: reference),
        outputError: isVoid ? nil : outputError(of: run.outputs),
        flows: flows(of: headline, isVoid: isVoid),
        ledger: run.ledger.postings.map {
          Comparison.Posting($0, thermalQuantum: thermalQuantum)
        },
        diagnostics: Dictionary(
          run.diagnostics.map { ($0.key, Figure($0.value)) },
          uniquingKeysWith: { first, _ in first }
        ),
        diagnosticTitles: run.diagnostics.map {
          Comparison.DiagnosticTitle(key: $0.key, title: $0.title)
        }, repeats: run.repeats == 1 ? nil : run.repeats, isoAccuracy: isoAccuracy))
  }

  /// Takes in that a substrate's run was given up: what; limit or cause; remedy.
  mutating func addCancelled(_ substrate: String, _ detail: String) {
    refused.append(
      Comparison.Refused(substrate: substrate, reason: .cancelled, detail: detail))
  }

  /// The finished comparison.
  func comparison(seed: UInt64) -> Comparison {
    let workload = lineup.workload
    let floor = shannonEntropy(of: reference.classes)
    var sources = sources + [Source.landauer1961, Self.kelvin] + workload.sources
    var keys: Set<String> = []
    sources = sources.filter { keys.insert($0.key).inserted }
    let task = Comparison.TaskFloor(
      bits: Bits(floor).value, energy: floor.value * thermalQuantum.value,
      thermalEnergy: floor.value, kind: .floor, source: Source.landauer1961.key)
    return Comparison(
      schema: Comparison.Schema(),
      conditions: Comparison.Conditions(
        temperature: lineup.temperature, seed: seed, thermalQuantum: thermalQuantum),
      network: NetworkSummary(workload.network),
      workload: Comparison.Workload(
        name: workload.samples.name, samples: workload.samples.count, labelled: labels != nil,
        normalization: workload.samples.normalization?.description),
      reference: Comparison.Reference(reference.accuracy),
      taskFloor: task, results: results, refused: refused, paired: paired,
      crossings: slowDriving.flatMap {
        Comparison.crossings(of: $0.substrate, $0.limit, with: results, task)
      },
      coverage: Comparison.Coverage(
        complete: coverage.allSatisfy { $0.operations.allSatisfy { $0.status != .unmodelled } },
        substrates: coverage),
      warnings: (warnings + boundaryWarnings).uniqued(), sources: sources)
  }

  // MARK: What a substrate handed over

  private func outputError(of outputs: [Float]) -> Double? {
    var squares = 0.0
    for (place, output) in outputs.enumerated() {
      let error = Double(output) - referenceOutputs[place % referenceOutputs.count]
      squares += error * error
    }
    return existing((squares / Double(outputs.count)).squareRoot())
  }

  private mutating func note(_ run: Run) {
    sources += run.ledger.postings.map(\.source)
    sources += run.limits.map(\.source)
  }

  private func share(_ given: [Coverage], of substrate: String) -> Comparison.Coverage.Share {
    var fates: [String: Coverage.Status] = [:]
    for entry in given where !entry.isPart { fates[entry.operation] = entry.status }
    let parts = given.compactMap { entry -> Comparison.Coverage.Part? in
      guard case .unknown(let reason) = entry.status else { return nil }
      return Comparison.Coverage.Part(part: entry.operation, reason: reason)
    }
    let nodes = lineup.workload.network.nodes
    // The input computes nothing; it is listed only where a substrate says something of it. An
    // operation that goes unmentioned is a gap, never a silent zero.
    let operations = nodes.filter { fates[$0.name] != nil || $0.operation != .input }.map { node in
      let (status, reason): (Comparison.Coverage.Operation.Status, String?) =
        switch fates[node.name] {
        case .modelled: (.modelled, nil)
        case .free(let reason): (.free, reason)
        case .unmodelled(let reason): (.unmodelled, reason)
        case .unknown, nil: (.unmodelled, "the substrate does not mention it")
        }
      return Comparison.Coverage.Operation(
        operation: node.name, macs: node.multiplyAccumulates, status: status,
        reason: reason)
    }
    let all = operations.reduce(0) { $0 + $1.macs }
    let modelled = operations.reduce(0) { $0 + ($1.status == .modelled ? $1.macs : 0) }
    return Comparison.Coverage.Share(
      substrate: substrate, macsModelled: all == 0 ? nil : Double(modelled) / Double(all),
      operations: operations, unknownParts: parts.isEmpty ? nil : parts)
  }

  // MARK: Sums

  /// Drawn less recovered, with errors added in quadrature and ranges end to end.
  static func energy(
    of postings: [Ledger.Posting], _ kind: Kind, isVoid: Bool, thermalQuantum: Joules
  ) -> Comparison.Energy {
    let parts = postings.filter { $0.flow == .drawn || $0.flow == .recovered }
    guard !isVoid, parts.contains(where: { $0.flow == .drawn }) else {
      return Comparison.Energy(
        kind: kind, joules: nil, thermalEnergy: nil, standardError: nil, low: nil, high: nil)
    }
    var (sum, low, high, variance) = (Joules.zero, Joules.zero, Joules.zero, 0.0)
    for part in parts {
      let least = part.range?.lowerBound ?? part.energy
      let most = part.range?.upperBound ?? part.energy
      sum += part.flow == .drawn ? part.energy : -part.energy
      low += part.flow == .drawn ? least : -most
      high += part.flow == .drawn ? most : -least
      let error = (part.standardError ?? .zero) / thermalQuantum
      variance += error * error
    }
    let hasRange = parts.contains { $0.range != nil }
    let hasError = parts.contains { $0.standardError != nil }
    return Comparison.Energy(
      kind: kind, joules: existing(sum.value), thermalEnergy: existing(sum / thermalQuantum),
      standardError: hasError ? existing(variance.squareRoot()) : nil,
      low: hasRange ? existing(low.value) : nil, high: hasRange ? existing(high.value) : nil)
  }

  private func flows(of postings: [Ledger.Posting], isVoid: Bool) -> Comparison.Flows {
    func total(_ flow: Flow) -> Double? {
      let parts = postings.filter { $0.flow == flow }
      guard !isVoid, !parts.isEmpty else { return nil }
      return existing(parts.reduce(0) { $0 + $1.energy.value })
    }
    let (drawn, recovered) = (total(.drawn), total(.recovered))
    let (stored, dissipated) = (total(.stored), total(.dissipated))
    return Comparison.Flows(
      drawn: drawn, recovered: recovered, stored: stored, dissipated: dissipated,
      integrationResidual: drawn.flatMap {
        existing($0 - (recovered ?? 0) - (stored ?? 0) - (dissipated ?? 0))
      })
  }

  private var paired: [Comparison.PairedDifference] {
    scores.indices.flatMap { a in
      scores[(a + 1)...].compactMap { b in
        scores[a].scores.difference(to: b.scores).map {
          Comparison.PairedDifference(
            a: scores[a].substrate, b: b.substrate, difference: $0.value,
            standardError: $0.standardError)
        }
      }
    }
  }

  private var boundaryWarnings: [String] { Self.warnings(ofDifferent: boundaries) }

  /// Says so if rows include different parts of a machine.
  static func warnings(
    ofDifferent boundaries: [(substrate: String, boundaries: [Boundary])]
  ) -> [String] {
    let present = Boundary.allCases.compactMap { boundary -> String? in
      let rows = boundaries.filter { $0.boundaries.contains(boundary) }.map(\.substrate)
      return rows.isEmpty ? nil : "\(boundary.rawValue) (\(rows.joined(separator: ", ")))"
    }
    guard present.count > 1 else { return [] }
    return [
      "the energies include different parts of a machine: \(present.joined(separator: ", ")); "
        + "figures of different boundaries do not compare"
    ]
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in the order of first occurrence.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
