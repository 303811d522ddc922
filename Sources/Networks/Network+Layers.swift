extension Network {
  /// The physical view of a network: neurons, in layers.
  ///
  /// A *neuron* is one component of a value that hardware has to hold: what comes out of a
  /// nonlinearity, or a linear value that a further matrix, or nothing, reads. A layer is the
  /// neurons of one such value together with the operations that compute it from other layers'
  /// neurons: a matrix and the function behind it make one layer, and the pre-activation between
  /// them is no neuron. A linear operation is taken into the layer of its reader when that reader
  /// is alone and works component by component. A rearrangement is how a reader's wires run, and part
  /// of every layer that reads it. A reshaped value is the value itself, under another name.
  public struct Layer: Hashable, Sendable {
    /// What a layer reads.
    public enum Source: Hashable, Sendable {
      /// The network's inputs.
      case input
      /// The neurons of an earlier layer, by its index.
      case layer(Int)
    }

    /// The name of the operation whose value the neurons are.
    public let name: String
    /// The operations computed in this layer, by node index, in order; the last one's value is the
    /// neurons'. Never a reshape.
    public let nodes: [Int]
    /// What the layer reads, each once, in the order of first reading.
    public let sources: [Source]
    /// How many neurons.
    public let count: Int
    /// Where its neurons stand among all the network's.
    public let rows: Range<Int>
  }

  /// The layers, each after the ones it reads; the last one's neurons are the network's output.
  ///
  /// - Complexity: O(nodes + edges).
  public var layers: [Layer] {
    // A reshape stands for what it reshapes.
    var origin = Array(nodes.indices)
    for (index, node) in nodes.enumerated() where node.operation.isNaming {
      origin[index] = origin[node.parents[0]]
    }
    let end = origin[output]
    var readers: [[Int]] = Array(repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() where !node.operation.isNaming {
      for parent in node.parents { readers[origin[parent]].append(index) }
    }
    /// Whether a value is no neuron but computed in the layers that read it.
    func isAbsorbed(_ index: Int) -> Bool {
      let operation = nodes[index].operation
      guard index != end, index != 0, operation.isLinear else { return false }
      if case .rearrange = operation { return true }
      guard readers[index].count == 1 else { return false }
      switch nodes[readers[index][0]].operation {
      case .activation, .prelu, .add, .scale: return true
      case .input, .dense, .convolution, .multiply, .matrixProduct, .softmax, .logSoftmax,
        .normalize, .pool, .rearrange, .reshape:
        return false
      }
    }

    var layers: [Layer] = []
    var layerOf: [Int: Int] = [:]
    var row = 0
    for index in nodes.indices.dropFirst()
    where !nodes[index].operation.isNaming && !isAbsorbed(index) {
      var members: [Int] = []
      var sources: [Layer.Source] = []
      var collected: Set<Int> = []
      // Depth first, on a stack of its own: a chain of sums may be as long as the network.
      var open = [(member: index, next: 0)]
      collected.insert(index)
      while let (member, next) = open.last {
        guard next < nodes[member].parents.count else {
          members.append(member)
          open.removeLast()
          continue
        }
        open[open.count - 1].next += 1
        let parent = origin[nodes[member].parents[next]]
        if parent != 0 && isAbsorbed(parent) {
          if collected.insert(parent).inserted { open.append((parent, 0)) }
        } else {
          let source = parent == 0 ? Layer.Source.input : .layer(layerOf[parent]!)
          if !sources.contains(source) { sources.append(source) }
        }
      }
      let count = nodes[index].shape.count
      layerOf[index] = layers.count
      layers.append(
        Layer(
          name: nodes[index].name, nodes: members, sources: sources, count: count,
          rows: row..<row + count))
      row += count
    }
    return layers
  }

  /// How many neurons the network has: 58 for 64-32-16-10.
  public var neuronCount: Int { layers.reduce(0) { $0 + $1.count } }

  /// The longest chain of layers from input to output.
  public var depth: Int {
    var depths: [Int] = []
    for layer in layers {
      let before = layer.sources.map { source in
        switch source {
        case .input: 0
        case .layer(let index): depths[index]
        }
      }
      depths.append(1 + (before.max() ?? 0))
    }
    return depths.last ?? 0
  }

  /// The operation whose value a layer's neurons are.
  public func lastOperation(of layer: Layer) -> Operation { nodes[layer.nodes.last!].operation }

  /// The node whose value a node's value is: itself, but for a reshape what it reshapes.
  public func origin(of index: Int) -> Int {
    var index = index
    while nodes[index].operation.isNaming { index = nodes[index].parents[0] }
    return index
  }
}
