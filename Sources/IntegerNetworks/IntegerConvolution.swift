internal import Networks

/// A convolution, or its transpose, as integers: at each position of the result the weights of a group
/// of channels, symmetric in each output channel, times the codes that its taps see.
///
/// A tap that sees padding reads the code of 0, so that the bias with the zero point in it is the same
/// everywhere.
struct IntegerConvolution: Sendable {
  /// A row for each output channel, a column for each input channel of its group and each tap.
  let matrix: IntegerMatrix
  /// Scratch codes that a product needs.
  let scratchCount: Int

  private let groups: Int
  /// Input channels of a group.
  private let channels: Int
  private let taps: Int
  private let inputPositions: Int
  private let outputPositions: Int
  /// The input position that each tap of each output position sees, `[outputPositions × taps]`; one more
  /// than the last for padding.
  private let table: [Int32]
  private let isPadded: Bool
  private let zero: UInt16

  /// Products that add up in one accumulator.
  static func fanIn(of convolution: Convolution) -> Int {
    convolution.inputChannels / convolution.groups * convolution.window.tapCount
  }

  /// Holds a convolution that reads codes of a quantiser.
  ///
  /// - Complexity: O(weights + positions × taps).
  init(_ convolution: Convolution, reading input: Quantiser, bits: Int, accumulatorBits: Int) {
    groups = convolution.groups
    channels = convolution.inputChannels / convolution.groups
    taps = convolution.window.tapCount
    inputPositions = convolution.inputPositions
    outputPositions = convolution.outputPositions
    matrix = IntegerMatrix(
      rows: convolution.outputChannels, columns: Self.fanIn(of: convolution),
      weight: Self.rows(of: convolution), bias: convolution.bias, reading: input, bits: bits,
      accumulatorBits: accumulatorBits)
    let padding = Int32(inputPositions)
    var table = convolution.window.table()
    if convolution.isTransposed {
      // The other way round: of each tap, from which position it comes.
      var sources = [Int32](repeating: -1, count: outputPositions * taps)
      for (place, target) in table.enumerated() where target >= 0 {
        sources[Int(target) * taps + place % taps] = Int32(place / taps)
      }
      table = sources
    }
    self.table = table.map { $0 >= 0 ? $0 : padding }
    isPadded = table.contains { $0 < 0 }
    zero = UInt16(input.zero)
    scratchCount = matrix.pitch + (isPadded ? channels * (inputPositions + 1) : 0)
  }

  /// The weights with all that add up for an output channel in one row.
  private static func rows(of convolution: Convolution) -> [Float] {
    guard convolution.isTransposed else { return convolution.weight }
    let taps = convolution.window.tapCount
    let inputs = convolution.inputChannels / convolution.groups
    let outputs = convolution.outputChannels / convolution.groups
    var rows: [Float] = []
    rows.reserveCapacity(convolution.weight.count)
    for output in 0..<convolution.outputChannels {
      for input in 0..<inputs {
        let start =
          ((output / outputs * inputs + input) * outputs + output % outputs) * taps
        rows.append(contentsOf: convolution.weight[start..<start + taps])
      }
    }
    return rows
  }

  /// The accumulators of all channels and positions for one sample.
  ///
  /// - Parameters:
  ///   - repeats: how many values stand one after another.
  ///   - scratch: `[scratchCount]`.
  func multiply(
    _ codes: UnsafePointer<UInt16>, repeats: Int, scratch: UnsafeMutablePointer<UInt16>,
    into accumulators: UnsafeMutablePointer<Int64>
  ) {
    let outputs = matrix.rows / groups
    let patch = scratch
    let padded = scratch + matrix.pitch
    let taps = taps
    let distance = isPadded ? inputPositions + 1 : inputPositions
    table.withUnsafeBufferPointer { table in
      for turn in 0..<repeats * groups {
        let read = codes + turn * channels * inputPositions
        if isPadded {
          for channel in 0..<channels {
            (padded + channel * distance).update(
              from: read + channel * inputPositions, count: inputPositions)
            padded[channel * distance + inputPositions] = zero
          }
        }
        let source = isPadded ? UnsafePointer(padded) : read
        let first = turn % groups * outputs
        let target = accumulators + turn * outputs * outputPositions
        for position in 0..<outputPositions {
          let places = table.baseAddress! + position * taps
          for channel in 0..<channels {
            let (from, to) = (source + channel * distance, patch + channel * taps)
            for tap in 0..<taps { to[tap] = from[Int(places[tap])] }
          }
          matrix.multiply(
            patch, rows: first..<first + outputs, into: target + position, stride: outputPositions)
        }
      }
    }
  }
}
