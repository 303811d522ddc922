internal import Networks
internal import SubstrateCore

/// What a comparison at equal accuracy asks of each substrate: the least precision at which its accuracy is
/// within some points of the reference's.
///
/// The criterion is one of this stream: accuracy less that of the reference network on the same samples, in
/// the mean over repeats with other noise, is at least -points. It is not a statement about other samples;
/// the standard errors beside it are.
public struct IsoAccuracy: Hashable, Sendable {
  /// How far accuracy may lie below the reference's, in hundredths, from 0 to below 100.
  public let points: Double
  /// How often a substrate with noise runs at each setting, with other noise each time; one without runs
  /// once.
  public let repeats: Int

  /// A criterion.
  public init(points: Double, repeats: Int = 32) {
    precondition(points >= 0 && points < 100, "from 0 to below 100 points")
    precondition(repeats >= 2, "noise shows in two runs or more")
    self.points = points
    self.repeats = repeats
  }

  /// Why a workload has no accuracy to hold equal, if it has none: what; limit or cause; remedy.
  public static func obstacle(on workload: Workload) -> String? {
    if workload.samples.labels == nil {
      return
        "data '\(workload.samples.name)' have no labels; equal accuracy needs the right answers; "
        + "add labels"
    }
    if workload.network.outputCount == 1 {
      return
        "network '\(workload.network.name)' has one output; equal accuracy needs classes, two outputs "
        + "or more; choose another network"
    }
    return nil
  }
}

extension Comparison {
  /// How a substrate's precision was found.
  public struct IsoAccuracy: Codable, Equatable, Sendable {
    /// How the search ended.
    public enum Outcome: String, Codable, Sendable, CaseIterable {
      /// At the least precision that meets the criterion; the one below misses it.
      case found
      /// At the least precision there is: it meets the criterion.
      case least
      /// At the most precision there is: even that misses.
      case missed
      /// The substrate has no precision to be found; it ran as it was set.
      case fixed
    }

    /// The accuracy of one setting, less that of the reference, on the same samples.
    public struct Trial: Codable, Equatable, Sendable {
      /// The setting; none where the substrate has no precision.
      public let value: Figure
      /// The mean over repeats; none if no run gave usable outputs.
      @OrNull public private(set) var difference: Double?
      /// Its standard error, over samples and noise together.
      @OrNull public private(set) var standardError: Double?
      /// Its standard error on these very samples, from the repeats alone; none for a single one.
      @OrNull public private(set) var repeatStandardError: Double?
      /// How many runs.
      public let repeats: Int
      /// Whether it meets the criterion.
      public let meets: Bool
      /// Whether the difference is away from the criterion by more than its standard error.
      public let isClear: Bool

      private enum CodingKeys: String, CodingKey {
        case value
        case difference = "accuracy_difference"
        case standardError = "accuracy_difference_standard_error"
        case repeatStandardError = "repeat_standard_error"
        case repeats, meets
        case isClear = "clear"
      }

      init(_ trial: IsoAccuracySearch.Trial, value: Figure, criterion: Harness.IsoAccuracy) {
        self.value = value
        difference = trial.difference?.value
        standardError = trial.difference?.standardError
        repeatStandardError = trial.repeatError
        repeats = trial.repeats
        meets = trial.meets
        isClear =
          trial.difference.map {
            abs($0.value + criterion.points / 100) > $0.standardError
          } ?? true
      }
    }

    /// What spreading precision over layers came to.
    public struct Allocation: Codable, Equatable, Sendable {
      /// Whether it costs less than one precision for all layers, and is the setting of the row.
      public let kept: Bool
      /// Its setting, one value a layer.
      public let values: [Double]
      /// Its energy per inference, in joules.
      @OrNull public private(set) var energy: Double?
      /// The least precision that meets the criterion if it is one for all layers.
      public let uniform: Trial
      /// The energy per inference there, in joules.
      @OrNull public private(set) var uniformEnergy: Double?
      /// g_l: the variance that each layer puts on the outputs at precision 1.
      public let outputNoise: [Double]
      /// What each layer's precision costs, in joules a unit.
      public let costs: [Double]

      private enum CodingKeys: String, CodingKey {
        case kept, values, uniform
        case energy = "energy_J"
        case uniformEnergy = "uniform_energy_J"
        case outputNoise = "output_noise"
        case costs = "cost_J"
      }

      init(
        kept: Bool, values: [Double], energy: Double, uniform: Trial, uniformEnergy: Double,
        outputNoise: [Double], costs: [Double]
      ) {
        self.kept = kept
        self.values = values
        self.energy = existing(energy)
        self.uniform = uniform
        self.uniformEnergy = existing(uniformEnergy)
        self.outputNoise = outputNoise
        self.costs = costs
      }
    }

    /// How far below the reference accuracy may lie, in hundredths.
    public let points: Double
    /// How the search ended.
    public let outcome: Outcome
    /// The parameter that was looked for.
    @OrNull public private(set) var parameter: String?
    /// The setting of the row.
    public let found: Trial
    /// Its difference in accuracy again, with as many repeats whose noise had no part in finding it; none
    /// without noise.
    @OrNull public private(set) var freshDifference: Double?
    /// The standard error of that.
    @OrNull public private(set) var freshStandardError: Double?
    /// The next one with less precision, in one layer if layers differ, where there is one.
    @OrNull public private(set) var below: Trial?
    /// What layers of different precision came to, where that was asked for.
    @OrNull public private(set) var allocation: Allocation?
    /// How many settings were tried.
    public let trials: Int

    private enum CodingKeys: String, CodingKey {
      case points, outcome, parameter, found, below, allocation, trials
      case freshDifference = "fresh_accuracy_difference"
      case freshStandardError = "fresh_accuracy_difference_standard_error"
    }

    init(
      points: Double, outcome: Outcome, parameter: String?, found: Trial,
      fresh: Estimate?, below: Trial?,
      allocation: Allocation?, trials: Int
    ) {
      self.points = points
      self.outcome = outcome
      self.parameter = parameter
      self.found = found
      freshDifference = fresh?.value
      freshStandardError = fresh?.standardError
      self.below = below
      self.allocation = allocation
      self.trials = trials
    }
  }
}
