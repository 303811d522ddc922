internal import Quantities
internal import SubstrateCore

extension ComparisonDifference {
  // MARK: The set-up

  static func setup(_ a: Comparison, _ b: Comparison) -> [SetupChange] {
    var changes: [SetupChange] = []
    func hold(_ what: String, _ a: Figure, _ b: Figure, breaks: Bool) {
      guard a != b else { return }
      changes.append(SetupChange(what: what, a: a, b: b, breaksComparison: breaks))
    }
    func hold(_ what: String, _ path: (Comparison) -> Int) {
      hold(what, .number(Double(path(a))), .number(Double(path(b))), breaks: true)
    }
    /// Figures that follow from network and samples alone tell what their names do not.
    func hold(follows what: String, _ path: (Comparison) -> Double?) {
      let values = (path(a), path(b))
      if let first = values.0, let second = values.1,
        abs(first - second) <= rounding * max(abs(first), abs(second))
      {
        return
      }
      hold(
        what, values.0.map { .number($0) } ?? .none, values.1.map { .number($0) } ?? .none,
        breaks: true)
    }
    hold(
      "temperature_K", .number(a.conditions.temperature.value),
      .number(b.conditions.temperature.value), breaks: true)
    // As text: every seed has its own, and not every one is a floating-point number.
    hold("seed", .text("\(a.conditions.seed)"), .text("\(b.conditions.seed)"), breaks: false)
    // The same workload may go by another name.
    hold("network.name", .text(a.network.name), .text(b.network.name), breaks: false)
    hold("network.inputs") { $0.network.inputs }
    hold("network.outputs") { $0.network.outputs }
    hold("network.parameters") { $0.network.parameters }
    hold("network.macs") { $0.network.macs }
    hold("network.neurons") { $0.network.neurons }
    let operations = (a.network.operations, b.network.operations)
    if operations.0 != operations.1 {
      changes.append(
        SetupChange(
          what: "network.operations", a: .text(described(operations.0)),
          b: .text(described(operations.1)), breaksComparison: true))
    }
    hold("workload.name", .text(a.workload.name), .text(b.workload.name), breaks: false)
    hold("workload.samples") { $0.workload.samples }
    hold(
      "workload.labelled", .text(a.workload.labelled ? "yes" : "no"),
      .text(b.workload.labelled ? "yes" : "no"), breaks: true)
    hold(
      "workload.normalization", .text(a.workload.normalization ?? "none"),
      .text(b.workload.normalization ?? "none"), breaks: true)
    hold(follows: "reference.accuracy") { $0.reference.accuracy }
    hold(follows: "task_floor.bits") { $0.taskFloor.bits }
    for result in a.results {
      guard let other = b.results.first(where: { $0.substrate == result.substrate }) else {
        continue
      }
      let names = result.settings.map(\.name)
      for name in names + other.settings.map(\.name).filter({ !names.contains($0) }) {
        func value(_ result: Comparison.Result) -> Figure {
          result.settings.first { $0.name == name }?.value ?? .none
        }
        hold("\(result.substrate).\(name)", value(result), value(other), breaks: false)
      }
    }
    return changes
  }

  private static func described(_ operations: [NetworkSummary.Operation]) -> String {
    operations.map { "\($0.name) (\($0.kind))" }.joined(separator: ", ")
  }

  // MARK: Who ran

  static func unpaired(_ a: Comparison, _ b: Comparison) -> [Unpaired] {
    func missing(_ from: Comparison, _ other: Comparison, _ name: String) -> [Unpaired] {
      from.results.map(\.substrate)
        .filter { id in !other.results.contains { $0.substrate == id } }
        .map { id in
          Unpaired(
            substrate: id, ranIn: name,
            refusal: other.refused.first { $0.substrate == id }?.detail)
        }
    }
    return missing(a, b, "a") + missing(b, a, "b")
  }

  // MARK: Figures

  /// The figures of one substrate in both comparisons.
  struct Pairing {
    var changes: [Change] = []
    var count = 0

