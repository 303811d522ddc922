import Testing

@testable import ONNX

/// Transposes in pieces, against the definition.
@Suite struct MatrixTurnTests {
  @Test(
    arguments: [
      (1, 1), (1, 7), (7, 1), (32, 32), (33, 31), (65, 40), (1, 9000), (9000, 1), (40, 4096),
      (35, 4100), (2, 70_000), (70_000, 2), (1500, 90),
    ] as [(Int, Int)]) func everyShape(rows: Int, columns: Int) throws
  {
    let matrix = (0..<rows * columns).map { Float($0) }
    let expected = transposed(matrix, rows: rows)
    let turn = MatrixTurn(rows: rows, columns: columns)
    #expect(turn.transposed(matrix) == expected)
    var read = 0
    var largest = 0
    let found = try ModelBytes.array(of: Float.self, matrix.count) { target throws(ONNXError) in
      try turn.transpose(into: target) { piece, place throws(ONNXError) in
        for index in piece.indices { piece[index] = matrix[place + index] }
        read += piece.count
        largest = max(largest, piece.count)
      }
    }
    #expect(found == expected)
    #expect(read == matrix.count && largest <= 1 << 17)
  }
}
