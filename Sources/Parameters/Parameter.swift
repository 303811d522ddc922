public import Quantities

/// Something about a substrate that can be set.
public struct Parameter: Hashable, Sendable {
  /// What values it takes.
  public enum Domain: Hashable, Sendable {
    /// A finite number; `above` excludes the lower end itself.
    case number(from: Double, to: Double, above: Bool = false)
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// One of some words.
    case choice([String])
    /// One value for all layers, or several separated by commas, one for each layer of the network.
    indirect case byLayer(Domain)
    /// A word that leaves the choice to the substrate, or a finite number.
    indirect case automatic(String, or: Domain)
  }

  /// A value.
  public enum Value: Hashable, Sendable {
    /// A number.
    case number(Double)
    /// Several, one for each layer.
    case numbers([Double])
    /// A word.
    case word(String)
  }

  /// Its name on the command line.
  public let name: String
  /// The unit its numbers are in; empty for pure numbers and words.
  public let unit: String
  /// What values it takes.
  public let domain: Domain
  /// The value if none is given; none if it is then without effect.
  public let defaultValue: Value?
  /// What it means.
  public let meaning: String
  /// Where its default comes from, if that is more than a choice.
  public let source: Source?
  /// Whether it is the substrate's precision: more of it costs more energy and leaves the outputs closer to
  /// the reference's. Its word, if its domain has one, asks for the cheapest values layer by layer.
  /// Of several, such as one that replaces another, the one that has a value is in force.
  public let isPrecision: Bool
  /// The parameter that is without effect when this one is set; setting both is an error.
  public let replaces: String?

  /// A parameter.
  public init(
    _ name: String, unit: String = "", _ domain: Domain, default defaultValue: Value?,
    meaning: String, source: Source? = nil,
    isPrecision: Bool = false, replacing replaces: String? = nil
  ) {
    self.name = name
    self.unit = unit
    self.domain = domain
    self.defaultValue = defaultValue
    self.meaning = meaning
    self.source = source
    self.isPrecision = isPrecision
    self.replaces = replaces
  }

  /// The value that a text spells, if the domain holds it.
  public func value(of text: String) -> Value? { Self.value(of: text, in: domain) }

  private static func value(of text: String, in domain: Domain) -> Value? {
    switch domain {
    case .number(let low, let high, let above):
      guard let number = Double(text), number.isFinite, number <= high,
        above ? number > low : number >= low
      else { return nil }
      return .number(number)
    case .integer(let range):
      guard let number = Double(text), let whole = Int(exactly: number), range.contains(whole)
      else { return nil }
      return .number(Double(whole))
    case .choice(let words):
      return words.contains(text) ? .word(text) : nil
    case .byLayer(let each):
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      guard parts.count > 1 else { return value(of: text, in: each) }
      var numbers: [Double] = []
      for part in parts {
        guard case .number(let number)? = value(of: String(part), in: each) else { return nil }
        numbers.append(number)
      }
      return .numbers(numbers)
    case .automatic(let word, let other):
      return text == word ? .word(word) : value(of: text, in: other)
    }
  }

  /// What values it takes, in words: `2 to 16`, `a number above 0`, `linear | constant-speed`.
  public var range: String { Self.range(of: domain) }

  private static func range(of domain: Domain) -> String {
    func spelled(_ number: Double) -> String {
      guard number == number.rounded(), abs(number) < 1e18 else {
        // Swift writes 1e+15.
        return String(number.description.filter { $0 != "+" })
      }
      var (digits, zeros) = (Int(number), 0)
      while digits != 0, digits.isMultiple(of: 10) { (digits, zeros) = (digits / 10, zeros + 1) }
      return zeros < 6 ? String(Int(number)) : "\(digits)e\(zeros)"
    }
    switch domain {
    case .number(let low, let high, let above):
      let lower = above ? "above \(spelled(low))" : "from \(spelled(low))"
      return high.isFinite ? "a number \(lower) to \(spelled(high))" : "a number \(lower)"
    case .integer(let range):
      return "a whole number from \(range.lowerBound) to \(spelled(Double(range.upperBound)))"
    case .choice(let words): return words.joined(separator: " | ")
    case .byLayer(let each): return "\(Self.range(of: each)), or one for each layer, with commas"
    case .automatic(let word, let other): return "\(word), or \(Self.range(of: other))"
    }
  }
}
