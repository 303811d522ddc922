public import Quantities
internal import SubstrateCore

/// What training one network costs on each of several substrates: the value behind the reports of `train`, and the
/// JSON document `substrata.training/1`.
///
/// Energies are for the whole training. Names of keys end in their unit; a value that does not exist is `null`; no
/// number is NaN or infinite.
public struct TrainingComparison: Codable, Equatable, Sendable {
  /// `substrata.training/1`.
  public let schema: String
  /// The bath and the seed.
  public let conditions: Comparison.Conditions
  /// The network.
  public let network: NetworkSummary
  /// What was done with it.
  public let training: Training
  /// How well exact steps learn, without any machine's errors.
  public let exact: Learner
  /// How well parameters learn that move through a bath; none where no energy was given.
  @OrNull public internal(set) var thermal: Learner?
  /// Each substrate's costs.
  public let results: [Result]
  /// Accuracy over the energy of a step; the key is absent where nobody asked for it.
  public internal(set) var curve: Curve?
  /// The command line that makes this document's figures; the key is absent where it is not known.
  public var command: String?
  /// The substrates that did not take the network, or do not say what learning costs on them.
  public let refused: [Comparison.Refused]
  /// What a reader must be told, one line each.
  public var warnings: [String]
  /// The works that the figures rest on, in the order of first use.
  public let sources: [Source]

  /// The data, and how they were learned.
  public struct Training: Codable, Equatable, Sendable {
    /// What the training samples are called.
    public let data: String
    /// How many: D as distinct examples.
    public let examples: Int
    /// What the test samples are called.
    public let testData: String
    /// How many.
    public let testSamples: Int
    /// Numbers that are trained: N.
    public let parameters: Int
    /// Passes through the data that were asked for.
    public let epochs: Int
    /// Samples a step.
    public let batch: Int
    /// How far a step goes, at first.
    public let learningRate: Double
    /// How that changes.
    public let schedule: String
    /// The share of a step that the next keeps.
    public let momentum: Double
    /// What is made small.
    public let loss: String
    /// Where gradients come from.
    public let rule: String
    /// The share of the outputs' stiffness that clamps them, where gradients are stresses.
    @OrNull public internal(set) var clamp: Double?
    /// ε, in k_BT per parameter and step, of the thermal learner.
    @OrNull public internal(set) var energyPerParameter: Double?

    private enum CodingKeys: String, CodingKey {
      case data, examples
      case testData = "test_data"
      case testSamples = "test_samples"
      case parameters, epochs, batch
      case learningRate = "learning_rate"
      case schedule, momentum, loss, rule, clamp
      case energyPerParameter = "energy_per_parameter_kT"
    }
  }

  /// One training, and what came of it.
  public struct Learner: Codable, Equatable, Sendable {
    /// `completed`, `diverged`, `unsettled` or `interrupted`.
    public let verdict: String
    /// Where it ended before its time: the epoch, from 1.
    @OrNull public internal(set) var endedInEpoch: Int?
    /// The step, from 1.
    @OrNull public internal(set) var endedAtStep: Int?
    /// Full epochs done; the weights are those after the last.
    public let epochsDone: Int
    /// Steps in them.
    public let steps: Int
    /// Examples met in them: D as presentations.
    public let presentations: Int
    /// The mean loss before the first step: H, in nats where it is cross-entropy.
    @OrNull public internal(set) var firstLoss: Double?
    /// The mean loss at the end: L.
    @OrNull public internal(set) var finalLoss: Double?
    /// The mean loss as samples were met, epoch by epoch.
    public let losses: [Double]
    /// The share of test samples whose largest output is the label's.
    @OrNull public internal(set) var accuracy: Double?
    /// Its standard error, for samples drawn independently.
    @OrNull public internal(set) var accuracyStandardError: Double?
    /// The heat of the parameters' motion, measured, in k_BT.
    @OrNull public internal(set) var heat: Double?
    /// How much of that a repetition with other noise would scatter, in k_BT.
    @OrNull public internal(set) var heatDeviation: Double?

