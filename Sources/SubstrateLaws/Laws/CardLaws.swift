internal import Networks
internal import Parameters
internal import Quantities
internal import SubstrateCore

extension ConformanceLaw {
  /// What a card has to be before anything is run.
  static let card: [ConformanceLaw] = [cardIsWhole]

  static let cardIsWhole = ConformanceLaw(
    "card", "it says what it is, and defaults and claims are possible by its own parameters"
  ) { examination throws(Violation) in
    let card = examination.card
    func expect(_ holds: Bool, _ expected: String, _ seen: String) throws(Violation) {
      if !holds { throw examination.violation(expected: expected, seen: seen, on: "the card") }
    }
    let letters = card.id.unicodeScalars
    try expect(
      !card.id.isEmpty && letters.first != "-"
        && letters.allSatisfy {
          ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
        }, "an id of small letters, digits and hyphens", "'\(card.id)'")
    try expect(!card.title.isEmpty, "a title", "none")
    // Reports have a line for it.
    try expect(
      (1...80).contains(card.principle.count) && !card.principle.contains("\n"),
      "a principle in one line of up to 80 letters", "\(card.principle.count) letters")
    // A machine that runs no network breaks no law.
    let isUsable = if case .refused = card.meaning(.dense) { false } else { true }
    try expect(isUsable, "matrices among what it does not refuse", "'dense' is refused")
    try expect(!card.sources.isEmpty, "a source at least", "none")
    let keys = card.sources.map(\.key)
    try expect(Set(keys).count == keys.count, "each source once", keys.joined(separator: ", "))
    for source in card.sources {
      try expect(
        !source.key.isEmpty && !source.citation.isEmpty, "a key and a citation of each source",
        "'\(source.key)', '\(source.citation)'")
    }
    for parameter in card.parameters {
      try expect(!parameter.meaning.isEmpty, "what '\(parameter.name)' means", "nothing")
      try expect(
        parameter.isPossible, "a default that '\(parameter.name)' takes: \(parameter.range)",
        parameter.defaultText ?? "none")
      if let source = parameter.source {
        try expect(
          card.sources.contains(source), "the source of '\(parameter.name)' on the card",
          "'\(source.key)' is not there")
      }
    }
    for claim in card.claims.scalings {
      let parameter = card.parameters.first { $0.name == claim.parameter }
      let ends = [claim.range.lowerBound, claim.range.upperBound]
      try expect(
        claim.range.lowerBound > 0 && claim.range.upperBound >= 2 * claim.range.lowerBound
          && claim.tolerance >= 0 && claim.tolerance < 0.25
          && ends.allSatisfy { parameter?.value(of: $0.description) != nil },
        "a scaling over positive values of a parameter, at least a factor of 2, with a tolerance below 0.25",
        "'\(claim.parameter)' over \(claim.range), tolerance \(claim.tolerance)")
    }
    let claims = card.claims
    try expect(
      (claims.temperatureExponent?.isFinite ?? true) && claims.idealError >= 0
        && claims.idealError <= 0.01
        && claims.booksError >= 0 && claims.booksError <= 0.01,
      "claims of errors from 0 to a percent",
      "idealError \(claims.idealError), booksError \(claims.booksError)")
  }
}

extension Parameter {
  /// Whether the default is a value that the domain holds.
  fileprivate var isPossible: Bool {
    guard let defaultText else { return true }
    return value(of: defaultText) == defaultValue
  }

  /// The default as it would be entered.
  fileprivate var defaultText: String? {
    switch defaultValue {
    case nil: nil
    case .number(let number)?: number.description
    case .numbers(let numbers)?: numbers.map(\.description).joined(separator: ",")
    case .word(let word)?: word
    }
  }
}
