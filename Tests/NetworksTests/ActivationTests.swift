import Foundation
import Networks
import Testing

/// What is said of each function: its derivative, its steepest slope, what its output tells.
@Suite struct ActivationTests {
  static let functions =
    RandomOperations.functions + [
      .elu(alpha: -0.4), .elu(alpha: 2), .selu(alpha: 0.2, gamma: -2), .selu(alpha: -1, gamma: 0.5),
      .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSigmoid(alpha: -0.3, beta: 0.5),
      .hardSigmoid(alpha: 1, beta: 0), .hardSigmoid(alpha: 1, beta: -2),
      .hardSigmoid(alpha: 0, beta: 0.5), .leakyReLU(slope: 0), .leakyReLU(slope: 3),
      .leakyReLU(slope: -2), .clip(from: 0, to: 6), .clip(from: 1, to: 2), .clip(from: -2, to: -1),
      .clip(from: 2, to: 1), .clip(from: -1, to: 0), .power(2), .power(1), .power(0), .power(0.5),
    ]

  /// Where the function is defined.
  private func domain(_ function: Activation) -> ClosedRange<Double> {
    switch function {
    case .squareRoot, .reciprocal: 0.05...9
    case .power: 0.05...4
    default: -9...9
    }
  }

  private func grid(_ range: ClosedRange<Double>, _ count: Int = 4001) -> [Double] {
    (0..<count).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1)
    }
  }

  @Test(arguments: functions) func derivativeIsTheSlope(_ function: Activation) {
    let step = 1e-6
    // The grid misses the breaks, which lie at numbers of few digits.
    for z in grid(domain(function), 777).map({ $0 + 1e-4 * .pi }) {
      let slope = (function(z + step) - function(z - step)) / (2 * step)
      let derivative = function.derivative(at: z, output: function(z))
      #expect(abs(slope - derivative) < 1e-7 * (1 + abs(slope)), "\(function) at \(z)")
    }
  }

  /// At a break the derivative is the lower side's.
  @Test(arguments: functions) func derivativeAtBreaks(_ function: Activation) {
    var breaks = [0.0]
    switch function {
    case .clip(let lower, let upper): breaks += [Double(lower), Double(upper)]
    case .hardSigmoid(let alpha, let beta) where alpha != 0:
      breaks = [-Double(beta) / Double(alpha), (1 - Double(beta)) / Double(alpha)]
    case .hardSwish: breaks += [-3, 3]
    case .squareRoot, .reciprocal, .power: return
    default: break
    }
    let step = 1e-7
    for z in breaks {
      // Rounding may put the break of a hard sigmoid beside z.
      if case .hardSigmoid = function, function(z) != 0, function(z) != 1 { continue }
      let slope = (function(z) - function(z - step)) / step
      #expect(
        abs(function.derivative(at: z, output: function(z)) - slope) < 1e-5, "\(function) \(z)")
    }
  }

  @Test(arguments: functions) func lipschitzConstantBoundsTheSlopes(_ function: Activation) {
    let slopes = grid(domain(function), 40001).map {
      abs(function.derivative(at: $0, output: function($0)))
    }
    let steepest = slopes.max()!
    let bound = function.lipschitzConstant
    #expect(steepest <= bound)
    // And not by far: the constant is the least of its kind, where there is one.
    if case .clip(let lower, let upper) = function, lower >= upper { return }
    if bound.isFinite { #expect(steepest >= 0.999 * bound) }
  }

  @Test(arguments: functions) func theOutputTellsTheSideOrNothing(_ function: Activation) {
    for z in grid(domain(function)) where z != 0 {
      if let isActive = function.isActive(output: function(z)) {
        // Where the function is flat, 0 and below are one.
        #expect(isActive == (z > 0) || function(z) == function(0) && z < 0, "\(function) at \(z)")
      }
    }
  }

  @Test func valuesByHand() {
    let e = M_E
    let expected: [(Activation, Double, Double)] = [
      (.elu(alpha: 2), -1, 2 * (1 / e - 1)), (.selu(alpha: 2, gamma: 3), -1, 6 * (1 / e - 1)),
      (.selu(alpha: 2, gamma: 3), 2, 6), (.hardSigmoid(alpha: 0.25, beta: 0.5), 1, 0.75),
      (.hardSwish, 1, 2.0 / 3), (.hardSwish, -4, 0), (.hardSwish, 4, 4),
      (.silu, 1, e / (1 + e)), (.softplus, 0, log(2)), (.softplus, 800, 800),
      (.gelu, 1, 0.841344746068543), (.geluTanh, 1, 0.841191990608276),
      (.clip(from: -1, to: 2), 3, 2),
      (.erf, 1, 0.842700792949715), (.squareRoot, 9, 3), (.reciprocal, 4, 0.25), (.absolute, -3, 3),
      (.power(3), -2, -8), (.leakyReLU(slope: 0.1), -10, -1),
    ]
    for (function, z, y) in expected {
      #expect(abs(function(z) - y) < 1e-6 * (1 + abs(y)), "\(function) at \(z)")
    }
  }
}
