import Foundation
import Networks
import Quantities
import SubstrateCore
import SubstrateLaws
import Testing

@testable import Spiking

/// What comes out of spiking neurons, and what is counted on the way.
@Suite struct SpikingTests {
  func setting(_ workload: (network: Network, samples: Samples)) -> Setting<Spiking> {
    Setting(substrate: Spiking(), network: workload.network, samples: workload.samples)
  }

  /// One neuron whose threshold is 1 because one of its drives is.
  func oneNeuron(_ drives: [Float]) throws -> Setting<Spiking> {
    var writer = try NetworkWriter([1], seed: 0)
    try writer.add(.dense(try Dense(inputs: 1, weight: [1], bias: [0])))
    try writer.add(.activation(.relu))
    return setting(
      (try writer.network(), try Samples(name: "drives", width: 1, values: drives + [1])))
  }

  @Test func aThirdInSixteenAndInSixtyFourSteps() throws {
    let neuron = try oneNeuron([0.3])
    #expect(try neuron.run(["steps": "16"]).outputs[0] == 0.3125)
    #expect(try neuron.run(["steps": "64"]).outputs[0] == 0.296875)
  }

  @Test(arguments: [1, 3, 16, 64, 333]) func countsAreTheNearestWholeNumber(steps: Int) throws {
    let drives = (0..<200).map { Float($0) / 173 - 0.07 }.filter { $0 < 1 }
    let outputs = try oneNeuron(drives).run(["steps": "\(steps)"]).outputs
    for (drive, output) in zip(drives, outputs) {
      let expected = max(0, min(steps, Int((Double(steps) * Double(drive) + 0.5).rounded(.down))))
      #expect(abs(Double(output) * Double(steps) - Double(expected)) < 1e-4, "z = \(drive)")
    }
  }

  @Test func percentilesClipWhatLiesAbove() throws {
    // Of 1001 drives from 0.001 to 1.001 one in a thousand exceeds 1.
    let drives = (1...1000).map { Float($0) / 1000 } + [1.001]
    var writer = try NetworkWriter([1], seed: 0)
    try writer.add(.dense(try Dense(inputs: 1, weight: [1], bias: [0])))
    try writer.add(.activation(.relu))
    let all = setting(
      (try writer.network(), try Samples(name: "drives", width: 1, values: drives)))
    let run = try all.run(["threshold": "99.9-percentile"])
    #expect(run.numbers("threshold_per_layer") == [1])
    #expect(run.outputs.last == 1)
    #expect(try all.run().outputs.last == Float(1.001))
  }

  // MARK: Against plain loops

  static let workloads: [@Sendable () throws -> (network: Network, samples: Samples)] = [
    { try randomWorkload(seed: 1) }, { try randomWorkload(seed: 2, sizes: [4, 9, 8, 7, 5]) },
    { try SpikingNetworks.signed(seed: 1) }, { try SpikingNetworks.signed(seed: 2) },
    { try SpikingNetworks.convolutional(seed: 1) }, { try SpikingNetworks.convolutional(seed: 2) },
  ]

  @Test(arguments: workloads.indices) func rateCodeIsWhatPlainLoopsMakeOfIt(index: Int) throws {
    let setting = setting(try Self.workloads[index]())
    let stream = try setting.stream()
    let oracle = try SpikingOracle(setting.network, on: stream)
    for steps in [1, 5, 24] {
      let run = try setting.run(["steps": "\(steps)"])
      let outcomes = (0..<setting.samples.count).map {
        oracle.rate(setting.samples[$0].map { Double($0) }, steps: steps)
      }
      try compare(run, outcomes, tolerance: 1e-5)
    }
  }

  @Test(arguments: workloads.indices) func firstSpikesAreWhatPlainLoopsMakeOfThem(
    index: Int
  ) throws {
    let setting = setting(try Self.workloads[index]())
    let oracle = try SpikingOracle(setting.network, on: try setting.stream())
    let run = try setting.run(["code": "first-spike"])
    let outcomes = (0..<setting.samples.count).map {
      oracle.firstSpike(setting.samples[$0].map { Double($0) }, window: 1.1)
    }
    try compare(run, outcomes, tolerance: 1e-6, countsActive: false)
  }

