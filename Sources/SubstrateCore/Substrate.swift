public import Networks
public import Quantities

/// A kind of matter that can run a neural network, and what running it costs there.
///
/// It is a model of a physical machine, not a way to compute faster: it states how it holds a
/// network, what energy flows where, and what comes out, for a whole stream of samples. It knows no
/// other substrate, no report and no thread.
///
/// Three ways to fail, never mixed: a `precondition` for a programmer's mistake; a `Refusal` from
/// `prepare`, before anything is spent; a `Verdict` on the run when the physics went badly.
public protocol Substrate: Sendable {
  /// The network as this matter holds it.
  associatedtype Program: Sendable

  /// What the substrate is, and what can be set.
  var card: Card { get }

  /// Holds a network, or refuses to.
  ///
  /// - Parameters:
  ///   - network: any network; whatever operation cannot be modelled is refused here, by name.
  ///   - conditions: the bath and the values of the card's parameters.
  /// - Throws: `Refusal`; after a return, `run` succeeds on every stream of the network's width.
  func prepare(
    _ network: Network, under conditions: Conditions
  ) throws(Refusal) -> Program

  /// Runs a cyclic stream of samples: inference i takes the machine from sample i-1 to sample i,
  /// and sample 0 follows the last, so that every inference is charged.
  ///
  /// A pure function: the same program, stream and seed give the same bits, whatever the number of
  /// threads behind `context`.
  ///
  /// - Throws: `Cancelled` if the context is, and nothing else.
  func run(
    _ program: Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) -> Run

  /// How much noise each layer puts on the outputs if its precision is 1: g_l, such that precisions p_l give
  /// the outputs together the variance Σ g_l/p_l, linearised, in the mean over the stream.
  ///
  /// What comparisons at equal accuracy spread precision over layers by. By default none: one precision
  /// holds for all layers.
  func outputNoise(
    of program: Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) -> [Double]?
}

extension Substrate {
  /// None: one precision holds for all layers.
  public func outputNoise(
    of program: Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) -> [Double]? { nil }
}

/// Why a substrate will not run a network: what, the limit it meets, and the remedy.
public struct Refusal: Error, Hashable, Codable, Sendable {
  /// What kind of obstacle.
  public enum Reason: String, Codable, Sendable {
    /// An operation that this matter cannot perform.
    case operation
    /// A number outside what it can hold.
    case range
    /// Too many or too few bits.
    case precision
    /// Too large a network.
    case size
    /// Settings that contradict each other: a mistake of the caller.
    case settings
  }

  /// What kind of obstacle.
  public let reason: Reason
  /// One line: what; limit or cause; remedy.
  public let detail: String

  /// A refusal.
  public init(_ reason: Reason, _ detail: String) {
    (self.reason, self.detail) = (reason, detail)
  }
}

/// How the physics of a run went. Every report shows it.
public enum Verdict: String, Codable, Sendable, CaseIterable {
  /// As the model presumes: what was read was settled.
  case settled
  /// Read before the dynamics had come to rest.
  case unsettled
  /// A formula was used where it does not hold.
  case outsideValidity = "outside validity"
  /// The dynamics ran away; figures are void.
  case diverged
}

/// What a substrate's run of a stream gave.
public struct Run: Sendable {
  /// The outputs, sample after sample, `[repeats × samples × outputCount]`.
  public var outputs: [Float]
  /// How many machines gave outputs, each made anew with errors of its own; energies and latencies are their
  /// means. Reports state accuracy over all of them.
  public var repeats = 1
  /// Time per inference: the mean over the stream.
  public var latency: Seconds
  /// Time of the slowest inference.
  public var longestLatency: Seconds
  /// The kind of the row's headline energy: postings of this kind make it up, others stand apart.
  public var energyKind: Kind
  /// Where the energy went, per inference.
  public var ledger: Ledger
  /// How the physics went.
  public var verdict: Verdict
  /// What bounds or counting rules say about this substrate on this stream.
  public var limits: [Limit] = []
  /// How its energy falls with the duration, where slower driving costs less without end.
  public var slowDriving: SlowDriving?
  /// Everything else worth knowing, in the order in which it is shown.
  public var diagnostics: [Diagnostic] = []
  /// What was modelled of the network.
  public var coverage: [Coverage]
  /// What a reader must be told, one line each.
  public var warnings: [String] = []

