internal import Networks
internal import PhysicalLaws
internal import StochasticThermodynamics
internal import SubstrateCore
internal import Training

// How such a network learns: stresses as errors, and parameters that drag through a bath.
extension Laws {
  static let learning = [stressGradient, stressDeviation, parameterDrag, parameterDiffusion]

  static let stressGradient = Law(
    "stress-gradient",
    "with input and outputs clamped, weakly, stresses times activations are the gradient of the squared error"
  ) { _ in
    clamped.flatMap { name, network, samples -> [Finding] in
      let expected = squaredErrorSlope(network, samples)
      let measured = stressForces(network, samples, clamp: 1e-6)
      return ParameterLayout(network).places.flatMap { place -> [Finding] in
        let layer = network.nodes[place.node].name
        let range = place.weight.lowerBound..<place.bias.upperBound
        let (a, b) = (measured[range], expected[range])
        let (size, other) = (dot(a, a).squareRoot(), dot(b, b).squareRoot())
        return [
          Finding(
            "\(name), \(layer), cosine", measured: dot(a, b) / (size * other), .atLeast, 0.999),
          // To first order in the clamp, whose factor is of the size of (∂y/∂x)².
          Finding(
            "\(name), \(layer), size", measured: size / other, .equal, 1, tolerance: 1e-3),
        ]
      }
    }
  }

  static let stressDeviation = Law(
    "stress-deviation",
    "what a stronger clamp adds to that gradient grows in proportion to it while it is weak"
  ) { _ in
    clamped.map { name, network, samples -> Finding in
      let expected = squaredErrorSlope(network, samples)
      let misses = [1e-5, 1e-4].map { clamp -> Double in
        let difference = zip(stressForces(network, samples, clamp: clamp), expected).map { $0 - $1 }
        return (dot(difference[...], difference[...]) / dot(expected[...], expected[...]))
          .squareRoot()
      }
      return Finding(
        "\(name), ten times the clamp", measured: misses[1] / misses[0], .equal, 10,
        // The next order, and lines that a stress carries neurons over.
        tolerance: 0.5)
    }
  }

  static let parameterDrag = Law(
    "parameter-drag",
    "parameters dragged through a bath dissipate ε k_BT each a step, with a variance of 2 k_BT times that"
  ) { context in
    zip([0.2, 2, 20], 0...).flatMap { (energy: Double, index: Int) -> [Finding] in
      let heat = dragged(energy, steps: 2000, seed: context.seed, index: index).parameters.steps
      let mean = energy * Double(dragCount)
      return [
        Finding("ε = \(energy)", unit: "k_BT", mean: heat, .equal, mean),
        Finding(
          "ε = \(energy), variance over the mean", unit: "k_BT", measured: heat.variance / mean,
          standardError: heat.standardErrorOfVariance / mean, .equal, 2),
      ]
    }
  }

  static let parameterDiffusion = Law(
    "parameter-diffusion",
    "they arrive where they were dragged, scattered by 2 <d²>/ε a step"
  ) { context in
    zip([0.2, 2, 20], 3...).flatMap { (energy: Double, index: Int) -> [Finding] in
      let steps = 500
      let (parameters, moves) = dragged(energy, steps: steps, seed: context.seed, index: index)
      var scatter = RunningMoments()
      for (place, move) in zip(parameters.current, moves) {
        scatter.add(Double(place) - Double(steps) * move)
      }
      let square = moves.reduce(0) { $0 + $1 * $1 } / Double(moves.count)
      return [
        Finding("ε = \(energy), mean", mean: scatter, .equal, 0),
        Finding(
          "ε = \(energy), variance over <d²> steps",
          measured: scatter.variance / square / Double(steps),
          standardError: scatter.standardErrorOfVariance / square / Double(steps), .equal,
          2 / energy),
      ]
    }
  }

  // MARK: Experiments

  private static let dragCount = 1600

