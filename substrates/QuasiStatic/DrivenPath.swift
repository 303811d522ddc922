internal import Kernels
internal import Networks

/// The path that the forward pass takes while the inputs move straight from one sample to the next,
/// u(s) = u_old + s (u_new - u_old).
///
/// Speed is measured with |dx/ds|² = Σ_v K_v (dx_v/ds)². Along stretches on which no ReLU switches
/// the speed of a piecewise linear network is constant, and the path is followed from break to
/// break, without error. With other functions, and where so many ReLUs switch that each hardly counts, each
/// stretch is cut into pieces of at most 1/64 and integrated by Lobatto's quadrature with four points, of which
/// the first and the last are the ends, so that no jump lies between two pieces; where the speed jumps or bends
/// within a piece (the greatest line of a pool changes, say) it is halved until what may be missed there is
/// below 3·10⁻⁵ of the whole.
struct DrivenPath: Sendable {
  /// A stretch of the path that is passed with one mean speed.
  struct Piece {
    let end: Double
    let speed: Double
  }

  /// ∫|dx/ds| ds, the thermodynamic length.
  var length = 0.0
  /// ∫ Σ_{v in l} K_v (dx_v/ds)² ds for each layer.
  var weightedSquares: [Double]
  /// ∫ Σ_{v in l} K_v (dx_v/ds)²/|dx/ds| ds for each layer; together they are the length.
  var weightedLengths: [Double]
  /// ∫ Σ_v (dx_v/ds)² ds, in squared activation units.
  var squaredLength = 0.0
  var pieces: [Piece] = []

  /// ∫|dx/ds|² ds.
  var weightedSquaredLength: Double { weightedSquares.reduce(0, +) }

  init(layers: Int) {
    weightedSquares = Array(repeating: 0, count: layers)
    weightedLengths = weightedSquares
  }

  /// Breaks closer together than this are passed in one go.
  private static let separation = 1e-9
  private static let largestPiece = 1.0 / 64
  private static let smallestPiece = 1.0 / 65_536
  /// What a piece may miss, over the whole.
  private static let tolerance = 3e-5
  /// Neurons that may switch one by one.
  private static let mostFollowed = 512
  /// Beyond the start.
  private static let nodes = [0.5 - 0.05.squareRoot(), 0.5 + 0.05.squareRoot(), 1]
  private static let weights = [1.0 / 12, 5.0 / 12, 5.0 / 12, 1.0 / 12]

