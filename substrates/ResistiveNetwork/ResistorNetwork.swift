internal import StochasticThermodynamics

/// Any network of conductances between nodes and sources, its nodes held between bounds by ideal diodes: currents
/// run both ways, no amplifier stands between.
///
/// It settles where its co-content (1/2) Σ g (v_a - v_b)² is least within the bounds: half the power, as all
/// branches are linear. The layers of the substrate are such networks in which no conductance joins two nodes.
struct ResistorNetwork: Sendable {
  /// An end of a conductance.
  enum Terminal: Hashable, Sendable {
    /// A node, by its place.
    case node(Int)
    /// A source of this voltage.
    case source(Double)
  }

  /// A conductance between two ends.
  struct Branch: Sendable {
    let from: Terminal
    let to: Terminal
    /// In siemens; a node's sum must be positive, a single one need not be.
    var conductance: Double
  }

  /// Where diodes hold each node.
  let bounds: [ClosedRange<Double>]
  /// All conductances.
  var branches: [Branch]

  /// Voltages of least co-content, node by node: each goes to where its neighbours put it, over and over until none
  /// moves any more.
  ///
  /// - Complexity: O(branches) a round; the rounds needed go with the ratio of the slowest to the quickest mode.
  func settled() -> [Double] {
    var voltages = bounds.map { min(max(0, $0.lowerBound), $0.upperBound) }
    var around: [[(other: Terminal, conductance: Double)]] = bounds.map { _ in [] }
    for branch in branches {
      for (one, other) in [(branch.from, branch.to), (branch.to, branch.from)] {
        if case .node(let place) = one { around[place].append((other, branch.conductance)) }
      }
    }
    for _ in 0..<100_000 {
      var greatest = 0.0
      for place in voltages.indices where !around[place].isEmpty {
        var (current, sum) = (0.0, 0.0)
        for (other, conductance) in around[place] {
          current += conductance * voltage(of: other, voltages)
          sum += conductance
        }
        let next = ClippedNode(
          mean: current / sum, lower: bounds[place].lowerBound, upper: bounds[place].upperBound
        ).settled
        greatest = max(greatest, abs(next - voltages[place]) / max(abs(next), 1e-300))
        voltages[place] = next
      }
      if greatest < 1e-15 { break }
    }
    return voltages
  }

  /// What all conductances dissipate at some voltages, in watts for volts and siemens.
  func power(at voltages: [Double]) -> Double {
    branches.indices.reduce(0) { $0 + branches[$1].conductance * squaredDrop($1, at: voltages) }
  }

  /// Half of it: what the settled state makes least.
  func coContent(at voltages: [Double]) -> Double { power(at: voltages) / 2 }

  /// (v_a - v_b)² over a branch: twice the derivative of the co-content by its conductance.
  func squaredDrop(_ branch: Int, at voltages: [Double]) -> Double {
    let drop =
      voltage(of: branches[branch].from, voltages) - voltage(of: branches[branch].to, voltages)
    return drop * drop
  }

  /// L with C dv/dt = -L v + currents of sources, for nodes that no diode holds, `[nodes][nodes]`.
  var conductanceMatrix: [[Double]] {
    var matrix = bounds.map { _ in [Double](repeating: 0, count: bounds.count) }
    for branch in branches {
      for (one, other) in [(branch.from, branch.to), (branch.to, branch.from)] {
        guard case .node(let row) = one else { continue }
        matrix[row][row] += branch.conductance
        if case .node(let column) = other { matrix[row][column] -= branch.conductance }
      }
    }
    return matrix
  }

  /// The least eigenvalue of that matrix with its mode: after ln(1/ε) C/λ the slowest mode is left by ε, every other
  /// by less.
  var slowestMode: (conductance: Double, shape: [Double]) {
    let modes = symmetricEigenvectors(of: conductanceMatrix)
    return (modes.values[0], modes.vectors[0])
  }

  private func voltage(of terminal: Terminal, _ voltages: [Double]) -> Double {
    switch terminal {
    case .node(let place): voltages[place]
    case .source(let voltage): voltage
    }
  }
}

// MARK: Equilibrium propagation

extension ResistorNetwork {
  /// The same with conductances β from some nodes to sources at their targets, which adds β times the loss
  /// (1/2) Σ (v - target)² to the co-content.
  func nudged(_ targets: [Int: Double], by beta: Double) -> ResistorNetwork {
    var network = self
    for (node, target) in targets.sorted(by: { $0.key < $1.key }) {
      network.branches.append(
        Branch(from: .node(node), to: .source(target), conductance: beta))
    }
    return network
  }

  /// (1/2) Σ (v - target)² of the settled state.
  func loss(_ targets: [Int: Double]) -> Double {
    let voltages = settled()
    return targets.sorted(by: { $0.key < $1.key }).reduce(0) {
      $0 + 0.5 * (voltages[$1.key] - $1.value) * (voltages[$1.key] - $1.value)
    }
  }

  /// ∂loss/∂g of every conductance from two settled states: [(Δv)²(β) - (Δv)²(-β)]/(4β), good to order β².
  ///
  /// - Source: B. Scellier and Y. Bengio (2017); J. Kendall et al., arXiv:2006.01981.
  func gradient(_ targets: [Int: Double], beta: Double) -> [Double] {
    let above = nudged(targets, by: beta).settled()
    let below = nudged(targets, by: -beta).settled()
    return branches.indices.map {
      (squaredDrop($0, at: above) - squaredDrop($0, at: below)) / (4 * beta)
    }
  }
}
