/// A stored property that is written as `null` when it has no value, where synthesized coding would
/// leave its key out: a reader of the JSON can tell "does not exist" from "not known to this
/// version".
@propertyWrapper
public struct OrNull<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
  /// The value, if there is one.
  public var wrappedValue: Value?

  /// Holds a value, or none.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  /// Reads a value or `null`; for a key that is missing see `KeyedDecodingContainer`.
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

/// A stored list that came into a document later than the rest: where its key is missing, as in a file of
/// an older version, it is empty.
@propertyWrapper
public struct OrEmpty<Element: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
  /// The list.
  public var wrappedValue: [Element]

  /// Holds a list.
  public init(wrappedValue: [Element]) { self.wrappedValue = wrappedValue }

  /// Reads a list.
  public init(from decoder: any Decoder) throws { wrappedValue = try [Element](from: decoder) }

  /// Writes the list.
  public func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}

// Synthesized decoding asks for the wrapper under its key and finds these.
extension KeyedDecodingContainer {
  /// A key that an older version did not write stands for a value that does not exist.
  func decode<Value>(_: OrNull<Value>.Type, forKey key: Key) throws -> OrNull<Value> {
    try decodeIfPresent(OrNull<Value>.self, forKey: key) ?? OrNull(wrappedValue: nil)
  }

  /// A key that an older version did not write stands for an empty list.
  func decode<Element>(_: OrEmpty<Element>.Type, forKey key: Key) throws -> OrEmpty<Element> {
    try decodeIfPresent(OrEmpty<Element>.self, forKey: key) ?? OrEmpty(wrappedValue: [])
  }
}

/// The number, or none where there is no such number: reports never hold NaN or an infinity.
func existing(_ number: Double) -> Double? { number.isFinite ? number : nil }
