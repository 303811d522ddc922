internal import Kernels
internal import Networks

/// The equations of motion of a block of samples, and the energies that flow while they move.
///
/// The state holds the neurons and, below them, for each edge out of the inputs the work in k_B T that their
/// motion has done on its target so far.
final class RelaxationField {
  let landscape: Landscape
  let drive: Drive
  let duration: Double
  /// The largest relaxation rate expected, times τ0: it sets stages, and errors the rest. Whoever sees a
  /// larger one on the way raises it.
  var rate: Double
  let profiles: [Profile]
  let lanes: Int
  let neurons: Int
  let edges: Int
  let layers: Int
  /// (1/2) K_l r_l², of each layer and lane, at the last evaluation.
  let energies: Block<Double>
  /// K_l r_l of every neuron, at the last evaluation. Below that, at the last `record`: for layers that read
  /// several others, how hard they pull at each of those; for layers with breaks, what their functions are
  /// applied to.
  let pulls: Block<Double>
  /// ∂H/∂u, of each input line and lane: see `linePowers`.
  let inputForces: Block<Double>
  /// What each lane's drivers are doing.
  var phases: [Phase]

  /// What the drivers of an inference do.
  enum Phase {
    /// They follow their profile for the duration.
    case driving
    /// They stand at the end.
    case holding
  }

  /// A layer as the loops below need it: its first row, its neurons, its K.
  struct Span {
    let row: Int
    let count: Int
    let stiffness: Double
  }

  /// Where a layer's function breaks: the first row of what it is applied to, and its slope below 0; above 0
  /// it is 1.
  private struct Break {
    let row: Int
    let slope: Double
  }

  /// The windows of a layer of greatest values: for each neuron the places of what it is taken from, `[neurons ×
  /// taps]` from the source's first row, -1 for padding.
  private struct Pooling {
    let taps: Int
    let places: [Int32]

    init(_ pool: Pool, neurons: Int) {
      let window = pool.window
      let table = window.table()
      taps = window.tapCount
      places = (0..<neurons / window.outputCount).flatMap { plane in
        table.map { $0 < 0 ? -1 : Int32(plane * window.inputCount) + $0 }
      }
    }
  }

  /// What a layer that is held reads: perhaps the inputs, with the row of their work in the state; and other
  /// layers, if there are several with the first row of how it pulls at them.
  private struct Reading {
    let layer: Int
    var input: (edge: Int, work: Int)?
    var breaking: Break?
    var pooling: Pooling?
    var others: [(edge: Int, source: Int, rows: Range<Int>, pulls: Int)] = []
  }

  let spans: [Span]
  private let workspace: LayerWorkspace<Double>
  private let displacement: Block<Double>
  private let greatest: Block<Double>
  /// Where each lane's drivers are and how fast they go, as the kernels read it.
  private let points: Block<Double>
  private let speeds: Block<Double>
  /// The edges out of each layer into layers that pull.
  private let children: [[Int]]
  private let edgeRows: [Int]
  private let inputEdges: [(row: Int, rows: Range<Int>, projections: Range<Int>)]
  private let readings: [Reading]
  private let isLinear: Bool
  private let readsInputsDirectly: Bool

  var engine: LayerEngine<Double> { landscape.engine }
  /// Rows of a state.
  var rows: Int { neurons + engine.inputEdges.count }
  /// The rows of a state that hold the work done by the inputs' motion, in the order of `inputEdges`.
  var workRows: Range<Int> { neurons..<rows }

