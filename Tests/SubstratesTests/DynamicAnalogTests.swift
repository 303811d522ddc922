import Foundation
import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing

@testable import DynamicAnalog

/// What must hold of neurons that are set and reset.
@Suite struct DynamicAnalogTests {
  func setting(
    seed: Int, activation: Activation? = .relu, samples: Int = 12
  ) throws -> Setting<DynamicAnalog> {
    let workload = try randomWorkload(seed: seed, activation: activation, samples: samples)
    return Setting(
      substrate: DynamicAnalog(), network: workload.network, samples: workload.samples)
  }

  @Test func switchingAtDurationZeroIsSNRTimesNeurons() throws {
    let setting = try setting(seed: 1)
    let neurons = Double(setting.network.neuronCount)
    #expect(relativeError(try setting.run().energy(), 1000 * neurons) < 1e-12)
    #expect(relativeError(try setting.run(["snr": "30"]).energy(), 30 * neurons) < 1e-12)
    // A ramp saves on the set, not on the reset: (1/2 + r(τ)) κ d².
    for duration in [0.1, 1, 20] {
      let run = try setting.run(["duration": "\(duration)"])
      let factor = 0.5 + HarmonicTrap.rampWork(duration: duration)
      #expect(relativeError(run.energy(), 1000 * neurons * factor) < 1e-12)
    }
  }

  @Test(arguments: 0..<4) func rescalingALayerChangesNothingAtGivenSNR(seed: Int) throws {
    let original = try setting(seed: seed)
    let scaled = Setting(
      substrate: DynamicAnalog(), network: try original.network.scalingFirstLayer(by: 8),
      samples: original.samples)
    let (a, b) = (try original.run(["snr": "100"]), try scaled.run(["snr": "100"]))
    #expect(relativeError(a.energy(), b.energy()) < 1e-12)
    for (one, other) in zip(a.limits, b.limits) {
      #expect(relativeError(one.energy.value, other.energy.value) < 1e-9)
    }
  }

