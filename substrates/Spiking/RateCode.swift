internal import Networks
internal import SubstrateCore

/// Integrate and fire: a value is how often a neuron fires in T steps, n θ/T.
///
/// Each step a membrane takes what its currents bring, U += z, and fires if it has reached θ; a spike takes θ off it
/// and leaves the rest. It starts at θ/2, so that for a constant drive n = max(0, min(T, floor(T z/θ + 1/2))). A pair
/// fires downward, too, once the membrane is below 0. A gate passes on each spike that raises the greatest count of
/// those it sees. Spikes reach the next layer in the same step of that layer's own clock, which runs one step late.
///
/// Drives are computed in single precision, membranes in double.
struct RateCode: Sendable {
  let plan: Plan
  let engine: LayerEngine<Float>
  let membrane: Membrane

  /// All inferences of a stream.
  ///
  /// - Complexity: O(T × samples × multiply–accumulates).
  func run(
    on samples: Samples, thresholds: Thresholds, in context: RunContext
  ) throws(Cancelled) -> Activity {
    // A history takes M numbers for each neuron and lane.
    let most = membrane.hasHistory ? 16 : 32
    let lanes = min(most, Block<Float>.lanes(for: samples.count))
    let blocks = try context.map(blocks: (samples.count + lanes - 1) / lanes) {
      block throws(Cancelled) in
      let simulation = RateBlock(self, thresholds, lanes: lanes)
      let first = block * lanes
      return try simulation.run(
        samples, first..<min(first + lanes, samples.count), in: context)
    }
    var activity = Activity(layers: plan.layers.count)
    for block in blocks { activity.append(block) }
    return activity
  }
}

/// A few inferences at once. Memory that one task owns.
private final class RateBlock {
  private let code: RateCode
  private let thresholds: [Double]
  private let lanes: Int
  private let workspace: LayerWorkspace<Float>
  /// What each neuron sends in a step: its threshold if it fires; of digital layers their values.
  private let spikes: Block<Float>
  /// How often each has fired, downward counting against upward.
  private let counts: Block<Float>
  private let membranes: Block<Double>
  /// What pairs have fired either way, for each layer that has them.
  private var fired: [Int: Block<Float>] = [:]
  private var histories: [Int: History] = [:]
  /// Membranes with a current, by layer and lane.
  private var active: [[Int]]

  init(_ code: RateCode, _ thresholds: Thresholds, lanes: Int) {
    self.code = code
    self.thresholds = thresholds.values
    self.lanes = lanes
    workspace = LayerWorkspace(code.engine, lanes: lanes)
    let neurons = code.engine.neuronCount
    spikes = Block(rows: neurons, lanes: lanes)
    counts = Block(rows: neurons, lanes: lanes)
    membranes = Block(rows: neurons, lanes: lanes)
    active = code.plan.layers.map { _ in Array(repeating: 0, count: lanes) }
    for (index, layer) in code.plan.layers.enumerated() {
      let role = code.plan.roles[index].role
      // A gate over pairs goes down and up again, too.
      if role == .pairs || role == .gates { fired[index] = Block(rows: layer.count, lanes: lanes) }
      guard role == .neurons || role == .pairs else { continue }
      membranes.row(layer.rows.lowerBound).update(
        repeating: self.thresholds[index] / 2, count: layer.count * lanes)
      if code.membrane.hasHistory {
        histories[index] = History(
          code.membrane, start: self.thresholds[index] / 2, count: layer.count * lanes)
      }
    }
  }

  func run(
    _ samples: Samples, _ range: Range<Int>, in context: RunContext
  ) throws(Cancelled) -> Activity {
    let (engine, layers) = (code.engine, code.plan.layers)
    for lane in 0..<lanes {
      // Lanes without a sample repeat the last one, and do not count.
      let sample = min(range.lowerBound + lane, range.upperBound - 1)
      for (row, value) in samples[sample].enumerated() { workspace.inputs[row, lane] = value }
    }
    engine.project(workspace)
    for (index, role) in code.plan.roles.enumerated() where role.isDriveConstant {
      engine.predict(index, from: spikes, in: workspace)
      guard role.role == .digital else { continue }
      let row = layers[index].rows.lowerBound
      spikes.row(row).update(
        from: workspace.predictions.row(row), count: layers[index].count * lanes)
    }
    for _ in 0..<code.membrane.steps {
      try context.checkCancellation()
      for index in layers.indices { step(index) }
    }
    return activity(of: range)
  }

  /// One step of a layer.
  private func step(_ index: Int) {
    let role = code.plan.roles[index]
    let layer = layers(index)
    let first = layer.rows.lowerBound
    let count = layer.count * lanes
    switch role.role {
    case .digital: return
    case .gates:
      code.engine.predict(index, from: counts, in: workspace)
      let greatest = workspace.predictions.row(first)
      let (sent, before, total) = (spikes.row(first), counts.row(first), fired[index]!.pointer)
      let threshold = Float(thresholds[index])
      for place in 0..<count {
        let change = greatest[place] - before[place]
        sent[place] = threshold * change
        before[place] = greatest[place]
        total[place] += abs(change)
      }
      return
    case .neurons, .pairs, .readout, .wires:
      if !role.isDriveConstant { code.engine.predict(index, from: spikes, in: workspace) }
    }
    let drive = UnsafePointer(workspace.predictions.row(first))
    if role.role != .wires { countActive(index, drive, rows: layer.count) }
    if role.role == .readout || role.role == .wires {
      let sums = membranes.row(first)
      for place in 0..<count { sums[place] += Double(drive[place]) }
      return
    }
    // A layer that is silent on the stream has no threshold to be set, and stays silent.
    let threshold = thresholds[index]
    guard threshold > 0 else { return }
    let (membrane, sent) = (membranes.row(first), spikes.row(first))
    let total = counts.row(first)
    integrate(index, drive, count: count)
    if role.role == .neurons {
      fire(count, membrane, sent, total, threshold: threshold)
    } else {
      fireBothWays(
        count, membrane, sent, total, fired[index]!.pointer, threshold: threshold)
    }
  }