  init(
    _ landscape: Landscape, _ drive: Drive, duration: Double, profiles: [Profile], rate: Double
  ) {
    self.rate = rate
    self.landscape = landscape
    self.drive = drive
    self.duration = duration
    self.profiles = profiles
    lanes = drive.lanes
    let engine = landscape.engine
    neurons = engine.neuronCount
    edges = engine.edges.count
    layers = engine.layers.count
    spans = zip(engine.layers, landscape.stiffness).map {
      Span(row: $0.rows.lowerBound, count: $0.count, stiffness: $1)
    }
    workspace = LayerWorkspace(engine, lanes: lanes)
    displacement = Block(rows: neurons, lanes: lanes)
    greatest = Block(rows: 4, lanes: lanes)
    energies = Block(rows: layers, lanes: lanes)
    inputForces = Block(rows: engine.network.inputCount, lanes: lanes)
    points = Block(rows: 1, lanes: lanes)
    speeds = Block(rows: 1, lanes: lanes)
    func isHeld(_ edge: Int) -> Bool { landscape.stiffness[engine.edges[edge].target] > 0 }
    children = engine.edgesFrom.map { $0.filter(isHeld) }
    edgeRows = engine.edges.map(\.rows.lowerBound)
    let firstWork = neurons
    inputEdges = engine.inputEdges.enumerated().filter { isHeld($0.element) }.map {
      (firstWork + $0.offset, engine.edges[$0.element].rows, engine.edges[$0.element].projections)
    }
    var pullRows = neurons
    readings = engine.layers.indices.filter { landscape.stiffness[$0] > 0 }.map { layer in
      var reading = Reading(layer: layer)
      for edge in engine.edgesInto[layer] {
        switch engine.edges[edge].source {
        case .input:
          reading.input = (edge, firstWork + engine.inputEdges.firstIndex(of: edge)!)
        case .layer(let source):
          reading.others.append((edge, source, engine.edges[edge].rows, 0))
        }
      }
      if reading.others.count > 1 {
        for index in reading.others.indices {
          reading.others[index].pulls = pullRows
          pullRows += reading.others[index].rows.count
        }
      }
      // The breaks of one that reads the inputs are not slid along: drivers do not yield.
      if reading.others.count == 1, reading.input == nil,
        case .activation(let function) = engine.network.nodes[engine.layers[layer].nodes.last!]
          .operation,
        function.isPiecewiseLinear
      {
        reading.breaking = Break(row: pullRows, slope: function(0) - function(-1))
        pullRows += engine.layers[layer].count
      }
      if reading.others.count == 1, reading.input == nil, engine.layers[layer].nodes.count == 1,
        case .pool(let pool) = engine.network.lastOperation(of: engine.layers[layer]),
        pool.kind == .max
      {
        reading.pooling = Pooling(pool, neurons: engine.layers[layer].count)
      }
      return reading
    }
    pulls = Block(rows: pullRows, lanes: lanes)
    isLinear = profiles.allSatisfy(\.isLinear)
    phases = Array(repeating: .holding, count: lanes)
    readsInputsDirectly = engine.inputEdges.contains { !engine.edges[$0].rows.isEmpty }
  }

  /// A state in which nothing has flowed yet.
  func state() -> Block<Double> { Block(rows: rows, lanes: lanes) }

  /// The state's velocity at each lane's time in τ0, in `velocity`.
  ///
  /// Leaves the layers' energies in `energies`.
  func evaluate(_ state: Block<Double>, at times: [Double], into velocity: Block<Double>) {
    strain(state, at: times)
    let engine = landscape.engine
    for (index, span) in spans.enumerated() where span.stiffness > 0 {
      engine.pullback(index, cotangent: pulls.row(span.row), in: workspace)
    }
    velocity.row(neurons).update(repeating: 0, count: workRows.count * lanes)
    for (index, span) in spans.enumerated() {
      let stiffness = span.stiffness
      let target = velocity.row(span.row)
      let count = span.count * lanes
      guard stiffness > 0 else {
        target.update(repeating: 0, count: count)
        continue
      }
      // dx/dt = (1/K)(-K r + Σ Jᵀ K r of the children).
      let pull = pulls.row(span.row)
      if children[index].isEmpty { kernels_combine1_f64(count, -1 / stiffness, pull, target) }
      for (place, child) in children[index].enumerated() {
        let push = workspace.edges.row(edgeRows[child])
        if place == 0 {
          kernels_combine2_f64(count, -1 / stiffness, pull, 1 / stiffness, push, target)
        } else {
          kernels_combine2_f64(count, 1, target, 1 / stiffness, push, target)
        }
      }
    }
    for edge in inputEdges {
      let target = velocity.row(edge.row)
      kernels_lane_dot_f64(
        edge.projections.count, lanes, -1,
        workspace.projectionCotangents.row(edge.projections.lowerBound),
        drive.projectionChange.row(edge.projections.lowerBound), target)
      if !edge.rows.isEmpty {
        kernels_lane_dot_f64(
          edge.rows.count, lanes, -1, workspace.edges.row(edge.rows.lowerBound),
          drive.inputChange.pointer, target)
      }
      for lane in 0..<lanes { target[lane] *= speeds.pointer[lane] }
    }
  }

