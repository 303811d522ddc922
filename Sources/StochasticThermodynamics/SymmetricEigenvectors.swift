/// The eigenvalues, ascending, and the unit eigenvectors of a symmetric matrix, by Jacobi
/// rotations.
///
/// For matrices of some tens of rows, where its accuracy is worth more than its speed.
///
/// - Parameter matrix: `[n][n]`, symmetric, finite.
/// - Complexity: O(n³) with a factor of about ten sweeps.
/// - Source: C. G. J. Jacobi (1846).
package func symmetricEigenvectors(
  of matrix: [[Double]]
) -> (values: [Double], vectors: [[Double]]) {
  let n = matrix.count
  precondition(matrix.allSatisfy { $0.count == n }, "a square matrix")
  var a = matrix
  var vectors = (0..<n).map { row in (0..<n).map { row == $0 ? 1.0 : 0 } }
  let size = matrix.joined().reduce(0) { $0 + $1 * $1 }
  for _ in 0..<60 {
    var rest = 0.0
    for i in 0..<n { for j in 0..<i { rest += a[i][j] * a[i][j] } }
    if rest <= 1e-32 * size { break }
    for p in 0..<n {
      for q in p + 1..<max(n, p + 1) where a[p][q] != 0 {
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let tangent = (theta < 0 ? -1.0 : 1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for k in 0..<n {
          (a[k][p], a[k][q]) = (
            cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q]
          )
        }
        for k in 0..<n {
          (a[p][k], a[q][k]) = (
            cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k]
          )
          (vectors[p][k], vectors[q][k]) = (
            cosine * vectors[p][k] - sine * vectors[q][k],
            sine * vectors[p][k] + cosine * vectors[q][k]
          )
        }
      }
    }
  }
  let order = (0..<n).sorted { a[$0][$0] < a[$1][$1] }
  return (order.map { a[$0][$0] }, order.map { vectors[$0] })
}
