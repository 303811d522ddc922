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
  /// Codes that a product reads, of which those behind `columns` do not count: a whole number of vector
  /// registers.
  let pitch: Int

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
  init(
    rows: Int, columns: Int, weight: [Float], bias: [Float], reading input: Quantiser, bits: Int,
    accumulatorBits: Int
  ) {
    self.rows = rows
    self.columns = columns
    pitch = (columns + Self.vector - 1) / Self.vector * Self.vector
    // A code is then a positive number of 16 bits with a sign, too.
    isNarrow = accumulatorBits <= 32 && bits < 16
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
    weights.reserveCapacity(rows * pitch)
    for row in 0..<rows {
      let line = weight[row * columns..<(row + 1) * columns]
      let offset = Double(bias[row])
      let largestWeight = line.reduce(0.0) { max($0, abs(Double($1))) }
      let sum = line.reduce(0.0) { $0 + abs(Double($1)) }
      let finest = largestWeight / largest
      let least = (sum * top + abs(offset) / input.step) / room
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
      weights.append(contentsOf: repeatElement(0, count: pitch - columns))
      let code = Int64((offset / (step * input.step)).rounded())
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

  /// The accumulators of some rows for one sample.
  ///
  /// - Parameters:
  ///   - codes: `[pitch]`.
  ///   - accumulators: is written, one for each of the rows, `stride` apart.
  func multiply(
    _ codes: UnsafePointer<UInt16>, rows: Range<Int>,
    into accumulators: UnsafeMutablePointer<Int64>, stride: Int
  ) {
    let pitch = pitch
    let isNarrow = isNarrow
    weights.withUnsafeBufferPointer { weights in
      biases.withUnsafeBufferPointer { biases in
        var row = rows.lowerBound
        var target = accumulators
        while row < rows.upperBound {
          let line = weights.baseAddress! + row * pitch
          if row + 4 <= rows.upperBound {
            // Four rows read each code once.
            let sums =
              isNarrow ? narrowDots(line, codes, pitch: pitch) : wideDots(line, codes, pitch: pitch)
            for place in 0..<4 {
              target.pointee = biases[row &+ place] &+ sums[place]
              target += stride
            }
            row &+= 4
          } else {
            let sum =
              isNarrow ? narrowDot(line, codes, count: pitch) : wideDot(line, codes, count: pitch)
            target.pointee = biases[row] &+ sum
            target += stride
            row &+= 1
          }
        }
      }
    }
  }

  /// What `pitch` is a multiple of.
  static let vector = 16
}

// The additions wrap only in name: `IntegerMatrix.init` has made sure that no partial sum, in
// whatever order, leaves the accumulator. A product of a 16-bit weight and a 16-bit code fits in 32
// bits. Where the sum fits in 32 bits too, it has twice the lanes of a vector unit, which adds
// neighbouring products of 16-bit numbers with signs at once.

private func narrowDot(
  _ weights: UnsafePointer<Int16>, _ codes: UnsafePointer<UInt16>, count: Int
) -> Int64 {
  let codes = UnsafeRawPointer(codes).assumingMemoryBound(to: Int16.self)
  var sum: Int32 = 0
  for index in 0..<count { sum &+= Int32(weights[index]) &* Int32(codes[index]) }
  return Int64(sum)
}

private func narrowDots(
  _ weights: UnsafePointer<Int16>, _ codes: UnsafePointer<UInt16>, pitch: Int
) -> SIMD4<Int64> {
  let codes = UnsafeRawPointer(codes).assumingMemoryBound(to: Int16.self)
  let (second, third, fourth) = (weights + pitch, weights + 2 * pitch, weights + 3 * pitch)
  var (a, b, c, d): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
  for index in 0..<pitch {
    let code = Int32(codes[index])
    a &+= Int32(weights[index]) &* code
    b &+= Int32(second[index]) &* code
    c &+= Int32(third[index]) &* code
    d &+= Int32(fourth[index]) &* code
  }
  return SIMD4(Int64(a), Int64(b), Int64(c), Int64(d))
}

// In 64 bits a vector unit has no such instruction. So codes are taken apart into two bytes, each of which
// gives sums that fit in 32 bits over 256 columns: 2^15 · 2^8 · 2^8.

private func wideDot(
  _ weights: UnsafePointer<Int16>, _ codes: UnsafePointer<UInt16>, count: Int
) -> Int64 {
  var sum: Int64 = 0
  for start in stride(from: 0, to: count, by: 256) {
    var (low, high): (Int32, Int32) = (0, 0)
    for index in start..<min(start + 256, count) {
      let weight = Int32(weights[index])
      low &+= weight &* Int32(codes[index] & 255)
      high &+= weight &* Int32(codes[index] >> 8)
    }
    sum &+= Int64(low) &+ Int64(high) &* 256
  }
  return sum
}

private func wideDots(
  _ weights: UnsafePointer<Int16>, _ codes: UnsafePointer<UInt16>, pitch: Int
) -> SIMD4<Int64> {
  let (second, third, fourth) = (weights + pitch, weights + 2 * pitch, weights + 3 * pitch)
  var sums = SIMD4<Int64>(repeating: 0)
  for start in stride(from: 0, to: pitch, by: 256) {
    var (a, b, c, d): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    var (p, q, r, s): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    for index in start..<min(start + 256, pitch) {
      let (low, high) = (Int32(codes[index] & 255), Int32(codes[index] >> 8))
      a &+= Int32(weights[index]) &* low
      b &+= Int32(second[index]) &* low
      c &+= Int32(third[index]) &* low
      d &+= Int32(fourth[index]) &* low
      p &+= Int32(weights[index]) &* high
      q &+= Int32(second[index]) &* high
      r &+= Int32(third[index]) &* high
      s &+= Int32(fourth[index]) &* high
    }
    sums &+= SIMD4(Int64(a), Int64(b), Int64(c), Int64(d))
    sums &+= SIMD4(Int64(p), Int64(q), Int64(r), Int64(s)) &* 256
  }
  return sums
}

/// ⌈log₂ n⌉ of a positive whole number.
func ceilingOfLog2(_ count: Int) -> Int {
  Int.bitWidth - (count - 1).leadingZeroBitCount
}
