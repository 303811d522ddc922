import Networks
import ReferenceFigures
import StochasticThermodynamics
import SubstrateCore
import Testing

@testable import QuasiStatic

/// Trajectories against figures computed by others.
@Suite struct TrajectoryReferenceTests {
  let figures: ReferenceFigures
  let context = RunContext(seed: 1)

  init() throws { figures = try ReferenceFigures.load() }

  /// One transition, from the first sample to the second.
  func experiment(
    _ network: Network, _ samples: Samples, stiffness: Double, duration: Double, steps: Int,
    seed: UInt64 = 1
  ) throws -> TrajectoryExperiment {
    try TrajectoryExperiment(
      network, from: Array(samples[0]), to: Array(samples[1]), stiffness: stiffness,
      duration: duration, steps: steps, seed: seed)
  }

  /// The mean work for steps of no length, from two lengths, whose leading error is as the step.
  func extrapolated(
    _ network: Network, _ samples: Samples, stiffness: Double, duration: Double, steps: Int,
    trajectories: Int
  ) throws -> (value: Double, error: Double) {
    let works = try [1, 2].map { factor in
      try experiment(
        network, samples, stiffness: stiffness, duration: duration, steps: factor * steps,
        seed: UInt64(factor)
      ).run(trajectories: factor * trajectories / 2, in: context).work
    }
    return (
      2 * works[1].mean - works[0].mean,
      (4 * works[1].standardError * works[1].standardError
        + works[0].standardError * works[0].standardError).squareRoot()
    )
  }

  @Test(arguments: [
    ("0.25", 30, 10_240), ("1.0", 40, 10_240), ("5.0", 50, 10_240), ("25.0", 120, 4096),
    ("250.0", 800, 512),
  ])
  func exactMeansOfALinearNetwork(duration: String, steps: Int, trajectories: Int) throws {
    let linear = figures.linear
    let found = try extrapolated(
      linear.network(), linear.samples(), stiffness: linear.stiffness,
      duration: Double(duration)!, steps: steps, trajectories: trajectories)
    let exact = linear.mean_work_kT[duration]!
    #expect(abs(found.value - exact) < 4 * found.error)
    #expect(found.error < 0.06 * exact.squareRoot() + 0.02)
  }

  @Test(arguments: ["0.25", "1.0", "5.0"])
  func varianceOfALinearNetworkIsTwiceTheMean(duration: String) throws {
    let linear = figures.linear
    let outcome = try experiment(
      linear.network(), linear.samples(), stiffness: linear.stiffness,
      duration: Double(duration)!, steps: 120
    ).run(trajectories: 4096, in: context)
    let exact = 2 * linear.mean_work_kT[duration]!
    // A hundredth for the steps.
    #expect(
      abs(outcome.work.variance - exact) < 5 * outcome.work.standardErrorOfVariance + 0.01 * exact)
    #expect(outcome.isFinite)
    // Work of variance up to 6 k_BT²: its exponential average does not always converge.
    if let free = outcome.exponential.freeEnergy {
      #expect(abs(free.value) < 5 * free.standardError)
    }
  }

  @Test(arguments: [("1.0", 50, 20_480), ("10.0", 225, 8192)])
  func meansOfNonlinearNetworks(duration: String, steps: Int, trajectories: Int) throws {
    for figure in [figures.tanh, figures.relu] {
      let theirs = try #require(figure.langevin[duration])
      let found = try extrapolated(
        figure.network(), figure.samples(), stiffness: figure.stiffness,
        duration: Double(duration)!, steps: steps, trajectories: trajectories)
      let error =
        (found.error * found.error + theirs.standard_error_kT * theirs.standard_error_kT)
        .squareRoot()
      #expect(abs(found.value - theirs.mean_work_kT) < 4 * error)
      let fine = try experiment(
        figure.network(), figure.samples(), stiffness: figure.stiffness,
        duration: Double(duration)!, steps: 2 * steps, seed: 3
      ).run(trajectories: 2048, in: context).work
      // The reference has no error; it is taken over ten times as many trajectories.
      #expect(
        abs(fine.variance - theirs.variance_kT2)
          < 5 * fine.standardErrorOfVariance + 0.02 * theirs.variance_kT2)
    }
  }

  /// Held a hundred times as stiffly the mean is that of the noise-free motion, a hundred times as
  /// large.
  @Test(arguments: [("1.0", 100), ("10.0", 300), ("100.0", 2000)])
  func stiffTrajectoriesMoveAsWithoutNoise(duration: String, steps: Int) throws {
    for figure in [figures.tanh, figures.relu] {
      let solved = 100 * figure.relaxation_work_kT[duration]!
      let outcome = try experiment(
        figure.network(), figure.samples(), stiffness: 100 * figure.stiffness,
        duration: Double(duration)!, steps: steps
      ).run(trajectories: 512, in: context)
      #expect(outcome.work.standardError < 0.01 * solved)
      let chance = 4 * outcome.work.standardError
      #expect(abs(outcome.work.mean - solved) < max(0.01 * solved, 0.005 * solved + chance))
      #expect(abs(outcome.residual.mean) < 0.01 * solved)
    }
  }

  @Test func shadowWorkAndResidualFallWithTheStep() throws {
    let figure = figures.tanh
    let outcomes = try [20, 80].map { steps in
      try experiment(
        figure.network(), figure.samples(), stiffness: figure.stiffness, duration: 2, steps: steps
      ).run(trajectories: 2048, in: context)
    }
    func spread(_ moments: RunningMoments) -> Double {
      (moments.variance + moments.mean * moments.mean).squareRoot()
    }
    for moments in [\TrajectoryExperiment.Outcome.shadowWork, \.residual] {
      let ratio = spread(outcomes[0][keyPath: moments]) / spread(outcomes[1][keyPath: moments])
      // As the step: by four.
      #expect(ratio > 2.8 && ratio < 7)
    }
  }

  /// Memory and results do not depend on how the trajectories are dealt out.
  @Test func whoComputesDoesNotMatter() throws {
    let figure = figures.relu
    let experiment = try experiment(
      figure.network(), figure.samples(), stiffness: 50, duration: 1, steps: 20)
    let backwards = RunContext(seed: 1) { count, body in
      for index in (0..<count).reversed() { body(index) }
    }
    let (one, other) = (
      try experiment.run(trajectories: 300, in: context),
      try experiment.run(trajectories: 300, in: backwards)
    )
    #expect(one.work == other.work && one.exponential == other.exponential)
    #expect(one.work.count == 300)
    // The experiment's own seed counts, not the context's.
    let elsewhere = try experiment.run(trajectories: 300, in: RunContext(seed: 9))
    #expect(elsewhere.work == one.work)
    let reseeded = try self.experiment(
      figure.network(), figure.samples(), stiffness: 50, duration: 1, steps: 20, seed: 2)
    let noisedOtherwise = try reseeded.run(trajectories: 300, in: context)
    #expect(noisedOtherwise.work != one.work)
    // More trajectories begin with the same ones.
    let ensemble = experiment.ensemble
    #expect(ensemble.totalWorks(0..<300).prefix(100) == ensemble.totalWorks(0..<100)[...])
    #expect(ensemble.totalWorks(64..<128) == Array(ensemble.totalWorks(0..<128)[64...]))
  }
}
