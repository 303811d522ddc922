internal import Foundation

/// The least value of a function of a positive number that first falls and then rises, on the scale of its
/// logarithm: steps by factors of 2 downhill until it is enclosed, then parabolas through the three best
/// points (R. Brent's method without its bookkeeping), golden sections where a parabola fails.
///
/// It ends when a parabola through points that are near moves the place by less than a percent: the value is
/// then within parts in ten thousand of the least. From a good guess that takes some ten evaluations.
struct LeastOnLogScale<Failure: Error> {
  private let function: (Double) throws(Failure) -> Double
  private let range: ClosedRange<Double>
  private(set) var evaluations = 0
  /// Where the least value is.
  private(set) var position: Double
  private(set) var value = Double.infinity
  private(set) var isAtLowerEnd = false
  private(set) var isAtUpperEnd = false

  private static var tolerance: Double { 0.01 }
  private static var narrow: Double { 0.5 }
  private static var golden: Double { 0.381966 }

  init(
    from guess: Double, within range: ClosedRange<Double>,
    of function: @escaping (Double) throws(Failure) -> Double
  ) {
    self.function = function
    self.range = range
    position = guess
  }

  private mutating func evaluate(_ logarithm: Double) throws(Failure) -> (x: Double, y: Double) {
    evaluations += 1
    return (logarithm, try function(exp(logarithm)))
  }

  mutating func run() throws(Failure) {
    let step = log(2.0)
    let (first, last) = (log(range.lowerBound), log(range.upperBound))
    var middle = try evaluate(log(position))
    var left = try evaluate(middle.x - step)
    var right = try evaluate(middle.x + step)
    while left.y < middle.y || right.y < middle.y {
      // Downhill on the lower side.
      if left.y <= right.y {
        (right, middle) = (middle, left)
        guard middle.x - step >= first else {
          isAtLowerEnd = true
          break
        }
        left = try evaluate(middle.x - step)
      } else {
        (left, middle) = (middle, right)
        guard middle.x + step <= last else {
          isAtUpperEnd = true
          break
        }
        right = try evaluate(middle.x + step)
      }
    }
    if !isAtLowerEnd && !isAtUpperEnd { (left, middle, right) = try enclose(left, middle, right) }
    position = exp(middle.x)
    value = middle.y
  }

  private mutating func enclose(
    _ left: (x: Double, y: Double), _ middle: (x: Double, y: Double),
    _ right: (x: Double, y: Double)
  ) throws(Failure) -> ((x: Double, y: Double), (x: Double, y: Double), (x: Double, y: Double)) {
    var (left, middle, right) = (left, middle, right)
    for _ in 0..<40 {
      // The vertex of the parabola through the three points.
      let (a, b) = (middle.x - left.x, middle.x - right.x)
      let (f, g) = (a * (middle.y - right.y), b * (middle.y - left.y))
      var x = middle.x - 0.5 * (a * f - b * g) / (f - g)
      let isSettled = abs(x - middle.x) < Self.tolerance
      if isSettled && right.x - left.x < Self.narrow { break }
      // A parabola through points that are far apart, or crowd on one side, is not to be trusted.
      if isSettled || !(x > left.x && x < right.x) {
        x =
          middle.x - left.x > right.x - middle.x
          ? middle.x - Self.golden * (middle.x - left.x)
          : middle.x + Self.golden * (right.x - middle.x)
      }
      let next = try evaluate(x)
      if next.y < middle.y {
        if x < middle.x { right = middle } else { left = middle }
        middle = next
      } else {
        if x < middle.x { left = next } else { right = next }
      }
      if right.x - left.x < 2 * Self.tolerance { break }
    }
    return (left, middle, right)
  }
}
