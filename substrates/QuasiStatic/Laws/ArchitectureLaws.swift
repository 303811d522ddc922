internal import Networks
internal import PhysicalLaws
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore
internal import Parameters

// The same physics on convolutions, residual sums and attention.
extension Laws {
  static let architectures = [
    unrolled.taking(4), linearConvolution, architectureJarzynski, architectureFloor,
    architectureLength,
    books, equipartition,
  ]

  static let unrolled = Law(
    "unrolled",
    "a convolution, a mean of windows and a change of places do what a matrix with their entries does"
  ) { context in
    let kinds = [
      (Architecture.convolutional, Activation.tanh), (.residual, .relu), (.attention, .tanh),
    ]
    return try kinds.flatMap { (architecture: Architecture, activation: Activation) -> [Finding] in
      let (network, samples) = RandomWorkload.network(
        architecture, activation, samples: 3, seed: networks, index: 200)
      let networks = [network, network.unrolled()]
      let trials = try networks.map { try Trial(QuasiStatic(), $0, on: samples, in: context) }
      // Noise-free in the same steps, which else depend on the bound of the rates: a convolution's own, and not
      // that of its matrix.
      let relaxed = try [20.0, 0].map { (duration: Double) -> Finding in
        let works = try zip(networks, trials).map { network, trial -> Double in
          let landscape = Landscape(
            LayerEngine(network), stiffness: network.layers.map { _ in 50 }, rateBound: .infinity)
          return try meanWork(landscape, trial.stream, duration: duration, in: context)
        }
        return Finding(
          "\(architecture), relaxation, τ = \(duration)", unit: "k_BT", measured: works[0], .equal,
          works[1], tolerance: 1e-9 * works[1])
      }
      let others = try [
        ["method": "length", "profile": "constant-speed"],
        ["method": "langevin", "duration": "1", "trajectories": "64"],
      ].map { (settings: [String: String]) -> Finding in
        let runs = try trials.map { try $0.run(settings.merging(["snr": "300"]) { $1 }).energy }
        let name = "\(architecture), \(settings["method"]!), τ = \(settings["duration"] ?? "1000")"
        // On trajectories, with the same noise, rounding differs, which time enlarges.
        return Finding(
          name, unit: "k_BT", measured: runs[0].value, standardError: runs[0].standardError, .equal,
          runs[1].value, tolerance: settings["method"] == "length" ? 1e-9 * runs[1].value : 0)
      }
      return relaxed + others
    }
  }

  /// The mean work of the noise-free motion over a stream.
  private static func meanWork(
    _ landscape: Landscape, _ stream: SampleStream, duration: Double, in context: RunContext
  ) throws(Cancelled) -> Double {
    do {
      var settings = Settings(defaultsOf: QuasiStatic().card)
      try settings.set("duration", to: "\(duration)")
      let program = try QuasiStatic().prepare(
        landscape.engine.network,
        under: Conditions(temperature: Kelvin(300), settings: settings))
      let inferences = try InferenceBlock.all(landscape, program, on: stream, in: context)
      return inferences.reduce(0) { $0 + $1.work } / Double(inferences.count)
    } catch {
      preconditionFailure("an experiment's settings: \(error)")
    }
  }

  /// The matrix M is made from the entries of the unrolled matrices, and solved by eigenmodes.
  static let linearConvolution = Law(
    "linear-convolution", "the work of a linear convolutional network is that of coupled traps"
  ) { context in
    try [Architecture.convolutional, .residual].flatMap {
      (architecture: Architecture) -> [Finding] in
      let (network, samples) = RandomWorkload.network(
        architecture, nil, seed: networks, index: 210)
      let stiffness = 5.0
      let traps = CoupledTraps(hessian: hessianOfLinear(network))
      let reference = ReferenceEngine(network)
      let ends = (0..<2).map { sample in reference.neurons(for: samples[sample].map(Double.init)) }
      let move = zip(ends[0], ends[1]).map { ($1 - $0) * stiffness.squareRoot() }
      let trial = try Trial(QuasiStatic(), network, on: samples, in: context)
      return try [1.0, 30].map { (duration: Double) -> Finding in
        let exact = traps.rampWork(displacement: move, duration: duration).value
        // There and back: both cost the same.
        let work = try trial.run(["stiffness": "\(stiffness)", "duration": "\(duration)"]).energy
          .value
        return Finding(
          "\(architecture), τ = \(duration)", unit: "k_BT", measured: work, .equal, exact,
          // The integrator's own, and what is left of the hold when the next drive begins.
          tolerance: 2e-4 * exact)
      }
    }
  }

