public import Quantities
public import SubstrateCore

extension Comparison {
  /// What one substrate made of the workload.
  public struct Result: Codable, Equatable, Sendable {
    /// Its name on the command line.
    public let substrate: String
    /// Its name in tables.
    public let title: String
    /// What the machine does and where its energy goes, in one line; the key is absent in older documents.
    public let principle: String?
    /// What its headline energy includes.
    public let boundary: Boundary
    /// The values of its parameters, by name.
    public let parameters: [String: Figure]
    /// The same in the card's order, with units, and whether they were given or are defaults.
    public let settings: [Setting]
    /// How the physics went.
    public let verdict: Verdict
    /// Whether the energy includes latching the answer: it does not, see `TaskFloor`.
    public let readoutIncluded: Bool
    /// The headline: net work per inference.
    public let energy: Energy
    /// What bounds and counting rules say about this substrate on this stream.
    public let limits: [Limit]
    /// Mean time per inference, in seconds.
    @OrNull public private(set) var latency: Double?
    /// Time of the slowest inference, in seconds.
    @OrNull public private(set) var longestLatency: Double?
    /// The share of samples whose largest output is the label's.
    @OrNull public private(set) var accuracy: Double?
    /// Its standard error, for samples drawn independently.
    @OrNull public private(set) var accuracyStandardError: Double?
    /// Its accuracy less the reference's, on the same samples.
    @OrNull public private(set) var accuracyDifference: Double?
    /// The standard error of that difference.
    @OrNull public private(set) var accuracyDifferenceStandardError: Double?
    /// The share of samples whose largest output is the reference network's.
    @OrNull public private(set) var agreement: Double?
    /// Root of the mean square of outputs less the reference's, in units of the outputs.
    @OrNull public private(set) var outputError: Double?
    /// The balance of the headline's kind.
    public let flows: Flows
    /// Every entry, of every kind.
    public let ledger: [Posting]
    /// Figures beside the energies, by key.
    public let diagnostics: [String: Figure]
    /// What tables call them, in the order in which they are shown.
    public let diagnosticTitles: [DiagnosticTitle]
    /// How many machines, made anew each, the accuracy is the mean of; the key is absent for one.
    public let repeats: Int?
    /// How its precision was found, in a comparison at equal accuracy; the key is absent in others.
    public let isoAccuracy: IsoAccuracy?

    private enum CodingKeys: String, CodingKey {
      case substrate, title, principle, boundary, parameters, settings, verdict
      case readoutIncluded = "readout_included"
      case energy, limits
      case latency = "latency_s"
      case longestLatency = "latency_max_s"
      case accuracy
      case accuracyStandardError = "accuracy_standard_error"
      case accuracyDifference = "accuracy_difference"
      case accuracyDifferenceStandardError = "accuracy_difference_standard_error"
      case agreement
      case outputError = "output_rmse"
      case flows, ledger, diagnostics
      case diagnosticTitles = "diagnostic_titles"
      case repeats
      case isoAccuracy = "iso_accuracy"
    }
  }

  /// The value of a parameter with what a table needs to show it.
  public struct Setting: Codable, Equatable, Sendable {
    /// Its name.
    public let name: String
    /// The value; none where the parameter is without effect.
    public let value: Figure
    /// The unit of its numbers; empty for pure numbers and words.
    public let unit: String
    /// Whether it was given.
    public let given: Bool
    /// True where it was neither given nor a default but found; the key is absent elsewhere.
    public let found: Bool?
  }

  /// What a table calls a diagnostic.
  public struct DiagnosticTitle: Codable, Equatable, Sendable {
    /// The diagnostic's key.
    public let key: String
    /// Its title.
    public let title: String
  }

  /// An energy per inference.
  public struct Energy: Codable, Equatable, Sendable {
    /// What sort of figure it is.
    public let kind: Kind
    /// In joules; none if the run diverged or nothing of the kind was entered.
    @OrNull public private(set) var joules: Double?
    /// In k_B T.
    @OrNull public private(set) var thermalEnergy: Double?
    /// Its standard error in k_B T, where it was estimated.
    @OrNull public private(set) var standardError: Double?
    /// The least that the sources' ranges allow, in joules.
    @OrNull public private(set) var low: Double?
    /// The most that the sources' ranges allow, in joules.
    @OrNull public private(set) var high: Double?

    private enum CodingKeys: String, CodingKey {
      case kind
      case joules = "J"
      case thermalEnergy = "kT"
      case standardError = "standard_error_kT"
      case low = "low_J"
      case high = "high_J"
    }

