internal import Quantities
public import SubstrateCore
internal import Parameters

extension Report {
  /// Substrates with their parameters, and the modules they come from, for a terminal.
  public static func table(
    _ substrates: [(card: Card, module: String)], style: TableStyle = .plain
  ) -> String {
    var page = Page(style)
    for (index, (card, module)) in substrates.enumerated() {
      if index > 0 { page.line() }
      page.heading("\(card.id): \(card.title)")
      page.paragraph(indent: 2, card.principle)
      page.line("  energies include: \(card.boundary.rawValue)")
      page.line("  module: \(module)")
      var grid = Grid([.leading, .leading])
      for parameter in card.parameters {
        let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
        let isNumber = if case .number = parameter.defaultValue { true } else { false }
        grid.row(
          [parameter.name, spelled(parameter.defaultValue) + (isNumber ? unit : "")],
          remark: "\(parameter.meaning) (\(parameter.range)\(unit))"
            + (parameter.source.map { " [\($0.key)]" } ?? ""))
      }
      page.line()
      grid.write(to: &page, indent: 4)
      page.line()
      page.paragraph("    claims, tested by verify:", indent: 6, words(card.claims))
      if !card.sources.isEmpty { page.line() }
      for source in card.sources {
        page.paragraph(
          "    [\(source.key)]", indent: 6, "\(source.citation) (\(source.evidence.rawValue))")
      }
    }
    return page.text
  }

  /// Substrates with their parameters as a JSON document, `substrata.substrates/1`.
  public static func json(_ substrates: [(card: Card, module: String)]) -> String {
    document(CatalogueDocument(substrates: substrates.map(CatalogueDocument.Entry.init)))
  }

  /// What a card claims, in one sentence each.
  private static func words(_ claims: Claims) -> String {
    let powers =
      [claims.temperatureExponent.map { "T^\(Numerals.tidy($0))" } ?? "no single power of T"]
      + claims.scalings.map {
        "\($0.parameter)^\(Numerals.tidy($0.exponent)) from \(Numerals.tidy($0.range.lowerBound)) to "
          + "\(Numerals.tidy($0.range.upperBound))"
      }
    let settings = claims.ideal.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return "energy goes as \(powers.joined(separator: ", ")); outputs are the reference's to "
      + "\(Numerals.tidy(claims.idealError)) of the largest "
      + (settings.isEmpty ? "as it is" : "at \(settings.joined(separator: ", "))")
      + (claims.hasMemory
        ? "; an inference's energy depends on the sample before it"
        : "; the order of samples does not matter")
      + (claims.booksError > 0
        ? "; books may miss by \(Numerals.tidy(claims.booksError)) of the energy handled" : "")
  }

  private static func spelled(_ value: Parameter.Value?) -> String {
    switch value {
    case .number(let number): Numerals.tidy(number)
    case .numbers(let numbers): numbers.map { Numerals.tidy($0) }.joined(separator: ",")
    case .word(let word): word
    case nil: Numerals.absent
    }
  }
}

private struct CatalogueDocument: Encodable {
  var schema = "substrata.substrates/1"
  var substrates: [Entry]

  struct Entry: Encodable {
    var id: String
    var title: String
    var module: String
    var principle: String
    var boundary: Boundary
    var parameters: [Item]
    var claims: ClaimsItem
    var sources: [Source]

    init(_ card: Card, module: String) {
      self.module = module
      id = card.id
      title = card.title
      principle = card.principle
      boundary = card.boundary
      parameters = card.parameters.map(Item.init)
      claims = ClaimsItem(claims: card.claims)
      sources = card.sources
    }
  }

  struct ClaimsItem: Encodable {
    var claims: Claims

    private enum CodingKeys: String, CodingKey {
      case scalings, ideal
      case temperatureExponent = "temperature_exponent"
      case idealError = "ideal_error"
      case hasMemory = "has_memory"
      case booksError = "books_error"
    }

    private struct Value: Encodable {
      var parameter, value: String
    }

    private struct Scaling: Encodable {
      var parameter: String
      var exponent, from, to, tolerance: Double
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(claims.temperatureExponent, forKey: .temperatureExponent)
      try container.encode(
        claims.scalings.map {
          Scaling(
            parameter: $0.parameter, exponent: $0.exponent, from: $0.range.lowerBound,
            to: $0.range.upperBound, tolerance: $0.tolerance)
        }, forKey: .scalings)
      try container.encode(
        claims.ideal.sorted { $0.key < $1.key }.map { Value(parameter: $0.key, value: $0.value) },
        forKey: .ideal)
      try container.encode(claims.idealError, forKey: .idealError)
      try container.encode(claims.hasMemory, forKey: .hasMemory)
      try container.encode(claims.booksError, forKey: .booksError)
    }
  }

  struct Item: Encodable {
    var parameter: Parameter

    init(_ parameter: Parameter) { self.parameter = parameter }

    private enum CodingKeys: String, CodingKey {
      case name, unit, range, meaning, source
      case defaultValue = "default"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(parameter.name, forKey: .name)
      try container.encode(parameter.unit, forKey: .unit)
      try container.encode(parameter.range, forKey: .range)
      try container.encode(parameter.meaning, forKey: .meaning)
      try container.encode(parameter.source, forKey: .source)
      switch parameter.defaultValue {
      case .number(let number): try container.encode(number, forKey: .defaultValue)
      case .numbers(let numbers): try container.encode(numbers, forKey: .defaultValue)
      case .word(let word): try container.encode(word, forKey: .defaultValue)
      case nil: try container.encodeNil(forKey: .defaultValue)
      }
    }
  }
}
