internal import Foundation
internal import Networks
internal import Parameters
public import PhysicalLaws
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

extension ResistiveNetwork: LawAbiding {
  /// What the physics of conductances and diodes demands.
  public var laws: [Law] { Laws.all }
}

/// The laws of conductances, diodes and settling.
enum Laws {
  static let all = [
    coContent, circuit.taking(10), scale, noise, slowestMode, equilibriumPropagation,
  ]

  /// Which networks are tried does not depend on the seed of the noise.
  private static let networks: UInt64 = 41

  private static func trial(
    _ sizes: [Int], samples: Int = 5, index: Int, in context: RunContext
  ) throws(Cancelled) -> Trial<ResistiveNetwork> {
    let (network, samples) = RandomWorkload.chain(
      sizes, .relu, samples: samples, seed: networks, index: index)
    return try Trial(ResistiveNetwork(), network, on: samples, in: context)
  }

  /// The same network as a circuit written down from its weights, at 300 K.
  private static func circuit(
    of trial: Trial<ResistiveNetwork>, snr: Double = 1000, left: Double = 0.01,
    conductance: Double = 1e-5, drop: Double = 0
  ) -> SteppedCircuit {
    let matrices = trial.network.nodes.compactMap { node -> Dense? in
      if case .dense(let dense) = node.operation { dense } else { nil }
    }
    let reference = trial.stream.reference
    let inputs = trial.stream.samples.values.reduce(0) { max($0, abs(Double($1))) }
    let scales =
      [inputs] + reference.layers.map { $0.rows.flatMap(reference.neuron).map(abs).max()! }
    let bare = SteppedCircuit(
      matrices: matrices, volts: 1, conductance: conductance, scales: scales, capacitances: [],
      times: [])
    return SteppedCircuit(
      matrices: matrices, volts: 1, conductance: conductance, scales: scales,
      capacitances: reference.layers.enumerated().map { index, layer in
        let perUnit = 1 / bare.reach(of: index)
        return snr * thermalQuantum(at: Kelvin(300)).value
          / (reference.meanSquare(of: layer) * perUnit * perUnit)
      }, times: matrices.map { _ in log(1 / left) }, drop: drop)
  }

  static let coContent = Law(
    "co-content", "what is read is where the co-content is least, node by node"
  ) { context in
    try (0..<3).map { index in
      let trial = try trial([3, 6, 5, 4], index: index, in: context)
      let run = try trial.run(["snr": "1e14"])
      let circuit = circuit(of: trial)
      var worst = (measured: 0.0, predicted: 0.0)
      var scale = 0.0
      for sample in 0..<trial.stream.samples.count {
        let outputs = circuit.settledOutputs(trial.stream.samples[sample].map(Double.init))
        for (place, predicted) in outputs.enumerated() {
          let measured = Double(run.outputs[sample * outputs.count + place])
          scale = max(scale, abs(predicted))
          if abs(measured - predicted) >= abs(worst.measured - worst.predicted) {
            worst = (measured, predicted)
          }
        }
      }
      // The output furthest off: single precision, and noise of 1e-7 a layer.
      return Finding(
        "network \(index + 1)", measured: worst.measured, .equal, worst.predicted,
        tolerance: 3e-6 * scale)
    }
  }

  static let circuit = Law(
    "circuit", "conductances, capacitors and diodes stepped through time dissipate what is charged"
  ) { context in
    let drops = [0, 0, 0.3]
    return try drops.indices.flatMap { index in
      let trial = try trial([3, 6, 5, 4], index: index, in: context)
      let samples = (0..<trial.stream.samples.count).map {
        trial.stream.samples[$0].map(Double.init)
      }
      return try [0.3, 0.01].flatMap { (left: Double) -> [Finding] in
        let run = try trial.run([
          "snr": "1000", "settling": "\(left)", "diode-drop": "\(drops[index])",
        ])
        let circuit = circuit(of: trial, left: left, drop: drops[index])
        let stepped = circuit.energies(over: samples, stepsPerTime: 200)
        let quantum = thermalQuantum(at: Kelvin(300)).value
        // Trapezoids of a two-hundredth of C/G miss the square of it.
        let tolerance = 2e-6 * run.energy.value
        return [("drawn", stepped.drawn), ("heat", stepped.heat)].map {
          Finding(
            "network \(index + 1), \(left) left, \($0.0)", unit: "k_BT",
            measured: $0.1 / quantum, .equal, run.energy.value, tolerance: tolerance)
        }
      }
    }
  }

