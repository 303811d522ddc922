public import Quantities
public import SubstrateCore

/// What one inference costs on each of several substrates: the value behind every report, and the
/// JSON document `substrata.comparison/1`.
///
/// Energies are means per inference over the cyclic stream. Names of keys end in their unit; a
/// value that does not exist is `null`; no number is NaN or infinite. It decodes what it encodes, and what
/// older versions of the same schema did: a key that came later is `OrNull`, `OrEmpty` or optional.
public struct Comparison: Codable, Equatable, Sendable {
  /// The document's schema; anything else does not decode.
  public let schema: Schema
  /// The bath and the seed.
  public let conditions: Conditions
  /// The network.
  public let network: NetworkSummary
  /// The samples.
  public let workload: Workload
  /// How well the network itself does, without any machine's errors.
  public let reference: Reference
  /// What writing down the answer costs at least.
  public let taskFloor: TaskFloor
  /// The substrates that ran, in their order.
  public let results: [Result]
  /// The substrates that did not.
  public let refused: [Refused]
  /// The differences in accuracy between every two substrates, on the same samples.
  public let paired: [PairedDifference]
  /// From which duration on a machine that is driven slowly lies below what others cost.
  @OrEmpty public private(set) var crossings: [SlowCrossing]
  /// What of the network was modelled.
  public let coverage: Coverage
  /// What a reader must be told, one line each.
  public let warnings: [String]
  /// The works that the figures rest on, in the order of first use.
  public let sources: [Source]
  /// Energies and accuracies at other settings; the key is absent where nobody asked for them.
  public internal(set) var curves: Curves?
  /// The command line that makes this document's figures, ready for a shell; the key is absent where it
  /// is not known.
  public var command: String?

  private enum CodingKeys: String, CodingKey {
    case schema, conditions, network, workload, reference
    case taskFloor = "task_floor"
    case results, refused, paired, crossings, coverage, warnings, sources, curves, command
  }
}

extension Comparison {
  /// The name of the document's form.
  public struct Schema: Codable, Equatable, Sendable {
    /// `substrata.comparison/1`.
    public static let name = "substrata.comparison/1"

    init() {}

