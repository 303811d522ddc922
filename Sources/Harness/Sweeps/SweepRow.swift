public import Quantities
public import SubstrateCore

extension Sweep {
  /// What one substrate made of the workload at one point.
  public struct Row: Codable, Equatable, Sendable {
    /// How it went: a verdict on the physics, or that there was no run.
    public enum Verdict: String, Codable, Sendable, CaseIterable {
      /// What was read was settled.
      case settled
      /// Read before the dynamics had come to rest.
      case unsettled
      /// A formula was used where it does not hold.
      case outsideValidity = "outside validity"
      /// The dynamics ran away; figures are void.
      case diverged
      /// The substrate would not run; `note` says why.
      case refused

      init(_ verdict: SubstrateCore.Verdict) {
        self =
          switch verdict {
          case .settled: .settled
          case .unsettled: .unsettled
          case .outsideValidity: .outsideValidity
          case .diverged: .diverged
          }
      }
    }

    /// The point's number, from 0, the last axis moving fastest.
    public var point: Int
    /// The values of the axes, by `ID.PARAMETER`.
    public var coordinates: [String: Double]
    /// The substrate's name.
    public var substrate: String
    /// How it went.
    public var verdict: Verdict
    /// What sort of figure the energy is; none if it did not run.
    @OrNull public var kind: Kind?
    /// Net work per inference, in joules.
    @OrNull public var energy: Double?
    /// Its standard error in joules, where it was estimated.
    @OrNull public var standardError: Double?
    /// The least that the sources' ranges allow, in joules.
    @OrNull public var low: Double?
    /// The most that the sources' ranges allow, in joules.
    @OrNull public var high: Double?
    /// The energy in k_B T.
    @OrNull public var thermalEnergy: Double?
    /// Its standard error in k_B T.
    @OrNull public var thermalStandardError: Double?
    /// Mean time per inference, in seconds.
    @OrNull public var latency: Double?
    /// Time of the slowest inference, in seconds.
    @OrNull public var longestLatency: Double?
    /// The share of samples whose largest output is the label's.
    @OrNull public var accuracy: Double?
    /// Its standard error.
    @OrNull public var accuracyStandardError: Double?
    /// Its accuracy less the reference's, on the same samples.
    @OrNull public var accuracyDifference: Double?
    /// The standard error of that difference.
    @OrNull public var accuracyDifferenceStandardError: Double?
    /// The share of samples whose largest output is the reference network's.
    @OrNull public var agreement: Double?
    /// Root of the mean square of outputs less the reference's, in units of the outputs.
    @OrNull public var outputError: Double?
    /// What the energy includes.
    public var boundary: Boundary
    /// Whether every operation of the network is modelled or free; none if it did not run.
    @OrNull public var isComplete: Bool?
    /// What bounds and counting rules say, and the energies of other kinds than the headline's.
    public var limits: [Limit]
    /// Why it did not run, or what a reader must be told of the run.
    @OrNull public var note: String?

    private enum CodingKeys: String, CodingKey {
      case point, coordinates, substrate, verdict, kind
      case energy = "energy_J"
      case standardError = "energy_standard_error_J"
      case low = "energy_low_J"
      case high = "energy_high_J"
      case thermalEnergy = "energy_kT"
      case thermalStandardError = "energy_standard_error_kT"
      case latency = "latency_s"
      case longestLatency = "latency_max_s"
      case accuracy
      case accuracyStandardError = "accuracy_standard_error"
      case accuracyDifference = "accuracy_difference"
      case accuracyDifferenceStandardError = "accuracy_difference_standard_error"
      case agreement
      case outputError = "output_rmse"
      case boundary
      case isComplete = "coverage_complete"
      case limits, note
    }

    /// A row without figures, at no particular point.
    package init(substrate: String, verdict: Verdict, boundary: Boundary) {
      point = 0
      coordinates = [:]
      self.substrate = substrate
      self.verdict = verdict
      self.boundary = boundary
      limits = []
    }
  }

  /// A bound, what a counting rule says, or an energy that stands apart because it is of another kind
  /// than the headline's, at one point.
  public struct Limit: Codable, Equatable, Sendable {
    /// What tells it from the substrate's other limits.
    public struct Key: Hashable, Sendable {
      /// `floor` for a theorem, `convention` for a counting rule, else an energy that stands apart.
      public let kind: Kind
      /// Its name, or its mechanism's, without blanks.
      public let name: String
      /// The variant, where there are several.
      public let rule: String?

      /// A limit's kind, name and variant.
      package init(_ kind: Kind, _ name: String, rule: String? = nil) {
        self.kind = kind
        self.name = name
        self.rule = rule
      }
    }

    /// `floor` for a theorem, `convention` for a counting rule.
    public let kind: Kind
    /// Its name.
    public let name: String
    /// The variant, where there are several.
    @OrNull public private(set) var rule: String?
    /// In joules.
    @OrNull public private(set) var joules: Double?
    /// In k_B T.
    public let thermalEnergy: Double

    private enum CodingKeys: String, CodingKey {
      case kind, name, rule
      case joules = "J"
      case thermalEnergy = "kT"
    }

    /// A limit's energy, in k_B T and in joules.
    package init(_ key: Key, thermalEnergy: Double, joules: Double?) {
      kind = key.kind
      name = key.name
      self.thermalEnergy = thermalEnergy
      rule = key.rule
      self.joules = joules
    }

    /// What tells it from the substrate's other limits.
    public var key: Key { Key(kind, name, rule: rule) }
  }
}

extension Sweep.Row {
  /// What a comparison of one substrate says of it.
  ///
  /// - Parameter notes: what is said of the workload anyway, and not of this run.
  init(_ comparison: Comparison, without notes: [String]) {
    let result = comparison.results[0]
    self.init(
      substrate: result.substrate, verdict: Verdict(result.verdict), boundary: result.boundary)
    let quantum = comparison.conditions.thermalQuantum.value
    kind = result.energy.kind
    energy = result.energy.joules
    low = result.energy.low
    high = result.energy.high
    thermalEnergy = result.energy.thermalEnergy
    thermalStandardError = result.energy.standardError
    standardError = result.energy.standardError.flatMap { existing($0 * quantum) }
    latency = result.latency
    longestLatency = result.longestLatency
    accuracy = result.accuracy
    accuracyStandardError = result.accuracyStandardError
    accuracyDifference = result.accuracyDifference
    accuracyDifferenceStandardError = result.accuracyDifferenceStandardError
    agreement = result.agreement
    outputError = result.outputError
    isComplete = comparison.coverage.complete
    limits = result.limits.map {
      Sweep.Limit(
        Sweep.Limit.Key($0.kind, $0.name, rule: $0.rule), thermalEnergy: $0.thermalEnergy,
        joules: $0.joules)
    }
    limits += result.sumsApart.map { sum in
      Sweep.Limit(
        Sweep.Limit.Key(
          sum.kind, sum.mechanism.split { !($0.isLetter || $0.isNumber) }.joined(separator: "-")),
        thermalEnergy: sum.joules / quantum, joules: existing(sum.joules))
    }
    let own = comparison.warnings.filter { !notes.contains($0) }
    note = own.isEmpty ? nil : own.joined(separator: "; ")
  }
}
