import Foundation
import Networks
import PhysicalLaws
import SubstrateCore

/// Spiking neurons in plain loops, one sample, one neuron and one wire at a time: what the substrate is tested
/// against. It knows chains of matrices alone; convolutions come to it as matrices, with which places are wired.
struct SpikingOracle {
  struct Layer {
    enum Sort { case neurons, pairs, readout }
    let sort: Sort
    /// By output, then input.
    let weight: [[Double]]
    let wires: [[Bool]]
    let bias: [Double]
    let threshold: Double
    var isConstant = false
  }

  /// What happens in one inference.
  struct Outcome: Equatable {
    var outputs: [Double] = []
    var spikes: [Int]
    var events: [Int]
    var active: [Int]
  }

  var layers: [Layer]

  /// Follows a network layer by layer; the thresholds are the largest activations on the stream.
  init(_ network: Network, on stream: SampleStream) throws {
    let matrices = network.unrolled()
    let wired = try network.withWeightsOfOne().unrolled()
    layers = network.layers.indices.map { index in
      let nodes = matrices.layers[index].nodes
      let denses = nodes.compactMap { node -> Dense? in
        if case .dense(let dense) = matrices.nodes[node].operation { dense } else { nil }
      }
      let ones = wired.layers[index].nodes.compactMap { node -> Dense? in
        if case .dense(let dense) = wired.nodes[node].operation { dense } else { nil }
      }
      precondition(denses.count == 1 && ones.count == 1, "a chain of matrices")
      let values = stream.reference.layers[index].rows.flatMap { stream.reference.neuron($0) }
      let isLast = index == network.layers.count - 1
      let isReLU = network.lastOperation(of: network.layers[index]) == .activation(.relu)
      // Means of what is never negative are never negative.
      let isMean = network.lastOperation(of: network.layers[index]).kind == .meanPool
      return Layer(
        sort: isReLU || isMean ? .neurons : isLast ? .readout : .pairs,
        weight: Self.rows(denses[0]).map { $0.map(Double.init) },
        wires: Self.rows(ones[0]).map { $0.map { $0 != 0 } }, bias: denses[0].bias.map(Double.init),
        threshold: values.map(abs).max()!, isConstant: index == 0)
    }
  }

  private static func rows(_ dense: Dense) -> [[Float]] {
    (0..<dense.outputs).map { row in
      Array(dense.weight[row * dense.inputs..<(row + 1) * dense.inputs])
    }
  }

  /// T steps of integrate and fire.
  func rate(_ inputs: [Double], steps: Int) -> Outcome {
    var membranes = layers.map { layer in
      layer.bias.map { _ in layer.sort == .readout ? 0 : layer.threshold / 2 }
    }
    var counts = layers.map { $0.bias.map { _ in 0 } }
    var outcome = Outcome(
      spikes: layers.map { _ in 0 }, events: layers.map { _ in 0 }, active: layers.map { _ in 0 })
    for _ in 0..<steps {
      var arriving = inputs
      for (index, layer) in layers.enumerated() {
        let copies = layer.sort == .pairs ? 2 : 1
        var sent = [Double](repeating: 0, count: layer.bias.count)
        for row in sent.indices {
          var drive = layer.bias[row]
          for (column, value) in arriving.enumerated() where layer.wires[row][column] {
            drive += layer.weight[row][column] * value
            if value != 0 && !layer.isConstant { outcome.events[index] += copies }
          }
          if drive != 0 { outcome.active[index] += copies }
          membranes[index][row] += drive
          guard layer.sort != .readout else { continue }
          if membranes[index][row] >= layer.threshold {
            sent[row] = layer.threshold
          } else if layer.sort == .pairs && membranes[index][row] < 0 {
            sent[row] = -layer.threshold
          }
          membranes[index][row] -= sent[row]
          if sent[row] != 0 {
            outcome.spikes[index] += 1
            counts[index][row] += sent[row] > 0 ? 1 : -1
            // From one of a pair to the other.
            if layer.sort == .pairs { outcome.events[index] += 1 }
          }
        }
        arriving = sent
      }
    }
    let last = layers.last!
    outcome.outputs = last.bias.indices.map { row in
      last.sort == .readout
        ? membranes.last![row] / Double(steps)
        : Double(counts.last![row]) * last.threshold / Double(steps)
    }
    return outcome
  }

