package import Networks
package import StochasticThermodynamics
package import SubstrateCore

/// One inference measured by itself: trajectories of a network whose inputs are driven once from
/// one sample to another.
///
/// It is the quasi-static substrate's `langevin` method without a stream around it, for checks,
/// timings and studies of one transition. Energies are in k_B T, times in τ0.
package struct TrajectoryExperiment: Sendable {
  /// What was measured, over all trajectories.
  package struct Outcome: Sendable {
    /// Work of the drivers.
    package let work: RunningMoments
    /// What the finite steps did beside them; see `LangevinMotion`.
    package let shadowWork: RunningMoments
    /// work - heat - ΔH, the error with which the steps integrate the first law.
    package let residual: RunningMoments
    /// Of the total work: Jarzynski's average, which is 1 here.
    package let exponential: ExponentialAverage
    /// Whether every trajectory stayed finite.
    package let isFinite: Bool
  }

  let ensemble: DrivenEnsemble

  /// A drive cut into a given number of steps.
  ///
  /// - Parameters:
  ///   - network: any that this substrate holds.
  ///   - from: the first input, as many numbers as the network takes.
  ///   - to: the last input.
  ///   - stiffness: K of every layer, per squared activation, positive.
  ///   - duration: τ/τ0, positive.
  ///   - steps: positive; the step duration/steps must be below 2/(largest relaxation rate).
  ///   - hold: time after the drive in τ0, rounded up to whole steps.
  ///   - seed: what the noise is derived from.
  /// - Throws: `SampleError` if an input is not finite.
  package init(
    _ network: Network, from: [Float], to: [Float], stiffness: Double, duration: Double,
    steps: Int, hold: Double = 0, seed: UInt64 = 1
  ) throws(SampleError) {
    precondition(from.count == network.inputCount && to.count == from.count, "inputs that fit")
    precondition(stiffness > 0 && duration > 0 && steps > 0, "positive stiffness and times")
    let engine = LayerEngine<Double>(network)
    let landscape = Landscape(engine, stiffness: engine.layers.map { _ in stiffness })
    let samples = try Samples(name: "way", width: from.count, values: from + to)
    let drive = Drive(
      engine, samples, from: Array(repeating: 0, count: 16), to: Array(repeating: 1, count: 16))
    ensemble = DrivenEnsemble(
      landscape, fast: LayerEngine<Float>(network),
      InputWay(drive, lane: 0, profile: .linear), duration: duration, hold: hold,
      step: duration / Double(steps) * (1 + 1e-12), seed: seed)
  }

  /// Runs so many trajectories.
  ///
  /// Its memory does not grow with their number, and what it gives does not depend on how many
  /// threads the context has.
  package func run(trajectories: Int, in context: RunContext) throws(Cancelled) -> Outcome {
    let total = try ensemble.run(trajectories, in: context)
    return Outcome(
      work: total.work, shadowWork: total.shadowWork, residual: total.residual,
      exponential: total.exponential, isFinite: total.isFinite)
  }
}
