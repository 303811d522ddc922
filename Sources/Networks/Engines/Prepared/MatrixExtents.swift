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

  /// y = a b.
  func multiply<Scalar: KernelScalar>(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, lanes: Int,
    into y: UnsafeMutablePointer<Scalar>
  ) {
    y.update(repeating: 0, count: count * m * n * lanes)
    accumulate(a, b, lanes: lanes, into: y)
  }

  /// y += a b.
  func accumulate<Scalar: KernelScalar>(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, lanes: Int,
    into y: UnsafeMutablePointer<Scalar>
  ) {
    for matrix in 0..<count {
      Scalar.multiplyMatrices(
        rows: m, inner: k, columns: n, lanes: lanes, a + matrix * m * k * lanes, rowStride: k,
        innerStride: 1, b + matrix * k * n * lanes, innerStride: n, columnStride: 1,
        addingTo: y + matrix * m * n * lanes)
    }
  }

  /// g bᵀ.
  func pullbackLeft<Scalar: KernelScalar>(
    _ g: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, lanes: Int,
    into out: UnsafeMutablePointer<Scalar>
  ) {
    out.update(repeating: 0, count: count * m * k * lanes)
    for matrix in 0..<count {
      Scalar.multiplyMatrices(
        rows: m, inner: n, columns: k, lanes: lanes, g + matrix * m * n * lanes, rowStride: n,
        innerStride: 1, b + matrix * k * n * lanes, innerStride: 1, columnStride: n,
        addingTo: out + matrix * m * k * lanes)
    }
  }

  /// aᵀ g.
  func pullbackRight<Scalar: KernelScalar>(
    _ g: UnsafePointer<Scalar>, _ a: UnsafePointer<Scalar>, lanes: Int,
    into out: UnsafeMutablePointer<Scalar>
  ) {
    out.update(repeating: 0, count: count * k * n * lanes)
    for matrix in 0..<count {
      Scalar.multiplyMatrices(
        rows: k, inner: m, columns: n, lanes: lanes, a + matrix * m * k * lanes, rowStride: 1,
        innerStride: k, g + matrix * m * n * lanes, innerStride: n, columnStride: 1,
        addingTo: out + matrix * k * n * lanes)
    }
  }
}