  /// Times to first spikes, by following each membrane from spike to spike.
  func firstSpike(_ inputs: [Double], window: Double) -> Outcome {
    var outcome = Outcome(
      spikes: layers.map { _ in 0 }, events: layers.map { _ in 0 }, active: layers.map { _ in 0 })
    /// When each of the lines fires on the clock of the open window, and with what sign.
    var length = window * inputs.map(abs).max()!
    var spikes = inputs.map { x in x == 0 ? nil : (time: length - abs(x), sign: x > 0 ? 1.0 : -1) }
    for (index, layer) in layers.enumerated() {
      let next = window * layer.threshold
      let copies = layer.sort == .pairs ? 2 : 1
      var fired: [(time: Double, sign: Double)?] = []
      for row in layer.bias.indices {
        // Currents switch on as spikes come; the membrane is followed in between.
        let arriving = spikes.enumerated().filter { $1 != nil && layer.wires[row][$0] }
          .sorted { $0.element!.time < $1.element!.time }
        outcome.events[index] += copies * arriving.count
        var (now, slope, value) = (0.0, 0.0, 0.0)
        for (column, spike) in arriving {
          value += slope * (spike!.time - now)
          now = spike!.time
          slope += spike!.sign * layer.weight[row][column]
        }
        value += slope * (length - now)
        guard layer.sort != .readout else {
          outcome.outputs.append(value + layer.bias[row])
          fired.append(nil)
          continue
        }
        // A current of 1 against Δ - b; the other of a pair has opposite weights and bias.
        let times = [1.0, -1].map { (sign: Double) in
          (time: next - sign * layer.bias[row] - sign * value, sign: sign)
        }
        let allowed = layer.sort == .pairs ? times : [times[0]]
        let hit = allowed.first { $0.time < next }
        if hit != nil { outcome.spikes[index] += 1 }
        fired.append(hit)
      }
      (spikes, length) = (fired, next)
    }
    if layers.last!.sort != .readout {
      outcome.outputs = spikes.map { spike in spike.map { $0.sign * (length - $0.time) } ?? 0 }
    }
    return outcome
  }
}

extension Network {
  /// The same wires with weights of 1 and without biases.
  func withWeightsOfOne() throws -> Network {
    var builder = Builder(input: nodes[0].shape)
    for node in nodes.dropFirst() {
      var operation = node.operation
      switch operation {
      case .dense(let dense):
        operation = .dense(
          try Dense(
            inputs: dense.inputs, weight: dense.weight.map { _ in 1 },
            bias: dense.bias.map { _ in 0 }))
      case .convolution(let convolution):
        operation = .convolution(
          try Convolution(
            convolution.window, inputChannels: convolution.inputChannels,
            outputChannels: convolution.outputChannels, groups: convolution.groups,
            isTransposed: convolution.isTransposed, weight: convolution.weight.map { _ in 1 },
            bias: convolution.bias.map { _ in 0 }))
      default: break
      }
      try builder.add(operation, named: node.name, reading: node.parents.map { nodes[$0].name })
    }
    return try builder.network(named: name, output: nodes[output].name)
  }
}

/// Networks for spiking neurons, of random weights.
enum SpikingNetworks {
  /// Two convolutions, padded and strided, with a mean of windows between them, and a matrix.
  static func convolutional(seed: Int) throws -> (network: Network, samples: Samples) {
    var writer = try NetworkWriter([2, 5, 5], seed: seed)
    let axis = try Window.Axis(input: 5, kernel: 3, before: 1, after: 1)
    try writer.add(try writer.convolution([axis, axis], 2, 4, groups: 2))
    try writer.add(.activation(.relu))
    let half = try Window.Axis(input: 5, kernel: 2, stride: 2, before: 1)
    try writer.add(.pool(try Pool(.mean, try Window([half, half]))))
    let next = try Window.Axis(input: 3, kernel: 2, stride: 1)
    try writer.add(try writer.convolution([next, next], 4, 3))
    try writer.add(.activation(.relu))
    try writer.add(.reshape(Shape(vector: 12)))
    try writer.add(writer.dense(12, 3))
    let values = writer.numbers(4 * 50)
    return (
      try writer.network(), try Samples(name: "random", width: 50, values: values)
    )
  }

  /// Matrices with a sum of either sign between them.
  static func signed(seed: Int) throws -> (network: Network, samples: Samples) {
    var writer = try NetworkWriter([4], seed: seed)
    try writer.add(writer.dense(4, 6))
    try writer.add(.activation(.relu))
    try writer.add(writer.dense(6, 5))
    try writer.add(writer.dense(5, 3))
    let values = writer.numbers(6 * 4)
    return (try writer.network(), try Samples(name: "random", width: 4, values: values))
  }
}
