import AnalogNeurons
import DynamicAnalog
import Foundation
import Networks
import PhysicalLaws
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing

@testable import ResistiveNetwork

/// A network as conductances: what comes out, what it takes, and what it refuses.
@Suite struct ResistiveNetworkTests {
  private func setting(
    seed: Int, activation: Activation? = .relu, samples: Int = 12
  ) throws -> Setting<ResistiveNetwork> {
    let workload = try randomWorkload(seed: seed, activation: activation, samples: samples)
    return Setting(
      substrate: ResistiveNetwork(), network: workload.network, samples: workload.samples)
  }

  private func setting(
    _ architecture: Architecture, index: Int = 0
  ) -> Setting<ResistiveNetwork> {
    let (network, samples) = RandomWorkload.network(
      architecture, .relu, samples: 4, seed: 50, index: index)
    return Setting(substrate: ResistiveNetwork(), network: network, samples: samples)
  }

  /// One node of the given weights without a bias.
  private func node(_ weights: [Float], samples: [Float]) throws -> Setting<ResistiveNetwork> {
    Setting(
      substrate: ResistiveNetwork(),
      network: try Network(
        named: "node", layers: [Dense(inputs: weights.count, weight: weights, bias: [0])],
        activation: nil),
      samples: try Samples(name: "s", width: weights.count, values: samples))
  }

