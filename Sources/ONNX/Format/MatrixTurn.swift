/// The transpose of a row-major matrix, worked out piece by piece.
struct MatrixTurn {
  let rows: Int
  let columns: Int

  /// Rows and columns of a tile, which the nearest cache holds.
  private static let tile = 32
  /// The most numbers of a piece; the next cache holds it.
  private static let piece = 1 << 17

  /// The transpose of a matrix that is there.
  func transposed(_ matrix: [Float]) -> [Float] {
    precondition(matrix.count == rows * columns, "a matrix of that shape")
    return [Float](unsafeUninitializedCapacity: matrix.count) { target, count in
      matrix.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        turn(from, rows: 0..<rows, columns: 0..<columns, into: to)
      }
      count = matrix.count
    }
  }

  /// Writes the transpose of a matrix that is read a piece after another, each number once.
  ///
  /// - Parameter read: fills a buffer with the matrix's numbers from a place on.
  func transpose(
    into target: UnsafeMutableBufferPointer<Float>,
    _ read: (UnsafeMutableBufferPointer<Float>, _ place: Int) throws(ONNXError) -> Void
  ) throws(ONNXError) {
    guard let to = target.baseAddress, !target.isEmpty else { return }
    // Whole rows, as many as a piece holds. Of long ones a part of each, for as many rows as a tile has.
    let width = min(columns, Self.piece / Self.tile)
    let height = min(rows, width < columns ? Self.tile : Self.piece / width)
    let piece = UnsafeMutableBufferPointer<Float>.allocate(capacity: width * height)
    defer { piece.deallocate() }
    for row in stride(from: 0, to: rows, by: height) {
      let own = row..<min(row + height, rows)
      for column in stride(from: 0, to: columns, by: width) {
        let part = column..<min(column + width, columns)
        if width == columns {
          try read(
            UnsafeMutableBufferPointer(rebasing: piece[..<(own.count * columns)]), row * columns)
        } else {
          for row in own {
            let start = (row - own.lowerBound) * part.count
            try read(
              UnsafeMutableBufferPointer(rebasing: piece[start..<start + part.count]),
              row * columns + part.lowerBound)
          }
        }
        turn(piece.baseAddress!, rows: own, columns: part, into: to)
      }
    }
  }

  /// Puts a part of the matrix, whose rows stand one after another, where it is in the transpose.
  private func turn(
    _ from: UnsafePointer<Float>, rows own: Range<Int>, columns part: Range<Int>,
    into to: UnsafeMutablePointer<Float>
  ) {
    for row in stride(from: own.lowerBound, to: own.upperBound, by: Self.tile) {
      let lastRow = min(row + Self.tile, own.upperBound)
      for column in stride(from: part.lowerBound, to: part.upperBound, by: Self.tile) {
        let lastColumn = min(column + Self.tile, part.upperBound)
        var j = column
        while j < lastColumn {
          let into = to + j * rows
          var out = from + ((row - own.lowerBound) * part.count + (j - part.lowerBound))
          var i = row
          while i < lastRow {
            (into + i).initialize(to: out.pointee)
            out += part.count
            i += 1
          }
          j += 1
        }
      }
    }
  }
}