    init(
      kind: Kind, joules: Double?, thermalEnergy: Double?, standardError: Double?, low: Double?,
      high: Double?
    ) {
      self.kind = kind
      self.joules = joules
      self.thermalEnergy = thermalEnergy
      self.standardError = standardError
      self.low = low
      self.high = high
    }
  }

  /// A bound, or what a counting rule says.
  public struct Limit: Codable, Equatable, Sendable {
    /// Its name.
    public let name: String
    /// The variant, where there are several.
    @OrNull public private(set) var rule: String?
    /// `floor` for a theorem, `convention` for a counting rule.
    public let kind: Kind
    /// In k_B T.
    public let thermalEnergy: Double
    /// In joules.
    @OrNull public private(set) var joules: Double?
    /// The lower end where it is only known to lie in a range, in k_B T.
    @OrNull public private(set) var low: Double?
    /// The upper end where it is only known to lie in a range, in k_B T.
    @OrNull public private(set) var high: Double?
    /// Its standard error in k_B T, where it was estimated.
    @OrNull public private(set) var standardError: Double?
    /// What a reader must know of it.
    @OrNull public private(set) var note: String?
    /// The key of its source.
    public let source: String

    private enum CodingKeys: String, CodingKey {
      case name, rule, kind
      case thermalEnergy = "kT"
      case joules = "J"
      case low = "low_kT"
      case high = "high_kT"
      case standardError = "standard_error_kT"
      case note, source
    }

    init(_ limit: SubstrateCore.Limit, thermalQuantum: Joules) {
      name = limit.name
      rule = limit.rule
      kind = limit.kind
      thermalEnergy = limit.energy.value
      joules = existing(limit.energy.value * thermalQuantum.value)
      low = limit.range.flatMap { existing($0.lowerBound.value) }
      high = limit.range.flatMap { existing($0.upperBound.value) }
      standardError = limit.standardError.flatMap { existing($0.value) }
      note = limit.note
      source = limit.source.key
    }
  }

  /// Where the energy of the headline's kind went; none where nothing of a flow was entered.
  public struct Flows: Codable, Equatable, Sendable {
    /// Taken from the drivers, in joules.
    @OrNull public private(set) var drawn: Double?
    /// Given back to the drivers, in joules.
    @OrNull public private(set) var recovered: Double?
    /// Still in the machine, in joules.
    @OrNull public private(set) var stored: Double?
    /// Turned into heat, in joules.
    @OrNull public private(set) var dissipated: Double?
    /// Drawn - recovered - stored - dissipated, in joules; flows without entries count as nothing.
    @OrNull public private(set) var integrationResidual: Double?

    private enum CodingKeys: String, CodingKey {
      case drawn = "drawn_J"
      case recovered = "recovered_J"
      case stored = "stored_J"
      case dissipated = "dissipated_J"
      case integrationResidual = "integration_residual_J"
    }

    init(
      drawn: Double?, recovered: Double?, stored: Double?, dissipated: Double?,
      integrationResidual: Double?
    ) {
      self.drawn = drawn
      self.recovered = recovered
      self.stored = stored
      self.dissipated = dissipated
      self.integrationResidual = integrationResidual
    }
  }

  /// One entry of a ledger.
  public struct Posting: Codable, Equatable, Sendable {
    /// Which way it went.
    public let flow: Flow
    /// Where.
    public let layer: String
    /// By what mechanism.
    public let mechanism: String
    /// What sort of figure it is.
    public let kind: Kind
    /// In joules per inference.
    public let joules: Double
    /// In k_B T per inference.
    @OrNull public private(set) var thermalEnergy: Double?
    /// Its standard error in joules, where it was estimated.
    @OrNull public private(set) var standardError: Double?
    /// The least the source gives, in joules.
    @OrNull public private(set) var low: Double?
    /// The most the source gives, in joules.
    @OrNull public private(set) var high: Double?
    /// The key of its source.
    public let source: String
    /// What it includes.
    public let boundary: Boundary

    private enum CodingKeys: String, CodingKey {
      case flow, layer, mechanism, kind
      case joules = "J"
      case thermalEnergy = "kT"
      case standardError = "standard_error_J"
      case low = "low_J"
      case high = "high_J"
      case source, boundary
    }

    init(_ posting: Ledger.Posting, thermalQuantum: Joules) {
      flow = posting.flow
      layer = posting.layer
      mechanism = posting.mechanism
      kind = posting.kind
      joules = posting.energy.value
      thermalEnergy = existing(posting.energy / thermalQuantum)
      standardError = posting.standardError.flatMap { existing($0.value) }
      low = posting.range.flatMap { existing($0.lowerBound.value) }
      high = posting.range.flatMap { existing($0.upperBound.value) }
      source = posting.source.key
      boundary = posting.boundary
    }
  }
}