  private func layers(_ index: Int) -> Network.Layer { code.plan.layers[index] }

  /// Brings the membranes of a layer to where they are before they fire.
  private func integrate(_ index: Int, _ drive: UnsafePointer<Float>, count: Int) {
    let first = code.plan.layers[index].rows.lowerBound
    let membrane = membranes.row(first)
    if let history = histories[index] {
      history.integrate(
        drive, fired: counts.row(first), threshold: thresholds[index], into: membrane)
    } else if let timeConstant = code.membrane.timeConstant {
      let rate = 1 / timeConstant
      let gain = code.membrane.gain * rate
      for place in 0..<count {
        membrane[place] += gain * Double(drive[place]) - rate * membrane[place]
      }
    } else {
      for place in 0..<count { membrane[place] += Double(drive[place]) }
    }
  }

  private func countActive(_ index: Int, _ drive: UnsafePointer<Float>, rows: Int) {
    active[index].withUnsafeMutableBufferPointer { active in
      // What is read in the end neither leaks nor remembers how it came there.
      if code.plan.roles[index].role != .readout,
        code.membrane.hasHistory || code.membrane.timeConstant != nil
      {
        for lane in 0..<lanes { active[lane] += rows }
        return
      }
      for row in 0..<rows {
        let line = drive + row * lanes
        for lane in 0..<lanes { active[lane] += line[lane] != 0 ? 1 : 0 }
      }
    }
  }

  // MARK: Results

  private func activity(of range: Range<Int>) -> Activity {
    let plan = code.plan
    var activity = Activity(layers: plan.layers.count)
    activity.operations = Array(repeating: 0, count: range.count)
    for (index, role) in plan.roles.enumerated() {
      for lane in 0..<range.count {
        var tally = Tally()
        if role.givesSpikes { tally.spikes = Int(sum(of: index, lane)) }
        let arrived = role.synapses.reduce(0) { $0 + reached($1.source, $1.counts, lane) }
        if role.role == .gates {
          tally.comparisons = arrived
        } else {
          tally.events = arrived * role.membranes
          // A spike of one of a pair reaches the other.
          if role.role == .pairs { tally.events += tally.spikes }
        }
        let updates = plan.layers[index].count * role.membranes * code.membrane.steps
        tally.activeUpdates = active[index][lane] * role.membranes
        tally.idleUpdates = updates - tally.activeUpdates
        activity.layers[index] = activity.layers[index] + tally
        activity.operations[lane] += tally.operations
      }
    }
    let last = plan.layers[plan.layers.count - 1]
    activity.outputs = (0..<range.count).flatMap { lane in
      last.rows.map { output($0, lane, plan.layers.count - 1) }
    }
    return activity
  }

  /// How often neurons have fired, either way.
  private func firings(of index: Int) -> UnsafeMutablePointer<Float> {
    fired[index]?.pointer ?? counts.row(layers(index).rows.lowerBound)
  }

  private func sum(of index: Int, _ lane: Int) -> Double {
    let firings = firings(of: index)
    return (0..<layers(index).count).reduce(0) { $0 + Double(firings[$1 * lanes + lane]) }
  }

  /// How many synapses the spikes of a layer reach.
  private func reached(_ source: Int, _ synapses: [Int], _ lane: Int) -> Int {
    let firings = firings(of: source)
    var reached = 0
    for (neuron, count) in synapses.enumerated() {
      reached += count * Int(firings[neuron * lanes + lane])
    }
    return reached
  }

  /// What is read of an output.
  private func output(_ row: Int, _ lane: Int, _ index: Int) -> Double {
    let steps = Double(code.membrane.steps)
    switch code.plan.roles[index].role {
    case .digital: return Double(spikes[row, lane])
    case .readout, .wires: return membranes[row, lane] / steps
    case .neurons, .pairs, .gates:
      return Double(counts[row, lane]) * thresholds[index] / steps
    }
  }
}

/// Membranes that have reached their threshold fire.
private func fire(
  _ count: Int, _ membrane: UnsafeMutablePointer<Double>, _ sent: UnsafeMutablePointer<Float>,
  _ total: UnsafeMutablePointer<Float>, threshold: Double
) {
  let weight = Float(threshold)
  for place in 0..<count {
    let isUp = membrane[place] >= threshold
    membrane[place] -= isUp ? threshold : 0
    sent[place] = isUp ? weight : 0
    total[place] += isUp ? 1 : 0
  }
}

/// The same where a second membrane, at θ - U, fires, too.
private func fireBothWays(
  _ count: Int, _ membrane: UnsafeMutablePointer<Double>, _ sent: UnsafeMutablePointer<Float>,
  _ net: UnsafeMutablePointer<Float>, _ total: UnsafeMutablePointer<Float>, threshold: Double
) {
  let weight = Float(threshold)
  for place in 0..<count {
    let isUp = membrane[place] >= threshold
    let isDown = membrane[place] < 0
    membrane[place] -= isUp ? threshold : isDown ? -threshold : 0
    sent[place] = isUp ? weight : isDown ? -weight : 0
    net[place] += isUp ? 1 : isDown ? -1 : 0
    total[place] += isUp || isDown ? 1 : 0
  }
}
