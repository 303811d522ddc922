// Where the cells stand: beside each other as long as that fits, else below.
extension Grid {
  private typealias Part = (text: String, emphasis: TableStyle.Emphasis?)

  /// A row whose cells are spelled as the page wants them.
  private struct Line {
    var cells: [String]
    var remark: String
    var isHead: Bool
    var marked: Int?

    func emphasis(of column: Int) -> TableStyle.Emphasis? {
      isHead ? .heading : marked == column ? .warning : nil
    }
  }

  /// Whether all columns have room beside each other.
  func fits(_ page: Page, indent: Int) -> Bool {
    var widths = [Int](repeating: 0, count: alignments.count)
    for case .cells(let cells, _, _, _) in rows {
      for (column, cell) in cells.enumerated() {
        widths[column] = max(widths[column], page.style.spelled(cell).count)
      }
    }
    return widths.reduce(indent - 2) { $0 + $1 + 2 } <= page.lineWidth
  }

  /// Writes the rows.
  ///
  /// Where they have to fit a width and do not, the first column breaks its words; where it would have to
  /// break too many, it stands on lines of its own; and where not even the other columns fit, every
  /// cell does, with the head of its column.
  package func write(to page: inout Page, indent: Int = 0) {
    var widths = [Int](repeating: 0, count: alignments.count)
    var lines: [Line?] = []
    var isHead = rows.contains { if case .rule = $0 { true } else { false } }
    for row in rows {
      switch row {
      case .blank: lines.append(nil)
      case .rule:
        isHead = false
        lines.append(nil)
      case .cells(let cells, let remark, let isMarkedHead, let marked):
        let cells = cells.map { page.style.spelled($0) }
        lines.append(
          Line(
            cells: cells, remark: page.style.spelled(remark), isHead: isHead || isMarkedHead,
            marked: marked))
        for (column, cell) in cells.enumerated() {
          widths[column] = max(widths[column], cell.count)
        }
      }
    }
    let total = widths.reduce(indent - 2) { $0 + $1 + 2 }
    let others = total - widths[0]
    guard let limit = page.style.width, total > limit else {
      return write(lines, widths, to: &page, indent: indent)
    }
    if widths.count > 1, limit - others >= min(widths[0], 24) {
      widths[0] = limit - others
      write(lines, widths, to: &page, indent: indent)
    } else if widths.count > 1, others + 2 - indent <= limit - indent {
      // The first column is the margin of the others then.
      widths[0] = 2
      write(lines, widths, to: &page, indent: indent)
    } else {
      stack(lines, to: &page, indent: indent)
    }
  }

  // MARK: Side by side

  private func write(_ lines: [Line?], _ widths: [Int], to page: inout Page, indent: Int) {
    let margin = String(repeating: " ", count: indent)
    for (row, line) in zip(rows, lines) {
      guard let line else {
        if case .rule = row {
          page.emit([
            (margin + String(repeating: "-", count: widths.reduce(-2) { $0 + $1 + 2 }), nil)
          ])
        } else {
          page.line()
        }
        continue
      }
      var label = line.cells.first ?? ""
      if label.count > widths[0] {
        // The end of a label that is broken stands beside the figures.
        let isAlone = widths[0] <= 2
        let width = isAlone ? (page.style.width ?? label.count) - indent : widths[0]
        let hang = label.prefix { $0 == " " }.count + 2
        var parts = Page.broken(label, width: width, indent: min(hang, width / 2))
        label = isAlone ? "" : parts.removeLast()
        for part in parts { page.emit([(margin + part, line.emphasis(of: 0))]) }
        if isAlone && line.cells.dropFirst().allSatisfy(\.isEmpty) && line.remark.isEmpty {
          continue
        }
      }
      write(line, label: label, widths, after: margin, to: &page)
    }
  }

  private func write(
    _ line: Line, label: String, _ widths: [Int], after margin: String, to page: inout Page
  ) {
    var parts: [Part] = [(margin, nil)]
    for (column, cell) in line.cells.enumerated() {
      let cell = column == 0 ? label : cell
      if column > 0 { parts.append(("  ", nil)) }
      parts.append(
        (
          alignments[column] == .leading
            ? cell.padded(to: widths[column]) : cell.aligned(to: widths[column]),
          line.emphasis(of: column)
        ))
    }
    guard !line.remark.isEmpty else { return page.emit(parts) }
    // A remark that does not fit behind its row continues below, in its own column.
    let width = parts.reduce(2) { $0 + $1.text.count }
    if width + line.remark.count <= page.lineWidth || width <= page.lineWidth - 20 {
      page.paragraph(parts.map(\.text).joined() + " ", indent: width, line.remark)
    } else {
      page.emit(parts)
      page.paragraph(indent: 6, line.remark)
    }
  }

  // MARK: One below the other

  private func stack(_ lines: [Line?], to page: inout Page, indent: Int) {
    let heads = alignments.indices.map { column in
      lines.compactMap { line in
        line.flatMap { $0.isHead && column < $0.cells.count ? $0.cells[column] : nil }
      }.filter { !$0.isEmpty }.joined(separator: " ")
    }
    let margin = String(repeating: " ", count: indent)
    for (row, line) in zip(rows, lines) {
      guard let line else {
        if case .blank = row { page.line() }
        continue
      }
      guard !line.isHead else { continue }
      let label = line.cells.first ?? ""
      page.line(margin + label)
      let inner = margin + String(repeating: " ", count: label.prefix { $0 == " " }.count + 2)
      for (column, cell) in line.cells.enumerated().dropFirst() where !cell.isEmpty {
        let head = heads[column].isEmpty ? "" : heads[column] + ": "
        page.line(inner + head + cell, line.emphasis(of: column))
      }
      if !line.remark.isEmpty { page.paragraph(indent: inner.count, line.remark) }
    }
  }
}
