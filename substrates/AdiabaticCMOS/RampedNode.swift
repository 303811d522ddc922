internal import Foundation
internal import Quantities
internal import StochasticThermodynamics

/// A node of capacitance C that is moved by the swing V through a switch of resistance R, in a linear
/// ramp of the clock that feeds it.
///
/// It is not a model of that clock. With x = τ/(RC), the lag of the node behind the ramp obeys
/// dy/dt = V/τ - y/(RC) from y = 0, so that all that the switch turns into heat, what is left after the
/// ramp included, is
///
///     E = C V² f(x),  f(x) = (x - 1 + e^(-x))/x²,
///
/// (1/2) C V² for an abrupt step and C V²/x for a slow ramp.
struct RampedNode: Hashable, Sendable {
  /// What is charged.
  let capacitance: Farads
  /// What it is charged through.
  let resistance: Ohms
  /// By how much.
  let swing: Volts

  /// How far behind, as a share of the swing, a node may be when the next one is moved.
  static let settled = 0.01

  /// A node.
  init(capacitance: Farads, resistance: Ohms, swing: Volts) {
    precondition(
      capacitance > .zero && resistance > .zero && swing > .zero, "a node that can be charged")
    (self.capacitance, self.resistance, self.swing) = (capacitance, resistance, swing)
  }

  /// RC.
  var timeConstant: Seconds { resistance * capacitance }

  /// C V²: what is lent and given back is half of it.
  var fullEnergy: Joules { .charging(capacitance, to: swing) }

  /// What one transition turns into heat.
  ///
  /// - Parameter duration: of the ramp, not negative; 0 is abrupt.
  func heat(of duration: Seconds) -> Joules {
    RampLoss.share(duration / timeConstant) * fullEnergy
  }

  /// What an abrupt discharge turns into heat, (1/2) C V²: a node that is cleared without a ramp.
  var abruptHeat: Joules { heat(of: .zero) }

  /// How long until the next node may be moved: the ramp, and the wait until what it is behind has
  /// decayed to a hundredth of the swing.
  func phase(of duration: Seconds) -> Seconds {
    RampLoss.phase(duration / timeConstant, settled: Self.settled) * timeConstant
  }

  /// Standard deviations of thermal noise, √(k_B T/C), between a level and the threshold at half the
  /// swing.
  func margin(at temperature: Kelvin) -> Double {
    0.5 * (fullEnergy / thermalQuantum(at: temperature)).squareRoot()
  }
}

/// The pure numbers of a ramp, over x = τ/(RC). The charge of a node follows its clock as a trapped particle
/// follows its trap.
enum RampLoss {
  /// f(x) = (x - 1 + e^(-x))/x², from 1/2 down to 1/x.
  static func share(_ x: Double) -> Double { HarmonicTrap.rampWork(duration: x) }

  /// f'(x) = (2 - x - (x + 2) e^(-x))/x³ = Σ -(-x)^k (k + 1)/(k + 3)!, from -1/6 up to -1/x².
  static func slope(_ x: Double) -> Double {
    // Below here the closed form loses digits, and the series is exact to rounding.
    guard x < 0.5 else { return (2 - x - (x + 2) * exp(-x)) / x / x / x }
    var (sum, term) = (0.0, -1.0 / 6)
    for k in 0..<16 {
      sum += Double(k + 1) * term
      term *= -x / Double(k + 4)
    }
    return sum
  }

  /// The ramp and what has to be waited behind it, in RC: x + max(0, ln(g(x)/ε)), if at the end of the ramp
  /// the node is behind by g(x) = (1 - e^(-x))/x of the swing.
  ///
  /// It grows with x, and is convex: ln g is the logarithm of a mean of exponentials in x.
  static func phase(_ x: Double, settled: Double) -> Double {
    x + max(0, log(HarmonicTrap.rampLag(duration: x) / settled))
  }

  /// Its derivative: 1/(1 - e^(-x)) - 1/x while there is something to wait for, and 1 beyond.
  static func phaseSlope(_ x: Double, settled: Double) -> Double {
    guard HarmonicTrap.rampLag(duration: x) > settled else { return 1 }
    return x < 1e-3 ? 0.5 + x / 12 : -1 / expm1(-x) - 1 / x
  }
}
