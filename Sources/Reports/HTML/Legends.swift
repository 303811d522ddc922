internal import Harness
internal import SubstrateCore

// What marks and lines mean, as lists below the drawings, which wrap where a drawing could not.
extension HTMLReport {
  /// A little drawing before a word.
  static func key(
    _ style: String, width: Double = 34, _ draw: (inout Drawing) -> Void
  ) -> Markup {
    var drawing = Drawing(width: width, height: 14)
    draw(&drawing)
    return drawing.icon(style)
  }

  /// The mark of a substrate, filled as its kind is.
  func key(of place: Int) -> Markup {
    let kind = comparison.results[place].energy.kind
    return Self.key(Look.colour(place), width: 16) {
      $0.symbol(8, 7, shape: place, kind: kind, size: kind == .simulated ? 3.5 : 4.5)
    }
  }

  /// How kinds are told apart; only those that occur.
  func kindLegend(lines: Bool) -> Markup {
    let kinds = kinds
    let items = Kind.allCases.filter { kinds.contains($0) }.map { kind -> Markup in
      let isLine = kind == .floor || kind == .convention
      let key = Self.key("cn", width: isLine ? 34 : 16) { drawing in
        switch kind {
        case .floor, .convention:
          drawing.line(2, 7, 32, 7, Look.line(kind))
          if !lines { drawing.line(32, 1, 32, 13, kind == .floor ? "l post" : "l post thin") }
        case .predicted, .simulated, .model, .measured:
          drawing.symbol(8, 7, shape: 0, kind: kind, size: kind == .simulated ? 3.5 : 4.5)
        }
      }
      return "<li>\(key)\(kind.rawValue)</li>"
    }
    return "<ul class=\"legend\">\(items)</ul>\n"
  }

  /// The kinds that occur anywhere in the comparison.
  var kinds: Set<Kind> {
    var kinds: Set<Kind> = [comparison.taskFloor.kind]
    for result in comparison.results {
      kinds.insert(result.energy.kind)
      kinds.formUnion(result.limits.map(\.kind))
      kinds.formUnion(result.ledger.map(\.kind))
    }
    return kinds
  }

  /// Which mark is which substrate.
  func substrateLegend(_ places: [Int]) -> Markup {
    let items = places.map { place -> Markup in
      "<li>\(key(of: place))\(comparison.results[place].title)</li>"
    }
    return "<ul class=\"legend\">\(items)</ul>\n"
  }

  /// Which line is which bound.
  func boundLegend(_ chart: TimeChart) -> Markup {
    let items = chart.bounds.map { bound -> Markup in
      let key = Self.key(Look.colour(bound.substrate)) {
        $0.line(2, 7, 32, 7, Look.line(bound.kind))
      }
      return "<li>\(key)<b>\(bound.letter)</b> \(chart.name(of: bound))</li>"
    }
    let ring = Self.key("cn", width: 16) { $0.ring(8, 7, size: 5.5) }
    let isCrossed = comparison.curves?.crossings.contains { $0.crossing.duration != nil } ?? false
    let crossing: Markup = isCrossed ? "<li>\(ring)a crossing</li>" : ""
    return "<ul class=\"legend\">\(items)\(crossing)</ul>\n"
  }
}
