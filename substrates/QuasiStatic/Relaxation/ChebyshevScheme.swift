internal import Foundation

/// The coefficients of the stabilised explicit Runge–Kutta–Chebyshev scheme of second order.
///
/// An explicit method whose range of stability along the negative real axis grows with the square
/// of the number of stages, about 0.65 s²: a relaxation whose rates span three orders of magnitude
/// needs the square root of the stages that Euler's method needs, and no linear algebra. The
/// landscape's Jacobian, scaled by the friction, is symmetric, so its eigenvalues lie on that axis.
///
/// With w0 = 1 + ε/s², w1 = T_s'(w0)/T_s''(w0), b_j = T_j''(w0)/T_j'(w0)²:
/// Y_1 = Y_0 + b_1 w1 h F_0 and
/// Y_j = (1 - μ_j - ν_j) Y_0 + μ_j Y_{j-1} + ν_j Y_{j-2} + μ̃_j h F_{j-1} + γ̃_j h F_0.
///
/// Source: J. Verwer, W. Hundsdorfer and B. Sommeijer (1990); B. Sommeijer, L. Shampine and J.
/// Verwer, RKC (1997), whose error estimate is used too.
struct ChebyshevScheme {
  struct Stage {
    /// Weights of Y_0, Y_{j-1}, Y_{j-2}, h F_{j-1} and h F_0.
    let initial: Double
    let previous: Double
    let beforePrevious: Double
    let slope: Double
    let initialSlope: Double
    /// Where, within the step, this stage stands.
    let time: Double
  }

  /// Stages from the second on.
  let stages: [Stage]
  /// Weight of h F_0 in the first stage, and where that stage stands.
  let firstSlope: Double
  let firstTime: Double

  private static let damping = 2.0 / 13

  /// How many stages a step h needs when no rate exceeds λ: stable for h λ up to 0.653 (s² - 1).
  ///
  /// Large numbers are rounded up by a few per cent, so that few schemes have to be kept.
  static func stages(forStep h: Double, rate: Double) -> Int {
    let count = max(2, Int((1 + 1.54 * h * rate).squareRoot().rounded(.up)))
    let grain = max(1, (1 << (Int.bitWidth - count.leadingZeroBitCount)) / 32)
    return (count + grain - 1) / grain * grain
  }

  init(stages count: Int) {
    precondition(count >= 2, "a second-order step has two stages or more")
    let w0 = 1 + Self.damping / Double(count * count)
    // Chebyshev polynomials and their first two derivatives at w0.
    var t = [1, w0]
    var d = [0.0, 1]
    var dd = [0.0, 0]
    for j in 2...count {
      t.append(2 * w0 * t[j - 1] - t[j - 2])
      d.append(2 * t[j - 1] + 2 * w0 * d[j - 1] - d[j - 2])
      dd.append(4 * d[j - 1] + 2 * w0 * dd[j - 1] - dd[j - 2])
    }
    let w1 = d[count] / dd[count]
    var b = (0...count).map { $0 < 2 ? 0 : dd[$0] / (d[$0] * d[$0]) }
    b[0] = b[2]
    b[1] = b[2]
    let times = (0...count).map { j in
      j == 0 ? 0 : j == 1 ? w1 * dd[2] / d[2] / d[2] : w1 * dd[j] / d[j]
    }
    firstSlope = b[1] * w1
    firstTime = times[1]
    stages = (2...count).map { j in
      let previous = 2 * b[j] * w0 / b[j - 1]
      let beforePrevious = -b[j] / b[j - 2]
      let slope = 2 * b[j] * w1 / b[j - 1]
      return Stage(
        initial: 1 - previous - beforePrevious, previous: previous,
        beforePrevious: beforePrevious, slope: slope,
        initialSlope: -(1 - b[j - 1] * t[j - 1]) * slope, time: times[j])
    }
  }
}