  /// Parameters at 0, dragged by the same moves again and again.
  private static func dragged(
    _ energy: Double, steps: Int, seed: UInt64, index: Int
  ) -> (parameters: ThermalParameters, moves: [Double]) {
    var noise = GaussianStream(seed: networks, purpose: "moves of parameters")
    let slopes = (0..<dragCount).map { _ in Float(noise.next()) }
    let parameters = ThermalParameters(
      Array(repeating: 0, count: dragCount), energyPerParameter: energy, seed: seed,
      index: index)
    for _ in 0..<steps {
      slopes.withUnsafeBufferPointer {
        parameters.step(against: $0.baseAddress!, rate: 0.125, momentum: 0)
      }
    }
    return (parameters, slopes.map { -0.125 * Double($0) })
  }

  /// Networks, each with samples of which the first half are inputs.
  private static let clamped: [(String, Network, Samples)] = [
    ("64-32-10, relu", RandomWorkload.chain([64, 32, 10], .relu, samples: 4, seed: networks)),
    ("8-12-9-5, tanh", RandomWorkload.chain([8, 12, 9, 5], .tanh, samples: 4, seed: networks)),
    (
      "convolutional, tanh",
      RandomWorkload.network(.convolutional, .tanh, samples: 4, seed: networks, index: 300)
    ),
    (
      "residual, relu",
      RandomWorkload.network(.residual, .relu, samples: 4, seed: networks, index: 301)
    ),
  ].map { ($0.0, $0.1.network, $0.1.samples) }

  private static func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Targets of the outputs, drawn.
  private static func targets(_ network: Network, _ sample: Int) -> [Double] {
    var noise = GaussianStream(seed: networks, purpose: "targets", index: sample)
    return (0..<network.outputCount).map { _ in noise.next() }
  }

  /// The gradient of half the squared distance from the targets, by the reference engine.
  private static func squaredErrorSlope(_ network: Network, _ samples: Samples) -> [Double] {
    let layout = ParameterLayout(network)
    let engine = ReferenceEngine(network)
    var sum = [Double](repeating: 0, count: layout.count)
    for sample in 0..<samples.count {
      let values = engine.values(for: samples[sample].map(Double.init))
      let miss = zip(values[network.output], targets(network, sample)).map { $0 - $1 }
      let slopes = engine.pullback(of: miss, at: values)
      for place in layout.places {
        for (index, slope) in zip(place.weight, slopes.weights[place.node]!) { sum[index] += slope }
        for (index, slope) in zip(place.bias, slopes.biases[place.node]!) { sum[index] += slope }
      }
    }
    return sum
  }

  /// The forces on the weights of the network at rest under its clamps.
  private static func stressForces(
    _ network: Network, _ samples: Samples, clamp: Double
  ) -> [Double] {
    let engine = GradientEngine<Double>(network)
    // Layers of different stiffness: the gradient does not depend on it.
    let stressed = StressedNetwork(
      engine, samples: samples.count,
      stiffness: engine.neuronNodes.indices.map { 1 + 0.5 * Double($0) }, clamp: clamp,
      tolerance: 1e-7)
    let lanes = stressed.workspace.lanes
    for sample in 0..<samples.count {
      for (row, value) in samples[sample].enumerated() {
        stressed.workspace.inputs[row * lanes + sample] = Double(value)
      }
      for (row, value) in targets(network, sample).enumerated() {
        stressed.targets.pointer[row * lanes + sample] = value
      }
    }
    let parameters = engine.layout.values().map { Double($0) }
    var forces = [Double](repeating: .nan, count: parameters.count)
    parameters.withUnsafeBufferPointer { parameters in
      guard stressed.relax(parameters.baseAddress!, samples: samples.count) else { return }
      forces.withUnsafeMutableBufferPointer {
        stressed.parameterForces(times: 1, into: $0.baseAddress!)
      }
    }
    return forces
  }
}
