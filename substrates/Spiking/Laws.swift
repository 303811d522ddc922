internal import Foundation
internal import Networks
public import PhysicalLaws
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

extension Spiking: LawAbiding {
  /// What the dynamics of membranes with thresholds demand.
  public var laws: [Law] { Laws.all }
}

/// The laws of neurons that integrate and fire.
enum Laws {
  static let all = [
    spikeCount, rateError, readoutError, firstSpike, arrivals, relaxation, powerOfAChip,
  ]

  /// Which networks are tried does not depend on the seed of the noise.
  private static let networks: UInt64 = 41

  static let spikeCount = Law(
    "spike-count", "a constant drive z fires a membrane max(0, min(T, floor(T z/θ + 1/2))) times"
  ) { context in
    // The largest sets θ = 1.
    let drives: [Float] = [1, 0.3, 0.9999, 0.496, 0.004, -0.2, 0, 0.77]
    let network = try neurons(weight: [1], bias: [0])
    let samples = try Samples(name: "drives", width: 1, values: drives)
    let trial = try Trial(Spiking(), network, on: samples, in: context)
    return try [1.0, 7, 16, 64, 1000].map { (steps: Double) -> Finding in
      let outputs = try trial.run(["steps": "\(Int(steps))"]).outputs
      let misses = zip(drives, outputs).map { drive, output in
        let expected = max(0, min(steps, (steps * Double(drive) + 0.5).rounded(.down)))
        return abs((Double(output) * steps).rounded() - expected)
      }
      return Finding(
        "T = \(Int(steps)), spikes too many or too few", measured: misses.reduce(0, +), .equal, 0)
    }
  }

  static let rateError = Law(
    "rate-error", "the first layer of a rate code is right to half a spike, θ/(2T)"
  ) { context in
    var noise = GaussianStream(seed: networks, purpose: "one layer", index: 0)
    let (inputs, count) = (6, 20)
    let network = try neurons(
      weight: (0..<inputs * count).map { _ in Float(0.5 * noise.next()) },
      bias: (0..<count).map { _ in Float(0.2 * noise.next()) })
    let samples = try Samples(
      name: "random", width: inputs, values: (0..<20 * inputs).map { _ in Float(noise.next()) })
    let trial = try Trial(Spiking(), network, on: samples, in: context)
    let exact = trial.exact
    let threshold = exact.max() ?? 0
    return try [4.0, 64, 1024].map { (steps: Double) -> Finding in
      let outputs = try trial.run(["steps": "\(Int(steps))"]).outputs
      let largest = zip(outputs, exact).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
      // Drives and outputs are in single precision.
      return Finding(
        "T = \(Int(steps)), over θ", measured: largest / threshold, .atMost, 1 / (2 * steps),
        tolerance: 1e-6)
    }
  }

  /// What a membrane without a threshold is given adds up exactly, so that it misses what the counts miss.
  static let readoutError = Law(
    "readout-error", "what is read behind one layer is right to Σ |w| θ/(2T)"
  ) { context in
    try (0..<2).flatMap { (index: Int) -> [Finding] in
      let (network, samples) = RandomWorkload.chain(
        [4, 9, 3], .relu, samples: 20, seed: networks, index: index)
      let trial = try Trial(Spiking(), network, on: samples, in: context)
      guard case .dense(let dense) = network.nodes.last!.operation else { return [] }
      let hidden = trial.stream.reference
      let threshold = hidden.layers[0].rows.flatMap { hidden.neuron($0) }.max() ?? 0
      let exact = trial.exact
      return try [8.0, 128].map { (steps: Double) -> Finding in
        let outputs = try trial.run(["steps": "\(Int(steps))"]).outputs
        // In units of what each output may miss.
        let largest = outputs.indices.reduce(0.0) { largest, place in
          let row = place % dense.outputs * dense.inputs
          let weights = dense.weight[row..<row + dense.inputs].reduce(0) { $0 + Double(abs($1)) }
          let most = weights * threshold / (2 * steps)
          return max(largest, abs(Double(outputs[place]) - exact[place]) / most)
        }
        return Finding(
          "network \(index + 1), T = \(Int(steps)), over the bound", measured: largest, .atMost, 1,
          tolerance: 1e-4)
      }
    }
  }

