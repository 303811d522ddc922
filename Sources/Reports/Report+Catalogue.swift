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
    var sources: [Source]

    init(_ card: Card, module: String) {
      self.module = module
      id = card.id
      title = card.title
      principle = card.principle
      boundary = card.boundary
      parameters = card.parameters.map(Item.init)
      sources = card.sources
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
