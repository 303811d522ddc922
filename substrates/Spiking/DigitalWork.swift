internal import Networks

/// What is done once an inference in digital, for a layer: what follows from the inputs without a threshold, and
/// becomes a constant current.
struct DigitalWork: Sendable {
  var multiplyAccumulates = 0
  /// Additions beyond those: of biases, of sums and of pools.
  var additions = 0
  /// Comparisons of maxima.
  var comparisons = 0
  /// Constants that are read, weights among them.
  var constants = 0
  /// Numbers that are read and written, each once.
  var numbers = 0

  /// The work of some of a network's operations.
  init(_ nodes: [Int], of network: Network) {
    for index in nodes {
      let node = network.nodes[index]
      let count = node.shape.count
      let before = (multiplyAccumulates, additions, comparisons)
      multiplyAccumulates += node.multiplyAccumulates
      constants += node.multiplyAccumulates
      switch node.operation {
      case .dense, .convolution:
        additions += count
        constants += count
      case .scale(let scale) where scale.offsets != nil:
        additions += count
        constants += count
      case .add: additions += (node.parents.count - 1) * count
      case .pool(let pool):
        let operands = pool.window.divisors(countingPadding: false).reduce(0, +)
        let steps = count / pool.window.outputCount * (operands - pool.window.outputCount)
        if pool.kind == .max { comparisons += steps } else { additions += steps }
        // The share of a mean.
        if pool.kind == .mean { multiplyAccumulates += count }
      default: break
      }
      if before != (multiplyAccumulates, additions, comparisons) {
        numbers += count + node.parents.reduce(0) { $0 + network.nodes[$1].shape.count }
      }
    }
  }

  /// All operations.
  var operations: Int { multiplyAccumulates + additions + comparisons }
}
