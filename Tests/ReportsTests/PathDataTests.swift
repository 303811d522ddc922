import Testing

@testable import Reports

/// Paths are drawn through the places that they are made of, to a tenth of a pixel.
@Suite struct PathDataTests {
  private func points(_ data: PathData) -> [(x: Double, y: Double)] {
    Element("path", ["d": data.markup.text]).points
  }

  private func expect(
    _ found: [(x: Double, y: Double)], _ expected: [(x: Double, y: Double)],
    at place: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: place)
    for (a, b) in zip(found, expected) {
      #expect(abs(a.x - b.x) < 0.0501 && abs(a.y - b.y) < 0.0501, sourceLocation: place)
    }
  }

  @Test func linesThroughPlaces() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<100 {
      // Whole numbers among them: lines across and up, and places met again.
      let places = (0..<9).map { index -> (x: Double, y: Double) in
        let (x, y) = (
          Double.random(in: -9...900, using: &generator),
          Double.random(in: -9...900, using: &generator)
        )
        return index % 2 == 0 ? (x, y) : (x.rounded(), 7.04)
      }
      expect(points(PathData(through: places)), places)
    }
    #expect(PathData(through: []).markup.text.isEmpty)
    #expect(PathData(through: [(1, 2), (1.04, 9), (5, 9.02)]).markup.text == "M1 2V9H5")
    #expect(PathData(through: [(-0.04, 2), (3.5, -1)]).markup.text == "M0 2L3.5-1")
  }

  /// What is drawn by distances does not drift away.
  @Test func figuresAroundAPlace() {
    let corners = (0..<40).map { (x: 0.46 * Double($0), y: -0.34 * Double($0 % 7)) }
    var data = PathData()
    data.figure(around: 100.5, 20, corners)
    #expect(data.markup.text.hasSuffix("z"))
    expect(
      points(data), [(x: 100.5, y: 20)] + corners.dropFirst().map { (100.5 + $0.x, 20 + $0.y) })
    var square = PathData()
    square.figure(around: 10, 10, [(-4, -4), (4, -4), (4, 4), (-4, 4)])
    #expect(square.markup.text == "M10 10m-4-4h8v8h-8z")
  }
}