  /// Follows the paths of a block of samples, each at its own pace.
  static func trace(_ landscape: Landscape, _ drive: Drive, lanes used: Int) -> [DrivenPath] {
    let engine = landscape.engine
    let lanes = drive.lanes
    let workspace = LayerWorkspace(engine, lanes: lanes)
    let states = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    let tangents = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    let moves = LayerEngine<Double>.InputTangents(
      inputs: drive.inputChange, projections: drive.projectionChange)
    let breaking = engine.network.nodes.reduce(0) { sum, node in
      node.operation.isLinear ? sum : sum + node.shape.count
    }
    let isFollowed = breaking <= mostFollowed
    let isSmooth =
      !isFollowed || engine.network.nodes.contains { !$0.operation.isPiecewiseLinear }
    var paths = Array(repeating: DrivenPath(layers: engine.layers.count), count: used)
    var position = [Double](repeating: 0, count: lanes)
    var reach = [Double](repeating: 0, count: lanes)
    var points = [Double](repeating: 0, count: lanes)
    // How long each lane's next piece may be.
    var longest = [Double](repeating: isSmooth ? largestPiece : 1, count: lanes)

    /// Puts states and tangents at the given points of the paths.
    func evaluate(lookingForBreaks: Bool) {
      drive.place(points, in: workspace)
      for (index, layer) in engine.layers.enumerated() {
        guard landscape.stiffness[index] > 0 else { continue }  // held at 0
        engine.predict(index, from: states, in: workspace)
        states.row(layer.rows.lowerBound).update(
          from: workspace.predictions.row(layer.rows.lowerBound), count: layer.count * lanes)
        engine.pushforward(
          index, tangents: tangents, inputs: moves, into: tangents.row(layer.rows.lowerBound),
          in: workspace)
        guard lookingForBreaks else { continue }
        engine.visitBreaks(
          of: index, states: states, tangents: tangents, inputs: moves, in: workspace
        ) { values, velocities, count in
          for place in 0..<count where values[place] * velocities[place] < 0 {
            let lane = place % lanes
            reach[lane] = min(reach[lane], -values[place] / velocities[place])
          }
        }
      }
    }

    let layerCount = engine.layers.count
    /// Σ (dx_v/ds)² of each layer and lane, at the last evaluation.
    func squares(of block: Block<Double>) -> [[Double]] {
      engine.layers.enumerated().map { index, layer in
        var sums = [Double](repeating: 0, count: lanes)
        if landscape.stiffness[index] > 0 {
          let row = block.row(layer.rows.lowerBound)
          kernels_lane_dot_f64(layer.count, lanes, 1, row, row, &sums)
        }
        return sums
      }
    }
    /// With the weights K, of one lane.
    func speedSquared(_ squares: [[Double]], _ lane: Int) -> Double {
      (0..<layerCount).reduce(0) { $0 + landscape.stiffness[$1] * squares[$1][lane] }
    }
    // No path is shorter than the straight line between its ends: what errors are small against before there
    // is anything else.
    var scales = [Double](repeating: 0, count: lanes)
    // Where each lane's next piece begins.
    var starts: [[Double]] = []
    if isSmooth {
      let start = Block<Double>(rows: engine.neuronCount, lanes: lanes)
      evaluate(lookingForBreaks: false)
      starts = squares(of: tangents)
      start.assign(states)
      for lane in 0..<lanes { points[lane] = 1 }
      evaluate(lookingForBreaks: false)
      kernels_combine2_f64(states.count, 1, states.pointer, -1, start.pointer, start.pointer)
      let way = squares(of: start)
      for lane in 0..<lanes { scales[lane] = speedSquared(way, lane) }
    }

    while position.prefix(used).contains(where: { $0 < 1 }) {
      // Look for the next break from just behind the last one.
      for lane in 0..<lanes {
        points[lane] = min(position[lane] + separation, 1)
        reach[lane] = longest[lane]
      }
      if isFollowed { evaluate(lookingForBreaks: true) }
      var next = position
      for lane in 0..<lanes {
        next[lane] = min(1, points[lane] + reach[lane])
        if 1 - next[lane] < separation { next[lane] = 1 }
      }
      // On this side of the break behind, and of the one ahead.
      if isFollowed { starts = squares(of: tangents) }
      var parts = [starts]
      if isSmooth {
        for node in nodes {
          for lane in 0..<lanes {
            let end = isFollowed ? max(position[lane], next[lane] - separation) : next[lane]
            points[lane] = position[lane] + node * (end - position[lane])
          }
          evaluate(lookingForBreaks: false)
          parts.append(squares(of: tangents))
        }
      }
      for lane in 0..<used where position[lane] < 1 {
        let length = next[lane] - position[lane]
        let speeds = parts.map { speedSquared($0, lane) }
        if isSmooth {
          // How far the inner points are from the line between the ends. Of a jump that is 0.28 or more, of
          // which the quadrature misses 0.22 at most. What is smooth it gets far better than this says.
          let bend = zip(nodes, speeds[1...2]).reduce(0) {
            max($0, abs($1.1 - speeds[0] - $1.0 * (speeds[3] - speeds[0])))
          }
          let whole = max(scales[lane], paths[lane].weightedSquaredLength, length * speeds[1])
          if 0.8 * length * bend > tolerance * whole, longest[lane] > smallestPiece {
            longest[lane] = 0.5 * min(longest[lane], length)
            continue
          }
          longest[lane] = min(largestPiece, 2 * longest[lane])
        }
        var mean = 0.0
        for (place, weight) in (isSmooth ? weights : [1]).enumerated() {
          let share = weight * length
          let speed = speeds[place].squareRoot()
          mean += weight * speed
          paths[lane].length += share * speed
          for index in 0..<layerCount where landscape.stiffness[index] > 0 {
            let square = parts[place][index][lane]
            paths[lane].squaredLength += share * square
            guard speed > 0 else { continue }
            let weighted = landscape.stiffness[index] * square
            paths[lane].weightedSquares[index] += share * weighted
            paths[lane].weightedLengths[index] += share * weighted / speed
          }
        }
        paths[lane].pieces.append(Piece(end: next[lane], speed: mean))
        position[lane] = next[lane]
        if isSmooth {
          for index in 0..<layerCount { starts[index][lane] = parts[3][index][lane] }
        }
      }
      // Lanes that are left over have nowhere to go.
      for lane in used..<lanes { position[lane] = 1 }
    }
    return paths
  }
}

/// How the inputs of a block of samples move: from the samples before to the samples themselves.
struct Drive {
  let lanes: Int
  let inputs: Block<Double>
  let inputChange: Block<Double>
  let projections: Block<Double>
  let projectionChange: Block<Double>

  /// The drive between two lists of samples, one pair a lane.
  init(
    _ engine: LayerEngine<Double>, _ samples: Samples, from old: [Int], to new: [Int]
  ) {
    let lanes = new.count
    let workspace = LayerWorkspace(engine, lanes: lanes)
    func load(_ list: [Int]) -> (inputs: Block<Double>, projections: Block<Double>) {
      let inputs = Block<Double>(rows: engine.network.inputCount, lanes: lanes)
      for (lane, sample) in list.enumerated() {
        for (row, value) in samples[sample].enumerated() { inputs[row, lane] = Double(value) }
      }
      workspace.inputs.assign(inputs)
      engine.project(workspace)
      let projections = Block<Double>(rows: engine.projectionCount, lanes: lanes)
      projections.assign(workspace.projections)
      return (inputs, projections)
    }
    let before = load(old)
    let after = load(new)
    // The projections are affine in the inputs, so their change is that of the matrix product
    // alone.
    for place in 0..<before.inputs.count {
      after.inputs.pointer[place] -= before.inputs.pointer[place]
    }
    for place in 0..<before.projections.count {
      after.projections.pointer[place] -= before.projections.pointer[place]
    }
    self.lanes = lanes
    (inputs, projections) = before
    (inputChange, projectionChange) = after
  }

  /// Puts a workspace's inputs and projections at a point s of each lane's path.
  func place(_ points: [Double], in workspace: LayerWorkspace<Double>) {
    points.withUnsafeBufferPointer { points in
      kernels_scale_add_f64(
        inputs.rows, lanes, points.baseAddress, inputChange.pointer, inputs.pointer,
        workspace.inputs.pointer)
      kernels_scale_add_f64(
        projections.rows, lanes, points.baseAddress, projectionChange.pointer, projections.pointer,
        workspace.projections.pointer)
    }
  }
}
