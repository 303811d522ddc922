public import Networks

/// A network by its numbers: what tables and machine-readable results say of it.
public struct NetworkSummary: Codable, Equatable, Sendable {
  /// Its name.
  public let name: String
  /// Length of one input sample.
  public let inputs: Int
  /// Length of the output for one sample.
  public let outputs: Int
  /// Trained numbers.
  public let parameters: Int
  /// Multiply–accumulates of one inference.
  public let macs: Int
  /// Values that hardware has to hold.
  public let neurons: Int
  /// The longest chain of layers from input to output.
  public let depth: Int
  /// What samples are looked up in; the key is absent where they are the input's numbers themselves.
  public let embedding: Embedding?
  /// Every operation, the input first.
  public let operations: [Operation]
  /// The neurons in layers, with the operations computed in each.
  public let layers: [Layer]

  /// One operation.
  public struct Operation: Codable, Equatable, Sendable {
    /// Its name, unique in the network.
    public let name: String
    /// What it computes.
    public let kind: String
    /// The operations it reads.
    public let reads: [String]
    /// The axes of its value for one sample.
    public let shape: [Int]
    /// Trained numbers it holds.
    public let parameters: Int
    /// Its multiply–accumulates.
    public let macs: Int
  }

  /// A table of vectors that stand for whole numbers.
  public struct Embedding: Codable, Equatable, Sendable {
    /// How many vectors.
    public let count: Int
    /// The length of each.
    public let width: Int
  }

  /// One layer of neurons.
  public struct Layer: Codable, Equatable, Sendable {
    /// Its name.
    public let name: String
    /// How many.
    public let neurons: Int
    /// The operations computed in it.
    public let operations: [String]
    /// What it reads: layers, or the input.
    public let reads: [String]
  }

  /// Sums up a network.
  ///
  /// - Complexity: O(operations).
  public init(_ network: Network) {
    name = network.name
    inputs = network.inputCount
    outputs = network.outputCount
    parameters = network.parameterCount
    macs = network.multiplyAccumulates
    neurons = network.neuronCount
    depth = network.depth
    embedding = network.embedding.map { Embedding(count: $0.count, width: $0.width) }
    operations = network.nodes.map { node in
      Operation(
        name: node.name, kind: node.operation.name,
        reads: node.parents.map { network.nodes[$0].name }, shape: node.shape.dimensions,
        parameters: node.operation.parameterCount, macs: node.multiplyAccumulates)
    }
    let layers = network.layers
    self.layers = layers.map { layer in
      Layer(
        name: layer.name, neurons: layer.count,
        operations: layer.nodes.map { network.nodes[$0].name },
        reads: layer.sources.map { source in
          switch source {
          case .input: network.nodes[0].name
          case .layer(let index): layers[index].name
          }
        })
    }
  }
}
