extension Network {
  /// Puts constant factors and offsets into the weights beside them, and leaves out those that do
  /// nothing: what is left of a normalisation with fixed statistics, or of a bias that is written as a
  /// sum.
  ///
  /// Exact but for rounding: A (W x + b) + c = (A W) x + (A b + c), and W (A x + c) + b = (W A) x + (W c +
  /// b). It is worked out in double precision and rounded once a fold.
  ///
  /// - Complexity: O(operations + weights that are changed).
  func foldingScales() throws(NetworkError) -> Network {
    var editor = Editor(self)
    var readers = editor.readerCounts()
    for index in editor.items.indices {
      guard case .scale(let scale) = editor.items[index].operation else { continue }
      let parent = editor.items[index].parents[0]
      let origin = editor.origin(of: parent)
      if scale.isIdentity {
        editor.forward(index, to: parent)
        readers[origin] += readers[index] - 1
        continue
      }
      guard readers[origin] == 1,
        let merged = editor.items[origin].operation.followed(by: scale)
      else { continue }
      editor.replace(origin, by: merged, reading: editor.items[origin].parents)
      editor.forward(index, to: parent)
      readers[origin] = readers[index]
    }
    for index in editor.items.indices {
      let operation = editor.items[index].operation
      guard operation.kind == .dense || operation.kind == .convolution else { continue }
      let origin = editor.origin(of: editor.items[index].parents[0])
      guard case .scale(let scale) = editor.items[origin].operation,
        let merged = operation.preceded(by: scale)
      else { continue }
      let source = editor.items[origin].parents[0]
      let read = editor.reshaped(
        source, to: editor.items[editor.items[index].parents[0]].shape, before: index)
      editor.replace(index, by: merged, reading: [read])
    }
    return try editor.network()
  }
}

extension Network {
  /// a (x y) becomes (a x) y where a matrix makes x, which can take the factor in: the scores of an
  /// attention are an example.
  ///
  /// - Complexity: O(operations × the longest chain of rearrangements).
  func movingFactorsBeforeProducts() throws(NetworkError) -> Network {
    var editor = Editor(self)
    let readers = editor.readerCounts()
    /// Whether a factor on a value ends up in weights.
    func takesFactor(_ index: Int) -> Bool {
      let origin = editor.origin(of: index)
      guard readers[origin] == 1 else { return false }
      switch editor.items[origin].operation {
      case .dense, .convolution: return true
      case .rearrange(let rearrangement):
        return rearrangement.constants.isEmpty && editor.items[origin].parents.count == 1
          && takesFactor(editor.items[origin].parents[0])
      default: return false
      }
    }
    for index in editor.items.indices {
      guard case .scale(let scale) = editor.items[index].operation, scale.count == 1,
        scale.offsets == nil
      else { continue }
      let product = editor.origin(of: editor.items[index].parents[0])
      guard [.multiply, .matrixProduct].contains(editor.items[product].operation.kind),
        readers[product] == 1,
        let place = editor.items[product].parents.firstIndex(where: takesFactor)
      else { continue }
      var parents = editor.items[product].parents
      parents[place] = editor.insert(
        .scale(scale), shape: editor.items[parents[place]].shape, reading: [parents[place]],
        before: product)
      editor.replace(product, by: editor.items[product].operation, reading: parents)
      editor.forward(index, to: product)
    }
    return try editor.network()
  }
}

