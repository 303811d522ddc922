internal import Networks

/// Makes the weights of dense operations from a file's tensors, with what is folded into them.
///
/// A file is not trusted: it may use one tensor any number of times, so both the work and the memory
/// are bounded by the size of the files.
struct WeightBuilder {
  private let reader: TensorReader
  /// Numbers that may still be worked on.
  private var effort: Int
  /// Weights that may still be made.
  private var room: Int
  /// How often a tensor is yet used as a matrix.
  private var uses: [Key: Int] = [:]
  /// The weights of tensors that are used again, as the file has them.
  private var shared: [Key: [Float]] = [:]

  private struct Key: Hashable {
    let place: Int
    let inputs: Int
    let isTransposed: Bool

    init?(_ dense: DenseDraft) {
      guard let place = dense.weight.place else { return nil }
      self.place = place
      inputs = dense.inputs
      isTransposed = dense.isTransposed
    }
  }

  /// A builder for a model whose files have so many bytes.
  init(_ reader: TensorReader, bytes: Int) {
    self.reader = reader
    effort = 1 << 25 + 8 * min(bytes, 1 << 48)
    room = 1 << 20 + 2 * min(bytes, 1 << 48)
  }

  /// Announces a dense operation, so that a tensor used twice is held once.
  mutating func willBuild(_ dense: DenseDraft) {
    if let key = Key(dense) { uses[key, default: 0] += 1 }
  }

  /// Whether a scaling by or a shift of one number does nothing.
  mutating func isIdentity(_ scaling: Scaling) throws(ONNXError) -> Bool {
    switch scaling {
    case .add(let operand, let times):
      return try times * (operand.single(reader) ?? .nan) == 0
    case .multiply(let operand), .divide(let operand):
      return try operand.single(reader) == 1
    case .negate, .normalize:
      return false
    }
  }

  /// The weights of a dense operation that stands after some scalings.
  mutating func dense(
    _ draft: DenseDraft, after before: [Scaling], of title: String
  ) throws(ONNXError) -> Dense {
    var weight = try weight(draft, of: title)
    let (inputs, outputs) = (draft.inputs, draft.outputs)
    let first = try affine(before, count: inputs, of: title)
    let last = try affine(draft.after, count: outputs, of: title)
    var bias = [Double](repeating: 0, count: outputs)
    let shifts = first.offsets.contains { $0 != 0 }
    if shifts || first.scales || last.scales || draft.factor != 1 {
      try spend(weight.count, of: title)
      // A matrix that is used elsewhere too is copied here.
      try take(weight.count, of: title)
      weight.withUnsafeMutableBufferPointer { weight in
        for row in 0..<outputs {
          let factor = draft.factor * last.factors[row]
          var sum = 0.0
          for column in 0..<inputs {
            let number = Double(weight[row * inputs + column])
            sum += number * first.offsets[column]
            weight[row * inputs + column] = Float(number * factor * first.factors[column])
          }
          bias[row] = sum * factor
        }
      }
    }
    for row in 0..<outputs { bias[row] += last.offsets[row] }
    do throws(NetworkError) {
      return try Dense(inputs: inputs, weight: weight, bias: bias.map { Float($0) })
    } catch {
      throw .unsupported("\(title) \(error.description)")
    }
  }

  private mutating func affine(
    _ scalings: [Scaling], count: Int, of title: String
  ) throws(ONNXError) -> Affine {
    try spend(count, of: title)
    var affine = Affine(count: count)
    for scaling in scalings {
      // Even of a single number it takes as long as of many.
      try spend(count + 64, of: title)
      try affine.append(scaling, reader)
    }
    return affine
  }

  /// W as a network has it, one row an output.
  private mutating func weight(
    _ draft: DenseDraft, of title: String
  ) throws(ONNXError) -> [Float] {
    let key = Key(draft)
    if let key, let weight = shared[key] {
      uses[key, default: 1] -= 1
      if uses[key] == 0 { shared[key] = nil }
      return weight
    }
    let stored = try draft.weight.floats(reader)
    guard stored.count == draft.inputs * draft.outputs else {
      throw .damaged("\(title) has a matrix of \(stored.count) numbers")
    }
    try take(stored.count, of: title)
    let weight =
      draft.isTransposed
      ? Self.transposed(stored, rows: draft.inputs, columns: draft.outputs) : stored
    if let key, uses[key, default: 1] > 1 {
      uses[key, default: 1] -= 1
      shared[key] = weight
    }
    return weight
  }

  private mutating func spend(_ count: Int, of title: String) throws(ONNXError) {
    effort -= count
    guard effort >= 0 else {
      throw .unsupported("\(title) has more constants to fold than a file of this size should")
    }
  }

  private mutating func take(_ count: Int, of title: String) throws(ONNXError) {
    room -= count
    guard room >= 0 else {
      throw .unsupported("\(title) uses weights over again, more than a file of this size should")
    }
  }

  /// The transpose of a row-major matrix, in tiles that the caches hold.
  static func transposed(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
    let tile = 32
    return matrix.withUnsafeBufferPointer { source in
      [Float](unsafeUninitializedCapacity: matrix.count) { target, count in
        for row in stride(from: 0, to: rows, by: tile) {
          for column in stride(from: 0, to: columns, by: tile) {
            for j in column..<min(column + tile, columns) {
              for i in row..<min(row + tile, rows) {
                target.initializeElement(at: j * rows + i, to: source[i * columns + j])
              }
            }
          }
        }
        count = matrix.count
      }
    }
  }
}
