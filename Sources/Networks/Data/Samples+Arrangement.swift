extension Samples {
  /// The same samples with their numbers in the order of a network's input.
  ///
  /// Axes that are the network's are taken as they are, and so are flat samples, or any for a network
  /// with a flat input: in row-major order. Axes of length 1 count for nothing. Three axes of which the
  /// channels stand at the other end are transposed if that is the only way that they fit.
  ///
  /// - Returns: the samples; and, where numbers were moved or their order may be another, what has to
  ///   be said of it. Samples of another width come back as they are.
  /// - Throws: `SampleError` that names both shapes, where they have the right number of numbers and
  ///   fit in no such way.
  /// - Complexity: O(values).
  public func arranged(
    for shape: Shape
  ) throws(SampleError) -> (samples: Samples, note: String?) {
    let wanted = shape.dimensions
    guard width == shape.count else { return (self, nil) }
    func long(_ axes: [Int]) -> [Int] { axes.filter { $0 != 1 } }
    if axes == wanted || long(axes).count <= 1 || long(axes) == long(wanted) {
      return (with(axes: wanted, values: values), nil)
    }
    let spelled = axes.map(String.init).joined(separator: "×")
    if long(wanted).count <= 1 {
      let note =
        "samples of \(spelled) were taken in row-major order for the flat input of the network"
      return (with(axes: wanted, values: values), long(axes).count > 2 ? note : nil)
    }
    if axes.count == 3 {
      // Where each of the network's axes stands in the samples: channels last to first, and first to last.
      let orders = [[2, 0, 1], [1, 2, 0]].filter { order in order.map { axes[$0] } == wanted }
      if orders.count == 1 {
        let strides = [axes[1] * axes[2], axes[2], 1]
        var moved: [Float] = []
        moved.reserveCapacity(values.count)
        for sample in 0..<count {
          moved += Self.gathered(
            self[sample], lengths: wanted, strides: orders[0].map { strides[$0] })
        }
        let ends = orders[0] == [2, 0, 1] ? "channels first" : "channels last"
        return (
          with(axes: wanted, values: moved),
          "samples of \(spelled) were transposed to the network's \(shape), \(ends)"
        )
      }
    }
    throw SampleError("have the shape \(spelled) a sample, the network takes \(shape)")
  }

  /// The same samples with (x - mean)/deviation for every number x.
  ///
  /// - Parameters:
  ///   - normalization: means and deviations, in the numbers' unit.
  ///   - shape: the network's input, in whose order the numbers stand.
  /// - Throws: `SampleError` if the pairs are not as many as the channels, which stand first or last, or
  ///   a number is then too large.
  /// - Complexity: O(values).
  public func normalized(
    _ normalization: Normalization, for shape: Shape
  ) throws(SampleError) -> Samples {
    precondition(width == shape.count, "samples of the network's width")
    precondition(self.normalization == nil, "samples are normalised once")
    let pairs = normalization.means.count
    let axes = shape.dimensions
    // How many numbers in a row share a pair.
    var inner = shape.count
    if pairs > 1 {
      switch (axes.first == pairs, axes.last == pairs) {
      case (true, true) where axes.count > 1:
        throw SampleError(
          "are given \(pairs) means and deviations; channels may stand first or last in \(shape)")
      case (true, _): inner = shape.count / pairs
      case (_, true): inner = 1
      case (false, false):
        throw SampleError(
          "are given \(pairs) means and deviations; neither the first nor the last axis of \(shape) "
            + "is as long")
      }
    }
    var scaled = values
    for index in scaled.indices {
      let pair = index % width / inner % pairs
      scaled[index] = Float(
        (Double(values[index]) - normalization.means[pair]) / normalization.deviations[pair])
    }
    guard scaled.allSatisfy(\.isFinite) else {
      throw SampleError("are too large once they are normalised")
    }
    return with(axes: self.axes, values: scaled, by: normalization)
  }

  /// Numbers in row-major order of some axes, each of which is a stride wide in what they are taken from.
  static func gathered<Number>(
    _ numbers: ArraySlice<Number>, lengths: [Int], strides: [Int]
  ) -> [Number] {
    var result: [Number] = []
    result.reserveCapacity(numbers.count)
    var places = [Int](repeating: 0, count: lengths.count)
    var place = numbers.startIndex
    while result.count < numbers.count {
      result.append(numbers[place])
      var axis = lengths.count - 1
      while axis >= 0 {
        places[axis] += 1
        place += strides[axis]
        if places[axis] < lengths[axis] { break }
        place -= strides[axis] * lengths[axis]
        places[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}

/// What takes samples to the scale that a network was trained on: (x - mean)/deviation, in the data's own
/// units, with one pair for all numbers or one for each channel.
public struct Normalization: Hashable, Sendable, CustomStringConvertible {
  /// Subtracted.
  public let means: [Double]
  /// Divided by; all positive.
  public let deviations: [Double]

  /// Pairs of finite numbers.
  ///
  /// - Throws: `SampleError` if they are no pairs, there are none, or a number is out of range.
  public init(means: [Double], deviations: [Double]) throws(SampleError) {
    guard !means.isEmpty, means.count == deviations.count else {
      throw SampleError("has \(means.count) means and \(deviations.count) deviations")
    }
    guard means.allSatisfy(\.isFinite) else { throw SampleError("has a mean that is not finite") }
    guard deviations.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw SampleError("has a deviation that is not finite or not above 0")
    }
    self.means = means
    self.deviations = deviations
  }

  /// `MEAN,STD`, or `M,M,M/S,S,S` of several channels.
  public var description: String {
    func list(_ numbers: [Double]) -> String {
      numbers.map { number in
        Int(exactly: number).map { String($0) } ?? number.description
      }.joined(separator: ",")
    }
    return list(means) + (means.count == 1 ? "," : "/") + list(deviations)
  }
}
