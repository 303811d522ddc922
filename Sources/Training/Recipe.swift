internal import Foundation

/// How a network is trained.
public struct Recipe: Hashable, Sendable {
  /// How the learning rate changes from the first step to the last.
  public enum Schedule: String, CaseIterable, Sendable {
    /// It falls linearly to 0.
    case linear
    /// It stays.
    case constant
    /// It falls along half a cosine to 0.
    case cosine

    /// The share of the learning rate that is left.
    ///
    /// - Parameter done: the share of all steps that are done, from 0 to below 1.
    public func share(after done: Double) -> Double {
      switch self {
      case .linear: 1 - done
      case .constant: 1
      case .cosine: 0.5 * (1 + cos(Double.pi * done))
      }
    }
  }

  /// Where the gradient comes from.
  public enum Rule: Hashable, Sendable {
    /// Reverse mode over the network.
    case backPropagation
    /// The stresses of the network with input and outputs clamped; outputs are pulled by springs of this share of
    /// the neurons' own stiffness.
    case stress(clamp: Double)
  }

  /// Passes through the data.
  public var epochs = 6
  /// Samples a step.
  public var batch = 1
  /// How far a step goes, at first.
  public var learningRate = 0.05
  /// How that changes.
  public var schedule = Schedule.linear
  /// The share of the last step that the next keeps, from 0 to below 1.
  public var momentum = 0.0
  /// What is made small.
  public var loss = Loss.crossEntropy
  /// Where the gradient comes from.
  public var rule = Rule.backPropagation

  /// The defaults: 6 epochs of single samples, at 0.05 falling linearly to 0, cross-entropy.
  public init() {}

  /// Steps for so many samples.
  public func steps(for samples: Int) -> Int { epochs * ((samples + batch - 1) / batch) }
}
