import DynamicAnalog
import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing
import Parameters

@testable import QuasiStatic

/// The quasi-static machine by `method=langevin`: a stream measured on trajectories.
@Suite struct QuasiStaticTrajectoryTests {
  func setting(
    seed: Int = 2, activation: Activation? = .relu, sizes: [Int] = [4, 6, 5, 3], samples: Int = 4
  ) throws -> Setting<QuasiStatic> {
    let workload = try randomWorkload(
      seed: seed, sizes: sizes, activation: activation, samples: samples)
    return Setting(
      substrate: QuasiStatic(), network: workload.network, samples: workload.samples)
  }

  static func langevin(_ values: [String: String] = [:]) -> [String: String] {
    values.merging(["method": "langevin"]) { $1 }
  }

  @Test(arguments: [Activation.relu, .tanh]) func itMeasuresWhatRelaxationSolves(
    activation: Activation
  ) throws {
    let setting = try setting(activation: activation)
    for (duration, profile) in [("0", "linear"), ("10", "linear"), ("10", "constant-speed")] {
      let values = ["snr": "3000", "duration": duration, "profile": profile]
      let solved = try setting.run(values)
      let run = try setting.run(
        Self.langevin(values.merging(["trajectories": "64", "step": "0.05"]) { $1 }))
      #expect(run.energyKind == .simulated && run.verdict == .settled)
      #expect(run.holdsNoNaN)
      #expect(run.energyError > 0 && run.energyError < 0.02 * run.energy())
      // The share of half a step, 1/400 of the drive, and of the noise, one in 3000.
      let tolerance = duration == "0" ? 0.001 : 0.006
      #expect(
        abs(run.energy() - solved.energy())
          < 4 * run.energyError + tolerance * solved.energy())
      #expect(relativeError(run.numbers("noise_free_work_kT")[0], solved.energy()) < 1e-9)
      // Holds, and so latencies, are those of the noise-free motion.
      #expect(run.latency == solved.latency && run.longestLatency == solved.longestLatency)
      let floor = try #require(run.limit("transport"))
      #expect(floor > 0 && floor <= run.energy() + 5 * run.energyError)
      #expect(relativeError(floor, try #require(solved.limit("transport"))) < 0.05)
    }
  }

  @Test func everyEntryIsSimulatedWithAnErrorAndTheBooksClose() throws {
    let setting = try setting(activation: .tanh)
    let run = try setting.run(
      Self.langevin(["snr": "100", "duration": "5", "trajectories": "128"]))
    let entries = run.ledger.postings.filter { $0.kind == .simulated }
    #expect(run.ledger.postings.allSatisfy { $0.kind == .simulated || $0.kind == .model })
    #expect(entries.allSatisfy { ($0.standardError?.value ?? 0) > 0 })
    #expect(entries.filter { $0.flow == .drawn }.map(\.layer) == ["inputs"])
    for layer in setting.network.layers {
      // A layer gives off heat, and its energy is thermal before and after.
      #expect(run.sum(.dissipated, "friction", layer: layer.name) != 0)
      let error = try #require(
        entries.first { $0.layer == layer.name && $0.mechanism == "after the hold" })
      #expect(abs(kT(error.energy)) < 5 * kT(error.standardError!) + 0.05)
    }
    let residual = kT(run.ledger.residual(.simulated))
    #expect(abs(residual - run.numbers("first_law_residual_kT")[0]) < 1e-9 * run.energy())
    #expect(abs(residual) < 0.02 * run.energy())
    // Near equilibrium var W = 2 k_BT <W>, exactly so for linear networks.
    let linear = try self.setting(activation: nil).run(
      Self.langevin(["snr": "100", "duration": "5", "trajectories": "512"]))
    #expect(
      abs(linear.numbers("variance_kT2")[0] - 2 * linear.energy())
        < 5 * linear.numbers("variance_standard_error_kT2")[0] + 0.02 * linear.energy())
    #expect(linear.numbers("variance_standard_error_kT2")[0] < 0.1 * linear.energy())
  }

  /// The errors say how much runs with other seeds scatter.
  @Test func theErrorIsTheScatter() throws {
    var setting = try setting(sizes: [3, 4, 2], samples: 2)
    let values = Self.langevin([
      "snr": "50", "duration": "1", "step": "0.05", "trajectories": "32", "settle": "1",
    ])
    var (energies, errors) = (RunningMoments(), RunningMoments())
    for seed in 1...40 {
      setting.seed = UInt64(seed)
      let run = try setting.run(values)
      energies.add(run.energy())
      errors.add(run.energyError)
    }
    // Of 40 runs the scatter is known to 11 %.
    #expect(abs(energies.variance.squareRoot() / errors.mean - 1) < 0.5)
  }

  @Test func sameSeedSameBytesWhoeverComputes() throws {
    var setting = try setting(samples: 5)
    let values = Self.langevin([
      "snr": "100", "duration": "2", "settle": "1", "step": "0.05", "trajectories": "150",
    ])
    let serial = try setting.run(values)
    #expect(try setting.shuffledRun(values).fingerprint == serial.fingerprint)
    setting.seed = 2
    let other = try setting.run(values)
    #expect(other.energy() != serial.energy() && other.outputs != serial.outputs)
    #expect(
      abs(other.energy() - serial.energy())
        < 6
        * (other.energyError * other.energyError + serial.energyError * serial.energyError)
        .squareRoot())
  }

  /// Every inference has noise of its own: two like ones do not cost the same.
  @Test func inferencesHaveNoiseOfTheirOwn() throws {
    let one = try setting(sizes: [3, 4, 2], samples: 2)
    let twice = Setting(
      substrate: QuasiStatic(), network: one.network,
      samples: try Samples(
        name: "twice", width: 3, values: Array(one.samples.values) + one.samples.values))
    let values = Self.langevin([
      "stiffness": "20", "duration": "1", "step": "0.05", "trajectories": "64",
    ])
    let (single, double) = (try one.run(values), try twice.run(values))
    #expect(Array(double.outputs[0..<4]) != Array(double.outputs[4..<8]))
    #expect(relativeError(double.energyError * 2.0.squareRoot(), single.energyError) < 0.3)
  }

  @Test func outputsAreEquilibriumAtTheEndOfTheHold() throws {
    let dense = try Dense(inputs: 1, weight: [1], bias: [0])
    let network = try Network(named: "wire", layers: [dense], activation: nil)
    let count = 800
    let samples = try Samples(
      name: "steps", width: 1, values: (0..<count).map { Float($0 % 2) + 1 })
    let setting = Setting(substrate: QuasiStatic(), network: network, samples: samples)
    let run = try setting.run(
      Self.langevin([
        "stiffness": "25", "duration": "1", "settle": "6", "step": "0.2", "trajectories": "2",
      ]))
    let noise = zip(run.outputs, samples.values).map { Double($0 - $1) }
    let mean = noise.reduce(0, +) / Double(count)
    let variance = noise.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(abs(mean) < 5 * 0.2 / Double(count).squareRoot())
    #expect(abs(variance * 25 - 1) < 5 * (2 / Double(count)).squareRoot())
    // One neuron dragged by 1: K r(τ) a time.
    let exact = 25 * HarmonicTrap.rampWork(duration: 1)
    #expect(abs(run.energy() - exact) < 5 * run.energyError + 0.1 * exact)
    #expect(run.verdict == .settled)
  }

  @Test func aHoldThatIsTooShort() throws {
    let setting = try setting()
    let values = Self.langevin(["duration": "0", "settle": "0.01", "trajectories": "16"])
    let run = try setting.run(values)
    #expect(run.verdict == .unsettled && run.limit("transport") == nil && run.holdsNoNaN)
    #expect(run.warnings.contains { $0.contains("hold of 0.01") })
    // What is left of the strain is dissipated later: nearly all of it.
    #expect(run.sum(.dissipated, "after the hold") > 0.5 * run.energy())
    #expect(relativeError(run.latency.value, 0.01e-9) < 1e-9)
  }

  @Test func anAbruptChangeIsExact() throws {
    let setting = try setting(activation: .tanh)
    let run = try setting.run(
      Self.langevin([
        "stiffness": "40", "duration": "0", "settle": "1e-6", "step": "1e-6",
        "trajectories": "1024",
      ]))
    let stream = try setting.stream()
    let count = setting.samples.count
    // (1/2) Σ K |Δf|² over the neurons that read the inputs, at any noise.
    let exact = setting.network.layers[0].rows.reduce(0) { sum, row in
      let values = Array(stream.reference.neuron(row))
      return sum
        + (0..<count).reduce(0) { part, sample in
          let change = values[sample] - values[(sample + count - 1) % count]
          return part + 20 * change * change / Double(count)
        }
    }
    #expect(abs(run.energy() - exact) < 5 * run.energyError)
    #expect(run.energyError < 0.02 * exact)
    // Hardly any of it is gone after a millionth of a relaxation time.
    #expect(run.sum(.dissipated, "friction") < 1e-4 * exact)
  }

  @Test func aStepBeyondStability() throws {
    let setting = try setting()
    let stable = try setting.run(["stiffness": "20"])
    let fastest = try #require(stable.numbers("relaxation_eigenvalues").last)
    #expect(fastest > 2.1)
    let run = try setting.run(
      Self.langevin(["stiffness": "20", "duration": "3", "step": "1", "trajectories": "4"]))
    #expect(run.verdict == .diverged && run.holdsNoNaN)
    #expect(run.ledger.postings.allSatisfy { $0.kind == .model })
    #expect(run.limit("transport") == nil)
    #expect(run.warnings.contains { $0.contains("beyond the stability") })
    #expect(run.outputs.count == setting.samples.count * setting.network.outputCount)
    // A step below the limit is taken as it is given.
    let fine = try setting.run(
      Self.langevin(["stiffness": "20", "duration": "3", "step": "0.05", "trajectories": "4"]))
    #expect(fine.verdict == .settled && fine.numbers("step_tau0") == [0.05, 0.05])
  }

  /// Steep functions that are saturated at both ends have fast modes on the way only, and keep
  /// trajectories finite though no step follows them: what they say may not pass for a result.
  @Test func aStepTooLongForTheWay() throws {
    let (one, steep) = (
      try Dense(inputs: 1, weight: [1], bias: [0]), try Dense(inputs: 1, weight: [8], bias: [0])
    )
    let network = try Network(named: "steep", layers: [one, steep, steep, one], activation: .tanh)
    let samples = try Samples(name: "across", width: 1, values: [-3, 3])
    let setting = Setting(substrate: QuasiStatic(), network: network, samples: samples)
    let values = ["snr": "3000", "duration": "30"]
    let lost = try setting.run(
      Self.langevin(values.merging(["trajectories": "16", "step": "0.08"]) { $1 }))
    #expect(lost.verdict == .diverged && lost.holdsNoNaN)
    #expect(lost.warnings.contains { $0.contains("stability") })
    #expect(lost.ledger.postings.allSatisfy { $0.kind == .model })
    #expect(lost.limit("transport") == nil)
    // The automatic step looks for modes on the way too.
    let followed = try setting.run(Self.langevin(values.merging(["trajectories": "16"]) { $1 }))
    let solved = try setting.run(values).energy()
    #expect(followed.verdict == .settled && followed.numbers("step_tau0")[0] < 0.01)
    #expect(abs(followed.energy() - solved) < 5 * followed.energyError + 0.01 * solved)
  }

  @Test func automaticStepsFollowTheStiffestMode() throws {
    let setting = try setting()
    let run = try setting.run(
      Self.langevin(["stiffness": "20", "duration": "100", "settle": "0", "trajectories": "2"]))
    let fastest = try #require(run.numbers("relaxation_eigenvalues").last)
    #expect(relativeError(run.numbers("step_tau0")[0], 0.2 / fastest) < 1e-9)
    // A short drive takes 200 of them.
    let short = try setting.run(
      Self.langevin(["stiffness": "20", "duration": "0.1", "settle": "0", "trajectories": "2"]))
    #expect(short.numbers("step_tau0") == [0.0005, 0.0005])
  }

  /// Work of large variance has no exponential average: a warning, and no number.
  @Test func jarzynskiWhereItConvergesAndWhereNot() throws {
    let setting = try setting(activation: .tanh)
    let wild = try setting.run(
      Self.langevin(["snr": "1000", "duration": "1", "trajectories": "16"]))
    #expect(wild.numbers("jarzynski_free_energy_kT")[0].isNaN)
    #expect(wild.numbers("jarzynski_standard_error_kT")[0].isNaN)
    #expect(wild.numbers("jarzynski_effective_trajectories")[0] < 100)
    #expect(wild.warnings.contains { $0.contains("has not converged") })
    let calm = try setting.run(
      Self.langevin(["snr": "0.4", "duration": "4", "trajectories": "400", "settle": "1"]))
    let (value, error) = (
      calm.numbers("jarzynski_free_energy_kT")[0], calm.numbers("jarzynski_standard_error_kT")[0]
    )
    #expect(error > 0 && error < 0.1 && abs(value) < 5 * error)
    #expect(!calm.warnings.contains { $0.contains("converged") })
  }

  @Test func aSilentLayerIsLeftOut() throws {
    let (network, samples) = try workloadWithASilentLayer()
    let run = try Setting(substrate: QuasiStatic(), network: network, samples: samples)
      .run(Self.langevin(["trajectories": "8", "duration": "10"]))
    #expect(run.energy() == 0 && run.holdsNoNaN)
    #expect(run.warnings.contains { $0.contains("hidden1.relu is silent") })
    #expect(run.outputs.allSatisfy { abs($0 - 2) < 1 })
    #expect(!run.ledger.postings.contains { $0.layer == "hidden1.relu" })
  }

  @Test func scalingALayerChangesNothingAtGivenSNR() throws {
    let original = try setting()
    let scaled = Setting(
      substrate: QuasiStatic(), network: try original.network.scalingFirstLayer(by: 4),
      samples: original.samples)
    let values = Self.langevin(["snr": "100", "duration": "2", "trajectories": "8"])
    // Powers of two scale all numbers exactly; the same noise then does the same.
    #expect(try relativeError(original.run(values).energy(), scaled.run(values).energy()) < 1e-6)
  }

  /// Zero is what such machines take, and not an absent figure.
  @Test func aNetworkThatIsSilentThroughoutTakesNothing() throws {
    let network = try Network(
      named: "silent",
      layers: [
        Dense(inputs: 2, weight: [1, 2, 3, 4], bias: [-1, 0]),
        Dense(inputs: 2, weight: [1, 1], bias: [0]),
      ], activation: .relu)
    let samples = try Samples(name: "below", width: 2, values: [0, 0, -1, -1])
    let values = Self.langevin(["trajectories": "16", "duration": "2"])
    let driven = try Setting(substrate: QuasiStatic(), network: network, samples: samples)
      .run(values)
    let reset = try Setting(substrate: DynamicAnalog(), network: network, samples: samples)
      .run(values)
    for run in [driven, reset] {
      #expect(run.verdict == .settled && run.holdsNoNaN)
      #expect(run.ledger.postings.contains { $0.kind == .simulated && $0.flow == .drawn })
      #expect(run.energy() == 0 && run.energyError == 0)
    }
  }

  @Test func refusals() throws {
    let setting = try setting()
    for (values, words) in [
      (["step": "0.1"], "step is set with method=relaxation"),
      (["trajectories": "8"], "trajectories is set with method=relaxation"),
      (["method": "length", "step": "0.1"], "without effect"),
      (["method": "length", "trajectories": "8"], "without effect"),
      (["method": "langevin", "snr": "2e8"], "good to 1e8"),
      (["method": "langevin", "stiffness": "2e8"], "good to 1e8"),
      (["method": "langevin", "duration": "2e6"], "method=langevin with duration"),
      (["method": "langevin", "settle": "2e6"], "method=langevin with settle"),
      (["method": "langevin", "duration": "1e6", "step": "1e-6"], "up to 1e9"),
      (["method": "langevin", "settle": "1e6", "step": "1e-6"], "up to 1e9"),
    ] {
      let refusal = try #require(try setting.refusal(of: values), "\(values)")
      #expect(refusal.reason == .settings && refusal.detail.contains(words), "\(refusal.detail)")
    }
    #expect(
      try setting.refusal(of: ["method": "langevin", "snr": "1e8", "step": "auto"]) == nil)
    for (name, value) in [
      ("trajectories", "1"), ("trajectories", "0"), ("trajectories", "2.5"),
      ("trajectories", "-2"), ("step", "0"), ("step", "2"), ("step", "nan"), ("step", "-0.1"),
    ] {
      #expect(throws: SettingError.self, "\(name)=\(value)") {
        try setting.settings(["method": "langevin", name: value])
      }
    }
  }
}
