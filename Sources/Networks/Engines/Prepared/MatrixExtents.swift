/// A matrix product of two values: `count` products of m × k and k × n matrices.
struct MatrixExtents: Hashable, Sendable {
  let count: Int
  let m: Int
  let k: Int
  let n: Int

  init(_ left: Shape, _ right: Shape) {
    k = left.dimensions.last!
    n = right.dimensions.last!
    m = left.dimensions[left.dimensions.count - 2]
    count = left.count / (m * k)
  }

  /// Numbers in one of the factors.
  func rows(of place: Int) -> Int { place == 0 ? count * m * k : count * k * n }

  /// y = a b (+ y).
  func multiply<Scalar: KernelScalar>(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, lanes: Int,
    into y: UnsafeMutablePointer<Scalar>, accumulating: Bool
  ) {
    for matrix in 0..<count {
      Scalar.multiplyMatrices(
        rows: m, inner: k, columns: n, lanes: lanes, a + matrix * m * k * lanes, rowStride: k,
        innerStride: 1, b + matrix * k * n * lanes, innerStride: n, columnStride: 1,
        into: y + matrix * m * n * lanes,
        accumulating: accumulating)
    }
  }

  /// g bᵀ (+ out).
  func pullbackLeft<Scalar: KernelScalar>(
    _ g: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, lanes: Int,
    into out: UnsafeMutablePointer<Scalar>, accumulating: Bool
  ) {
    for matrix in 0..<count {
      Scalar.multiplyMatrices(
        rows: m, inner: n, columns: k, lanes: lanes, g + matrix * m * n * lanes, rowStride: n,
        innerStride: 1, b + matrix * k * n * lanes, innerStride: 1, columnStride: n,
        into: out + matrix * m * k * lanes,
        accumulating: accumulating)
    }
  }

  /// aᵀ g (+ out).
  func pullbackRight<Scalar: KernelScalar>(
    _ g: UnsafePointer<Scalar>, _ a: UnsafePointer<Scalar>, lanes: Int,
    into out: UnsafeMutablePointer<Scalar>, accumulating: Bool
  ) {
    for matrix in 0..<count {
      Scalar.multiplyMatrices(
        rows: k, inner: m, columns: n, lanes: lanes, a + matrix * m * k * lanes, rowStride: 1,
        innerStride: k, g + matrix * m * n * lanes, innerStride: n, columnStride: 1,
        into: out + matrix * k * n * lanes,
        accumulating: accumulating)
    }
  }
}
