internal import IntegerNetworks
internal import Networks

/// What one run of a layer takes: gates that are charged and discharged, ramps one behind another, and
/// what its register holds.
struct LayerWork: Hashable, Sendable {
  let name: String
  /// Gates, each a pair of rails; all of them are there at once.
  private(set) var gates = 0
  /// Gates one behind another.
  let depth: Int
  /// Of the layer's neurons.
  let registerBits: Int
  /// Cells that hold its weights and biases.
  private(set) var weightBits = 0

  /// Ramps of a run: each gate in its turn, the register, and all gates back in reverse.
  var ramps: Int { 2 * depth + 1 }

  /// Ramps of single nodes in a run: each gate up and down, the register's bits one way.
  var transitions: Int { 2 * gates + registerBits }

  /// Counts what is in a layer.
  ///
  /// - Parameter multiplyAccumulate: gates of a multiply–accumulate.
  init(
    _ layer: Network.Layer, of network: Network, _ toolbox: Toolbox, multiplyAccumulate: Int
  ) {
    name = layer.name
    registerBits = layer.count * toolbox.bits
    var counter = Counter(toolbox: toolbox, multiplyAccumulate: multiplyAccumulate)
    var arrivals: [Int: [Int]] = [:]
    for index in layer.nodes {
      let node = network.nodes[index]
      let operands = node.parents.map {
        arrivals[network.origin(of: $0)] ?? toolbox.fromRegister
      }
      arrivals[index] = counter.add(node, operands)
    }
    let last = layer.nodes.last!
    let end = counter.finish(network.nodes[last], arrivals[last]!)
    depth = end.max() ?? 0
    gates = counter.gates
    weightBits = counter.weightBits
  }
}

/// Adds up gates and says when results have arrived.
private struct Counter {
  let toolbox: Toolbox
  let multiplyAccumulate: Int
  var gates = 0
  var weightBits = 0

  private var rescaling: Int { toolbox.rescaler.gateCount + toolbox.adder.gateCount }

  /// An operation inside a layer, before its result is a code.
  mutating func add(_ node: Network.Node, _ operands: [[Int]]) -> [Int] {
    let count = node.shape.count
    let (bits, wide) = (toolbox.bits, toolbox.accumulatorBits)
    switch node.operation {
    case .dense(let dense):
      weightBits += dense.weight.count * bits + dense.bias.count * wide
      return multiply(node, operands[0], toolbox.fromRegister, hasBias: true)
    case .convolution(let convolution):
      weightBits += convolution.weight.count * bits + convolution.bias.count * wide
      return multiply(node, operands[0], toolbox.fromRegister, hasBias: true)
    case .multiply, .matrixProduct:
      return multiply(node, operands[0], operands[1], hasBias: false)
    case .scale(let scale):
      weightBits += (scale.factors?.count ?? 0) * bits + (scale.offsets?.count ?? 0) * wide
      gates += count * rescaling
      return toolbox.rescaled(operands[0])
    case .add:
      gates += count * (operands.count * rescaling + (operands.count - 1) * toolbox.adder.gateCount)
      // As if all arrived with the latest, bit by bit.
      let rescaled = operands.map { toolbox.rescaled($0) }
      let latest = rescaled[0].indices.map { place in rescaled.map { $0[place] }.max()! }
      return toolbox.sum(latest, count: operands.count)
    case .pool(let pool):
      let operations = IntegerPool.additions(of: pool, components: count)
      let taps = pool.window.tapCount
      guard pool.kind != .max else {
        gates += operations * toolbox.greater.gateCount
        return toolbox.greatest(operands[0], count: taps)
      }
      gates += operations * toolbox.adder.gateCount
      return toolbox.sum(operands[0], count: taps)
    case .prelu(let prelu):
      weightBits += prelu.slopes.count * bits
      return operands[0]
    case .input, .activation, .softmax, .logSoftmax, .normalize, .reshape: return operands[0]
    case .rearrange:
      // Wires; some may come from inside the layer.
      let latest = operands.map { $0.max() ?? 0 }.max() ?? 0
      return Array(repeating: latest, count: bits)
    }
  }

  private mutating func multiply(
    _ node: Network.Node, _ left: [Int], _ right: [Int], hasBias: Bool
  ) -> [Int] {
    gates += node.multiplyAccumulates * multiplyAccumulate
    let count = max(node.shape.count, 1)
    let inner = (node.multiplyAccumulates + count - 1) / count
    return toolbox.sum(toolbox.product(left, right), count: inner + (hasBias ? 1 : 0))
  }

  /// The way from a layer's last operation to its register.
  mutating func finish(_ node: Network.Node, _ value: [Int]) -> [Int] {
    let count = node.shape.count
    let choice = toolbox.choice.gateCount
    func saturated(_ number: [Int]) -> [Int] { toolbox.saturation.arrivals(number) }
    /// One of two numbers by the sign of the accumulator.
    func chosen(_ number: [Int]) -> [Int] {
      toolbox.choice.arrivals([number.last!] + number + number)
    }
    let stored = count * (rescaling + toolbox.saturation.gateCount)
    switch node.operation {
    case .rearrange, .input, .reshape, .softmax, .logSoftmax, .normalize: return value
    case .pool(let pool) where pool.kind == .max: return value
    case .dense, .convolution, .scale, .add, .multiply, .matrixProduct, .pool:
      gates += stored
      return saturated(toolbox.rescaled(value))
    case .prelu:
      gates += stored + count * (rescaling + choice)
      return saturated(chosen(toolbox.rescaled(value)))
    case .activation(let function):
      switch function {
      case .relu:
        // Below 0 the code of 0, a constant: a gate for each bit.
        gates += stored + count * toolbox.bits
        return saturated(toolbox.rescaled(value)).map { $0 + 1 }
      case .clip:
        gates += stored + 2 * count * toolbox.greater.gateCount
        return toolbox.greatest(saturated(toolbox.rescaled(value)), count: 4)
      case .leakyReLU, .absolute:
        gates += stored + count * (rescaling + choice)
        return saturated(chosen(toolbox.rescaled(value)))
      default:
        precondition(function.isTabulated, "clamps and multipliers have been dealt with")
        gates += stored + count * toolbox.table
        let last = saturated(toolbox.rescaled(value)).max() ?? 0
        return Array(repeating: last + toolbox.tableDepth, count: toolbox.bits)
      }
    }
  }
}