  /// The outcome of a run; limits, diagnostics and warnings may be added.
  public init(
    outputs: [Float], latency: Seconds, longestLatency: Seconds, energyKind: Kind, ledger: Ledger,
    verdict: Verdict, coverage: [Coverage]
  ) {
    self.outputs = outputs
    self.latency = latency
    self.longestLatency = longestLatency
    self.energyKind = energyKind
    self.ledger = ledger
    self.verdict = verdict
    self.coverage = coverage
  }
}

/// Energy that falls as 1/duration once driving is slow, and is largest when it is abrupt.
public struct SlowDriving: Sendable, Hashable {
  /// Energy × duration in the limit, in k_B T times the unit of the parameter `duration`.
  public let workTimesDuration: Double
  /// The energy at duration 0.
  public let abruptEnergy: ThermalEnergy
  /// The duration from which on the limit holds.
  public let validFrom: Double

  /// A machine's slow limit.
  public init(workTimesDuration: Double, abruptEnergy: ThermalEnergy, validFrom: Double) {
    (self.workTimesDuration, self.abruptEnergy) = (workTimesDuration, abruptEnergy)
    self.validFrom = validFrom
  }
}

/// An energy per inference that a theorem or a counting rule names for a substrate.
public struct Limit: Sendable {
  /// The limit's name, `operations`.
  public let name: String
  /// The variant, where there are several.
  public let rule: String?
  /// `floor` for a theorem, `convention` for a counting rule.
  public let kind: Kind
  /// The energy.
  public let energy: ThermalEnergy
  /// What encloses it, where it is only known to lie in a range.
  public let range: ClosedRange<ThermalEnergy>?
  /// What it was estimated with, where it was.
  public let standardError: ThermalEnergy?
  /// What a reader must know of it, such as `unresolved`.
  public let note: String?
  /// Where it comes from.
  public let source: Source

  /// A limit.
  public init(
    _ name: String, rule: String? = nil, kind: Kind, _ energy: ThermalEnergy,
    range: ClosedRange<ThermalEnergy>? = nil, standardError: ThermalEnergy? = nil,
    note: String? = nil, source: Source
  ) {
    precondition(kind == .floor || kind == .convention, "a limit is a floor or a convention")
    precondition(energy.isFinite, "a limit is a number")
    self.name = name
    self.rule = rule
    self.kind = kind
    self.energy = energy
    self.range = range
    self.standardError = standardError
    self.note = note
    self.source = source
  }
}

/// A named figure beside the energies: a rate, a length, a count.
public struct Diagnostic: Sendable, Hashable {
  /// What it is.
  public enum Value: Sendable, Hashable {
    /// One number; not finite means that it does not exist.
    case number(Double)
    /// Several, such as a least and a largest.
    case numbers([Double])
    /// A word or a sentence.
    case text(String)
  }

  /// Its key in machine-readable results, in `snake_case` and ending in its unit where it has one.
  public let key: String
  /// What a table calls it.
  public let title: String
  /// The figure.
  public let value: Value

  /// A figure under a key.
  public init(_ key: String, _ title: String, _ value: Value) {
    (self.key, self.title, self.value) = (key, title, value)
  }
}

/// What became of one operation of the network, or of a part of the machine. There is no silent zero.
public struct Coverage: Sendable, Hashable {
  /// What became of it.
  public enum Status: Sendable, Hashable {
    /// Its energy is in the ledger.
    case modelled
    /// It costs nothing, for this reason.
    case free(String)
    /// It costs something that is not in the ledger, for this reason: a gap.
    case unmodelled(String)
    /// A part of the machine for which there is no figure, for this reason.
    case unknown(String)
  }

  /// The operation's name, or the part's.
  public let operation: String
  /// Its multiply–accumulates.
  public let multiplyAccumulates: Int
  /// What became of it.
  public let status: Status

  /// The fate of one of a network's nodes.
  public init(_ node: Network.Node, _ status: Status) {
    operation = node.name
    multiplyAccumulates = node.multiplyAccumulates
    self.status = status
  }

  /// A part of the machine, or of what it needs, such as a clock tree, whose cost nobody has published.
  public init(part: String, unknown reason: String) {
    (operation, multiplyAccumulates, status) = (part, 0, .unknown(reason))
  }

  /// The fate of one of a network's nodes as a card has it.
  public init(_ node: Network.Node, on card: Card) {
    switch card.meaning(node.operation.kind) {
    case .modelled: self.init(node, .modelled)
    case .free(let reason): self.init(node, .free(reason))
    case .unmodelled(let reason): self.init(node, .unmodelled(reason))
    case .refused(let reason): preconditionFailure("'\(node.name)' runs though \(reason)")
    }
  }
}
