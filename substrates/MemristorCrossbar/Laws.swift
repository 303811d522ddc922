internal import Networks
public import PhysicalLaws
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

extension MemristorCrossbar: LawAbiding {
  /// What the physics of currents through memristors demands, and what is published of a chip of them.
  public var laws: [Law] { Laws.all }
}

/// The laws of crossbars.
enum Laws {
  static let all = [heat, deviations, thermal, halfStep, tiling, chip]

  /// Which networks are tried does not depend on the seed of the noise.
  private static let networks: UInt64 = 23

  /// Fine converters and a long read: what is left of errors is what an experiment adds.
  private static let exact = [
    "adc-bits": "20", "dac-bits": "20", "programming-error": "0", "read-noise": "0",
    "read-time": "1",
    "full-scale": "4", "repeats": "1",
  ]

  private static func trial(
    _ weights: [[Float]], on samples: [Float], in context: RunContext
  ) throws -> Trial<MemristorCrossbar> {
    let inputs = weights[0].count
    let network = try Network(
      named: "columns",
      layers: [
        Dense(
          inputs: inputs, weight: weights.flatMap { $0 },
          bias: Array(repeating: 0, count: weights.count))
      ], activation: nil)
    return try Trial(
      MemristorCrossbar(), network,
      on: Samples(name: "voltages", width: inputs, values: samples), in: context)
  }

  private static let weights: [Float] = [0.5, -1, 0.25, 2]
  private static let inputs: [Float] = [1, 2, -0.5, 1.5]

  // MARK: Reads

  /// With V = V_read u and the pair's devices at G_min and G_min + window |w|/w_max.
  static let heat = Law(
    "crossbar-heat", "a read of a column pair takes t Σ V² (G+ + G-)"
  ) { context in
    let (least, greatest, voltage, time) = (2e-6, 6e-5, 0.3, 4e-8)
    let sum = zip(weights, inputs).reduce(0.0) { sum, pair in
      let (w, u) = (abs(Double(pair.0)) / 2, Double(pair.1) / 2)
      return sum + u * u * (2 * least + w * (greatest - least))
    }
    return try [("", "1", 1.0), ("1e4 s later, exponent 0.1", "1e4", 0.3981071705534972)].map {
      occasion, age, left in
      var values = exact
      values.merge(
        [
          "conductance-min": "\(least)", "conductance-max": "\(greatest)",
          "read-voltage": "\(voltage)",
          "read-time": "\(time)", "drift-time": age,
        ]) { $1 }
      if age != "1" { values["drift-exponent"] = "0.1" }
      let run = try trial([weights], on: inputs + inputs, in: context).run(values)
      let predicted = left * time * voltage * voltage * sum
      // Voltages and conductances are held in single precision.
      return Finding(
        occasion, unit: "J", measured: run.drawn("array"), .equal, predicted,
        tolerance: 1e-5 * predicted)
    }
  }

  /// Var Σ w x = 2 σ² w_max² Σ x²: two devices for each weight, each with an error of its own.
  ///
  /// Far above 0, where no error makes a conductance negative.
  static let deviations = Law(
    "device-errors", "errors of devices add up in a sum as 2 σ² w_max² Σ x²"
  ) { context in
    let square = inputs.reduce(0.0) { $0 + Double($1) * Double($1) }
    let far = ["conductance-min": "1e-4", "conductance-max": "2e-4"]
    let sum = zip(weights, inputs).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    func finding(
      _ occasion: String, samples: Int, _ values: [String: String], deviation: Double
    ) throws -> Finding {
      let several = (0..<samples).flatMap { _ in inputs }
      let run = try trial([weights], on: several, in: context).run(
        exact.merging(far) { $1 }.merging(values) { $1 })
      var moments = RunningMoments()
      // Of each machine one sample: the others are read on the same devices.
      let step = run.repeats > 1 ? samples : 1
      for place in stride(from: 0, to: run.outputs.count, by: step) {
        moments.add(Double(run.outputs[place]) - sum)
      }
      return Finding(
        occasion, measured: moments.variance, standardError: moments.standardErrorOfVariance,
        .equal, 2 * deviation * deviation * 4 * square)
    }
    return [
      try finding(
        "programming", samples: 2, ["programming-error": "0.02", "repeats": "1000"],
        deviation: 0.02),
      try finding("reads", samples: 2000, ["read-noise": "0.03"], deviation: 0.03),
      try finding(
        "reads of arrays of two rows", samples: 2000, ["read-noise": "0.03", "array": "2"],
        deviation: 0.03),
    ]
  }

