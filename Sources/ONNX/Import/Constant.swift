/// A value that does not depend on the network's input.
struct Constant {
  /// Where its numbers stand.
  enum Content {
    /// In the file, perhaps with rows and columns exchanged.
    case tensor(TensorProto, isTransposed: Bool)
    case reals([Float])
    /// Whole numbers and truth values.
    case wholes([Int])
  }

  /// The length of every axis. The importer may have renamed a tensor's own.
  var dims: [Int]
  var content: Content

  /// A tensor of the file.
  init(_ tensor: TensorProto) {
    dims = tensor.dims
    content = .tensor(tensor, isTransposed: false)
  }

  /// Numbers worked out in the import.
  init(dims: [Int], _ content: Content) {
    self.dims = dims
    self.content = content
  }

  /// A single whole number, or several in a row.
  init(wholes: [Int], dims: [Int]? = nil) {
    self.init(dims: dims ?? [wholes.count], .wholes(wholes))
  }

  /// Whether its numbers stand for reals.
  var isReal: Bool {
    switch content {
    case .tensor(let tensor, _): ElementType(rawValue: tensor.elementType)?.isReal ?? false
    case .reals: true
    case .wholes: false
    }
  }

  /// Whether its numbers are whole ones or truth values.
  var isWhole: Bool {
    switch content {
    case .tensor(let tensor, _): ElementType(rawValue: tensor.elementType)?.isWhole ?? false
    case .reals: false
    case .wholes: true
    }
  }
}

/// The numbers of a constant.
enum Numbers {
  case reals([Float])
  case wholes([Int])

  var count: Int {
    switch self {
    case .reals(let numbers): numbers.count
    case .wholes(let numbers): numbers.count
    }
  }

  /// As single-precision numbers.
  var floats: [Float] {
    switch self {
    case .reals(let numbers): numbers
    case .wholes(let numbers): numbers.map { Float($0) }
    }
  }

  /// The content of a constant.
  var content: Constant.Content {
    switch self {
    case .reals(let numbers): .reals(numbers)
    case .wholes(let numbers): .wholes(numbers)
    }
  }

  /// The numbers at some places; a negative place is the number to fill with.
  func picked(_ table: [Int32], fill: Float) -> Numbers {
    switch self {
    case .reals(let numbers): return .reals(table.map { $0 < 0 ? fill : numbers[Int($0)] })
    case .wholes(let numbers):
      let fill = Int(exactly: fill) ?? 0
      return .wholes(table.map { $0 < 0 ? fill : numbers[Int($0)] })
    }
  }
}

extension Importer {
  /// The numbers of a constant.
  ///
  /// A tensor of the file is read anew each time, and that is accounted for.
  mutating func numbers(of constant: Constant, _ call: Call) throws(ONNXError) -> Numbers {
    switch constant.content {
    case .reals(let numbers): return .reals(numbers)
    case .wholes(let numbers): return .wholes(numbers)
    case .tensor(let tensor, let isTransposed):
      guard constant.isReal || constant.isWhole else {
        throw call.unsupported(
          "reads \(TensorReader.title(tensor)), which holds "
            + "\(ElementType.name(tensor.elementType)); that is not supported")
      }
      guard constant.isReal else {
        try takeSearch(for: tensor, call)
        // What is read is there, so the file bounds it; the account bounds how often.
        let numbers = try reader.integers(of: tensor)
        try budget.take(numbers.count, of: .constants, for: call.title)
        return .wholes(numbers)
      }
      let turn =
        isTransposed ? MatrixTurn(rows: tensor.dims[0], columns: tensor.dims[1]) : nil
      return .reals(try floats(of: tensor, turned: turn, call))
    }
  }

  /// Numbers that do not stand in one piece are looked for in the whole message.
  private mutating func takeSearch(for tensor: TensorProto, _ call: Call) throws(ONNXError) {
    guard tensor.raw == nil, tensor.external == nil else { return }
    try budget.take(tensor.body.count, of: .constants, for: call.title)
  }

