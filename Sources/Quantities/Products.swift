// The products and conversions of units that mean something: all of them, in one place.

extension Watts {
  /// The energy that a constant power delivers in a time.
  public static func * (power: Watts, time: Seconds) -> Joules { Joules(power.value * time.value) }
}

extension Ohms {
  /// The time constant of a capacitor that is charged through a resistance.
  public static func * (resistance: Ohms, capacitance: Farads) -> Seconds {
    Seconds(resistance.value * capacitance.value)
  }
}

extension Joules {
  /// The mean power of an energy spent in a time.
  public static func / (energy: Joules, time: Seconds) -> Watts { Watts(energy.value / time.value) }

  /// The energy stored on a capacitor, (1/2) C V², is half of this product C V².
  public static func charging(_ capacitance: Farads, to voltage: Volts) -> Joules {
    Joules(capacitance.value * voltage.value * voltage.value)
  }

  /// An energy given in units of k_B T.
  public init(_ energy: ThermalEnergy, at temperature: Kelvin) {
    self.init(energy.value * thermalQuantum(at: temperature).value)
  }
}

extension ThermalEnergy {
  /// An energy in joules, in units of k_B T.
  public init(_ energy: Joules, at temperature: Kelvin) {
    self.init(energy.value / thermalQuantum(at: temperature).value)
  }

  /// Landauer's minimum for erasing so much information, k_B T ln 2 for a bit.
  ///
  /// - Source: R. Landauer (1961).
  public init(erasing information: Nats) { self.init(information.value) }

  /// Landauer's minimum for erasing so many bits, k_B T ln 2 each.
  ///
  /// - Source: R. Landauer (1961).
  public init(erasing information: Bits) { self.init(erasing: Nats(information)) }

  /// The negentropy that dissipating this energy costs: E/(k_B T ln 2) bits.
  ///
  /// - Source: A. V. Tkachenko, arXiv:2503.09980.
  public var negentropy: Bits { Bits(Nats(value)) }
}

extension Nats {
  /// The same information counted in nats: ln 2 for a bit.
  public init(_ information: Bits) { self.init(information.value * naturalLogarithmOf2) }
}

extension Bits {
  /// The same information counted in bits: 1/ln 2 for a nat.
  public init(_ information: Nats) { self.init(information.value / naturalLogarithmOf2) }
}

extension Seconds {
  /// So many cycles of a clock.
  public init(cycles: Double, of clock: Hertz) { self.init(cycles / clock.value) }
}
