public import Harness
internal import Foundation

extension Report {
  /// The comparison as a JSON document, `substrata.comparison/1`: keys sorted, every digit, one
  /// line end at the end.
  public static func json(_ comparison: Comparison) -> String { document(comparison) }

  /// The same document without blanks and line breaks, but for the last.
  static func compactJSON(_ comparison: Comparison) -> String { compactJSON(of: comparison) }

  /// Any document without blanks and line breaks.
  static func compactJSON(of value: some Encodable) -> String {
    document(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  /// Any value as a JSON document in the same form.
  static func document(
    _ value: some Encodable,
    _ formatting: JSONEncoder.OutputFormatting = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
    ]
  ) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    do {
      return printable(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
    } catch {
      preconditionFailure("a report holds finite numbers only: \(error)")
    }
  }

  /// JSON lets control characters above U+007E stand as they are; a terminal obeys them. They can
  /// occur in strings only, where the escape means the same.
  private static func printable(_ text: String) -> String {
    func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
      scalar == "\n" || !Page.isUnsafe(scalar)
    }
    guard !text.unicodeScalars.allSatisfy(isHarmless) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHarmless(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result
  }
}
