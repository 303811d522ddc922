internal import Foundation
internal import Parameters
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

/// What the memristors of an array are like.
///
/// Conductances are in units of the window, greatest less least, unless said otherwise.
struct Devices: Hashable, Sendable {
  /// The least conductance that is programmed, in siemens.
  let least: Double
  /// The greatest, in siemens.
  let greatest: Double
  /// Standard deviation of what is programmed from what was meant.
  let programmingError: Double
  /// Standard deviation of a device from one read to the next.
  let readNoise: Double
  /// The share of devices that cannot be programmed: half of them at either end.
  let stuck: Double
  /// What is left of every conductance when it is read: (t/t0)^-ν, t0 a second.
  let drift: Double

  /// Greatest less least, in siemens.
  var window: Double { greatest - least }

  /// Reads the settings.
  ///
  /// - Throws: `Refusal` with reason `settings` if the window is upside down, or an exponent is given without a time.
  init(_ settings: Settings) throws(Refusal) {
    least = settings.number("conductance-min")!
    greatest = settings.number("conductance-max")!
    guard greatest > least else {
      throw Refusal(
        .settings,
        "conductance-min \(least) S is not below conductance-max \(greatest) S; the window is "
          + "upside down; give "
          + "conductance-min from 0 and conductance-max above it")
    }
    programmingError = settings.number("programming-error")!
    readNoise = settings.number("read-noise")!
    stuck = settings.number("stuck")!
    let time = settings.number("drift-time")!
    guard time > 1 || !settings.isGiven("drift-exponent") else {
      throw Refusal(
        .settings,
        "drift-exponent is set with drift-time 1 s; it is without effect there; give drift-time "
          + "above 1, to 1e12, "
          + "or leave it out")
    }
    drift = pow(time, -settings.number("drift-exponent")!)
  }

  /// The conductances of the two devices of a weight, before and after programming.
  ///
  /// Of a pair one device stays at the least conductance, and the other holds the weight's magnitude.
  ///
  /// - Parameter weight: over the largest of its operation, from -1 to 1.
  func targets(for weight: Double) -> (plus: Double, minus: Double) {
    let floor = least / window
    return (floor + max(weight, 0), floor + max(-weight, 0))
  }

  /// Draws the conductances of the devices of one row of weights.
  ///
  /// - Parameters:
  ///   - index: which row, of which machine: the same index draws the same devices.
  ///   - body: is given each column with its two conductances as they are read.
  func program(
    _ weights: ArraySlice<Float>, over largest: Double, seed: UInt64, index: Int,
    _ body: (_ column: Int, _ plus: Double, _ minus: Double) -> Void
  ) {
    var noise = GaussianStream(seed: seed, purpose: "memristor programming", index: index)
    var fate = SeededGenerator(seed: seed, purpose: "stuck memristors", index: index)
    let floor = least / window
    func made(_ target: Double) -> Double {
      var value = target
      if programmingError > 0 { value += programmingError * noise.next() }
      if stuck > 0 {
        let (isStuck, isHigh) = (fate.uniform() < stuck, fate.uniform() < 0.5)
        if isStuck { value = isHigh ? floor + 1 : floor }
      }
      // No conductance is negative.
      return max(value, 0) * drift
    }
    for (column, weight) in weights.enumerated() {
      let target = targets(for: largest > 0 ? Double(weight) / largest : 0)
      let plus = made(target.plus)
      body(column, plus, made(target.minus))
    }
  }

  /// The largest fan-in of which the errors do not add up to more than one full weight.
  ///
  /// The 2n devices of n weights err by 2n (σ_p² + σ_r²), and the thermal noise of their conductance, each at least
  /// the least one, adds 2 k_B T · 2n G_min/(t V² window²); all rows at full voltage. It is not a bound on what
  /// works: weights that are learned to be many hide more of the error than they make.
  ///
  /// - Returns: infinite if nothing errs.
  func resolvableFanIn(voltage: Volts, time: Seconds, at temperature: Kelvin) -> Double {
    let errors = 2 * (programmingError * programmingError + readNoise * readNoise)
    let thermal = ThermalNoise(voltage: voltage, time: time, window: window, at: temperature)
    return 1 / (errors + thermal.variance(ofConductance: 2 * least / window))
  }
}

/// The thermal (Johnson) noise of a column's current, averaged over a read.
///
/// Var I = 2 k_B T ΣG/t, so that the signal-to-noise ratio is (Σ G V)² t/(2 k_B T ΣG).
///
/// - Source: H. Nyquist (1928): 4 k_B T G per hertz; an average over t has a bandwidth of 1/(2t).
struct ThermalNoise: Hashable, Sendable {
  /// 2 k_B T/(t V² window): the variance of Σ g u for Σ g = 1, with conductances over the window and voltages over
  /// full scale.
  let unit: Double

  init(voltage: Volts, time: Seconds, window: Double, at temperature: Kelvin) {
    unit =
      2 * thermalQuantum(at: temperature).value
      / (time.value * voltage.value * voltage.value * window)
  }

  /// The variance of a sum whose devices have this conductance together.
  func variance(ofConductance sum: Double) -> Double { unit * sum }
}
