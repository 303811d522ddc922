// The constants of nature that the project uses. All are exact.

/// Boltzmann's constant, in joules per kelvin.
///
/// Exact by the definition of the kelvin (BIPM, The International System of Units, 9th edition,
/// 2019).
public let boltzmannConstant = 1.380649e-23

/// The natural logarithm of 2: one bit, in nats.
public let naturalLogarithmOf2 = 0.693147180559945309417232121458

/// k_B T: 4.141947e-21 J at 300 K.
public func thermalQuantum(at temperature: Kelvin) -> Joules {
  Joules(boltzmannConstant * temperature.value)
}
