internal import Networks

/// The quasi-static network as a physical system: H(x | u)/(k_B T) = Σ_v (K_v/2)(x_v -
/// f_v(parents))².
///
/// Its one stationary point is the forward pass, where H = 0. With friction γ_v = κ_v τ0 its
/// overdamped motion is, in time counted in τ0, dx_l/dt = -r_l + (1/K_l) Σ_children Jᵀ K_c r_c,
/// with the residual r = x - f(parents). Layers with K = 0 are left out: they stand still and pull
/// at nothing.
struct Landscape: Sendable {
  let engine: LayerEngine<Double>
  /// K of each layer.
  let stiffness: [Double]
  /// No relaxation rate, times τ0, exceeds this, whatever the state.
  let rateBound: Double

  init(_ engine: LayerEngine<Double>, stiffness: [Double]) {
    self.engine = engine
    self.stiffness = stiffness
    rateBound = Self.rateBound(engine, stiffness)
  }

  /// Rates are the eigenvalues of A'ᵀA' with A' = 1 - S J S⁻¹ and S = diag √K, so none exceeds
  /// (1 + |S J S⁻¹|)². The norm of the matrix of its blocks' norms is at least its own, and the
  /// geometric mean of the largest row sum and the largest column sum is at least that.
  private static func rateBound(_ engine: LayerEngine<Double>, _ stiffness: [Double]) -> Double {
    let count = engine.layers.count
    var rows = [Double](repeating: 0, count: count)
    var columns = rows
    for (target, layer) in engine.layers.enumerated() {
      for (source, gain) in JacobianBound.gains(of: layer, in: engine.network) {
        guard case .layer(let index) = source, stiffness[index] > 0 else { continue }
        let norm = gain * (stiffness[target] / stiffness[index]).squareRoot()
        rows[target] += norm
        columns[index] += norm
      }
    }
    let norm = ((rows.max() ?? 0) * (columns.max() ?? 0)).squareRoot()
    return (1 + norm) * (1 + norm)
  }
}

/// How much a layer can stretch a small change of what it reads, at most.
enum JacobianBound {
  /// For each source of a layer, a bound on the norm of ∂f/∂source, whatever the values.
  static func gains(
    of layer: Network.Layer, in network: Network
  ) -> [(source: Network.Layer.Source, gain: Double)] {
    var owners: [Int: Network.Layer.Source] = [0: .input]
    for (index, other) in network.layers.enumerated() { owners[other.nodes.last!] = .layer(index) }
    var sums: [Network.Layer.Source: Double] = [:]
    func descend(_ node: Int, _ gain: Double) {
      let operation = network.nodes[node].operation
      let factor =
        switch operation {
        case .dense(let dense): spectralNorm(dense)
        case .activation(let function): function.lipschitzConstant
        case .softmax: 0.5  // of diag(y) - y yᵀ
        case .add, .reshape, .input: 1.0
        default: Double.infinity
        }
      for parent in network.nodes[node].parents {
        let origin = network.origin(of: parent)
        if !layer.nodes.contains(origin), let owner = owners[origin] {
          sums[owner, default: 0] += gain * factor
        } else {
          descend(origin, gain * factor)
        }
      }
    }
    descend(layer.nodes.last!, 1)
    return layer.sources.map { ($0, sums[$0] ?? 0) }
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
