internal import DigitalPrices
internal import IntegerNetworks
internal import Networks
internal import Quantities
internal import SubstrateCore

/// The energy of an inference from a process's constants:
/// E = MACs (e_mult(b) + e_add(A)) + (neurons + additions) e_add(A) + comparisons e_add(b)
/// + Σ_memories (bits moved/64) e_memory.
///
/// A layer reads each number of what it reads once, however often it uses it: between uses, as at the
/// positions of a convolution, numbers stay in the array. Products of two neurons read both.
///
/// It is arithmetic and the memory that feeds it, not a chip: no requantisation multipliers, no
/// fetching of instructions, control, clock tree, wires, input, output or leakage. It does not
/// depend on the data or on the temperature.
struct EngineeringModel: Sendable {
  /// A memory chosen for something of a size.
  struct Choice: Sendable {
    let memory: Technology.Memory
    /// How many of it, where one does not hold it.
    let banks: Int

    /// In words.
    var name: String { banks == 1 ? memory.name : "\(banks) banks of \(memory.name)" }

    /// The smallest of some memories that holds so many bits, or as many of the largest as do.
    init(holding bits: Int, of memories: [Technology.Memory]) {
      let fitting = memories.first { memory in
        memory.capacity.map { $0.value >= Double(bits) } ?? true
      }
      memory = fitting ?? memories.last!
      banks = memory.capacity.map { max(1, Int((Double(bits) / $0.value).rounded(.up))) } ?? 1
    }

    /// Moving so many bits.
    func traffic(bits: Int) -> (energy: Joules, range: ClosedRange<Joules>?) {
      let words = Double(bits) / 64
      let range: ClosedRange<Joules>? =
        if let low = memory.energy.low, let high = memory.energy.high {
          words * low...words * high
        } else {
          nil
        }
      return (words * memory.energy.value, range)
    }
  }

  /// Where activations wait between layers.
  let activationMemory: Choice
  /// Where weights come from; none if they do not move.
  let weightMemory: Choice?
  /// Where each of the tables stands.
  let tableMemory: Choice

  private let configuration: Configuration
  private let counts: [Counts]

  /// What a layer does in one inference.
  fileprivate struct Counts: Sendable {
    let name: String
    let multiplyAccumulates: Int
    let neurons: Int
    /// Whether its neurons are registers of their own: not where all that happens is that numbers are
    /// read at other places.
    let isStored: Bool
    /// Whether they are rescaled to the layer's step: not what is only picked out of what is there.
    let isRescaled: Bool
    /// Neurons of all that it reads.
    let sources: Int
    /// Additions of the sums in it.
    var additions = 0
    /// Comparisons of max pools.
    var comparisons = 0
    var lookUps = 0
    var weightBits = 0
  }

  /// Counts operations and traffic.
  init(_ network: Network, layers: [Network.Layer], _ configuration: Configuration) {
    self.configuration = configuration
    let bits = configuration.bits
    counts = layers.map { Counts($0, network, layers, configuration) }
    let technology = configuration.technology
    activationMemory = Choice(
      holding: (counts.map(\.moved).max() ?? 0) * bits, of: technology.sram)
    let weightBits = counts.reduce(0) { $0 + $1.weightBits }
    weightMemory =
      switch configuration.weights {
      case .stationary: nil
      case .sram: Choice(holding: weightBits, of: technology.sram)
      case .dram: Choice(holding: weightBits, of: [technology.dram])
      }
    tableMemory = Choice(holding: bits << bits, of: technology.sram)
  }

