// How real numbers become whole numbers of b bits.

/// How a tensor's values are held as whole numbers: x = step · (q - zero), 0 ≤ q ≤ 2^b - 1.
///
/// Of a neuron zero is always held exactly: a tensor that is never negative has zero = 0 and uses all
/// its codes; any other is affine. One step and one zero serve a whole tensor.
package struct Quantiser: Hashable, Sendable {
  /// What one unit of the code is worth, in the tensor's unit; positive.
  package let step: Double
  /// The code of the number 0. Of an address it may lie outside the codes.
  package let zero: Int
  /// The largest code, 2^b - 1.
  package let top: Int

  /// Codes for the numbers of a range, widened where it does not reach 0.
  ///
  /// The zero is rounded to a code, which shifts the range by half a step at most: no number of the
  /// range is further than half a step from its code's value. A range of zero width is that of a
  /// tensor that is 0 throughout; it is given the range 0...1, of which only the first code will
  /// occur.
  package init(holding range: ClosedRange<Double>, bits: Int) {
    top = (1 << bits) - 1
    let low = min(range.lowerBound, 0)
    let high = max(range.upperBound, 0)
    // Below the reach of `Float` a step could round to nothing.
    let isSilent = high - low < Double(Float.leastNonzeroMagnitude)
    step = (isSilent ? 1 : high - low) / Double(top)
    zero = isSilent ? 0 : Int((-low / step).rounded())
  }

  /// Codes for the numbers of a range alone: addresses of a table, which need no zero.
  ///
  /// A range too narrow for its distance from 0 is widened to 2^-40 of it, so that the zero is a whole
  /// number that a `Double` holds.
  init(addressing range: ClosedRange<Double>, bits: Int) {
    top = (1 << bits) - 1
    let (low, high) = (range.lowerBound, range.upperBound)
    let least = max(
      max(abs(low), abs(high)) * 0x1p-40, Double(Float.leastNonzeroMagnitude))
    step = max(high - low, least) / Double(top)
    zero = Int((-low / step).rounded())
  }

  /// The code of the nearest number that has one; of what is no number the code of 0.
  package func code(of number: Double) -> UInt16 {
    guard !number.isNaN else { return UInt16(zero) }
    let code = Double(zero) + (number / step).rounded()
    return UInt16(min(max(code, 0), Double(top)))
  }

  /// The number that a code stands for.
  package func number(of code: UInt16) -> Double { step * Double(Int(code) - zero) }

  /// The code of a whole number of steps, held between two codes.
  @inline(__always)
  func code(steps: Int64, within codes: ClosedRange<Int>) -> UInt16 {
    UInt16(
      truncatingIfNeeded: min(
        max(steps &+ Int64(zero), Int64(codes.lowerBound)), Int64(codes.upperBound)))
  }

  /// All codes.
  var codes: ClosedRange<Int> { 0...top }
}

/// A real factor as hardware multiplies by it: a 31-bit mantissa with a sign, and a shift, rounding
/// halves up.
///
/// y = ⌊x · mantissa / 2^shift + 1/2⌋. The mantissa's relative error is at most 2^-31.
struct FixedPoint: Hashable, Sendable {
  private let mantissa: Int64
  private let shift: Int

  /// What a result is held to, so that a zero point can still be added to it.
  private static let reach = Int128(1) << 62

  /// A factor; one whose magnitude is above 2^62 counts as 2^62, below 2^-88 as 0.
  init(_ factor: Double) {
    precondition(!factor.isNaN, "a factor is a number")
    let capped = min(abs(factor), 0x1p62)
    if capped < 0x1p-88 {
      mantissa = 0
      shift = 0
    } else {
      let magnitude = Int64((capped.significand * 0x1p30).rounded())
      mantissa = factor < 0 ? -magnitude : magnitude
      shift = 30 - Int(capped.exponent)
    }
  }

  /// The rounded product with a whole number, no larger than 2^62 either way.
  ///
  /// 63 bits of the operand, 32 of the mantissa and a left shift of at most 32 fit in 128.
  @inline(__always) func callAsFunction(_ operand: Int64) -> Int64 {
    let product = Int128(operand) * Int128(mantissa)
    let scaled =
      shift > 0 ? (product + (Int128(1) << (shift - 1))) >> shift : product << -shift
    return Int64(min(max(scaled, -Self.reach), Self.reach))
  }

  /// Whether `short` gives the same for operands of 32 bits.
  var isShort: Bool { (1...62).contains(shift) }

  /// The same product with a whole number of 32 bits, in 64 bits of arithmetic.
  @inline(__always) func short(_ operand: Int64) -> Int64 {
    let half = Int64(1) &<< Int64(shift &- 1)
    return (operand &* mantissa &+ half) &>> Int64(shift)
  }
}
