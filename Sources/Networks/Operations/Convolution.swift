/// A kernel of weights passed over the positions of channels, `[… channels, positions…]`.
///
/// y_{c,o} = b_c + Σ_{d,t} W_{c,d,t} x_{d,p(o,t)} over the input channels d of c's group and the taps t,
/// with p as `Window` has it and x = 0 in padding. It is a correlation, as all frameworks have it: the
/// kernel is not turned round. The transpose takes values from the window's output positions to its
/// input positions: y_{d,p(o,t)} += W_{c,d,t} x_{c,o}, then b_d is added.
public struct Convolution: Hashable, Sendable {
  /// How the kernel passes. Of a transposed convolution: how that which it transposes passes.
  public let window: Window
  /// Channels of the value that is read.
  public let inputChannels: Int
  /// Channels of the result.
  public let outputChannels: Int
  /// Groups of channels, each of which is convolved by itself.
  public let groups: Int
  /// Whether it is a transposed convolution.
  public let isTransposed: Bool
  /// W, `[outputChannels × inputChannels/groups × taps]`; of a transposed one
  /// `[inputChannels × outputChannels/groups × taps]`.
  public let weight: [Float]
  /// b, `[outputChannels]`.
  public let bias: [Float]

  /// A convolution.
  ///
  /// - Throws: `NetworkError` if the counts do not fit or a number is not finite.
  public init(
    _ window: Window, inputChannels: Int, outputChannels: Int, groups: Int = 1,
    isTransposed: Bool = false, weight: [Float], bias: [Float]
  ) throws(NetworkError) {
    guard inputChannels > 0, outputChannels > 0, groups > 0, inputChannels.isMultiple(of: groups),
      outputChannels.isMultiple(of: groups)
    else {
      throw NetworkError(
        "has \(inputChannels) input and \(outputChannels) output channels in \(groups) groups")
    }
    let count = try Shape([inputChannels, outputChannels / groups, window.tapCount]).count
    guard weight.count == count, bias.count == outputChannels else {
      throw NetworkError(
        "has \(weight.count) weights and \(bias.count) biases, needs \(count) and "
          + "\(outputChannels)")
    }
    guard weight.allSatisfy(\.isFinite), bias.allSatisfy(\.isFinite) else {
      throw NetworkError("has a weight or bias that is not finite")
    }
    self.window = window
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.groups = groups
    self.isTransposed = isTransposed
    self.weight = weight
    self.bias = bias
  }

  /// Positions of a channel that is read.
  public var inputPositions: Int { isTransposed ? window.outputCount : window.inputCount }
  /// Positions of a channel of the result.
  public var outputPositions: Int { isTransposed ? window.inputCount : window.outputCount }

  func shape(of parent: Shape) throws(NetworkError) -> Shape {
    let read = isTransposed ? window.axes.map(\.output) : window.axes.map(\.input)
    let made = isTransposed ? window.axes.map(\.input) : window.axes.map(\.output)
    let axes = [inputChannels] + read
    guard parent.dimensions.suffix(axes.count) == axes[...] else {
      throw NetworkError("takes last axes of \(axes), is given the shape \(parent)")
    }
    return try Shape(parent.dimensions.dropLast(axes.count) + [outputChannels] + made)
  }

  /// Products with what is no padding count as those with padding do: a machine that skips them is
  /// another machine.
  func multiplyAccumulates(reading parent: Shape) -> Int {
    let repeats = parent.count / (inputChannels * inputPositions)
    return repeats * weight.count * window.outputCount
  }
}