  private func compare(
    _ run: Run, _ outcomes: [SpikingOracle.Outcome], tolerance: Double, countsActive: Bool = true
  ) throws {
    let expected = outcomes.flatMap(\.outputs)
    let scale = expected.map(abs).max()!
    for (output, exact) in zip(run.outputs, expected) {
      #expect(abs(Double(output) - exact) < tolerance * scale)
    }
    let count = Double(outcomes.count)
    func mean(_ part: (SpikingOracle.Outcome) -> [Int]) -> Double {
      Double(outcomes.reduce(0) { $0 + part($1).reduce(0, +) }) / count
    }
    #expect(abs(run.numbers("spikes")[0] - mean(\.spikes)) < 1e-9)
    #expect(abs(run.numbers("synaptic_events")[0] - mean(\.events)) < 1e-9)
    if countsActive {
      #expect(abs(run.numbers("neuron_updates_active")[0] - mean(\.active)) < 1e-9)
    }
  }

  // MARK: Exactness of first spikes

  @Test(arguments: 0..<6) func firstSpikesAreTheReferenceToRounding(seed: Int) throws {
    let setting = setting(
      seed < 4
        ? try randomWorkload(seed: seed, sizes: [6, 12, 10, 8, 4])
        : try SpikingNetworks.convolutional(seed: seed))
    let stream = try setting.stream()
    guard case .firstSpike(let code) = try setting.program(["code": "first-spike"]).engine else {
      Issue.record("another engine")
      return
    }
    let activity = try code.run(
      on: setting.samples, thresholds: Thresholds(of: stream, plan: code.plan, rule: .largest),
      in: RunContext(seed: 1))
    let exact = (0..<setting.samples.count).flatMap { stream.reference.output(of: $0) }
    let scale = exact.map(abs).max()!
    for (output, value) in zip(activity.outputs, exact) {
      #expect(abs(output - value) < 4e-15 * scale)
    }
  }

  /// Far below what single precision holds, between a layer that shrinks and one that enlarges.
  @Test func timesMayBeVerySmall() throws {
    let network = try Network(
      named: "small",
      layers: try [1e-30 as Float, 1e-30, 1e38, 1e22].map {
        try Dense(inputs: 1, weight: [$0], bias: [0])
      }, activation: .relu)
    let run = try setting(
      (network, try Samples(name: "drives", width: 1, values: [0.3, 1]))
    ).run(["code": "first-spike"])
    #expect(zip(run.outputs, [0.3, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func aWindowThatIsTooShortClips() throws {
    let run = try oneNeuron([0.3, 0.6]).run(["code": "first-spike", "window": "0.5"])
    #expect(zip(run.outputs, [0.3, 0.5, 0.5]).allSatisfy { abs($0 - $1) < 1e-7 })
  }

  @Test func digitsKeepTheirClasses() throws {
    let network = try #require(try BuiltIn.model(named: "digits-mlp"))
    let digits = try #require(try BuiltIn.samples(named: "digits"))
    let samples = try Samples(
      name: "digits", width: digits.width, values: Array(digits.values.prefix(150 * digits.width)))
    let setting = Setting(substrate: Spiking(), network: network, samples: samples)
    let reference = try setting.stream().reference
    func classes(_ values: [Double]) -> [Int] {
      stride(from: 0, to: values.count, by: 10).map { start in
        (0..<10).max { values[start + $0] < values[start + $1] }!
      }
    }
    let exact = classes((0..<samples.count).flatMap { reference.output(of: $0) })
    let times = classes(try setting.run(["code": "first-spike"]).outputs.map { Double($0) })
    #expect(times == exact)
    let rates = classes(try setting.run().outputs.map { Double($0) })
    #expect(zip(rates, exact).count { $0 != $1 } <= 3)
  }

  // MARK: Other operations

