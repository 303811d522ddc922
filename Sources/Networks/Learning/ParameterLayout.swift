/// Where a network's trained numbers stand in one list: of each matrix and convolution, in the order of the
/// nodes, the weights and then the biases.
///
/// Constants of scales and slopes, and what samples are looked up in, are no part of it: learning holds them.
package struct ParameterLayout: Sendable {
  /// The numbers of one node.
  package struct Place: Hashable, Sendable {
    /// The node's index.
    package let node: Int
    /// Its weights, as the operation has them.
    package let weight: Range<Int>
    /// Its biases.
    package let bias: Range<Int>
    /// How many numbers each output of the node is a sum over.
    package let inputs: Int
  }

  /// The nodes with trained numbers.
  package let places: [Place]
  /// How many numbers.
  package let count: Int
  private let network: Network

  /// The layout of a network.
  package init(_ network: Network) {
    self.network = network
    var places: [Place] = []
    var count = 0
    func add(_ node: Int, _ weights: Int, _ biases: Int, _ inputs: Int) {
      places.append(
        Place(
          node: node, weight: count..<count + weights,
          bias: count + weights..<count + weights + biases, inputs: inputs))
      count += weights + biases
    }
    for (index, node) in network.nodes.enumerated() {
      switch node.operation {
      case .dense(let dense): add(index, dense.weight.count, dense.bias.count, dense.inputs)
      case .convolution(let convolution):
        let channels =
          convolution.isTransposed ? convolution.outputChannels : convolution.inputChannels
        add(
          index, convolution.weight.count, convolution.bias.count,
          channels / convolution.groups * convolution.window.tapCount)
      default: break
      }
    }
    self.places = places
    self.count = count
  }

  /// The network's own numbers, `[count]`.
  package func values() -> [Float] {
    places.flatMap { place -> [Float] in
      switch network.nodes[place.node].operation {
      case .dense(let dense): dense.weight + dense.bias
      case .convolution(let convolution): convolution.weight + convolution.bias
      default: preconditionFailure("no node with trained numbers")
      }
    }
  }

  /// The network with other numbers.
  ///
  /// - Parameters:
  ///   - values: `[count]`.
  ///   - name: the new network's.
  /// - Throws: `NetworkError` if a number is not finite.
  package func network(with values: [Float], named name: String) throws(NetworkError) -> Network {
    precondition(values.count == count, "as many numbers as the layout has places")
    let places = Dictionary(uniqueKeysWithValues: places.map { ($0.node, $0) })
    var builder = Network.Builder(input: network.nodes[0].shape, embedding: network.embedding)
    for (index, node) in network.nodes.enumerated().dropFirst() {
      var operation = node.operation
      if let place = places[index] {
        let (weight, bias) = (Array(values[place.weight]), Array(values[place.bias]))
        switch operation {
        case .dense(let dense):
          operation = .dense(try Dense(inputs: dense.inputs, weight: weight, bias: bias))
        case .convolution(let old):
          operation = .convolution(
            try Convolution(
              old.window, inputChannels: old.inputChannels, outputChannels: old.outputChannels,
              groups: old.groups, isTransposed: old.isTransposed, weight: weight, bias: bias))
        default: preconditionFailure("no node with trained numbers")
        }
      }
      try builder.add(
        operation, named: node.name, reading: node.parents.map { network.nodes[$0].name })
    }
    return try builder.network(named: name, output: network.nodes[network.output].name)
  }
}
