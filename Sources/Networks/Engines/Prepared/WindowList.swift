/// What each position of a window sees, or is seen by: the taps and the places, without padding.
///
/// Positions that see the same with a shift make a segment and share their entries.
final class WindowList: Sendable {
  /// Six numbers for each segment: the first position, the step to the next, how many there are, the
  /// shift of the places from one to the next, and where the entries begin and end.
  let segments: [Int32]
  /// Tap and place of each entry, one after the other.
  let entries: [Int32]
  /// Positions that see.
  let positions: Int
  /// Places that are seen.
  let places: Int

  /// How many segments.
  var segmentCount: Int { segments.count / Self.segmentSize }

  private static let segmentSize = 6

  /// Steps that are tried: a list turned round repeats itself after the window's stride.
  private static let longestStep = 4

  /// From the window's outputs to its inputs.
  convenience init(_ window: Window) {
    let table = window.table()
    let taps = window.tapCount
    self.init(
      (0..<window.outputCount).map { position in
        (0..<taps).compactMap { tap in
          let place = table[position * taps + tap]
          return place < 0 ? nil : Entry(tap: Int32(tap), place: place)
        }
      }, places: window.inputCount)
  }

  /// The same turned round: which positions see each place.
  func reversed() -> WindowList {
    var seen: [[Entry]] = Array(repeating: [], count: places)
    for start in stride(from: 0, to: segments.count, by: Self.segmentSize) {
      let segment = segments[start..<start + Self.segmentSize].map { Int($0) }
      for turn in 0..<segment[2] {
        for entry in segment[4]..<segment[5] {
          let place = Int(entries[2 * entry + 1]) + turn * segment[3]
          seen[place].append(
            Entry(tap: entries[2 * entry], place: Int32(segment[0] + turn * segment[1])))
        }
      }
    }
    return WindowList(seen.map { $0.sorted { $0.tap < $1.tap } }, places: positions)
  }

  private struct Entry {
    let tap: Int32
    let place: Int32
  }

  private init(_ lists: [[Entry]], places: Int) {
    /// How far the second list is from the first, if it is the same else.
    func shift(_ first: Int, _ second: Int) -> Int32? {
      let (a, b) = (lists[first], lists[second])
      guard a.count == b.count, let start = a.first, let end = b.first else { return nil }
      let shift = end.place - start.place
      let isSame = zip(a, b).allSatisfy { $0.tap == $1.tap && $0.place + shift == $1.place }
      return isSame ? shift : nil
    }
    var segments: [Int32] = []
    var entries: [Int32] = []
    var isDone = [Bool](repeating: false, count: lists.count)
    for first in lists.indices where !isDone[first] {
      var (step, count, distance) = (1, 1, Int32(0))
      for next in first + 1..<min(first + 1 + Self.longestStep, lists.count) where !isDone[next] {
        guard let found = shift(first, next) else { continue }
        (step, count, distance) = (next - first, 2, found)
        while case let next = first + count * step, next < lists.count, !isDone[next],
          shift(next - step, next) == distance
        { count += 1 }
        break
      }
      for turn in 0..<count { isDone[first + turn * step] = true }
      let begin = entries.count / 2
      for entry in lists[first] { entries += [entry.tap, entry.place] }
      segments += [first, step, count].map { Int32($0) }
      segments += [distance, Int32(begin), Int32(entries.count / 2)]
    }
    self.segments = segments
    self.entries = entries
    positions = lists.count
    self.places = places
  }
}
