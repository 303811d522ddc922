internal import Foundation

/// A node of capacitance C to which conductances lead, of total G, and which ideal diodes hold between two
/// voltages.
///
/// Kirchhoff's current law puts it at the mean of its neighbours' voltages weighted by conductance, or at the
/// bound that keeps it from there: the least of its part of the co-content. On the way C dv/dt = G (mean - v).
/// All voltages may be in any one unit.
struct ClippedNode: Sendable {
  /// The conductance-weighted mean of the neighbours.
  var mean: Double
  /// Where a diode keeps it from falling further.
  var lower = -Double.infinity
  /// Where a diode keeps it from rising further.
  var upper = Double.infinity

  /// Where it comes to rest.
  var settled: Double { clipped(mean) }

  /// Where it is after a time t.
  ///
  /// - Parameters:
  ///   - left: e^(-t G/C), what is left of a distance.
  ///   - start: where it was.
  func voltage(left: Double, from start: Double) -> Double {
    clipped(mean + left * (start - mean))
  }

  /// What a transient comes to.
  struct Transient {
    /// ∫ G (v - mean)² dt / C beyond what the settled state takes in the same time, and what a diode takes
    /// that lifts the node at once: in squared volts.
    var excess: Double
    /// The charge that flows through the lower diode, over C: in volts.
    var diodeCharge: Double
  }

  /// The transient of a node without an upper bound, exact.
  ///
  /// With a = start - mean, d = lower - mean and times in C/G, an unhindered approach gives
  /// ∫ (v - mean)² dt = (a²/2)(1 - e^(-2t)). A node with d > 0 falls for ln(a/d), which gives (a² - d²)/2, and is
  /// held at d from then on.
  ///
  /// - Parameters:
  ///   - time: in C/G, positive.
  ///   - left: e^(-time).
  ///   - start: where it was; below the lower bound, the diode lifts it at once.
  func transient(time: Double, left: Double, from start: Double) -> Transient {
    let lift = max(lower - start, 0)
    let (a, d) = (start + lift - mean, lower - mean)
    guard d > 0 else {
      return Transient(
        excess: 0.5 * (a * a * (1 - left * left) + lift * lift), diodeCharge: lift)
    }
    guard d > left * a else {
      return Transient(excess: 0.5 * a * a * (1 - left * left) - d * d * time, diodeCharge: 0)
    }
    let fall = log(a / d)
    return Transient(
      excess: 0.5 * (a * a - d * d + lift * lift) - d * d * fall,
      diodeCharge: lift + d * (time - fall))
  }

  private func clipped(_ voltage: Double) -> Double { min(max(voltage, lower), upper) }
}
