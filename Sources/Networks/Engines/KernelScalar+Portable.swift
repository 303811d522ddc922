internal import Foundation

// Plain loops for what has no vector kernel.

extension KernelScalar {
  /// y = a x + b; y may be x.
  static func scale(
    count: Int, by a: Self, plus b: Self, _ x: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>
  ) {
    for place in 0..<count { y[place] = a * x[place] + b }
  }

  /// y = a b, or y += a b, component by component.
  static func multiply(
    count: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    for place in 0..<count { y[place] = a[place] * b[place] + (accumulating ? y[place] : 0) }
  }

  /// y = max(x, y), component by component; what is no number is the greatest.
  static func maximum(
    count: Int, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    for place in 0..<count where x[place] > y[place] || x[place].isNaN { y[place] = x[place] }
  }

  /// y += a b for the matrices of each lane: element (i, j) of a stands at row i rowStride + j
  /// innerStride, of b at row i innerStride + j columnStride, of y at row i columns + j.
  static func multiplyMatrices(
    rows: Int, inner: Int, columns: Int, lanes: Int, _ a: UnsafePointer<Self>, rowStride: Int,
    innerStride: Int, _ b: UnsafePointer<Self>, innerStride bInnerStride: Int, columnStride: Int,
    addingTo y: UnsafeMutablePointer<Self>
  ) {
    for row in 0..<rows {
      for place in 0..<inner {
        let left = a + (row * rowStride + place * innerStride) * lanes
        for column in 0..<columns {
          multiply(
            count: lanes, left, b + (place * bInnerStride + column * columnStride) * lanes,
            into: y + (row * columns + column) * lanes, accumulating: true)
        }
      }
    }
  }

  /// y = x - log Σ exp x over the rows, for each lane.
  static func logSoftmax(
    rows: Int, lanes: Int, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    for lane in 0..<lanes {
      var largest = x[lane]
      for row in 1..<max(rows, 1) { largest = max(largest, x[row * lanes + lane]) }
      var sum = 0.0
      for row in 0..<rows { sum += exponential(Double(x[row * lanes + lane] - largest)) }
      let rest = largest + Self(logarithm(sum))
      for row in 0..<rows { y[row * lanes + lane] = x[row * lanes + lane] - rest }
    }
  }

  /// out = (1 - p 1ᵀ)ᵀ g with p = exp y, or without the transpose (1 - 1 pᵀ) g, for each lane.
  static func logSoftmaxDerivative(
    rows: Int, lanes: Int, output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    isTransposed: Bool, into out: UnsafeMutablePointer<Self>
  ) {
    for lane in 0..<lanes {
      var sum: Self = 0
      for row in 0..<rows {
        let place = row * lanes + lane
        sum += isTransposed ? g[place] : g[place] * Self(exponential(Double(y[place])))
      }
      for row in 0..<rows {
        let place = row * lanes + lane
        out[place] = g[place] - (isTransposed ? Self(exponential(Double(y[place]))) * sum : sum)
      }
    }
  }

  /// y = (x - mean)/√(variance + ε) over the rows, for each lane.
  static func normalize(
    rows: Int, lanes: Int, epsilon: Self, _ x: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>
  ) {
    for lane in 0..<lanes {
      let (mean, deviation) = statistics(rows: rows, lanes: lanes, epsilon: epsilon, x, lane)
      for row in 0..<rows {
        y[row * lanes + lane] = (x[row * lanes + lane] - mean) / deviation
      }
    }
  }

  /// out = (g - <g> - y <g y>)/deviation for each lane: the Jacobian is symmetric.
  static func normalizeDerivative(
    rows: Int, lanes: Int, epsilon: Self, input x: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    for lane in 0..<lanes {
      let deviation = statistics(rows: rows, lanes: lanes, epsilon: epsilon, x, lane).deviation
      var (mean, product): (Self, Self) = (0, 0)
      for row in 0..<rows {
        let place = row * lanes + lane
        mean += g[place]
        product += g[place] * y[place]
      }
      mean /= Self(rows)
      product /= Self(rows)
      for row in 0..<rows {
        let place = row * lanes + lane
        out[place] = (g[place] - mean - y[place] * product) / deviation
      }
    }
  }

  private static func statistics(
    rows: Int, lanes: Int, epsilon: Self, _ x: UnsafePointer<Self>, _ lane: Int
  ) -> (mean: Self, deviation: Self) {
    var mean: Self = 0
    for row in 0..<rows { mean += x[row * lanes + lane] }
    mean /= Self(rows)
    var variance: Self = 0
    for row in 0..<rows {
      let departure = x[row * lanes + lane] - mean
      variance += departure * departure
    }
    return (mean, (variance / Self(rows) + epsilon).squareRoot())
  }

  /// f of numbers, for functions without a kernel.
  static func activatePortably(
    _ function: Activation, count: Int, _ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    for place in 0..<count { y[place] = Self(function(Double(z[place]))) }
  }

  /// g f'(z), for functions without a kernel.
  static func activateDerivativePortably(
    _ function: Activation, count: Int, input z: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    for place in 0..<count {
      out[place] =
        g[place]
        * Self(function.derivative(at: Double(z[place]), output: Double(y[place])))
    }
  }
}

private func exponential(_ x: Double) -> Double { Activation.exponential(x) }
private func logarithm(_ x: Double) -> Double { Foundation.log(x) }
