internal import Networks

extension OperatorImporter {
  /// Products of matrices.
  static let matrices = [
    OperatorImporter(
      "Gemm", becomes: ["dense", "matrix-product", "add"], inputs: 2...3,
      attributes: ["alpha", "beta", "transA", "transB", "broadcast"]
    ) { importer, call throws(ONNXError) in try gemm(&importer, call) },
    OperatorImporter(
      "MatMul", becomes: ["dense", "matrix-product"], inputs: 2...2
    ) { importer, call throws(ONNXError) in
      switch (try call.input(0), try call.input(1)) {
      case (.computed(let left), .constant(let right)):
        return .computed(try importer.product(left, right, call))
      case (.constant(let left), .computed(let right)):
        return .computed(try importer.product(left, right, call))
      case (.computed(let left), .computed(let right)):
        return .computed(try importer.product(left, right, call))
      case (.constant, .constant):
        throw call.unsupported("multiplies two constant matrices, which is not supported")
      }
    },
  ]

  /// alpha A B + beta C, of each matrix perhaps the transpose.
  private static func gemm(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let (a, b) = (try call.input(0), try call.input(1))
    guard a.dims.count == 2, b.dims.count == 2 else {
      throw call.unsupported("multiplies shapes \(a.dims) and \(b.dims)")
    }
    // Any number but 0 means the transpose.
    let turnsA = try call.integer("transA") ?? 0 != 0
    let turnsB = try call.integer("transB") ?? 0 != 0
    let (rows, inner) = turnsA ? (a.dims[1], a.dims[0]) : (a.dims[0], a.dims[1])
    let (other, columns) = turnsB ? (b.dims[1], b.dims[0]) : (b.dims[0], b.dims[1])
    guard inner == other else {
      throw call.unsupported("multiplies shapes \(a.dims) and \(b.dims)")
    }
    let alpha = try call.number("alpha") ?? 1
    let beta = try call.number("beta") ?? 1
    let dims = [rows, columns]
    var added = beta == 0 ? nil : call.optional(2)
    var product: Importer.Computed
    let suffix = added == nil ? nil : "product"
    switch (a, b) {
    case (.computed, .constant(let matrix)):
      guard
        case .computed(let left) = turnsA
          ? try importer.permuted(a, [1, 0], suffix: "transpose", call) : a
      else { throw call.unsupported("has no computed value") }
      var bias: [Float]?
      if case .constant(let constant) = added,
        elementCount(constant.dims) == 1
          || constant.dims.last == columns && elementCount(constant.dims) == columns
      {
        let numbers = try importer.floats(of: constant, call).map { Float(Double($0) * beta) }
        bias =
          numbers.count == columns
          ? numbers : Array(repeating: numbers[0], count: columns)
        added = nil
      }
      product = try importer.dense(
        left, matrix, outputs: columns, inputs: inner, isTransposed: !turnsB, factor: alpha,
        bias: bias, suffix: added == nil ? nil : suffix, call)
    case (.constant(let matrix), .computed):
      // (A B)ᵀ = Bᵀ Aᵀ.
      guard
        case .computed(let right) = turnsB
          ? b : try importer.permuted(b, [1, 0], suffix: "transpose", call)
      else { throw call.unsupported("has no computed value") }
      let turned = try importer.dense(
        right, matrix, outputs: rows, inputs: inner, isTransposed: turnsA, factor: alpha,
        bias: nil, suffix: "dense", call)
      guard
        case .computed(let back) = try importer.permuted(
          .computed(turned), [1, 0], suffix: suffix, call)
      else { throw call.unsupported("has no computed value") }
      product = back
    case (.computed, .computed):
      guard
        case .computed(let left) = turnsA
          ? try importer.permuted(a, [1, 0], suffix: "left", call) : a,
        case .computed(let right) = turnsB
          ? try importer.permuted(b, [1, 0], suffix: "right", call) : b
      else { throw call.unsupported("has no computed value") }
      product = try importer.product(
        left, right, suffix: alpha == 1 ? suffix : "matrices", call)
      if alpha != 1 {
        product = try importer.scaled(product, factors: [Float(alpha)], suffix: suffix, call)
      }
    case (.constant, .constant):
      throw call.unsupported("multiplies two constant matrices, which is not supported")
    }
    guard let added else { return .computed(product) }
    guard try importer.broadcast(dims, added.dims, call) == dims else {
      throw call.unsupported("adds a value of shape \(added.dims) to a product of \(dims)")
    }
    var summand = added
    if beta != 1 {
      summand = try importer.scaled(added, by: Float(beta), suffix: "beta", call)
    }
    return try importer.sum([.computed(product), summand], call)
  }
}

