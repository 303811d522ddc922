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
      let parents = node.parents.map { values[$0] }
      values.append(value(of: node.operation, from: parents))
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
  public struct Pullback {
    /// With respect to each node's value, in the network's order; the first is the input's.
    public let nodes: [[Double]]
    /// With respect to the weights of each dense node, by node index, `[outputs × inputs]` row-
    /// major.
    public let weights: [Int: [Double]]
    /// With respect to the biases of each dense node, by node index.
    public let biases: [Int: [Double]]
  }

  /// The vector–Jacobian product: what a gradient at the output becomes further up.
  ///
  /// - Parameters:
  ///   - cotangent: `[outputCount]`, the scalar's gradient with respect to the output.
  ///   - values: what `values(for:)` returned.
  /// - Complexity: about twice that of `values(for:)`.
  public func pullback(of cotangent: [Double], at values: [[Double]]) -> Pullback {
    precondition(cotangent.count == network.outputCount, "one number for each output")
    var gradients = values.map { [Double](repeating: 0, count: $0.count) }
    gradients[network.output] = cotangent
    var weights: [Int: [Double]] = [:]
    var biases: [Int: [Double]] = [:]
    for (index, node) in network.nodes.enumerated().reversed() {
      let above = gradients[index]
      switch node.operation {
      case .input:
        break
      case .dense(let dense):
        let input = values[node.parents[0]]
        var slope = [Double](repeating: 0, count: dense.weight.count)
        for row in 0..<dense.outputs {
          for column in 0..<dense.inputs {
            let place = row * dense.inputs + column
            gradients[node.parents[0]][column] += Double(dense.weight[place]) * above[row]
            slope[place] = above[row] * input[column]
          }
        }
        weights[index] = slope
        biases[index] = above
      case .activation(let function):
        for place in above.indices {
          gradients[node.parents[0]][place] +=
            above[place] * function.derivative(output: values[index][place])
        }
      case .add:
        for parent in node.parents {
          for place in above.indices { gradients[parent][place] += above[place] }
        }
      case .flatten:
        for place in above.indices { gradients[node.parents[0]][place] += above[place] }
      case .softmax:
        let output = values[index]
        let mean = zip(output, above).reduce(0) { $0 + $1.0 * $1.1 }
        for place in above.indices {
          gradients[node.parents[0]][place] += output[place] * (above[place] - mean)
        }
      }
    }
    return Pullback(nodes: gradients, weights: weights, biases: biases)
  }

  private func value(of operation: Operation, from parents: [[Double]]) -> [Double] {
    switch operation {
    case .input:
      preconditionFailure("the input stands first and only there")
    case .dense(let dense):
      return (0..<dense.outputs).map { row in
        var sum = Double(dense.bias[row])
        for column in 0..<dense.inputs {
          sum += Double(dense.weight[row * dense.inputs + column]) * parents[0][column]
        }
        return sum
      }
    case .activation(let function):
      return parents[0].map { function($0) }
    case .add:
      return parents.dropFirst().reduce(parents[0]) { zip($0, $1).map { $0 + $1 } }
    case .flatten:
      return parents[0]
    case .softmax:
      let largest = parents[0].max() ?? 0
      let exponentials = parents[0].map { exp($0 - largest) }
      let sum = exponentials.reduce(0, +)
      return exponentials.map { $0 / sum }
    }
  }
}
