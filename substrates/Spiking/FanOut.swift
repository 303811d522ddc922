internal import Networks

/// How many synapses a neuron has on the layers that read it, as wires really run: at the edge of a convolution,
/// where taps see padding, there are fewer.
///
/// It looks at no weight: a synapse of weight 0 is a synapse.
struct FanOut {
  private let network: Network
  private let layers: [Network.Layer]
  private let owners: [Int: Int]

  init(_ network: Network, _ layers: [Network.Layer]) {
    self.network = network
    self.layers = layers
    owners = Dictionary(
      uniqueKeysWithValues: layers.enumerated().map { ($0.element.nodes.last!, $0.offset) })
  }

  /// The synapses of each neuron of a source, or of each input, on a layer.
  ///
  /// - Complexity: O(values of the layer × taps).
  func synapses(from source: Network.Layer.Source, to layer: Int) -> [Int] {
    let nodes = layers[layer].nodes
    let members = Set(nodes)
    let wanted =
      switch source {
      case .input: 0
      case .layer(let index): layers[index].nodes.last!
      }
    var counts: [Int: [Int]] = [
      nodes.last!: Array(repeating: 1, count: layers[layer].count)
    ]
    for index in nodes.reversed() {
      guard let own = counts[index] else { continue }
      let node = network.nodes[index]
      for (parent, added) in zip(node.parents, parentCounts(of: node, own)) {
        let origin = network.origin(of: parent)
        guard origin == wanted || (members.contains(origin) && owners[origin] == nil) else {
          continue
        }
        if let before = counts[origin] {
          counts[origin] = zip(before, added).map { $0 + $1 }
        } else {
          counts[origin] = added
        }
      }
    }
    return counts[wanted] ?? Array(repeating: 0, count: network.nodes[wanted].shape.count)
  }

  /// What a node hands on to each of its parents.
  private func parentCounts(of node: Network.Node, _ own: [Int]) -> [[Int]] {
    let sizes = node.parents.map { network.nodes[$0].shape.count }
    switch node.operation {
    case .dense(let dense):
      return [
        stride(from: 0, to: own.count, by: dense.outputs).flatMap { start in
          Array(
            repeating: own[start..<start + dense.outputs].reduce(0, +), count: dense.inputs)
        }
      ]
    case .convolution(let convolution): return [Self.counts(of: convolution, own, sizes[0])]
    case .pool(let pool):
      var made = [Int](repeating: 0, count: sizes[0])
      let table = pool.window.table()
      let (outputs, taps) = (pool.window.outputCount, pool.window.tapCount)
      for (place, count) in own.enumerated() {
        let plane = place / outputs * pool.window.inputCount
        for tap in 0..<taps {
          let position = Int(table[place % outputs * taps + tap])
          if position >= 0 { made[plane + position] += count }
        }
      }
      return [made]
    case .rearrange(let rearrangement):
      var made = [Int](repeating: 0, count: sizes.reduce(0, +))
      for (count, index) in zip(own, rearrangement.indices) where index >= 0 {
        made[Int(index)] += count
      }
      var start = 0
      return sizes.map { size in
        defer { start += size }
        return Array(made[start..<start + size])
      }
    case .scale, .activation, .add, .reshape: return sizes.map { _ in own }
    case .input, .prelu, .multiply, .matrixProduct, .softmax, .logSoftmax, .normalize:
      preconditionFailure("'\(node.name)' has been refused")
    }
  }

  private static func counts(of convolution: Convolution, _ own: [Int], _ size: Int) -> [Int] {
    let (inputs, outputs) = (convolution.inputPositions, convolution.outputPositions)
    let inputChannels = convolution.inputChannels / convolution.groups
    let outputChannels = convolution.outputChannels / convolution.groups
    let taps = convolution.window.tapCount
    let table = convolution.window.table()
    var made = [Int](repeating: 0, count: size)
    for group in 0..<size / (inputChannels * inputs) {
      // All channels of a group meet all others of it at the same positions.
      var above = [Int](repeating: 0, count: outputs)
      for place in 0..<outputChannels * outputs {
        above[place % outputs] += own[group * outputChannels * outputs + place]
      }
      var below = [Int](repeating: 0, count: inputs)
      for position in 0..<convolution.window.outputCount {
        for tap in 0..<taps {
          let place = Int(table[position * taps + tap])
          guard place >= 0 else { continue }
          if convolution.isTransposed {
            below[position] += above[place]
          } else {
            below[place] += above[position]
          }
        }
      }
      for place in 0..<inputChannels * inputs {
        made[group * inputChannels * inputs + place] = below[place % inputs]
      }
    }
    return made
  }
}
