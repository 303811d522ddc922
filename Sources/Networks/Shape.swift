/// The shape of one sample's value at a place in a network, without the batch: `[64]`, `[3, 32,
/// 32]`.
///
/// Values are stored flat in row-major order.
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  /// The length of every axis; all positive. Empty for a single number.
  public let dimensions: [Int]
  /// How many numbers that is.
  public let count: Int

  /// A shape with the given axes.
  ///
  /// - Throws: `NetworkError` if an axis is not positive or the count overflows.
  public init(_ dimensions: [Int]) throws(NetworkError) {
    var count = 1
    for length in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length > 0, !overflow else {
        throw NetworkError("shape \(dimensions) has an axis of \(length) or is too large")
      }
      count = product
    }
    self.dimensions = dimensions
    self.count = count
  }

  /// A vector of so many numbers, at least one.
  public init(vector count: Int) {
    precondition(count > 0, "a vector has at least one component")
    dimensions = [count]
    self.count = count
  }

  /// The axes joined by `×`.
  public var description: String { dimensions.map(String.init).joined(separator: "×") }
}

/// A network that cannot be: what is wrong with it, in one phrase that names the operation.
public struct NetworkError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  /// An error that says what is wrong.
  public init(_ description: String) { self.description = description }
}
