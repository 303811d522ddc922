internal import Networks
internal import Parameters
internal import Quantities
internal import SubstrateCore

/// The elements around a neuron's capacitor, and the times of an inference.
struct Circuit: Sendable {
  let capacitance: Farads
  /// The largest activation of each layer stands at this voltage.
  let fullScale: Volts
  /// R G: the leak's conductance in units of 1/R.
  let leakage: Double
  /// How long a neuron is charged, and then held, in R C.
  let charge: Double
  let hold: Double
  /// R C.
  let timeConstant: Seconds

  init(_ settings: Settings) {
    let resistance = settings.number("resistance")!
    capacitance = Farads(settings.number("capacitance")!)
    fullScale = Volts(settings.number("full-scale")!)
    leakage = resistance * settings.number("conductance")!
    charge = settings.number("charge")!
    hold = settings.number("hold")!
    timeConstant = Seconds(resistance * capacitance.value)
  }

  /// The time that a layer takes.
  var cycle: Seconds { (charge + hold) * timeConstant }

  /// √(k_B T/C), whatever resistances the capacitor is connected to.
  func noise(at temperature: Kelvin) -> Volts {
    Volts((thermalQuantum(at: temperature).value / capacitance.value).squareRoot())
  }

  /// Volts for a unit of activation in a layer, from the largest activation that the reference has there; 0 for a
  /// layer that is silent over the whole stream.
  func voltsPerUnit(of layer: Network.Layer, on reference: ReferenceActivations) -> Double {
    let largest = layer.rows.reduce(0) { reference.neuron($1).reduce($0) { max($0, abs($1)) } }
    // What is smaller has an inverse that is no number.
    return largest >= .leastNormalMagnitude ? fullScale.value / largest : 0
  }

  // MARK: What can be set, and what it rests on

  static let parameters = [
    Parameter(
      "capacitance", unit: "F", .number(from: 1e-18, to: 1e-3), default: .number(1e-15),
      meaning: "C of every neuron", source: Source.assumed, isPrecision: true),
    Parameter(
      "full-scale", unit: "V", .number(from: 1e-6, to: 1e3), default: .number(0.1),
      meaning: "voltage of each layer's largest activation", source: Source.assumed),
    Parameter(
      "resistance", unit: "Ω", .number(from: 1, to: 1e12), default: .number(1e6),
      meaning: "R that a neuron is charged through", source: Source.assumed),
    Parameter(
      "conductance", unit: "S", .number(from: 0, to: 1), default: .number(1e-9),
      meaning: "G that a neuron leaks through", source: Source.assumed),
    Parameter(
      "charge", unit: "RC", .number(from: 1e-3, to: 1e6), default: .number(20),
      meaning: "how long a neuron is charged"),
    Parameter(
      "hold", unit: "RC", .number(from: 0, to: 1e6), default: .number(1),
      meaning: "how long it leaks before it is read"),
  ]

  static let lumped = Source(
    key: "leaky-capacitor",
    citation:
      "Kirchhoff's laws for a capacitor that is charged through a resistance beside a leak; derived for this example",
    evidence: .derived)
  static let nyquist1928 = Source(
    key: "nyquist1928",
    citation:
      "H. Nyquist, Thermal agitation of electric charge in conductors, Phys. Rev. 32, 110 (1928): noise of a "
      + "resistance, and with it k_B T/C on a capacitor",
    evidence: .derived)
}