    mutating func hold(
      _ a: Comparison.Result, against b: Comparison.Result, _ aQuantum: Double, _ bQuantum: Double
    ) {
      let id = a.substrate
      note(Change(id, "verdict", a.verdict.rawValue, b.verdict.rawValue))
      note(Change(id, "kind of energy", a.energy.kind.rawValue, b.energy.kind.rawValue))
      note(Change(id, "boundary", a.boundary.rawValue, b.boundary.rawValue))
      note(
        Change(
          id, .energy, "energy", kind: b.energy.kind, unit: "J", a.energy.estimated(aQuantum),
          b.energy.estimated(bQuantum)))
      for key in (a.limits + b.limits).map(\.key).uniqued() {
        let pair = (a.limits.first { $0.key == key }, b.limits.first { $0.key == key })
        note(
          Change(
            id, .limit, key, kind: (pair.1 ?? pair.0)?.kind, unit: "J",
            pair.0?.estimated(aQuantum), pair.1?.estimated(bQuantum)))
      }
      note(Change(id, .latency, "latency", unit: "s", plain(a.latency), plain(b.latency)))
      note(
        Change(
          id, .latency, "latency of the slowest", unit: "s", plain(a.longestLatency),
          plain(b.longestLatency)))
      note(
        Change(
          id, .accuracy, "accuracy", unit: "",
          a.accuracy.map { Estimated(value: $0, error: a.accuracyStandardError) },
          b.accuracy.map { Estimated(value: $0, error: b.accuracyStandardError) }))
      holdLedgers(a, b)
    }

    private mutating func note(_ change: Change?) {
      count += 1
      if let change { changes.append(change) }
    }

    private func plain(_ value: Double?) -> Estimated? { value.map { Estimated(value: $0) } }

    /// What of a ledger is one figure: the entries of one layer, mechanism, flow and kind.
    private struct Key: Hashable {
      let layer: String
      let mechanism: String
      let flow: Flow
      let kind: Kind
    }

    private mutating func holdLedgers(_ a: Comparison.Result, _ b: Comparison.Result) {
      let (first, second) = (sums(a), sums(b))
      for key in (a.ledger + b.ledger).map(Self.key).uniqued() {
        let pair = (first[key], second[key])
        var flow = key.flow.rawValue
        // What is drawn and at once turned into heat is one figure, not two.
        if key.flow == .drawn || key.flow == .dissipated {
          let isDrawn = key.flow == .drawn
          let twin = Key(
            layer: key.layer, mechanism: key.mechanism, flow: isDrawn ? .dissipated : .drawn,
            kind: key.kind)
          if first[twin]?.value == pair.0?.value, second[twin]?.value == pair.1?.value {
            guard isDrawn else { continue }
            flow = "spent"
          }
        }
        note(
          Change(
            a.substrate, .ledger, "\(key.layer), \(key.mechanism), \(flow)", kind: key.kind,
            unit: "J", pair.0, pair.1))
      }
    }

    private static func key(_ posting: Comparison.Posting) -> Key {
      Key(
        layer: posting.layer, mechanism: posting.mechanism, flow: posting.flow, kind: posting.kind)
    }

    private func sums(_ result: Comparison.Result) -> [Key: Estimated] {
      var sums: [Key: Estimated] = [:]
      for posting in result.ledger {
        let key = Self.key(posting)
        var sum = sums[key] ?? Estimated(value: 0)
        sum.value += posting.joules
        if let error = posting.standardError {
          let before = sum.error ?? 0
          sum.error = (before * before + error * error).squareRoot()
        }
        sums[key] = sum
      }
      return sums
    }
  }
}

extension Comparison.Energy {
  fileprivate func estimated(_ quantum: Double) -> ComparisonDifference.Estimated? {
    joules.map { .init(value: $0, error: standardError.map { $0 * quantum }) }
  }
}

extension Comparison.Limit {
  fileprivate var key: String { name + (rule.map { ", \($0)" } ?? "") }

  fileprivate func estimated(_ quantum: Double) -> ComparisonDifference.Estimated {
    .init(value: joules ?? thermalEnergy * quantum, error: standardError.map { $0 * quantum })
  }
}
