import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing
import Parameters

@testable import DynamicAnalog

/// Set and reset by `method=langevin`, against the closed form and the floors.
@Suite struct DynamicAnalogTrajectoryTests {
  func setting(
    seed: Int = 1, activation: Activation? = .relu, samples: Int = 6
  ) throws -> Setting<DynamicAnalog> {
    let workload = try randomWorkload(
      seed: seed, sizes: [3, 5, 4, 3], activation: activation, samples: samples)
    return Setting(
      substrate: DynamicAnalog(), network: workload.network, samples: workload.samples)
  }

  static func langevin(_ values: [String: String]) -> [String: String] {
    values.merging(["method": "langevin"]) { $1 }
  }

  @Test(arguments: [("0", "0.2"), ("3", "0.04")])
  func settledCyclesCostWhatTheClosedFormSays(duration: String, step: String) throws {
    for activation in [Activation.relu, .tanh] {
      let setting = try setting(activation: activation)
      let values = ["snr": "10000", "settle": "16", "duration": duration]
      let exact = try setting.run(values)
      let run = try setting.run(
        Self.langevin(values.merging(["trajectories": "64", "step": step]) { $1 }))
      #expect(run.energyKind == .simulated && run.verdict == .settled && run.holdsNoNaN)
      #expect(run.latency == exact.latency)
      #expect(run.energyError > 0 && run.energyError < 0.002 * run.energy())
      for mechanism in ["set", "reset"] {
        let (found, closed) = (run.sum(.drawn, mechanism), exact.sum(.drawn, mechanism))
        // What noise of the parents adds to d², a few in 10⁴, and half a step of a ramp of 3 τ0.
        let tolerance = 1e-3 + (mechanism == "set" && duration == "3" ? 0.02 / 3 : 0)
        #expect(abs(found - closed) < 5 * run.energyError + tolerance * closed, "\(mechanism)")
      }
      // Each mechanism turns into heat what it draws, but for what is still strained.
      #expect(abs(kT(run.ledger.residual(.simulated))) < 2e-3 * run.energy())
      for (one, other) in zip(run.limits, exact.limits) {
        #expect(one.name == other.name && one.energy == other.energy)
      }
    }
  }

  /// At a noise that matters, where floors and costs come closest.
  @Test(arguments: ["0.1", "1", "10", "100"]) func aResetIsNeverBelowItsFloors(snr: String) throws {
    let setting = try setting(activation: .tanh)
    let run = try setting.run(
      Self.langevin(["snr": snr, "trajectories": "128", "step": "0.2", "duration": "1"]))
    let error = run.ledger.postings.filter { $0.flow == .drawn && $0.mechanism == "reset" }
      .compactMap { $0.standardError.map(kT) }.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let reset = run.sum(.drawn, "reset")
    #expect(run.verdict == .settled && error > 0)
    for floor in [
      try #require(run.limit("information", "per-neuron")),
      try #require(run.limit("information", "joint")), try #require(run.limit("finite-time")),
    ] {
      #expect(floor > 0)
      #expect(reset + 5 * error >= floor)
    }
    #expect(error < 0.3 * reset)
  }

