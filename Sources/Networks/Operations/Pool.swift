/// What a window holds, in one number: passed over the last axes of a value, whatever stands in front.
public struct Pool: Hashable, Sendable {
  /// What is made of a window's values.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The greatest; padding does not count.
    case max
    /// The mean.
    case mean
    /// The sum; padding counts as 0.
    case sum
  }

  /// What is made of a window's values.
  public let kind: Kind
  /// How the window passes.
  public let window: Window
  /// Whether a mean counts padding, as zeros.
  public let countsPadding: Bool

  /// A pool.
  ///
  /// - Throws: `NetworkError` if a window holds no value at all.
  public init(_ kind: Kind, _ window: Window, countsPadding: Bool = false) throws(NetworkError) {
    guard !window.divisors(countingPadding: kind != .max && countsPadding).contains(0) else {
      throw NetworkError("has a window that holds nothing but padding")
    }
    self.kind = kind
    self.window = window
    self.countsPadding = countsPadding
  }

  /// The number that a window's sum is divided by, for each output position; none but for means.
  public var divisors: [Int]? {
    kind == .mean ? window.divisors(countingPadding: countsPadding) : nil
  }

  func shape(of parent: Shape) throws(NetworkError) -> Shape {
    let axes = window.axes.map(\.input)
    guard parent.dimensions.suffix(axes.count) == axes[...] else {
      throw NetworkError("takes last axes of \(axes), is given the shape \(parent)")
    }
    return try Shape(parent.dimensions.dropLast(axes.count) + window.axes.map(\.output))
  }
}