  static let scale = Law(
    "conductance-scale", "all conductances times s: 1/s of the time, and the same energy"
  ) { context in
    let trial = try trial([3, 6, 4], index: 3, in: context)
    let samples = (0..<trial.stream.samples.count).map {
      trial.stream.samples[$0].map(Double.init)
    }
    let run = try trial.run(["settling": "0.01"])
    return try [0.001, 1000].flatMap { (factor: Double) -> [Finding] in
      let scaled = circuit(of: trial, conductance: factor * 1e-5)
      let heat = scaled.energies(over: samples, stepsPerTime: 200).heat
      let time = try trial.run(["settling": "0.01", "conductance": "\(factor * 1e-5)"]).latency
      return [
        Finding(
          "s = \(factor), energy", unit: "k_BT",
          measured: heat / thermalQuantum(at: Kelvin(300)).value, .equal, run.energy.value,
          tolerance: 2e-6 * run.energy.value),
        Finding(
          "s = \(factor), time", unit: "s", measured: time.value, .equal,
          run.latency.value / factor, tolerance: 1e-9 * run.latency.value / factor),
      ]
    }
  }

  static let noise = Law(
    "node-noise", "the Johnson noise of all its conductances leaves a node k_BT/C"
  ) { context in
    // One node of three conductances, and as many samples as there are moments to look at it.
    let count = 4000
    do {
      let dense = try Dense(inputs: 3, weight: [1, -0.5, 0.25], bias: [0.5])
      let network = try Network(named: "node", layers: [dense], activation: nil)
      let samples = try Samples(
        name: "the same", width: 3, values: (0..<count).flatMap { _ in [1, 0.5, -0.25] as [Float] })
      let trial = try Trial(ResistiveNetwork(), network, on: samples, in: context)
      let run = try trial.run(["snr": "50"])
      let mean = 1 - 0.25 - 0.0625 + 0.5
      let moments = RunningMoments(
        run.outputs.map { (Double($0) - mean) * (Double($0) - mean) })
      // k_BT/C in volts, M volts to a unit of activation at a supply of 1 V, C as the run states it.
      let reach = 1.75 + 0.5
      let capacitance = run.number("capacitance_per_layer_F") ?? .nan
      let variance = reach * reach * thermalQuantum(at: Kelvin(300)).value / capacitance
      let stepped = johnsonNoise(
        [1 / reach, 0.5 / reach, 0.25 / reach, 0.5 / reach], seed: context.seed, count: count)
      return [
        Finding("outputs", mean: moments, .equal, variance),
        // In units of k_BT/C.
        Finding("each conductance by itself", mean: stepped, .equal, 1),
      ]
    } catch let cancelled as Cancelled {
      throw cancelled
    } catch {
      preconditionFailure("a node that fits: \(error)")
    }
  }

  /// C v²/(k_B T) of a node that each of its conductances g drives with white current noise of its own, 2 g k_B T
  /// on each side of zero frequency: exact steps of 4 C/G, between which hardly anything is remembered.
  private static func johnsonNoise(_ shares: [Double], seed: UInt64, count: Int) -> RunningMoments {
    var noise = GaussianStream(seed: seed, purpose: "Johnson noise")
    let sum = shares.reduce(0, +)
    // One hundred kicks of every conductance between two looks, each let decay exactly.
    let width = 0.04
    let decay = exp(-width * sum)
    // ∫ 2 g e^(-2 G t) dt over a kick, in k_B T/C.
    let kicks = shares.map { ($0 / sum * (1 - decay * decay)).squareRoot() }
    var voltage = 0.0
    var moments = RunningMoments()
    for look in 0..<count + 1 {
      for _ in 0..<100 {
        voltage = voltage * decay + kicks.reduce(0) { $0 + $1 * noise.next() }
      }
      if look > 0 { moments.add(voltage * voltage) }
    }
    return moments
  }

