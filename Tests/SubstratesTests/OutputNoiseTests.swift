import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing

@testable import DynamicAnalog
@testable import QuasiStatic

/// Precision by layer: what it means, and what each layer's noise does to the outputs.
@Suite struct OutputNoiseTests {
  private func setting(
    seed: Int, activation: Activation?, samples: Int = 40
  ) throws -> Setting<DynamicAnalog> {
    let workload = try randomWorkload(seed: seed, activation: activation, samples: samples)
    return Setting(
      substrate: DynamicAnalog(), network: workload.network, samples: workload.samples)
  }

  private func noise(_ setting: Setting<DynamicAnalog>) throws -> [Double] {
    let noise = try setting.substrate.outputNoise(
      of: setting.program(), on: setting.stream(), in: RunContext(seed: 1))
    return try #require(noise)
  }

  /// W of each layer, row by row.
  private func matrices(_ network: Network) -> [[[Double]]] {
    network.nodes.compactMap { node in
      guard case .dense(let dense) = node.operation else { return nil }
      return (0..<dense.outputs).map { row in
        (0..<dense.inputs).map { Double(dense.weight[row * dense.inputs + $0]) }
      }
    }
  }

  private func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in
      b[0].indices.map { column in zip(row, b).reduce(0) { $0 + $1.0 * $1.1[column] } }
    }
  }

  private func square(_ a: [[Double]]) -> Double { a.joined().reduce(0) { $0 + $1 * $1 } }

  @Test func jacobiansAreThoseOfTheMatrices() throws {
    let setting = try setting(seed: 2, activation: .tanh, samples: 40)
    let (stream, matrices) = (try setting.stream(), matrices(setting.network))
    let layers = setting.network.layers
    // Layers of 7, 6 and 4 neurons: ∂out/∂x_1 = W_3 diag(1 - x_2²) W_2, ∂out/∂x_2 = W_3.
    var first = 0.0
    for sample in 0..<40 {
      let slopes = layers[1].rows.map { row in
        let x = stream.reference.values[row * 40 + sample]
        return 1 - x * x
      }
      first +=
        square(
          product(matrices[2].map { zip($0, slopes).map { $0 * $1 } }, matrices[1])) / 40
    }
    let expected = [first, square(matrices[2]), 4]
    for (index, noise) in try noise(setting).enumerated() {
      let square = stream.reference.meanSquare(of: layers[index])
      #expect(relativeError(noise, expected[index] * square) < 1e-9)
    }
  }

  @Test func aLinearNetworksOutputsVaryByTheSum() throws {
    let setting = try setting(seed: 3, activation: nil, samples: 3000)
    let snr = [20.0, 5, 80]
    let run = try setting.run(["snr": "20,5,80"])
    let stream = try setting.stream()
    var sum = 0.0
    for sample in 0..<3000 {
      for (place, ideal) in stream.reference.output(of: sample).enumerated() {
        let error = Double(run.outputs[sample * 4 + place]) - ideal
        sum += error * error / 3000
      }
    }
    let expected = zip(try noise(setting), snr).reduce(0) { $0 + $1.0 / $1.1 }
    // χ² of 3000 samples or more: 2.6 % is one standard deviation, at most.
    #expect(relativeError(sum, expected) < 0.1)
  }

  @Test func rescalingALayerChangesNothing() throws {
    let original = try setting(seed: 4, activation: .relu)
    let scaled = Setting(
      substrate: DynamicAnalog(), network: original.network.rescalingFirstLayer(by: 8),
      samples: original.samples)
    for (a, b) in zip(try noise(original), try noise(scaled)) {
      #expect(relativeError(a, b) < 1e-12)
    }
  }

  @Test func oneStiffnessForAllLayersIsNotSpread() throws {
    let setting = try setting(seed: 4, activation: .relu)
    let program = try setting.program(["stiffness": "9"])
    #expect(
      try setting.substrate.outputNoise(of: program, on: setting.stream(), in: RunContext(seed: 1))
        == nil)
  }

  @Test func eachLayerHasItsOwnPrecision() throws {
    let setting = try setting(seed: 1, activation: .relu)
    let run = try setting.run(["snr": "300,1000,50"])
    let stream = try setting.stream()
    for (index, layer) in setting.network.layers.enumerated() {
      let k = [300.0, 1000, 50][index] / stream.reference.meanSquare(of: layer)
      #expect(relativeError(run.numbers("stiffness_per_layer")[index], k) < 1e-12)
    }
    // Abrupt sets and resets take snr for each neuron: layers of 7, 6 and 4.
    #expect(relativeError(run.energy(), 7 * 300 + 6 * 1000 + 4 * 50) < 1e-12)
    // One value written three times is that value.
    let (one, three) = (try setting.run(["snr": "70"]), try setting.run(["snr": "70,70,70"]))
    #expect(one.outputs == three.outputs && one.energy() == three.energy())
    let quasi = Setting(
      substrate: QuasiStatic(), network: setting.network, samples: setting.samples)
    #expect(
      try quasi.run(["snr": "70", "duration": "20"]).energy()
        == quasi.run(["snr": "70,70,70", "duration": "20"]).energy())
    #expect(
      try quasi.run(["snr": "70", "duration": "20"]).energy()
        < quasi.run(["snr": "70,90,70", "duration": "20"]).energy())
  }

  @Test(arguments: ["1,2", "1,2,3,4", "allocate"]) func valuesThatFitNoLayersAreRefused(
    snr: String
  ) throws {
    let dynamic = try setting(seed: 1, activation: .relu)
    let quasi = Setting(
      substrate: QuasiStatic(), network: dynamic.network, samples: dynamic.samples)
    for program in [
      { try dynamic.program(["snr": snr]) as Any }, { try quasi.program(["snr": snr]) },
    ] {
      let refusal = #expect(throws: Refusal.self) { try program() }
      #expect(refusal?.reason == .settings)
    }
  }

  @Test func trialsRememberNothingWrong() throws {
    let dynamic = try setting(seed: 1, activation: .relu)
    let quasi = Setting(
      substrate: QuasiStatic(), network: dynamic.network, samples: dynamic.samples)
    let program = try quasi.program(["duration": "20"])
    let other = Setting(
      substrate: QuasiStatic(), network: dynamic.network,
      samples: try setting(seed: 2, activation: .relu).samples)
    for setting in [quasi, quasi, other, quasi] {
      for seed in [1, 2] {
        let seed = UInt64(seed)
        let trial = try quasi.substrate.run(
          program, on: setting.stream(), in: RunContext(seed: seed, isTrial: true))
        let fresh = try quasi.substrate.run(
          try quasi.program(["duration": "20"]), on: setting.stream(), in: RunContext(seed: seed))
        #expect(
          trial.outputs == fresh.outputs
            && trial.ledger.work(.predicted) == fresh.ledger.work(.predicted))
      }
    }
  }
}
