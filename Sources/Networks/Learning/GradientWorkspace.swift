/// The memory in which a `GradientEngine` works on one batch.
///
/// One task at a time; make one for each.
package final class GradientWorkspace<Scalar: KernelScalar> {
  /// Samples side by side: 1, or a multiple of `Block.laneMultiple`.
  package let lanes: Int
  /// Whether neurons have states of their own.
  package let isStressed: Bool
  /// Every node's value, `[count × lanes]`; of a reshape that of what it reshapes. The input's is for the caller
  /// to fill.
  package let values: [UnsafeMutablePointer<Scalar>]
  /// What readers read: the values, but of neurons in a stressed workspace their states.
  package let states: [UnsafeMutablePointer<Scalar>]
  /// The gradients with respect to the values; that of the output, or in a stressed workspace those of all
  /// neurons, are for the caller to give.
  package let gradients: [UnsafeMutablePointer<Scalar>]
  /// The gradients with respect to the states: what the readers send back.
  package let stateGradients: [UnsafeMutablePointer<Scalar>]

  /// A matrix that is laid out for the kernels, and its transpose.
  struct PackedPair {
    let forward: Block<Scalar>
    let transposed: Block<Scalar>
  }

  var parameters: UnsafePointer<Scalar>
  let packed: [PackedPair?]
  var convolutions: [PackedConvolution<Scalar>?]
  let temporary: Block<Scalar>
  private let network: Network
  private let counts: [Int]
  private let memory: Block<Scalar>
  private var gathered: Block<Scalar>?

  /// Memory for batches of so many samples.
  ///
  /// - Parameters:
  ///   - samples: at least 1; a single one has a lane of its own where the engine takes single samples.
  ///   - isStressed: whether neurons have states of their own.
  package init(_ engine: GradientEngine<Scalar>, samples: Int, isStressed: Bool = false) {
    precondition(samples > 0, "at least one sample")
    let network = engine.network
    self.network = network
    self.isStressed = isStressed
    let lanes =
      samples == 1 && engine.takesSingleSamples ? 1 : Block<Scalar>.lanes(for: samples)
    self.lanes = lanes
    let counts = network.nodes.map(\.shape.count)
    self.counts = counts
    func padded(_ count: Int) -> Int { Block<Scalar>.lanes(for: count * lanes) }
    let all = counts.reduce(0) { $0 + padded($1) }
    let parts = isStressed ? 4 : 2
    memory = Block(rows: parts * all / Block<Scalar>.laneMultiple, lanes: 16)
    let neurons = Set(engine.neuronNodes)
    let origins = network.nodes.indices.map { network.origin(of: $0) }
    var starts: [Int] = []
    var start = 0
    for count in counts {
      starts.append(start)
      start += padded(count)
    }
    let base = memory.pointer
    values = origins.map { base + starts[$0] }
    gradients = origins.map { base + all + starts[$0] }
    states = origins.map { base + (isStressed && neurons.contains($0) ? 2 * all : 0) + starts[$0] }
    stateGradients = origins.map {
      base + all + (isStressed && neurons.contains($0) ? 2 * all : 0) + starts[$0]
    }
    parameters = UnsafePointer(base)
    temporary = Block(rows: padded(counts.max()!) / 16, lanes: 16)
    packed = engine.steps.map { step in
      guard lanes > 1, case .dense(let rows, let columns, _, _) = step.kind else { return nil }
      func block(_ count: Int) -> Block<Scalar> { Block(rows: (count + 15) / 16, lanes: 16) }
      return PackedPair(
        forward: block(Scalar.packedCount(rows: rows, columns: columns)),
        transposed: block(Scalar.packedCount(rows: columns, columns: rows)))
    }
    convolutions = Array(repeating: nil, count: engine.steps.count)
  }

  /// The input's value, `[inputCount × lanes]`: for the caller to fill.
  package var inputs: UnsafeMutablePointer<Scalar> { values[0] }

  /// Components of a node's value.
  func count(of node: Int) -> Int { counts[node] }

  /// How many numbers that many rows take, in whole vectors: there is room for them.
  func padded(_ rows: Int) -> Int { Block<Scalar>.lanes(for: rows * lanes) }

  /// Adds a convolution's gradient, sums over positions and lanes, where its weights stand.
  ///
  /// What each tap of the window sees is gathered, row by row, and multiplied with what it goes to: two values
  /// exchange their parts when the convolution is transposed.
  func addGradient(
    of convolution: Convolution, _ table: [Int32], _ place: ParameterLayout.Place,
    _ above: UnsafePointer<Scalar>,
    at x: UnsafePointer<Scalar>, repeats: Int, to gradient: UnsafeMutablePointer<Scalar>
  ) {
    let window = convolution.window
    let (taps, groups) = (window.tapCount, convolution.groups)
    let isTransposed = convolution.isTransposed
    let (made, read) = isTransposed ? (x, above) : (above, x)
    let outputs = (isTransposed ? convolution.inputChannels : convolution.outputChannels) / groups
    let inputs = (isTransposed ? convolution.outputChannels : convolution.inputChannels) / groups
    let length = window.outputCount * lanes
    let needed = inputs * taps * window.outputCount
    if gathered.map({ $0.rows < needed }) ?? true { gathered = Block(rows: needed, lanes: lanes) }
    let columns = gathered!.pointer
    for turn in 0..<repeats * groups {
      let (group, isFirst) = (turn % groups, turn < groups)
      let from = read + turn * inputs * window.inputCount * lanes
      for input in 0..<inputs {
        for tap in 0..<taps {
          let row = columns + (input * taps + tap) * length
          for position in 0..<window.outputCount {
            let seen = Int(table[position * taps + tap])
            let to = row + position * lanes
            if seen < 0 {
              to.update(repeating: 0, count: lanes)
            } else {
              to.update(from: from + (input * window.inputCount + seen) * lanes, count: lanes)
            }
          }
        }
      }
      Scalar.rowProducts(
        rows: outputs, columns: inputs * taps, inner: length, made + turn * outputs * length,
        columns,
        into: gradient + place.weight.lowerBound + group * outputs * inputs * taps,
        accumulating: !isFirst)
    }
    let channels = convolution.outputChannels
    for turn in 0..<repeats {
      GradientEngine<Scalar>.addRows(
        above + turn * channels * convolution.outputPositions * lanes, rows: channels,
        length: convolution.outputPositions * lanes, to: gradient + place.bias.lowerBound,
        isFirst: turn == 0)
    }
  }
}
