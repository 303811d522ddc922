internal import Harness
internal import SubstrateCore

/// What the marks and lines of charts mean.
struct Legends {
  /// A little drawing before a word.
  struct Key {
    /// The colour.
    let style: String
    let drawing: Drawing

    init(_ style: String, width: Double = 34, _ draw: (inout Drawing) -> Void) {
      var drawing = Drawing(width: width, height: 14)
      draw(&drawing)
      self.style = style
      self.drawing = drawing
    }

    var icon: Markup { drawing.icon(style) }
  }

  /// One mark or line.
  struct Item {
    let key: Key
    /// What it is called in the drawing.
    var letter: String?
    let text: String
  }

  let comparison: Comparison

  init(_ comparison: Comparison) { self.comparison = comparison }

  /// The mark of a substrate, filled as its kind is.
  func key(of place: Int) -> Key {
    let kind = comparison.results[place].energy.kind
    return Key(Look.colour(place), width: 16) {
      $0.symbol(8, 7, shape: place, kind: kind, size: kind == .simulated ? 3.5 : 4.5)
    }
  }

  /// Which mark is which substrate.
  func substrates(_ places: [Int]) -> [Item] {
    places.map { Item(key: key(of: $0), text: comparison.results[$0].title) }
  }

  /// The same for all of them.
  var substrates: [Item] { substrates(Array(comparison.results.indices)) }

  /// How kinds are told apart; only those that occur.
  ///
  /// - Parameter lines: whether floors and conventions are lines, not posts.
  func kinds(lines: Bool) -> [Item] {
    let kinds = occurring
    return Kind.allCases.filter { kinds.contains($0) }.map { kind in
      let isLine = kind == .floor || kind == .convention
      let key = Key("cn", width: isLine ? 34 : 16) { drawing in
        switch kind {
        case .floor, .convention:
          drawing.line(2, 7, 32, 7, Look.line(kind))
          if !lines { drawing.line(32, 1, 32, 13, kind == .floor ? "l post" : "l post thin") }
        case .predicted, .simulated, .model, .measured:
          drawing.symbol(8, 7, shape: 0, kind: kind, size: kind == .simulated ? 3.5 : 4.5)
        }
      }
      return Item(key: key, text: kind.rawValue)
    }
  }

  /// The kinds that occur anywhere in the comparison.
  private var occurring: Set<Kind> {
    var kinds: Set<Kind> = [comparison.taskFloor.kind]
    for result in comparison.results {
      kinds.insert(result.energy.kind)
      kinds.formUnion(result.limits.map(\.kind))
      kinds.formUnion(result.ledger.map(\.kind))
    }
    return kinds
  }

  /// Which line is which bound.
  func bounds(_ chart: TimeChart) -> [Item] {
    let items = chart.bounds.map { bound in
      let key = Key(Look.colour(bound.substrate)) {
        $0.line(2, 7, 32, 7, Look.line(bound.kind))
      }
      return Item(key: key, letter: bound.letter, text: chart.name(of: bound))
    }
    guard comparison.curves?.crossings.contains(where: { $0.crossing.duration != nil }) ?? false
    else { return items }
    return items + [
      Item(key: Key("cn", width: 16) { $0.ring(8, 7, size: 5.5) }, text: "a crossing")
    ]
  }
}
