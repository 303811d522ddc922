// How real numbers become whole numbers of b bits.

/// How a tensor's values are held as whole numbers: x = step · (q - zero), 0 ≤ q ≤ 2^b - 1.
///
/// Zero is always held exactly. A tensor that is never negative has zero = 0 and uses all its
/// codes; any other is affine. One step and one zero serve a whole tensor.
struct Quantiser: Hashable, Sendable {
  /// What one unit of the code is worth, in the tensor's unit; positive.
  let step: Double
  /// The code of the number 0.
  let zero: Int
  /// The largest code, 2^b - 1.
  let top: Int

  /// Codes for the numbers of a range, widened where it does not reach 0.
  ///
  /// The zero is rounded to a code, which shifts the range by half a step at most: no number of the
  /// range is further than half a step from its code's value. A range of zero width is that of a
  /// tensor that is 0 throughout; it is given the range 0...1, of which only the first code will
  /// occur.
  init(holding range: ClosedRange<Double>, bits: Int) {
    top = (1 << bits) - 1
    let low = min(range.lowerBound, 0)
    let high = max(range.upperBound, 0)
    // Below the reach of `Float` a step could round to nothing.
    let isSilent = high - low < Double(Float.leastNonzeroMagnitude)
    step = (isSilent ? 1 : high - low) / Double(top)
    zero = isSilent ? 0 : Int((-low / step).rounded())
  }

  /// The code of the nearest number that has one.
  func code(of number: Double) -> UInt16 {
    let code = Double(zero) + (number / step).rounded()
    return UInt16(min(max(code, 0), Double(top)))
  }

  /// The number that a code stands for.
  func number(of code: UInt16) -> Double { step * Double(Int(code) - zero) }

  /// The code of a whole number of steps.
  func code(steps: Int64, atLeast low: Int = 0) -> UInt16 {
    UInt16(truncatingIfNeeded: min(max(steps + Int64(zero), Int64(low)), Int64(top)))
  }
}

/// A positive real factor as hardware multiplies by it: a 31-bit mantissa and a shift, rounding
/// halves up.
///
/// y = ⌊x · mantissa / 2^shift + 1/2⌋. The mantissa's relative error is at most 2^-31.
struct FixedPoint: Hashable, Sendable {
  private let mantissa: Int64
  private let shift: Int

  /// What a result is held to, so that a zero point can still be added to it.
  private static let reach = Int128(1) << 62

  /// A factor, not negative; one above 2^62 counts as 2^62, one below 2^-88 as 0.
  init(_ factor: Double) {
    precondition(factor >= 0, "a factor is not negative")
    let capped = min(factor, 0x1p62)
    if capped < 0x1p-88 {
      mantissa = 0
      shift = 0
    } else {
      mantissa = Int64((capped.significand * 0x1p30).rounded())
      shift = 30 - Int(capped.exponent)
    }
  }

  /// The rounded product with a whole number, no larger than 2^62 either way.
  ///
  /// 63 bits of the operand, 31 of the mantissa and a left shift of at most 32 fit in 128.
  @inline(__always) func callAsFunction(_ operand: Int64) -> Int64 {
    let product = Int128(operand) * Int128(mantissa)
    let scaled =
      shift > 0 ? (product + (Int128(1) << (shift - 1))) >> shift : product << -shift
    return Int64(min(max(scaled, -Self.reach), Self.reach))
  }
}
