internal import Foundation

/// Numbers laid out along a line in equal steps for equal factors.
struct LogScale {
  /// Powers of ten at the ends.
  let decades: ClosedRange<Double>
  /// Places of the ends.
  let (from, to): (Double, Double)

  /// A scale that holds all positive numbers among these, with some room, and ends at whole decades; from 1
  /// to 10 if there is none.
  init(holding numbers: [Double], from: Double, to: Double) {
    let logs = numbers.filter { $0 > 0 && $0.isFinite }.map { log10($0) }
    let low = ((logs.min() ?? 0) - 0.15).rounded(.down)
    let high = ((logs.max() ?? 1) + 0.15).rounded(.up)
    decades = low...max(high, low + 1)
    (self.from, self.to) = (from, to)
  }

  /// A scale over durations, with room for a mark on the shortest and the longest.
  init(durations: [Double], from: Double, to: Double) {
    let logs = durations.filter { $0 > 0 }.map { log10($0) }
    let low = logs.min() ?? 0
    self.init(
      decades: (low - 0.15)...(max(logs.max() ?? 1, low + 0.5) + 0.15), from: from, to: to)
  }

  init(decades: ClosedRange<Double>, from: Double, to: Double) {
    self.decades = decades
    (self.from, self.to) = (from, to)
  }

  /// Where a positive number stands; beyond the ends, at them.
  func place(_ number: Double) -> Double {
    let share = (log10(number) - decades.lowerBound) / (decades.upperBound - decades.lowerBound)
    return from + min(max(share, 0), 1) * (to - from)
  }

  /// Ticks at powers of ten, as many as have room, where the scale is counted in a unit of so many of its
  /// own.
  ///
  /// - Parameters:
  ///   - unit: how many of the scale's own unit one of the ticks' is.
  ///   - room: least distance of two labels.
  ///   - step: decades between labels are a multiple of it, if that is possible.
  func ticks(unit: Double = 1, room: Double, step: Int = 1) -> [(exponent: Int, place: Double)] {
    let shift = log10(unit)
    guard shift.isFinite else { return [] }
    let low = Int((decades.lowerBound - shift - 1e-9).rounded(.up))
    let high = Int((decades.upperBound - shift + 1e-9).rounded(.down))
    guard low <= high else { return [] }
    let length = (to - from).magnitude / (decades.upperBound - decades.lowerBound)
    let fewest = max(1, Int((room / length).rounded(.up)))
    var stride = (fewest + step - 1) / step * step
    if high - low < stride { stride = fewest }
    return (low...high).filter { ($0 % stride + stride) % stride == 0 }.map { exponent in
      let share =
        (Double(exponent) + shift - decades.lowerBound) / (decades.upperBound - decades.lowerBound)
      return (exponent, from + share * (to - from))
    }
  }

  /// `10⁵`, or the number itself where that is short.
  static func label(_ exponent: Int) -> String {
    if (0...2).contains(exponent) { return ["1", "10", "100"][exponent] }
    let digits = "⁰¹²³⁴⁵⁶⁷⁸⁹"
    return "10" + (exponent < 0 ? "⁻" : "")
      + String(
        exponent.magnitude.description.map {
          digits[digits.index(digits.startIndex, offsetBy: $0.wholeNumberValue!)]
        })
  }

  /// `10 aJ`.
  static func label(_ exponent: Int, _ unit: String) -> String {
    Numerals.engineering(pow(10, Double(exponent)), unit, digits: 1)
  }
}

/// Numbers laid out along a line in equal steps for equal differences.
struct LinearScale {
  let low: Double
  let high: Double
  let (from, to): (Double, Double)
  /// The distance of two ticks: 1, 2 or 5 times a power of ten.
  let step: Double

  /// A scale from tick to tick that holds all the numbers.
  init(holding numbers: [Double], ticks: Int, from: Double, to: Double) {
    // What a file says may be larger than differences can hold.
    let numbers = numbers.filter { !$0.isNaN }.map { min(max($0, -1e150), 1e150) }
    let least = numbers.min() ?? 0
    let most = numbers.max() ?? 1
    let span = most - least > 1e-150 ? most - least : max(most.magnitude, 1)
    let rough = span / Double(ticks)
    let power = pow(10, log10(rough).rounded(.down))
    step = [1, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) }! * power
    low = (least / step + 1e-12).rounded(.down) * step
    let top = (most / step - 1e-12).rounded(.up) * step
    high = top > low ? top : low + step
    (self.from, self.to) = (from, to)
  }

  /// Where a number stands; beyond the ends, at them.
  func place(_ number: Double) -> Double {
    from + (number.isNaN ? 0 : min(max((number - low) / (high - low), 0), 1)) * (to - from)
  }

  /// Every multiple of the step.
  var ticks: [Double] {
    let count = Int(((high - low) / step).rounded())
    return (0...count).map { low + Double($0) * step }
  }

  /// A tick's number in as few digits as tell it from its neighbours.
  func label(_ tick: Double) -> String {
    // Sums of steps end in digits that mean nothing.
    Numerals.tidy(Double(String(format: "%.8g", tick)) ?? tick)
  }
}
