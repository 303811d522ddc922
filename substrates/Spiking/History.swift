internal import Networks

/// The last M drives of a layer's membranes, of which those of fractional order make up their state.
///
/// A spike takes θ off for good: with V the membrane that never fires and n the spikes so far, U = V - θ n, and it is
/// V's derivative that is fractional. The leak is that of U.
final class History {
  private let membrane: Membrane
  private let start: Double
  private let count: Int
  /// Drives less leaks, in units of `scale`, a row for each of M steps, the newest written over the oldest.
  private let drives: UnsafeMutablePointer<Float>
  /// The power of two below the gain, with which drives could be too large for single precision.
  private let scale: Double
  private var step = 0

  init(_ membrane: Membrane, start: Double, count: Int) {
    self.membrane = membrane
    self.start = start
    self.count = count
    scale = Double(sign: .plus, exponent: membrane.gain.exponent, significand: 1)
    drives = .allocate(capacity: membrane.memory * count)
    drives.initialize(repeating: 0, count: membrane.memory * count)
  }

  deinit { drives.deallocate() }

  /// Takes in the drive of one step.
  ///
  /// - Parameters:
  ///   - drive: z, `[count]`.
  ///   - fired: spikes so far, downward ones negative.
  ///   - threshold: θ.
  ///   - state: U after the step before, and then after this one.
  /// - Complexity: O(count × M).
  func integrate(
    _ drive: UnsafePointer<Float>, fired: UnsafePointer<Float>, threshold: Double,
    into state: UnsafeMutablePointer<Double>
  ) {
    let newest = drives + step % membrane.memory * count
    let leak = membrane.timeConstant == nil ? 0.0 : 1
    for place in 0..<count {
      newest[place] = Float(
        (membrane.gain * Double(drive[place]) - leak * state[place]) / scale)
      state[place] = start - threshold * Double(fired[place])
    }
    for lag in 0...min(step, membrane.memory - 1) {
      let coefficient = scale * membrane.coefficients[lag]
      let row = drives + (step - lag) % membrane.memory * count
      for place in 0..<count { state[place] += coefficient * Double(row[place]) }
    }
    step += 1
  }
}
