package import Networks

/// A pool on codes: comparisons, or additions whose sum a multiplier divides afterwards.
package struct IntegerPool: Sendable {
  private let window: Window
  /// The positions that each output position's window holds, one window after another.
  private let places: [Int32]
  /// Where each window begins in `places`, and where the last ends.
  private let starts: [Int]
  private let divisors: [Int]?

  /// Holds a pool.
  ///
  /// - Complexity: O(positions × taps).
  init(_ pool: Pool) {
    window = pool.window
    divisors = pool.divisors
    var places: [Int32] = []
    var starts = [0]
    let table = pool.window.table()
    for position in 0..<pool.window.outputCount {
      let taps = table[position * window.tapCount..<(position + 1) * window.tapCount]
      places.append(contentsOf: taps.lazy.filter { $0 >= 0 })
      starts.append(places.count)
    }
    self.places = places
    self.starts = starts
  }

  /// The bits that an accumulator needs for the sum of a window: b + 1 + ⌈log₂ taps⌉, with the sign of
  /// q - zero.
  static func accumulatorBits(bits: Int, taps: Int) -> Int { bits + 1 + ceilingOfLog2(taps) }

  /// Comparisons, or additions, of a value with so many components in the result.
  package static func additions(of pool: Pool, components: Int) -> Int {
    let operands = pool.window.divisors(countingPadding: false).reduce(0, +)
    return components / pool.window.outputCount * (operands - pool.window.outputCount)
  }

  /// The step of each component's sum, and the largest value it can have either way.
  func scales(of operand: Quantiser, components: Int) -> (steps: [Double], bounds: [Double]) {
    let reach = Double(max(operand.zero, operand.top - operand.zero))
    var steps: [Double] = []
    var bounds: [Double] = []
    for position in 0..<window.outputCount {
      let step = operand.step / Double(divisors?[position] ?? 1)
      steps.append(step)
      bounds.append(step * reach * Double(starts[position + 1] - starts[position]))
    }
    let planes = components / window.outputCount
    return (
      Array(repeatElement(steps, count: planes).joined()),
      Array(repeatElement(bounds, count: planes).joined())
    )
  }

  /// The greatest code of each window.
  func greatest(
    _ codes: UnsafePointer<UInt16>, components: Int, into target: UnsafeMutablePointer<UInt16>
  ) {
    eachWindow(components: components) { component, plane, taps in
      var greatest: UInt16 = 0
      for tap in taps { greatest = max(greatest, codes[plane + Int(tap)]) }
      target[component] = greatest
    }
  }

  /// The sum of each window's codes less their zero point.
  func total(
    _ codes: UnsafePointer<UInt16>, zero: Int, components: Int,
    into target: UnsafeMutablePointer<Int64>
  ) {
    eachWindow(components: components) { component, plane, taps in
      var sum = 0
      for tap in taps { sum &+= Int(codes[plane + Int(tap)]) }
      target[component] = Int64(sum - zero * taps.count)
    }
  }

  @inline(__always)
  private func eachWindow(
    components: Int,
    _ body: (_ component: Int, _ plane: Int, _ taps: UnsafeBufferPointer<Int32>) -> Void
  ) {
    places.withUnsafeBufferPointer { places in
      var component = 0
      for plane in 0..<components / window.outputCount {
        for position in 0..<window.outputCount {
          body(
            component, plane * window.inputCount,
            UnsafeBufferPointer(rebasing: places[starts[position]..<starts[position + 1]]))
          component += 1
        }
      }
    }
  }
}
