public import StochasticThermodynamics
public import SubstrateCore

/// A law of physics with the experiments that put it to the test: something is predicted by theory
/// and measured, on trajectories or otherwise, by code that does not use the prediction.
///
/// It is not a test of software: it holds for the machine that is modelled, and would be checked in
/// the same way on a real one.
public struct Law: Sendable {
  /// Its name, `second-law`; unique among the laws of a verification.
  public let name: String
  /// What it says, in one line.
  public let statement: String
  /// How long it takes, beside a typical law's 1; what is said of the time left rests on it, and no figure.
  public private(set) var effort = 1.0
  private let experiments: @Sendable (RunContext) throws -> [Finding]

  /// A law.
  ///
  /// - Parameters:
  ///   - name: unique among the laws of a verification.
  ///   - statement: what it says, in one line.
  ///   - experiments: pure: what is found depends on the context's seed alone.
  public init(
    _ name: String, _ statement: String,
    experiments: @escaping @Sendable (RunContext) throws -> [Finding]
  ) {
    self.name = name
    self.statement = statement
    self.experiments = experiments
  }

  /// The same law, said to take so many times as long as a typical one.
  public func taking(_ effort: Double) -> Law {
    precondition(effort > 0 && effort.isFinite, "a time")
    var law = self
    law.effort = effort
    return law
  }

  /// Puts it to the test.
  ///
  /// - Throws: `Cancelled` if the context is.
  public func findings(in context: RunContext) throws -> [Finding] { try experiments(context) }
}

/// A substrate whose module brings laws of its own, beyond those that hold for every machine.
public protocol LawAbiding: Substrate {
  /// The laws, in the order in which they are shown.
  var laws: [Law] { get }
}

/// One outcome of an experiment beside what was predicted.
public struct Finding: Sendable {
  /// How the two have to lie.
  public enum Relation: String, Codable, Sendable, CaseIterable {
    /// Equal, but for the error and the tolerance.
    case equal = "="
    /// What is measured is at least what is predicted.
    case atLeast = ">="
    /// What is measured is at most what is predicted.
    case atMost = "<="
  }

  /// Which experiment, `τ = 10`; may be empty.
  public let occasion: String
  /// The unit of both numbers; empty for pure numbers.
  public let unit: String
  /// What has to hold.
  public let relation: Relation
  /// What theory says.
  public let predicted: Double
  /// What came out.
  public let measured: Double
  /// The standard error of the difference; none where nothing is random.
  public let standardError: Double?
  /// What may be missed beside the error, for a stated reason: an order that is left out, rounding.
  public let tolerance: Double

  /// So many standard errors are chance: one finding in 16 000 lies beyond.
  public static let mostSigmas = 4.0

  /// What was measured, with its standard error, beside a prediction.
  ///
  /// - Parameters:
  ///   - occasion: which experiment, `τ = 10`; may be empty.
  ///   - unit: of all numbers; empty for pure numbers.
  ///   - measured: what came out.
  ///   - standardError: of what came out; none where nothing is random.
  ///   - relation: how the two have to lie.
  ///   - predicted: what theory says.
  ///   - predictionError: the standard error of the prediction, where that was estimated too.
  ///   - tolerance: in the same unit, not negative.
  public init(
    _ occasion: String = "", unit: String = "", measured: Double, standardError: Double? = nil,
    _ relation: Relation, _ predicted: Double, predictionError: Double = 0, tolerance: Double = 0
  ) {
    self.occasion = occasion
    self.unit = unit
    self.relation = relation
    self.predicted = predicted
    self.measured = measured
    self.standardError = standardError.map {
      ($0 * $0 + predictionError * predictionError).squareRoot()
    }
    self.tolerance = tolerance
  }

  /// The mean of what was measured beside a prediction.
  public init(
    _ occasion: String = "", unit: String = "", mean: RunningMoments, _ relation: Relation,
    _ predicted: Double, predictionError: Double = 0, tolerance: Double = 0
  ) {
    self.init(
      occasion, unit: unit, measured: mean.mean, standardError: mean.standardError, relation,
      predicted, predictionError: predictionError, tolerance: tolerance)
  }

  /// How far the two lie apart, in standard errors; none where there is none.
  public var sigmas: Double? {
    guard let standardError, standardError > 0 else { return nil }
    return (measured - predicted) / standardError
  }

  /// Whether it is as it has to be. What is not finite never is.
  public var passed: Bool {
    guard measured.isFinite, predicted.isFinite, standardError?.isFinite ?? true else {
      return false
    }
    let margin = Self.mostSigmas * (standardError ?? 0) + tolerance
    return switch relation {
    case .equal: abs(measured - predicted) <= margin
    case .atLeast: measured >= predicted - margin
    case .atMost: measured <= predicted + margin
    }
  }
}
