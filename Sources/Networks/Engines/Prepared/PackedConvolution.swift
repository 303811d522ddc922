/// A convolution with packed weights and the lists of what its window sees, one for either direction.
final class PackedConvolution<Scalar: KernelScalar>: Sendable {
  /// One direction: from values at the list's places to values at its positions.
  private struct Direction: Sendable {
    let list: WindowList
    /// The weights of each group, `[rows × (taps × channels)]`.
    let matrices: [PackedDense<Scalar>]
    /// Channels that a group makes, and that it reads.
    let rows: Int
    let channels: Int
  }

  /// As the operation goes, and back.
  private let forward: Direction
  private let back: Direction?
  private let taps: Int
  private let groups: Int
  private let bias: [Scalar]
  /// Rows of what is read, of one repetition.
  let inputRows: Int

  init(_ convolution: Convolution, withPullback: Bool) {
    let isTransposed = convolution.isTransposed
    groups = convolution.groups
    taps = convolution.window.tapCount
    bias = convolution.bias.map { Scalar($0) }
    inputRows = convolution.inputChannels * convolution.inputPositions
    let list = WindowList(convolution.window)
    func direction(isTransposed: Bool) -> Direction {
      Self.direction(
        convolution, isTransposed ? list.reversed() : list, isTransposed: isTransposed,
        weight: convolution.weight)
    }
    forward = direction(isTransposed: isTransposed)
    back = withPullback ? direction(isTransposed: !isTransposed) : nil
  }

  /// The same with other weights, as `Convolution` has them.
  init(
    _ other: PackedConvolution, _ convolution: Convolution, weight: [Float], bias: [Scalar]
  ) {
    groups = other.groups
    taps = other.taps
    inputRows = other.inputRows
    self.bias = bias
    let isTransposed = convolution.isTransposed
    forward = Self.direction(
      convolution, other.forward.list, isTransposed: isTransposed, weight: weight)
    back = other.back.map {
      Self.direction(convolution, $0.list, isTransposed: !isTransposed, weight: weight)
    }
  }

  private static func direction(
    _ convolution: Convolution, _ list: WindowList, isTransposed: Bool, weight all: [Float]
  ) -> Direction {
    let (taps, groups) = (convolution.window.tapCount, convolution.groups)
    // Of the window's own direction: channels of its outputs, and of its inputs.
    let (outputs, inputs) =
      convolution.isTransposed
      ? (convolution.inputChannels / groups, convolution.outputChannels / groups)
      : (convolution.outputChannels / groups, convolution.inputChannels / groups)
    let (rows, channels) = isTransposed ? (inputs, outputs) : (outputs, inputs)
    let size = outputs * inputs * taps
    var weight = [Float](repeating: 0, count: size)
    let matrices = (0..<groups).map { group in
      for output in 0..<outputs {
        for input in 0..<inputs {
          let (row, channel) = isTransposed ? (input, output) : (output, input)
          let from = group * size + (output * inputs + input) * taps
          for tap in 0..<taps {
            weight[(row * taps + tap) * channels + channel] = all[from + tap]
          }
        }
      }
      return PackedDense<Scalar>(
        rows: rows, columns: taps * channels, weight: weight[...], withForward: true,
        withTransposed: false)
    }
    return Direction(list: list, matrices: matrices, rows: rows, channels: channels)
  }

  /// y = W x + b, or W x.
  func forward(
    _ x: UnsafePointer<Scalar>, repeats: Int, lanes: Int, isAffine: Bool,
    into y: UnsafeMutablePointer<Scalar>
  ) {
    run(
      forward, x, repeats: repeats, lanes: lanes, isAffine: isAffine, into: y, accumulating: false)
  }

  /// The gradient with respect to x, which is written or added to what is there.
  func pullback(
    _ g: UnsafePointer<Scalar>, repeats: Int, lanes: Int, into out: UnsafeMutablePointer<Scalar>,
    accumulating: Bool
  ) {
    run(
      back!, g, repeats: repeats, lanes: lanes, isAffine: false, into: out,
      accumulating: accumulating)
  }

  private func run(
    _ direction: Direction, _ x: UnsafePointer<Scalar>, repeats: Int, lanes: Int, isAffine: Bool,
    into y: UnsafeMutablePointer<Scalar>, accumulating: Bool
  ) {
    let list = direction.list
    let read = direction.channels * list.places * lanes
    let made = direction.rows * list.positions * lanes
    bias.withUnsafeBufferPointer { bias in
      for turn in 0..<repeats * groups {
        let group = turn % groups
        Scalar.convolve(
          rows: direction.rows, channels: direction.channels, taps: taps, lanes: lanes,
          direction.matrices[group].forward!,
          bias: isAffine ? bias.baseAddress! + group * direction.rows : nil,
          positions: list.positions, segments: list.segmentCount, list.segments,
          entries: list.entries,
          places: list.places, x + turn * read, into: y + turn * made, accumulating: accumulating)
      }
    }
  }
}
