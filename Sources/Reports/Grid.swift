/// Rows of cells in columns just wide enough.
package struct Grid {
  /// On which side of its column a cell stands.
  package enum Alignment {
    /// Words.
    case leading
    /// Numbers.
    case trailing
  }

  private enum Row {
    case cells([String], remark: String, isHead: Bool)
    case rule
    case blank
  }

  private let alignments: [Alignment]
  private var rows: [Row] = []

  /// A grid without rows.
  package init(_ alignments: [Alignment]) { self.alignments = alignments }

  /// Adds a row. It may have fewer cells than there are columns; the remark then follows the last
  /// cell and does not widen any column.
  /// Rows above a line across are heads of columns; where there is no line, `isHead` says so.
  package mutating func row(_ cells: [String], remark: String = "", isHead: Bool = false) {
    precondition(cells.count <= alignments.count, "a cell has a column")
    rows.append(.cells(cells.map { Page.visible($0) }, remark: remark, isHead: isHead))
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
    for case .cells(_, let remark, _) in rows where !remark.isEmpty { hasRemarks = true }
    var (head, body): ([[String]], [[String]]) = ([], [])
    var isHead = rows.contains { if case .rule = $0 { true } else { false } }
    for row in rows {
      switch row {
      case .blank: break
      case .rule: isHead = false
      case .cells(let cells, let remark, let isMarked):
        let blanks = [String](repeating: "", count: alignments.count - cells.count)
        let all = cells + blanks + (hasRemarks ? [remark] : [])
        if isHead || isMarked { head.append(all) } else { body.append(all) }
      }
    }
    return (alignments + (hasRemarks ? [.leading] : []), head, body)
  }

  /// Writes the rows.
  package func write(to page: inout Page, indent: Int = 0) {
    var widths = [Int](repeating: 0, count: alignments.count)
    for case .cells(let cells, _, _) in rows {
      for (column, cell) in cells.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    let margin = String(repeating: " ", count: indent)
    for row in rows {
      switch row {
      case .blank: page.line()
      case .rule:
        page.line(margin + String(repeating: "-", count: widths.reduce(-2) { $0 + $1 + 2 }))
      case .cells(let cells, let remark, _):
        let line = cells.enumerated().map { column, cell in
          alignments[column] == .leading
            ? cell.padded(to: widths[column]) : cell.aligned(to: widths[column])
        }.joined(separator: "  ")
        if remark.isEmpty {
          page.line(margin + line)
        } else {
          write(remark, after: margin + line + "  ", to: &page)
        }
      }
    }
  }

  /// A remark that does not fit behind its row continues below, in its own column.
  private func write(_ remark: String, after line: String, to page: inout Page) {
    if line.count + remark.count <= Page.width || line.count <= Page.width - 20 {
      page.paragraph(String(line.dropLast()), indent: line.count, remark)
    } else {
      page.line(line)
      page.paragraph(indent: 6, remark)
    }
  }
}