extension Network {
  /// Puts a factor into the matrix whose value it scales a part of, where nothing else reads that part:
  /// the queries of an attention whose queries, keys and values are one product are an example.
  ///
  /// - Complexity: O(operations + entries of rearrangements + weights that are changed).
  func foldingFactorsOfParts() throws(NetworkError) -> Network {
    var editor = Editor(self)
    let readers = editor.readers()
    let end = editor.origin(of: output)
    /// The outputs of a matrix that a rearrangement takes; none if it is no rearrangement of it alone.
    func part(_ index: Int, of dense: Dense) -> Set<Int>? {
      guard case .rearrange(let rearrangement) = editor.items[index].operation,
        rearrangement.constants.isEmpty, editor.items[index].parents.count == 1
      else { return nil }
      return Set(rearrangement.indices.lazy.map { Int($0) % dense.outputs })
    }
    for index in editor.items.indices {
      guard case .scale(let scale) = editor.items[index].operation, scale.count == 1,
        scale.offsets == nil
      else { continue }
      let taken = editor.origin(of: editor.items[index].parents[0])
      guard readers[taken].count == 1, taken != end, editor.items[taken].parents.count == 1
      else { continue }
      let matrix = editor.origin(of: editor.items[taken].parents[0])
      guard case .dense(let dense) = editor.items[matrix].operation, matrix != end,
        let own = part(taken, of: dense),
        readers[matrix].allSatisfy({ reader in
          reader == taken || part(reader, of: dense)?.isDisjoint(with: own) ?? false
        })
      else { continue }
      let factors = (0..<dense.outputs).map { own.contains($0) ? Float(scale.factor(of: 0)) : 1 }
      guard
        let scaled = Operation.dense(dense).followed(
          by: try Scale(factors: factors, offsets: nil))
      else { continue }
      editor.replace(matrix, by: scaled, reading: editor.items[matrix].parents)
      editor.forward(index, to: editor.items[index].parents[0])
    }
    return try editor.network()
  }
}

extension Scale {
  /// Whether it changes nothing.
  var isIdentity: Bool {
    (factors ?? []).allSatisfy { $0 == 1 } && (offsets ?? []).allSatisfy { $0 == 0 }
  }

  /// Its constants for each of some channels of so many neighbours, if they depend on nothing else.
  fileprivate func byChannel(
    _ channels: Int, of positions: Int
  ) -> (factors: [Float]?, offsets: [Float]?)? {
    if count == 1 {
      return (
        factors.map { Array(repeating: $0[0], count: channels) },
        offsets.map { Array(repeating: $0[0], count: channels) }
      )
    }
    return count == channels && inner == positions ? (factors, offsets) : nil
  }

  /// The scale that does this and then another, if one can.
  fileprivate func followed(by other: Scale) -> Scale? {
    // One constant for all goes with any layout.
    let layout = count == 1 ? other : self
    guard count == 1 || other.count == 1 || (count == other.count && inner == other.inner) else {
      return nil
    }
    func number(_ list: [Float]?, _ place: Int, _ rest: Double) -> Double {
      list.map { Double($0[$0.count == 1 ? 0 : place]) } ?? rest
    }
    var (factors, offsets): ([Float], [Float]) = ([], [])
    for place in 0..<layout.count {
      let factor = number(other.factors, place, 1)
      factors.append(Float(number(self.factors, place, 1) * factor))
      offsets.append(
        Float(number(self.offsets, place, 0) * factor + number(other.offsets, place, 0)))
    }
    return try? Scale(
      factors: factors.allSatisfy { $0 == 1 } ? nil : factors,
      offsets: factors.contains { $0 != 1 } && offsets.allSatisfy { $0 == 0 } ? nil : offsets,
      inner: layout.inner)
  }
}

extension Operation {
  /// This and then a scale, as one operation of the same sort; none if it has no weights to take it in.
  fileprivate func followed(by scale: Scale) -> Operation? {
    switch self {
    case .dense(let dense):
      guard let (factors, offsets) = scale.byChannel(dense.outputs, of: 1) else { return nil }
      return try? .dense(
        Dense(
          inputs: dense.inputs, weight: scaled(dense.weight, rows: factors, of: dense.inputs),
          bias: affine(dense.bias, factors, offsets)))
    case .convolution(let convolution):
      guard
        let (factors, offsets) = scale.byChannel(
          convolution.outputChannels, of: convolution.outputPositions)
      else { return nil }
      return try? .convolution(
        convolution.with(
          weight: convolution.weight(times: factors),
          bias: affine(convolution.bias, factors, offsets)))
    case .scale(let first): return first.followed(by: scale).map { .scale($0) }
    case .input, .activation, .prelu, .add, .multiply, .matrixProduct, .softmax, .logSoftmax,
      .normalize, .pool, .rearrange, .reshape:
      return nil
    }
  }

