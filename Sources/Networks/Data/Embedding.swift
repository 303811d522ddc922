/// A table of vectors that stand for whole numbers, such as the words of a text.
///
/// It is looked up by whoever feeds a network, before the machine's inputs are set: no substrate has it,
/// and its memory is outside every boundary. An analog line holds no whole number, and halfway from
/// word 3 to word 7 is not word 5.
public struct Embedding: Hashable, Sendable {
  /// How many numbers are known: from 0 to below this.
  public let count: Int
  /// The length of each vector.
  public let width: Int
  /// The vectors, `[count × width]`.
  public let table: [Float]

  /// A table.
  ///
  /// - Throws: `NetworkError` if the counts do not fit or a number is not finite.
  public init(width: Int, table: [Float]) throws(NetworkError) {
    guard width > 0, !table.isEmpty, table.count.isMultiple(of: width) else {
      throw NetworkError("an embedding has \(table.count) numbers in vectors of \(width)")
    }
    guard table.allSatisfy(\.isFinite) else {
      throw NetworkError("an embedding has a number that is not finite")
    }
    count = table.count / width
    self.width = width
    self.table = table
  }
}

extension Network {
  /// How many numbers a sample has before its embedding is looked up; else those of the input.
  public var sampleWidth: Int { inputCount / (embedding?.width ?? 1) }

  /// The shape of a sample before its embedding is looked up; else that of the input.
  public var sampleShape: Shape {
    let shape = nodes[0].shape
    guard embedding != nil else { return shape }
    let axes = Array(shape.dimensions.dropLast())
    return (try? Shape(axes.isEmpty ? [1] : axes)) ?? shape
  }

  /// Samples as the input takes them: looked up, if the network has an embedding.
  ///
  /// A negative number counts from the end of the table.
  ///
  /// - Throws: `SampleError` if a number is not whole or has no vector.
  /// - Complexity: O(numbers of the result).
  public func embedded(_ samples: Samples) throws(SampleError) -> Samples {
    guard let embedding else { return samples }
    var values: [Float] = []
    values.reserveCapacity(samples.values.count * embedding.width)
    for (place, number) in samples.values.enumerated() {
      guard let whole = Int(exactly: number), whole < embedding.count, whole >= -embedding.count
      else {
        throw SampleError(
          "sample \(place / samples.width + 1), value \(place % samples.width + 1) is \(number); "
            + "the model looks up whole numbers from 0 to \(embedding.count - 1)")
      }
      let row = whole < 0 ? whole + embedding.count : whole
      values += embedding.table[row * embedding.width..<(row + 1) * embedding.width]
    }
    return try Samples(
      name: samples.name, width: samples.width * embedding.width, values: values,
      labels: samples.labels)
  }
}
