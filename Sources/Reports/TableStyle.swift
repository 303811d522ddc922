/// How a table for people is laid out: for a file or a pipe always the same, for a terminal as that can show it.
public struct TableStyle: Equatable, Sendable {
  /// How many columns it has to fit, at least `narrowest`; none where tables are as wide as they are, and
  /// paragraphs break at `Page.width`.
  public let width: Int?
  /// Whether it holds ASCII alone.
  public let isASCII: Bool
  /// Whether headings are bold, and warnings and odd verdicts coloured.
  public let isColoured: Bool

  /// The least width that tables are made for.
  public static let narrowest = 20

  /// For files and pipes: the same everywhere.
  public static let plain = TableStyle()

  /// A layout.
  public init(width: Int? = nil, isASCII: Bool = false, isColoured: Bool = false) {
    self.width = width.map { max($0, Self.narrowest) }
    self.isASCII = isASCII
    self.isColoured = isColoured
  }

  /// What a terminal can show: its width, ASCII unless the locale says UTF-8, and colours unless `NO_COLOR`
  /// is set or the terminal is a dumb one.
  ///
  /// - Parameters:
  ///   - columns: how wide the terminal says it is; none if it does not say. `COLUMNS` goes before.
  ///   - environment: its variables. The locale of characters is that of `LC_ALL`, else `LC_CTYPE`, else
  ///     `LANG`, as POSIX has it; without any it is C.
  package init(terminal columns: Int?, environment: [String: String]) {
    func variable(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    let given = variable("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    let locale = (variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG") ?? "C")
      .lowercased()
    let terminal = variable("TERM") ?? "dumb"
    self.init(
      width: given ?? columns.flatMap { $0 > 0 ? $0 : nil },
      isASCII: !locale.contains("utf-8") && !locale.contains("utf8"),
      isColoured: variable("NO_COLOR") == nil && terminal != "dumb")
  }

  /// What stands out.
  package enum Emphasis {
    /// A title.
    case heading
    /// What a reader must not miss.
    case warning
  }

  /// A text that stands out, where there are colours.
  func emphasised(_ text: String, _ emphasis: Emphasis?) -> String {
    guard isColoured, let emphasis, !text.isEmpty else { return text }
    // Yellow is told from the rest on light and on dark ground, together with bold.
    return "\u{1b}[\(emphasis == .heading ? "1" : "1;33")m\(text)\u{1b}[0m"
  }

  /// A text with control characters spelled out and, in ASCII, all others that it does not have.
  func spelled(_ text: String) -> String {
    let text = Page.visible(text)
    return isASCII ? ASCII.spelled(text) : text
  }
}
