/// A rearrangement as runs of neighbours that stay neighbours.
struct PackedRearrangement<Scalar: KernelScalar>: Sendable {
  /// Numbers that go to neighbouring places, from neighbouring places of one parent.
  private struct Run {
    let parent: Int
    let source: Int
    let target: Int
    var count: Int
  }

  /// Numbers in each parent.
  let counts: [Int]
  private var runs: [Run] = []
  private var constants: [(target: Int, value: Scalar)] = []

  init(_ rearrangement: Rearrangement, parents counts: [Int]) {
    self.counts = counts
    var starts = [0]
    for count in counts { starts.append(starts.last! + count) }
    var parent = 0
    for (target, index) in rearrangement.indices.enumerated() {
      guard index >= 0 else {
        constants.append((target, Scalar(rearrangement.constants[-1 - Int(index)])))
        continue
      }
      while Int(index) < starts[parent] { parent -= 1 }
      while Int(index) >= starts[parent + 1] { parent += 1 }
      let source = Int(index) - starts[parent]
      if let last = runs.last, last.parent == parent, last.source + last.count == source,
        last.target + last.count == target
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(parent: parent, source: source, target: target, count: 1))
      }
    }
  }

  /// y from the parents, 0 where a parent is none; constants, or 0 in their place.
  func forward(
    _ parents: [UnsafePointer<Scalar>?], lanes: Int, constants isValue: Bool,
    into y: UnsafeMutablePointer<Scalar>
  ) {
    for run in runs {
      let target = y + run.target * lanes
      if let parent = parents[run.parent] {
        target.update(from: parent + run.source * lanes, count: run.count * lanes)
      } else {
        target.update(repeating: 0, count: run.count * lanes)
      }
    }
    for (target, value) in constants {
      (y + target * lanes).update(repeating: isValue ? value : 0, count: lanes)
    }
  }

  /// The gradient with respect to one parent.
  func pullback(
    _ above: UnsafePointer<Scalar>, to parent: Int, lanes: Int,
    into out: UnsafeMutablePointer<Scalar>
  ) {
    out.update(repeating: 0, count: counts[parent] * lanes)
    for run in runs where run.parent == parent {
      Scalar.add(
        count: run.count * lanes, above + run.target * lanes, to: out + run.source * lanes)
    }
  }
}
