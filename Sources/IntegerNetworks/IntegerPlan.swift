internal import Networks

/// Writes the steps of an `IntegerNetwork`, layer by layer.
struct Plan {
  let input: Quantiser
  var quantisers: [Quantiser] = []
  var steps: [Step] = []
  var coarsenedRows = 0
  var accumulatorCount = 0
  /// Codes of the inputs and of the neurons so far.
  var codeCount: Int
  /// Codes that moved values and convolutions need at a time.
  var scratchCount = 0

  let network: Network
  let bits: Int
  let accumulatorBits: Int
  let scratchStart: Int
  /// What a later layer reads, by node: the input's and all finished layers' codes.
  var finished: [Int: Operand]
  /// What the layer at hand has taken so far.
  var usedAccumulators = 0
  var usedScratch = 0

  init(_ network: Network, input: Quantiser, bits: Int, accumulatorBits: Int) {
    self.network = network
    self.input = input
    self.bits = bits
    self.accumulatorBits = accumulatorBits
    codeCount = network.inputCount
    scratchStart = network.inputCount + network.neuronCount
    finished = [0: Operand(codesAt: 0, count: network.inputCount, input)]
  }

  /// Adds a layer.
  ///
  /// - Parameters:
  ///   - range: what its neurons hold.
  ///   - addresses: what its table has to cover, if it has one that asks for it.
  mutating func add(
    _ layer: Network.Layer, range: ClosedRange<Double>, addresses: ClosedRange<Double>?
  ) {
    let result = Quantiser(holding: range, bits: bits)
    var values = finished
    usedAccumulators = 0
    usedScratch = 0
    for index in layer.nodes {
      let node = network.nodes[index]
      let operands = node.parents.map { values[network.origin(of: $0)]! }
      let isLast = index == layer.nodes.last
      let reach = isLast ? max(abs(range.lowerBound), abs(range.upperBound)) : .infinity
      if let accumulated = accumulate(node, operands, reach: reach) {
        values[index] = accumulated
        if isLast { requantise(accumulated, result, within: result.codes) }
      } else if case .rearrange(let rearrangement) = node.operation {
        let target = isLast ? codeCount : scratch(node.shape.count)
        values[index] = move(
          rearrangement, node.parents.map { network.nodes[$0].shape.count }, operands, to: target)
      } else {
        precondition(isLast, "what gives codes ends a layer")
        finish(node, operands[0], range: range, addresses: addresses, result)
      }
    }
    finished[layer.nodes.last!] = Operand(codesAt: codeCount, count: layer.count, result)
    quantisers.append(result)
    codeCount += layer.count
    accumulatorCount = max(accumulatorCount, usedAccumulators)
    scratchCount = max(scratchCount, usedScratch)
  }

  /// Room for codes that are no neurons.
  mutating func scratch(_ count: Int) -> Int {
    defer { usedScratch += count }
    return scratchStart + usedScratch
  }

  /// Room for accumulators.
  mutating func accumulators(_ count: Int) -> Int {
    defer { usedAccumulators += count }
    return usedAccumulators
  }
}
