internal import Networks
internal import Quantities
internal import SubstrateCore
internal import Parameters

/// The values of the card's parameters.
struct Configuration: Hashable, Sendable {
  /// Where weights rest between inferences.
  enum WeightStore: String, CaseIterable, Sendable {
    /// Beside their multipliers, one weight each.
    case stationary
    /// In on-chip memory.
    case sram
    /// In off-chip memory.
    case dram
  }

  /// Bits of a weight and of a neuron.
  let bits: Int
  /// Bits of an accumulator and of a bias.
  let accumulatorBits: Int
  /// The process whose energies are used.
  let technology: Technology
  /// Where weights rest.
  let weights: WeightStore
  /// Cycles per second.
  let clock: Hertz
  /// Multiply–accumulates per cycle.
  let lanes: Int

  init(_ settings: Settings) {
    bits = Int(settings.number("bits")!)
    accumulatorBits = settings.number("accumulator-bits").map { Int($0) } ?? (bits <= 8 ? 32 : 64)
    technology = Technology.all.first { $0.name == settings.word("technology") }!
    weights = WeightStore(rawValue: settings.word("weights")!)!
    clock = Hertz(settings.number("clock")!)
    lanes = Int(settings.number("lanes")!)
  }

  /// Why a node cannot be computed without overflow, if it cannot.
  func refusal(of node: Network.Node) -> Refusal? {
    let needed: Int
    let operands: String
    switch node.operation {
    case .dense(let dense):
      needed = IntegerMatrix.accumulatorBits(bits: bits, fanIn: dense.inputs)
      operands = "a fan-in of \(dense.inputs)"
    case .convolution(let convolution):
      let fanIn = IntegerConvolution.fanIn(of: convolution)
      needed = IntegerMatrix.accumulatorBits(bits: bits, fanIn: fanIn)
      operands = "a fan-in of \(fanIn)"
    case .multiply:
      needed = IntegerProduct.accumulatorBits(bits: bits, inner: 1)
      operands = "a product"
    case .matrixProduct:
      let inner = node.multiplyAccumulates / node.shape.count
      needed = IntegerProduct.accumulatorBits(bits: bits, inner: inner)
      operands = "an inner length of \(inner)"
    case .pool(let pool) where pool.kind != .max:
      needed = IntegerPool.accumulatorBits(bits: bits, taps: pool.window.tapCount)
      operands = "a window of \(pool.window.tapCount)"
    case .add:
      // The bits of the operands, kept whole, and as many more as the sum can grow by; see
      // `Plan.sumStep`.
      needed = bits + 2 + ceilingOfLog2(node.parents.count)
      operands = "\(node.parents.count) operands"
    case .scale:
      // The sum of a product and an offset.
      needed = bits + 2 + 1
      operands = "a product and an offset"
    case .input, .activation, .prelu, .pool, .softmax, .logSoftmax, .normalize, .rearrange,
      .reshape:
      return nil
    }
    guard needed > accumulatorBits else { return nil }
    return Refusal(
      .precision,
      "'\(node.name)' could overflow its accumulator; \(operands) at \(bits) bits needs "
        + "\(needed) bits and accumulator-bits is \(accumulatorBits); "
        + "raise accumulator-bits or lower bits")
  }
}
