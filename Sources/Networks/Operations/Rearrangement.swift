/// Numbers taken from the parents' values to other places: a transpose, a slice, a concatenation, a
/// repetition, padding.
///
/// Nothing is computed. In hardware it is how wires run.
public struct Rearrangement: Hashable, Sendable {
  /// The shape of the result.
  public let shape: Shape
  /// Where each number of the result comes from, in row-major order: its place among the numbers of all
  /// parents one after another, or -1 - i for constant i.
  public let indices: [Int32]
  /// Numbers that come from no parent.
  public let constants: [Float]
  /// How many numbers the parents must have at least.
  let sourceCount: Int

  /// A rearrangement.
  ///
  /// - Throws: `NetworkError` if the counts do not fit, a constant is named that is not there, or one is
  ///   not finite.
  public init(
    shape: Shape, indices: [Int32], constants: [Float] = []
  ) throws(NetworkError) {
    guard indices.count == shape.count else {
      throw NetworkError("places \(indices.count) numbers in the shape \(shape)")
    }
    let least = Int(indices.min() ?? 0)
    guard -least <= constants.count else {
      throw NetworkError("has \(constants.count) constants and uses number \(-least - 1)")
    }
    guard constants.allSatisfy(\.isFinite) else {
      throw NetworkError("has a constant that is not finite")
    }
    self.shape = shape
    self.indices = indices
    self.constants = constants
    sourceCount = Int(indices.max() ?? -1) + 1
  }
}