  /// The numbers of a tensor of reals, perhaps as the transpose of a matrix.
  private mutating func floats(
    of tensor: TensorProto, turned turn: MatrixTurn?, _ call: Call
  ) throws(ONNXError) -> [Float] {
    try takeSearch(for: tensor, call)
    let numbers: [Float]
    if let turn {
      numbers = try reader.transposed(tensor, turn)
    } else {
      numbers = try reader.floats(of: tensor)
    }
    try budget.take(numbers.count, of: .constants, for: call.title)
    return numbers
  }

  /// The numbers of a constant as whole ones.
  mutating func wholes(of constant: Constant, _ call: Call) throws(ONNXError) -> [Int] {
    guard case .wholes(let numbers) = try numbers(of: constant, call) else {
      throw call.unsupported("has a constant that holds reals; whole numbers are due")
    }
    return numbers
  }

  /// The numbers of a constant as reals.
  mutating func floats(of constant: Constant, _ call: Call) throws(ONNXError) -> [Float] {
    try numbers(of: constant, call).floats
  }

  /// The one number of a constant.
  mutating func single(of constant: Constant, _ call: Call) throws(ONNXError) -> Float? {
    guard elementCount(constant.dims) == 1 else { return nil }
    return try floats(of: constant, call)[0]
  }

  /// The single truth value of a constant.
  mutating func truth(of constant: Constant, _ call: Call) throws(ONNXError) -> Bool {
    guard constant.isWhole, elementCount(constant.dims) == 1 else {
      throw call.unsupported("has a switch that is no single truth value")
    }
    return try wholes(of: constant, call)[0] != 0
  }

  /// The matrix of a dense operation, one row an output, or its transpose, times a factor. A tensor of the
  /// file that is used again is shared.
  ///
  /// - Parameters:
  ///   - rows: of the result.
  ///   - isTransposed: whether the constant has one row a column of the result.
  mutating func weight(
    _ constant: Constant, rows: Int, columns: Int, isTransposed: Bool, factor: Double = 1,
    _ call: Call
  ) throws(ONNXError) -> [Float] {
    guard constant.isReal || constant.isWhole else {
      throw call.unsupported("has a matrix that holds no numbers that are read")
    }
    guard let count = elementCount(constant.dims), count == elementCount([rows, columns]) else {
      throw call.damaged("has a matrix of shape \(constant.dims); \([rows, columns]) is due")
    }
    var turn = isTransposed ? MatrixTurn(rows: columns, columns: rows) : nil
    var key: WeightKey?
    var weight: [Float]
    if case .tensor(let tensor, let isTurned) = constant.content,
      !isTurned || constant.dims == tensor.dims.reversed()
    {
      if isTurned {
        turn = turn == nil ? MatrixTurn(rows: tensor.dims[0], columns: tensor.dims[1]) : nil
      }
      key = WeightKey(
        place: tensor.body.lowerBound, rows: turn == nil ? 0 : rows, factor: factor)
      if let key, let weight = weights[key] {
        // It is shared now, but what folds a factor in will copy it.
        try budget.take(count, of: .weights, for: call.title)
        return weight
      }
      if constant.isReal {
        weight = try floats(of: tensor, turned: turn, call)
        turn = nil
      } else {
        weight = try floats(of: Constant(tensor), call)
      }
    } else {
      weight = try floats(of: constant, call)
    }
    try budget.take(count, of: .weights, for: call.title)
    if let turn { weight = turn.transposed(weight) }
    if factor != 1 {
      weight.withUnsafeMutableBufferPointer { weight in
        for place in weight.indices { weight[place] = Float(Double(weight[place]) * factor) }
      }
    }
    if let key { weights[key] = weight }
    return weight
  }

  /// Which weights of a file are the same.
  struct WeightKey: Hashable {
    let place: Int
    /// Rows of the transpose; 0 if it is none.
    let rows: Int
    let factor: Double
  }
}
