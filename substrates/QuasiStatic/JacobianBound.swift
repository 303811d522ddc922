internal import Networks

/// How much a layer can stretch a small change of what it reads, at most, whatever the values.
///
/// Infinite for products of neurons, and for functions without a steepest slope such as powers: their
/// Jacobians grow with what they are given.
enum JacobianBound {
  /// For each layer and each of its sources, a bound on the norm of ∂f/∂source.
  ///
  /// - Complexity: O(parameters) for each of the power iterations of matrices.
  static func gains(
    _ layers: [Network.Layer], of network: Network
  ) -> [[(source: Network.Layer.Source, gain: Double)]] {
    var owners: [Int: Network.Layer.Source] = [0: .input]
    for (index, layer) in layers.enumerated() { owners[layer.nodes.last!] = .layer(index) }
    return layers.map { layer in
      var sums: [Network.Layer.Source: Double] = [:]
      // Of each operation of the layer, the gain from its value to the layer's.
      var gains: [Int: Double] = [layer.nodes.last!: 1]
      for node in layer.nodes.reversed() {
        guard let behind = gains[node], behind > 0 else { continue }
        let factors = factors(of: node, in: network)
        for (parent, factor) in zip(network.nodes[node].parents, factors) where factor > 0 {
          let origin = network.origin(of: parent)
          if let owner = owners[origin] {
            sums[owner, default: 0] += behind * factor
          } else {
            gains[origin, default: 0] += behind * factor
          }
        }
      }
      return layer.sources.map { ($0, sums[$0] ?? 0) }
    }
  }

  /// A bound on the norm of an operation's Jacobian with respect to each parent.
  private static func factors(of index: Int, in network: Network) -> [Double] {
    let node = network.nodes[index]
    let length = Double(node.shape.dimensions.last ?? 1)
    let factor: Double =
      switch node.operation {
      case .input, .reshape, .add: 1
      case .dense(let dense): norm(dense)
      case .convolution(let convolution): norm(convolution)
      case .scale(let scale): scale.factors.map { Double($0.map(abs).max() ?? 0) } ?? 1
      case .activation(let function): function.lipschitzConstant
      case .prelu(let prelu): Double(max(1, prelu.slopes.map(abs).max() ?? 0))
      case .softmax: 0.5  // of diag(y) - y yᵀ
      // 1 - 1 yᵀ is a projection along 1, and as long as what it leaves out: √n |y|, |y| < 1.
      case .logSoftmax: length.squareRoot()
      // A projection over the deviation √(variance + ε).
      case .normalize(let epsilon): 1 / Double(epsilon).squareRoot()
      case .pool(let pool): norm(pool)
      case .multiply, .matrixProduct, .rearrange: .infinity
      }
    guard case .rearrange(let rearrangement) = node.operation else {
      return node.parents.map { _ in factor }
    }
    return norms(rearrangement, parents: node.parents.map { network.nodes[$0].shape.count })
  }

  /// The root of the product of the largest sum of magnitudes of a row and of a column, which no singular
  /// value exceeds.
  ///
  /// - Complexity: O(channels × positions × taps).
  private static func norm(_ convolution: Convolution) -> Double {
    // As the window has it; the transpose has the same norm.
    let window = convolution.window
    let (inputs, outputs) =
      convolution.isTransposed
      ? (convolution.outputChannels, convolution.inputChannels)
      : (convolution.inputChannels, convolution.outputChannels)
    let (below, above) = (inputs / convolution.groups, outputs / convolution.groups)
    let taps = window.tapCount
    var row = 0.0
    // Over the outputs of a group, for each input channel and tap.
    var columns = [Double](repeating: 0, count: inputs * taps)
    for output in 0..<outputs {
      var sum = 0.0
      for input in 0..<below {
        let first = (output / above * below + input) * taps
        for tap in 0..<taps {
          let size = Double(abs(convolution.weight[(output * below + input) * taps + tap]))
          sum += size
          columns[first + tap] += size
        }
      }
      row = max(row, sum)
    }
    // An input position is seen by some taps only, at each by one output position.
    let table = window.table()
    var column = 0.0
    for input in 0..<inputs {
      var sums = [Double](repeating: 0, count: window.inputCount)
      for (index, place) in table.enumerated() where place >= 0 {
        sums[Int(place)] += columns[input * taps + index % taps]
      }
      column = max(column, sums.max() ?? 0)
    }
    return (row * column).squareRoot()
  }

  /// The same of a pool, whose greatest value is that of one tap.
  private static func norm(_ pool: Pool) -> Double {
    let window = pool.window
    let table = window.table()
    let divisors = pool.divisors
    var row = 1.0
    var columns = [Double](repeating: 0, count: window.inputCount)
    for position in 0..<window.outputCount {
      let share = 1 / Double(divisors?[position] ?? 1)
      let seen = table[position * window.tapCount..<(position + 1) * window.tapCount].filter {
        $0 >= 0
      }
      for place in seen { columns[Int(place)] += share }
      if case .max = pool.kind { continue }
      row = max(row, share * Double(seen.count))
    }
    return (row * (columns.max() ?? 0)).squareRoot()
  }

  /// The root of the largest number of times that a number of each parent is used.
  private static func norms(_ rearrangement: Rearrangement, parents: [Int]) -> [Double] {
    var uses = [Int](repeating: 0, count: parents.reduce(0, +))
    for index in rearrangement.indices where index >= 0 { uses[Int(index)] += 1 }
    var start = 0
    return parents.map { count in
      defer { start += count }
      return Double(uses[start..<start + count].max() ?? 0).squareRoot()
    }
  }

  /// Of matrices with more weights a looser bound will do.
  private static let mostIteratedWeights = 1 << 22

  private static func norm(_ dense: Dense) -> Double {
    guard dense.weight.count > mostIteratedWeights else { return spectralNorm(dense) }
    var row = 0.0
    var columns = [Double](repeating: 0, count: dense.inputs)
    dense.weight.withUnsafeBufferPointer { weight in
      for output in 0..<dense.outputs {
        var sum = 0.0
        for input in 0..<dense.inputs {
          let size = Double(abs(weight[output * dense.inputs + input]))
          sum += size
          columns[input] += size
        }
        row = max(row, sum)
      }
    }
    return (row * (columns.max() ?? 0)).squareRoot()
  }

  /// The largest singular value of a weight matrix, by power iteration on WᵀW, and a percent more
  /// because the iteration ends from below.
  ///
  /// - Complexity: 60 products with the matrix and as many with its transpose.
  static func spectralNorm(_ dense: Dense) -> Double {
    var vector = (0..<dense.inputs).map { 1 + 0.1 * Double($0 % 7) }
    var norm = 0.0
    for _ in 0..<60 {
      var image = [Double](repeating: 0, count: dense.outputs)
      var back = [Double](repeating: 0, count: dense.inputs)
      dense.weight.withUnsafeBufferPointer { weight in
        for row in 0..<dense.outputs {
          var sum = 0.0
          for column in 0..<dense.inputs {
            sum += Double(weight[row * dense.inputs + column]) * vector[column]
          }
          image[row] = sum
          for column in 0..<dense.inputs {
            back[column] += Double(weight[row * dense.inputs + column]) * sum
          }
        }
      }
      let size = back.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard size > 0 else { return norm }
      norm = size.squareRoot()
      for index in back.indices { vector[index] = back[index] / size }
    }
    return 1.01 * norm
  }
}
