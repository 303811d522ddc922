internal import Harness
internal import Quantities
internal import SubstrateCore

/// One energy of a comparison, as tables and charts show it.
struct EnergyFigure {
  /// What in the comparison it is.
  enum Role {
    /// k_B T ln 2.
    case bit
    /// Latching the answer.
    case task
    /// A substrate's own energy.
    case headline
    /// What bounds or counting rules say.
    case limit
    /// An energy of another kind than the substrate's own.
    case apart
  }

  let role: Role
  /// The substrate's place among the results; none for what belongs to no substrate.
  let substrate: Int?
  let name: String
  let kind: Kind
  let thermalEnergy: Double?
  let joules: Double?
  /// In k_B T.
  let standardError: Double?
  /// In k_B T.
  let range: ClosedRange<Double>?
  let note: String?
  let sources: [String]
}

extension Comparison {
  /// k_B T in joules.
  var quantum: Double { conditions.thermalQuantum.value }

  /// Every energy of a result: its own, then its limits, then what stands apart.
  func energies(of place: Int) -> [EnergyFigure] {
    let result = results[place]
    func range(_ low: Double?, _ high: Double?, _ unit: Double) -> ClosedRange<Double>? {
      guard let low, let high, low <= high else { return nil }
      return low / unit...high / unit
    }
    let own = result.energy
    var figures = [
      EnergyFigure(
        role: .headline, substrate: place, name: "energy", kind: own.kind,
        thermalEnergy: own.thermalEnergy, joules: own.joules, standardError: own.standardError,
        range: range(own.low, own.high, quantum), note: nil,
        sources: result.ledger.filter { $0.kind == own.kind }.map(\.source).uniqued())
    ]
    figures += result.limits.map { limit in
      EnergyFigure(
        role: .limit, substrate: place, name: limit.name + (limit.rule.map { ", \($0)" } ?? ""),
        kind: limit.kind, thermalEnergy: limit.thermalEnergy, joules: limit.joules,
        standardError: limit.standardError, range: range(limit.low, limit.high, 1),
        note: limit.note, sources: [limit.source])
    }
    figures += result.sumsApart.map { sum in
      EnergyFigure(
        role: .apart, substrate: place, name: sum.mechanism, kind: sum.kind,
        thermalEnergy: sum.joules / quantum, joules: sum.joules, standardError: nil,
        range: range(sum.low, sum.high, quantum), note: "apart", sources: [sum.source])
    }
    return figures
  }

  /// What latching the answer costs at least.
  var taskFigure: EnergyFigure {
    EnergyFigure(
      role: .task, substrate: nil, name: "Writing down the answer", kind: taskFloor.kind,
      thermalEnergy: taskFloor.thermalEnergy, joules: taskFloor.energy, standardError: nil,
      range: nil, note: "\(Numerals.plain(taskFloor.bits)) bits latched, on top of every row",
      sources: [taskFloor.source])
  }

  /// One bit erased.
  var bitFigure: EnergyFigure {
    EnergyFigure(
      role: .bit, substrate: nil, name: "One bit erased, k_BT ln 2", kind: .floor,
      thermalEnergy: naturalLogarithmOf2, joules: naturalLogarithmOf2 * quantum,
      standardError: nil, range: nil, note: nil, sources: [taskFloor.source])
  }
}

extension EnergyFigure {
  /// `143 k_BT = 590 zJ`.
  var spelled: String {
    var text = "\(Numerals.plain(thermalEnergy)) k_BT = \(Numerals.engineering(joules, "J"))"
    if let standardError { text += " ± \(Numerals.plain(standardError)) k_BT" }
    if let range {
      text += ", \(Numerals.plain(range.lowerBound)) to \(Numerals.plain(range.upperBound)) k_BT"
    }
    return text
  }
}
