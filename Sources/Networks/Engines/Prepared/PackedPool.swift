/// A pool with its window's table.
struct PackedPool: Sendable {
  private let kind: Pool.Kind
  private let window: Window
  /// The positions that each output position's window holds, `[outputs × taps]`; -1 for padding.
  private let table: [Int32]
  private let divisors: [Int]?

  init(_ pool: Pool) {
    kind = pool.kind
    window = pool.window
    table = pool.window.table()
    divisors = pool.divisors
  }

  /// Rows of what is read, where the result has so many.
  func inputRows(_ rows: Int) -> Int { rows / window.outputCount * window.inputCount }

  /// Calls a function with each output row, its weight, and the input rows of its window.
  private func eachWindow(
    rows: Int,
    _ body: (_ output: Int, _ divisor: Int, _ plane: Int, _ taps: ArraySlice<Int32>) -> Void
  ) {
    for output in 0..<rows {
      let (plane, position) = (output / window.outputCount, output % window.outputCount)
      body(
        output, divisors?[position] ?? 1, plane * window.inputCount,
        table[position * window.tapCount..<(position + 1) * window.tapCount])
    }
  }

  func forward<Scalar: KernelScalar>(
    _ x: UnsafePointer<Scalar>, rows: Int, lanes: Int, into y: UnsafeMutablePointer<Scalar>
  ) {
    eachWindow(rows: rows) { output, divisor, plane, taps in
      let target = y + output * lanes
      var isFirst = true
      for tap in taps where tap >= 0 {
        let source = x + (plane + Int(tap)) * lanes
        if isFirst {
          target.update(from: source, count: lanes)
        } else if kind == .max {
          Scalar.maximum(count: lanes, source, into: target)
        } else {
          Scalar.add(count: lanes, source, to: target)
        }
        isFirst = false
      }
      // A window of padding alone, which a mean may count.
      if isFirst { target.update(repeating: 0, count: lanes) }
      if divisor > 1 {
        Scalar.scale(count: lanes, by: 1 / Scalar(divisor), plus: 0, target, into: target)
      }
    }
  }

  /// Of several greatest values the first takes the gradient.
  func pullback<Scalar: KernelScalar>(
    _ above: UnsafePointer<Scalar>, at x: UnsafePointer<Scalar>, value y: UnsafePointer<Scalar>,
    rows: Int, lanes: Int, into out: UnsafeMutablePointer<Scalar>
  ) {
    out.update(repeating: 0, count: inputRows(rows) * lanes)
    eachWindow(rows: rows) { output, divisor, plane, taps in
      let g = above + output * lanes
      if kind == .max {
        for lane in 0..<lanes {
          let greatest = y[output * lanes + lane]
          for tap in taps where tap >= 0 {
            let place = (plane + Int(tap)) * lanes + lane
            if x[place] == greatest {
              out[place] += g[lane]
              break
            }
          }
        }
      } else {
        let share = 1 / Scalar(divisor)
        for tap in taps where tap >= 0 {
          let target = out + (plane + Int(tap)) * lanes
          for lane in 0..<lanes { target[lane] += share * g[lane] }
        }
      }
    }
  }

  func pushforward<Scalar: KernelScalar>(
    _ dx: UnsafePointer<Scalar>, at x: UnsafePointer<Scalar>, value y: UnsafePointer<Scalar>,
    rows: Int, lanes: Int, into dy: UnsafeMutablePointer<Scalar>
  ) {
    guard kind == .max else { return forward(dx, rows: rows, lanes: lanes, into: dy) }
    eachWindow(rows: rows) { output, _, plane, taps in
      for lane in 0..<lanes {
        let greatest = y[output * lanes + lane]
        let tap = taps.first { $0 >= 0 && x[(plane + Int($0)) * lanes + lane] == greatest }
        dy[output * lanes + lane] = tap.map { dx[(plane + Int($0)) * lanes + lane] } ?? 0
      }
    }
  }
}
