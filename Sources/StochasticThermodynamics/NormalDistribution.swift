internal import Foundation

/// The standard normal distribution.
enum NormalDistribution {
  /// P(X <= x), accurate in relative terms far into the lower tail.
  static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// The x with P(X <= x) = q, for 0 < q <= 1/2: a rational first guess (Abramowitz and Stegun,
  /// 26.2.23) and three steps of Halley's method, which leave rounding only.
  static func lowerQuantile(_ q: Double) -> Double {
    let t = (-2 * log(q)).squareRoot()
    var x =
      -(t - (2.515517 + t * (0.802853 + t * 0.010328))
        / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))))
    for _ in 0..<3 {
      let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      guard density > 0 else { break }
      let step = (cumulative(x) - q) / density
      x -= step / (1 + 0.5 * x * step)
    }
    return x
  }
}
