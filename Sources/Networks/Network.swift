/// A feed-forward network as a value: operations in an order in which each comes after its parents.
///
/// A cycle cannot be written down, shapes have been checked, and every operation reaches the
/// output.
public struct Network: Hashable, Sendable {
  /// One operation with its place in the network.
  public struct Node: Hashable, Sendable {
    /// Its name, unique in the network.
    public let name: String
    /// What it computes.
    public let operation: Operation
    /// The indices of the nodes it reads, all smaller than its own; one may occur twice.
    public let parents: [Int]
    /// The shape of its value for one sample.
    public let shape: Shape
    /// Multiply–accumulates of one sample.
    public let multiplyAccumulates: Int
  }

  /// The network's name in tables.
  public let name: String
  /// All operations; the input is the first.
  public let nodes: [Node]
  /// The index of the node whose value is the network's output.
  public let output: Int
  /// What samples are looked up in before they are inputs, if they are whole numbers.
  public let embedding: Embedding?

  /// Length of one input sample.
  public var inputCount: Int { nodes[0].shape.count }
  /// Length of the output for one sample.
  public var outputCount: Int { nodes[output].shape.count }
  /// Trained numbers.
  public var parameterCount: Int {
    nodes.reduce(embedding?.table.count ?? 0) { $0 + $1.operation.parameterCount }
  }
  /// Multiply–accumulates of one inference.
  public var multiplyAccumulates: Int {
    nodes.reduce(0) { $0 + $1.multiplyAccumulates }
  }

  /// Puts a network together, operation by operation.
  public struct Builder {
    private var nodes: [Node]
    private var indices: [String: Int]
    private let embedding: Embedding?

    /// The input's name.
    public static let input = "input"

    /// Begins with an input of a shape.
    ///
    /// - Parameters:
    ///   - input: of one sample, without an axis that counts samples.
    ///   - embedding: what samples are looked up in; the input's last axis has the length of its
    ///     vectors then.
    public init(input: Shape, embedding: Embedding? = nil) {
      precondition(
        embedding == nil || input.dimensions.last == embedding!.width, "vectors along the last axis"
      )
      self.embedding = embedding
      nodes = [
        Node(
          name: Self.input, operation: .input, parents: [], shape: input, multiplyAccumulates: 0)
      ]
      indices = [Self.input: 0]
    }

    /// Adds an operation that reads the named ones.
    ///
    /// - Parameters:
    ///   - operation: any but the input.
    ///   - name: unique and not empty.
    ///   - parents: names added before.
    /// - Throws: `NetworkError` that names the operation.
    public mutating func add(
      _ operation: Operation, named name: String, reading parents: [String]
    ) throws(NetworkError) {
      guard !name.isEmpty else { throw NetworkError("an operation has no name") }
      guard indices[name] == nil else {
        throw NetworkError("two operations are called '\(name)'")
      }
      var found: [Int] = []
      for parent in parents {
        guard let index = indices[parent] else {
          throw NetworkError(
            "operation '\(name)' reads '\(parent)', which does not stand before it")
        }
        found.append(index)
      }
      let shape: Shape
      do {
        shape = try operation.shape(of: found.map { nodes[$0].shape })
      } catch {
        throw NetworkError("operation '\(name)' (\(operation.name)) \(error.description)")
      }
      indices[name] = nodes.count
      nodes.append(
        Node(
          name: name, operation: operation, parents: found, shape: shape,
          multiplyAccumulates: operation.multiplyAccumulates(
            reading: found.map { nodes[$0].shape })))
    }

    /// The shape of an operation's value, if it has been added.
    public func shape(of name: String) -> Shape? { indices[name].map { nodes[$0].shape } }

    /// The finished network.
    ///
    /// - Throws: `NetworkError` if the output is unknown, is the input itself, or some operation
    ///   does not reach it.
    public func network(named name: String, output: String) throws(NetworkError) -> Network {
      guard let last = indices[output] else {
        throw NetworkError("the output '\(output)' is not an operation of the network")
      }
      var reaches = [Bool](repeating: false, count: nodes.count)
      reaches[last] = true
      for index in nodes.indices.reversed() where reaches[index] {
        for parent in nodes[index].parents { reaches[parent] = true }
      }
      if let idle = reaches.firstIndex(of: false) {
        throw NetworkError("operation '\(nodes[idle].name)' does not reach the output")
      }
      guard last != 0 else { throw NetworkError("the network computes nothing") }
      return Network(name: name, nodes: nodes, output: last, embedding: embedding)
    }
  }
}

extension Network {
  /// A stack of dense layers with one activation between them and none after the last.
  ///
  /// - Parameters:
  ///   - name: the network's name.
  ///   - layers: the weights in order.
  ///   - activation: the function after every layer but the last; none for a linear network.
  /// - Throws: `NetworkError` if there is no layer or one does not take what the one before gives.
  public init(
    named name: String, layers: [Dense], activation: Activation?
  ) throws(NetworkError) {
    guard let first = layers.first else { throw NetworkError("the network has no layers") }
    var builder = Builder(input: Shape(vector: first.inputs))
    var last = Builder.input
    for (index, dense) in layers.enumerated() {
      let place = index + 1 == layers.count ? "output" : "hidden\(index + 1)"
      try builder.add(.dense(dense), named: place, reading: [last])
      last = place
      if let activation, index + 1 < layers.count {
        last = "\(place).\(activation.name)"
        try builder.add(.activation(activation), named: last, reading: [place])
      }
    }
    self = try builder.network(named: name, output: last)
  }
}