  static let firstSpike = Law(
    "first-spike", "times to first spikes say what the reference network computes, to rounding"
  ) { context in
    let chains = (0..<3).map {
      RandomWorkload.chain([5, 8, 7, 6, 4], .relu, samples: 10, seed: networks, index: 10 + $0)
    }
    let others = [Architecture.convolutional, .residual].map {
      RandomWorkload.network($0, .relu, samples: 10, seed: networks, index: 20)
    }
    return try (chains + others).enumerated().map { index, workload in
      let trial = try Trial(Spiking(), workload.network, on: workload.samples, in: context)
      let outputs = try trial.run(["code": "first-spike"]).outputs
      let exact = trial.exact
      let scale = exact.reduce(0) { max($0, abs($1)) }
      let largest = zip(outputs, exact).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
      return Finding(
        "network \(index + 1), over the largest output", measured: largest / scale, .atMost,
        // Outputs are handed over in single precision.
        Double(Float.ulpOfOne))
    }
  }

  static let arrivals = Law(
    "arrivals", "every spike arrives once at every neuron of the next layer"
  ) { context in
    try ["rate", "first-spike"].map { (code: String) -> Finding in
      let (network, samples) = RandomWorkload.chain(
        [4, 9, 3], .relu, samples: 7, seed: networks, index: 30)
      let run = try Trial(Spiking(), network, on: samples, in: context).run(["code": code])
      let sent = 3 * (run.number("spikes") ?? .nan) + 9 * (run.number("input_spikes") ?? .nan)
      return Finding(
        code, measured: run.number("synaptic_events") ?? .nan, .equal, sent, tolerance: 1e-9 * sent)
    }
  }

  /// Of order 1/2 the Mittag-Leffler function is exp(x) erfc(√x).
  static let relaxation = Law(
    "fractional-relaxation",
    "a membrane of order a relaxes as the Mittag-Leffler function, of order 1 exponentially"
  ) { context in
    try [0.5, 1].flatMap { (order: Double) -> [Finding] in
      try [0.5, 1.0, 2].map { (time: Double) -> Finding in
        try context.checkCancellation()
        // The rule is of first order in the step: two steps tell.
        let (coarse, fine) = (100.0, 200.0)
        let ends = [coarse, fine].map { constant in
          let membrane = Membrane(
            order: order, timeConstant: constant, steps: Int(time * constant), memory: nil)
          let history = History(membrane, start: 0, count: 1)
          var (state, drive, fired) = (0.0, Float(1 / membrane.gain), Float(0))
          for _ in 0..<membrane.steps {
            history.integrate(&drive, fired: &fired, threshold: 1, into: &state)
          }
          return state
        }
        let rest = order == 1 ? exp(-time) : exp(time) * erfc(time.squareRoot())
        return Finding(
          "order \(order), t = \(time) τ", measured: 2 * ends[1] - ends[0], .equal, 1 - rest,
          // What is left in second order.
          tolerance: 5e-5)
      }
    }
  }

  static let powerOfAChip = Law(
    "truenorth-power", "a chip's power is what it takes idle and so much for each event a second"
  ) { context in
    let chip = Chip.trueNorth
    // Published: 2^20 neurons of 128 synapses at 20.07 Hz take 71 mW.
    let rate = 20.07 * Double(1 << 20) * 128
    let published = Finding(
      "2^20 neurons of 128 synapses at 20.07 Hz", unit: "mW",
      measured: 1e3 * (chip.staticPower!.value.value + rate * chip.event.value.value), .equal, 71,
      tolerance: 0.5)
    // The same line, through a run's own books; what follows from the inputs is done elsewhere.
    let (network, samples) = RandomWorkload.chain(
      [4, 9, 3], .relu, samples: 7, seed: networks, index: 40)
    let run = try Trial(Spiking(), network, on: samples, in: context).run(["prices": chip.name])
    let taken = run.ledger.postings.filter {
      $0.flow == .drawn && $0.source == chip.event.source
    }.reduce(0) { $0 + $1.energy.value }
    let events = (run.number("synaptic_events") ?? .nan) / run.latency.value
    let power = 64.43e-3 + events * 2.297e-12
    return [
      published,
      Finding(
        "a network of 12 neurons", unit: "W", measured: taken / run.latency.value, .equal, power,
        tolerance: 1e-12 * power),
    ]
  }

  /// One layer of ReLUs, whose outputs are the neurons.
  private static func neurons(weight: [Float], bias: [Float]) throws -> Network {
    let inputs = weight.count / bias.count
    var builder = Network.Builder(input: Shape(vector: inputs))
    try builder.add(
      .dense(try Dense(inputs: inputs, weight: weight, bias: bias)), named: "drive",
      reading: [Network.Builder.input])
    try builder.add(.activation(.relu), named: "neurons", reading: ["drive"])
    return try builder.network(named: "neurons", output: "neurons")
  }
}

extension Trial {
  /// What the reference network gives, sample after sample.
  fileprivate var exact: [Double] {
    (0..<stream.samples.count).flatMap { stream.reference.output(of: $0) }
  }
}
