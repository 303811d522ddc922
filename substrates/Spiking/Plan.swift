internal import Networks

/// What each layer of a network is on spiking hardware.
struct Plan: Sendable {
  /// What becomes of a layer.
  enum Role: Sendable {
    /// It follows from the inputs without a threshold, and is computed with them, in digital, once.
    case digital
    /// Neurons that fire upward only: values that are never negative.
    case neurons
    /// A pair of neurons for each value, one for each sign, that take their inputs with opposite weights.
    case pairs
    /// Gates that let through the greatest of what they see.
    case gates
    /// Membranes without a threshold, which are read at the end.
    case readout
    /// The outputs are other layers' at other places.
    case wires
  }

  /// A layer with what it takes part in.
  struct Layer: Sendable {
    let role: Role
    /// Whether all that it is driven by stands still during an inference.
    let isDriveConstant: Bool
    /// From each layer that it reads, how many synapses each neuron there has here; of gates, how many windows.
    let synapses: [(source: Int, counts: [Int])]
    /// The same from the inputs.
    let inputSynapses: [Int]?
    /// Windows that have passed before its own, where each neuron fires once.
    let stage: Int

    /// Whether what it gives are spikes.
    var givesSpikes: Bool {
      switch role {
      case .neurons, .pairs, .gates: true
      case .digital, .readout, .wires: false
      }
    }
    /// Membranes for each value: a pair has two, both of which every event reaches.
    var membranes: Int {
      switch role {
      case .neurons, .readout: 1
      case .pairs: 2
      case .digital, .gates, .wires: 0
      }
    }
  }

  let network: Network
  /// Whether inputs are spikes, as they are where each neuron fires once.
  let spikingInputs: Bool
  /// The same network with thresholds taken out: what drives each layer is linear in what it reads.
  let drives: Network
  let layers: [Network.Layer]
  let roles: [Layer]
  /// For each layer, the operations in it that are done once in digital, because they follow from the inputs.
  let digitalNodes: [[Int]]

  /// All neurons, pairs counting twice.
  var neuronCount: Int {
    zip(layers, roles).reduce(0) { $0 + $1.0.count * $1.1.membranes }
  }

  /// All synapses between spiking neurons.
  var synapseCount: Int {
    zip(layers, roles).reduce(0) { sum, pair in
      let reached = pair.1.synapses.reduce(0) { $0 + $1.counts.reduce(0, +) }
      return sum + reached * pair.1.membranes
    }
  }

  /// Layers of thresholds, or of membranes that are read, one behind another, at most.
  let depth: Int

  /// Multiply–accumulates that follow from the inputs without a threshold, and are done once in digital.
  var digitalMultiplyAccumulates: Int {
    digitalNodes.joined().reduce(0) { $0 + network.nodes[$1].multiplyAccumulates }
  }

  /// Plans a network whose operations are all possible.
  ///
  /// - Parameter spikingInputs: whether inputs are spikes; else they are constant currents, and what follows
  ///   from them without a threshold is constant too.
  /// - Complexity: O(values × taps of convolutions).
  init(_ network: Network, spikingInputs: Bool) {
    self.network = network
    self.spikingInputs = spikingInputs
    let layers = network.layers
    self.layers = layers
    drives = network.withoutThresholds()
    precondition(drives.layers.map(\.rows) == layers.map(\.rows), "the same layers")
    let signs = Signs(network)
    let fanOut = FanOut(network, layers)
    let end = layers.count - 1

    var isConstant: [Bool] = []
    var roles: [Layer] = []
    var depths: [Int] = []
    for (index, layer) in layers.enumerated() {
      let followsFromInputs = layer.sources.allSatisfy { source in
        switch source {
        case .input: !spikingInputs
        case .layer(let other): isConstant[other]
        }
      }
      let operation = network.lastOperation(of: layer)
      let role: Role
      if operation.kind == .relu {
        role = .neurons
      } else if followsFromInputs {
        role = .digital
      } else if operation.kind == .maxPool {
        role = .gates
      } else if index == end {
        role = operation.kind == .rearrange ? .wires : .readout
      } else {
        role = signs.isNeverNegative(layer.nodes.last!) ? .neurons : .pairs
      }
      isConstant.append(role == .digital)
      var (depth, stage) = (0, 0)
      for case .layer(let other) in layer.sources {
        depth = max(depth, depths[other])
        stage = max(stage, roles[other].stage)
      }
      let hasThreshold = role == .neurons || role == .pairs
      depths.append(hasThreshold || role == .readout ? depth + 1 : depth)
      roles.append(
        Layer(
          role: role, isDriveConstant: followsFromInputs,
          synapses: role == .wires
            ? []
            : layer.sources.compactMap { source in
              guard case .layer(let other) = source, roles[other].givesSpikes else { return nil }
              return (other, fanOut.synapses(from: source, to: index))
            },
          inputSynapses: spikingInputs && role != .wires && layer.sources.contains(.input)
            ? fanOut.synapses(from: .input, to: index) : nil,
          stage: hasThreshold ? stage + 1 : stage))
    }
    self.roles = roles
    depth = depths[end]
    digitalNodes =
      spikingInputs
      ? layers.map { _ in [] } : Self.digitalNodes(network, layers, isConstant: isConstant)
  }

  /// Operations that follow from the inputs without a threshold, each in the first layer that has it.
  private static func digitalNodes(
    _ network: Network, _ layers: [Network.Layer], isConstant: [Bool]
  ) -> [[Int]] {
    var constants: Set<Int> = [0]
    for (layer, isConstant) in zip(layers, isConstant) where isConstant {
      constants.insert(layer.nodes.last!)
    }
    var seen: Set<Int> = []
    return layers.map { layer in
      layer.nodes.filter { index in
        let node = network.nodes[index]
        guard node.operation.kind != .relu,
          node.parents.allSatisfy({ constants.contains(network.origin(of: $0)) })
        else { return false }
        constants.insert(index)
        return seen.insert(index).inserted
      }
    }
  }
}

/// Which values are never negative, as far as operations tell.
private struct Signs {
  private let neverNegative: [Bool]

  init(_ network: Network) {
    var known: [Bool] = []
    for node in network.nodes {
      let parents = node.parents.allSatisfy { known[$0] }
      let isKnown =
        switch node.operation {
        case .activation: true
        case .pool, .add, .reshape: parents
        case .rearrange(let rearrangement):
          parents && rearrangement.constants.allSatisfy { $0 >= 0 }
        case .scale(let scale):
          parents && (scale.factors ?? []).allSatisfy { $0 >= 0 }
            && (scale.offsets ?? []).allSatisfy { $0 >= 0 }
        case .input, .dense, .convolution, .prelu, .multiply, .matrixProduct, .softmax,
          .logSoftmax, .normalize:
          false
        }
      known.append(isKnown)
    }
    neverNegative = known
  }

  func isNeverNegative(_ node: Int) -> Bool { neverNegative[node] }
}

extension Network {
  /// The same layers with the identity in place of every ReLU.
  fileprivate func withoutThresholds() -> Network {
    do {
      var builder = Builder(input: nodes[0].shape, embedding: embedding)
      for node in nodes.dropFirst() {
        var operation = node.operation
        if operation.kind == .relu { operation = .activation(.leakyReLU(slope: 1)) }
        try builder.add(operation, named: node.name, reading: node.parents.map { nodes[$0].name })
      }
      return try builder.network(named: name, output: nodes[output].name)
    } catch {
      preconditionFailure("a network of the same shapes: \(error)")
    }
  }
}
