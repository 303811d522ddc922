import StochasticThermodynamics
import Testing

@testable import Training

@Suite struct ThermalParametersTests {
  /// Steps of parameters that start at 0 and are pulled by the same gradient.
  static func moved(
    _ energy: Double, steps: Int, count: Int = 1000
  ) -> (parameters: ThermalParameters, gradient: [Float]) {
    var noise = GaussianStream(seed: 9, purpose: "gradient")
    let gradient = (0..<count).map { _ in Float(noise.next()) }
    let parameters = ThermalParameters(
      Array(repeating: 0, count: count), energyPerParameter: energy, seed: 11)
    let padded = gradient + Array(repeating: 0, count: (16 - count % 16) % 16)
    for _ in 0..<steps {
      padded.withUnsafeBufferPointer {
        parameters.step(against: $0.baseAddress!, rate: 0.1, momentum: 0)
      }
    }
    return (parameters, gradient)
  }

  /// A constant force in a bath: mean heat ε per parameter and step, variance 2 k_BT times that, and a
  /// displacement of mean d and variance 2 <d²>/ε.
  @Test(arguments: [0.02, 2.0, 50])
  func dissipationAndDiffusionAreThoseOfADrag(energy: Double) {
    let (count, steps) = (1000, 400)
    let (parameters, gradient) = Self.moved(energy, steps: steps)
    let mean = energy * Double(count)
    let heat = parameters.steps
    #expect(abs(heat.mean - mean) < 4 * heat.standardError)
    #expect(abs(heat.variance - 2 * mean) < 4 * heat.standardErrorOfVariance)
    #expect(abs(parameters.heat - heat.mean * Double(steps)) < 1e-9 * abs(parameters.heat))
    let square = gradient.reduce(0) { $0 + Double($1 * $1) } * 0.01 / Double(count)
    var scatter = RunningMoments()
    for (value, slope) in zip(parameters.current, gradient) {
      scatter.add(Double(value) + 0.1 * Double(slope) * Double(steps))
    }
    let variance = 2 * square / energy * Double(steps)
    #expect(abs(scatter.mean) < 4 * scatter.standardError)
    #expect(abs(scatter.variance - variance) < 4 * scatter.standardErrorOfVariance)
  }

  @Test func withoutFrictionNothingIsRandom() {
    let parameters = ThermalParameters([1, 2, 3], energyPerParameter: nil, seed: 1)
    let gradient: [Float] = [1, -2, 0.5] + Array(repeating: 0, count: 13)
    gradient.withUnsafeBufferPointer { gradient in
      parameters.step(against: gradient.baseAddress!, rate: 0.5, momentum: 0.5)
      parameters.step(against: gradient.baseAddress!, rate: 0.5, momentum: 0.5)
    }
    // d1 = -g/2, d2 = d1/2 - g/2: together -5/4 g.
    let expected: [Float] = [-0.25, 4.5, 2.375]
    #expect(parameters.current == expected)
    #expect(parameters.heat == 0)
  }

  @Test func whatDoesNotMoveCostsNothing() {
    let parameters = ThermalParameters([1, 2], energyPerParameter: 2, seed: 1)
    let zeros = [Float](repeating: 0, count: 16)
    zeros.withUnsafeBufferPointer {
      parameters.step(against: $0.baseAddress!, rate: 0.1, momentum: 0)
    }
    #expect(parameters.current == [1, 2] && parameters.heat == 0)
  }
}
