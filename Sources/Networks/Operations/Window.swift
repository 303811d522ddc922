/// How a kernel passes over the positions of one or more axes.
///
/// Along each axis output position o sees, at tap t, input position o stride + t dilation - before, if
/// there is one: what lies outside is padding.
public struct Window: Hashable, Sendable {
  /// What is known of one axis.
  public struct Axis: Hashable, Sendable {
    /// Input positions.
    public let input: Int
    /// Taps of the kernel.
    public let kernel: Int
    /// Input positions from one output position to the next.
    public let stride: Int
    /// Input positions from one tap to the next.
    public let dilation: Int
    /// Positions of padding before the first input position.
    public let before: Int
    /// Positions of padding behind the last, which count as padding in means (see `Pool`).
    public let after: Int
    /// Output positions.
    public let output: Int

    /// An axis.
    ///
    /// - Parameters:
    ///   - input: input positions, from 1.
    ///   - kernel: taps, from 1.
    ///   - stride: input positions from one output position to the next, from 1.
    ///   - dilation: input positions from one tap to the next, from 1.
    ///   - before: positions of padding before the first, from 0.
    ///   - after: positions of padding behind the last, from 0.
    ///   - output: how many positions; none for as many as fit in the padded input.
    /// - Throws: `NetworkError` if a number is out of range or the kernel does not fit.
    public init(
      input: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, before: Int = 0, after: Int = 0,
      output: Int? = nil
    ) throws(NetworkError) {
      let largest = Int(Int32.max)
      guard (1...largest).contains(input), (1...largest).contains(kernel),
        (1...largest).contains(stride), (1...largest).contains(dilation),
        (0...largest).contains(before), (0...largest).contains(after)
      else { throw NetworkError("has a window with an axis out of range") }
      let reach = (kernel - 1) * dilation + 1
      let room = input + before + after - reach
      let count = output ?? (room >= 0 ? room / stride + 1 : 0)
      guard (1...largest).contains(count) else {
        throw NetworkError(
          "has a kernel that spans \(reach) positions of \(input + before + after)")
      }
      self.input = input
      self.kernel = kernel
      self.stride = stride
      self.dilation = dilation
      self.before = before
      self.after = after
      self.output = count
    }
  }

  /// The axes in order.
  public let axes: [Axis]
  /// Input positions.
  public let inputCount: Int
  /// Taps.
  public let tapCount: Int
  /// Output positions.
  public let outputCount: Int

  /// A window over axes.
  ///
  /// - Throws: `NetworkError` if there is no axis or a count is out of range.
  public init(_ axes: [Axis]) throws(NetworkError) {
    guard !axes.isEmpty else { throw NetworkError("has a window without axes") }
    self.axes = axes
    inputCount = try Shape(axes.map(\.input)).count
    tapCount = try Shape(axes.map(\.kernel)).count
    outputCount = try Shape(axes.map(\.output)).count
    guard max(inputCount, tapCount, outputCount) <= Int(Int32.max),
      outputCount.multipliedReportingOverflow(by: tapCount).overflow == false
    else { throw NetworkError("has a window that is too large") }
  }

  /// A window that spans its axes in one position.
  public init(spanning lengths: [Int]) throws(NetworkError) {
    var axes: [Axis] = []
    for length in lengths { axes.append(try Axis(input: length, kernel: length)) }
    try self.init(axes)
  }

  /// The input position that each tap of each output position sees, `[outputCount × tapCount]`; -1
  /// where it is padding.
  ///
  /// - Complexity: O(outputs × taps).
  public func table() -> [Int32] {
    // Axis by axis: the positions so far, times what the axis adds.
    var table: [Int32] = [0]
    var (outputs, taps) = (1, 1)
    for axis in axes {
      var next: [Int32] = []
      next.reserveCapacity(table.count * axis.output * axis.kernel)
      for output in 0..<outputs {
        for position in 0..<axis.output {
          for tap in 0..<taps {
            let base = table[output * taps + tap]
            for step in 0..<axis.kernel {
              let place = position * axis.stride + step * axis.dilation - axis.before
              next.append(
                base < 0 || place < 0 || place >= axis.input
                  ? -1 : base * Int32(axis.input) + Int32(place))
            }
          }
        }
      }
      outputs *= axis.output
      taps *= axis.kernel
      table = next
    }
    return table
  }

  /// How many taps of each output position count in a mean: those that see an input position, and if
  /// `countingPadding` those that see padding.
  public func divisors(countingPadding: Bool) -> [Int] {
    var divisors = [1]
    for axis in axes {
      let counts = (0..<axis.output).map { position in
        (0..<axis.kernel).count { tap in
          let place = position * axis.stride + tap * axis.dilation - axis.before
          return countingPadding
            ? place < axis.input + axis.after : place >= 0 && place < axis.input
        }
      }
      divisors = divisors.flatMap { divisor in counts.map { divisor * $0 } }
    }
    return divisors
  }
}
