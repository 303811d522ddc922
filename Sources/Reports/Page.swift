/// Lines of plain text, none of which can steer the terminal that shows them.
package struct Page {
  /// Where paragraphs break.
  package static let width = 108
  /// All lines, each with its end.
  package private(set) var text = ""

  /// An empty page.
  package init() {}

  /// Adds a line; an empty one keeps blocks apart.
  package mutating func line(_ line: String = "") {
    var line = Self.visible(line)
    while line.last == " " { line.removeLast() }
    text += line + "\n"
  }

  /// Adds a paragraph.
  package mutating func paragraph(_ words: String) { paragraph("", indent: 0, words) }

  /// Adds a paragraph with a label, its further lines indented.
  ///
  /// - Parameters:
  ///   - label: what stands before the first line.
  ///   - indent: where the text begins; at least the label's length and a space.
  package mutating func paragraph(_ label: String = "", indent: Int, _ words: String) {
    var line = label.count < indent || label.isEmpty ? label.padded(to: indent) : label + " "
    var isEmpty = true
    for word in Self.visible(words).split(separator: " ") {
      if !isEmpty && line.count + 1 + word.count > Self.width {
        self.line(line)
        line = String(repeating: " ", count: indent)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    self.line(line)
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
