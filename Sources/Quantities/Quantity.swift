/// A physical quantity: a number together with the unit it is counted in.
///
/// It is not a number: there is no literal, no implicit conversion and no product of two quantities
/// except those that mean something (they stand in `Products.swift`). `Joules + Kelvin` does not
/// compile.
public protocol Quantity: Hashable, Comparable, Codable, Sendable, AdditiveArithmetic {
  /// The unit's symbol, as printed: `J`, `K`, `s`.
  static var symbol: String { get }

  /// How many of the unit.
  var value: Double { get }

  /// So many of the unit.
  init(_ value: Double)
}

extension Quantity {
  /// None of it.
  public static var zero: Self { Self(0) }

  /// The sum of two quantities of one unit.
  public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }

  /// The difference of two quantities of one unit.
  public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }

  /// The quantity with its sign turned.
  public static prefix func - (quantity: Self) -> Self { Self(-quantity.value) }

  /// So many times a quantity.
  public static func * (factor: Double, quantity: Self) -> Self { Self(factor * quantity.value) }

  /// A fraction of a quantity.
  public static func / (quantity: Self, divisor: Double) -> Self { Self(quantity.value / divisor) }

  /// The ratio of two quantities of one unit: a pure number.
  public static func / (left: Self, right: Self) -> Double { left.value / right.value }

  /// Ordered as their numbers are.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

  /// Neither infinite nor NaN.
  public var isFinite: Bool { value.isFinite }

  /// Reads a bare number.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Double.self))
  }

  /// Writes a bare number; the unit belongs to the key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