  /// At voltages so low that nothing else is seen, and yet not so low that sums are clipped.
  static let thermal = Law(
    "column-thermal-noise", "a column's signal-to-noise ratio is (Σ G V)² t/(2 k_BT Σ G)"
  ) { context in
    try [(1e-3, 1e-7), (1e-4, 4e-6)].map { (voltage: Double, time: Double) -> Finding in
      let (least, greatest) = (1e-6, 1e-4)
      let several = (0..<4000).flatMap { _ in inputs }
      let run = try trial([weights], on: several, in: context).run(
        exact.merging(["read-voltage": "\(voltage)", "read-time": "\(time)"]) { $1 })
      let exactSum = zip(weights, inputs).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      var moments = RunningMoments()
      for output in run.outputs { moments.add(Double(output) / exactSum) }
      var (current, conductance) = (0.0, 0.0)
      for (weight, input) in zip(weights, inputs) {
        let share = Double(weight) / 2
        current += share * (greatest - least) * voltage * Double(input) / 2
        conductance += 2 * least + abs(share) * (greatest - least)
      }
      let quantum = thermalQuantum(at: Kelvin(300)).value
      return Finding(
        "noise over signal, V = \(voltage) V, t = \(time) s", measured: moments.variance,
        standardError: moments.standardErrorOfVariance, .equal,
        2 * quantum * conductance / (current * current * time))
    }
  }

  // MARK: Converters

  static let halfStep = Law(
    "half-step", "an output converter misses a sum by half a step at most"
  ) { context in
    let (network, samples) = RandomWorkload.chain(
      [5, 4], nil, samples: 40, seed: networks, index: 1)
    let trial = try Trial(MemristorCrossbar(), network, on: samples, in: context)
    guard case .dense(let dense) = network.nodes[1].operation else { return [] }
    let exactOutputs = (0..<samples.count).flatMap { trial.stream.reference.output(of: $0) }
    // Biases are added behind the converters.
    let sums = exactOutputs.enumerated().map { $1 - Double(dense.bias[$0 % 4]) }
    let scale = sums.reduce(0) { max($0, abs($1)) }
    let reach = Double(dense.weight.map(abs).max()! * samples.values.map(abs).max()!) * 5
    return try [2, 3, 5, 8].map { bits in
      let run = try trial.run(
        exact.merging(["adc-bits": "\(bits)", "full-scale": "1", "read-time": "1e6"]) { $1 })
      let worst = zip(run.outputs, exactOutputs).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
      let codes = Double(1 << (bits - 1))
      return Finding(
        "\(bits) bits", measured: worst, .atMost, scale / (codes - 0.5) / 2,
        // What voltages of 20 bits, and single precision, add.
        tolerance: 2e-6 * reach)
    }
  }

  static let tiling = Law(
    "tiling", "how a matrix is cut into arrays changes no output of fine converters"
  ) { context in
    let (network, samples) = RandomWorkload.chain(
      [11, 9, 7], .relu, samples: 12, seed: networks, index: 2)
    let trial = try Trial(MemristorCrossbar(), network, on: samples, in: context)
    let whole = try trial.run(exact).outputs
    let largest = whole.reduce(0) { max($0, abs(Double($1))) }
    return try [2, 3, 8].map { array in
      let parts = try trial.run(exact.merging(["array": "\(array)"]) { $1 }).outputs
      let apart = zip(whole, parts).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
      return Finding(
        "arrays of \(array)", measured: apart / largest, .atMost, 0,
        // A step is 8e-6 of the largest sum, and six tiles of each of two layers are half a step off at most.
        tolerance: 1e-4)
    }
  }

  // MARK: A chip

  static let chip = Law(
    "hermes", "a full read at the chip's prices has the chip's printed TOPS/W"
  ) { context in
    let (network, samples) = RandomWorkload.chain(
      [256, 256], nil, samples: 2, seed: networks, index: 3)
    let trial = try Trial(MemristorCrossbar(), network, on: samples, in: context)
    // Printed energies and figures have two digits behind the point.
    return try [
      ("one phase", "hermes", 9.76, 0.86), ("four phases", "hermes-4-phase", 2.48, 3.38),
    ].map { occasion, prices, printed, microjoules in
      let run = try trial.run(["prices": prices, "repeats": "1"])
      let operations = 2 * Double(network.multiplyAccumulates)
      return Finding(
        occasion, unit: "TOPS/W", measured: operations / run.drawn("core reads") / 1e12, .equal,
        printed, tolerance: 0.005 + printed * 0.005 / microjoules)
    }
  }
}

extension Run {
  /// What one mechanism takes from the drivers over all layers, in joules.
  fileprivate func drawn(_ mechanism: String) -> Double {
    ledger.postings.filter { $0.flow == .drawn && $0.mechanism == mechanism }
      .reduce(0) { $0 + $1.energy.value }
  }
}
