internal import Foundation
internal import StochasticThermodynamics
internal import SubstrateCore

/// Laws of single traps, for which theory is exact: they hold the simulation to account before it
/// is used on networks.
enum Textbook {
  static let laws = [
    thermalVariance, trapRamp, bestDrag, compression, linearResponse, jarzynskiOfACompression,
    crooksOfACompression, noise,
  ]

  /// Trajectories in so many portions of 512, which may run at the same time.
  static func trajectories(
    _ portions: Int, in context: RunContext, purpose: String,
    _ run: @escaping @Sendable (LaneNoise) -> [Trajectory]
  ) throws(Cancelled) -> [Trajectory] {
    let seed = context.seed
    return try context.map(blocks: portions) { portion in
      run(LaneNoise(seed: seed, purpose: purpose, first: portion * 512, lanes: 512))
    }.flatMap { $0 }
  }

  static let thermalVariance = Law(
    "thermal-variance",
    "a trap of stiffness K spreads its coordinate by the variance 1/K, at any step"
  ) { context in
    try [0.1, 0.5, 1.5].map { step in
      let seed = context.seed
      let stiffness = 25.0
      let parts = try context.map(blocks: 40) { portion in
        let noise = LaneNoise(
          seed: seed, purpose: "thermal variance", first: portion * 512, lanes: 512)
        let idle = [Float](repeating: 0, count: 512)
        // From 0, so that the spread is the motion's own work.
        let trap = HarmonicTraps(
          stiffness: stiffness, from: idle, to: idle, positions: idle, noise: noise)
        _ = LangevinMotion(trap, step: step, noise: noise).run(
          driving: 0, holding: Int(20 / step))
        return RunningMoments((0..<512).map { Double(trap.positions[$0] * trap.positions[$0]) })
      }
      var squares = RunningMoments()
      for part in parts { squares.merge(part) }
      return Finding("step \(step) τ0", mean: squares, .equal, 1 / stiffness)
    }
  }

  /// A trap dragged over a distance of so many thermal spreads.
  private static func drag(
    to distance: Float, duration: Double, steps: Int, noise: LaneNoise
  ) -> [Trajectory] {
    let idle = [Float](repeating: 0, count: noise.lanes)
    let trap = HarmonicTraps(
      stiffness: 1, from: idle, to: idle.map { _ in distance }, noise: noise)
    return LangevinMotion(trap, step: steps > 0 ? duration / Double(steps) : 1, noise: noise).run(
      driving: steps, holding: 0)
  }

  static let trapRamp = Law(
    "trap-ramp",
    "a trap dragged evenly costs κD²(τ0/τ)[1 - (τ0/τ)(1 - exp(-τ/τ0))], with variance 2 k_BT as much"
  ) { context in
    try [0.0, 0.1, 1, 10, 100].flatMap { (duration: Double) -> [Finding] in
      let steps = duration == 0 ? 0 : max(1000, Int(40 * duration))
      let all = try trajectories(40, in: context, purpose: "ramp \(duration)") {
        drag(to: 3, duration: duration, steps: steps, noise: $0)
      }
      let works = RunningMoments(all.map(\.work))
      let exact = 9 * HarmonicTrap.rampWork(duration: duration)
      // The beginning of the drive is right to first order in the step: its share of the work is
      // below τ0/τ or 1.
      let tolerance =
        steps == 0 ? 0 : exact * duration / Double(steps) / 2 * min(1, 1 / duration)
      return [
        Finding(
          "mean, τ = \(duration)", unit: "k_BT", mean: works, .equal, exact, tolerance: tolerance),
        Finding(
          "variance, τ = \(duration)", unit: "k_BT²", measured: works.variance,
          standardError: works.standardErrorOfVariance, .equal, 2 * exact,
          tolerance: 2 * tolerance),
      ]
    }
  }

  static let bestDrag = Law(
    "best-drag", "no drag of a trap costs less than κD²/(2 + τ/τ0), and jumps at both ends reach it"
  ) { context in
    try [1.0, 10, 100].flatMap { (duration: Double) -> [Finding] in
      let distance = 3.0
      let least = distance * distance * HarmonicTrap.bestWork(duration: duration)
      let steps = Int(400 * duration.squareRoot())
      let straight = RunningMoments(
        try trajectories(20, in: context, purpose: "straight \(duration)") {
          drag(to: Float(distance), duration: duration, steps: steps, noise: $0)
        }.map(\.work))
      let best = try trajectories(20, in: context, purpose: "best \(duration)") {
        (noise: LaneNoise) -> [Trajectory] in
        // d jumps by D/(2 + τ), moves evenly over D τ/(2 + τ) and jumps again.
        let jump = Float(distance / (2 + duration))
        let centres = [0, jump, Float(distance) - jump, Float(distance)]
        var positions: [Float]?
        var works = [Double](repeating: 0, count: noise.lanes)
        for (part, drive) in [0, steps, 0].enumerated() {
          let trap = HarmonicTraps(
            stiffness: 1, from: works.map { _ in centres[part] },
            to: works.map { _ in centres[part + 1] }, positions: positions, noise: noise)
          let run = LangevinMotion(trap, step: duration / Double(steps), noise: noise).run(
            driving: drive, holding: 0)
          for (lane, trajectory) in run.enumerated() { works[lane] += trajectory.work }
          positions = Array(UnsafeBufferPointer(start: trap.positions, count: noise.lanes))
        }
        return works.map { Trajectory(work: $0, totalWork: $0, heat: [], energyChange: []) }
      }
      return [
        Finding(
          "with jumps, τ = \(duration)", unit: "k_BT", mean: RunningMoments(best.map(\.work)),
          .equal, least, tolerance: least * duration / Double(steps) / 2 * min(1, 1 / duration)),
        Finding("straight, τ = \(duration)", unit: "k_BT", mean: straight, .atLeast, least),
      ]
    }
  }

