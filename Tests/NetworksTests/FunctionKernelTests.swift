import Foundation
import Networks
import Testing

/// The vector functions against the plain ones, over all there is to read.
@Suite struct FunctionKernelTests {
  /// Numbers of all sizes and both signs, densest where functions bend, and the extremes.
  private static func numbers(to largest: Double) -> [Double] {
    var numbers: [Double] = [0, -0.0, 0.5, 1, 3, -3, 6, 87.5, -87.5, -103.5, 709.5, -744.5]
    for step in 0...6000 { numbers.append(-15 + 0.005 * Double(step) + 1e-4 * .pi) }
    for step in 0...800 { numbers.append(-400 + Double(step) * 1.000_1) }
    var size = 1e-37
    while size < largest {
      numbers += [size, -size]
      size *= 1.7
    }
    return numbers
  }

  private func isDefined(_ function: Activation, _ z: Double) -> Bool {
    switch function {
    case .squareRoot, .power: z >= 0
    case .reciprocal: z != 0
    default: true
    }
  }

  /// How far apart rounded arguments drive the value, in units of the last place: |z f'/f| where it is
  /// large.
  private func condition(_ function: Activation, _ z: Double, _ y: Double) -> Double {
    switch function {
    case .geluTanh: 1 + 2 * abs(z) + min(0.1 * abs(z * z * z), 1e4)
    case .hardSigmoid, .hardSwish: 1 + (abs(z) + 1) / max(abs(y), 1e-30)
    default: 1
    }
  }

  private func check<Scalar: KernelScalar>(
    _ function: Activation, _: Scalar.Type, unit: Double, largest: Double, least: Double,
    tolerance: Double
  ) {
    var z = Self.numbers(to: largest).map { Scalar($0) }.filter {
      isDefined(function, Double($0)) && $0.isFinite
    }
    // No multiple of a vector.
    while z.count % 16 != 5 { z.append(1) }
    var y = [Scalar](repeating: 0, count: z.count)
    var slopes = y
    let ones = [Scalar](repeating: 1, count: z.count)
    Scalar.activate(function, count: z.count, z, into: &y)
    Scalar.activateDerivative(function, count: z.count, input: z, output: y, ones, into: &slopes)
    let bound = max(1, min(function.lipschitzConstant, 4))
    for place in z.indices {
      let x = Double(z[place])
      let expected = function(x)
      let error = abs(Double(y[place]) - expected)
      let rounded = Scalar(expected)
      if rounded.isInfinite || Double(rounded) > 0.999 * Double(Scalar.greatestFiniteMagnitude) {
        #expect(y[place] == rounded || error < 1e-5 * expected, "\(function) at \(x)")
        continue
      }
      // Below the normal numbers digits are lost, of factors that z may multiply.
      let lost = 2 * least * (1 + min(abs(x), 1000))
      // The plain function rounds z/√2, whose square the exponential then takes.
      let plain = function == .gelu ? 0x1p-53 * x * x * abs(expected) : 0
      let bearable =
        tolerance * unit * condition(function, x, expected) * abs(expected) + plain + lost
      if !(error <= bearable) {
        Issue.record("\(function) at \(x): \(y[place]), not \(expected)")
      }
      // From y, or as a difference: precise relative to the steepest slope.
      let slope = function.derivative(at: x, output: expected)
      guard Scalar(slope).isFinite else { continue }
      if !(abs(Double(slopes[place]) - slope) <= 2 * tolerance * unit * max(bound, abs(slope))) {
        Issue.record("slope of \(function) at \(x): \(slopes[place]), not \(slope)")
      }
    }
  }

  @Test(arguments: ActivationTests.functions) func singlePrecision(_ function: Activation) {
    check(
      function, Float.self, unit: 0x1p-24, largest: 1e38,
      least: Double(Float.leastNormalMagnitude) * 0x1p-22, tolerance: 8)
  }

  @Test(arguments: ActivationTests.functions) func doublePrecision(_ function: Activation) {
    check(
      function, Double.self, unit: 0x1p-53, largest: 1e90, least: 1e-308, tolerance: 90)
  }

  /// What is no number stays none; infinities go where the function goes.
  @Test(arguments: ActivationTests.functions) func extremes(_ function: Activation) {
    func check<Scalar: KernelScalar>(_: Scalar.Type) {
      let z: [Scalar] = [.nan, .infinity, -.infinity]
      var y = [Scalar](repeating: 0, count: 3)
      Scalar.activate(function, count: 3, z, into: &y)
      // A power of 0 is 1 for all.
      if function != .power(0) { #expect(y[0].isNaN, "\(function)") }
      for place in 1...2 {
        let expected = function(Double(z[place]))
        guard !expected.isNaN else { continue }
        #expect(
          Double(y[place]) == expected || abs(Double(y[place]) - expected) < 1e-6 * abs(expected),
          "\(function) at \(z[place]): \(y[place])")
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
