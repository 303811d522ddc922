import Foundation
import Quantities
import SubstrateCore
import Testing
import Training

@Suite struct LearningBoundsTests {
  /// 60 000 examples, from ten equal classes to 0.05 nats.
  @Test func theInformationBound() {
    let energy = LearningBounds.information(
      examples: 60_000, firstLoss: Nats(log(10)), finalLoss: Nats(0.05))
    #expect(abs(energy.value - 135_155) < 0.5)
    #expect(abs(Joules(energy, at: Kelvin(300)).value / 5.598e-16 - 1) < 1e-4)
    let none = LearningBounds.information(examples: 10, firstLoss: Nats(1), finalLoss: Nats(2))
    #expect(none == .zero)
  }

  /// A model of 175e9 parameters on 3e11 tokens of 50 257 kinds, down to 2 nats.
  @Test func theTwoBoundsLieFarApart() {
    let room = Kelvin(300)
    let drag = LearningBounds.quasiStatic(parameters: 175_000_000_000, examples: 3e11)
    #expect(abs(Joules(drag, at: room).value - 435) < 0.5)
    let information = LearningBounds.information(
      examples: 3e11, firstLoss: Nats(log(50_257)), finalLoss: Nats(2))
    #expect(abs(Joules(information, at: room).value / 1.10e-8 - 1) < 0.005)
  }

  @Test func limitsOfATask() {
    let task = LearningTask(
      parameters: 2410, examples: 1347, presentations: 8082, steps: 8082,
      multiplyAccumulates: 2368, firstLoss: Nats(2.4), finalLoss: Nats(0.05))
    #expect(task.trainingMultiplyAccumulates == 3 * 2368 * 8082)
    let limits = LearningBounds.quasiStaticLimits(of: task)
    // 2 × 2 410 × 1 347, and × 8 082.
    let expected: [Double] = [6_492_540, 38_955_240]
    #expect(limits.map(\.energy.value) == expected)
    #expect(limits.allSatisfy { $0.kind == .convention })
    let information = LearningBounds.informationLimit(of: task)
    #expect(abs(information!.energy.value - 1347 * 2.35) < 1e-9)
    let squared = LearningTask(
      parameters: 1, examples: 1, presentations: 1, steps: 1, multiplyAccumulates: 1,
      firstLoss: nil, finalLoss: nil)
    #expect(LearningBounds.informationLimit(of: squared) == nil)
    #expect(
      LearningBounds.digital(multiplyAccumulates: 1e6, bitsEach: Bits(48)).value
        == 48e6 * naturalLogarithmOf2)
  }
}
