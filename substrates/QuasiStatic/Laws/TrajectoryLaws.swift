internal import Foundation
internal import Networks
internal import PhysicalLaws
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

// What trajectories of work and heat obey.
extension Laws {
  static let trajectories = [
    linear.taking(20), jarzynski.taking(4), crooks, secondLaw, firstLaw, stepSize.taking(8),
  ]

  /// Solved by eigenmodes, which the simulation knows nothing of.
  static let linear = Law(
    "linear-network",
    "the work of a linear network is that of coupled traps, mean and variance 2 k_BT <W>"
  ) { context in
    let (network, samples) = RandomWorkload.chain(
      [2, 4, 3], nil, gain: 1, seed: networks)
    let stiffness = 5.0
    let (landscape, drive) = transition(network, samples, stiffness: stiffness)
    let traps = CoupledTraps(hessian: RelaxationSpectrum(landscape, drive).hessian())
    let reference = ReferenceEngine(network)
    let ends = (0..<2).map { sample in reference.neurons(for: samples[sample].map(Double.init)) }
    let move = zip(ends[0], ends[1]).map { ($1 - $0) * stiffness.squareRoot() }
    return try [0.25, 1, 5, 25, 250].flatMap { (duration: Double) -> [Finding] in
      let exact = traps.rampWork(displacement: move, duration: duration).value
      let steps = max(200, Int(20 * duration))
      let trajectories = duration > 100 ? 16_384 : 65_536
      let mean = try extrapolated(
        network, samples, stiffness: stiffness, duration: duration, steps: steps,
        trajectories: trajectories, in: context)
      let work = try Laws.drive(
        network, samples, stiffness: stiffness, duration: duration, steps: 4 * steps,
        trajectories: trajectories / 2, in: context
      ).work
      return [
        Finding(
          "mean, τ = \(duration)", unit: "k_BT", measured: mean.value, standardError: mean.error,
          .equal, exact),
        Finding(
          "variance, τ = \(duration)", unit: "k_BT²", measured: work.variance,
          standardError: work.standardErrorOfVariance, .equal, 2 * exact,
          // The step's share of the variance, as of the mean in trap-ramp.
          tolerance: exact * duration / Double(4 * steps) * min(1, 1 / duration)),
      ]
    }
  }

  /// Networks that are not linear, driven over so short a way that the average converges.
  private static func gentle(_ activation: Activation) -> (Network, Samples) {
    let (network, samples) = RandomWorkload.chain(
      [3, 5, 5, 3], activation, seed: networks, index: 1)
    return (network, samples.drawingTogether(to: 0.2))
  }

  static let jarzynski = Law(
    "jarzynski",
    "<exp(-W/k_BT)> = 1 on networks that are not linear, at any step once shadow work is counted"
  ) { context in
    try [Activation.tanh, .relu].flatMap { (activation: Activation) -> [Finding] in
      let (network, samples) = gentle(activation)
      let coarse = 1 / rates(network, samples).largest
      return try [("fine", 400), ("coarse", Int((2 / coarse).rounded(.up)))].map { name, steps in
        let average = try drive(
          network, samples, stiffness: 6, duration: 2, steps: steps,
          trajectories: 65_536, in: context
        ).exponential.average
        return Finding(
          "\(activation), \(name) steps", measured: average?.value ?? .nan,
          standardError: average?.standardError ?? .nan, .equal, 1)
      }
    }
  }

  static let crooks = Law(
    "crooks", "work there and work back give the free-energy difference 0 by Bennett's ratio"
  ) { context in
    try [Activation.tanh, .relu].map { (activation: Activation) -> Finding in
      let (network, samples) = gentle(activation)
      let works = try [false, true].map { reverse in
        let ensemble = try ensemble(
          network, samples, stiffness: 6, duration: 2, steps: 400, reverse: reverse,
          in: context.reseeded(context.seed &+ (reverse ? 1 : 0)))
        return try context.map(blocks: 256) { portion in
          ensemble.totalWorks(portion * 64..<(portion + 1) * 64)
        }.flatMap { $0 }
      }
      let ratio = BennettAcceptanceRatio(forward: works[0], reverse: works[1])
      return Finding(
        "\(activation)", unit: "k_BT", measured: ratio?.freeEnergy ?? .nan,
        standardError: ratio?.standardError ?? .nan, .equal, 0)
    }
  }

  static let secondLaw = Law("second-law", "the mean work is never below 0") { context in
    try (0..<3).flatMap { index in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], index == 0 ? .tanh : .relu, seed: networks, index: 10 + index)
      return try [0.0, 3, 300].map { duration in
        let work = try drive(
          network, samples, stiffness: 30, duration: duration,
          steps: duration == 0 ? 0 : max(100, Int(20 * duration)), trajectories: 2048, in: context
        ).work
        return Finding(
          "network \(index + 1), τ = \(duration)", unit: "k_BT", mean: work, .atLeast, 0)
      }
    }
  }

  /// The residual of one trajectory is the error of the trapezoidal rule for force times
  /// displacement. Where forces are smooth it is U'''dx³/12 in each of 1/dt steps, of random sign and
  /// dx² ~ dt: its root mean square goes as dt. At the kinks of ReLU the force jumps, and in each of
  /// the 1/√dt steps that cross one the error is as dx itself: the root mean square goes as dt^(1/4).
  static let firstLaw = Law(
    "first-law", "work = heat + ΔU on every trajectory, to an error that falls as the step"
  ) { context in
    try [(Activation.tanh, 1.0), (.relu, 0.25)].flatMap { activation, order in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], activation, seed: networks, index: 20)
      var spread = 0.0
      let spreads = try [400, 800, 1600].map { steps in
        let ensemble = try drive(
          network, samples, stiffness: 30, duration: 4, steps: steps, trajectories: 4096,
          in: context)
        spread = ensemble.work.variance.squareRoot()
        let residual = ensemble.residual
        return (residual.variance + residual.mean * residual.mean).squareRoot()
      }
      return [
        Finding(
          "\(activation), order in the step", measured: log2(spreads[0] / spreads[2]) / 2, .equal,
          order, tolerance: 0.2 * order),
        Finding(
          "\(activation), root mean square over that of the work, dt = τ0/400",
          measured: spreads[2] / spread, .atMost, 0.2),
      ]
    }
  }

  static let stepSize = Law(
    "step-size", "the mean work no longer depends on the step: as it is and halved"
  ) { context in
    try [Activation.tanh, .relu].map { activation in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], activation, seed: networks, index: 30)
      let duration = 10.0
      // As `step=auto` would choose.
      let steps = Int((duration * rates(network, samples).largest / 0.2).rounded(.up))
      let works = try [1, 2].map { factor in
        try drive(
          network, samples, stiffness: 30, duration: duration, steps: max(200, steps) * factor,
          trajectories: 65_536,
          in: context.reseeded(context.seed &+ UInt64(factor))
        ).work
      }
      return Finding(
        "\(activation)", unit: "k_BT", mean: works[0], .equal, works[1].mean,
        predictionError: works[1].standardError,
        // First order in the step at the drive's ends: half a step of 10 τ0, of the whole work.
        tolerance: works[1].mean * 0.5 / Double(steps))
    }
  }
}
