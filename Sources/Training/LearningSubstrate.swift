public import Quantities
public import SubstrateCore

/// A substrate that says what learning would cost on it.
///
/// A module's type conforms in a file `Training.swift`; a substrate that does not conform has no row for training.
public protocol LearningSubstrate: Substrate {
  /// Whether its parameters are moved through a bath, with friction and noise, while it learns.
  var learnsThermally: Bool { get }

  /// What a training costs, as far as this matter's model reaches.
  ///
  /// - Parameters:
  ///   - task: the training by its numbers.
  ///   - program: the network, prepared under the same conditions.
  ///   - inference: a run of the trained network on the test samples, whose ledger is for one inference.
  ///   - heat: what the moving parameters dissipated, measured, in k_BT, for machines whose parameters move.
  ///   - conditions: those of the inference.
  func learningCost(
    of task: LearningTask, program: Program, inference: Run, heat: ThermalEnergy?,
    under conditions: Conditions
  ) -> LearningCost
}

extension LearningSubstrate {
  /// They are not: its weights are numbers that are rewritten.
  public var learnsThermally: Bool { false }
}

/// What a training costs on a substrate: energies with kinds and sources, for the whole of it.
public struct LearningCost: Sendable {
  /// Where the energy goes, of the whole training. Empty if this machine's cost cannot be said.
  public var ledger: Ledger
  /// The kind of the headline energy: what the ledger has of it; none if there is no such figure.
  public var energyKind: Kind?
  /// Whether the energy is only a part of what it takes, since the model reaches no further; the notes say what is
  /// missing.
  public var isPartial: Bool
  /// What bounds and counting rules say.
  public var limits: [Limit]
  /// What is left out, or has to be known, one line each.
  public var notes: [String]

  /// Costs of a training.
  public init(
    ledger: Ledger, energyKind: Kind?, isPartial: Bool = false, limits: [Limit], notes: [String]
  ) {
    self.ledger = ledger
    self.energyKind = energyKind
    self.isPartial = isPartial
    self.limits = limits
    self.notes = notes
  }

  /// The headline energy, if there is one.
  public var energy: Joules? { energyKind.map { ledger.work($0) } }
}