extension Importer {
  /// W x + b along the last axis.
  mutating func dense(
    _ value: Computed, _ matrix: Constant, outputs: Int, inputs: Int, isTransposed: Bool,
    factor: Double = 1, bias: [Float]? = nil, suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Computed {
    guard outputs > 0, inputs > 0, let count = elementCount([outputs, inputs]),
      count == elementCount(matrix.dims)
    else { throw call.damaged("has a matrix of impossible shape \(matrix.dims)") }
    guard value.dims.last == inputs else {
      throw call.unsupported(
        "multiplies a value of shape \(value.dims) by a matrix for \(inputs) numbers")
    }
    guard matrix.isReal || matrix.isWhole else {
      throw call.unsupported("has a matrix that holds no reals")
    }
    if factor != 1 { try budget.take(count, of: .weights, for: call.title) }
    let weight = try weight(
      matrix, rows: outputs, columns: inputs, isTransposed: isTransposed, factor: factor, call)
    let bias = bias ?? [Float](repeating: 0, count: outputs)
    let dense = try sound(call) { () throws(NetworkError) in
      try Dense(inputs: inputs, weight: weight, bias: bias)
    }
    let source = try operation(of: value, call)
    let name = try add(.dense(dense), reading: [source], suffix: suffix, call)
    return Computed(name: name, dims: value.dims.dropLast() + [outputs])
  }

  /// x B with a constant B, as many products as B has matrices.
  mutating func product(
    _ value: Computed, _ matrix: Constant, _ call: Call
  ) throws(ONNXError) -> Computed {
    let refusal = call.unsupported("multiplies shapes \(value.dims) and \(matrix.dims)")
    guard !value.dims.isEmpty, let columns = matrix.dims.last else { throw refusal }
    if matrix.dims.count == 1 {
      guard value.dims.last == columns else { throw refusal }
      let product = try dense(
        value, matrix, outputs: 1, inputs: columns, isTransposed: false, call)
      return product.renamed(Array(product.dims.dropLast()))
    }
    let front = Array(matrix.dims.dropLast(2))
    let inner = matrix.dims[matrix.dims.count - 2]
    guard value.dims.last == inner else { throw refusal }
    guard front.allSatisfy({ $0 == 1 }) else {
      return try products(.computed(value), .constant(matrix), call)
    }
    var flat = matrix
    flat.dims = [inner, columns]
    let product = try dense(
      value, flat, outputs: columns, inputs: inner, isTransposed: true, call)
    let missing = matrix.dims.count - max(value.dims.count, 2)
    guard missing > 0, value.dims.count > 1 else { return product }
    return product.renamed(Array(repeating: 1, count: missing) + product.dims)
  }

  /// A x with a constant A, over the last axis but one of x or the only one.
  mutating func product(
    _ matrix: Constant, _ value: Computed, _ call: Call
  ) throws(ONNXError) -> Computed {
    let refusal = call.unsupported("multiplies shapes \(matrix.dims) and \(value.dims)")
    guard let inner = matrix.dims.last, !value.dims.isEmpty else { throw refusal }
    let isVector = value.dims.count == 1
    guard value.dims[isVector ? 0 : value.dims.count - 2] == inner else { throw refusal }
    let front = matrix.dims.dropLast(2)
    guard front.allSatisfy({ $0 == 1 }) else {
      return try products(.constant(matrix), .computed(value), call)
    }
    let rows = matrix.dims.count == 1 ? 1 : matrix.dims[matrix.dims.count - 2]
    var flat = matrix
    flat.dims = [rows, inner]
    let rank = value.dims.count
    let order = Array(0..<max(rank - 2, 0)) + (isVector ? [0] : [rank - 1, rank - 2])
    guard
      case .computed(let turned) = isVector
        ? .computed(value) : try permuted(.computed(value), order, suffix: "transpose", call)
    else { throw refusal }
    let needsTurn = !isVector && rows != 1 && value.dims[rank - 1] != 1
    let product = try dense(
      turned, flat, outputs: rows, inputs: inner, isTransposed: false,
      suffix: needsTurn ? "dense" : nil, call)
    guard
      case .computed(var result) = isVector
        ? .computed(product) : try permuted(.computed(product), order, call)
    else { throw refusal }
    if matrix.dims.count == 1 {
      var dims = result.dims
      dims.remove(at: isVector ? 0 : dims.count - 2)
      result = result.renamed(dims)
    } else if matrix.dims.count > rank, !isVector {
      result = result.renamed(Array(repeating: 1, count: matrix.dims.count - rank) + result.dims)
    }
    return result
  }

  /// The product of two computed values, broadcast over the axes in front.
  mutating func product(
    _ left: Computed, _ right: Computed, suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Computed {
    var (a, b) = (left.dims, right.dims)
    let refusal = call.unsupported("multiplies shapes \(a) and \(b)")
    guard !a.isEmpty, !b.isEmpty else { throw refusal }
    if a.count == 1 { a = [1] + a }
    if b.count == 1 { b = b + [1] }
    guard a[a.count - 1] == b[b.count - 2] else { throw refusal }
    try refuseMixing(left.dims, right.dims, call)
    let front = try broadcast(Array(a.dropLast(2)), Array(b.dropLast(2)), call)
    guard
      case .computed(let first) = try expanded(
        .computed(left.renamed(a)), to: front + a.suffix(2), suffix: "left", call),
      case .computed(let second) = try expanded(
        .computed(right.renamed(b)), to: front + b.suffix(2), suffix: "right", call)
    else { throw refusal }
    // A matrix keeps both its axes.
    let kept = front.count > 0 && front[0] == 1 ? Array(front.dropFirst()) : front
    let names = [
      try operation(of: first, shaped: kept + a.suffix(2), call),
      try operation(of: second, shaped: kept + b.suffix(2), call),
    ]
    let name = try add(.matrixProduct, reading: names, suffix: suffix, call)
    var dims = front + [a[a.count - 2], b[b.count - 1]]
    if right.dims.count == 1 { dims.removeLast() }
    if left.dims.count == 1 { dims.remove(at: dims.count - (right.dims.count == 1 ? 1 : 2)) }
    return Computed(name: name, dims: dims)
  }

  /// The most constant matrices that stand side by side in one product.
  static let mostMatrices = 256

  /// Products with several constant matrices, one after another.
  private mutating func products(
    _ left: Value, _ right: Value, _ call: Call
  ) throws(ONNXError) -> Computed {
    let refusal = call.unsupported("multiplies shapes \(left.dims) and \(right.dims)")
    try refuseMixing(left.dims, right.dims, call)
    func matrices(_ dims: [Int], isLeft: Bool) -> [Int] {
      dims.count > 1 ? dims : isLeft ? [1] + dims : dims + [1]
    }
    let (a, b) = (matrices(left.dims, isLeft: true), matrices(right.dims, isLeft: false))
    guard a[a.count - 1] == b[b.count - 2] else { throw refusal }
    let front = try broadcast(Array(a.dropLast(2)), Array(b.dropLast(2)), call)
    guard let count = elementCount(front), (1...Self.mostMatrices).contains(count) else {
      throw call.unsupported(
        "has constant matrices of shape \(front); up to \(Self.mostMatrices) are supported")
    }
    func slices(_ value: Value, _ dims: [Int]) throws(ONNXError) -> [Value] {
      let value = try expanded(
        try renamed(value, dims, call), to: front + dims.suffix(2), suffix: "front", call)
      let size = dims.suffix(2).reduce(1, *)
      var slices: [Value] = []
      for index in 0..<count {
        let slice = try arranged(
          value, [.run(count: size, first: index * size, step: 1)], suffix: "matrix", call)
        slices.append(try renamed(slice, dims.suffix(2), call))
      }
      return slices
    }
    var parts: [Value] = []
    for (x, y) in zip(try slices(left, a), try slices(right, b)) {
      switch (x, y) {
      case (.computed(let x), .constant(let y)): parts.append(.computed(try product(x, y, call)))
      case (.constant(let x), .computed(let y)): parts.append(.computed(try product(x, y, call)))
      default: throw refusal
      }
    }
    var dims = front + [a[a.count - 2], b[b.count - 1]]
    let total = elementCount(dims) ?? 0
    if right.dims.count == 1 { dims.removeLast() }
    if left.dims.count == 1 { dims.remove(at: dims.count - (right.dims.count == 1 ? 1 : 2)) }
    let all = try table([.run(count: total, step: 1)], call)
    guard
      case .computed(let joined) = try arranged(parts, all, dims: dims, suffix: "together", call)
    else { throw refusal }
    return joined
  }
}
