import Foundation
import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing
import Parameters

@testable import QuasiStatic

/// What must hold of the quasi-static machine whatever the network.
@Suite struct QuasiStaticTests {
  func setting(
    seed: Int, activation: Activation? = .relu, sizes: [Int] = [5, 7, 6, 4], samples: Int = 12
  ) throws -> Setting<QuasiStatic> {
    let workload = try randomWorkload(
      seed: seed, sizes: sizes, activation: activation, samples: samples)
    return Setting(
      substrate: QuasiStatic(), network: workload.network, samples: workload.samples)
  }

  func flow(
    _ run: Run, _ flow: Flow, layer: String? = nil, mechanism: String? = nil
  ) -> Double {
    let postings = run.ledger.postings.filter {
      $0.kind == .predicted && $0.flow == flow && (layer == nil || $0.layer == layer)
        && (mechanism == nil || $0.mechanism == mechanism)
    }
    return postings.reduce(0) {
      $0 + ThermalEnergy($1.energy, at: Kelvin(300)).value
    }
  }

  @Test(arguments: 0..<6) func booksClose(seed: Int) throws {
    let setting = try setting(seed: seed, activation: [.relu, .tanh, .sigmoid, nil][seed % 4])
    for duration in ["0", "1", "30", "1000"] {
      let run = try setting.run(["duration": duration])
      let work = run.energy()
      #expect(run.verdict == .settled)
      #expect(work > 0)
      // Heat is integrated on its own: the balance is a test of the integration, not a definition.
      let residual = ThermalEnergy(run.ledger.residual(.predicted), at: Kelvin(300)).value
      #expect(abs(residual) < 3e-3 * flow(run, .drawn))
      // Each layer: what it is given is warmth, strain that is left, or handed on.
      let names = setting.network.layers.map(\.name)
      for (index, name) in names.enumerated() {
        let onward =
          index + 1 < names.count ? flow(run, .transferred, layer: names[index + 1]) : 0
        let balance =
          flow(run, .transferred, layer: name) - onward - flow(run, .dissipated, layer: name)
        #expect(abs(balance) < 3e-3 * flow(run, .drawn))
      }
      #expect(abs(flow(run, .transferred, layer: names[0]) - work) < 1e-9 * work)
    }
  }

