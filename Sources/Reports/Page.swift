/// Lines of plain text, none of which can steer the terminal that shows them.
package struct Page {
  /// Where paragraphs break if nothing else is asked for.
  package static let width = 108
  /// Where they break on a wider terminal: longer lines are hard to read.
  private static let widest = 120

  /// How it is laid out.
  let style: TableStyle
  /// All lines, each with its end.
  package private(set) var text = ""

  /// An empty page.
  package init(_ style: TableStyle = .plain) { self.style = style }

  /// Where paragraphs break.
  var lineWidth: Int { style.width.map { min($0, Self.widest) } ?? Self.width }

  /// Adds a line; an empty one keeps blocks apart. One that does not fit goes on below, indented.
  package mutating func line(_ line: String = "", _ emphasis: TableStyle.Emphasis? = nil) {
    let line = style.spelled(line)
    guard let width = style.width, line.count > width else { return emit([(line, emphasis)]) }
    let indent = min(line.prefix { $0 == " " }.count + 2, width / 2)
    for part in Self.broken(line, width: width, indent: indent) { emit([(part, emphasis)]) }
  }

  /// Adds the title of a block.
  package mutating func heading(_ title: String) { line(title, .heading) }

  /// Adds a line of parts that fit and are spelled already, some of which stand out.
  mutating func emit(_ parts: [(text: String, emphasis: TableStyle.Emphasis?)]) {
    var parts = parts
    while let last = parts.last {
      let trimmed = String(last.text.reversed().drop { $0 == " " }.reversed())
      parts[parts.count - 1].text = trimmed
      guard trimmed.isEmpty else { break }
      parts.removeLast()
    }
    for part in parts {
      let words = part.text.drop { $0 == " " }
      let blanks = part.text.dropLast(words.count)
      text +=
        blanks
        + style.emphasised(
          style.isASCII ? String(words).replacing("\u{a0}", with: " ") : String(words),
          part.emphasis)
    }
    text += "\n"
  }

  /// Adds a paragraph.
  package mutating func paragraph(_ words: String) { paragraph("", indent: 0, words) }

  /// Adds a paragraph with a label, its further lines indented.
  ///
  /// Where hardly any room is left beside the label, the text stands below it.
  ///
  /// - Parameters:
  ///   - label: what stands before the first line.
  ///   - indent: where the text begins; at least the label's length and a space.
  ///   - emphasis: of the label.
  package mutating func paragraph(
    _ label: String = "", indent: Int, _ words: String, _ emphasis: TableStyle.Emphasis? = nil
  ) {
    let (label, words) = (style.spelled(label), style.spelled(words))
    var first = label.count < indent || label.isEmpty ? label.padded(to: indent) : label + " "
    var indent = indent
    if let width = style.width, width - max(first.count, indent) < min(30, width - 6) {
      if !label.allSatisfy({ $0 == " " }) {
        line(label, emphasis)
        indent = min(label.prefix { $0 == " " }.count + 2, 6)
      } else {
        indent = min(indent, 4)
      }
      first = String(repeating: " ", count: indent)
    }
    let lines = Self.broken(
      words, width: lineWidth, indent: indent, first: first.count, hard: style.width != nil)
    guard lines.count > 0 else { return emit([(first, emphasis)]) }
    for (index, line) in lines.enumerated() {
      if index == 0 { emit([(first, emphasis), (line, nil)]) } else { emit([(line, nil)]) }
    }
  }

  /// Words on lines of at most so many characters; all but the first begin with the indent.
  private static func broken(
    _ words: String, width: Int, indent: Int, first: Int, hard: Bool
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    // Of the line, with what stands before it.
    var length = first
    var isEmpty = true
    func turn() {
      lines.append(line)
      line = String(repeating: " ", count: indent)
      length = indent
      isEmpty = true
    }
    for word in words.split(separator: " ") {
      var word = word
      if !isEmpty && length + 1 + word.count > width { turn() }
      if !isEmpty {
        line += " "
        length += 1
      }
      // A word longer than a line is broken, but only where lines have to fit.
      while hard, word.count > width - length, width > length {
        line += word.prefix(width - length)
        word = word.dropFirst(width - length)
        turn()
      }
      line += word
      length += word.count
      isEmpty = false
    }
    if !isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }

  /// A line broken at words, or in them, the first part with its own indent.
  static func broken(_ line: String, width: Int, indent: Int) -> [String] {
    let margin = line.prefix { $0 == " " }
    var lines = broken(
      String(line.dropFirst(margin.count)), width: width, indent: indent, first: margin.count,
      hard: true)
    lines[0] = margin + lines[0]
    return lines
  }

  /// The text with every control character, line break and change of writing direction spelled out,
  /// so that a file's name or contents cannot move the cursor or pose as something else.
  package static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isUnsafe(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A name that fits into a line.
  package static func short(_ name: String, limit: Int = 40) -> String {
    let name = visible(name)
    return name.count <= limit ? name : name.prefix(limit - 3) + "..."
  }

  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x2028...0x202e, 0x2066...0x2069, 0x200e...0x200f: true
    default: false
    }
  }
}

extension String {
  /// With blanks behind it up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(width - count, 0))
  }

  /// With blanks before it up to a width.
  func aligned(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(width - count, 0)) + self
  }
}
