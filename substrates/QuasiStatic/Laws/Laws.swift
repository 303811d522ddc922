internal import Foundation
internal import Networks
public import PhysicalLaws
internal import StochasticThermodynamics
internal import SubstrateCore

extension QuasiStatic: LawAbiding {
  /// What the physics of a quasi-static network demands.
  public var laws: [Law] {
    Laws.trajectories + Laws.equilibrium + Laws.driving + Laws.methods + Laws.architectures
      + Laws.learning
  }
}

/// The laws of the quasi-static network, and the experiments they share.
enum Laws {
  /// A seed for networks: which ones are tried does not depend on the seed of the noise.
  static let networks: UInt64 = 20

  /// One transition of a random network on trajectories.
  static func drive(
    _ network: Network, _ samples: Samples, stiffness: Double, duration: Double, steps: Int,
    trajectories: Int, reverse: Bool = false, in context: RunContext
  ) throws(Cancelled) -> Ensemble {
    try ensemble(
      network, samples, stiffness: stiffness, duration: duration, steps: steps, reverse: reverse,
      in: context
    ).run(trajectories, in: context)
  }

  static func ensemble(
    _ network: Network, _ samples: Samples, stiffness: Double, duration: Double, steps: Int,
    reverse: Bool = false, in context: RunContext
  ) throws(Cancelled) -> DrivenEnsemble {
    let (landscape, drive) = transition(network, samples, stiffness: stiffness, reverse: reverse)
    return DrivenEnsemble(
      landscape, fast: LayerEngine<Float>(network), InputWay(drive, lane: 0, profile: .linear),
      duration: duration, hold: 0, step: steps > 0 ? duration / Double(steps) * (1 + 1e-12) : 1,
      seed: context.seed)
  }

  /// The landscape of a network at one K, and the drive from its first sample to its second.
  static func transition(
    _ network: Network, _ samples: Samples, stiffness: Double, reverse: Bool = false
  ) -> (Landscape, Drive) {
    let engine = LayerEngine<Double>(network)
    let lanes = Block<Double>.laneMultiple
    return (
      Landscape(engine, stiffness: engine.layers.map { _ in stiffness }),
      Drive(
        engine, samples, from: Array(repeating: reverse ? 1 : 0, count: lanes),
        to: Array(repeating: reverse ? 0 : 1, count: lanes))
    )
  }

  /// The relaxation rates at the end of the drive.
  static func rates(_ network: Network, _ samples: Samples) -> (least: Double, largest: Double) {
    let (landscape, drive) = transition(network, samples, stiffness: 1)
    return RelaxationSpectrum(landscape, drive).extremes()[0]
  }

  /// The mean work with its error in the limit of short steps: from steps of two lengths whose
  /// leading error is as the step.
  static func extrapolated(
    _ network: Network, _ samples: Samples, stiffness: Double, duration: Double, steps: Int,
    trajectories: Int, in context: RunContext
  ) throws(Cancelled) -> (value: Double, error: Double) {
    let coarse = try drive(
      network, samples, stiffness: stiffness, duration: duration, steps: steps,
      trajectories: trajectories / 2, in: context
    ).work
    let fine = try drive(
      network, samples, stiffness: stiffness, duration: duration, steps: 2 * steps,
      trajectories: trajectories, in: context.reseeded(context.seed &+ 1)
    ).work
    return (
      2 * fine.mean - coarse.mean,
      (4 * fine.standardError * fine.standardError + coarse.standardError * coarse.standardError)
        .squareRoot()
    )
  }
}
