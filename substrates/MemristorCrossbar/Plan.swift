internal import Networks
internal import SubstrateCore

/// A network as this machine runs it: matrices in crossbars, everything between them in digital.
struct Plan: Sendable {
  /// What becomes of a node.
  enum Step: Sendable {
    /// A read of crossbars, by its place among them.
    case crossbar(Int)
    /// A kernel of one value.
    case digital(ForwardEngine<Float>)
    /// Sums, products and wires of several values.
    case combination
    /// The value it reads, under another name; of the first node the samples.
    case name
  }

  let network: Network
  /// What becomes of each node.
  let steps: [Step]
  /// The matrices.
  let operations: [CrossbarOperation]
  /// All rows of weights of all matrices: each has a number of its own.
  let rows: Int
  /// The node behind which each node's value is not read any more.
  let lastReaders: [Int]

  /// Plans a network.
  ///
  /// - Throws: `Refusal` of reason `operation`, by name, for what the card refuses, and for a network without a
  ///   matrix, of which no array would be read.
  init(_ network: Network, on card: Card) throws(Refusal) {
    self.network = network
    var steps: [Step] = [.name]
    var operations: [CrossbarOperation] = []
    var rows = 0
    for (index, node) in network.nodes.enumerated().dropFirst() {
      if case .refused(let reason) = card.meaning(node.operation.kind) {
        throw Refusal(
          .operation,
          "operation '\(node.name)' (\(node.operation.name)) is none of a memristor crossbar's; "
            + "\(reason); "
            + "leave it out or choose another substrate")
      }
      switch node.operation {
      case .dense, .convolution:
        let operation = CrossbarOperation(network, node: index, firstRow: rows)!
        rows += operation.groups * operation.sums
        steps.append(.crossbar(operations.count))
        operations.append(operation)
      case .add, .multiply, .rearrange: steps.append(.combination)
      case .input, .reshape: steps.append(.name)
      case .scale, .activation, .prelu, .softmax, .logSoftmax, .pool, .matrixProduct, .normalize:
        steps.append(
          .digital(Self.engine(for: node, reading: network.nodes[node.parents[0]].shape)))
      }
    }
    guard !operations.isEmpty else {
      throw Refusal(
        .operation,
        "network '\(network.name)' has no matrix and no convolution that a memristor crossbar could hold; "
          + "leave this substrate out")
    }
    self.steps = steps
    self.operations = operations
    self.rows = rows
    var lastReaders = Array(network.nodes.indices)
    for (index, node) in network.nodes.enumerated() where !node.operation.isNaming {
      for parent in node.parents { lastReaders[network.origin(of: parent)] = index }
    }
    lastReaders[network.origin(of: network.output)] = network.nodes.count
    self.lastReaders = lastReaders
  }

  /// The forward pass of one node alone.
  private static func engine(for node: Network.Node, reading shape: Shape) -> ForwardEngine<Float> {
    do {
      var builder = Network.Builder(input: shape)
      try builder.add(node.operation, named: node.name, reading: [Network.Builder.input])
      return ForwardEngine(try builder.network(named: node.name, output: node.name))
    } catch {
      preconditionFailure("a node that was in a network: \(error)")
    }
  }

  /// Numbers of the node that reads most, and of the patches of convolutions.
  var largestPatch: Int { operations.reduce(1) { max($0, $1.fanIn) } }
  /// Sums of the widest read.
  var mostSums: Int { operations.reduce(1) { max($0, $1.sums) } }
}
