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
    for start in stride(from: 0, to: rows, by: inner) {
      let place = start / inner % count
      Scalar.scale(
        count: inner * lanes, by: factors?[place] ?? 1, plus: isAffine ? offsets?[place] ?? 0 : 0,
        x + start * lanes, into: y + start * lanes)
    }
  }
}
