package import Networks

/// A network in b-bit integers with A-bit accumulators, calibrated for a stream.
///
/// Every neuron is a code of b bits in the quantiser of its layer; inside a layer, between a matrix
/// and the function behind it, values are accumulators with a step of their own in each row or channel,
/// or neurons' codes at other places. Everything but softmax, its logarithm and normalisation is integer
/// arithmetic, as hardware would do it.
package struct IntegerNetwork: Sendable {
  /// How the inputs are held.
  package let input: Quantiser
  /// How each layer's neurons are held.
  package let quantisers: [Quantiser]
  /// Rows of weights that had to be held in coarser steps than b bits allow.
  package let coarsenedRows: Int
  /// Numbers in one sample.
  let inputCount: Int
  /// Codes of one sample: inputs and all neurons.
  let codeCount: Int
  /// Codes that a sample needs besides, behind those.
  let scratchCount: Int
  /// Accumulators that a sample needs at a time.
  let accumulatorCount: Int

  private let steps: [Step]

  /// Quantises weights and fixes all multipliers and tables.
  ///
  /// - Parameters:
  ///   - network: with no operation that needs more than `accumulatorBits`.
  ///   - layers: the network's.
  ///   - calibration: the ranges on the stream that will be run.
  ///   - bits: of weights and neurons, 2...16.
  ///   - accumulatorBits: of accumulators and of sums, 16...64.
  /// - Complexity: O(parameters + tabulated layers × 2^bits).
  package init(
    _ network: Network, layers: [Network.Layer], calibration: Calibration, bits: Int,
    accumulatorBits: Int
  ) {
    var plan = Plan(
      network, input: Quantiser(holding: calibration.inputs, bits: bits), bits: bits,
      accumulatorBits: accumulatorBits)
    for (index, layer) in layers.enumerated() {
      plan.add(
        layer, range: calibration.layers[index], addresses: calibration.addresses[index])
    }
    input = plan.input
    quantisers = plan.quantisers
    coarsenedRows = plan.coarsenedRows
    inputCount = network.inputCount
    codeCount = plan.codeCount
    // A matrix reads whole registers; what lies behind its columns it multiplies by 0.
    scratchCount = plan.scratchCount + IntegerMatrix.vector
    accumulatorCount = plan.accumulatorCount
    steps = plan.steps
  }

  /// Runs one sample.
  ///
  /// - Parameters:
  ///   - sample: `[inputCount]`.
  ///   - codes: `[codeCount + scratchCount]`, written: the inputs' codes, then all neurons' in row
  ///     order.
  ///   - accumulators: `[accumulatorCount]`, scratch.
  /// - Complexity: O(multiply–accumulates + values).
  func run(
    _ sample: ArraySlice<Float>, into codes: UnsafeMutablePointer<UInt16>,
    accumulators: UnsafeMutablePointer<Int64>
  ) {
    for (place, number) in zip(0..., sample) { codes[place] = input.code(of: Double(number)) }
    for step in steps { step.run(codes, accumulators) }
  }
}