  /// Enters every layer's energies, per inference.
  func ledger() -> Ledger {
    var ledger = Ledger()
    let (bits, wide) = (configuration.bits, configuration.accumulatorBits)
    let multiplication = configuration.technology.multiplication(bits: bits)
    let addition = configuration.technology.addition(bits: wide)
    let comparison = configuration.technology.addition(bits: bits)
    for layer in counts {
      func spend(_ mechanism: String, times count: Int, _ constant: Sourced<Joules>) {
        guard count > 0 else { return }
        ledger.spend(
          layer: layer.name, mechanism: mechanism, kind: .model, Double(count) * constant.value,
          source: constant.source, boundary: constant.boundary)
      }
      func move(_ mechanism: String, bits: Int, _ choice: Choice?) {
        guard bits > 0, let choice else { return }
        let (energy, range) = choice.traffic(bits: bits)
        ledger.spend(
          layer: layer.name, mechanism: mechanism, kind: .model, energy, range: range,
          source: choice.memory.energy.source, boundary: choice.memory.energy.boundary)
      }
      spend("multiply", times: layer.multiplyAccumulates, multiplication)
      spend("accumulate", times: layer.multiplyAccumulates, addition)
      spend("sum", times: layer.additions, addition)
      spend("compare", times: layer.comparisons, comparison)
      spend("activation", times: layer.isRescaled ? layer.neurons : 0, addition)
      move("activation table", bits: layer.lookUps * bits, tableMemory)
      move("activation memory", bits: layer.moved * bits, activationMemory)
      move("weight memory", bits: layer.weightBits, weightMemory)
    }
    return ledger
  }

  /// Time per inference: MACs/(lanes × clock), one multiply–accumulate per lane and cycle.
  ///
  /// A network without any takes a cycle for every `lanes` neurons, so that no inference is
  /// instantaneous.
  func latency() -> Seconds {
    let work = counts.reduce(0) { $0 + $1.multiplyAccumulates }
    let cycles =
      work > 0
      ? Double(work) / Double(configuration.lanes)
      : (Double(counts.reduce(0) { $0 + $1.neurons }) / Double(configuration.lanes)).rounded(.up)
    return Seconds(cycles: cycles, of: configuration.clock)
  }

  /// What the row says of where the weights are between uses.
  var reuse: String {
    switch (configuration.weights, weightMemory) {
    case (.stationary, _), (_, nil):
      "each weight stays at a multiplier of its own and never moves"
    case (_, let memory?):
      "each weight is read once per inference from \(memory.name)"
    }
  }

  /// What a reader must know of the memories.
  var warnings: [String] {
    var lines: [String] = []
    for (what, choice) in [("activations", activationMemory), ("weights", weightMemory)] {
      if let choice, choice.banks > 1 {
        lines.append(
          "the \(what) need \(choice.name); each access is charged as to one bank, without "
            + "the wires between them")
      }
    }
    if configuration.weights == .dram {
      lines.append(configuration.technology.dramRange)
    }
    return lines
  }
}

extension EngineeringModel.Counts {
  /// What happens in a layer.
  fileprivate init(
    _ layer: Network.Layer, _ network: Network, _ layers: [Network.Layer],
    _ configuration: Configuration
  ) {
    name = layer.name
    neurons = layer.count
    multiplyAccumulates = layer.nodes.reduce(0) { $0 + network.nodes[$1].multiplyAccumulates }
    sources = layer.sources.reduce(0) { sum, source in
      switch source {
      case .input: sum + network.inputCount
      case .layer(let index): sum + layers[index].count
      }
    }
    let last = network.lastOperation(of: layer)
    isStored = last.kind != .rearrange
    if case .pool(let pool) = last { isRescaled = pool.kind != .max } else { isRescaled = isStored }
    for index in layer.nodes { add(network.nodes[index], configuration) }
  }

  /// Numbers that are read and written.
  fileprivate var moved: Int { isStored ? sources + neurons : 0 }

  private mutating func add(_ node: Network.Node, _ configuration: Configuration) {
    let (bits, wide) = (configuration.bits, configuration.accumulatorBits)
    let count = node.shape.count
    switch node.operation {
    case .dense(let dense): weightBits += dense.weight.count * bits + dense.bias.count * wide
    case .convolution(let convolution):
      weightBits += convolution.weight.count * bits + convolution.bias.count * wide
    case .scale(let scale):
      weightBits += (scale.factors?.count ?? 0) * bits + (scale.offsets?.count ?? 0) * wide
      // With a factor it is part of the multiply–accumulate.
      if scale.factors == nil { additions += count }
    case .prelu(let prelu): weightBits += prelu.slopes.count * bits
    case .add: additions += (node.parents.count - 1) * count
    case .pool(let pool):
      let operations = IntegerPool.additions(of: pool, components: count)
      if pool.kind == .max { comparisons += operations } else { additions += operations }
    case .activation(let function): if function.isTabulated { lookUps += count }
    case .input, .multiply, .matrixProduct, .softmax, .logSoftmax, .normalize, .rearrange, .reshape:
      break
    }
  }
}
