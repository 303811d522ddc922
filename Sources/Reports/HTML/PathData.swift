/// The data of an SVG path, in few letters: horizontal and vertical lines have commands of their own, and a
/// minus parts two numbers.
struct PathData {
  private(set) var markup: Markup = ""

  /// A path through places.
  init(through points: [(x: Double, y: Double)] = []) {
    guard let first = points.first else { return }
    move(to: first.x, first.y)
    var last = (x: Self.rounded(first.x), y: Self.rounded(first.y))
    for point in points.dropFirst() {
      let next = (x: Self.rounded(point.x), y: Self.rounded(point.y))
      if next.y == last.y {
        add("H", next.x)
      } else if next.x == last.x {
        add("V", next.y)
      } else {
        add("L", next.x, next.y)
      }
      last = next
    }
  }

  /// Goes to a place.
  mutating func move(to x: Double, _ y: Double) { add("M", x, y) }

  /// Goes on by a distance, drawing nothing.
  mutating func skip(_ x: Double, _ y: Double) { add("m", x, y) }

  /// Draws on by a distance.
  mutating func line(_ x: Double, _ y: Double) {
    if Self.rounded(y) == 0 {
      add("h", x)
    } else if Self.rounded(x) == 0 {
      add("v", y)
    } else {
      add("l", x, y)
    }
  }

  /// Draws a closed figure around a place.
  ///
  /// - Parameter corners: relative to the place.
  mutating func figure(around x: Double, _ y: Double, _ corners: [(x: Double, y: Double)]) {
    move(to: x, y)
    var last = (x: 0.0, y: 0.0)
    for (index, corner) in corners.enumerated() {
      // Distances of rounded places: errors do not add up.
      let next = (x: Self.rounded(corner.x), y: Self.rounded(corner.y))
      if index > 0 {
        line(next.x - last.x, next.y - last.y)
      } else if next.x != 0 || next.y != 0 {
        skip(next.x, next.y)
      }
      last = next
    }
    markup += "z"
  }

  /// Adds another path.
  mutating func add(_ path: PathData) {
    markup += path.markup
  }

  private mutating func add(_ command: Markup, _ numbers: Double...) {
    markup += command
    for (index, number) in numbers.enumerated() {
      // What is rounded to 0 has no minus.
      if index > 0, Self.rounded(number) >= 0 { markup += " " }
      markup += "\(number)"
    }
  }

  /// To a tenth of a pixel, as it is written.
  private static func rounded(_ number: Double) -> Double { (10 * number).rounded() / 10 }
}
