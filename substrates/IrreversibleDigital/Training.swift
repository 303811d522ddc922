internal import DigitalPrices
public import Quantities
public import SubstrateCore
public import Training

/// Training by multiply–accumulates of the same width as those of an inference.
///
/// Each presentation takes three passes of the network's products: one forward, and two back, for the gradients
/// with respect to neurons and to weights. Each step rewrites every weight in the memory that holds it.
extension IrreversibleDigital: LearningSubstrate {
  /// See `LearningSubstrate`.
  public func learningCost(
    of task: LearningTask, program: Program, inference: Run, heat: ThermalEnergy?,
    under conditions: Conditions
  ) -> LearningCost {
    let configuration = program.configuration
    let (bits, wide) = (configuration.bits, configuration.accumulatorBits)
    var ledger = Ledger()
    let passes = 3 * Double(task.presentations)
    for posting in inference.ledger.postings
    where posting.kind == .model && posting.flow == .drawn && posting.boundary == .core {
      ledger.spend(
        layer: posting.layer, mechanism: "three passes: \(posting.mechanism)", kind: .model,
        passes * posting.energy,
        range: posting.range.map { passes * $0.lowerBound...passes * $0.upperBound },
        source: posting.source, boundary: posting.boundary)
    }
    let updates = Double(task.parameters) * Double(task.steps)
    let addition = configuration.technology.addition(bits: wide)
    ledger.spend(
      layer: "weights", mechanism: "update: add", kind: .model, updates * addition.value,
      source: addition.source, boundary: addition.boundary)
    let memory = EngineeringModel.Choice(
      holding: task.parameters * bits,
      of: configuration.weights == .dram
        ? [configuration.technology.dram] : configuration.technology.sram)
    // Read and written again.
    let word = memory.traffic(bits: 2 * bits)
    ledger.spend(
      layer: "weights", mechanism: "update: \(memory.name)", kind: .model, updates * word.energy,
      range: word.range.map { updates * $0.lowerBound...updates * $0.upperBound },
      source: memory.memory.energy.source, boundary: memory.memory.energy.boundary)

    let each = Bits(Double(2 * bits + wide))
    let operations = Limit(
      "operations", kind: .convention,
      LearningBounds.digital(
        multiplyAccumulates: task.trainingMultiplyAccumulates, bitsEach: each),
      note:
        "3 N D multiply-accumulates, N those of an inference, D presentations, each of \(Int(each.value)) bits "
        + "at \(bits)-bit numbers", source: ErasedBits.operationRule)
    return LearningCost(
      ledger: ledger, energyKind: .model,
      limits: [operations] + [LearningBounds.informationLimit(of: task)].compactMap { $0 },
      notes: [
        "arithmetic at \(bits) bits, that of its inference; most digital training takes 16 bits or more, which "
          + "bits=16 shows; the accuracy of training in integers is not modelled",
        "activations kept for the pass back are charged as in a pass forward",
      ])
  }
}
