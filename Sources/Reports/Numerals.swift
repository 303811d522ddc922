/// Numbers as people read them: few digits, never more than are meant, never NaN.
///
/// Machine-readable reports do not use it; they print every digit.
package enum Numerals {
  /// What stands where a figure does not exist.
  package static let absent = "-"

  /// With so many significant digits: plain from 0.001 to below 10 000, where the digits before the
  /// point are all shown, else `1.96e11`.
  package static func plain(_ number: Double?, digits: Int = 3) -> String {
    guard let number, number.isFinite else { return absent }
    guard let decimal = Decimal(number, digits: digits) else { return "0" }
    guard (-3..<4).contains(decimal.exponent) else {
      return decimal.sign + decimal.mantissa + "e\(decimal.exponent)"
    }
    let places = max(digits - 1 - decimal.exponent, 0)
    return fixed(number, places: places)
  }

  /// With an engineering prefix: `812 pJ`, `9.53 zJ`; `0 J`.
  package static func engineering(_ number: Double?, _ unit: String, digits: Int = 3) -> String {
    guard let number, number.isFinite else { return absent }
    guard let decimal = Decimal(number, digits: digits) else { return "0 \(unit)" }
    let group = decimal.exponent.flooredDivision(by: 3)
    guard let prefix = prefixes[group] else {
      return decimal.sign + decimal.mantissa + "e\(decimal.exponent) \(unit)"
    }
    let before = decimal.exponent - 3 * group + 1
    return decimal.sign + decimal.pointed(after: before) + " \(prefix)\(unit)"
  }

  /// A share in per cent, without the sign: `97.6`.
  package static func percent(_ share: Double?, places: Int = 1) -> String {
    guard let share, share.isFinite else { return absent }
    return fixed(100 * share, places: places)
  }

  /// A share with its standard error, both in per cent or points: `97.6 ± 0.7`.
  package static func percent(_ share: Double?, error: Double?) -> String {
    guard let share, share.isFinite else { return absent }
    guard let error, error.isFinite else { return percent(share) }
    // A second place only where the first would round the error away.
    let places = error < 0.0005 ? 2 : 1
    return "\(percent(share, places: places)) ± \(percent(error, places: places))"
  }

  /// With so many places behind the point, and no minus before a zero.
  package static func fixed(_ number: Double, places: Int) -> String {
    let scaled = (number.magnitude * power(of: places)).rounded()
    guard scaled < 1e15 else { return tidy(number) }
    var digits = String(Int64(scaled))
    if places > 0 {
      digits = String(repeating: "0", count: max(places + 1 - digits.count, 0)) + digits
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
    }
    return number < 0 && scaled > 0 ? "-" + digits : digits
  }

  /// Every digit that tells the number from its neighbours: `0.1`, `1000`, `1e9`, `1e-9`.
  package static func tidy(_ number: Double) -> String {
    guard number.isFinite else { return absent }
    guard number != 0 else { return "0" }
    // Swift's own description has exactly those digits; only its notation is not ours.
    let parts = number.magnitude.description.split(separator: "e")
    let point = parts[0].split(separator: ".")
    var exponent = parts.count > 1 ? Int(parts[1])! : 0
    var digits = String(point[0]) + (point.count > 1 && point[1] != "0" ? String(point[1]) : "")
    exponent += point[0].count - 1
    let leading = digits.prefix { $0 == "0" }.count
    digits.removeFirst(leading)
    exponent -= leading
    while digits.last == "0" { digits.removeLast() }
    let sign = number < 0 ? "-" : ""
    if (0..<6).contains(exponent) {
      let padded = digits + String(repeating: "0", count: max(exponent + 1 - digits.count, 0))
      return sign + Decimal.pointed(padded, after: exponent + 1)
    }
    if (-3..<0).contains(exponent) {
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
    }
    return sign + Decimal.pointed(digits, after: 1) + "e\(exponent)"
  }

  /// A count with thin groups: `2 720`.
  package static func count(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(" ", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return number < 0 ? "-" + digits : digits
  }

  /// A count with what is counted, in the plural unless it is one: `1 output`, `58 neurons`.
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  private static let prefixes: [Int: String] = [
    -8: "y", -7: "z", -6: "a", -5: "f", -4: "p", -3: "n", -2: "µ", -1: "m", 0: "", 1: "k", 2: "M",
    3: "G", 4: "T",
  ]

  /// 10^n, correctly rounded.
  fileprivate static func power(of exponent: Int) -> Double { Double("1e\(exponent)") ?? 0 }

  /// A number rounded to some significant decimal digits: sign, digits, and the first digit's power
  /// of ten.
  private struct Decimal {
    let sign: String
    let digits: String
    let exponent: Int

    /// None for zero.
    init?(_ number: Double, digits count: Int) {
      guard number != 0 else { return nil }
      sign = number < 0 ? "-" : ""
      // The description's exponent is exact, where a logarithm's floor may be off by one.
      let text = number.magnitude.description
      let parts = text.split(separator: "e")
      var exponent = parts.count > 1 ? Int(parts[1])! : 0
      let all = parts[0].filter { $0 != "." }
      exponent += (parts[0].firstIndex(of: ".").map { parts[0][..<$0].count } ?? parts[0].count) - 1
      let leading = all.prefix { $0 == "0" }.count
      exponent -= leading
      let significant = all.dropFirst(leading)
      var kept = Array(significant.prefix(count).utf8).map { Int($0) - 48 }
      while kept.count < count { kept.append(0) }
      if let next = significant.dropFirst(count).first, next >= "5" {
        var place = count - 1
        kept[place] += 1
        while kept[place] == 10 {
          kept[place] = 0
          if place == 0 {
            kept.insert(1, at: 0)
            kept.removeLast()
            exponent += 1
            break
          }
          place -= 1
          kept[place] += 1
        }
      }
      digits = kept.map(String.init).joined()
      self.exponent = exponent
    }

    /// `1.96`.
    var mantissa: String { pointed(after: 1) }

    /// The digits with a point after so many of them.
    func pointed(after place: Int) -> String { Self.pointed(digits, after: place) }

    static func pointed(_ digits: String, after place: Int) -> String {
      guard place < digits.count else {
        return digits + String(repeating: "0", count: place - digits.count)
      }
      return "\(digits.prefix(place)).\(digits.dropFirst(place))"
    }
  }
}

extension Int {
  fileprivate func flooredDivision(by divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