  @Test(arguments: 0..<9) func hierarchyOfInformation(seed: Int) throws {
    let setting = try setting(seed: seed, activation: [.relu, .tanh, nil][seed % 3])
    let snr = ["0.3", "30", "3000"][seed / 3]
    let run = try setting.run(["snr": snr])
    let single = try #require(run.limit("information", "per-neuron"))
    let joint = try #require(run.limit("information", "joint"))
    let finite = try #require(run.limit("finite-time"))
    #expect(joint >= 0)
    #expect(joint <= single)
    #expect(joint <= log(Double(setting.samples.count)) + 1e-9)
    #expect(single <= finite)
    // (1/2) K <x²> >= I, neuron by neuron: what an abrupt reset spends is never below the floor.
    let reset = run.ledger.postings.filter { $0.mechanism == "reset" && $0.flow == .drawn }
      .reduce(0) { $0 + ThermalEnergy($1.energy, at: Kelvin(300)).value }
    #expect(reset >= single)
    let stream = try setting.stream()
    for (index, layer) in setting.network.layers.enumerated() {
      let stiffness = run.numbers("stiffness_per_layer")[index]
      for row in layer.rows {
        let centres = stream.reference.neuron(row)
        let square = centres.reduce(0) { $0 + $1 * $1 } / Double(centres.count)
        #expect(
          0.5 * stiffness * square + 1e-12
            >= ThermalMixture(centres: centres, stiffness: stiffness).information.value)
      }
    }
  }

  @Test func transitionsByHand() throws {
    // One ReLU that is on for 3 of 4 samples and changes sides twice around the cycle.
    let network = try Network(
      named: "one",
      layers: [
        try Dense(inputs: 1, weight: [1], bias: [0]), try Dense(inputs: 1, weight: [1], bias: [0]),
      ], activation: .relu)
    let samples = try Samples(name: "s", width: 1, values: [1, 2, -1, 1])
    let run = try Setting(substrate: DynamicAnalog(), network: network, samples: samples).run()
    #expect(run.limit("transition", "from-reset") == 0.75 * log(2))
    #expect(run.limit("transition", "between-inferences") == 0.5 * log(2))
    let fuzzy = try Setting(substrate: DynamicAnalog(), network: network, samples: samples)
      .run(["snr": "1"])
    #expect(fuzzy.limits[0].note?.hasPrefix("unresolved") == true)
    #expect(run.limits[0].note == nil)
  }

  @Test func linearAndSoftmaxNeuronsMakeNoTransitions() throws {
    var builder = Network.Builder(input: try Shape([2]))
    try builder.add(.softmax, named: "p", reading: ["input"])
    let network = try builder.network(named: "softmax", output: "p")
    let samples = try Samples(name: "s", width: 2, values: [1, 0, 0, 1])
    let run = try Setting(substrate: DynamicAnalog(), network: network, samples: samples).run()
    #expect(run.limit("transition", "from-reset") == 0)
    #expect(run.warnings.contains { $0.contains("does not count p") })
    #expect(run.energy() > 0)
  }

  @Test func noiseHasTheGivenStrength() throws {
    let dense = try Dense(inputs: 1, weight: [1], bias: [0])
    let network = try Network(named: "wire", layers: [dense], activation: nil)
    let samples = try Samples(
      name: "ones", width: 1, values: Array(repeating: 1, count: 4000))
    let setting = Setting(substrate: DynamicAnalog(), network: network, samples: samples)
    let noise = try setting.run(["stiffness": "16"]).outputs.map { Double($0) - 1 }
    let mean = noise.reduce(0, +) / 4000
    let variance = noise.reduce(0) { $0 + $1 * $1 } / 4000
    #expect(abs(mean) < 5 * 0.25 / 4000.0.squareRoot())
    #expect(abs(variance * 16 - 1) < 5 * (2 / 4000.0).squareRoot())
  }

  /// Set and reset of one neuron's mean, integrated by small steps.
  func simulated(
    _ drivers: [Double], duration: Double, settle: Double
  ) -> (work: Double, outputs: [Double]) {
    var x = 0.0
    var work = 0.0
    var outputs: [Double] = []
    let dt = 1e-4
    func relax(_ time: Double, from start: Double, to end: Double, into work: inout Double) {
      let steps = Int((time / dt).rounded())
      for step in 0..<steps {
        let old = start + (end - start) * Double(step) / Double(steps)
        let new = start + (end - start) * Double(step + 1) / Double(steps)
        work += 0.5 * ((x - new) * (x - new) - (x - old) * (x - old))
        x += dt * (0.5 * (old + new) - x)
      }
    }
    for round in 0..<40 {
      if round == 39 { work = 0 }
      for d in drivers {
        if duration == 0 { work += 0.5 * ((x - d) * (x - d) - x * x) }
        relax(duration, from: 0, to: d, into: &work)
        relax(settle, from: d, to: d, into: &work)
        if round == 39 { outputs.append(x) }
        work += 0.5 * (x * x - (x - d) * (x - d))
        relax(settle, from: 0, to: 0, into: &work)
      }
    }
    return (work / Double(drivers.count), outputs)
  }

  @Test(arguments: [(0.0, 0.3), (0.5, 0.2), (2.0, 0.0)])
  func neuronsThatAreReadTooEarly(duration: Double, settle: Double) throws {
    let dense = try Dense(inputs: 1, weight: [1], bias: [0])
    let network = try Network(named: "wire", layers: [dense], activation: nil)
    let samples = try Samples(name: "s", width: 1, values: [1, -0.5, 2])
    let setting = Setting(substrate: DynamicAnalog(), network: network, samples: samples)
    // So stiff that the noise of the outputs does not matter.
    let run = try setting.run([
      "stiffness": "1e10", "duration": "\(duration)", "settle": "\(settle)",
    ])
    let expected = simulated([1, -0.5, 2], duration: duration, settle: settle)
    #expect(run.verdict == .unsettled)
    #expect(relativeError(run.energy() / 1e10, expected.work) < 1e-3)
    for (output, x) in zip(run.outputs, expected.outputs) {
      #expect(abs(Double(output) - x) < 1e-3)
    }
    let residual = ThermalEnergy(run.ledger.residual(.predicted), at: Kelvin(300)).value
    #expect(abs(residual) < 1e-6 * run.energy())
    // Floors of a reset that finishes say nothing of one that does not.
    #expect(run.limits.allSatisfy { $0.kind == .convention })
  }

  @Test func latencyAndHold() throws {
    let setting = try setting(seed: 1)
    let run = try setting.run(["duration": "3"])
    let hold = run.numbers("settle_tau0")[0]
    // All neurons at snr 1000: Σ K <x²> = 1000 × 17.
    #expect(relativeError(hold, 0.5 * log(10 * 1000 * 17)) < 1e-9)
    #expect(relativeError(run.latency.value, (3 * (3 + hold) + hold) * 1e-9) < 1e-9)
  }

  @Test func convertersAreApart() throws {
    let setting = try setting(seed: 1)
    let run = try setting.run()
    // 12·4^8 k_B T a sample, 5 inputs and 4 outputs; 3.2574e-15 J each at 300 K.
    #expect(relativeError(run.ledger.work(.model).value / 9, 3.2574e-15) < 1e-4)
    #expect(run.energyKind == .predicted)
    #expect(
      try setting.run(["converter-bits": "4"]).ledger.work(.model).value * 256
        == run.ledger.work(.model).value)
  }

  @Test func energyGoesWithTemperature() throws {
    var setting = try setting(seed: 1)
    let warm = try setting.run()
    setting.temperature = Kelvin(600)
    let hot = try setting.run()
    #expect(
      relativeError(hot.ledger.work(.predicted).value, 2 * warm.ledger.work(.predicted).value)
        < 1e-12)
    #expect(hot.outputs == warm.outputs)
  }
}
