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

  /// The corners of a polygon or polyline.
  var points: [(x: Double, y: Double)] {
    (attributes["points"] ?? "").split(separator: " ").map { pair in
      let parts = pair.split(separator: ",").map { Double($0) ?? .nan }
      return (parts[0], parts[1])
    }
  }
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
