internal import SubstrateCore
internal import Parameters

/// A parameter's value or a diagnostic: a number, several, a text, or none.
public enum Figure: Codable, Hashable, Sendable {
  /// It does not exist.
  case none
  /// A finite number.
  case number(Double)
  /// Several, some of which may not exist.
  case numbers([Double?])
  /// A word or a sentence.
  case text(String)

  init(_ value: Parameter.Value?) {
    self =
      switch value {
      case .number(let number): .number(number)
      case .numbers(let numbers): .numbers(numbers)
      case .word(let word): .text(word)
      case nil: .none
      }
  }

  init(_ value: Diagnostic.Value) {
    self =
      switch value {
      case .number(let number): existing(number).map { .number($0) } ?? .none
      case .numbers(let numbers): .numbers(numbers.map { existing($0) })
      case .text(let text): .text(text)
      }
  }

  /// Reads `null`, a number, an array of numbers and nulls, or a string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .numbers(try container.decode([Double?].self))
    }
  }

  /// Writes `null`, a number, an array or a string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .none: try container.encodeNil()
    case .number(let number): try container.encode(number)
    case .numbers(let numbers): try container.encode(numbers)
    case .text(let text): try container.encode(text)
    }
  }
}
