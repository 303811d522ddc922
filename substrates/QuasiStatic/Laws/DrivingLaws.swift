internal import Foundation
internal import Networks
internal import PhysicalLaws
internal import StochasticThermodynamics
internal import SubstrateCore

// What driving costs: how it falls with time, what bounds it.
extension Laws {
  static let driving = [
    slope.taking(20), abrupt, transport.taking(3), length, constantSpeed, gauge,
  ]

  static let slope = Law(
    "slope", "for slow driving the work falls as 1/τ: the slope on a log-log line is -1"
  ) { context in
    let (network, samples) = RandomWorkload.chain(
      [3, 6, 5, 4], .tanh, samples: 3, seed: networks, index: 60)
    let slowest = rates(network, samples).least
    let trial = try Trial(QuasiStatic(), network, on: samples, in: context)
    let solved = try [400.0, 800, 1600, 3200].map { factor -> (x: Double, y: Double) in
      let duration = factor / slowest
      let run = try trial.run(["stiffness": "50", "duration": "\(duration)"])
      return (log(duration), log(run.energy.value))
    }
    // Trajectories cannot be driven as slowly, for the work then drowns in noise; so the next
    // order, 1/τ², is fitted too.
    let simulated = try [8.0, 16, 32, 64, 128].map {
      factor -> (x: Double, y: Double, error: Double) in
      let duration = factor / slowest
      let work = try drive(
        network, samples, stiffness: 400, duration: duration,
        steps: Int((duration * rates(network, samples).largest / 0.2).rounded(.up)),
        trajectories: 4096, in: context
      ).work
      return (duration, work.mean * duration, work.standardError * duration)
    }
    let line = weightedLine(simulated.map { (1 / $0.x, $0.y, $0.error) })
    let path = DrivenPath.trace(
      transition(network, samples, stiffness: 400).0,
      transition(network, samples, stiffness: 400).1,
      lanes: 1)[0]
    return [
      Finding(
        "noise-free, τ from 400/λ", measured: leastSquaresSlope(solved), .equal, -1,
        tolerance: 5e-3),
      Finding(
        "trajectories, W τ for τ → ∞", unit: "k_BT τ0", measured: line.value,
        standardError: line.error, .equal, path.weightedSquaredLength,
        // The next order but one in 1/τ.
        tolerance: 0.01 * path.weightedSquaredLength),
    ]
  }

  static func leastSquaresSlope(_ points: [(x: Double, y: Double)]) -> Double {
    let n = Double(points.count)
    let (x, y) = (points.reduce(0) { $0 + $1.x } / n, points.reduce(0) { $0 + $1.y } / n)
    return points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
      / points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
  }

