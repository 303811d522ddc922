import Foundation
import Networks

/// How far rounding can carry each output of each sample from the reference: the documentation's rules,
/// written anew. Every number's error is bounded and the bounds sent through the network.
func roundingBounds(
  _ network: Network, _ samples: Samples, bits: Int
) throws -> [[Double]] {
  let engine = ReferenceEngine(network)
  let values = (0..<samples.count).map { engine.values(for: samples[$0].map { Double($0) }) }
  let steps = tensorSteps(network, values, bits: bits)
  let stored = Set(network.layers.map { $0.nodes.last! })
  return try values.map { values in
    var errors = [values[0].map { _ in 1.001 * steps[0] }]
    for (index, node) in network.nodes.enumerated().dropFirst() {
      var error = try roundingError(
        of: node, network, parents: node.parents.map { (values[$0], errors[$0], steps[$0]) },
        value: values[index], step: steps[index], bits: bits)
      // Rounded by half a step and clipped by another half at most; multipliers' own errors are far
      // smaller.
      if stored.contains(index) { error = error.map { $0 + 1.001 * steps[index] } }
      errors.append(error)
    }
    return errors[network.output]
  }
}

/// The step of each node's value if it is held in codes; what wires join has the widest range of all.
private func tensorSteps(
  _ network: Network, _ values: [[[Double]]], bits: Int
) -> [Double] {
  var ranges = network.nodes.indices.map { node -> ClosedRange<Double> in
    let all: [Double] = [0] + values.flatMap { $0[node] }
    return all.min()!...all.max()!
  }
  // As often as it takes for what is joined to have one range.
  for _ in network.nodes {
    for (index, node) in network.nodes.enumerated() {
      switch node.operation {
      case .rearrange, .reshape: break
      case .pool(let pool) where pool.kind == .max: break
      default: continue
      }
      let joined = [index] + node.parents
      let low = joined.map { ranges[$0].lowerBound }.min()!
      let high = joined.map { ranges[$0].upperBound }.max()!
      for place in joined { ranges[place] = low...high }
    }
  }
  return ranges.map { ($0.upperBound - $0.lowerBound) / Double((1 << bits) - 1) }
}

private typealias Operand = (value: [Double], error: [Double], step: Double)

private func roundingError(
  of node: Network.Node, _ network: Network, parents: [Operand], value: [Double], step: Double,
  bits: Int
) throws -> [Double] {
  let (x, e, inputStep) = parents[0]
  let last = node.shape.dimensions.last ?? 1
  /// An operation on what the node's first parent holds.
  func applied(_ operation: Networks.Operation, to numbers: [Double]) throws -> [Double] {
    var builder = Network.Builder(input: network.nodes[node.parents[0]].shape)
    try builder.add(operation, named: "it", reading: [Network.Builder.input])
    return ReferenceEngine(try builder.network(named: "alone", output: "it")).output(for: numbers)
  }
  /// Σ |W| e, and half a unit of the weights for each input and for the bias.
  func linear(
    _ weight: [Float], rows: Int,
    _ build: (_ weight: [Float], _ bias: [Float]) throws ->
      Networks.Operation
  ) throws -> [Double] {
    let columns = weight.count / rows
    let units = (0..<rows).map { row in
      weight[row * columns..<(row + 1) * columns].map(abs).max()! / Float((1 << (bits - 1)) - 1)
    }
    let carried = try applied(build(weight.map(abs), units.map { _ in 0 }), to: e)
    let rounded = try applied(
      build(
        units.flatMap { Array(repeating: $0 / 2, count: columns) },
        units.map { $0 * Float(inputStep) / 2 }), to: zip(x, e).map { abs($0) + $1 })
    return zip(carried, rounded).map { ($0 + $1) * (1 + 1e-6) }
  }
  switch node.operation {
  case .input: preconditionFailure("stands first")
  case .dense(let dense):
    return try linear(dense.weight, rows: dense.outputs) {
      .dense(try Dense(inputs: dense.inputs, weight: $0, bias: $1))
    }
  case .convolution(let convolution):
    return try linear(convolution.weight, rows: convolution.outputChannels) {
      .convolution(
        try Convolution(
          convolution.window, inputChannels: convolution.inputChannels,
          outputChannels: convolution.outputChannels, groups: convolution.groups, weight: $0,
          bias: $1))
    }
  case .scale(let scale): return e.indices.map { abs(scale.factor(of: $0)) * e[$0] }
  case .prelu(let prelu): return e.indices.map { max(1, abs(prelu.slope(of: $0))) * e[$0] }
  case .activation(let function):
    return e.map { function.lipschitzConstant * ($0 + inputStep) + step / 4 }
  case .add: return e.indices.map { place in parents.reduce(0) { $0 + $1.error[place] } }
  case .multiply:
    let (y, f) = (parents[1].value, parents[1].error)
    return e.indices.map { abs(x[$0]) * f[$0] + abs(y[$0]) * e[$0] + e[$0] * f[$0] }
  case .matrixProduct:
    let (y, f) = (parents[1].value, parents[1].error)
    let (k, n) = (node.multiplyAccumulates / node.shape.count, last)
    let m = node.shape.dimensions[node.shape.dimensions.count - 2]
    return value.indices.map { place in
      (0..<k).reduce(0) { sum, inner in
        let (a, b) = (place / n * k + inner, (place / (m * n) * k + inner) * n + place % n)
        return sum + abs(x[a]) * f[b] + abs(y[b]) * e[a] + e[a] * f[b]
      }
    }
  case .softmax:
    // |∂y_i/∂x_j| ≤ y_i (δ_ij + y_j), with y no larger than by exp(2E) on the way; a quarter of a step
    // for what is cut off.
    return value.indices.map { place in
      let run = place / last * last..<(place / last + 1) * last
      let growth = exp(2 * e[run].max()!)
      let mean = run.reduce(0) { $0 + value[$1] * growth * e[$1] }
      return min(value[place] * growth * (e[place] + mean), 1) + step / 4
    }
  case .logSoftmax:
    return value.indices.map { e[$0] + e[$0 / last * last..<($0 / last + 1) * last].max()! }
  case .normalize(let epsilon):
    // |dy_i| ≤ (|dx_i| + <|dx|> + |y_i| max |dx|)/deviation, which itself moves by E at most.
    return value.indices.map { place in
      let run = place / last * last..<(place / last + 1) * last
      let mean = x[run].reduce(0, +) / Double(last)
      let variance = x[run].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(last)
      let largest = e[run].max()!
      let deviation = (variance + Double(epsilon)).squareRoot() - largest
      let bound = 2 * Double(last).squareRoot()
      guard deviation > largest else { return bound }
      let reach = (abs(x[place] - mean) + 2 * largest) / deviation
      return min((e[place] + (1 + reach) * largest) / deviation, bound)
    }
  case .pool: return try applied(node.operation, to: e)
  case .rearrange(let rearrangement):
    let all = parents.flatMap(\.error)
    // A constant that is a code's neighbour.
    return rearrangement.indices.map { $0 >= 0 ? all[Int($0)] : inputStep }
  case .reshape: return e
  }
}
