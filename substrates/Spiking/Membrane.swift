internal import Foundation

/// How a membrane adds up what drives it, step by step of unit length, without its threshold.
///
/// Of order 1 and without a leak it is a plain sum, U_k = U_{k-1} + z_k. In general τ^a D^a U = -U + X with Caputo's
/// derivative of order a, or D^a U = X without a leak, in product rectangles:
/// U_k = U_0 + Σ_m c_m (-U_{k-1-m} + X_{k-m}), c_m = ((m+1)^a - m^a)/(τ^a a Γ(a)), over the M last steps.
///
/// The drive is X = g z with the gain g = T/Σ_m c_m over a whole inference, so that a constant drive z brings a
/// membrane without leak or threshold to T z after T steps, whatever the order.
struct Membrane: Hashable, Sendable {
  /// a.
  let order: Double
  /// τ, in steps; none without a leak.
  let timeConstant: Double?
  /// T.
  let steps: Int
  /// M, at most T.
  let memory: Int

  /// c_m for m < M; at order 1 without a leak all 1.
  let coefficients: [Double]
  /// g.
  let gain: Double

  init(order: Double, timeConstant: Double?, steps: Int, memory: Int?) {
    self.order = order
    self.timeConstant = timeConstant
    self.steps = steps
    self.memory = min(memory ?? steps, steps)
    coefficients = Self.coefficients(
      order: order, timeConstant: timeConstant ?? 1, count: self.memory)
    gain = Double(steps) / coefficients.reduce(0, +)
  }

  /// Whether the past matters beyond what the membrane holds.
  var hasHistory: Bool { order < 1 }

  /// Multiply–adds with the history of one neuron in an inference: min(k, M) at step k.
  var historyTerms: Int {
    hasHistory ? (1...steps).reduce(0) { $0 + min($1, memory) } : 0
  }

  /// c_0 and so on.
  static func coefficients(order: Double, timeConstant: Double, count: Int) -> [Double] {
    // a Γ(a) = Γ(a + 1), which has no pole in between.
    let scale = 1 / (pow(timeConstant, order) * tgamma(order + 1))
    return (0..<count).map { scale * (pow(Double($0 + 1), order) - pow(Double($0), order)) }
  }
}