  /// Neurons with constant drives behind which a gate sees the largest of each two.
  @Test func gatesPassOnTheLargestCount() throws {
    var writer = try NetworkWriter([4], seed: 3)
    try writer.add(.activation(.relu))
    let axis = try Window.Axis(input: 4, kernel: 2, stride: 2)
    try writer.add(.pool(try Pool(.max, try Window([axis]))))
    try writer.add(.dense(try Dense(inputs: 2, weight: [1, 0, 0, 1], bias: [0, 0])))
    let samples = try Samples(
      name: "pairs", width: 4, values: [0.3, 0.2, 0, 0, 0.11, 0.77, -1, 0.5, 1, 0.9, 0.4, 0.4])
    let run = try setting((try writer.network(), samples)).run(["steps": "50"])
    for (place, output) in run.outputs.enumerated() {
      let drives = (0..<2).map { Double(samples.values[2 * place + $0]) }
      let counts = drives.map { max(0, min(50, (50 * $0 + 0.5).rounded(.down))) }
      #expect(abs(Double(output) - counts.max()! / 50) < 1e-6)
    }
    // Every spike is compared once, and the largest counts come through.
    let counts = samples.values.map { max(0, (50 * Double($0) + 0.5).rounded(.down)) }
    #expect(run.numbers("gate_events")[0] == counts.reduce(0, +) / 3)
    let passed = stride(from: 0, to: 12, by: 2).reduce(0) { $0 + max(counts[$1], counts[$1 + 1]) }
    #expect(run.numbers("spikes")[0] == (counts.reduce(0, +) + passed) / 3)
    // A first spike that passes is the largest value.
    let times = try setting((try writer.network(), samples)).run(["code": "first-spike"])
    for (place, output) in times.outputs.enumerated() {
      let values = (0..<2).map { max(0, samples.values[2 * place + $0]) }
      #expect(abs(output - values.max()!) < 1e-6)
    }
  }

  /// The greatest of values of either sign, as pairs of neurons hold them.
  @Test func gatesSeePairs() throws {
    var writer = try NetworkWriter([4], seed: 5)
    try writer.add(writer.dense(4, 6))
    try writer.add(.activation(.relu))
    try writer.add(writer.dense(6, 6))
    let axis = try Window.Axis(input: 6, kernel: 3, stride: 3)
    try writer.add(.pool(try Pool(.max, try Window([axis]))))
    try writer.add(writer.dense(2, 3))
    let workload = setting(
      (try writer.network(), try Samples(name: "s", width: 4, values: writer.numbers(20))))
    let exact = try workload.run(["code": "first-spike"])
    let (error, largest) = worstError(exact, workload.network, workload.samples)
    #expect(error < 1e-6 * largest)
    let coarse = worstError(
      try workload.run(["steps": "32"]), workload.network, workload.samples)
    let fine = worstError(
      try workload.run(["steps": "1024"]), workload.network, workload.samples)
    #expect(fine.error < 0.1 * coarse.error + 1e-3 * largest)
  }

  @Test(arguments: [false, true]) func residualSumsRun(isFirstSpike: Bool) throws {
    var writer = try NetworkWriter([5], seed: 9)
    try writer.add(writer.dense(5, 6))
    try writer.add(.activation(.relu), "first")
    try writer.add(writer.dense(6, 6), "through")
    try writer.add(.add, "sum", reading: "through", "first")
    try writer.add(.activation(.relu))
    try writer.add(writer.dense(6, 3))
    let workload = setting(
      (try writer.network(), try Samples(name: "s", width: 5, values: writer.numbers(40))))
    let run = try workload.run(isFirstSpike ? ["code": "first-spike"] : ["steps": "2048"])
    let (error, largest) = worstError(run, workload.network, workload.samples)
    #expect(error < (isFirstSpike ? 1e-6 : 5e-3) * largest)
  }

  @Test func sameBitsInWhateverOrder() throws {
    let workload = setting(try randomWorkload(seed: 4, samples: 150))
    for values in [[:], ["code": "first-spike"], ["order": "0.6"]] {
      #expect(
        try workload.run(values).fingerprint == workload.shuffledRun(values).fingerprint)
    }
  }

  @Test func aSilentLayerStaysSilent() throws {
    let run = try setting(try workloadWithASilentLayer()).run()
    #expect(run.outputs == [2, 2])
    #expect(run.numbers("spikes") == [0])
    #expect(run.holdsNoNaN)
  }

  @Test func keepsTheLawsOfEverySubstrate() {
    #expect(Conformance(of: Spiking()).violations == [])
  }
}
