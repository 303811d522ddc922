extension Network {
  /// A normalisation where a framework writes mean, difference, square, mean, root and quotient.
  ///
  /// - Complexity: O(operations + entries of rearrangements).
  func fusingNormalizations() throws(NetworkError) -> Network {
    var editor = Editor(self)
    for index in editor.items.indices where editor.items[index].operation == .multiply {
      let parents = editor.items[index].parents
      for (left, right) in [(parents[0], parents[1]), (parents[1], parents[0])] {
        guard let match = editor.normalization(left, by: right) else { continue }
        let shape = editor.items[index].shape
        let runs = try Shape([shape.count / match.length, match.length])
        // The last axis may have that length already.
        let own = shape.dimensions.last == match.length ? shape : runs
        let read = editor.reshaped(match.source, to: own, before: index)
        if own == shape {
          editor.replace(index, by: .normalize(epsilon: match.epsilon), reading: [read])
        } else {
          let normalized = editor.insert(
            .normalize(epsilon: match.epsilon), shape: own, reading: [read], before: index)
          editor.forward(index, to: normalized)
        }
        break
      }
    }
    return try editor.network()
  }
}

extension Editor {
  /// What is normalised in runs of which length, if a product is d/√(<d²> + ε) with d = x - <x>.
  fileprivate func normalization(
    _ left: Int, by right: Int
  ) -> (source: Int, length: Int, epsilon: Float)? {
    let difference = origin(of: left)
    guard let (inverse, length) = repeated(right) else { return nil }
    // 1/√ in one or two steps.
    let root: Int
    switch items[inverse].operation {
    case .activation(.power(-0.5)):
      root = inverse
    case .activation(.reciprocal):
      root = origin(of: items[inverse].parents[0])
      guard
        items[root].operation == .activation(.squareRoot)
          || items[root].operation == .activation(.power(0.5))
      else { return nil }
    default:
      return nil
    }
    let variance = scalar(items[root].parents[0])
    guard variance.factor == 1, variance.offset >= 0,
      let squares = runMean(variance.source, of: length), isSquare(squares, of: difference),
      items[difference].operation == .add, items[difference].parents.count == 2
    else { return nil }
    let terms = items[difference].parents.map { scalar($0) }
    for (value, mean) in [(terms[0], terms[1]), (terms[1], terms[0])] {
      // The minus may stand before or behind the repetition.
      guard value.factor == 1, value.offset == 0, mean.offset == 0,
        let (inner, own) = repeated(mean.source), own == length
      else { continue }
      let negative = scalar(inner)
      guard negative.offset == 0, negative.factor * mean.factor == -1,
        runMean(negative.source, of: length) == value.source
      else { continue }
      return (value.source, length, Float(variance.offset))
    }
    return nil
  }

  /// What a value repeats, each number so many times in a row.
  private func repeated(_ index: Int) -> (source: Int, length: Int)? {
    let index = origin(of: index)
    guard case .rearrange(let rearrangement) = items[index].operation,
      items[index].parents.count == 1, rearrangement.constants.isEmpty
    else { return nil }
    let source = origin(of: items[index].parents[0])
    let count = items[source].shape.count
    let length = rearrangement.indices.count / count
    guard length * count == rearrangement.indices.count,
      rearrangement.indices.indices.allSatisfy({ Int(rearrangement.indices[$0]) == $0 / length })
    else { return nil }
    return (source, length)
  }

  /// What a value is the mean of, in runs of so many numbers.
  private func runMean(_ index: Int, of length: Int) -> Int? {
    guard case .pool(let pool) = items[index].operation, pool.kind == .mean,
      pool.window.outputCount == 1, pool.window.tapCount == length, pool.window.inputCount == length
    else { return nil }
    return origin(of: items[index].parents[0])
  }
}
