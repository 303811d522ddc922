/// Rows of cells in columns just wide enough.
package struct Grid {
  /// On which side of its column a cell stands.
  package enum Alignment {
    /// Words.
    case leading
    /// Numbers.
    case trailing
  }

  enum Row {
    case cells([String], remark: String, isHead: Bool, marked: Int?)
    case rule
    case blank
  }

  let alignments: [Alignment]
  private(set) var rows: [Row] = []

  /// A grid without rows.
  package init(_ alignments: [Alignment]) { self.alignments = alignments }

  /// Adds a row. It may have fewer cells than there are columns; the remark then follows the last
  /// cell and does not widen any column.
  ///
  /// - Parameters:
  ///   - isHead: whether it is a head of columns, as all rows above a line across are.
  ///   - marked: the column of a cell that stands out.
  package mutating func row(
    _ cells: [String], remark: String = "", isHead: Bool = false, marked: Int? = nil
  ) {
    precondition(cells.count <= alignments.count, "a cell has a column")
    rows.append(
      .cells(cells.map { Page.visible($0) }, remark: remark, isHead: isHead, marked: marked))
  }

  /// Adds a line across.
  package mutating func rule() { rows.append(.rule) }

  /// Adds an empty line.
  package mutating func blank() { rows.append(.blank) }

  /// Whether nothing stands below the first line across.
  var isEmpty: Bool { parts.body.isEmpty }

  /// The columns' sides, the rows above the first line across, and those below, filled up to all columns
  /// and with the remark as the last cell.
  var parts: (alignments: [Alignment], head: [[String]], body: [[String]]) {
    var hasRemarks = false
    for case .cells(_, let remark, _, _) in rows where !remark.isEmpty { hasRemarks = true }
    var (head, body): ([[String]], [[String]]) = ([], [])
    var isHead = rows.contains { if case .rule = $0 { true } else { false } }
    for row in rows {
      switch row {
      case .blank: break
      case .rule: isHead = false
      case .cells(let cells, let remark, let isMarked, _):
        let blanks = [String](repeating: "", count: alignments.count - cells.count)
        let all = cells + blanks + (hasRemarks ? [remark] : [])
        if isHead || isMarked { head.append(all) } else { body.append(all) }
      }
    }
    return (alignments + (hasRemarks ? [.leading] : []), head, body)
  }

}
