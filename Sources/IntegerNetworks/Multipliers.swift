/// The factors by which the components of a value are brought to another step, held once for
/// neighbours that share one and once for what repeats.
struct Multipliers: Sendable {
  private struct Run: Hashable {
    let above: FixedPoint
    let below: FixedPoint
    let count: Int
    let isShort: Bool
  }

  private let runs: [Run]
  private let repeats: Int

  /// One factor for each component.
  ///
  /// - Parameters:
  ///   - factors: for what lies above 0.
  ///   - below: for what does not, where that differs.
  ///   - isNarrow: whether all operands fit in 32 bits.
  init(_ factors: [Double], below: [Double]? = nil, isNarrow: Bool) {
    var runs: [Run] = []
    var start = 0
    while start < factors.count {
      let (factor, other) = (factors[start], below?[start] ?? factors[start])
      var end = start + 1
      while end < factors.count, factors[end] == factor, below == nil || below![end] == other {
        end += 1
      }
      let (above, below) = (FixedPoint(factor), FixedPoint(other))
      runs.append(
        Run(
          above: above, below: below, count: end - start,
          isShort: isNarrow && above.isShort && below.isShort))
      start = end
    }
    // A matrix that is used again and again repeats its rows' factors.
    let period = runs.dropFirst().firstIndex { $0 == runs[0] } ?? runs.count
    if period > 0, runs.count.isMultiple(of: period),
      runs.indices.allSatisfy({ runs[$0] == runs[$0 % period] })
    {
      repeats = runs.count / period
      runs.removeSubrange(period...)
    } else {
      repeats = 1
    }
    self.runs = runs
  }

  /// Multiplies every component.
  @inline(__always)
  func apply(_ value: (Int) -> Int64, _ body: (_ index: Int, _ product: Int64) -> Void) {
    var index = 0
    for _ in 0..<repeats {
      for run in runs {
        let end = index + run.count
        if run.isShort {
          while index < end {
            let x = value(index)
            body(index, x > 0 ? run.above.short(x) : run.below.short(x))
            index &+= 1
          }
        } else {
          while index < end {
            let x = value(index)
            body(index, x > 0 ? run.above(x) : run.below(x))
            index &+= 1
          }
        }
      }
    }
  }
}
