public import Networks
public import Quantities

/// What a substrate says of itself.
public struct Card: Sendable {
  /// Its name on the command line, `quasi-static`.
  public let id: String
  /// Its name in tables.
  public let title: String
  /// One sentence: what the machine is and where its energy goes.
  public let principle: String
  /// What its headline energy includes.
  public let boundary: Boundary
  /// What can be set.
  public let parameters: [Parameter]
  /// Every work its figures rest on.
  public let sources: [Source]
  /// What each sort of operation is on it.
  public let meaning: @Sendable (Operation.Kind) -> Meaning

  /// A card.
  public init(
    id: String, title: String, principle: String, boundary: Boundary, parameters: [Parameter],
    sources: [Source], meaning: @escaping @Sendable (Operation.Kind) -> Meaning
  ) {
    precondition(Set(parameters.map(\.name)).count == parameters.count, "parameters by name")
    self.id = id
    self.title = title
    self.principle = principle
    self.boundary = boundary
    self.parameters = parameters
    self.sources = sources
    self.meaning = meaning
  }
}

/// What a sort of operation is on a substrate: what its neurons, products and stored values are there,
/// and whether they cost anything. There is no silent zero.
public enum Meaning: Sendable, Hashable {
  /// Its energy is in the ledger: as what.
  case modelled(String)
  /// It costs nothing: why.
  case free(String)
  /// It costs something that is not in the ledger: why. A gap.
  case unmodelled(String)
  /// A network that has it is refused: why.
  case refused(String)
}

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

/// The values of a substrate's parameters.
public struct Settings: Hashable, Sendable {
  /// The parameters in the card's order.
  public let parameters: [Parameter]
  private var values: [String: Parameter.Value]
  private var given: Set<String> = []

  /// The defaults of a card.
  public init(defaultsOf card: Card) {
    parameters = card.parameters
    values = [:]
    for parameter in parameters { values[parameter.name] = parameter.defaultValue }
  }

  /// Sets a parameter from text.
  ///
  /// - Throws: `SettingError` if there is no such parameter, its domain does not hold the value, or
  ///   it and one that it replaces are both set.
  public mutating func set(_ name: String, to text: String) throws(SettingError) {
    guard let parameter = parameters.first(where: { $0.name == name }) else {
      throw .unknown(name, known: parameters.map(\.name))
    }
    guard let value = parameter.value(of: text) else {
      throw .outOfRange(parameter, text)
    }
    for other in parameters where other.replaces == name || parameter.replaces == other.name {
      guard !given.contains(other.name) else { throw .conflict(name, other.name) }
      values[other.name] = nil
    }
    values[name] = value
    given.insert(name)
  }

  /// Whether a value was set, not left at its default.
  public func isGiven(_ name: String) -> Bool { given.contains(name) }

  /// A parameter's value, if it has one.
  public func value(_ name: String) -> Parameter.Value? {
    precondition(parameters.contains { $0.name == name }, "no parameter '\(name)' on the card")
    return values[name]
  }

  /// A parameter's numbers by layer; none for anything else.
  public func numbers(_ name: String) -> [Double]? {
    if case .numbers(let numbers) = value(name) { numbers } else { nil }
  }

  /// A parameter's number; none for several, a word or without a value.
  public func number(_ name: String) -> Double? {
    if case .number(let number) = value(name) { number } else { nil }
  }

  /// A parameter's word; none for numbers or without a value.
  public func word(_ name: String) -> String? {
    if case .word(let word) = value(name) { word } else { nil }
  }
}

/// A setting that cannot be.
public enum SettingError: Error, Hashable, Sendable {
  /// The substrate has no parameter of that name.
  case unknown(String, known: [String])
  /// The parameter does not take that value.
  case outOfRange(Parameter, String)
  /// The two parameters exclude each other.
  case conflict(String, String)
}

/// What holds for a run: the bath, and the settings of the substrate's parameters.
public struct Conditions: Hashable, Sendable {
  /// The temperature of the bath, positive.
  public let temperature: Kelvin
  /// The values of the parameters of the substrate that is asked.
  public let settings: Settings

  /// Conditions of a run.
  public init(temperature: Kelvin, settings: Settings) {
    precondition(temperature.isFinite && temperature > .zero, "a temperature is positive")
    self.temperature = temperature
    self.settings = settings
  }

  /// k_B T of the bath.
  public var thermalQuantum: Joules { Quantities.thermalQuantum(at: temperature) }
}
