/// A pool with the lists of what its window sees.
final class PackedPool<Scalar: KernelScalar>: Sendable {
  private let kind: Pool.Kind
  private let list: WindowList
  /// The list turned round, for sums' pullbacks.
  private let back: WindowList?
  /// What the sum at each position is multiplied by; none where it is 1.
  private let shares: [Scalar]?

  init(_ pool: Pool, withPullback: Bool) {
    kind = pool.kind
    list = WindowList(pool.window)
    back = withPullback && kind != .max ? list.reversed() : nil
    shares = pool.divisors.map { $0.map { 1 / Scalar($0) } }
  }

  /// Rows of what is read, where the result has so many.
  func inputRows(_ rows: Int) -> Int { rows / list.positions * list.places }

  func forward(
    _ x: UnsafePointer<Scalar>, rows: Int, lanes: Int, into y: UnsafeMutablePointer<Scalar>
  ) {
    let planes = rows / list.positions
    switch kind {
    case .max:
      Scalar.poolMaximum(
        planes: planes, positions: list.positions, segments: list.segmentCount, list.segments,
        entries: list.entries,
        places: list.places, lanes: lanes, x, into: y)
    case .mean, .sum:
      withShares { shares in
        Scalar.poolSum(
          planes: planes, positions: list.positions, segments: list.segmentCount, list.segments,
          entries: list.entries,
          places: list.places, lanes: lanes, madeShares: shares, readShares: nil, x, into: y)
      }
    }
  }

  /// Of several greatest values the first takes the gradient.
  func pullback(
    _ above: UnsafePointer<Scalar>, at x: UnsafePointer<Scalar>, value y: UnsafePointer<Scalar>,
    rows: Int, lanes: Int, into out: UnsafeMutablePointer<Scalar>
  ) {
    let planes = rows / list.positions
    switch kind {
    case .max:
      Scalar.poolMaximumPullback(
        planes: planes, positions: list.positions, segments: list.segmentCount, list.segments,
        entries: list.entries,
        places: list.places, lanes: lanes, input: x, output: y, above, into: out)
    case .mean, .sum:
      let back = back!
      withShares { shares in
        Scalar.poolSum(
          planes: planes, positions: back.positions, segments: back.segmentCount, back.segments,
          entries: back.entries,
          places: back.places, lanes: lanes, madeShares: nil, readShares: shares, above, into: out)
      }
    }
  }

  func pushforward(
    _ dx: UnsafePointer<Scalar>, at x: UnsafePointer<Scalar>, value y: UnsafePointer<Scalar>,
    rows: Int, lanes: Int, into dy: UnsafeMutablePointer<Scalar>
  ) {
    guard kind == .max else { return forward(dx, rows: rows, lanes: lanes, into: dy) }
    Scalar.poolMaximumPushforward(
      planes: rows / list.positions, positions: list.positions, segments: list.segmentCount,
      list.segments,
      entries: list.entries, places: list.places, lanes: lanes, input: x, output: y, dx, into: dy)
  }

  private func withShares(_ body: (UnsafePointer<Scalar>?) -> Void) {
    guard let shares else { return body(nil) }
    shares.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