  /// The value at x = 0, and its error, of the straight line that fits points best.
  static func weightedLine(
    _ points: [(x: Double, y: Double, error: Double)]
  ) -> (value: Double, error: Double) {
    var (s, sx, sxx, sy, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for point in points {
      let weight = 1 / (point.error * point.error)
      s += weight
      sx += weight * point.x
      sxx += weight * point.x * point.x
      sy += weight * point.y
      sxy += weight * point.x * point.y
    }
    let determinant = s * sxx - sx * sx
    return ((sxx * sy - sx * sxy) / determinant, (sxx / determinant).squareRoot())
  }

  static let abrupt = Law(
    "abrupt", "an abrupt change costs (1/2) Σ κ |Δf|² over the neurons that read the inputs"
  ) { context in
    try [Activation.tanh, .relu].map { activation in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], activation, seed: networks, index: 70)
      let reference = ReferenceEngine(network)
      let ends = (0..<2).map { reference.neurons(for: samples[$0].map(Double.init)) }
      let exact = network.layers[0].rows.reduce(0) { sum, row in
        sum + 15 * (ends[1][row] - ends[0][row]) * (ends[1][row] - ends[0][row])
      }
      return Finding(
        "\(activation)", unit: "k_BT",
        mean: try drive(
          network, samples, stiffness: 30, duration: 0, steps: 0, trajectories: 16_384, in: context
        ).work, .equal, exact)
    }
  }

  static let transport = Law(
    "transport-floor", "no drive that ends at rest costs less than Σ γ|Δx|²/t"
  ) { context in
    try (0..<3).flatMap { (index: Int) -> [Finding] in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], index == 0 ? .tanh : .relu, samples: 4, seed: networks, index: 80 + index)
      let trial = try Trial(QuasiStatic(), network, on: samples, in: context)
      return try ["langevin", "relaxation"].flatMap { method in
        try [0.0, 1, 30].compactMap { (duration: Double) -> Finding? in
          var values = ["snr": "300", "duration": "\(duration)", "method": method]
          if method == "langevin" { values["trajectories"] = "256" }
          let run = try trial.run(values)
          guard let floor = run.limit("transport") else { return nil }
          return Finding(
            "network \(index + 1), \(method), τ = \(duration)", unit: "k_BT",
            measured: run.energy.value, standardError: run.energy.standardError, .atLeast, floor)
        }
      }
    }
  }

  static let length = Law(
    "thermodynamic-length",
    "the squared length of a path is at most the integral of its squared speed (Cauchy and Schwarz)"
  ) { _ in
    (0..<4).map { index in
      let (network, samples) = RandomWorkload.chain(
        [4, 8, 7, 5], index.isMultiple(of: 2) ? .relu : .tanh, seed: networks, index: 90 + index)
      let (landscape, drive) = transition(network, samples, stiffness: 30)
      let path = DrivenPath.trace(landscape, drive, lanes: 1)[0]
      return Finding(
        "network \(index + 1)", unit: "k_BT τ0", measured: path.length * path.length, .atMost,
        path.weightedSquaredLength)
    }
  }

  static let constantSpeed = Law(
    "constant-speed", "for slow driving, constant speed along the path costs less than even driving"
  ) { context in
    try (0..<2).map { index in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], index == 0 ? .tanh : .relu, samples: 3, seed: networks, index: 100 + index)
      let trial = try Trial(QuasiStatic(), network, on: samples, in: context)
      let duration = "\(200 / rates(network, samples).least)"
      let work = try ["constant-speed", "linear"].map { profile in
        try trial.run(["snr": "1000", "duration": duration, "profile": profile]).energy.value
      }
      return Finding(
        "network \(index + 1)", unit: "k_BT", measured: work[0], .atMost, work[1])
    }
  }

  static let gauge = Law(
    "gauge", "at given snr no energy changes when a layer is scaled up and the next one down"
  ) { context in
    let (network, samples) = RandomWorkload.chain(
      [3, 6, 5, 4], .relu, samples: 3, seed: networks, index: 110)
    let works = try [1, 8, 0.125].map { factor -> [(value: Double, standardError: Double?)] in
      let trial = try Trial(
        QuasiStatic(), network.rescalingFirstLayer(by: Float(factor)), on: samples, in: context)
      return [
        try trial.run(["snr": "100", "duration": "20"]).energy,
        try trial.run([
          "snr": "100", "duration": "20", "method": "langevin", "trajectories": "256",
        ]).energy,
      ]
    }
    return [1, 2].flatMap { index in
      [
        Finding(
          "noise-free, ×\(index == 1 ? "8" : "1/8")", unit: "k_BT", measured: works[index][0].value,
          .equal, works[0][0].value, tolerance: 1e-9 * works[0][0].value),
        // The same noise: what differs is rounding, which trajectories in time make larger.
        Finding(
          "trajectories, ×\(index == 1 ? "8" : "1/8")", unit: "k_BT",
          measured: works[index][1].value, standardError: works[index][1].standardError, .equal,
          works[0][1].value),
      ]
    }
  }
}

extension Network {
  /// The same function of a chain of ReLU layers, the neurons of the first one scaled up and the
  /// weights behind them down.
  ///
  /// - Parameter factor: positive; powers of two leave every rounding as it is.
  func rescalingFirstLayer(by factor: Float) -> Network {
    do {
      var layers: [Dense] = []
      for node in nodes {
        guard case .dense(let dense) = node.operation else { continue }
        let scale: (weight: Float, bias: Float) =
          switch layers.count {
          case 0: (factor, factor)
          case 1: (1 / factor, 1)
          default: (1, 1)
          }
        layers.append(
          try Dense(
            inputs: dense.inputs, weight: dense.weight.map { $0 * scale.weight },
            bias: dense.bias.map { $0 * scale.bias }))
      }
      return try Network(named: name, layers: layers, activation: .relu)
    } catch {
      preconditionFailure("a chain stays a chain: \(error)")
    }
  }
}