  /// Takes down the rest of `pulls`; valid after `evaluate` of the same state.
  func record(_ state: Block<Double>) {
    for reading in readings {
      if reading.others.count > 1 {
        for other in reading.others {
          pulls.row(other.pulls).update(
            from: workspace.edges.row(other.rows.lowerBound), count: other.rows.count * lanes)
        }
      }
      if let breaking = reading.breaking {
        landscape.engine.visitBreaks(
          of: reading.layer, states: state, tangents: state,
          inputs: .init(inputs: drive.inputChange, projections: drive.projectionChange),
          in: workspace
        ) { values, _, count in
          pulls.row(breaking.row).update(from: values, count: count)
        }
      }
    }
  }

  /// The layers' energies at a state and each lane's time, in `energies`.
  func strain(_ state: Block<Double>, at times: [Double]) {
    place(at: times)
    let engine = landscape.engine
    energies.clear()
    for (index, span) in spans.enumerated() where span.stiffness > 0 {
      engine.predict(index, from: state, in: workspace)
      let pull = pulls.row(span.row)
      kernels_combine2_f64(
        span.count * lanes, span.stiffness, state.row(span.row), -span.stiffness,
        workspace.predictions.row(span.row), pull)
      kernels_lane_dot_f64(
        span.count, lanes, 0.5 / span.stiffness, pull, pull, energies.row(index))
    }
  }

  /// A state with its velocity and its layers' `pulls`.
  struct Moment {
    let state: Block<Double>
    let velocity: Block<Double>
    let pulls: Block<Double>
  }

  /// What each layer gives off and is given, `[layers × lanes]` and `[edges × lanes]`, in k_B T.
  struct Flows {
    let heat: Block<Double>
    let given: Block<Double>
  }

