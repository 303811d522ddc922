package import Networks

/// What an operation adds up, and the bits of an accumulator that holds it whatever the codes are.
package struct AccumulatorNeed: Hashable, Sendable {
  /// Bits of the accumulator.
  package let bits: Int
  /// What is added up, in words.
  package let operands: String

  /// What a node needs; none if it adds up nothing.
  ///
  /// - Parameter bits: of weights and neurons.
  package init?(_ node: Network.Node, bits: Int) {
    switch node.operation {
    case .dense(let dense):
      self.bits = IntegerMatrix.accumulatorBits(bits: bits, fanIn: dense.inputs)
      operands = "a fan-in of \(dense.inputs)"
    case .convolution(let convolution):
      let fanIn = IntegerConvolution.fanIn(of: convolution)
      self.bits = IntegerMatrix.accumulatorBits(bits: bits, fanIn: fanIn)
      operands = "a fan-in of \(fanIn)"
    case .multiply:
      self.bits = IntegerProduct.accumulatorBits(bits: bits, inner: 1)
      operands = "a product"
    case .matrixProduct:
      let inner = node.multiplyAccumulates / node.shape.count
      self.bits = IntegerProduct.accumulatorBits(bits: bits, inner: inner)
      operands = "an inner length of \(inner)"
    case .pool(let pool) where pool.kind != .max:
      self.bits = IntegerPool.accumulatorBits(bits: bits, taps: pool.window.tapCount)
      operands = "a window of \(pool.window.tapCount)"
    case .add:
      // The bits of the operands, kept whole, and as many more as the sum can grow by; see
      // `Plan.sumStep`.
      self.bits = bits + 2 + ceilingOfLog2(node.parents.count)
      operands = "\(node.parents.count) operands"
    case .scale:
      // The sum of a product and an offset.
      self.bits = bits + 2 + 1
      operands = "a product and an offset"
    case .input, .activation, .prelu, .pool, .softmax, .logSoftmax, .normalize, .rearrange,
      .reshape:
      return nil
    }
  }
}
