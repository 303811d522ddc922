internal import Foundation

/// The specification: a network in plain double-precision loops, one sample at a time.
///
/// It is slow and easy to read. Whatever is fast is tested against it.
public struct ReferenceEngine: Sendable {
  /// The network it runs.
  public let network: Network

  /// An engine for a network.
  public init(_ network: Network) { self.network = network }

  /// The values of all nodes for one input.
  ///
  /// - Parameter input: `[inputCount]`, row-major.
  /// - Returns: one array for each node, in the network's order.
  /// - Complexity: O(multiply–accumulates + values).
  public func values(for input: [Double]) -> [[Double]] {
    precondition(input.count == network.inputCount, "an input of \(network.inputCount) numbers")
    var values: [[Double]] = [input]
    for node in network.nodes.dropFirst() {
      values.append(Reference.value(of: node, from: node.parents.map { values[$0] }))
    }
    return values
  }

  /// The output for one input.
  public func output(for input: [Double]) -> [Double] { values(for: input)[network.output] }

  /// The neurons of all layers for one input, in row order (see `Network.Layer`).
  public func neurons(for input: [Double]) -> [Double] {
    let values = values(for: input)
    return network.layers.flatMap { values[$0.nodes.last!] }
  }

  /// The gradients of a scalar with respect to the input and to all weights.
  package struct Pullback {
    /// With respect to each node's value, in the network's order; the first is the input's.
    package let nodes: [[Double]]
    /// With respect to the weights of each dense node and each convolution, by node index, in the order
    /// of `Dense.weight` and `Convolution.weight`.
    package let weights: [Int: [Double]]
    /// With respect to the biases of each of them, by node index.
    package let biases: [Int: [Double]]
  }

  /// The vector–Jacobian product: what a gradient at the output becomes further up.
  ///
  /// - Parameters:
  ///   - cotangent: `[outputCount]`, the scalar's gradient with respect to the output.
  ///   - values: what `values(for:)` returned.
  /// - Complexity: about twice that of `values(for:)`.
  package func pullback(of cotangent: [Double], at values: [[Double]]) -> Pullback {
    precondition(cotangent.count == network.outputCount, "one number for each output")
    var gradients = values.map { [Double](repeating: 0, count: $0.count) }
    gradients[network.output] = cotangent
    var weights: [Int: [Double]] = [:]
    var biases: [Int: [Double]] = [:]
    for (index, node) in network.nodes.enumerated().reversed() where index > 0 {
      let slopes = Reference.pullback(
        of: node, gradients[index], parents: node.parents.map { values[$0] }, value: values[index])
      for (parent, slope) in zip(node.parents, slopes.parents) {
        for place in slope.indices { gradients[parent][place] += slope[place] }
      }
      if let slope = slopes.weight { weights[index] = slope }
      if let slope = slopes.bias { biases[index] = slope }
    }
    return Pullback(nodes: gradients, weights: weights, biases: biases)
  }
}
