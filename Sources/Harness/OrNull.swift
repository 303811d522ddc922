/// A stored property that is written as `null` when it has no value, where synthesized coding would
/// leave its key out: a reader of the JSON can tell "does not exist" from "not known to this
/// version".
@propertyWrapper
public struct OrNull<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
  /// The value, if there is one.
  public var wrappedValue: Value?

  /// Holds a value, or none.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  /// Reads a value or `null`; a missing key is an error.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
  }

  /// Writes the value or `null`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue {
      try container.encode(wrappedValue)
    } else {
      try container.encodeNil()
    }
  }
}

/// The number, or none where there is no such number: reports never hold NaN or an infinity.
func existing(_ number: Double) -> Double? { number.isFinite ? number : nil }
