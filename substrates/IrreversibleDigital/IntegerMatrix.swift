internal import Networks

/// A matrix and bias as integers: b-bit weights, symmetric in each row, and biases of the
/// accumulator.
///
/// Row i computes acc_i = β_i + Σ_j w_ij q_j with |w_ij| ≤ 2^(b-1) - 1, and means acc_i · steps[i].
/// The input's zero point is part of β, as β_i = b_i/steps[i] - zero Σ_j w_ij.
struct IntegerMatrix: Sendable {
  let rows: Int
  let columns: Int
  /// What one unit of each row's accumulator is worth.
  let steps: [Double]
  /// What each row's value can reach, either way, in its own unit.
  let bounds: [Double]
  /// Rows whose weights are held in coarser steps than b bits allow, so that their bias fits.
  let coarsenedRows: Int

  private let weights: [Int16]
  private let biases: [Int64]
  private let isNarrow: Bool

  /// The bits that an accumulator needs for so many products of b-bit numbers: 2b + ⌈log₂ n⌉.
  ///
  /// |w| < 2^(b-1) and |q - zero| < 2^b, so n products stay below 2^(2b - 1) n.
  static func accumulatorBits(bits: Int, fanIn: Int) -> Int {
    2 * bits + ceilingOfLog2(fanIn)
  }

  /// Holds a matrix that reads codes of a quantiser.
  ///
  /// The accumulator cannot overflow, whatever the codes: with s the step of a row's weights,
  /// Σ_j |w_ij| (2^b - 1) + |b_i|/(s·step) ≤ (Σ_j |W_ij|/s + n/2)(2^b - 1) + |b_i|/(s·step) + 1/2
  /// must stay below 2^(A-1). Where the step that b bits ask for is too fine for that, which takes
  /// a bias much larger than the products, the row gets the least step that is not.
  ///
  /// - Complexity: O(weights).
  init(_ dense: Dense, reading input: Quantiser, bits: Int, accumulatorBits: Int) {
    rows = dense.outputs
    columns = dense.inputs
    isNarrow = accumulatorBits <= 32
    let largest = Double((1 << (bits - 1)) - 1)
    let top = Double(input.top)
    // Wider than 62 bits only the refusal is: no sum needs them, and a Double would not count them.
    // The factor covers the rounding of the Doubles below.
    let limit = Double(sign: .plus, exponent: min(accumulatorBits, 62) - 1, significand: 1)
    let room = limit * (1 - 0x1p-40) - 1.5 - Double(columns) / 2 * top
    precondition(room > 0, "an accumulator that holds the products")

    var weights: [Int16] = []
    var biases: [Int64] = []
    var steps: [Double] = []
    var bounds: [Double] = []
    var coarsened = 0
    weights.reserveCapacity(dense.weight.count)
    for row in 0..<rows {
      let line = dense.weight[row * columns..<(row + 1) * columns]
      let bias = Double(dense.bias[row])
      let largestWeight = line.reduce(0.0) { max($0, abs(Double($1))) }
      let sum = line.reduce(0.0) { $0 + abs(Double($1)) }
      let finest = largestWeight / largest
      let least = (sum * top + abs(bias) / input.step) / room
      if largestWeight > 0, least > 1.01 * finest { coarsened += 1 }
      // A row of zeros without a bias: any step will do.
      let step = max(finest, least) > 0 ? max(finest, least) : 1
      var total: Int64 = 0
      var magnitude: Int64 = 0
      for weight in line {
        let code = Int64(min(max((Double(weight) / step).rounded(), -largest), largest))
        weights.append(Int16(code))
        total += code
        magnitude += abs(code)
      }
      let code = Int64((bias / (step * input.step)).rounded())
      biases.append(code - Int64(input.zero) * total)
      steps.append(step * input.step)
      bounds.append((Double(magnitude) * top + Double(abs(code))) * step * input.step)
    }
    self.weights = weights
    self.biases = biases
    self.steps = steps
    self.bounds = bounds
    coarsenedRows = coarsened
  }

  /// The accumulators of all rows for one sample.
  func multiply(_ codes: UnsafePointer<UInt16>, into accumulators: UnsafeMutablePointer<Int64>) {
    weights.withUnsafeBufferPointer { weights in
      for row in 0..<rows {
        let line = weights.baseAddress! + row * columns
        // The same sum in 32 bits, where it fits in them: twice the lanes of a vector unit.
        accumulators[row] =
          isNarrow
          ? Int64(narrowDot(line, codes, count: columns, from: Int32(biases[row])))
          : wideDot(line, codes, count: columns, from: biases[row])
      }
    }
  }
}

// The additions wrap only in name: `IntegerMatrix.init` has made sure that no partial sum, in
// whatever order, leaves the accumulator. A product of a 16-bit weight and a 16-bit code fits in 32
// bits.

private func narrowDot(
  _ weights: UnsafePointer<Int16>, _ codes: UnsafePointer<UInt16>, count: Int, from bias: Int32
) -> Int32 {
  var sum = bias
  for index in 0..<count { sum &+= Int32(weights[index]) &* Int32(codes[index]) }
  return sum
}

private func wideDot(
  _ weights: UnsafePointer<Int16>, _ codes: UnsafePointer<UInt16>, count: Int, from bias: Int64
) -> Int64 {
  var sum = bias
  for index in 0..<count { sum &+= Int64(Int32(weights[index]) &* Int32(codes[index])) }
  return sum
}

/// ⌈log₂ n⌉ of a positive whole number.
func ceilingOfLog2(_ count: Int) -> Int {
  Int.bitWidth - (count - 1).leadingZeroBitCount
}
