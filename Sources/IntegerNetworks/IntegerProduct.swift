internal import Networks

/// Matrix products of two values, both held as codes: accumulators of (q_a - zero_a)(q_b - zero_b).
struct IntegerProduct: Sendable {
  let left: Quantiser
  let right: Quantiser
  /// How many products, of m × k and k × n matrices.
  let count: Int
  let m: Int
  let k: Int
  let n: Int

  /// The products of two values of these shapes.
  init(_ left: Quantiser, _ leftShape: Shape, _ right: Quantiser, _ rightShape: Shape) {
    self.left = left
    self.right = right
    k = leftShape.dimensions.last!
    n = rightShape.dimensions.last!
    m = leftShape.dimensions[leftShape.dimensions.count - 2]
    count = leftShape.count / (m * k)
  }

  /// The products of two values component by component.
  init(_ left: Quantiser, _ right: Quantiser, components: Int) {
    self.left = left
    self.right = right
    (count, m, k, n) = (components, 1, 1, 1)
  }

  /// The bits that an accumulator needs for so many products: 2b + 1 + ⌈log₂ k⌉.
  ///
  /// |q - zero| < 2^b for both, so k products stay below 2^2b k, and there is a sign.
  static func accumulatorBits(bits: Int, inner: Int) -> Int {
    2 * bits + 1 + ceilingOfLog2(inner)
  }

  /// Components of the result.
  var components: Int { count * m * n }

  /// What one unit of an accumulator is worth.
  var step: Double { left.step * right.step }

  /// What a value can reach, either way.
  var bound: Double {
    func reach(_ quantiser: Quantiser) -> Double {
      Double(max(quantiser.zero, quantiser.top - quantiser.zero))
    }
    return step * reach(left) * reach(right) * Double(k)
  }

  /// The accumulators for one sample.
  func multiply(
    _ a: UnsafePointer<UInt16>, _ b: UnsafePointer<UInt16>,
    into accumulators: UnsafeMutablePointer<Int64>
  ) {
    let (zeroA, zeroB) = (Int64(left.zero), Int64(right.zero))
    guard k > 1 || n > 1 else {
      for place in 0..<components {
        accumulators[place] = (Int64(a[place]) &- zeroA) &* (Int64(b[place / m]) &- zeroB)
      }
      return
    }
    for row in 0..<count * m {
      let target = accumulators + row * n
      target.update(repeating: 0, count: n)
      for inner in 0..<k {
        let factor = Int64(a[row * k + inner]) &- zeroA
        let line = b + (row / m * k + inner) * n
        for column in 0..<n {
          target[column] = target[column] &+ factor &* (Int64(line[column]) &- zeroB)
        }
      }
    }
  }
}