  static let slowestMode = Law(
    "slowest-mode", "currents that run both ways settle at the least eigenvalue of the conductances"
  ) { context in
    (0..<3).map { index in
      let network = bidirectional(index, isClipped: false).network
      let mode = network.slowestMode
      let matrix = network.conductanceMatrix
      // C = 1: by rounding errors of the fourth order, the mode's own decay, e^(-3) after ln(e^3)/λ.
      var voltages = mode.shape
      let steps = 3000
      let width = 3 / mode.conductance / Double(steps)
      func slope(_ v: [Double]) -> [Double] {
        matrix.map { row in -zip(row, v).reduce(0) { $0 + $1.0 * $1.1 } }
      }
      func moved(_ v: [Double], _ k: [Double], _ by: Double) -> [Double] {
        zip(v, k).map { $0 + by * $1 }
      }
      for _ in 0..<steps {
        let k1 = slope(voltages)
        let k2 = slope(moved(voltages, k1, width / 2))
        let k3 = slope(moved(voltages, k2, width / 2))
        let k4 = slope(moved(voltages, k3, width))
        for place in voltages.indices {
          voltages[place] += width * (k1[place] + 2 * k2[place] + 2 * k3[place] + k4[place]) / 6
        }
      }
      let left = voltages.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return Finding(
        "network \(index + 1)", measured: left, .equal, exp(-3.0), tolerance: 1e-9)
    }
  }

  static let equilibriumPropagation = Law(
    "equilibrium-propagation",
    "two nudged settled states give the loss's slope by every conductance"
  ) { context in
    (0..<3).map { index in
      let (network, targets) = bidirectional(index, isClipped: true)
      let gradient = network.gradient(targets, beta: 1e-4)
      var worst = (measured: 0.0, predicted: 0.0)
      for branch in network.branches.indices {
        let step = 1e-5
        let losses = [step, -step].map { (change: Double) in
          var moved = network
          moved.branches[branch].conductance += change
          return moved.loss(targets)
        }
        let slope = (losses[0] - losses[1]) / (2 * step)
        if abs(gradient[branch] - slope) >= abs(worst.measured - worst.predicted) {
          worst = (gradient[branch], slope)
        }
      }
      // The conductance furthest off: β² and the squared step are left out, 1e-8 and less of slopes below 0.2.
      return Finding(
        "network \(index + 1)", measured: worst.measured, .equal, worst.predicted, tolerance: 2e-9)
    }
  }

  /// A random network of 4 sources, 3 nodes that diodes may hold, and 2 that they do not, with conductances both
  /// ways; and targets for the last two.
  static func bidirectional(
    _ index: Int, isClipped: Bool
  ) -> (network: ResistorNetwork, targets: [Int: Double]) {
    var numbers = SeededGenerator(seed: networks, purpose: "conductances", index: index)
    var branches: [ResistorNetwork.Branch] = []
    for hidden in 0..<3 {
      for _ in 0..<4 {
        branches.append(
          ResistorNetwork.Branch(
            from: .source(2 * numbers.uniform() - 1), to: .node(hidden),
            conductance: 0.1 + numbers.uniform()))
      }
      for output in 3..<5 {
        branches.append(
          ResistorNetwork.Branch(
            from: .node(hidden), to: .node(output), conductance: 0.1 + numbers.uniform()))
      }
    }
    let free = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    return (
      ResistorNetwork(
        bounds: (0..<5).map { isClipped && $0 < 3 ? 0...0.2 : free }, branches: branches),
      [3: numbers.uniform() - 0.5, 4: numbers.uniform() - 0.5]
    )
  }
}
