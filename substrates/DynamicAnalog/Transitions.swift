internal import AnalogNeurons
internal import Networks
internal import Quantities
internal import SubstrateCore

/// The transition bound: k_B T ln 2 for every neuron that changes its state in an inference.
///
/// A neuron's state is the sign of its pre-activation, for every elementwise nonlinearity; linear
/// neurons make no transitions, because linear operations can be done reversibly. It is a counting
/// rule, not a theorem: it presumes neurons whose two states are well resolved, K x² ≫ 1, and
/// counts a whole bit for one that is always on, which a reset that knows this does not pay.
struct Transitions {
  /// Neurons above threshold, per inference: every one of them leaves the reset state.
  var fromReset = 0.0
  /// Neurons on the other side than for the sample before, per inference.
  var betweenInferences = 0.0
  var warnings: [String] = []
  private var unresolved: [String] = []

  init(_ network: Network, on reference: ReferenceActivations, stiffness: [Double]) {
    let samples = reference.sampleCount
    var uncounted: [String] = []
    for (index, layer) in reference.layers.enumerated() {
      guard let isActive = Self.threshold(of: network.lastOperation(of: layer)) else {
        if !network.lastOperation(of: layer).isLinear { uncounted.append(layer.name) }
        continue
      }
      var active = 0
      var changes = 0
      var square = 0.0
      for row in layer.rows {
        let values = reference.neuron(row)
        var before = isActive(values.last!)
        for value in values {
          let now = isActive(value)
          if now {
            active += 1
            square += value * value
          }
          if now != before { changes += 1 }
          before = now
        }
      }
      fromReset += Double(active) / Double(samples)
      betweenInferences += Double(changes) / Double(samples)
      if active > 0, stiffness[index] * square / Double(active) < Self.resolution {
        unresolved.append(layer.name)
      }
    }
    if !uncounted.isEmpty {
      warnings.append(
        "the transition bound does not count \(uncounted.joined(separator: ", ")): no threshold")
    }
  }

  /// Whether a neuron is above threshold, from its activation; none for what has no threshold, or whose
  /// activation does not tell.
  private static func threshold(of operation: Operation) -> ((Double) -> Bool)? {
    switch operation {
    case .activation(let function):
      guard function.isActive(output: 0) != nil else { return nil }
      return { function.isActive(output: $0)! }
    case .prelu(let prelu):
      return prelu.slopes.allSatisfy { $0 >= 0 } ? { $0 > 0 } : nil
    case .input, .dense, .convolution, .scale, .add, .multiply, .matrixProduct, .softmax,
      .logSoftmax, .normalize, .pool, .rearrange, .reshape:
      return nil
    }
  }

  /// Mean K x² of active neurons from which their two states count as resolved.
  private static let resolution = 10.0

  var limits: [Limit] {
    let note =
      unresolved.isEmpty
      ? nil : "unresolved: K x² is not large in \(unresolved.joined(separator: ", "))"
    return [("from-reset", fromReset), ("between-inferences", betweenInferences)].map {
      Limit(
        "transition", rule: $0.0, kind: .convention, ThermalEnergy(erasing: Bits($0.1)), note: note,
        source: Source.tkachenko2025)
    }
  }
}
