public import Quantities
internal import Foundation

/// What many trapped degrees of freedom together tell about the sample they hold: I(all x; sample).
///
/// Each sample is one point of a space whose coordinates are counted in thermal standard
/// deviations, blurred by independent unit Gaussians. The information is at most ln N, and at most
/// the sum of what each coordinate tells alone; the difference to that sum is their multi-
/// information.
///
/// No closed form exists. Two bounds from the pairwise distances enclose it, and where they do not
/// agree it is estimated by drawing points.
///
/// - Source: A. Kolchinsky and B. Tracey (2017), bounds for mixtures with equal covariances.
public struct JointInformation: Sendable {
  /// The estimate, within the bounds.
  public let value: Nats
  /// Its standard error; 0 where the bounds agree.
  public let standardError: Nats
  /// -(1/N) Σ_i ln (1/N) Σ_j exp(-d_ij²/8): never above the information.
  public let lowerBound: Nats
  /// -(1/N) Σ_i ln (1/N) Σ_j exp(-d_ij²/2): never below it.
  public let upperBound: Nats

  /// The information carried by points in a space with unit noise.
  ///
  /// - Parameters:
  ///   - points: point after point, `[count × dimensions]`, in thermal standard deviations.
  ///   - dimensions: positive.
  ///   - seed: of the points drawn, where they are needed.
  /// - Complexity: O(count² dimensions); points that lie far apart are told so early.
  public init(points: [Double], dimensions: Int, seed: UInt64) {
    precondition(dimensions > 0 && points.count.isMultiple(of: dimensions) && !points.isEmpty)
    let count = points.count / dimensions
    var lower = 0.0
    var upper = 0.0
    points.withUnsafeBufferPointer { points in
      for i in 0..<count {
        var broad = 0.0
        var narrow = 0.0
        for j in 0..<count {
          let square = Self.squaredDistance(
            points.baseAddress! + i * dimensions, points.baseAddress! + j * dimensions, dimensions)
          broad += exp(-square / 8)
          narrow += exp(-square / 2)
        }
        lower -= log(broad / Double(count))
        upper -= log(narrow / Double(count))
      }
    }
    lower = max(0, lower / Double(count))
    upper = max(lower, upper / Double(count))
    lowerBound = Nats(lower)
    upperBound = Nats(upper)
    guard upper - lower > 1e-9 * upper else {
      value = Nats(lower)
      standardError = .zero
      return
    }
    let draws = max(1, min(16, 8_000 / count))
    var sum = 0.0
    var squares = 0.0
    var point = [Double](repeating: 0, count: dimensions)
    for i in 0..<count {
      var noise = GaussianStream(seed: seed, purpose: "joint information", index: i)
      for _ in 0..<draws {
        var length = 0.0
        for axis in 0..<dimensions {
          let offset = noise.next()
          point[axis] = points[i * dimensions + axis] + offset
          length += offset * offset
        }
        // ln p(x | i) - ln p(x), whose mean is the information.
        var mixture = 0.0
        points.withUnsafeBufferPointer { points in
          point.withUnsafeBufferPointer { point in
            for j in 0..<count {
              let square = Self.squaredDistance(
                point.baseAddress!, points.baseAddress! + j * dimensions, dimensions,
                limit: length + 1500)
              mixture += exp(0.5 * (length - square))
            }
          }
        }
        let information = -log(mixture / Double(count))
        sum += information
        squares += information * information
      }
    }
    let drawn = Double(count * draws)
    let mean = sum / drawn
    value = Nats(min(max(mean, lower), upper))
    standardError = Nats((max(0, squares / drawn - mean * mean) / max(1, drawn - 1)).squareRoot())
  }

  /// The squared distance of two points, or some number above `limit` once it is known to be above.
  private static func squaredDistance(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ dimensions: Int,
    limit: Double = 6000
  ) -> Double {
    var sum = 0.0
    var axis = 0
    while axis < dimensions, sum < limit {
      let end = min(axis + 8, dimensions)
      while axis < end {
        let difference = a[axis] - b[axis]
        sum += difference * difference
        axis += 1
      }
    }
    return sum
  }
}