  /// A scale and then this, as one operation of the same sort.
  fileprivate func preceded(by scale: Scale) -> Operation? {
    switch self {
    case .dense(let dense):
      guard let (factors, offsets) = scale.byChannel(dense.inputs, of: 1) else { return nil }
      return try? .dense(
        Dense(
          inputs: dense.inputs, weight: scaled(dense.weight, columns: factors),
          bias: sum(dense.bias, dense.weight, times: offsets)))
    case .convolution(let convolution):
      // An offset in front of padding is none in the padding. In groups, rows of weights have columns of
      // their own.
      guard !convolution.isTransposed, convolution.groups == 1,
        scale.offsets == nil || !convolution.window.table().contains(-1),
        let (factors, offsets) = scale.byChannel(
          convolution.inputChannels, of: convolution.inputPositions)
      else { return nil }
      func columns(_ channels: [Float]?) -> [Float]? {
        channels.map { $0.flatMap { Array(repeating: $0, count: convolution.window.tapCount) } }
      }
      return try? .convolution(
        convolution.with(
          weight: scaled(convolution.weight, columns: columns(factors)),
          bias: sum(convolution.bias, convolution.weight, times: columns(offsets))))
    case .input, .scale, .activation, .prelu, .add, .multiply, .matrixProduct, .softmax,
      .logSoftmax, .normalize, .pool, .rearrange, .reshape:
      return nil
    }
  }
}

extension Convolution {
  /// The same with other numbers.
  fileprivate func with(weight: [Float], bias: [Float]) throws(NetworkError) -> Convolution {
    try Convolution(
      window, inputChannels: inputChannels, outputChannels: outputChannels, groups: groups,
      isTransposed: isTransposed, weight: weight, bias: bias)
  }

  /// The weights, those of each output channel times its factor.
  fileprivate func weight(times factors: [Float]?) -> [Float] {
    guard let factors else { return weight }
    let taps = window.tapCount
    guard isTransposed else {
      return scaled(weight, rows: factors, of: weight.count / outputChannels)
    }
    let outputs = outputChannels / groups
    let group = weight.count / groups
    return weight.indices.map {
      Float(Double(weight[$0]) * Double(factors[$0 / group * outputs + $0 / taps % outputs]))
    }
  }
}

// MARK: Matrices

/// A matrix whose rows, of so many columns, are multiplied by factors.
private func scaled(_ matrix: [Float], rows factors: [Float]?, of columns: Int) -> [Float] {
  guard let factors else { return matrix }
  return [Float](unsafeUninitializedCapacity: matrix.count) { result, count in
    matrix.withUnsafeBufferPointer { matrix in
      for (row, factor) in factors.enumerated() {
        for place in row * columns..<(row + 1) * columns {
          result.initializeElement(at: place, to: Float(Double(matrix[place]) * Double(factor)))
        }
      }
    }
    count = matrix.count
  }
}

/// A matrix whose columns are multiplied by factors.
private func scaled(_ matrix: [Float], columns factors: [Float]?) -> [Float] {
  guard let factors else { return matrix }
  return [Float](unsafeUninitializedCapacity: matrix.count) { result, count in
    matrix.withUnsafeBufferPointer { matrix in
      factors.withUnsafeBufferPointer { factors in
        for start in stride(from: 0, to: matrix.count, by: factors.count) {
          for column in factors.indices {
            let number = Double(matrix[start + column]) * Double(factors[column])
            result.initializeElement(at: start + column, to: Float(number))
          }
        }
      }
    }
    count = matrix.count
  }
}

/// vector + matrix · other.
private func sum(_ vector: [Float], _ matrix: [Float], times other: [Float]?) -> [Float] {
  guard let other else { return vector }
  return matrix.withUnsafeBufferPointer { matrix in
    other.withUnsafeBufferPointer { other in
      vector.indices.map { row in
        var sum = Double(vector[row])
        for column in other.indices {
          sum += Double(matrix[row * other.count + column]) * Double(other[column])
        }
        return Float(sum)
      }
    }
  }
}

/// factor · number + offset for each number.
private func affine(_ numbers: [Float], _ factors: [Float]?, _ offsets: [Float]?) -> [Float] {
  numbers.indices.map {
    Float(
      Double(numbers[$0]) * Double(factors?[$0] ?? 1) + Double(offsets?[$0] ?? 0))
  }
}
