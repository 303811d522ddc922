/// Inputs for a network, in the order in which a machine meets them, with or without their classes.
public struct Samples: Hashable, Sendable {
  /// What they are called in tables.
  public let name: String
  /// How many samples.
  public let count: Int
  /// The axes of one sample as its file has them, `[28, 28]`; a single one where it says nothing.
  public let axes: [Int]
  /// Numbers in one sample.
  public let width: Int
  /// Sample after sample, `[count × width]`; all finite.
  public let values: [Float]
  /// The class of each sample, from 0, if known.
  public let labels: [Int]?
  /// What the numbers were normalised by; none if they are as they came.
  public private(set) var normalization: Normalization?

  /// Samples of one width.
  ///
  /// - Throws: `SampleError` if the counts do not fit, there is no sample, or a value is not
  ///   finite.
  public init(
    name: String, width: Int, values: [Float], labels: [Int]? = nil
  ) throws(SampleError) {
    try self.init(name: name, axes: [width], values: values, labels: labels)
  }

  /// Samples of some axes.
  ///
  /// - Throws: `SampleError` if the counts do not fit, there is no sample, or a value is not
  ///   finite.
  public init(
    name: String, axes: [Int], values: [Float], labels: [Int]? = nil
  ) throws(SampleError) {
    var width = 1
    for axis in axes {
      let (product, overflow) = width.multipliedReportingOverflow(by: axis)
      guard !overflow else { throw SampleError("have an impossible shape \(axes)") }
      width = product
    }
    guard axes.allSatisfy({ $0 > 0 }), !values.isEmpty else { throw SampleError("hold no samples") }
    guard values.count.isMultiple(of: width) else {
      throw SampleError("hold \(values.count) numbers, not a multiple of \(width)")
    }
    let count = values.count / width
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw SampleError(
        "sample \(bad / width + 1), value \(bad % width + 1) is NaN or infinite")
    }
    if let labels, labels.count != count {
      throw SampleError("are \(count) samples but \(labels.count) labels")
    }
    if let labels, let bad = labels.firstIndex(where: { $0 < 0 }) {
      throw SampleError("label \(bad + 1) is \(labels[bad]); classes count from 0")
    }
    self.init(name: name, count: count, axes: axes, width: width, values: values, labels: labels)
  }

  /// The numbers of one sample.
  public subscript(sample: Int) -> ArraySlice<Float> {
    values[sample * width..<(sample + 1) * width]
  }

  /// The first `limit` samples.
  public func prefix(_ limit: Int) -> Samples {
    guard limit < count else { return self }
    precondition(limit > 0, "at least one sample")
    return Samples(
      name: name, count: limit, axes: axes, width: width,
      values: Array(values[..<(limit * width)]), labels: labels.map { Array($0[..<limit]) },
      normalization: normalization)
  }

  /// The same samples with other labels.
  ///
  /// - Throws: `SampleError` as the initializer does.
  public func labelled(_ labels: [Int]) throws(SampleError) -> Samples {
    var samples = try Samples(name: name, axes: axes, values: values, labels: labels)
    samples.normalization = normalization
    return samples
  }

  /// The same samples, the last column of each taken off as its label.
  ///
  /// - Throws: `SampleError` if a label is not a whole number from 0.
  public func splittingLabels() throws(SampleError) -> Samples {
    var inputs: [Float] = []
    var labels: [Int] = []
    inputs.reserveCapacity(count * (width - 1))
    for sample in 0..<count {
      inputs += self[sample].dropLast()
      let label = self[sample].last!
      guard let whole = Int(exactly: label), whole >= 0 else {
        throw SampleError(
          "the label of sample \(sample + 1) is \(label), not a whole number from 0")
      }
      labels.append(whole)
    }
    return try Samples(name: name, width: width - 1, values: inputs, labels: labels)
  }

  /// The same samples with other numbers and axes.
  func with(axes: [Int], values: [Float], by normalization: Normalization? = nil) -> Samples {
    Samples(
      name: name, count: count, axes: axes, width: width, values: values, labels: labels,
      normalization: normalization ?? self.normalization)
  }

  private init(
    name: String, count: Int, axes: [Int], width: Int, values: [Float], labels: [Int]?,
    normalization: Normalization? = nil
  ) {
    self.name = name
    self.count = count
    self.axes = axes
    self.width = width
    self.values = values
    self.labels = labels
    self.normalization = normalization
  }
}

/// Samples that cannot be: what is wrong, in one phrase.
public struct SampleError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  /// An error that says what is wrong.
  package init(_ description: String) { self.description = description }
}
