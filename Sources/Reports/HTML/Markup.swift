/// A piece of HTML or SVG. What is interpolated into it as text is escaped; only literals of this module
/// and other pieces stand as they are. So nothing from outside becomes markup, wherever it is put: between
/// tags, or between the double quotes of an attribute.
///
/// It is well-formed XML too: tests read it as such.
struct Markup: ExpressibleByStringInterpolation, Sendable {
  private(set) var text: String

  init(stringLiteral: String) { text = stringLiteral }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
  private init(raw: String) { text = raw }

  struct StringInterpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }
    mutating func appendLiteral(_ literal: String) { text += literal }
    /// Text from anywhere.
    mutating func appendInterpolation(_ string: String) { text += Markup.escaped(string) }
    /// Another piece.
    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
    /// Pieces one after the other.
    mutating func appendInterpolation(_ pieces: [Markup]) {
      for piece in pieces { text += piece.text }
    }
    /// A whole number.
    mutating func appendInterpolation(_ number: Int) { text += String(number) }
    /// A length or a place in a drawing, to a tenth of a pixel.
    mutating func appendInterpolation(_ length: Double) {
      precondition(length.isFinite, "a place in a drawing")
      let digits = Numerals.fixed(length, places: 1)
      text += digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
    }
  }

  static func + (left: Markup, right: Markup) -> Markup { Markup(raw: left.text + right.text) }
  static func += (left: inout Markup, right: Markup) { left.text += right.text }

  /// A style sheet, which must hold nothing from outside.
  static func style(_ sheet: String) -> Markup { Markup(raw: sheet) }

  /// The address of a JSON document that is its own contents, to stand between single quotes.
  ///
  /// Double quotes, of which such a document has most, stand as they are; whatever means something in an
  /// address, in HTML or in XML, and all that is not ASCII, is written as the bytes of UTF-8 in hexadecimal.
  /// In base 64 it would be a quarter longer. Source: RFC 2397.
  ///
  /// - Complexity: O(length).
  static func address(ofJSON document: String) -> Markup {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes = Array("data:application/json,".utf8)
    bytes.reserveCapacity(document.utf8.count * 9 / 8)
    for byte in document.utf8 {
      switch byte {
      case UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "?"), UInt8(ascii: "&"),
        UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"), 0..<0x20, 0x7f...0xff:
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    return Markup(raw: String(decoding: bytes, as: UTF8.self))
  }

  /// The text with nothing in it that means something in HTML or XML, that can steer a reader's eye, or
  /// that XML does not allow.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default:
        if Page.isUnsafe(scalar) || isInvisible(scalar) {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// Marks without a glyph, and what is no character at all.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xad, 0x61c, 0x180e, 0x200b...0x200d, 0x2060...0x2065, 0x206a...0x206f, 0xfeff: true
    case 0xfff9...0xffff: true
    default: scalar.value & 0xfffe == 0xfffe || (0xe0000...0xe007f).contains(scalar.value)
    }
  }
}
