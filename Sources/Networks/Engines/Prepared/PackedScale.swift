/// The constants of a scale in the engine's number type.
struct PackedScale<Scalar: KernelScalar>: Sendable {
  private let factors: [Scalar]?
  private let offsets: [Scalar]?
  private let inner: Int
  private let count: Int

  init(_ scale: Scale) {
    factors = scale.factors.map { $0.map { Scalar($0) } }
    offsets = scale.offsets.map { $0.map { Scalar($0) } }
    inner = scale.inner
    count = scale.count
  }

  /// y = a x + b, or a x.
  func apply(
    _ x: UnsafePointer<Scalar>, rows: Int, lanes: Int, isAffine: Bool,
    into y: UnsafeMutablePointer<Scalar>
  ) {
    func run(_ factors: UnsafePointer<Scalar>?, _ offsets: UnsafePointer<Scalar>?) {
      Scalar.scaleRows(
        rows: rows, lanes: lanes, inner: inner, constants: count, factors: factors,
        offsets: offsets, x, into: y)
    }
    (factors ?? []).withUnsafeBufferPointer { a in
      (offsets ?? []).withUnsafeBufferPointer { b in
        run(
          factors == nil ? nil : a.baseAddress, offsets == nil || !isAffine ? nil : b.baseAddress)
      }
    }
  }
}