  @Test(arguments: 0..<4) func rescalingALayerChangesNothingAtGivenSNR(seed: Int) throws {
    let original = try setting(seed: seed)
    let scaled = Setting(
      substrate: QuasiStatic(), network: try original.network.scalingFirstLayer(by: 4),
      samples: original.samples)
    for method in ["relaxation", "length"] {
      let (a, b) = (
        try original.run(["method": method, "duration": "50"]),
        try scaled.run(["method": method, "duration": "50"])
      )
      // A power of two scales floating-point numbers exactly: nothing may change at all but
      // rounding.
      #expect(relativeError(a.energy(), b.energy()) < 1e-9)
      #expect(
        relativeError(
          a.limit("transport") ?? 1, b.limit("transport") ?? 1) < 1e-9)
      for (one, other) in zip(
        a.numbers("relaxation_eigenvalues"), b.numbers("relaxation_eigenvalues"))
      {
        #expect(relativeError(one, other) < 1e-9)
      }
    }
    // With one stiffness for all layers it does change: that gauge compares arbitrary units.
    let fixed = ["stiffness": "50", "duration": "50"]
    #expect(try relativeError(original.run(fixed).energy(), scaled.run(fixed).energy()) > 1e-3)
  }

  @Test(arguments: 0..<6) func workIsNeverBelowTheTransportFloor(seed: Int) throws {
    let setting = try setting(seed: seed, activation: [.relu, .tanh, nil][seed % 3])
    for duration in ["0", "0.3", "3", "30", "300"] {
      for profile in ["linear", "constant-speed"] {
        let run = try setting.run(["duration": duration, "profile": profile])
        let floor = try #require(run.limit("transport"))
        #expect(run.energy() >= floor)
      }
    }
  }

  @Test func relaxationGoesToTheLengthAsTheDurationGrows() throws {
    let setting = try setting(seed: 3)
    var before = Double.infinity
    for duration in [30.0, 300, 3000, 30000] {
      let run = try setting.run(["duration": "\(duration)"])
      let length = try setting.run(["duration": "\(duration)", "method": "length"])
      let gap = relativeError(run.energy(), length.energy())
      #expect(gap < 0.5 * before)
      before = gap
      #expect(
        relativeError(length.energy() * duration, length.numbers("slow_work_kT_tau")[0]) < 1e-9)
    }
    #expect(before < 2e-3)
  }

  @Test func constantSpeedCostsLessForSlowDriving() throws {
    let setting = try setting(seed: 4)
    let slow = ["duration": "5000"]
    let linear = try setting.run(slow)
    let constant = try setting.run(slow.merging(["profile": "constant-speed"]) { $1 })
    #expect(constant.energy() < linear.energy())
    let length = try setting.run([
      "duration": "5000", "profile": "constant-speed", "method": "length",
    ])
    #expect(relativeError(constant.energy(), length.energy()) < 0.02)
    // (∫ speed)² <= ∫ speed² for each path, whatever the network (Cauchy and Schwarz).
    for seed in 0..<4 {
      let other = try self.setting(seed: seed, activation: seed.isMultiple(of: 2) ? .relu : .tanh)
      let fixed = try other.run(["method": "length"]).energy()
      #expect(
        try other.run(["method": "length", "profile": "constant-speed"]).energy()
          <= fixed * (1 + 1e-9))
    }
  }

  @Test func aLinearNetworkIsExact() throws {
    let setting = try setting(seed: 2, activation: nil, sizes: [3, 4, 5, 2], samples: 2)
    let stream = try setting.stream()
    let stiffness = 20.0
    // M from the weights: A = 1 - J, uniform K.
    let count = setting.network.neuronCount
    var a = (0..<count).map { row in (0..<count).map { row == $0 ? 1.0 : 0 } }
    var matrices: [Dense] = []
    for node in setting.network.nodes {
      if case .dense(let dense) = node.operation { matrices.append(dense) }
    }
    let layers = setting.network.layers
    for index in 1..<layers.count {
      for (i, row) in layers[index].rows.enumerated() {
        for (j, column) in layers[index - 1].rows.enumerated() {
          a[row][column] = -Double(matrices[index].weight[i * matrices[index].inputs + j])
        }
      }
    }
    let hessian = (0..<count).map { i in
      (0..<count).map { j in (0..<count).reduce(0) { $0 + a[$1][i] * a[$1][j] } }
    }
    let traps = CoupledTraps(hessian: hessian)
    let move = (0..<count).map { row in
      (stream.reference.values[row * 2 + 1] - stream.reference.values[row * 2])
        * stiffness.squareRoot()
    }
    for duration in [0.5, 4, 60] {
      let run = try setting.run(["stiffness": "\(stiffness)", "duration": "\(duration)"])
      // There and back cost the same.
      let exact = traps.rampWork(displacement: move, duration: duration).value
      #expect(relativeError(run.energy(), exact) < 1e-3)
    }
    #expect(
      relativeError(
        try setting.run(["stiffness": "20"])
          .numbers("relaxation_eigenvalues")[0], traps.eigenvalues[0]) < 1e-6)
  }

  @Test func pathLengthByBruteForce() throws {
    let setting = try setting(seed: 6, samples: 2)
    let engine = ReferenceEngine(setting.network)
    let stiffness = 30.0
    let program = try setting.program(["stiffness": "\(stiffness)", "method": "length"])
    let block = InferenceBlock(
      Landscape(program.engine, stiffness: [30, 30, 30]), program, try setting.stream(), [1])
    // Chords between many forward passes: their sum is below the integral by less than their
    // spacing.
    let pieces = 20_000
    func neurons(_ s: Double) -> [Double] {
      engine.neurons(
        for: (0..<setting.samples.width).map {
          (1 - s) * Double(setting.samples[0][$0])
            + s * Double(setting.samples[1][setting.samples.width + $0])
        })
    }
    var sum = 0.0
    var length = 0.0
    var before = neurons(0)
    for piece in 1...pieces {
      let now = neurons(Double(piece) / Double(pieces))
      let square = zip(now, before).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      sum += square * Double(pieces)
      length += square.squareRoot()
      before = now
    }
    let inference = block.inferences[0]
    #expect(relativeError(inference.squaredLength, sum) < 2e-4)
    #expect(relativeError(inference.length, length * stiffness.squareRoot()) < 2e-4)
  }

  @Test func theRateBoundHolds() throws {
    for seed in 0..<8 {
      let setting = try setting(seed: seed, activation: [.relu, .tanh, .sigmoid, nil][seed % 4])
      let run = try setting.run(["method": "length"])
      let program = try setting.program()
      let stiffness = run.numbers("stiffness_per_layer")
      let bound = Landscape(program.engine, stiffness: stiffness).rateBound
      #expect(run.numbers("relaxation_eigenvalues")[1] <= bound)
    }
  }

  @Test func outputsAreEquilibriumAtTheEndOfTheHold() throws {
    // One linear neuron: an output is its value plus noise of variance 1/K.
    let dense = try Dense(inputs: 1, weight: [1], bias: [0])
    let network = try Network(named: "wire", layers: [dense], activation: nil)
    let samples = try Samples(
      name: "steps", width: 1, values: (0..<4000).map { Float($0 % 2) + 1 })
    let setting = Setting(substrate: QuasiStatic(), network: network, samples: samples)
    let run = try setting.run(["stiffness": "25", "duration": "40"])
    let noise = zip(run.outputs, samples.values).map { Double($0 - $1) }
    let mean = noise.reduce(0, +) / 4000
    let variance = noise.reduce(0) { $0 + $1 * $1 } / 4000
    // The drive leaves it behind by an energy of 0.05 k_B T at most: 0.063 here, mean 0 over both
    // ways.
    #expect(abs(mean) < 5 * 0.2 / 4000.0.squareRoot())
    #expect(abs(variance * 25 - 1) < 5 * (2 / 4000.0).squareRoot() + 0.1)
  }

  @Test func holdsEndWhenTheStrainIsLow() throws {
    let setting = try setting(seed: 1)
    let run = try setting.run(["duration": "0"])
    #expect(run.verdict == .settled)
    // Every hold ends when the strain has fallen to 0.05 k_B T, not somewhere below it.
    let rest = flow(run, .dissipated, mechanism: "after the hold")
    #expect(rest <= 0.05 && rest > 0.0499)
    #expect(run.longestLatency >= run.latency)
    let short = try setting.run(["duration": "0", "settle": "0.01"])
    #expect(short.verdict == .unsettled)
    #expect(short.limit("transport") == nil)
    #expect(flow(short, .dissipated, mechanism: "after the hold") > 0.05)
    let long = try setting.run(["duration": "0", "settle": "500"])
    #expect(long.verdict == .settled)
    #expect(abs(long.latency.value / 500e-9 - 1) < 1e-9)
    // Nothing moves for most of a very long hold, and nothing is integrated then.
    let endless = try setting.run(["duration": "0", "settle": "1e12"])
    #expect(endless.verdict == .settled)
    #expect(abs(endless.latency.value / 1e3 - 1) < 1e-9)
  }

  @Test func verdictsAndRefusals() throws {
    let setting = try setting(seed: 1)
    let fast = try setting.run(["method": "length", "duration": "0.1"])
    #expect(fast.verdict == .outsideValidity)
    #expect(fast.limit("transport") == nil)
    for values in [
      ["method": "length", "duration": "0"], ["method": "length", "settle": "3"],
      ["duration": "1e7"],
    ] {
      do {
        _ = try setting.program(values)
        Issue.record("not refused: \(values)")
      } catch {
        #expect((error as? Refusal)?.reason == .settings)
      }
    }
    #expect(throws: SettingError.conflict("stiffness", "snr")) {
      try setting.settings(["snr": "10", "stiffness": "10"])
    }
    for (name, value) in [
      ("duration", "-1"), ("duration", "nan"), ("duration", "inf"), ("snr", "0"), ("snr", "-3"),
      ("stiffness", "0"), ("settle", "-1"), ("method", "guess"), ("relaxation-time", "0"),
    ] {
      #expect(throws: SettingError.self, "\(name)=\(value)") {
        try setting.settings([name: value])
      }
    }
  }

  @Test func aStreamThatDoesNotMoveCostsNothing() throws {
    let one = try setting(seed: 1, samples: 1)
    let samples = try Samples(
      name: "still", width: 5, values: Array(one.samples.values) + one.samples.values)
    let still = Setting(substrate: QuasiStatic(), network: one.network, samples: samples)
    for values in [[:], ["duration": "0"], ["profile": "constant-speed"], ["method": "length"]] {
      let run = try still.run(values)
      #expect(abs(run.energy()) < 1e-20)  // rounding
      #expect(run.verdict == .settled)
    }
  }

  @Test func aSilentLayerIsLeftOut() throws {
    let (network, samples) = try workloadWithASilentLayer()
    let run = try Setting(substrate: QuasiStatic(), network: network, samples: samples).run()
    #expect(run.energy() == 0)
    #expect(run.warnings.contains { $0.contains("hidden1.relu is silent") })
    #expect(run.outputs.allSatisfy { abs($0 - 2) < 1 })
  }

  /// The rigorous bound on the rates counts the sigmoid's largest slope, which a saturated neuron is far
  /// from; with that neuron held a billion times as stiffly as its parents, it is useless.
  @Test func saturatedNeuronsDoNotStallTheScheme() throws {
    let network = try Network(
      named: "saturated",
      layers: [
        try Dense(inputs: 1, weight: [1], bias: [0]),
        try Dense(inputs: 1, weight: [1], bias: [-14]),
        try Dense(inputs: 1, weight: [1], bias: [0]),
      ], activation: .sigmoid)
    let samples = try Samples(name: "two", width: 1, values: [-1, 1])
    let run = try Setting(substrate: QuasiStatic(), network: network, samples: samples)
      .run(["duration": "10"])
    #expect(run.verdict == .settled)
    #expect(run.energy() > 0)
    #expect(run.energy() >= run.limit("transport") ?? 0)
  }

  @Test func aRelaxationBrokenOffIsNotSettled() throws {
    let setting = try setting(seed: 1, samples: 2)
    let program = try setting.program(["stiffness": "1e-9"])
    let engine = program.engine
    let stream = try setting.stream()
    let landscape = Landscape(engine, stiffness: engine.layers.map { _ in 1e-9 })
    let new = (0..<16).map { $0 % 2 }
    let drive = Drive(engine, setting.samples, from: new.map { 1 - $0 }, to: new)
    let start = Block<Double>(rows: engine.neuronCount, lanes: 16)
    for row in 0..<start.rows {
      for lane in 0..<16 { start[row, lane] = stream.reference.values[row * 2 + 1 - new[lane]] }
    }
    // So soft that the energy is at rest at any time: the drive has not arrived nevertheless.
    for duration in [0.0, 100] {
      let field = RelaxationField(
        landscape, drive, duration: duration, profiles: new.map { _ in .linear }, rate: 40)
      var relaxation = Relaxation(
        field, start: start, lengths: [1, 1], hold: duration == 0 ? 50 : nil)
      for result in relaxation.run(mostSteps: 2) {
        #expect(!result.isSettled)
        #expect(result.isFinite && result.hold < 50)
      }
    }
    #expect(!Relaxation.unrest(givenHold: nil).contains("given"))
    #expect(Relaxation.unrest(givenHold: nil).contains("1000000 steps"))
    #expect(Relaxation.unrest(givenHold: 0.5).contains("given hold of 0.5 τ0"))
  }

  @Test func aRowWithoutOutputsHasNoTransportFloor() throws {
    // Within doubles, and beyond what outputs can hold.
    let network = try Network(
      named: "loud", layers: [try Dense(inputs: 1, weight: [3e38], bias: [0])], activation: nil)
    let samples = try Samples(name: "two", width: 1, values: [1, 2])
    let run = try Setting(substrate: QuasiStatic(), network: network, samples: samples).run()
    #expect(run.verdict == .diverged)
    #expect(run.limit("transport") == nil)
  }

  @Test func threadsDoNotMatter() throws {
    let setting = try setting(seed: 2, samples: 40)
    let serial = try setting.run()
    let backwards = RunContext(seed: 1) { count, body in
      for index in (0..<count).reversed() { body(index) }
    }
    let other = try setting.substrate.run(
      try setting.program(), on: setting.stream(), in: backwards)
    #expect(serial.outputs == other.outputs)
    #expect(serial.energy() == other.energy())
  }
}
