/// Text in GitHub-flavoured Markdown, in which no name can be anything but text.
struct MarkdownPage {
  /// All lines, each with its end.
  private(set) var text = ""

  /// Begins a section; the first is the page's title.
  mutating func heading(_ words: String) {
    text += (text.isEmpty ? "## " : "\n### ") + Self.escaped(words) + "\n"
  }

  /// Adds a paragraph.
  mutating func paragraph(_ words: String) { text += "\n" + Self.escaped(words) + "\n" }

  /// Adds a list, with or without numbers.
  mutating func list(_ items: [String], isNumbered: Bool = false) {
    guard !items.isEmpty else { return }
    text += "\n"
    for (index, item) in items.enumerated() {
      text += (isNumbered ? "\(index + 1). " : "- ") + Self.escaped(item) + "\n"
    }
  }

  /// Adds a pipe table; rows above the line across are its head, put together if there are several.
  mutating func table(_ grid: Grid) {
    let (alignments, head, body) = grid.parts
    let columns = alignments.indices.map { column in
      head.map { $0[column] }.filter { !$0.isEmpty }.joined(separator: " ")
    }
    text += "\n" + Self.row(columns)
    text += "|" + alignments.map { $0 == .leading ? " :--- |" : " ---: |" }.joined() + "\n"
    for row in body { text += Self.row(row) }
  }

  private static func row(_ cells: [String]) -> String {
    "|" + cells.map { cell in cell.isEmpty ? " |" : " \(escaped(cell, inCell: true)) |" }.joined()
      + "\n"
  }

  private static let nothing = "&#8203;"

  /// Words as they read, whatever they hold: control characters and changes of direction are spelled out,
  /// and no character begins mark-up, a table's cell, a link, a formula, or a mention of a person.
  static func escaped(_ words: String, inCell: Bool = false) -> String {
    let words = Array(Page.visible(words).drop { $0 == " " })
    var result = ""
    // "- " and "1. " at the beginning would begin a list.
    let digits = words.prefix { $0.isASCII && $0.isNumber }.count
    for (place, character) in words.enumerated() {
      let isInWord =
        place > 0 && place + 1 < words.count && words[place - 1].isLetterOrDigit
        && words[place + 1].isLetterOrDigit
      let isFirst = place == 0 && !inCell
      let isNumbering =
        place == digits && digits > 0 && !inCell
        && (place + 1 == words.count || words[place + 1] == " ")
      switch character {
      case "\\", "`", "*", "[", "]", "<", ">", "|", "~", "&", "$", "#":
        result += "\\\(character)"
      case "_" where !isInWord: result += "\\_"
      case "-" where isFirst, "+" where isFirst, "=" where isFirst: result += "\\\(character)"
      case "." where isNumbering, ")" where isNumbering: result += "\\\(character)"
      // What looks like an address is no link, and nobody is told that a name was mentioned: a blank
      // of no width breaks both.
      case "@": result += "@\(Self.nothing)"
      case ":" where words[place...].starts(with: "://"): result += ":\(Self.nothing)"
      case "." where result.lowercased().hasSuffix("www"): result += "\(Self.nothing)."
      default: result.append(character)
      }
    }
    return result
  }
}

extension Character {
  fileprivate var isLetterOrDigit: Bool { isLetter || isNumber }
}