  /// The energy that flowed between two moments a step apart.
  ///
  /// *Heat* is friction times displacement, Σ_v K_v (dx_v/dt) Δx_v with the mean of the velocities at both
  /// ends (Stratonovich), and where a function that pulls at the layer breaks within the step, of the force on
  /// either side for as much of the way as lies there. It is computed on its own and not taken from the balance, so that the first law
  /// stays a test. Where the landscape is quadratic and the inputs stand it is exact however long the step.
  ///
  /// What a layer is *given* by others is -K r · Δf, with the mean of its residual r at both ends and the
  /// change Δf of what it ought to be, less what the inputs give. The integral of force times velocity would
  /// be the same only where both are smooth. Where the flow slides along the break of a ReLU, both jump from
  /// stage to stage, and the mean of their product is not the product of their means; the layer's target f
  /// hardly moves there, and that is what counts. Among several sources it is split like force times
  /// displacement, with the mean of the forces at both ends.
  func flows(from old: Moment, to new: Moment) -> Flows {
    let flows = Flows(
      heat: Block(rows: layers, lanes: lanes), given: Block(rows: edges, lanes: lanes))
    kernels_combine2_f64(
      neurons * lanes, 1, new.state.pointer, -1, old.state.pointer, displacement.pointer)
    for (index, span) in spans.enumerated() {
      for velocity in [old.velocity, new.velocity] {
        kernels_lane_dot_f64(
          span.count, lanes, 0.5 * span.stiffness, velocity.row(span.row),
          displacement.row(span.row), flows.heat.row(index))
      }
    }
    for reading in readings {
      if let breaking = reading.breaking {
        bend(
          flows.heat.row(reading.others[0].source), reading.layer, breaking, from: old, to: new)
      }
      if let pooling = reading.pooling {
        bend(
          flows.heat.row(reading.others[0].source), reading.layer, pooling,
          source: spans[reading.others[0].source].row, from: old, to: new)
      }
      var rest = [Double](repeating: 0, count: lanes)
      let span = spans[reading.layer]
      rest.withUnsafeMutableBufferPointer { rest in
        for row in span.row..<span.row + span.count {
          let (before, after) = (old.pulls.row(row), new.pulls.row(row))
          let way = displacement.row(row)
          for lane in 0..<lanes {
            let change = way[lane] - (after[lane] - before[lane]) / span.stiffness
            rest[lane] -= 0.5 * (before[lane] + after[lane]) * change
          }
        }
      }
      if let (edge, work) = reading.input {
        for lane in 0..<lanes {
          let given = new.state[work, lane] - old.state[work, lane]
          flows.given[edge, lane] = given
          rest[lane] -= given
        }
      }
      split(rest, among: reading, from: old.pulls, to: new.pulls, into: flows.given)
    }
    return flows
  }

  /// Corrects the heat of what a layer reads for breaks of the layer's function within a step.
  ///
  /// Along the straight way z goes from z0 to z1 and the residual r with it; the pull at z is K g r with the
  /// slope g on either side. Its mean over the way differs from its mean over both ends.
  private func bend(
    _ heat: UnsafeMutablePointer<Double>, _ layer: Int, _ breaking: Break, from old: Moment,
    to new: Moment
  ) {
    let span = spans[layer]
    for place in 0..<span.count {
      let (row, input) = (span.row + place, breaking.row + place)
      let (starts, ends) = (old.pulls.row(input), new.pulls.row(input))
      for lane in 0..<lanes where (starts[lane] > 0) != (ends[lane] > 0) {
        let (start, end) = (starts[lane], ends[lane])
        let share = start / (start - end)
        // K r at both ends and at the break, where f is 0.
        let (first, last) = (old.pulls[row, lane], new.pulls[row, lane])
        let middle =
          span.stiffness * ((1 - share) * old.state[row, lane] + share * new.state[row, lane])
        let before = start > 0 ? 1 : breaking.slope
        let after = end > 0 ? 1 : breaking.slope
        let mean =
          0.5 * (before * share * (first + middle) + after * (1 - share) * (middle + last))
        heat[lane] += (mean - 0.5 * (before * first + after * last)) * (end - start)
      }
    }
  }

