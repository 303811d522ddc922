internal import Networks

/// What the input lines take back when they jump from one sample to the next while the neurons stand.
///
/// Along the straight way there u(s), 0 <= s <= 1, line j has the power p_j(s) = (∂H/∂u_j) du_j/ds, and what it
/// takes back is ∫ max(-p_j, 0) ds. Only layers that read the inputs count, and what their functions are
/// applied to is linear in s. So the breaks of ReLUs are known beforehand, p_j is linear between them, and the
/// integral is exact; with smooth functions each stretch is cut into pieces of at most 1/64, on which p_j
/// counts as linear through the two Gauss points. Where functions break elsewhere (pools, clips), or where
/// there are so many breaks that each hardly counts, the pieces are of 1/256 whatever breaks within them; of
/// 1/1024 where few neurons read the inputs.
struct AbruptDrive {
  private let landscape: Landscape
  private let drive: Drive
  private let neurons: Block<Double>
  private let readers: [Int]
  private let workspace: LayerWorkspace<Double>
  private let pulls: Block<Double>
  /// (∂H/∂u) of each line, negated.
  private let forces: Block<Double>

  private static let largestPiece = 1.0 / 64
  /// Where breaks are not known.
  private static let brokenPiece = 1.0 / 256
  private static let shortPiece = 1.0 / 1024
  private static let fewNeurons = 512
  private static let mostBreaks = 256

  /// - Parameter neurons: the state that stands.
  init(_ landscape: Landscape, _ drive: Drive, neurons: Block<Double>) {
    self.landscape = landscape
    self.drive = drive
    self.neurons = neurons
    let engine = landscape.engine
    readers = engine.inputEdges.map { engine.edges[$0].target }
      .filter { landscape.stiffness[$0] > 0 }
    workspace = LayerWorkspace(engine, lanes: drive.lanes)
    pulls = Block(rows: engine.neuronCount, lanes: drive.lanes)
    forces = Block(rows: engine.network.inputCount, lanes: drive.lanes)
  }

  /// In k_B T, summed over the lines, for each lane.
  ///
  /// - Complexity: twice the largest number of breaks on a way, plus one, products with the matrices that read
  ///   the inputs.
  func recovered() -> [Double] {
    let lanes = drive.lanes
    let ways = stretches()
    var sums = [Double](repeating: 0, count: lanes)
    let first = Block<Double>(rows: forces.rows, lanes: lanes)
    let root = 3.0.squareRoot()
    for index in 0..<(ways.map(\.count).max()! - 1) {
      // Lanes that have arrived repeat their end, a piece of no length.
      let starts = ways.map { $0[min(index, $0.count - 1)] }
      let lengths = zip(ways, starts).map { $0[min(index + 1, $0.count - 1)] - $1 }
      evaluate(at: zip(starts, lengths).map { $0 + 0.5 * (1 - 1 / root) * $1 })
      first.assign(forces)
      evaluate(at: zip(starts, lengths).map { $0 + 0.5 * (1 + 1 / root) * $1 })
      for row in 0..<forces.rows {
        for lane in 0..<lanes where lengths[lane] > 0 {
          let change = drive.inputChange[row, lane]
          let mean = 0.5 * (first[row, lane] + forces[row, lane]) * change
          let rise = 0.5 * root * (forces[row, lane] - first[row, lane]) * change
          sums[lane] += lengths[lane] * Self.positivePart(mean - rise, mean + rise)
        }
      }
    }
    return sums
  }

  /// The mean of max(p, 0) for p that goes linearly from one value to another.
  static func positivePart(_ start: Double, _ end: Double) -> Double {
    let (low, high) = (min(start, end), max(start, end))
    if low >= 0 { return 0.5 * (low + high) }
    return high <= 0 ? 0 : 0.5 * high * high / (high - low)
  }

  /// Where each lane's pieces begin and end, from 0 to 1.
  private func stretches() -> [[Double]] {
    let engine = landscape.engine
    let lanes = drive.lanes
    let still = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    let moves = LayerEngine<Double>.InputTangents(
      inputs: drive.inputChange, projections: drive.projectionChange)
    var breaks = [[Double]](repeating: [0, 1], count: lanes)
    drive.place([Double](repeating: 0, count: lanes), in: workspace)
    for reader in readers {
      engine.predict(reader, from: neurons, in: workspace)
      engine.pushforward(
        reader, tangents: still, inputs: moves,
        into: pulls.row(engine.layers[reader].rows.lowerBound), in: workspace)
      engine.visitBreaks(
        of: reader, states: neurons, tangents: still, inputs: moves, in: workspace
      ) { values, velocities, count in
        for place in 0..<count where values[place] * velocities[place] < 0 {
          let reach = -values[place] / velocities[place]
          if reach < 1 { breaks[place % lanes].append(reach) }
        }
      }
    }
    let operations = readers.flatMap { reader in
      engine.layers[reader].nodes.map { engine.network.nodes[$0].operation }
    }
    let isSmooth = operations.contains { !$0.isPiecewiseLinear }
    let neurons = readers.reduce(0) { $0 + engine.layers[$1].count }
    let longest =
      !operations.contains(where: Self.breaksUnseen)
      ? Self.largestPiece
      : neurons > Self.fewNeurons ? Self.brokenPiece : Self.shortPiece
    return breaks.map { points in
      if points.count > Self.mostBreaks + 2 {
        let pieces = Int(1 / Self.brokenPiece)
        return (0...pieces).map { Double($0) / Double(pieces) }
      }
      let points = points.sorted()
      guard isSmooth else { return points }
      return zip(points, points.dropFirst()).flatMap { start, end in
        let pieces = max(1, Int(((end - start) / longest).rounded(.up)))
        return (0..<pieces).map { start + (end - start) * Double($0) / Double(pieces) }
      } + [1]
    }
  }

  /// Whether an operation's slope jumps elsewhere than where `visitBreaks` looks.
  private static func breaksUnseen(_ operation: Operation) -> Bool {
    switch operation {
    case .activation(.hardSigmoid), .activation(.hardSwish), .activation(.clip),
      .activation(.elu), .activation(.selu), .prelu:
      true
    case .pool(let pool): pool.kind == .max
    case .input, .dense, .convolution, .scale, .activation, .add, .multiply, .matrixProduct,
      .softmax, .logSoftmax, .normalize, .rearrange, .reshape:
      false
    }
  }

  private func evaluate(at points: [Double]) {
    let engine = landscape.engine
    drive.place(points, in: workspace)
    for reader in readers {
      engine.predict(reader, from: neurons, in: workspace)
      for row in engine.layers[reader].rows {
        for lane in 0..<drive.lanes {
          pulls[row, lane] =
            landscape.stiffness[reader] * (neurons[row, lane] - workspace.predictions[row, lane])
        }
      }
      engine.pullback(
        reader, cotangent: pulls.row(engine.layers[reader].rows.lowerBound), in: workspace)
    }
    forces.clear()
    engine.pullbackToInputs(into: forces, in: workspace)
  }
}
