/// The converters of one operation: from numbers to voltages, and from currents to numbers.
///
/// A *row's voltage* is a sign, made by polarity, and a magnitude of b bits: V = ± V_read k/(2^b - 1), for the
/// largest magnitude that the operation reads on the stream. A *column pair's current* becomes a signed number of b
/// bits, -2^(b-1) to 2^(b-1) - 1 steps of FS/(2^(b-1) - 1/2), so that nothing from -FS to FS is more than half a
/// step off, and 0 is exact.
struct Converter: Hashable, Sendable {
  /// The number that drives a row at full voltage; 0 for an operation that reads nothing but 0.
  let inputScale: Double
  /// Full scale of the sum Σ g u; 0 if it is 0 throughout.
  let outputScale: Double
  /// What Σ g u = 1 is worth as a number.
  let worth: Double
  /// Largest code of a voltage's magnitude.
  let inputTop: Float
  /// Least code of a sum, as a magnitude.
  let outputTop: Float

  /// Below this, over the largest product, a sum is rounding.
  private static let leastScale = 1e-20

  /// Converters for what was found on the stream.
  ///
  /// - Parameters:
  ///   - largestInput: the largest magnitude of what is read.
  ///   - largestSum: the largest magnitude of a tile's sum, in numbers; times `fullScale` is full scale.
  init(
    largestInput: Double, largestSum: Double, largestWeight: Double, _ configuration: Configuration
  ) {
    // What single precision cannot divide by is silence.
    let isSilent = !(largestInput >= Double(Float.leastNormalMagnitude)) || !largestInput.isFinite
    inputScale = isSilent ? 0 : largestInput
    worth = inputScale * largestWeight
    let scale = worth > 0 ? configuration.fullScale * largestSum / worth : 0
    outputScale = scale.isFinite && scale >= Self.leastScale ? scale : 0
    inputTop = Float(1 << configuration.inputBits) - 1
    outputTop = Float(1 << (configuration.outputBits - 1))
  }

  /// One step of a sum, in units of Σ g u.
  var outputStep: Double { outputScale / (Double(outputTop) - 0.5) }

  /// Rounds to a whole number, as a converter of up to 22 bits may: halves to even.
  @inline(__always)
  private static func rounded(_ number: Float) -> Float { (number + 0x1.8p23) - 0x1.8p23 }

  /// Voltages over full scale for some numbers.
  func drive(
    _ numbers: UnsafePointer<Float>, count: Int, into voltages: UnsafeMutablePointer<Float>
  ) {
    guard inputScale > 0 else { return voltages.update(repeating: 0, count: count) }
    let (top, gain) = (inputTop, Float(Double(inputTop) / inputScale))
    let share = 1 / top
    for place in 0..<count {
      var code = numbers[place] * gain
      code = code > top ? top : code < -top ? -top : code
      // What is no number drives no row.
      code = code == code ? code : 0
      voltages[place] = Self.rounded(code) * share
    }
  }

  /// Adds the numbers that some sums are read as, one for each lane.
  ///
  /// - Parameters:
  ///   - deviations: standard deviation of each sum's noise.
  ///   - normals: a normal number for each.
  ///   - clipped: is raised by 1 where a sum lies beyond the codes.
  ///   - numbers: what is added to.
  func read(
    _ sums: UnsafePointer<Float>, deviations: UnsafePointer<Float>, normals: UnsafePointer<Float>,
    lanes: Int, clipped: UnsafeMutablePointer<Float>, to numbers: UnsafeMutablePointer<Float>
  ) {
    guard outputScale > 0 else { return }
    let (low, high, top) = (-outputTop, outputTop - 1, outputTop)
    let perSum = Float(1 / outputStep)
    let step = Float(outputStep * worth)
    for lane in 0..<lanes {
      let exact = (sums[lane] + deviations[lane] * normals[lane]) * perSum
      let code = exact > high ? high : exact < low ? low : exact
      clipped[lane] += abs(exact + 0.5) > top ? 1 : 0
      numbers[lane] += Self.rounded(code) * step
    }
  }
}
