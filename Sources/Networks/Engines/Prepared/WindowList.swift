/// What each position of a window sees, or is seen by: the taps and the places, without padding.
final class WindowList: Sendable {
  /// Where the entries of each position begin, and after them where the last one's end.
  let starts: [Int32]
  /// Tap and place of each entry, one after the other.
  let entries: [Int32]
  /// Positions that see.
  let positions: Int
  /// Places that are seen.
  let places: Int

  /// From the window's outputs to its inputs.
  init(_ window: Window) {
    var starts: [Int32] = [0]
    var entries: [Int32] = []
    for (index, place) in window.table().enumerated() {
      if place >= 0 { entries += [Int32(index % window.tapCount), place] }
      if (index + 1).isMultiple(of: window.tapCount) { starts.append(Int32(entries.count / 2)) }
    }
    self.starts = starts
    self.entries = entries
    positions = window.outputCount
    places = window.inputCount
  }

  /// The same list turned round: which positions see each place.
  init(reversing list: WindowList) {
    var starts = [Int32](repeating: 0, count: list.places + 1)
    for entry in stride(from: 1, to: list.entries.count, by: 2) {
      starts[Int(list.entries[entry]) + 1] += 1
    }
    for place in 0..<list.places { starts[place + 1] += starts[place] }
    var free = starts
    var entries = [Int32](repeating: 0, count: list.entries.count)
    for position in 0..<list.positions {
      for entry in Int(list.starts[position])..<Int(list.starts[position + 1]) {
        let place = Int(list.entries[2 * entry + 1])
        let target = 2 * Int(free[place])
        entries[target] = list.entries[2 * entry]
        entries[target + 1] = Int32(position)
        free[place] += 1
      }
    }
    self.starts = starts
    self.entries = entries
    positions = list.places
    places = list.positions
  }
}