  private func expectReference(_ setting: Setting<ResistiveNetwork>) throws {
    let run = try setting.run(["snr": "1e14"])
    let reference = try setting.stream().reference
    let exact = (0..<setting.samples.count).flatMap { reference.output(of: $0) }
    let scale = exact.map(abs).max()!
    for (a, b) in zip(run.outputs, exact) { #expect(abs(Double(a) - b) < 1e-5 * scale) }
  }

  @Test func settlingOfWindowsAloneIsRefused() throws {
    var builder = Network.Builder(input: try Shape([1, 4]))
    let axis = try Window.Axis(input: 4, kernel: 2, stride: 2)
    try builder.add(
      .pool(try Pool(.max, try Window([axis]))), named: "y", reading: [Network.Builder.input])
    let setting = Setting(
      substrate: ResistiveNetwork(), network: try builder.network(named: "windows", output: "y"),
      samples: try Samples(name: "two", width: 4, values: [1, 2, 3, 4, 5, -6, 7, 8]))
    let refusal = try #require(try setting.refusal(of: ["settling": "0.1"]))
    #expect(refusal.reason == .settings && refusal.detail.contains("settling"))
    #expect(try setting.run().verdict == .settled)
  }

  // MARK: Energies

  @Test func aNodeWhoseRailsAgreeDissipatesInChargingAlone() throws {
    // A single weight: the node stands at its rail, and goes from 1 to 1/2 and back.
    let setting = try node([-2], samples: [1, 0.5])
    let (snr, left) = (100.0, 0.1)
    let run = try setting.run(["snr": "100", "settling": "0.1"])
    #expect(run.sum(.drawn, "hold") < 1e-9 * run.energy())
    // z = -2, -1 and y' = z' + left (y - z'): the two it goes between differ by (1 - left)/(1 + left) of 1, and each
    // begins 1/(1 + left) from where it is going.
    let stiffness = snr / 2.5
    let distance = 1 / (1 + left)
    let charge = 0.5 * stiffness * distance * distance * (1 - left * left)
    #expect(relativeError(run.energy(), charge) < 1e-12)
    // The floor counts how far it really goes, as if it were charged to no more than that.
    let change = (1 - left) / (1 + left)
    #expect(
      relativeError(try #require(run.limit("charging", nil)), 0.5 * stiffness * change * change)
        < 1e-12)
  }

  @Test func holdingIsTheVarianceOfTheRails() throws {
    // Two equal conductances at u and 0 put the node at u/2 and take G u²/4: with C = snr k_BT/(u/2)², that is snr k_BT
    // for each C/G, whatever u is.
    let run = try node([3, 3], samples: [1, 0, 1, 0]).run(["snr": "100", "settling": "0.01"])
    #expect(relativeError(run.sum(.drawn, "hold"), 100 * log(100)) < 1e-12)
    #expect(relativeError(run.numbers("dissipated_fraction_per_layer")[0], 1) < 1e-12)
    // Three quarters of the sum at u and one at -u/2: the mean is 5u/8, the variance (27/64) u².
    let other = try node([3, 1], samples: [1, -0.5, 1, -0.5])
      .run(["snr": "100", "settling": "0.01"])
    #expect(relativeError(other.sum(.drawn, "hold"), 100 * log(100) * 27 / 25) < 1e-12)
  }

  @Test(arguments: 0..<3) func whatSetsTimesSetsNoEnergy(_ seed: Int) throws {
    let setting = try setting(seed: seed)
    let run = try setting.run()
    for (name, value, time) in [
      ("conductance", 1e-8, 1e3), ("conductance", 1, 1e-5), ("voltage", 0.1, 100),
      ("voltage", 10, 0.01),
    ] {
      let other = try setting.run([name: "\(value)"])
      #expect(relativeError(other.energy(), run.energy()) < 1e-12)
      #expect(relativeError(other.latency.value, time * run.latency.value) < 1e-12)
      #expect(other.outputs == run.outputs)
    }
  }

  @Test(arguments: 0..<3) func energyGoesWithWhatNodesHold(_ seed: Int) throws {
    let setting = try setting(seed: seed)
    let run = try setting.run(["settling": "0.001"])
    // In proportion to snr at a given settling, and snr k_BT ln(1/ε) × nodes × fraction by layer.
    #expect(
      relativeError(
        try setting.run(["settling": "0.001", "snr": "10"]).energy(), run.energy() / 100) < 1e-9)
    let fractions = run.numbers("dissipated_fraction_per_layer")
    for (index, layer) in setting.network.layers.enumerated() {
      let hold = 1000 * log(1000) * Double(layer.count) * fractions[index]
      #expect(relativeError(run.sum(.drawn, "hold", layer: layer.name), hold) < 1e-12)
    }
    // Rows of another kind are no part of it.
    let drop = try setting.run(["settling": "0.001", "diode-drop": "0.25"])
    let twice = try setting.run(["settling": "0.001", "diode-drop": "0.5"])
    #expect(drop.sum(.drawn, "diodes") > 0)
    #expect(relativeError(twice.sum(.drawn, "diodes"), 2 * drop.sum(.drawn, "diodes")) < 1e-12)
    #expect(
      relativeError(drop.energy() - drop.sum(.drawn, "diodes"), run.energy()) < 1e-12)
  }

  @Test(arguments: 0..<3) func theFractionIsTheRailsScatterOverTheNodes(_ seed: Int) throws {
    let setting = try setting(seed: seed, samples: 5)
    let stream = try setting.stream()
    let fractions = try setting.run(["settling": "1e-12"])
      .numbers("dissipated_fraction_per_layer")
    var scale = setting.samples.values.map { abs(Double($0)) }.max()!
    for (index, node) in setting.network.nodes.filter({ $0.operation.kind == .dense }).enumerated()
    {
      guard case .dense(let dense) = node.operation else { continue }
      /// Share of a node's conductance, and voltage over the supply's, of every rail.
      func rails(_ row: Int, _ sample: Int) -> [(share: Double, voltage: Double)] {
        (0..<dense.inputs).map { column in
          let weight = Double(dense.weight[row * dense.inputs + column])
          let value =
            index == 0
            ? Double(setting.samples[sample][sample * dense.inputs + column])
            : stream.reference.neuron(setting.network.layers[index - 1].rows.lowerBound + column)
              .dropFirst(sample).first!
          return (abs(weight) * scale, (weight < 0 ? -1 : 1) * value / scale)
        } + [(abs(Double(dense.bias[row])), dense.bias[row] < 0 ? -1 : 1)]
      }
      let reach = (0..<dense.outputs).map { rails($0, 0).reduce(0) { $0 + $1.share } }.max()!
      var (power, square) = (0.0, 0.0)
      for sample in 0..<5 {
        for row in 0..<dense.outputs {
          let rails = rails(row, sample)
          let mean = rails.reduce(0) { $0 + $1.share * $1.voltage } / reach
          let v = index < 2 ? max(mean, 0) : mean
          let rest = reach - rails.reduce(0) { $0 + $1.share }
          power +=
            rails.reduce(rest * v * v) {
              $0 + $1.share * ($1.voltage - v) * ($1.voltage - v)
            } / reach
          square += v * v
        }
      }
      #expect(relativeError(fractions[index], power / square) < 1e-6)
      scale = setting.network.layers[index].rows.flatMap { stream.reference.neuron($0) }.map(abs)
        .max()!
    }
  }

  @Test(arguments: 0..<4) func rescalingALayerChangesNothing(_ seed: Int) throws {
    let original = try setting(seed: seed)
    let scaled = Setting(
      substrate: ResistiveNetwork(), network: try original.network.scalingFirstLayer(by: 8),
      samples: original.samples)
    let values = ["snr": "100", "diode-drop": "0.1"]
    let (a, b) = (try original.run(values), try scaled.run(values))
    #expect(relativeError(a.energy(), b.energy()) < 1e-9)
    #expect(relativeError(a.latency.value, b.latency.value) < 1e-9)
  }

  @Test(arguments: [Architecture.convolutional, .residual], 0..<2)
  func kernelsAreMatricesWrittenOut(_ architecture: Architecture, index: Int) throws {
    let kernels = setting(architecture, index: index)
    let matrices = Setting(
      substrate: ResistiveNetwork(), network: kernels.network.unrolled(), samples: kernels.samples)
    let values = ["diode-drop": "0.1"]
    let (a, b) = (try kernels.run(values), try matrices.run(values))
    #expect(relativeError(a.energy(), b.energy()) < 1e-6)
    for (one, other) in zip(a.limits, b.limits) {
      #expect(relativeError(one.energy.value, other.energy.value) < 1e-6)
    }
    #expect(a.numbers("conductances") == b.numbers("conductances"))
    #expect(a.numbers("largest_fan_in") == b.numbers("largest_fan_in"))
  }

  @Test func conductancesAreThoseOfWeightsThatAreNotZero() throws {
    let network = try Network(
      named: "sparse",
      layers: [
        Dense(inputs: 3, weight: [1, 0, -1, 0, 0, 2], bias: [0, 1]),
        Dense(inputs: 2, weight: [1, 1], bias: [1]),
      ], activation: .relu)
    let setting = Setting(
      substrate: ResistiveNetwork(), network: network,
      samples: try Samples(name: "s", width: 3, values: [1, 2, 3, 4, 5, 6]))
    let run = try setting.run()
    #expect(run.numbers("conductances") == [4 + 3])
    #expect(run.numbers("largest_fan_in") == [2, 3])
    #expect(run.numbers("diodes") == [2])
  }

  // MARK: Times

  @Test func turnsFollowEachOther() throws {
    let setting = try setting(seed: 1)
    let run = try setting.run(["settling": "0.02", "conductance": "2e-6"])
    let stream = try setting.stream()
    var expected = 0.0
    var scale = setting.samples.values.map { abs(Double($0)) }.max()!
    for (index, node) in setting.network.nodes.filter({ $0.operation.kind == .dense }).enumerated()
    {
      guard case .dense(let dense) = node.operation else { continue }
      let reach = (0..<dense.outputs).map { row in
        dense.weight[row * dense.inputs..<(row + 1) * dense.inputs]
          .reduce(abs(Double(dense.bias[row]))) { $0 + abs(Double($1)) * scale }
      }.max()!
      let layer = setting.network.layers[index]
      let voltage = stream.reference.meanSquare(of: layer) / (reach * reach)
      let capacitance = 1000 * 1.380649e-23 * 300 / voltage
      #expect(relativeError(run.numbers("capacitance_per_layer_F")[index], capacitance) < 1e-12)
      expected += log(50) * capacitance / 2e-6
      scale = layer.rows.flatMap { stream.reference.neuron($0) }.map(abs).max()!
    }
    #expect(relativeError(run.latency.value, expected) < 1e-12)
  }

  @Test func branchesSettleBesideEachOther() throws {
    var builder = Network.Builder(input: try Shape([2]))
    let matrix = Operation.dense(try Dense(inputs: 2, weight: [1, 2, 3, 4], bias: [0, 0]))
    for name in ["left", "right"] {
      try builder.add(matrix, named: name, reading: ["input"])
      try builder.add(.activation(.relu), named: "\(name).relu", reading: [name])
    }
    try builder.add(.add, named: "sum", reading: ["left.relu", "right.relu"])
    let setting = Setting(
      substrate: ResistiveNetwork(), network: try builder.network(named: "two", output: "sum"),
      samples: try Samples(name: "s", width: 2, values: [1, 2, 3, 4]))
    let times = try setting.run().numbers("settling_time_per_layer_s")
    #expect(times.count == 3)
    #expect(relativeError(try setting.run().latency.value, times[0] + times[2]) < 1e-12)
  }

  // MARK: Outputs

  @Test(arguments: 0..<4) func withoutNoiseItIsTheReference(_ seed: Int) throws {
    try expectReference(setting(seed: seed, activation: seed == 0 ? nil : .relu))
    try expectReference(setting(.convolutional, index: seed))
    try expectReference(setting(.residual, index: seed))
  }

  @Test func linesOfAWindowAreComparedOnOneScale() throws {
    // Two neurons of very different scale, and a constant, at the diodes of one node.
    var builder = Network.Builder(input: try Shape([1]))
    try builder.add(
      .dense(try Dense(inputs: 1, weight: [100], bias: [0])), named: "great", reading: ["input"])
    try builder.add(
      .dense(try Dense(inputs: 1, weight: [-0.1], bias: [1])), named: "small", reading: ["input"])
    try builder.add(
      .rearrange(try Rearrangement(shape: try Shape([3]), indices: [0, 1, -1], constants: [0.75])),
      named: "both", reading: ["great", "small"])
    try builder.add(
      .pool(try Pool(.max, try Window(spanning: [3]))), named: "greatest", reading: ["both"])
    try expectReference(
      Setting(
        substrate: ResistiveNetwork(),
        network: try builder.network(named: "window", output: "greatest"),
        samples: try Samples(name: "s", width: 1, values: [1, -1, 0, 0.005, 3])))
  }

  @Test func noiseHasTheGivenStrength() throws {
    let setting = try node([1], samples: Array(repeating: 1, count: 4000))
    let noise = try setting.run(["stiffness": "16"]).outputs.map { Double($0) - 1 }
    let mean = noise.reduce(0, +) / 4000
    let variance = noise.reduce(0) { $0 + $1 * $1 } / 4000
    let error = 0.25 / 4000.0.squareRoot()
    #expect(abs(mean) < 5 * error)
    #expect(abs(variance * 16 - 1) < 5 * (2 / 4000.0).squareRoot())
  }

  @Test func whatIsLeftOfTheSampleBeforeIsRead() throws {
    // One node between 1 and 0 at 20 % left: y' = 0.8 z + 0.2 y.
    let run = try node([1], samples: [1, 0]).run(["snr": "1e14", "settling": "0.2"])
    #expect(abs(Double(run.outputs[0]) - 0.8 / 0.96) < 1e-5)
    #expect(abs(Double(run.outputs[1]) - 0.16 / 0.96) < 1e-5)
    #expect(run.verdict == .unsettled && run.warnings.count == 1)
  }

  @Test func digitsAreReadAsWellAsByDynamicAnalog() throws {
    let network = try #require(try BuiltIn.model(named: "digits-mlp"))
    let samples = try #require(try BuiltIn.samples(named: "digits"))
    let labels = try #require(samples.labels)
    func right(_ outputs: [Float]) -> Double {
      let count = labels.enumerated().count { sample, label in
        let row = outputs[sample * 10..<(sample + 1) * 10]
        return row.indices.max { row[$0] < row[$1] }! - row.startIndex == label
      }
      return 100 * Double(count) / Double(labels.count)
    }
    let own = try Setting(substrate: ResistiveNetwork(), network: network, samples: samples).run()
    let other = try Setting(substrate: DynamicAnalog(), network: network, samples: samples).run()
    #expect(abs(right(own.outputs) - right(other.outputs)) <= 1)
    #expect(own.verdict == .settled)
    // The two must not be one: what is left of the sample before is in the outputs of this one.
    #expect(own.outputs != other.outputs)
  }

  @Test func theOrderOfBlocksIsNothing() throws {
    let setting = try setting(seed: 2, samples: 150)
    #expect(try setting.run().fingerprint == setting.shuffledRun().fingerprint)
  }

  // MARK: Gaps and refusals

  @Test func amplifiersAreUnknownUntilTheirPowerIsGiven() throws {
    let setting = try setting(seed: 1)
    let run = try setting.run()
    #expect(
      run.coverage.contains {
        if case .unknown = $0.status { $0.operation == "amplifiers" } else { false }
      })
    let given = try setting.run(["amplifier-power": "1e-6"])
    #expect(given.coverage.count == run.coverage.count - 1)
    let amplifiers = given.ledger.postings.filter {
      $0.mechanism == "amplifiers" && $0.flow == .drawn
    }
    #expect(amplifiers.allSatisfy { $0.kind == .model })
    // 17 neurons for as long as an inference takes.
    let sum = amplifiers.reduce(0) { $0 + $1.energy.value }
    #expect(relativeError(sum, 17e-6 * given.latency.value) < 1e-12)
    #expect(given.energy() == run.energy())
  }

  @Test func aSilentLayerIsGivenACapacitance() throws {
    let workload = try workloadWithASilentLayer()
    let run = try Setting(
      substrate: ResistiveNetwork(), network: workload.network, samples: workload.samples
    ).run()
    #expect(run.holdsNoNaN && run.warnings.count == 1)
    #expect(run.numbers("capacitance_per_layer_F").allSatisfy { $0 > 0 && $0.isFinite })
    // Its conductances draw current all the same.
    #expect(run.sum(.drawn, "hold", layer: workload.network.layers[0].name) > 0)
  }

  @Test func whatConductancesDoNotDoIsRefusedByName() throws {
    for (operation, kind) in [
      (Operation.activation(.tanh), "tanh"),
      (.normalize(epsilon: 0.1), "normalize"),
      (.prelu(try ParametricReLU(slopes: [0.5], inner: 1)), "prelu"),
    ] {
      var builder = Network.Builder(input: try Shape([2]))
      try builder.add(operation, named: "odd one", reading: ["input"])
      let setting = Setting(
        substrate: ResistiveNetwork(),
        network: try builder.network(named: "n", output: "odd one"),
        samples: try Samples(name: "s", width: 2, values: [1, 2]))
      let refusal = try #require(try setting.refusal(of: [:]))
      #expect(refusal.reason == .operation)
      #expect(refusal.detail.contains("'odd one' (\(kind))"))
    }
  }

  @Test func softmaxIsDoneInDigital() throws {
    let plain = try setting(seed: 3)
    func ending(inside: Bool) throws -> Setting<ResistiveNetwork> {
      var builder = Network.Builder(input: plain.network.nodes[0].shape)
      for node in plain.network.nodes.dropFirst() {
        try builder.add(
          node.operation, named: node.name,
          reading: node.parents.map { plain.network.nodes[$0].name })
      }
      let last = plain.network.nodes[plain.network.output].name
      try builder.add(.softmax, named: "shares", reading: [last])
      if inside {
        let matrix = try Dense(inputs: 4, weight: [1, 2, -3, 4], bias: [0.5])
        try builder.add(.dense(matrix), named: "more", reading: ["shares"])
      }
      return Setting(
        substrate: ResistiveNetwork(),
        network: try builder.network(named: "p", output: inside ? "more" : "shares"),
        samples: plain.samples)
    }
    let (logits, end) = (try plain.run(), try ending(inside: false).run())
    // The same noisy logits, then what softmax makes of them: no energy, no noise, no time.
    for sample in 0..<12 {
      let places = sample * 4..<(sample + 1) * 4
      let powers: [Double] = logits.outputs[places].map { exp(Double($0)) }
      let sum = powers.reduce(0, +)
      for (share, power) in zip(end.outputs[places], powers) {
        #expect(abs(Double(share) - power / sum) < 1e-5)
      }
    }
    #expect(relativeError(end.energy(), logits.energy()) < 1e-12)
    #expect(end.latency == logits.latency)
    #expect(end.ledger.total(.drawn, .model) == logits.ledger.total(.drawn, .model))
    // Inside a network it is read and driven again: 5 inputs and 1 output, 4 numbers there and back.
    let inside = try ending(inside: true)
    try expectReference(inside)
    let run = try inside.run()
    #expect(run.holdsNoNaN && run.energy() > end.energy())
    #expect(relativeError(kT(run.ledger.total(.drawn, .model)), 14 * 12 * 65536) < 1e-12)
    let noise = try inside.substrate.outputNoise(
      of: inside.program(), on: inside.stream(), in: RunContext(seed: 1))
    #expect(noise?[3] == 0 && noise?[2] ?? 0 > 0)
    // By itself there is nothing left for conductances.
    var builder = Network.Builder(input: try Shape([2]))
    try builder.add(.softmax, named: "shares", reading: ["input"])
    let alone = Setting(
      substrate: ResistiveNetwork(),
      network: try builder.network(named: "n", output: "shares"),
      samples: try Samples(name: "s", width: 2, values: [1, 2]))
    #expect(try alone.refusal(of: [:])?.reason == .operation)
  }

  @Test func settingsWithoutEffectAreRefused() throws {
    let linear = try setting(seed: 1, activation: nil)
    #expect(try linear.refusal(of: ["diode-drop": "0.3"])?.reason == .settings)
    #expect(try linear.refusal(of: ["diode-drop": "0"]) == nil)
    #expect(try linear.refusal(of: ["snr": "1,2"])?.reason == .settings)
    for (name, value) in [
      ("settling", "0.6"), ("settling", "0"), ("conductance", "0"), ("conductance", "-1"),
      ("voltage", "0"), ("diode-drop", "-0.1"), ("amplifier-power", "-1"), ("snr", "0"),
    ] {
      #expect(throws: (any Error).self) { try linear.settings([name: value]) }
    }
  }
}
