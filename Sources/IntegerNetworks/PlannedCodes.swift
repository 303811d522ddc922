internal import Networks

// Operations that leave codes.

extension Plan {
  /// Codes moved to other places; a constant's is that of the nearest number that has one.
  mutating func move(
    _ rearrangement: Rearrangement, _ counts: [Int], _ operands: [Operand], to target: Int
  ) -> Operand {
    let quantiser = operands[0].codes.quantiser
    precondition(
      operands.allSatisfy { $0.codes.quantiser == quantiser }, "wires join codes of one step")
    var constants: [Int: Int] = [:]
    var held: [UInt16] = []
    var starts = [0]
    for count in counts { starts.append(starts.last! + count) }
    var known: [Int: Double] = [:]
    var parent = 0
    var sources: [Int32] = []
    sources.reserveCapacity(rearrangement.indices.count)
    // Constants stand in front, so that moving has no cases.
    let distinct = Set(rearrangement.indices.lazy.filter { $0 < 0 }).sorted(by: >)
    let place = scratch(distinct.count)
    for (offset, index) in distinct.enumerated() {
      constants[-1 - Int(index)] = place + offset
      held.append(quantiser.code(of: Double(rearrangement.constants[-1 - Int(index)])))
    }
    for (component, index) in rearrangement.indices.enumerated() {
      guard index >= 0 else {
        let constant = -1 - Int(index)
        let value = Double(rearrangement.constants[constant])
        if abs(quantiser.number(of: quantiser.code(of: value)) - value) > quantiser.step {
          known[component] = value
        }
        sources.append(Int32(constants[constant]!))
        continue
      }
      while Int(index) < starts[parent] { parent -= 1 }
      while Int(index) >= starts[parent + 1] { parent += 1 }
      let offset = Int(index) - starts[parent]
      if let value = operands[parent].known[offset] { known[component] = value }
      sources.append(Int32(operands[parent].codes.start + offset))
    }
    if !held.isEmpty { steps.append(.hold(held, to: place)) }
    steps.append(.move(sources, to: target))
    return Operand(codesAt: target, count: sources.count, quantiser, known: known)
  }

  mutating func finish(
    _ node: Network.Node, _ operand: Operand, range: ClosedRange<Double>,
    addresses: ClosedRange<Double>?, _ result: Quantiser
  ) {
    func real(_ kind: RealFunction.Kind) -> Step {
      let (start, quantiser) = operand.codes
      return .real(
        RealFunction(
          kind: kind, length: node.shape.dimensions.last ?? 1, components: node.shape.count,
          operand: quantiser, result: result, known: operand.known), from: start, to: codeCount)
    }
    switch node.operation {
    case .activation(let function):
      apply(function, to: operand, range: range, addresses: addresses, result)
    case .prelu(let prelu):
      leak(operand, result) { prelu.slope(of: $0) }
    case .pool(let pool):
      precondition(operand.codes.quantiser == result, "what is picked out keeps its step")
      steps.append(
        .greatest(
          IntegerPool(pool), components: node.shape.count, from: operand.codes.start,
          to: codeCount))
    case .softmax: steps.append(real(.softmax))
    case .logSoftmax: steps.append(real(.logSoftmax))
    case .normalize(let epsilon): steps.append(real(.normalize(epsilon: Double(epsilon))))
    case .input, .dense, .convolution, .scale, .add, .multiply, .matrixProduct, .rearrange,
      .reshape:
      preconditionFailure("leaves accumulators, or moves codes")
    }
  }

  private mutating func apply(
    _ function: Activation, to operand: Operand, range: ClosedRange<Double>,
    addresses: ClosedRange<Double>?, _ result: Quantiser
  ) {
    switch function {
    case .relu:
      requantise(operand, result, within: result.zero...result.top)
    case .clip(let lower, let upper):
      // Where the two cross the upper one holds.
      let high = Int(result.code(of: Double(upper)))
      requantise(operand, result, within: min(Int(result.code(of: Double(lower))), high)...high)
    case .leakyReLU(let slope):
      leak(operand, result) { _ in Double(slope) }
    case .absolute:
      leak(operand, result) { _ in -1 }
    default:
      let (address, table) = function.table(
        over: addresses, giving: range, result, bits: bits)
      steps.append(
        .look(
          operand.place, factors(of: operand, to: address.step), address: address, table: table,
          to: codeCount))
    }
  }

  mutating func requantise(
    _ operand: Operand, _ result: Quantiser, within codes: ClosedRange<Int>
  ) {
    steps.append(
      .requantise(
        operand.place, factors(of: operand, to: result.step), result, within: codes, to: codeCount))
  }

  /// A multiplier of its own for what lies below 0.
  private mutating func leak(
    _ operand: Operand, _ result: Quantiser, slope: (_ component: Int) -> Double
  ) {
    let factors = Multipliers(
      operand.steps.map { $0 / result.step },
      below: operand.steps.indices.map { slope($0) * operand.steps[$0] / result.step },
      isNarrow: isNarrow(operand))
    steps.append(
      .requantise(operand.place, factors, result, within: result.codes, to: codeCount))
  }
}
