internal import Foundation

/// Text for terminals that show no other characters.
enum ASCII {
  private static let spellings: [Unicode.Scalar: String] = [
    "τ": "tau", "σ": "sigma", "κ": "kappa", "γ": "gamma", "η": "eta", "λ": "lambda", "π": "pi",
    "Δ": "d", "Σ": "sum", "µ": "u", "μ": "u", "±": "+-", "×": "x", "÷": "/", "·": "*", "≤": "<=",
    "≥": ">=", "≠": "!=", "≈": "~", "∝": "~", "√": "sqrt", "∞": "inf", "²": "^2", "³": "^3",
    "–": "-", "—": "-", "…": "...", "‘": "'", "’": "'", "“": "\"", "”": "\"", "°": " deg",
    "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe",
  ]

  /// Letters lose their accents; what has no spelling is written as its number. The blank that does not
  /// break stays, for lines are broken later.
  static func spelled(_ text: String) -> String {
    guard !text.unicodeScalars.allSatisfy({ $0.isASCII || $0 == "\u{a0}" }) else { return text }
    var result = ""
    // Composed first, or a letter's accents would be taken for characters of their own.
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.isASCII || scalar == "\u{a0}" {
        result.unicodeScalars.append(scalar)
      } else if let spelling = spellings[scalar] {
        result += spelling
      } else {
        let base = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.first!
        result += base.isASCII ? String(base) : "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return result
  }
}
