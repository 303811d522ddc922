internal import Networks
internal import SubstrateCore

/// Time to first spike: a value x is a spike that comes x before the end of its layer's window, and 0 is none.
///
/// While the window of what a neuron reads is open, each spike j switches on a current W_ij. At its end all of these
/// are cut, and one current of 1 is switched on, A_i = 1 - Σ_j W_ij over those that have fired:
/// v_i(t) = Σ_j W_ij (t - t_j) + A_i (t - t_0). Against the threshold Δ - b_i the neuron fires at t_0 + Δ - (W x + b)_i,
/// which is within its own window, of length Δ, if and only if (W x + b)_i is positive. So it says
/// max(0, (W x + b)_i), exactly. A pair does so for either sign. A gate passes on the first spike of a window. What is
/// behind no threshold is read off the membranes when the last window ends.
///
/// Times are solved in double precision, each on the clock of its window.
struct FirstSpikeCode: Sendable {
  let plan: Plan
  let engine: LayerEngine<Double>
  /// Length of a window over the largest value that it has to hold.
  let window: Double

  /// Windows until the answer is there: that of the inputs, and one for each layer of thresholds in a row.
  var windows: Int { 1 + plan.roles.last!.stage }

  /// All inferences of a stream.
  ///
  /// - Complexity: O(samples × multiply–accumulates).
  func run(
    on samples: Samples, thresholds: Thresholds, in context: RunContext
  ) throws(Cancelled) -> Activity {
    var lengths = [Double](repeating: 0, count: plan.depth + 1)
    lengths[0] = window * thresholds.inputs
    for (role, value) in zip(plan.roles, thresholds.values) {
      lengths[role.stage] = max(lengths[role.stage], window * value)
    }
    let lanes = min(32, Block<Double>.lanes(for: samples.count))
    let (windows, code) = (lengths, self)
    let blocks = try context.map(blocks: (samples.count + lanes - 1) / lanes) { block in
      let first = block * lanes
      return code.run(
        samples, first..<min(first + lanes, samples.count), lanes: lanes, windows: windows)
    }
    var activity = Activity(layers: plan.layers.count)
    for block in blocks { activity.append(block) }
    return activity
  }

  private func run(
    _ samples: Samples, _ range: Range<Int>, lanes: Int, windows: [Double]
  ) -> Activity {
    let workspace = LayerWorkspace(engine, lanes: lanes)
    // How long before the end of its window each neuron has fired, and on which line of a pair.
    let states = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    for lane in 0..<lanes {
      let sample = min(range.lowerBound + lane, range.upperBound - 1)
      for (row, value) in samples[sample].enumerated() {
        workspace.inputs[row, lane] = Self.held(Double(value), in: windows[0], upward: false)
      }
    }
    engine.project(workspace)
    for (index, layer) in plan.layers.enumerated() {
      let role = plan.roles[index]
      engine.predict(index, from: states, in: workspace)
      let first = layer.rows.lowerBound
      let (values, held) = (workspace.predictions.row(first), states.row(first))
      for place in 0..<layer.count * lanes {
        switch role.role {
        case .neurons, .pairs:
          held[place] = Self.held(
            values[place], in: windows[role.stage], upward: role.role == .neurons)
        case .gates, .readout, .wires, .digital: held[place] = values[place]
        }
      }
    }
    return activity(of: range, workspace.inputs, states)
  }

  /// What the next layer makes of a membrane: the time of its spike, and from that the time left of the window.
  ///
  /// - Parameters:
  ///   - value: W x + b: the membrane when its window opens, and what its threshold lacks of Δ.
  ///   - window: Δ.
  ///   - upward: whether nothing fires below 0.
  private static func held(_ value: Double, in window: Double, upward: Bool) -> Double {
    guard value > 0 || (value < 0 && !upward) else { return value.isNaN ? value : 0 }
    // v + t = Δ - b, on the clock of the window; what is beyond threshold already fires at once.
    let time = max(0, window - abs(value))
    let left = window - time
    return value > 0 ? left : -left
  }

  private func activity(
    of range: Range<Int>, _ inputs: Block<Double>, _ states: Block<Double>
  ) -> Activity {
    var activity = Activity(layers: plan.layers.count)
    activity.operations = Array(repeating: 0, count: range.count)
    func firing(_ block: Block<Double>, _ rows: Range<Int>, _ lane: Int) -> [Bool] {
      rows.map { block[$0, lane] != 0 }
    }
    func reached(_ fired: [Bool], _ synapses: [Int]) -> Int {
      zip(fired, synapses).reduce(0) { $0 + ($1.0 ? $1.1 : 0) }
    }
    for lane in 0..<range.count {
      let given = firing(inputs, 0..<inputs.rows, lane)
      let fired = plan.layers.map { firing(states, $0.rows, lane) }
      let inputSpikes = given.count { $0 }
      activity.inputSpikes += inputSpikes
      activity.operations[lane] += inputSpikes
      for (index, role) in plan.roles.enumerated() {
        var tally = Tally()
        if role.givesSpikes { tally.spikes = fired[index].count { $0 } }
        let arrived =
          role.synapses.reduce(0) { $0 + reached(fired[$1.source], $1.counts) }
          + (role.inputSynapses.map { reached(given, $0) } ?? 0)
        if role.role == .gates {
          tally.comparisons = arrived
        } else {
          tally.events = arrived * role.membranes
        }
        tally.activeUpdates = plan.layers[index].count * role.membranes
        activity.layers[index] = activity.layers[index] + tally
        activity.operations[lane] += tally.operations
      }
    }
    activity.outputs = (0..<range.count).flatMap { lane in
      plan.layers.last!.rows.map { states[$0, lane] }
    }
    return activity
  }
}
