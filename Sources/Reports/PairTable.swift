internal import Harness

/// Differences in accuracy of all pairs as a triangle: a list of them grows with the square of the substrates.
struct PairTable {
  /// What stands above it.
  static let meaning = "row less column; a column has its row's letter"

  /// From so few substrates on a list is not longer than the triangle, and clearer.
  private static let fewest = 5
  /// More columns than this no page has room for.
  private static let most = 9

  private let names: [String]
  /// By row and column.
  private let pairs: [[Comparison.PairedDifference?]]

  /// None where a list does better.
  init?(_ comparison: Comparison) {
    let found = Set(comparison.paired.flatMap { [$0.a, $0.b] })
    names = comparison.results.map(\.substrate).uniqued().filter { found.contains($0) }
    guard (Self.fewest...Self.most).contains(names.count) else { return nil }
    let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    var pairs = [[Comparison.PairedDifference?]](
      repeating: Array(repeating: nil, count: names.count), count: names.count)
    for pair in comparison.paired {
      // A kept document may hold pairs of whatever it likes; none is left out for that.
      guard let row = places[pair.a], let column = places[pair.b], row < column,
        pairs[row][column] == nil
      else { return nil }
      pairs[row][column] = pair
    }
    self.pairs = pairs
  }

  private static func letter(_ place: Int) -> String {
    "[\(UnicodeScalar(UInt8(97 + place)))]"
  }

  private static func text(of pair: Comparison.PairedDifference?) -> String {
    pair.map { Report.signed($0.difference, $0.standardError) } ?? Numerals.absent
  }

  /// The triangle, with names before the rows and letters above the columns.
  var grid: Grid {
    var grid = Grid([.leading] + Array(repeating: .trailing, count: names.count - 1))
    grid.row([""] + names.indices.dropFirst().map { Self.letter($0) }, isHead: true)
    for (row, name) in names.enumerated() {
      let cells = names.indices.dropFirst().map { column in
        column > row ? Self.text(of: pairs[row][column]) : ""
      }
      grid.row(["\(Self.letter(row)) \(name)"] + cells)
    }
    return grid
  }

  /// The same on a page.
  var markup: Markup {
    let heads = names.indices.dropFirst().map {
      "<th scope=\"col\">\(Self.letter($0))</th>" as Markup
    }
    let rows = names.enumerated().map { row, name -> Markup in
      let cells = names.indices.dropFirst().map { column -> Markup in
        guard column > row else { return "<td></td>" }
        let pair = pairs[row][column]
        return """
          <td data-label="\(Self.letter(column))">\
          \(HTMLReport.number(pair?.difference, Self.text(of: pair)))</td>
          """
      }
      return "<tr><th scope=\"row\">\(Self.letter(row)) \(name)</th>\(cells)</tr>\n"
    }
    return """
      <table class="cards pairs"><caption>On the same samples, in points; \(Self.meaning)</caption>\
      <thead><tr><th></th>\(heads)</tr></thead><tbody>
      \(rows)</tbody></table>

      """
  }
}