  /// M = (1 - J)ᵀ(1 - J) of a linear network at one K, J multiplied out of the unrolled matrices.
  private static func hessianOfLinear(_ linear: Network) -> [[Double]] {
    let network = linear.unrolled()
    let layers = network.layers
    let count = network.neuronCount
    /// What moving neurons moves a layer by.
    func image(_ layer: Network.Layer, _ moved: [Double]) -> [Double] {
      func value(_ index: Int) -> [Double] {
        let node = network.nodes[network.origin(of: index)]
        switch node.operation {
        case .dense(let dense):
          let x = read(node.parents[0])
          return (0..<dense.outputs).map { row in
            (0..<dense.inputs).reduce(0) {
              $0 + Double(dense.weight[row * dense.inputs + $1]) * x[$1]
            }
          }
        case .add:
          return node.parents.map(read).reduce(Array(repeating: 0, count: node.shape.count)) {
            zip($0, $1).map { $0 + $1 }
          }
        default: preconditionFailure("matrices and sums alone")
        }
      }
      func read(_ parent: Int) -> [Double] {
        let origin = network.origin(of: parent)
        if origin == 0 { return Array(repeating: 0, count: network.inputCount) }
        if let other = layers.first(where: { $0.nodes.last == origin }) {
          return Array(moved[other.rows])
        }
        return value(origin)
      }
      return value(layer.nodes.last!)
    }
    let columns = (0..<count).map { column in
      var unit = [Double](repeating: 0, count: count)
      unit[column] = 1
      return zip(unit, layers.flatMap { image($0, unit) }).map { $0 - $1 }
    }
    return columns.map { a in columns.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  static let architectureJarzynski = Law(
    "jarzynski-architectures",
    "<exp(-W/k_BT)> = 1 whatever the network is made of: the free energy does not depend on the input"
  ) { context in
    try Architecture.allCases.map { (architecture: Architecture) -> Finding in
      let (network, samples) = RandomWorkload.network(
        architecture, .tanh, seed: networks, index: 220)
      let near = samples.drawingTogether(to: 0.15)
      let duration = 1.0
      let steps = max(100, Int((duration * rates(network, near).largest / 0.2).rounded(.up)))
      let average = try drive(
        network, near, stiffness: 6, duration: duration, steps: steps, trajectories: 16_384,
        in: context
      ).exponential.average
      return Finding(
        "\(architecture)", measured: average?.value ?? .nan,
        standardError: average?.standardError ?? .nan, .equal, 1)
    }
  }

  static let architectureFloor = Law(
    "transport-architectures", "no drive of such a network costs less than Σ γ|Δx|²/t"
  ) { context in
    try Architecture.allCases.flatMap { (architecture: Architecture) -> [Finding] in
      let (network, samples) = RandomWorkload.network(
        architecture, .relu, samples: 3, seed: networks, index: 230)
      let trial = try Trial(QuasiStatic(), network, on: samples, in: context)
      return try [0.0, 5, 100].compactMap { (duration: Double) -> Finding? in
        let run = try trial.run(["snr": "300", "duration": "\(duration)"])
        guard let floor = run.limit("transport") else { return nil }
        return Finding(
          "\(architecture), τ = \(duration)", unit: "k_BT", measured: run.energy.value, .atLeast,
          floor)
      }
    }
  }

  static let architectureLength = Law(
    "slow-limit-architectures", "driven slowly, the work is the squared length of the path over τ"
  ) { context in
    try Architecture.allCases.map { (architecture: Architecture) -> Finding in
      let (network, samples) = RandomWorkload.network(
        architecture, .relu, seed: networks, index: 240)
      let slowest = rates(network, samples).least
      let trial = try Trial(QuasiStatic(), network, on: samples, in: context)
      let settings = ["stiffness": "50", "duration": "\(2000 / slowest)"]
      let length = try trial.run(settings.merging(["method": "length"]) { $1 }).energy.value
      return Finding(
        "\(architecture)", unit: "k_BT", measured: try trial.run(settings).energy.value, .equal,
        length,
        // The next order, (τ0/λ)/τ, and where the greatest line of a window changes √τ0/τ of it: the motion
        // slides there.
        tolerance: 5e-3 * length)
    }
  }

  static let books = Law(
    "books-of-layers",
    "what each layer is given, less what it passes on, is its heat and what it keeps"
  ) { context in
    try Architecture.allCases.flatMap { (architecture: Architecture) -> [Finding] in
      let (network, samples) = RandomWorkload.network(
        architecture, .relu, samples: 3, seed: networks, index: 250)
      let trial = try Trial(QuasiStatic(), network, on: samples, in: context)
      return try [0.0, 10, 300].map { (duration: Double) -> Finding in
        let run = try trial.run(["snr": "1000", "duration": "\(duration)"])
        var gaps: [String: Double] = [:]
        for posting in run.ledger.postings where posting.kind == .predicted {
          let energy = posting.energy.value
          switch posting.flow {
          case .transferred:
            gaps[posting.layer, default: 0] += energy
            gaps[String(posting.mechanism.dropFirst("from ".count)), default: 0] -= energy
          case .dissipated: gaps[posting.layer, default: 0] -= energy
          default: continue
          }
        }
        gaps["inputs"] = nil
        let work = run.ledger.work(.predicted).value
        return Finding(
          "\(architecture), τ = \(duration), largest miss over the work",
          measured: (gaps.values.map(abs).max() ?? .nan) / work, .atMost, 0,
          // Sums of several sources whose breaks are not looked for within steps.
          tolerance: 1e-3)
      }
    }
  }

  /// From neurons put far off, at inputs that stand.
  static let equipartition = Law(
    "equipartition", "at rest the mean energy is (1/2) k_BT for every neuron of every layer"
  ) { context in
    try Architecture.allCases.flatMap { (architecture: Architecture) -> [Finding] in
      let (network, samples) = RandomWorkload.network(
        architecture, .tanh, seed: networks, index: 260)
      let stiffness = 30.0
      let (landscape, drive) = transition(network, samples, stiffness: stiffness)
      let fast = LayerEngine<Float>(network)
      let still = InputWay(standing: drive, lane: 0)
      let rates = RelaxationSpectrum(landscape, drive).extremes()[0]
      let step = 0.05 / rates.largest
      let holding = Int((8 / rates.least / step).rounded(.up))
      let lanes = DrivenEnsemble.batch
      let seed = context.seed
      let layers = landscape.engine.layers
      let parts = try context.map(blocks: 8) { portion -> [RunningMoments] in
        let noise = LaneNoise(
          seed: seed, purpose: "equipartition", first: portion * lanes, lanes: lanes)
        let potential = ThermalLandscape(landscape, fast: fast, still, noise: noise)
        for place in 0..<landscape.engine.neuronCount * lanes { potential.positions[place] += 0.5 }
        _ = LangevinMotion(potential, step: step, noise: noise).run(driving: 0, holding: holding)
        var energies = [Double](repeating: 0, count: layers.count * lanes)
        potential.addEnergies(at: 0, to: &energies)
        return layers.indices.map { layer in
          var moments = RunningMoments()
          for lane in 0..<lanes { moments.add(energies[layer * lanes + lane]) }
          return moments
        }
      }
      return layers.indices.map { layer in
        var moments = RunningMoments()
        for part in parts { moments.merge(part[layer]) }
        let half = 0.5 * Double(layers[layer].count)
        return Finding(
          "\(architecture), \(layers[layer].name)", unit: "k_BT", mean: moments, .equal, half,
          // The scheme's positions are right to second order in the step.
          tolerance: 0.01 * half)
      }
    }
  }
}