  private static func compress(
    duration: Double, reverse: Bool = false, steps: Int, in context: RunContext, portions: Int
  ) throws(Cancelled) -> [Trajectory] {
    let forward = Compression.stiffness(duration: duration)
    let backward: @Sendable (Double) -> Double = { forward(1 - $0) }
    let stiffness = reverse ? backward : forward
    let purpose = reverse ? "expansion" : "compression"
    return try trajectories(portions, in: context, purpose: "\(purpose) \(duration)") { noise in
      let trap = BreathingTrap(stiffness: stiffness, noise: noise)
      let motion = LangevinMotion(trap, step: duration / Double(steps), noise: noise)
      return motion.run(driving: steps, holding: 0)
    }
  }

  static let compression = Law(
    "compression",
    "compressing a trap from K to 4K by the best protocol dissipates γ W2²/τ = 0.25 k_BT τ0/τ"
  ) { context in
    try [1.0, 4].map { duration in
      let works = RunningMoments(
        try compress(duration: duration, steps: 2000, in: context, portions: 100).map(\.work))
      return Finding(
        "τ = \(duration)", unit: "k_BT", measured: works.mean - Compression.freeEnergy,
        standardError: works.standardError, .equal, 0.25 / duration,
        // Forces at both ends of the drive jump with the trap: half a step of either is left out.
        tolerance: 2 * duration / 2000)
    }
  }

  static let linearResponse = Law(
    "response-and-transport",
    "the friction of linear response and optimal transport give the same cost of a compression, 0.25"
  ) { _ in
    [
      Finding(
        "thermodynamic length", unit: "k_BT τ0", measured: Compression.linearResponse(), .equal,
        0.25, tolerance: 1e-6),
      Finding(
        "transport", unit: "k_BT τ0", measured: Compression.transport(), .equal, 0.25,
        tolerance: 1e-6),
    ]
  }

  static let jarzynskiOfACompression = Law(
    "jarzynski-compression", "-ln <exp(-W/k_BT)> of a compression is ΔF = ln 2, at any step"
  ) { context in
    try [2000, 4].map { steps in
      var average = ExponentialAverage()
      for trajectory in try compress(duration: 1, steps: steps, in: context, portions: 60) {
        average.add(trajectory.totalWork)
      }
      let estimate = average.freeEnergy ?? (.nan, .nan)
      return Finding(
        "\(steps) steps", unit: "k_BT", measured: estimate.value,
        standardError: estimate.standardError, .equal, Compression.freeEnergy)
    }
  }

  static let crooksOfACompression = Law(
    "crooks-compression",
    "work of a compression and of its reverse obey P(W)/P'(-W) = exp(W - ΔF): Bennett's ratio"
  ) { context in
    try [2000, 4].map { steps in
      let ratio = BennettAcceptanceRatio(
        forward: try compress(duration: 1, steps: steps, in: context, portions: 40).map(
          \.totalWork),
        reverse: try compress(duration: 1, reverse: true, steps: steps, in: context, portions: 40)
          .map(\.totalWork))
      return Finding(
        "\(steps) steps", unit: "k_BT", measured: ratio?.freeEnergy ?? .nan,
        standardError: ratio?.standardError ?? .nan, .equal, Compression.freeEnergy)
    }
  }

  static let noise = Law(
    "noise", "the normal numbers have the moments of a normal distribution and its tails"
  ) { context in
    let seed = context.seed
    let portions = 64
    let rows = 512
    // Powers and, at the end, the number beyond 5: sums over each portion.
    let parts = try context.map(blocks: portions) { portion in
      let noise = LaneNoise(seed: seed, purpose: "moments", first: portion * 64, lanes: 64)
      var numbers = [Float](repeating: 0, count: rows * 64)
      var sums = [Double](repeating: 0, count: 9)
      for _ in 0..<16 {
        noise.normals(rows: rows, into: &numbers)
        for number in numbers {
          var power = 1.0
          for exponent in 0..<8 {
            power *= Double(number)
            sums[exponent] += power
          }
          if abs(number) > 5 { sums[8] += 1 }
        }
      }
      return sums
    }
    let count = Double(portions * rows * 64 * 16)
    func mean(_ place: Int) -> Double { parts.reduce(0) { $0 + $1[place] } / count }
    func factorial(_ odd: Int) -> Double {
      stride(from: odd, to: 1, by: -2).reduce(1) { $0 * Double($1) }
    }
    var findings = (1...8).map { order in
      let exact = order.isMultiple(of: 2) ? factorial(order - 1) : 0
      // Var xⁿ = <x²ⁿ> - <xⁿ>².
      let variance = factorial(2 * order - 1) - exact * exact
      return Finding(
        "moment \(order)", measured: mean(order - 1),
        standardError: (variance / count).squareRoot(), .equal, exact)
    }
    let tail = erfc(5 / 2.0.squareRoot())
    findings.append(
      Finding(
        "beyond 5σ", measured: mean(8), standardError: (tail / count).squareRoot(), .equal, tail))
    return findings
  }
}
