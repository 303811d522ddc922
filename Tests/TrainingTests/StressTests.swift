import Networks
import StochasticThermodynamics
import Testing

@testable import Training

@Suite struct StressTests {
  static let samples = 3

  static func relaxed(
    _ network: Network, clamp: Double, stiffness: [Double]? = nil
  ) -> (forces: [Double], stressed: StressedNetwork<Double>) {
    let engine = GradientEngine<Double>(network)
    let stressed = StressedNetwork(
      engine, samples: samples, stiffness: stiffness, clamp: clamp, tolerance: 1e-9)
    let lanes = stressed.workspace.lanes
    var noise = GaussianStream(seed: 3, purpose: "stress")
    for sample in 0..<samples {
      for row in 0..<network.inputCount {
        stressed.workspace.inputs[row * lanes + sample] = noise.next()
      }
      for row in 0..<network.outputCount {
        stressed.targets.pointer[row * lanes + sample] = noise.next()
      }
    }
    var forces = [Double](repeating: 0, count: engine.layout.count)
    let parameters = engine.layout.values().map { Double($0) }
    parameters.withUnsafeBufferPointer { parameters in
      #expect(stressed.relax(parameters.baseAddress!, samples: samples))
      forces.withUnsafeMutableBufferPointer {
        stressed.parameterForces(times: 1, into: $0.baseAddress!)
      }
    }
    return (forces, stressed)
  }

  static func network() throws -> Network {
    try Network(
      named: "stressed",
      layers: zip([4, 6, 5], [6, 5, 3]).enumerated().map { index, pair in
        var noise = GaussianStream(seed: 5, purpose: "weights", index: index)
        return try Dense(
          inputs: pair.0, weight: (0..<pair.0 * pair.1).map { _ in Float(0.6 * noise.next()) },
          bias: (0..<pair.1).map { _ in Float(0.2 * noise.next()) })
      }, activation: .tanh)
  }

  /// The gradient of half the squared error, by the reference engine.
  static func gradient(_ network: Network) -> [Double] {
    let layout = ParameterLayout(network)
    let reference = ReferenceEngine(network)
    var noise = GaussianStream(seed: 3, purpose: "stress")
    var sum = [Double](repeating: 0, count: layout.count)
    for _ in 0..<samples {
      let input = (0..<network.inputCount).map { _ in noise.next() }
      let target = (0..<network.outputCount).map { _ in noise.next() }
      let values = reference.values(for: input)
      let slopes = reference.pullback(
        of: zip(values[network.output], target).map { $0 - $1 }, at: values)
      for place in layout.places {
        for (index, slope) in zip(place.weight, slopes.weights[place.node]!) { sum[index] += slope }
        for (index, slope) in zip(place.bias, slopes.biases[place.node]!) { sum[index] += slope }
      }
    }
    return sum
  }

  @Test(arguments: [nil, [0.5, 3, 1.2]])
  func weaklyClampedItIsTheGradient(stiffness: [Double]?) throws {
    let network = try Self.network()
    let gradient = Self.gradient(network)
    let size = gradient.map(abs).max()!
    var misses: [Double] = []
    for clamp in [1e-4, 2e-4, 1e-5] {
      let forces = Self.relaxed(network, clamp: clamp, stiffness: stiffness).forces
      misses.append(zip(forces, gradient).map { abs($0 - $1) }.max()! / size)
    }
    #expect(misses[2] < 3e-4)
    // To first order in the clamp.
    #expect(abs(misses[1] / misses[0] - 2) < 0.01)
    #expect(abs(misses[0] / misses[2] / 10 - 1) < 0.02)
  }

  /// With a strong clamp it is no gradient of that error any more, but what happens at rest can be checked:
  /// neighbours' stresses balance, and the forces are the landscape's slope with the weights.
  @Test func atRestForcesAreTheSlopeOfTheLandscape() throws {
    let network = try Self.network()
    let stiffness = [0.5, 3, 1.2]
    let clamp = 0.7
    let (forces, stressed) = Self.relaxed(network, clamp: clamp, stiffness: stiffness)
    let layout = stressed.engine.layout
    /// F at rest for given weights, from the network's own definition.
    func landscape(_ values: [Float]) throws -> Double {
      let moved = try layout.network(with: values, named: "stressed")
      let stressed = Self.relaxed(moved, clamp: clamp, stiffness: stiffness).stressed
      let lanes = stressed.workspace.lanes
      var energy = 0.0
      for (layer, node) in stressed.engine.neuronNodes.enumerated() {
        let count = moved.nodes[node].shape.count
        let (x, f) = (stressed.workspace.states[node], stressed.workspace.values[node])
        for row in 0..<count {
          for lane in 0..<Self.samples {
            let r = x[row * lanes + lane] - f[row * lanes + lane]
            energy += stiffness[layer] / 2 * r * r
            if layer == stiffness.count - 1 {
              let miss = x[row * lanes + lane] - stressed.targets.pointer[row * lanes + lane]
              energy += clamp * stiffness[layer] / 2 * miss * miss
            }
          }
        }
      }
      return energy
    }
    let values = layout.values()
    for index in stride(from: 0, to: layout.count, by: 11) {
      var (up, down) = (values, values)
      up[index] += 0x1p-9
      down[index] -= 0x1p-9
      let slope = (try landscape(up) - landscape(down)) / (Double(up[index]) - Double(down[index]))
      #expect(abs(slope - forces[index] * clamp * stiffness[2]) < 1e-5)
    }
  }

  @Test func itLearnsByStressAlone() throws {
    let engine = try Digits.engine("64-8-10")
    let samples = try Digits.training(60)
    var recipe = Recipe()
    (recipe.loss, recipe.epochs) = (.squaredError, 3)
    let direct = TrainingRun(engine, recipe, on: samples, seed: 1)
    recipe.rule = .stress(clamp: 1e-3)
    let stressed = TrainingRun(engine, recipe, on: samples, seed: 1)
    #expect(stressed.verdict == .completed)
    // Of first order in the clamp, and rounding over it.
    let moved = zip(direct.parameters, engine.layout.heInitialisation(seed: 1))
      .map { abs($0 - $1) }.max()!
    for (a, b) in zip(stressed.parameters, direct.parameters) {
      #expect(abs(a - b) < 0.05 * moved)
    }
  }
}
