internal import Quantities
public import SubstrateCore

extension Comparison {
  /// From which duration on one machine's energy lies below something that another one, or latching
  /// the answer, costs at least or by a counting rule.
  ///
  /// It rests on the machine's slow limit alone, energy = a/duration, which lies above the energy of
  /// fast driving: so below `validFrom` the crossing comes at the latest at the duration given. A
  /// sweep over durations finds it on the machine itself.
  public struct SlowCrossing: Codable, Equatable, Sendable {
    /// How sure the duration is.
    public enum Certainty: String, Codable, Sendable, CaseIterable {
      /// Driving is slow there: the limit holds.
      case slowLimit = "slow limit"
      /// Driving is fast there, and costs less than the limit says.
      case atTheLatest = "at the latest"
      /// The energy is below at any duration, even abrupt.
      case always
    }

    /// The machine whose energy falls.
    public let substrate: String
    /// What it falls below: a substrate, or `task` for latching the answer.
    public let other: String
    /// The limit's name; `energy` for the other machine's own.
    public let name: String
    /// The limit's variant.
    @OrNull public private(set) var rule: String?
    /// What sort of figure that is.
    public let kind: Kind
    /// That figure, in k_B T.
    public let thermalEnergy: Double
    /// The duration, in relaxation times; none if it is always below.
    @OrNull public private(set) var duration: Double?
    /// How sure it is.
    public let certainty: Certainty

    private enum CodingKeys: String, CodingKey {
      case substrate, other, name, rule, kind, certainty
      case thermalEnergy = "kT"
      case duration = "duration_tau0"
    }
  }

  /// The crossings of one substrate's slow limit with all that the others state.
  static func crossings(
    of substrate: String, _ slow: SlowDriving, with results: [Result], _ task: TaskFloor
  ) -> [SlowCrossing] {
    var crossings: [SlowCrossing] = []
    func add(_ other: String, _ name: String, _ rule: String?, _ kind: Kind, _ energy: Double?) {
      guard let energy, energy > 0, slow.workTimesDuration > 0 else { return }
      let isAlways = energy > slow.abruptEnergy.value
      let duration = slow.workTimesDuration / energy
      crossings.append(
        SlowCrossing(
          substrate: substrate, other: other, name: name, rule: rule, kind: kind,
          thermalEnergy: energy, duration: isAlways ? nil : existing(duration),
          certainty: isAlways
            ? .always : duration >= slow.validFrom ? .slowLimit : .atTheLatest))
    }
    for result in results where result.substrate != substrate {
      add(result.substrate, "energy", nil, result.energy.kind, result.energy.thermalEnergy)
      for limit in result.limits {
        add(result.substrate, limit.name, limit.rule, limit.kind, limit.thermalEnergy)
      }
    }
    add("task", "readout", nil, task.kind, task.thermalEnergy)
    return crossings
  }
}
