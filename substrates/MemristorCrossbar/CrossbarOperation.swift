internal import Networks

/// A matrix or a convolution as reads of a crossbar: at each read a vector goes in at the rows of weights' columns,
/// and a vector of sums comes out.
///
/// A convolution is unrolled: its kernel is one matrix, and each of its positions is a read. A transposed one is
/// read once for each position that it is given, and what lands in one place is added up in digital. Groups have
/// a matrix each.
struct CrossbarOperation: Sendable {
  /// The node's place in the network.
  let node: Int
  /// The node whose value it reads.
  let source: Int
  /// Matrices of its own for so many groups of channels.
  let groups: Int
  /// Sums of a read, one for each column pair.
  let sums: Int
  /// Numbers that a read takes in.
  let fanIn: Int
  /// Reads of each group's matrix.
  let reads: Int
  /// `[groups × sums × fanIn]`.
  let weight: [Float]
  /// The largest magnitude of a weight.
  let largestWeight: Double
  /// Numbers of its value.
  let count: Int
  /// The first of its rows among all rows of weights of the network.
  let firstRow: Int

  private let bias: [Float]
  private let biasRun: Int
  private let wiring: Wiring

  /// Where a read's numbers come from and go to.
  private enum Wiring: Sendable {
    case dense
    case convolution(Convolution, table: [Int32])
  }

  /// An operation; none if it is no matrix.
  init?(_ network: Network, node index: Int, firstRow: Int) {
    let node = network.nodes[index]
    self.node = index
    self.firstRow = firstRow
    count = node.shape.count
    switch node.operation {
    case .dense(let dense):
      (groups, sums, fanIn) = (1, dense.outputs, dense.inputs)
      reads = node.shape.count / dense.outputs
      (weight, bias, biasRun, wiring) = (dense.weight, dense.bias, 1, .dense)
    case .convolution(let convolution):
      let window = convolution.window
      groups = convolution.groups
      let repeats = node.shape.count / (convolution.outputChannels * convolution.outputPositions)
      reads = repeats * window.outputCount
      let inputs = convolution.inputChannels / groups
      let outputs = convolution.outputChannels / groups
      if convolution.isTransposed {
        (sums, fanIn) = (outputs * window.tapCount, inputs)
        weight = Self.transposed(convolution.weight, groups: groups, rows: inputs, columns: sums)
      } else {
        (sums, fanIn) = (outputs, inputs * window.tapCount)
        weight = convolution.weight
      }
      (bias, biasRun) = (convolution.bias, convolution.outputPositions)
      wiring = .convolution(convolution, table: window.table())
    default: return nil
    }
    source = network.origin(of: node.parents[0])
    largestWeight = Double(weight.reduce(0) { max($0, abs($1)) })
  }

  /// Each group's matrix turned over.
  private static func transposed(
    _ weight: [Float], groups: Int, rows: Int, columns: Int
  ) -> [Float] {
    var turned = weight
    for group in 0..<groups {
      let first = group * rows * columns
      for row in 0..<rows {
        for column in 0..<columns {
          turned[first + column * rows + row] = weight[first + row * columns + column]
        }
      }
    }
    return turned
  }

  /// What becomes of all reads' sums: how many land in the value, in how many places of it, and the most in one.
  ///
  /// Of a transposed convolution what falls on padding lands nowhere, and a stride beyond the kernel leaves places
  /// without a sum.
  var landings: (sums: Int, places: Int, mostInOne: Int) {
    guard case .convolution(let convolution, let table) = wiring, convolution.isTransposed else {
      return (count, count, 1)
    }
    var landed = [Int](repeating: 0, count: convolution.window.inputCount)
    for place in table where place >= 0 { landed[Int(place)] += 1 }
    let planes = count / landed.count
    return (
      planes * landed.reduce(0, +), planes * landed.count { $0 > 0 }, max(landed.max() ?? 0, 1)
    )
  }

  /// The weights of one row.
  func row(_ row: Int, ofGroup group: Int) -> ArraySlice<Float> {
    let first = (group * sums + row) * fanIn
    return weight[first..<first + fanIn]
  }

  /// The bias of a number of the value; added in digital.
  func bias(of place: Int) -> Float { bias[place / biasRun % bias.count] }

  /// Additions of biases.
  var biases: Int { bias.contains { $0 != 0 } ? count : 0 }

  // MARK: A read

  /// What a read takes in, `[fanIn × lanes]`: where it stands, or gathered.
  ///
  /// - Parameters:
  ///   - values: the value that the operation reads.
  ///   - patch: memory for what has to be gathered, as large as the result.
  func inputs(
    of read: Int, group: Int, from values: UnsafePointer<Float>, lanes: Int,
    patch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    guard case .convolution(let convolution, let table) = wiring else {
      return values + read * fanIn * lanes
    }
    let window = convolution.window
    let (turn, position) = (read / window.outputCount, read % window.outputCount)
    let channels = convolution.inputChannels / groups
    let first = turn * convolution.inputChannels + group * channels
    let places = convolution.inputPositions
    if convolution.isTransposed {
      for channel in 0..<channels {
        let row = (first + channel) * places + position
        (patch + channel * lanes).update(from: values + row * lanes, count: lanes)
      }
      return UnsafePointer(patch)
    }
    let taps = window.tapCount
    table.withUnsafeBufferPointer { table in
      for tap in 0..<taps {
        let place = Int(table[position * taps + tap])
        for channel in 0..<channels {
          let target = patch + (channel * taps + tap) * lanes
          if place < 0 {
            target.update(repeating: 0, count: lanes)
          } else {
            let row = (first + channel) * places + place
            target.update(from: values + row * lanes, count: lanes)
          }
        }
      }
    }
    return UnsafePointer(patch)
  }

  /// Which number of the value a sum of a read is added to; none where it falls on padding.
  @inline(__always)
  func place(of sum: Int, read: Int, group: Int) -> Int? {
    guard case .convolution(let convolution, let table) = wiring else { return read * sums + sum }
    let window = convolution.window
    let (turn, position) = (read / window.outputCount, read % window.outputCount)
    let channels = convolution.outputChannels / groups
    let first = turn * convolution.outputChannels + group * channels
    guard convolution.isTransposed else { return (first + sum) * window.outputCount + position }
    let (channel, tap) = (sum / window.tapCount, sum % window.tapCount)
    let place = Int(table[position * window.tapCount + tap])
    return place < 0 ? nil : (first + channel) * window.inputCount + place
  }
}
