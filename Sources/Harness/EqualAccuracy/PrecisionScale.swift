internal import SubstrateCore
internal import Parameters

/// The settings among which a precision is looked for: whole numbers, or ten to the decade.
///
/// The ten are the preferred numbers R10 of ISO 3, at most 28 % apart, so that what is found reads well.
struct PrecisionScale: Equatable, Sendable {
  private static let preferred = ["1", "1.25", "1.6", "2", "2.5", "3.15", "4", "5", "6.3", "8"]
  /// Where numbers are looked for if their domain goes further.
  private static let decades = -12...15

  let isWhole: Bool
  /// Places on the scale, from the least precision to the most.
  let places: ClosedRange<Int>

  /// The scale of a domain; none for words, and where no place of the scale lies in it.
  init?(_ domain: Parameter.Domain) {
    switch domain {
    case .integer(let range):
      isWhole = true
      places = range
    case .number(let low, let high, let above):
      isWhole = false
      let all = (Self.decades.lowerBound * 10)...(Self.decades.upperBound * 10)
      let inside = all.filter {
        let number = Self.number($0)
        return number <= high && (above ? number > low : number >= low)
      }
      guard let first = inside.first, let last = inside.last else { return nil }
      places = first...last
    case .choice: return nil
    case .automatic(_, let other), .byLayer(let other):
      guard let scale = PrecisionScale(other) else { return nil }
      self = scale
    }
  }

  /// The setting at a place.
  func value(_ place: Int) -> Double { isWhole ? Double(place) : Self.number(place) }

  /// The place whose setting is nearest, by ratio for numbers.
  func place(nearest value: Double) -> Int {
    guard !isWhole else {
      return Int(min(max(value, Double(places.lowerBound)), Double(places.upperBound)).rounded())
    }
    // Numbers of the scale are few; the first from which the next is farther.
    return places.min { first, second in
      ratio(first, value) < ratio(second, value)
    }!
  }

  private func ratio(_ place: Int, _ value: Double) -> Double {
    let number = self.value(place)
    return max(number / value, value / number)
  }

  private static func number(_ place: Int) -> Double {
    let decade = (place >= 0 ? place : place - 9) / 10
    return Double("\(preferred[place - 10 * decade])e\(decade)")!
  }
}
