import Foundation
import Testing

/// A number as a person reads it off a report.
struct PrintedFigure {
  /// In base units: `80.0 pJ` is 8e-11.
  let value: Double
  /// Half a unit of the last digit that is printed.
  let half: Double

  private static let prefixes: [Character: Double] = [
    "y": 1e-24, "z": 1e-21, "a": 1e-18, "f": 1e-15, "p": 1e-12, "n": 1e-9, "µ": 1e-6, "m": 1e-3,
    "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
  ]

  /// Reads `379 zJ`, `2.00e10`, `+1.6`; none if it is no number.
  init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard let first = parts.first, parts.count <= 2, let number = Double(first) else { return nil }
    var unit = 1.0
    if parts.count == 2, parts[1].count == 2 {
      guard let prefix = Self.prefixes[parts[1].first!] else { return nil }
      unit = prefix
    }
    let mantissa = first.split(separator: "e")[0]
    let places = mantissa.split(separator: ".").dropFirst().first?.count ?? 0
    let power = Double(first.split(separator: "e").dropFirst().first ?? "0")!
    value = number * unit
    half = 0.5 * pow(10, power - Double(places)) * unit
  }

  /// Expects what is printed to be the number, to its printed digits, or `-` where there is none.
  ///
  /// - Parameter text: what follows an error's sign is not looked at.
  static func expect(
    _ text: String, is expected: Double?, _ what: String = "",
    at place: SourceLocation = #_sourceLocation
  ) {
    guard let expected else {
      #expect(text == "-", "\(what)", sourceLocation: place)
      return
    }
    guard let figure = PrintedFigure(text.components(separatedBy: " ±")[0]) else {
      Issue.record("'\(text)' is no figure; \(what)", sourceLocation: place)
      return
    }
    #expect(
      abs(figure.value - expected) <= figure.half * (1 + 1e-9), "\(text) for \(expected); \(what)",
      sourceLocation: place)
  }
}

/// The JSON of a comparison, as a reader has it who knows nothing of this package.
///
/// It is not read by `JSONSerialization`, whose numbers may miss their last digit.
indirect enum Document: Decodable {
  case object([String: Document])
  case array([Document])
  case string(String)
  case double(Double)
  case bool(Bool)
  case null

  init(json: String) throws {
    self = try JSONDecoder().decode(Document.self, from: Data(json.utf8))
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([Document].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: Document].self))
    }
  }

  subscript(key: String) -> Document {
    guard case .object(let entries) = self else { return .null }
    return entries[key] ?? .null
  }

  var list: [Document] {
    guard case .array(let items) = self else { return [] }
    return items
  }

  var number: Double? {
    guard case .double(let number) = self else { return nil }
    return number
  }

  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}
