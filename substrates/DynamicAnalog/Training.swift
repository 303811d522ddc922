public import Quantities
public import SubstrateCore
public import Training

/// Training with this machine's forward pass: the only part of it that its model holds.
///
/// How errors would be sent back, and weights moved, is not modelled: a gap, and no zero.
extension DynamicAnalog: LearningSubstrate {
  /// See `LearningSubstrate`.
  public func learningCost(
    of task: LearningTask, program: Program, inference: Run, heat: ThermalEnergy?,
    under conditions: Conditions
  ) -> LearningCost {
    var ledger = Ledger()
    let count = Double(task.presentations)
    for posting in inference.ledger.postings
    where posting.kind == inference.energyKind && posting.flow != .transferred {
      ledger.post(
        posting.flow, layer: posting.layer, mechanism: "pass forward: \(posting.mechanism)",
        kind: posting.kind, count * posting.energy,
        standardError: posting.standardError.map { count * $0 }, source: posting.source,
        boundary: posting.boundary)
    }
    return LearningCost(
      ledger: ledger, energyKind: inference.energyKind, isPartial: true,
      limits: [LearningBounds.informationLimit(of: task)].compactMap { $0 },
      notes: [
        "passes forward alone; sending errors back and moving weights is not modelled on this machine, and "
          + "would come on top"
      ])
  }
}
