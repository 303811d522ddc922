/// A convolution with packed weights and its window's table.
///
/// Each position of the window is a small matrix product: the rows that its taps see, gathered, times the
/// weights of a group.
final class PackedConvolution<Scalar: KernelScalar>: Sendable {
  private let window: Window
  private let isTransposed: Bool
  private let groups: Int
  /// Channels a group has on the side of the window's inputs, and of its outputs.
  private let below: Int
  private let above: Int
  /// The weights of each group, `[above × (below × taps)]`, as a matrix and its transpose.
  private let matrices: [PackedDense<Scalar>]
  private let bias: [Scalar]
  private let table: [Int32]

  /// Rows of what is read, of one repetition.
  let inputRows: Int
  private let outputRows: Int

  init(_ convolution: Convolution, withPullback: Bool) {
    window = convolution.window
    isTransposed = convolution.isTransposed
    groups = convolution.groups
    let (inputs, outputs) =
      isTransposed
      ? (convolution.outputChannels, convolution.inputChannels)
      : (convolution.inputChannels, convolution.outputChannels)
    below = inputs / groups
    above = outputs / groups
    table = convolution.window.table()
    bias = convolution.bias.map { Scalar($0) }
    inputRows = convolution.inputChannels * convolution.inputPositions
    outputRows = convolution.outputChannels * convolution.outputPositions
    let size = above * below * window.tapCount
    let columns = below * window.tapCount
    let rows = above
    matrices = (0..<groups).map { group in
      PackedDense(
        rows: rows, columns: columns,
        weight: convolution.weight[group * size..<(group + 1) * size],
        withForward: !convolution.isTransposed || withPullback,
        withTransposed: convolution.isTransposed || withPullback)
    }
  }

  /// y = W x + b, or W x.
  func forward(
    _ x: UnsafePointer<Scalar>, repeats: Int, lanes: Int, isAffine: Bool,
    into y: UnsafeMutablePointer<Scalar>
  ) {
    if isTransposed {
      scatter(x, repeats: repeats, lanes: lanes, into: y)
    } else {
      gather(x, repeats: repeats, lanes: lanes, into: y)
    }
    guard isAffine else { return }
    let positions = outputRows / bias.count
    for channel in 0..<repeats * bias.count {
      let target = y + channel * positions * lanes
      Scalar.scale(
        count: positions * lanes, by: 1, plus: bias[channel % bias.count], target, into: target)
    }
  }

  /// The gradient with respect to x.
  func pullback(
    _ g: UnsafePointer<Scalar>, repeats: Int, lanes: Int, into out: UnsafeMutablePointer<Scalar>
  ) {
    if isTransposed {
      gather(g, repeats: repeats, lanes: lanes, into: out)
    } else {
      scatter(g, repeats: repeats, lanes: lanes, into: out)
    }
  }

  /// From the window's inputs to its outputs.
  private func gather(
    _ x: UnsafePointer<Scalar>, repeats: Int, lanes: Int, into y: UnsafeMutablePointer<Scalar>
  ) {
    let (taps, columns) = (window.tapCount, below * window.tapCount)
    let patch = Block<Scalar>(rows: columns, lanes: lanes)
    let made = Block<Scalar>(rows: above, lanes: lanes)
    for group in 0..<repeats * groups {
      let source = x + group * below * window.inputCount * lanes
      let target = y + group * above * window.outputCount * lanes
      for position in 0..<window.outputCount {
        for channel in 0..<below {
          for tap in 0..<taps {
            let place = Int(table[position * taps + tap])
            let row = patch.row(channel * taps + tap)
            if place >= 0 {
              row.update(from: source + (channel * window.inputCount + place) * lanes, count: lanes)
            } else {
              row.update(repeating: 0, count: lanes)
            }
          }
        }
        Scalar.affine(
          rows: above, columns: columns, lanes: lanes, matrices[group % groups].forward!, bias: nil,
          patch.pointer, into: made.pointer, accumulating: false)
        for channel in 0..<above {
          (target + (channel * window.outputCount + position) * lanes).update(
            from: made.row(channel), count: lanes)
        }
      }
    }
  }

  /// From the window's outputs back to its inputs.
  private func scatter(
    _ g: UnsafePointer<Scalar>, repeats: Int, lanes: Int, into out: UnsafeMutablePointer<Scalar>
  ) {
    let (taps, columns) = (window.tapCount, below * window.tapCount)
    let patch = Block<Scalar>(rows: columns, lanes: lanes)
    let read = Block<Scalar>(rows: above, lanes: lanes)
    out.update(repeating: 0, count: repeats * groups * below * window.inputCount * lanes)
    for group in 0..<repeats * groups {
      let source = g + group * above * window.outputCount * lanes
      let target = out + group * below * window.inputCount * lanes
      for position in 0..<window.outputCount {
        for channel in 0..<above {
          read.row(channel).update(
            from: source + (channel * window.outputCount + position) * lanes, count: lanes)
        }
        Scalar.affine(
          rows: columns, columns: above, lanes: lanes, matrices[group % groups].transposed!,
          bias: nil, read.pointer, into: patch.pointer, accumulating: false)
        for channel in 0..<below {
          for tap in 0..<taps {
            let place = Int(table[position * taps + tap])
            guard place >= 0 else { continue }
            Scalar.add(
              count: lanes, patch.row(channel * taps + tap),
              to: target + (channel * window.inputCount + place) * lanes)
          }
        }
      }
    }
  }
}