  /// The same for greatest values that change over from one place of a window to another within a step. Along
  /// the straight way the pull K r is at the first until both are equal, and then at the second.
  private func bend(
    _ heat: UnsafeMutablePointer<Double>, _ layer: Int, _ pooling: Pooling, source: Int,
    from old: Moment, to new: Moment
  ) {
    let span = spans[layer]
    let (before, after) = (old.state.row(source), new.state.row(source))
    // Place and value of the greatest of each lane, of equal ones the first; kept as numbers, so that lanes are
    // compared side by side.
    let (first, last) = (greatest.pointer, greatest.row(1))
    let (high, higher) = (greatest.row(2), greatest.row(3))
    for neuron in 0..<span.count {
      let row = span.row + neuron
      var isFirst = true
      for tap in neuron * pooling.taps..<(neuron + 1) * pooling.taps {
        let place = pooling.places[tap]
        guard place >= 0 else { continue }
        let (number, x, y) = (
          Double(place), before + Int(place) * lanes, after + Int(place) * lanes
        )
        if isFirst {
          first.update(repeating: number, count: lanes)
          last.update(repeating: number, count: lanes)
          high.update(from: x, count: lanes)
          higher.update(from: y, count: lanes)
          isFirst = false
          continue
        }
        for lane in 0..<lanes {
          first[lane] = x[lane] > high[lane] ? number : first[lane]
          high[lane] = x[lane] > high[lane] ? x[lane] : high[lane]
          last[lane] = y[lane] > higher[lane] ? number : last[lane]
          higher[lane] = y[lane] > higher[lane] ? y[lane] : higher[lane]
        }
      }
      for lane in 0..<lanes where first[lane] != last[lane] {
        let (first, last) = (Int(first[lane]) * lanes + lane, Int(last[lane]) * lanes + lane)
        let (lead, end) = (before[first] - before[last], after[first] - after[last])
        let share = lead > end ? lead / (lead - end) : 0
        let (start, stop) = (old.pulls[row, lane], new.pulls[row, lane])
        let middle =
          span.stiffness
          * ((1 - share) * (old.state[row, lane] - before[first])
            + share * (new.state[row, lane] - after[first]))
        let (way, next) = (after[first] - before[first], after[last] - before[last])
        heat[lane] +=
          0.5
          * ((share * (start + middle) - start) * way
            + ((1 - share) * (middle + stop) - stop) * next)
      }
    }
  }

  /// Splits what a layer is given by other layers.
  private func split(
    _ given: [Double], among reading: Reading, from old: Block<Double>, to new: Block<Double>,
    into flows: Block<Double>
  ) {
    guard reading.others.count > 1 else {
      if let other = reading.others.first {
        flows.row(other.edge).update(from: given, count: lanes)
      }
      return
    }
    for lane in 0..<lanes {
      var sizes: [Double] = []
      var rest = given[lane]
      for other in reading.others {
        var (sum, size) = (0.0, 0.0)
        for place in 0..<other.rows.count {
          let row = other.pulls + place
          let work =
            -0.5 * (old[row, lane] + new[row, lane])
            * displacement[spans[other.source].row + place, lane]
          sum += work
          size += abs(work)
        }
        flows[other.edge, lane] = sum
        sizes.append(size)
        rest -= sum
      }
      // What bending adds within a step, in proportion to what flows.
      let total = sizes.reduce(0, +)
      guard total > 0 else { continue }
      for (other, size) in zip(reading.others, sizes) {
        flows[other.edge, lane] += rest * size / total
      }
    }
  }

  /// The power that the input lines give back, summed over the lines, for each lane at the last
  /// evaluation, in k_B T per τ0.
  func recoveredPower() -> [Double] {
    inputForces.clear()
    landscape.engine.pullbackToInputs(into: inputForces, in: workspace)
    var up = [Double](repeating: 0, count: lanes)
    var down = up
    kernels_lane_dot_split_f64(
      inputForces.rows, lanes, -1, inputForces.pointer, drive.inputChange.pointer, &up, &down)
    for lane in 0..<lanes { down[lane] *= speeds.pointer[lane] }
    return down
  }

  /// Puts the drivers where they are at each lane's time in τ0.
  private func place(at times: [Double]) {
    let (points, speeds) = (points.pointer, speeds.pointer)
    for (lane, phase) in phases.enumerated() {
      switch phase {
      case .driving:
        let time = min(1, times[lane] / duration)
        let (position, speed) = isLinear ? (time, 1) : profiles[lane](time)
        points[lane] = position
        speeds[lane] = speed / duration
      case .holding:
        points[lane] = 1
        speeds[lane] = 0
      }
    }
    kernels_scale_add_f64(
      drive.projections.rows, lanes, points, drive.projectionChange.pointer,
      drive.projections.pointer, workspace.projections.pointer)
    if readsInputsDirectly {
      kernels_scale_add_f64(
        drive.inputs.rows, lanes, points, drive.inputChange.pointer, drive.inputs.pointer,
        workspace.inputs.pointer)
    }
  }
}
