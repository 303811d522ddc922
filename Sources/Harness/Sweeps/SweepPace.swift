/// How much of a sweep is still to be computed, and how long that takes if it goes on as it went.
package struct SweepPace: Sendable {
  private var left: [Int]
  private var runs: [Int]
  private var seconds: [Double]

  /// The pace before the first run.
  ///
  /// - Parameters:
  ///   - run: what it knows already is not counted.
  ///   - points: those to come.
  /// - Complexity: O(points × substrates).
  package init(_ run: SweepRun, _ points: Range<Int>) {
    let grid = run.sweep.grid
    left = grid.selections.indices.map { substrate in
      Set(
        points.filter { !run.isKnown($0, substrate) }.map {
          grid.variant(of: substrate, at: $0)
        }
      ).count
    }
    runs = left.map { _ in 0 }
    seconds = left.map { _ in 0 }
  }

  /// Counts a run of a substrate that has taken so long.
  package mutating func add(_ substrate: Int, seconds time: Double) {
    left[substrate] = max(left[substrate] - 1, 0)
    runs[substrate] += 1
    seconds[substrate] += time
  }

  /// What is left, in seconds; none before every substrate has shown how long it takes.
  package var secondsLeft: Double? {
    var sum = 0.0
    for substrate in left.indices where left[substrate] > 0 {
      guard runs[substrate] > 0 else { return nil }
      sum += Double(left[substrate]) * seconds[substrate] / Double(runs[substrate])
    }
    return sum
  }
}
