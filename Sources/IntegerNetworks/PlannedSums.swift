internal import Networks

// Operations that leave accumulators.

extension Plan {
  /// - Parameter reach: beyond which a value is clipped anyway.
  mutating func accumulate(
    _ node: Network.Node, _ operands: [Operand], reach: Double
  ) -> Operand? {
    switch node.operation {
    case .dense(let dense): multiply(dense, operands[0])
    case .convolution(let convolution): convolve(convolution, operands[0], node.shape.count)
    case .scale(let scale): self.scale(operands[0], by: scale, reach: reach)
    case .add: sum(operands)
    case .multiply:
      product(
        IntegerProduct(
          operands[0].codes.quantiser, operands[1].codes.quantiser, components: node.shape.count),
        operands)
    case .matrixProduct:
      product(
        IntegerProduct(
          operands[0].codes.quantiser, network.nodes[node.parents[0]].shape,
          operands[1].codes.quantiser, network.nodes[node.parents[1]].shape), operands)
    case .pool(let pool): pool.kind == .max ? nil : total(pool, operands[0], node.shape.count)
    case .input, .activation, .prelu, .softmax, .logSoftmax, .normalize, .rearrange, .reshape: nil
    }
  }

  private mutating func multiply(_ dense: Dense, _ operand: Operand) -> Operand {
    let (start, quantiser) = operand.codes
    let matrix = IntegerMatrix(
      rows: dense.outputs, columns: dense.inputs, weight: dense.weight, bias: dense.bias,
      reading: quantiser, bits: bits, accumulatorBits: accumulatorBits)
    coarsenedRows += matrix.coarsenedRows
    let runs = operand.count / dense.inputs
    let target = accumulators(runs * dense.outputs)
    steps.append(.multiply(matrix, runs: runs, from: start, to: target))
    return Operand(
      accumulatorsAt: target, steps: Array(repeatElement(matrix.steps, count: runs).joined()),
      bounds: Array(repeatElement(matrix.bounds, count: runs).joined()))
  }

  private mutating func convolve(
    _ convolution: Convolution, _ operand: Operand, _ count: Int
  ) -> Operand {
    let (start, quantiser) = operand.codes
    let integers = IntegerConvolution(
      convolution, reading: quantiser, bits: bits, accumulatorBits: accumulatorBits)
    coarsenedRows += integers.matrix.coarsenedRows
    let positions = convolution.outputPositions
    let repeats = count / (convolution.outputChannels * positions)
    let target = accumulators(count)
    steps.append(
      .convolve(
        integers, repeats: repeats, from: start, scratch: scratch(integers.scratchCount),
        to: target))
    func spread(_ channels: [Double]) -> [Double] {
      let value = channels.flatMap { repeatElement($0, count: positions) }
      return Array(repeatElement(value, count: repeats).joined())
    }
    return Operand(
      accumulatorsAt: target, steps: spread(integers.matrix.steps),
      bounds: spread(integers.matrix.bounds))
  }

  private mutating func product(_ product: IntegerProduct, _ operands: [Operand]) -> Operand {
    let target = accumulators(product.components)
    steps.append(
      .product(product, from: operands[0].codes.start, operands[1].codes.start, to: target))
    return Operand(
      accumulatorsAt: target, steps: Array(repeating: product.step, count: product.components),
      bounds: Array(repeating: product.bound, count: product.components))
  }

  private mutating func total(_ pool: Pool, _ operand: Operand, _ count: Int) -> Operand {
    let (start, quantiser) = operand.codes
    let integers = IntegerPool(pool)
    let target = accumulators(count)
    steps.append(
      .total(integers, components: count, from: start, zero: quantiser.zero, to: target))
    let (steps, bounds) = integers.scales(of: quantiser, components: count)
    return Operand(accumulatorsAt: target, steps: steps, bounds: bounds)
  }

  private mutating func sum(_ operands: [Operand]) -> Operand {
    let step = sumStep(
      operands.flatMap(\.bounds).max() ?? 0, count: operands.count)
    let count = operands[0].count
    return sum(
      operands.map { Step.Term(place: $0.place, factors: factors(of: $0, to: step)) }, nil, step,
      bounds: (0..<count).map { index in operands.reduce(0) { $0 + $1.bounds[index] } })
  }

  /// a x + b as a sum of the operand, rescaled by a, and of b.
  ///
  /// A mask's offset, far beyond what is kept of the result, is held to what is clipped whatever x is:
  /// else it would take all bits of the accumulator.
  private mutating func scale(
    _ operand: Operand, by scale: Scale, reach: Double
  ) -> Operand {
    let scaled = operand.bounds.indices.map { abs(scale.factor(of: $0)) * operand.bounds[$0] }
    let limit = 2 * ((scaled.max() ?? 0) + reach)
    let offsets = scaled.indices.map { min(max(scale.offset(of: $0), -limit), limit) }
    let step = sumStep(max(scaled.max() ?? 0, offsets.reduce(0) { max($0, abs($1)) }), count: 2)
    let factors = Multipliers(
      operand.steps.indices.map { scale.factor(of: $0) * operand.steps[$0] / step },
      isNarrow: isNarrow(operand))
    return sum(
      [Step.Term(place: operand.place, factors: factors)],
      scale.offsets.map { _ in offsets.map { Int64(($0 / step).rounded()) } }, step,
      bounds: scaled.indices.map { scaled[$0] + abs(offsets[$0]) })
  }

  /// The least step with which so many operands, each as large as it can be, fit in A bits with one to
  /// spare: bound/2^(A - 2 - ⌈log₂ k⌉).
  private func sumStep(_ bound: Double, count: Int) -> Double {
    let exponent = accumulatorBits - 2 - ceilingOfLog2(count)
    return bound > 0 ? bound / Double(sign: .plus, exponent: min(exponent, 60), significand: 1) : 1
  }

  private mutating func sum(
    _ terms: [Step.Term], _ offsets: [Int64]?, _ step: Double, bounds: [Double]
  ) -> Operand {
    let count = bounds.count
    let target = accumulators(count)
    steps.append(.sum(terms, offsets: offsets, to: target, count: count))
    return Operand(
      accumulatorsAt: target, steps: Array(repeating: step, count: count), bounds: bounds)
  }
}
