internal import Networks

/// A network in b-bit integers with A-bit accumulators, calibrated for a stream.
///
/// Every neuron is a code of b bits in the quantiser of its layer; inside a layer, between a matrix
/// and the function behind it, values are accumulators with a step of their own in each row.
/// Everything but softmax is integer arithmetic, as hardware would do it.
struct IntegerNetwork: Sendable {
  /// How the inputs are held.
  let input: Quantiser
  /// How each layer's neurons are held.
  let quantisers: [Quantiser]
  /// Rows of weights that had to be held in coarser steps than b bits allow.
  let coarsenedRows: Int
  /// Numbers in one sample.
  let inputCount: Int
  /// Codes of one sample: inputs and all neurons.
  let codeCount: Int
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
  init(
    _ network: Network, layers: [Network.Layer], calibration: Calibration, bits: Int,
    accumulatorBits: Int
  ) {
    var plan = Plan(
      network, layers, input: Quantiser(holding: calibration.inputs, bits: bits), bits: bits,
      accumulatorBits: accumulatorBits)
    for (layer, range) in zip(layers, calibration.layers) {
      plan.add(layer, range: range)
    }
    input = plan.input
    quantisers = plan.quantisers
    coarsenedRows = plan.coarsenedRows
    inputCount = network.inputCount
    codeCount = plan.codeCount
    accumulatorCount = plan.accumulatorCount
    steps = plan.steps
  }

  /// Runs one sample.
  ///
  /// - Parameters:
  ///   - sample: `[inputCount]`.
  ///   - codes: `[codeCount]`, written: the inputs' codes, then all neurons' in row order.
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

/// One operation on codes and accumulators.
enum Step: Sendable {
  /// Where an operand stands.
  enum Place: Hashable, Sendable {
    /// Among the codes, with the zero point to take off.
    case codes(Int, zero: Int)
    /// Among the accumulators.
    case accumulators(Int)
  }

  /// Codes to accumulators.
  case multiply(IntegerMatrix, from: Int, to: Int)
  /// Each operand rescaled to the sum's step and added up in an accumulator.
  case sum([(place: Place, factors: [FixedPoint])], to: Int, count: Int)
  /// An operand rescaled to a layer's step. `clamped` holds it at the code of 0: that is a ReLU.
  case requantise(Place, [FixedPoint], Quantiser, clamped: Bool, to: Int)
  /// As `requantise`, with a multiplier of its own for what lies below 0.
  case leak(Place, above: [FixedPoint], below: [FixedPoint], Quantiser, to: Int)
  /// An operand rescaled to the step of a table that it then addresses.
  case look(Place, [FixedPoint], address: Quantiser, table: [UInt16], to: Int)
  /// The exception: floating point between integers.
  case softmax(from: Int, Quantiser, Quantiser, to: Int, count: Int)

  /// Performs the operation for one sample.
  func run(
    _ codes: UnsafeMutablePointer<UInt16>, _ accumulators: UnsafeMutablePointer<Int64>
  ) {
    func read(_ place: Place, _ index: Int) -> Int64 {
      switch place {
      case .codes(let start, let zero): Int64(Int(codes[start + index]) - zero)
      case .accumulators(let start): accumulators[start + index]
      }
    }
    switch self {
    case .multiply(let matrix, let source, let target):
      matrix.multiply(codes + source, into: accumulators + target)
    case .sum(let operands, let target, let count):
      for index in 0..<count {
        accumulators[target + index] = operands.reduce(0) { sum, operand in
          sum + operand.factors[index](read(operand.place, index))
        }
      }
    case .requantise(let place, let factors, let quantiser, let clamped, let target):
      let low = clamped ? quantiser.zero : 0
      for index in factors.indices {
        codes[target + index] = quantiser.code(
          steps: factors[index](read(place, index)), atLeast: low)
      }
    case .leak(let place, let above, let below, let quantiser, let target):
      for index in above.indices {
        let value = read(place, index)
        codes[target + index] = quantiser.code(
          steps: value > 0 ? above[index](value) : below[index](value))
      }
    case .look(let place, let factors, let address, let table, let target):
      for index in factors.indices {
        let code = address.code(steps: factors[index](read(place, index)))
        codes[target + index] = table[Int(code)]
      }
    case .softmax(let source, let logits, let quantiser, let target, let count):
      let values = (0..<count).map { logits.number(of: codes[source + $0]) }
      for (index, value) in normalisedExponentials(values).enumerated() {
        codes[target + index] = quantiser.code(of: value)
      }
    }
  }
}
