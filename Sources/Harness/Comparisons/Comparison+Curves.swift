public import SubstrateCore

extension Comparison {
  /// What the substrates that ran cost, and how accurate they are, at other settings than their rows':
  /// the data of charts. A comparison has them only if they were asked for.
  ///
  /// Each point is what a row with that setting would say; everything else is as in the substrate's own
  /// row, its seed too. It is no search: nothing is known between two points.
  public struct Curves: Codable, Equatable, Sendable {
    /// Over the parameter `duration`, of each substrate that has one; with limits.
    public let duration: [Curve]
    /// Over the precision in force, of each substrate that has one; without limits.
    public let precision: [Curve]
    /// From which duration on the energies over `duration` lie below what others cost at least, by a
    /// counting rule or as they are set.
    public let crossings: [CurveCrossing]
    /// What was not computed, and why.
    public let skipped: [Skipped]
  }

  /// One substrate over one of its parameters.
  public struct Curve: Codable, Equatable, Sendable {
    /// The substrate's name.
    public let substrate: String
    /// The parameter.
    public let parameter: String
    /// The unit of its values; empty for pure numbers.
    public let unit: String
    /// Rising values.
    public let points: [CurvePoint]
  }

  /// One substrate at one value of one parameter.
  public struct CurvePoint: Codable, Equatable, Sendable {
    /// The parameter's value.
    public let value: Double
    /// How the physics went.
    public let verdict: Verdict
    /// Net work per inference.
    public let energy: Energy
    /// Mean time per inference, in seconds.
    @OrNull public private(set) var latency: Double?
    /// The share of samples whose largest output is the label's.
    @OrNull public private(set) var accuracy: Double?
    /// Its standard error, for samples drawn independently.
    @OrNull public private(set) var accuracyStandardError: Double?
    /// Its accuracy less the reference's, on the same samples.
    @OrNull public private(set) var accuracyDifference: Double?
    /// The standard error of that difference.
    @OrNull public private(set) var accuracyDifferenceStandardError: Double?
    /// What bounds and counting rules say there; empty over the precision, where they are not computed.
    public let limits: [Sweep.Limit]

    private enum CodingKeys: String, CodingKey {
      case value, verdict, energy
      case latency = "latency_s"
      case accuracy
      case accuracyStandardError = "accuracy_standard_error"
      case accuracyDifference = "accuracy_difference"
      case accuracyDifferenceStandardError = "accuracy_difference_standard_error"
      case limits
    }

    init(_ value: Double, _ result: Result, hasLimits: Bool) {
      self.value = value
      verdict = result.verdict
      energy = result.energy
      latency = result.latency
      accuracy = result.accuracy
      accuracyStandardError = result.accuracyStandardError
      accuracyDifference = result.accuracyDifference
      accuracyDifferenceStandardError = result.accuracyDifferenceStandardError
      limits =
        !hasLimits
        ? []
        : result.limits.map {
          Sweep.Limit(
            Sweep.Limit.Key($0.kind, $0.name, rule: $0.rule), thermalEnergy: $0.thermalEnergy,
            joules: $0.joules)
        }
    }
  }

  /// Where a curve over durations crosses a fixed energy of another substrate.
  public struct CurveCrossing: Codable, Equatable, Sendable {
    /// The substrate whose energy falls.
    public let substrate: String
    /// What it falls below: a substrate, or `task` for latching the answer.
    public let other: String
    /// The limit's name; `energy` for the other substrate's own.
    public let name: String
    /// The limit's variant.
    @OrNull public private(set) var rule: String?
    /// What sort of figure that is.
    public let kind: Kind
    /// That figure, in k_B T.
    public let thermalEnergy: Double
    /// Between which durations, and where a power law through both puts it.
    public let crossing: Crossing

    private enum CodingKeys: String, CodingKey {
      case substrate, other, name, rule, kind
      case thermalEnergy = "kT"
      case crossing
    }
  }

  /// A curve or a point that was not computed.
  public struct Skipped: Codable, Equatable, Sendable {
    /// The substrate's name.
    public let substrate: String
    /// The parameter.
    public let parameter: String
    /// The value; none for a whole curve.
    @OrNull public private(set) var value: Double?
    /// Why.
    public let reason: String

    init(_ substrate: String, _ parameter: String, value: Double? = nil, reason: String) {
      self.substrate = substrate
      self.parameter = parameter
      self.value = value
      self.reason = reason
    }
  }

  /// The crossings of curves over durations with what the others cost. Only settled points count: work
  /// that was cut short is not the work of an inference.
  static func crossings(
    of curves: [Curve], with results: [Result], _ task: TaskFloor
  ) -> [CurveCrossing] {
    curves.flatMap { curve in
      let points: [(duration: Double, energy: Double)] = curve.points.compactMap { point in
        guard point.verdict == .settled, let energy = point.energy.thermalEnergy else { return nil }
        return (point.value, energy)
      }
      var crossings: [CurveCrossing] = []
      func add(_ other: String, _ name: String, _ rule: String?, _ kind: Kind, _ energy: Double?) {
        guard let energy, energy > 0, let crossing = Crossing(of: points, below: energy) else {
          return
        }
        crossings.append(
          CurveCrossing(
            substrate: curve.substrate, other: other, name: name, rule: rule, kind: kind,
            thermalEnergy: energy, crossing: crossing))
      }
      for result in results where result.substrate != curve.substrate {
        add(result.substrate, "energy", nil, result.energy.kind, result.energy.thermalEnergy)
        for limit in result.limits {
          add(result.substrate, limit.name, limit.rule, limit.kind, limit.thermalEnergy)
        }
      }
      add("task", "readout", nil, task.kind, task.thermalEnergy)
      return crossings
    }
  }
}
