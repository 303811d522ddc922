internal import Networks
internal import PhysicalLaws
internal import StochasticThermodynamics
internal import SubstrateCore

// What the three methods have to agree on.
extension Laws {
  static let methods = [noiseFree.taking(6), slowLimit]

  static let noiseFree = Law(
    "relaxation-and-trajectories",
    "the mean work of stiffly held trajectories is that of the noise-free motion, within 1 %"
  ) { context in
    try [Activation.tanh, .relu].flatMap { (activation: Activation) -> [Finding] in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], activation, seed: networks, index: 120)
      let trial = try Trial(QuasiStatic(), network, on: samples, in: context)
      return try [1.0, 10, 100].map { (duration: Double) -> Finding in
        let settings = ["stiffness": "5000", "duration": "\(duration)"]
        let solved = try trial.run(settings).energy.value
        let run = try trial.run(
          settings.merging(["method": "langevin", "trajectories": "2048"]) { $1 })
        return Finding(
          "\(activation), τ = \(duration)", unit: "k_BT", measured: run.energy.value,
          standardError: run.energy.standardError, .equal, solved, tolerance: 0.01 * solved)
      }
    }
  }

  static let slowLimit = Law(
    "length-and-relaxation", "for slow driving the work is the squared length of the path over τ"
  ) { context in
    try [Activation.tanh, .relu].flatMap { (activation: Activation) -> [Finding] in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], activation, samples: 3, seed: networks, index: 130)
      let slowest = rates(network, samples).least
      let trial = try Trial(QuasiStatic(), network, on: samples, in: context)
      return try ["linear", "constant-speed"].map { profile in
        let settings = [
          "stiffness": "50", "duration": "\(1000 / slowest)", "profile": profile,
        ]
        let length = try trial.run(settings.merging(["method": "length"]) { $1 }).energy.value
        return Finding(
          "\(activation), \(profile)", unit: "k_BT",
          measured: try trial.run(settings).energy.value, .equal, length,
          // The next order: (τ0/λ)/τ at most, a part in a thousand at each end.
          tolerance: 3e-3 * length)
      }
    }
  }
}