  /// Neurons that are read early and set again before they are back, along more than one stretch of
  /// the stream.
  @Test(arguments: [(0.0, 0.3), (0.5, 0.2), (2.0, 0.0)])
  func unsettledCyclesCarryOver(duration: Double, settle: Double) throws {
    let setting = try setting(samples: 35)
    let values = ["snr": "1e7", "duration": "\(duration)", "settle": "\(settle)"]
    let exact = try setting.run(values)
    let runs = try ["0.02", "0.01"].map { step in
      try setting.run(Self.langevin(values.merging(["trajectories": "16", "step": step]) { $1 }))
    }
    for run in runs { #expect(run.verdict == .unsettled && run.holdsNoNaN) }
    #expect(exact.verdict == .unsettled)
    // How a ramp or a hold begins is right to first order in the step: two steps tell.
    func extrapolated(_ figure: (Run) -> Double) -> Double {
      2 * figure(runs[1]) - figure(runs[0])
    }
    #expect(relativeError(extrapolated { $0.energy() }, exact.energy()) < 1e-3)
    for layer in setting.network.layers {
      for mechanism in ["set", "reset"] {
        // The closed form tells what is drawn from what comes back sample by sample; their balance
        // is the same.
        func net(_ run: Run) -> Double {
          run.sum(.drawn, mechanism, layer: layer.name)
            - run.sum(.recovered, mechanism, layer: layer.name)
        }
        #expect(abs(extrapolated(net) - net(exact)) < 1e-3 * exact.energy())
        // Without a hold nothing relaxes after a reset: the next set turns its strain into heat.
        let heat = runs[1].sum(.dissipated, mechanism, layer: layer.name)
        #expect(mechanism == "reset" && settle == 0 ? heat == 0 : heat > 0)
      }
    }
    // Noise of 3·10⁻⁴ of an activation.
    for (place, expected) in exact.outputs.enumerated() {
      let output = 2 * runs[1].outputs[place] - runs[0].outputs[place]
      #expect(abs(output - expected) < 0.01)
    }
    let run = runs[1]
    #expect(abs(kT(run.ledger.residual(.simulated))) < 0.002 * run.energy())
    #expect(run.limits.allSatisfy { $0.kind == .convention })
  }

  @Test func sameSeedSameBytesWhoeverComputes() throws {
    var setting = try setting(samples: 20)
    let values = Self.langevin([
      "snr": "100", "settle": "2", "trajectories": "130", "step": "0.2",
    ])
    let serial = try setting.run(values)
    #expect(try setting.shuffledRun(values).fingerprint == serial.fingerprint)
    setting.seed = 2
    let other = try setting.run(values)
    #expect(other.energy() != serial.energy() && other.outputs != serial.outputs)
  }

  @Test func outputsCarryTheNoiseOfEveryNeuron() throws {
    let dense = try Dense(inputs: 1, weight: [1], bias: [0])
    let network = try Network(named: "wire", layers: [dense], activation: nil)
    let count = 3200
    let samples = try Samples(name: "ones", width: 1, values: Array(repeating: 1, count: count))
    let run = try Setting(substrate: DynamicAnalog(), network: network, samples: samples)
      .run(
        Self.langevin(["stiffness": "16", "settle": "6", "trajectories": "2", "step": "0.2"]))
    let noise = run.outputs.map { Double($0) - 1 }
    let mean = noise.reduce(0, +) / Double(count)
    let variance = noise.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(abs(mean) < 5 * 0.25 / Double(count).squareRoot() + 0.003)
    #expect(abs(variance * 16 - 1) < 5 * (2 / Double(count)).squareRoot())
    #expect(abs(run.energy() - 16) < 5 * run.energyError + 0.1)
  }

  @Test func aSilentLayerIsLeftOut() throws {
    let (network, samples) = try workloadWithASilentLayer()
    let run = try Setting(substrate: DynamicAnalog(), network: network, samples: samples)
      .run(Self.langevin(["trajectories": "64", "snr": "1e4", "step": "0.2"]))
    #expect(run.ledger.postings.allSatisfy { $0.layer != "hidden1.relu" || $0.energy == .zero })
    #expect(abs(run.energy() - 1e4) < 5 * run.energyError + 10)
    #expect(run.outputs.allSatisfy { abs($0 - 2) < 0.2 })
  }

  @Test func refusals() throws {
    let setting = try setting()
    for (values, words) in [
      (["step": "0.1"], "step is set with method=closed-form"),
      (["trajectories": "8"], "trajectories is set with method=closed-form"),
      (["method": "langevin", "snr": "2e8"], "good to 1e8"),
      (["method": "langevin", "stiffness": "2e8"], "good to 1e8"),
      (["method": "langevin", "duration": "2e6"], "method=langevin with duration"),
      (["method": "langevin", "settle": "2e6"], "method=langevin with settle"),
    ] {
      let refusal = try #require(try setting.refusal(of: values), "\(values)")
      #expect(refusal.reason == .settings && refusal.detail.contains(words), "\(refusal.detail)")
    }
    #expect(try setting.refusal(of: ["method": "langevin", "snr": "1e8"]) == nil)
    for (name, value) in [
      ("trajectories", "1"), ("trajectories", "0"), ("step", "0"), ("step", "2"),
    ] {
      #expect(throws: SettingError.self, "\(name)=\(value)") {
        try setting.settings(["method": "langevin", name: value])
      }
    }
  }
}
