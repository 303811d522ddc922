// The units. Each is a number with a name; what can be done with them stands in `Quantity.swift`
// and `Products.swift`.

/// Energy, in joules.
public struct Joules: Quantity {
  /// `J`.
  public static let symbol = "J"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Absolute temperature, in kelvin.
public struct Kelvin: Quantity {
  /// `K`.
  public static let symbol = "K"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Time, in seconds.
public struct Seconds: Quantity {
  /// `s`.
  public static let symbol = "s"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Frequency, in hertz.
public struct Hertz: Quantity {
  /// `Hz`.
  public static let symbol = "Hz"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Power, in watts.
public struct Watts: Quantity {
  /// `W`.
  public static let symbol = "W"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Capacitance, in farads.
public struct Farads: Quantity {
  /// `F`.
  public static let symbol = "F"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Electric potential difference, in volts.
public struct Volts: Quantity {
  /// `V`.
  public static let symbol = "V"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Electric resistance, in ohms.
public struct Ohms: Quantity {
  /// `Ohm`.
  public static let symbol = "Ohm"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Information, in bits (entropy to base 2).
public struct Bits: Quantity {
  /// `bit`.
  public static let symbol = "bit"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Information, in nats (entropy to base e).
public struct Nats: Quantity {
  /// `nat`.
  public static let symbol = "nat"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}

/// Energy as a multiple of k_B T, of a bath whose temperature is stated beside it.
///
/// The natural unit of stochastic thermodynamics: formulas in it hold at every temperature. It
/// becomes joules only together with a temperature.
public struct ThermalEnergy: Quantity {
  /// `k_BT`.
  public static let symbol = "k_BT"
  /// How many.
  public var value: Double
  /// So many.
  public init(_ value: Double) { self.value = value }
}
