extension OperatorImporter {
  /// Products with constant matrices.
  static let matrices = [
    OperatorImporter(
      "Gemm", becomes: "dense", inputs: 2...3, attributes: ["alpha", "beta", "transA", "transB"]
    ) { importer, call throws(ONNXError) in try gemm(&importer, call) },
    OperatorImporter("MatMul", becomes: "dense", inputs: 2...2) {
      importer, call throws(ONNXError) in
      if case .constant(let left) = try call.input(0) {
        return try product(of: left, with: try call.computed(1), &importer, call)
      }
      return try product(of: try call.computed(0), with: try call.constant(1), &importer, call)
    },
  ]

  /// alpha A B + beta C, with B or its transpose constant and C absent, constant or computed.
  private static func gemm(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    try call.refuse("transA", unless: 0)
    let value = try call.computed(0)
    let matrix = try call.constant(1)
    guard value.dims.count == 2, matrix.dims.count == 2 else {
      throw call.unsupported("multiplies shapes \(value.dims) and \(matrix.dims)")
    }
    // Any number but 0 means that B is transposed.
    let isFileTransposed = try call.integer("transB") ?? 0 == 0
    let (rows, columns) =
      isFileTransposed
      ? (matrix.dims[1], matrix.dims[0]) : (matrix.dims[0], matrix.dims[1])
    var dense = try draft(
      of: value, along: 1, matrix, rows: rows, columns: columns, isTransposed: isFileTransposed,
      factor: try call.number("alpha") ?? 1, importer, call)
    let dims = [value.dims[0], rows]
    let beta = try call.number("beta") ?? 1
    switch call.optional(2) {
    case nil: break
    case .constant(let bias):
      let shaped = Importer.Computed(step: value.step, dims: dims)
      dense.after = [.add(try importer.operand(bias, on: shaped, of: call), times: beta)]
    case .computed(let other):
      guard beta == 1, other.dims == dims else {
        throw call.unsupported("adds a computed value with beta=\(beta) and shape \(other.dims)")
      }
      let product = try importer.add(.dense(dense), of: call, reading: [value.step], dims: dims)
      let name = importer.uniqueName("\(call.name).sum")
      return .computed(
        try importer.add(
          .add, of: call.renamed(name), reading: [product.step, other.step], dims: dims))
    }
    return .computed(
      try importer.add(.dense(dense), of: call, reading: [value.step], dims: dims))
  }

  /// x B over the last axis of x.
  private static func product(
    of value: Importer.Computed, with matrix: Constant, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    guard (1...2).contains(matrix.dims.count), value.dims.count > importer.firstAxis else {
      throw call.unsupported("multiplies shapes \(value.dims) and \(matrix.dims)")
    }
    let rows = matrix.dims.count == 2 ? matrix.dims[1] : 1
    let dense = try draft(
      of: value, along: value.dims.count - 1, matrix, rows: rows, columns: matrix.dims[0],
      isTransposed: true, factor: 1,
      importer, call)
    let dims = value.dims.dropLast() + (matrix.dims.count == 2 ? [rows] : [])
    return .computed(
      try importer.add(.dense(dense), of: call, reading: [value.step], dims: Array(dims)))
  }

  /// A x over the last axis but one of x, or the only one.
  private static func product(
    of matrix: Constant, with value: Importer.Computed, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let rank = value.dims.count
    let axis = max(rank - 2, 0)
    guard matrix.dims.count == 2, rank > 0, axis >= importer.firstAxis,
      rank == 1 || value.dims[rank - 1] == 1
    else { throw call.unsupported("multiplies shapes \(matrix.dims) and \(value.dims)") }
    let dense = try draft(
      of: value, along: axis, matrix, rows: matrix.dims[0], columns: matrix.dims[1],
      isTransposed: false,
      factor: 1, importer, call)
    var dims = value.dims
    dims[axis] = matrix.dims[0]
    return .computed(
      try importer.add(.dense(dense), of: call, reading: [value.step], dims: dims))
  }

  /// A dense step, if one sample is one vector along an axis.
  private static func draft(
    of value: Importer.Computed, along axis: Int, _ matrix: Constant, rows: Int, columns: Int,
    isTransposed: Bool, factor: Double, _ importer: Importer, _ call: Call
  ) throws(ONNXError) -> DenseDraft {
    guard matrix.isReal else { throw call.unsupported("has a matrix that holds no reals") }
    guard rows > 0, columns > 0, elementCount([rows, columns]) != nil else {
      throw call.damaged("has a matrix of impossible shape \(matrix.dims)")
    }
    let count = elementCount(importer.sample(value.dims))
    guard count == columns, value.dims[axis] == columns else {
      throw call.unsupported(
        "multiplies a sample of shape \(importer.sample(value.dims)) by a matrix with \(columns) "
          + "columns; a sample has to be one vector of that length")
    }
    return DenseDraft(
      inputs: columns, outputs: rows, weight: matrix, isTransposed: isTransposed, factor: factor)
  }
}
