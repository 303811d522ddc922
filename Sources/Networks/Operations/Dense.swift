/// The weights of y = W x + b along the last axis; axes in front repeat it with the same weights.
public struct Dense: Hashable, Sendable {
  /// Length of x, the last axis of the value that is read.
  public let inputs: Int
  /// Length of y.
  public let outputs: Int
  /// W, row-major: the weight from input `j` to output `i` stands at `[i * inputs + j]`.
  public let weight: [Float]
  /// b, one for each output.
  public let bias: [Float]

  /// Weights of the given shape.
  ///
  /// - Parameters:
  ///   - inputs: length of x, positive.
  ///   - weight: `[outputs × inputs]`, row-major, finite.
  ///   - bias: `[outputs]`, finite, at least one.
  /// - Throws: `NetworkError` if the counts do not fit or a number is not finite.
  public init(inputs: Int, weight: [Float], bias: [Float]) throws(NetworkError) {
    guard inputs > 0, !bias.isEmpty else {
      throw NetworkError("has no inputs or no outputs")
    }
    let (count, overflow) = inputs.multipliedReportingOverflow(by: bias.count)
    guard !overflow, weight.count == count else {
      throw NetworkError(
        "has \(weight.count) weights, \(bias.count) outputs of \(inputs) inputs need \(count)")
    }
    guard weight.allSatisfy(\.isFinite), bias.allSatisfy(\.isFinite) else {
      throw NetworkError("has a weight or bias that is not finite")
    }
    self.inputs = inputs
    self.outputs = bias.count
    self.weight = weight
    self.bias = bias
  }
}
