import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of a page, as an XML parser reads it.
final class Element {
  let name: String
  let attributes: [String: String]
  var children: [Element] = []
  var text = ""

  init(_ name: String, _ attributes: [String: String]) {
    (self.name, self.attributes) = (name, attributes)
  }

  /// This element and all in it, in the order of the document.
  var all: [Element] { [self] + children.flatMap(\.all) }

  /// All in it of that name, and of a class if one is given.
  func elements(_ name: String, _ style: String? = nil) -> [Element] {
    all.filter { $0.name == name && (style == nil || $0.has(style!)) }
  }

  func has(_ style: String) -> Bool {
    (attributes["class"] ?? "").split(separator: " ").contains { $0 == style }
  }

  func number(_ attribute: String) -> Double { Double(attributes[attribute] ?? "") ?? .nan }

  /// What a mark of a chart shows while it is pointed at: its letters that are not always there.
  var tips: [String] {
    children.filter { $0.name == "text" && $0.attributes["class"] == nil }.map(\.text)
  }

  /// The places that a path goes through, in the order of its commands; what a command draws to is one.
  var points: [(x: Double, y: Double)] {
    var points: [(x: Double, y: Double)] = []
    var (x, y) = (0.0, 0.0)
    for match in (attributes["d"] ?? "").matches(of: /([A-Za-z])([^A-Za-z]*)/) {
      var numbers = match.2.matches(of: /-?[0-9.]+/).map { Double($0.0) ?? .nan }[...]
      if match.1 == "z" { continue }
      repeat {
        switch match.1 {
        case "M", "L": (x, y) = (numbers.removeFirst(), numbers.removeFirst())
        case "H": x = numbers.removeFirst()
        case "V": y = numbers.removeFirst()
        case "m", "l": (x, y) = (x + numbers.removeFirst(), y + numbers.removeFirst())
        case "h": x += numbers.removeFirst()
        case "v": y += numbers.removeFirst()
        default: (x, y) = (.nan, .nan)
        }
        points.append((x, y))
      } while !numbers.isEmpty
    }
    return points
  }

  /// Whether it is a path around a place, which it names first.
  var isSymbol: Bool { name == "path" && !has("hit") && attributes["d"]?.hasSuffix("z") == true }
}

/// Reads a page; nil where it is not well-formed.
final class PageReader: NSObject, XMLParserDelegate {
  private var stack = [Element("document", [:])]

  static func read(_ text: String) -> Element? {
    let reader = PageReader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    return parser.parse() ? reader.stack[0] : nil
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    let element = Element(name, attributes)
    stack.last!.children.append(element)
    stack.append(element)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    let element = stack.removeLast()
    stack.last!.text += element.text
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { stack.last!.text += string }
}