    /// Accepts the schema's name and nothing else.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let name = try container.decode(String.self)
      guard name == Self.name else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "schema '\(name)' is not '\(Self.name)'")
      }
    }

    /// Writes the schema's name.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(Self.name)
    }
  }

  /// What holds for all substrates of a run.
  public struct Conditions: Codable, Equatable, Sendable {
    /// The bath's temperature, in kelvin.
    public let temperature: Kelvin
    /// What the noise of every substrate is derived from.
    public let seed: UInt64
    /// k_B T, in joules.
    public let thermalQuantum: Joules

    private enum CodingKeys: String, CodingKey {
      case temperature = "temperature_K"
      case seed
      case thermalQuantum = "thermal_quantum_J"
    }
  }

  /// The samples.
  public struct Workload: Codable, Equatable, Sendable {
    /// What they are called.
    public let name: String
    /// How many.
    public let samples: Int
    /// Whether their classes are known.
    public let labelled: Bool
    /// The means and deviations that they were normalised by; the key is absent if they were not.
    public let normalization: String?
  }

  /// The network computed in double precision, without noise.
  public struct Reference: Codable, Equatable, Sendable {
    /// The share of samples whose largest output is the label's.
    @OrNull public private(set) var accuracy: Double?
    /// Its standard error, for samples drawn independently.
    @OrNull public private(set) var accuracyStandardError: Double?

    private enum CodingKeys: String, CodingKey {
      case accuracy
      case accuracyStandardError = "accuracy_standard_error"
    }

    init(_ estimate: Estimate?) {
      accuracy = estimate?.value
      accuracyStandardError = estimate?.standardError
    }
  }

  /// Landauer's minimum for latching the answer over the previous one in a register erased blind.
  public struct TaskFloor: Codable, Equatable, Sendable {
    /// The entropy of the class that the reference network predicts, over this stream.
    public let bits: Double
    /// k_B T ln 2 for each bit, in joules.
    public let energy: Double
    /// The same in k_B T.
    public let thermalEnergy: Double
    /// A theorem.
    public let kind: Kind
    /// The key of its source.
    public let source: String

    private enum CodingKeys: String, CodingKey {
      case bits
      case energy = "J"
      case thermalEnergy = "kT"
      case kind, source
    }
  }

  /// A substrate that would not run the network, or did not come to an end.
  public struct Refused: Codable, Equatable, Sendable {
    /// Its name.
    public let substrate: String
    /// The kind of obstacle.
    public let reason: Reason
    /// What; limit or cause; remedy.
    public let detail: String

    /// A substrate whose code broke off the process.
    static func trapped(_ substrate: String) -> Refused {
      Refused(
        substrate: substrate, reason: .trapped,
        detail:
          "its code broke off the process; 'swift run -c debug' shows where; mend it, or leave it out with "
          + "--substrates")
    }

    /// Why a substrate is without a row: it refuses, or its run came to no end.
    public enum Reason: String, Codable, Sendable, CaseIterable {
      /// An operation that this matter cannot perform.
      case operation
      /// A number outside what it can hold.
      case range
      /// Too many or too few bits.
      case precision
      /// Too large a network.
      case size
      /// Settings that contradict each other.
      case settings
      /// It was given up before its end.
      case cancelled
      /// Its code broke off.
      case trapped

      init(_ reason: Refusal.Reason) {
        self =
          switch reason {
          case .operation: .operation
          case .range: .range
          case .precision: .precision
          case .size: .size
          case .settings: .settings
          }
      }
    }
  }

  /// How much more often one substrate is right than another, on the same samples.
  public struct PairedDifference: Codable, Equatable, Sendable {
    /// The one.
    public let a: String
    /// The other.
    public let b: String
    /// Accuracy of a less that of b.
    public let difference: Double
    /// Its standard error, from the samples on which exactly one of them is right.
    public let standardError: Double

    private enum CodingKeys: String, CodingKey {
      case a, b, difference
      case standardError = "standard_error"
    }
  }

  /// What became of the network's operations on each substrate.
  public struct Coverage: Codable, Equatable, Sendable {
    /// No substrate leaves an operation unmodelled.
    public let complete: Bool
    /// One for each substrate that ran.
    public let substrates: [Share]

    /// What one substrate covers.
    public struct Share: Codable, Equatable, Sendable {
      /// Its name.
      public let substrate: String
      /// The share of the multiply–accumulates whose energy is in the ledger; none in a network
      /// that has none.
      @OrNull public private(set) var macsModelled: Double?
      /// Every operation of the network.
      public let operations: [Operation]
      /// Parts of the machine, or of what it needs, for which there is no figure; the key is absent for none.
      public let unknownParts: [Part]?

      private enum CodingKeys: String, CodingKey {
        case substrate
        case macsModelled = "macs_modelled_share"
        case operations
        case unknownParts = "unknown_parts"
      }

      init(substrate: String, macsModelled: Double?, operations: [Operation], unknownParts: [Part]?)
      {
        self.substrate = substrate
        self.macsModelled = macsModelled
        self.operations = operations
        self.unknownParts = unknownParts
      }
    }

    /// The parts of a substrate's machine for which there is no figure.
    public func unknownParts(of substrate: String) -> [Part] {
      substrates.first { $0.substrate == substrate }?.unknownParts ?? []
    }

    /// A part of a machine that costs something for which there is no figure.
    public struct Part: Codable, Equatable, Sendable {
      /// Its name.
      public let part: String
      /// Why there is none.
      public let reason: String
    }

    /// What became of one operation.
    public struct Operation: Codable, Equatable, Sendable {
      /// What became of it.
      public enum Status: String, Codable, Sendable, CaseIterable {
        /// Its energy is in the ledger.
        case modelled
        /// It costs nothing.
        case free
        /// It costs something that is not in the ledger.
        case unmodelled
      }

      /// The operation's name.
      public let operation: String
      /// Its multiply–accumulates.
      public let macs: Int
      /// What became of it.
      public let status: Status
      /// Why it is free, or not modelled.
      @OrNull public private(set) var reason: String?

      init(operation: String, macs: Int, status: Status, reason: String?) {
        self.operation = operation
        self.macs = macs
        self.status = status
        self.reason = reason
      }
    }
  }
}