    private enum CodingKeys: String, CodingKey {
      case verdict
      case endedInEpoch = "ended_in_epoch"
      case endedAtStep = "ended_at_step"
      case epochsDone = "epochs_done"
      case steps, presentations
      case firstLoss = "first_loss"
      case finalLoss = "final_loss"
      case losses, accuracy
      case accuracyStandardError = "accuracy_standard_error"
      case heat = "heat_kT"
      case heatDeviation = "heat_deviation_kT"
    }
  }

  /// What a training costs on one substrate.
  public struct Result: Codable, Equatable, Sendable {
    /// Its name on the command line.
    public let substrate: String
    /// Its name in tables.
    public let title: String
    /// Which of the two trainings it is: `exact` or `thermal`.
    public let learner: String
    /// What it includes.
    public let boundary: Boundary
    /// The values of its parameters, by name.
    public let parameters: [String: Figure]
    /// The headline, of the whole training; none where this machine's cost cannot be said.
    @OrNull public internal(set) var energy: Comparison.Energy?
    /// Whether that is only a part of what it takes: the notes say what is missing.
    public let isPartial: Bool
    /// The same for each distinct example, in joules.
    @OrNull public internal(set) var perExample: Double?
    /// The same for each parameter, in k_BT.
    @OrNull public internal(set) var perParameter: Double?
    /// What bounds and counting rules say.
    public let limits: [Comparison.Limit]
    /// One inference of the trained network on it.
    @OrNull public internal(set) var inference: Comparison.Energy?
    /// How well the trained network does there.
    @OrNull public internal(set) var accuracy: Double?
    /// The standard error, for samples drawn independently.
    @OrNull public internal(set) var accuracyStandardError: Double?
    /// How many of its own inferences cost as much as the training; none where only a part of it is known.
    @OrNull public internal(set) var inferences: Double?
    /// After how many inferences the training and they cost less than they alone would on the substrate with the
    /// dearest inference.
    @OrNull public internal(set) var payback: Payback?
    /// Every entry, of every kind.
    public let ledger: [Comparison.Posting]
    /// What is left out, or has to be known.
    public let notes: [String]

    private enum CodingKeys: String, CodingKey {
      case substrate, title, learner, boundary, parameters, energy
      case isPartial = "partial"
      case perExample = "per_example_J"
      case perParameter = "per_parameter_kT"
      case limits, inference, accuracy
      case accuracyStandardError = "accuracy_standard_error"
      case inferences = "equal_to_inferences"
      case payback, ledger, notes
    }
  }

  /// A training paid back by cheaper inferences.
  public struct Payback: Codable, Equatable, Sendable {
    /// The substrate whose inferences are saved.
    public let against: String
    /// How many it takes.
    public let inferences: Double
  }

  /// Accuracies over the energy of a step, from repetitions that differ in nothing else.
  public struct Curve: Codable, Equatable, Sendable {
    /// Repetitions at each point.
    public let repeats: Int
    /// For each learning rate exact steps, then the energies.
    public let points: [Point]
  }

  /// One energy and learning rate.
  public struct Point: Codable, Equatable, Sendable {
    /// How far a step goes, at first.
    public let learningRate: Double
    /// ε, in k_BT per parameter and step; none for exact steps.
    @OrNull public internal(set) var energyPerParameter: Double?
    /// The mean accuracy over repetitions that did not run away.
    @OrNull public internal(set) var accuracy: Double?
    /// Its standard error over them.
    @OrNull public internal(set) var accuracyStandardError: Double?
    /// The mean of the accuracy less that of exact steps, repetition by repetition.
    @OrNull public internal(set) var difference: Double?
    /// Its standard error.
    @OrNull public internal(set) var differenceStandardError: Double?
    /// The mean heat of a training, measured, in k_BT.
    @OrNull public internal(set) var heat: Double?
    /// The same over N and the number of distinct examples, in k_BT.
    @OrNull public internal(set) var heatPerParameterAndExample: Double?
    /// Repetitions that ran away.
    public let diverged: Int

    private enum CodingKeys: String, CodingKey {
      case learningRate = "learning_rate"
      case energyPerParameter = "energy_per_parameter_kT"
      case accuracy
      case accuracyStandardError = "accuracy_standard_error"
      case difference
      case differenceStandardError = "difference_standard_error"
      case heat = "heat_kT"
      case heatPerParameterAndExample = "heat_per_parameter_and_example_kT"
      case diverged
    }
  }
}
