internal import AnalogNeurons
public import Quantities
public import SubstrateCore
public import Training

/// Training by parameters that move slowly through a bath, each a degree of freedom with friction.
///
/// Their heat is measured while they learn. The relaxation of the neurons under stress is not part of it.
extension QuasiStatic: LearningSubstrate {
  /// They are.
  public var learnsThermally: Bool { true }

  /// See `LearningSubstrate`.
  public func learningCost(
    of task: LearningTask, program: Program, inference: Run, heat: ThermalEnergy?,
    under conditions: Conditions
  ) -> LearningCost {
    var ledger = Ledger()
    if let heat {
      ledger.spend(
        layer: "weights", mechanism: "friction of the parameters", kind: .simulated,
        Joules(heat, at: conditions.temperature), source: LearningBounds.dragSource,
        boundary: .device)
    }
    return LearningCost(
      ledger: ledger, energyKind: heat == nil ? nil : .simulated,
      limits: LearningBounds.quasiStaticLimits(of: task)
        + [LearningBounds.informationLimit(of: task)].compactMap { $0 },
      notes: [
        "the parameters' motion alone; moving the neurons, with errors running back as stresses, costs "
          + "less the slower it is, and is not counted"
      ])
  }
}
