internal import Foundation
internal import SubstrateCore

/// What becomes of a neuron's energy in one inference, in units of C u², with u the driver's voltage.
///
/// With a = R G, ρ = 1/(1 + a), time in R C: V(t) = ρ u (1 - e^{-t/ρ}) while it is charged, V e^{-a t} while it is
/// held. Each heat is an integral of its own, R i² or G V², so that the balance of the ledger is a test.
struct Share {
  /// What the driver gives.
  let drawn: Double
  /// Heat in the resistance.
  let resistance: Double
  /// Heat in the leak, while charged and while held.
  let leak: Double
  /// Heat of the short.
  let short: Double
  /// V/u when it is read.
  let read: Double

  /// From which share on what is read counts as settled.
  static let settled = 0.99

  init(_ circuit: Circuit) {
    let a = circuit.leakage
    let rho = 1 / (1 + a)
    let time = circuit.charge
    // 1 - e and 1 - e², without loss of digits where the time is short.
    let once = -expm1(-time / rho)
    let twice = -expm1(-2 * time / rho)
    let held = exp(-a * circuit.hold)
    let stored = 0.5 * (rho * once) * (rho * once)

    drawn = a * rho * time + rho * rho * once
    resistance =
      (a * rho) * (a * rho) * time + 2 * a * rho * rho * rho * once + 0.5 * rho * rho * rho * twice
    leak =
      a * rho * rho * (time - 2 * rho * once + 0.5 * rho * twice)
      - stored * expm1(-2 * a * circuit.hold)
    short = stored * held * held
    read = rho * once * held
  }

  /// As entries of the ledger.
  var flows: [(Flow, mechanism: String, Double)] {
    [
      (.drawn, "charge", drawn),
      (.dissipated, "resistance", resistance),
      (.dissipated, "leak", leak),
      (.dissipated, "short", short),
    ]
  }
}
