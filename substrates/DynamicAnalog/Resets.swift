internal import AnalogNeurons
internal import Foundation
internal import Networks
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

/// The floors of blind resets: what compressing the neurons to the reset state must cost.
///
/// A neuron reset by a protocol that sees nothing else is compressed from p(x), a mixture of
/// thermal states around its values over the stream, to N(0, 1/K): at least k_B T I(x; sample)
/// (`per-neuron`). One reset of all neurons at once could use their correlations, and then needs
/// I(all x; sample) only, at most k_B T ln N (`joint`); the difference is the price of resetting
/// them one by one. With the sample at hand, a reset that retraces the set needs nothing. In a time
/// t the first class needs (γ/t) W2² more (`finite-time`).
struct Resets {
  let limits: [Limit]

  static let finiteTimeSource = Source(
    key: "aurell2011",
    citation:
      "E. Aurell, C. Mejía-Monasterio, P. Muratore-Ginanneschi, Optimal protocols and optimal "
      + "transport in stochastic thermodynamics, Phys. Rev. Lett. 106, 250601 (2011)",
    evidence: .derived)
  static let informationSource = Source(
    key: "blind-reset",
    citation:
      "derived in this project from Landauer (1961): a reset that sees nothing else compresses "
      + "p(x) to the thermal state around 0, at least k_B T I(x; sample)",
    evidence: .derived)
  static let jointSource = Source(
    key: "kolchinsky2017",
    citation: "A. Kolchinsky, B. Tracey, Estimating mixture entropy with pairwise distances, "
      + "Entropy 19, 361 (2017); D. Wolpert, A. Kolchinsky on modularity, New J. Phys. 22 (2020)",
    evidence: .derived)

  /// The floors of a stream.
  ///
  /// - Parameter hold: time of the reset in τ0, long enough to finish it.
  init(
    on reference: ReferenceActivations, stiffness: [Double], hold: Double, in context: RunContext
  ) throws(Cancelled) {
    var rows: [(row: Int, stiffness: Double)] = []
    for (index, layer) in reference.layers.enumerated() where stiffness[index] > 0 {
      rows += layer.rows.map { ($0, stiffness[index]) }
    }
    let held = rows
    let mixtures = try context.map(blocks: held.count) { index in
      ThermalMixture(
        centres: reference.neuron(held[index].row), stiffness: held[index].stiffness)
    }
    let single = mixtures.reduce(0) { $0 + $1.information.value }

    var points = [Double](repeating: 0, count: max(held.count, 1) * reference.sampleCount)
    for (axis, neuron) in held.enumerated() {
      let scale = neuron.stiffness.squareRoot()
      for (sample, value) in reference.neuron(neuron.row).enumerated() {
        points[sample * held.count + axis] = value * scale
      }
    }
    let joint = JointInformation(
      points: points, dimensions: max(held.count, 1), seed: context.seed)
    // The neurons' noises are independent, so together they never tell more than one by one.
    let together = min(joint.value.value, single)
    let upper = max(min(joint.upperBound.value, single), together)
    let isExact = joint.standardError == .zero

    let isSaturated = together > log(Double(reference.sampleCount)) * (1 - 1e-9)
    let transport = mixtures.reduce(0) { $0 + $1.scaledTransport }

    limits = [
      Limit(
        "information", rule: "per-neuron", kind: .floor, ThermalEnergy(erasing: Nats(single)),
        source: Self.informationSource),
      Limit(
        "information", rule: "joint", kind: .floor, ThermalEnergy(erasing: Nats(together)),
        range: isExact
          ? nil
          : ThermalEnergy(
            erasing: Nats(min(joint.lowerBound.value, together)))...ThermalEnergy(
              erasing: Nats(upper)),
        standardError: isExact ? nil : ThermalEnergy(erasing: joint.standardError),
        note: isSaturated ? "ln N: all samples told apart" : nil,
        source: Self.jointSource),
      Limit(
        "finite-time", kind: .floor, ThermalEnergy(single + transport / hold),
        source: Self.finiteTimeSource),
    ]
  }
}
