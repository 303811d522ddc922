internal import Kernels

/// Standard normal numbers in single precision for a batch of trajectories, from a generator of its
/// own for each.
///
/// What a trajectory draws depends on the seed, the purpose and its number, never on the batch it
/// is in. Beyond ±6.66, where a normal number falls once in 4·10¹⁰ draws, there is none.
///
/// Memory that one task owns.
public final class LaneNoise {
  /// Trajectories.
  public let lanes: Int
  let generators: UnsafeMutablePointer<UInt32>

  /// The noise of the trajectories `first`, `first` + 1, and so on.
  ///
  /// - Parameters:
  ///   - seed: what all noise of a run is derived from.
  ///   - purpose: what it is for; other purposes draw other numbers.
  ///   - first: the number of the first trajectory.
  ///   - lanes: how many trajectories, a positive multiple of 16.
  public init(seed: UInt64, purpose: String, first: Int, lanes: Int) {
    precondition(lanes > 0 && lanes.isMultiple(of: 16), "lanes come in sixteens")
    self.lanes = lanes
    generators = .allocate(capacity: 4 * lanes)
    for lane in 0..<lanes {
      var source = SeededGenerator(seed: seed, purpose: purpose, index: first + lane)
      let (low, high) = (source.next(), source.next())
      let words = [low, low >> 32, high, high >> 32].map { UInt32(truncatingIfNeeded: $0) }
      let isDead = words.allSatisfy { $0 == 0 }
      for (place, word) in words.enumerated() {
        generators[place * lanes + lane] = isDead ? 1 : word
      }
    }
  }

  deinit { generators.deallocate() }

  /// The next `rows` numbers of every lane, `[rows × lanes]`. Rows are drawn in pairs: an odd number
  /// discards one.
  public func normals(rows: Int, into target: UnsafeMutablePointer<Float>) {
    kernels_normals_f32(rows, lanes, generators, target)
  }
}
