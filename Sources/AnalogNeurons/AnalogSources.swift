package import Quantities

/// What figures rest on that only analog machines have.
package enum AnalogSources {
  /// Noise of a sampling capacitor.
  package static let samplingNoise = Source(
    key: "kTC",
    citation:
      "12·4^b k_B T a full-scale sample: sampling noise k_B T/C = LSB²/12 on a fixed supply; "
      + "derived from the equipartition theorem",
    evidence: .derived)

  /// Simulated trajectories.
  package static let trajectories = Source(
    key: "leimkuhler2013",
    citation:
      "overdamped Langevin trajectories by the method of B. Leimkuhler and C. Matthews, "
      + "Appl. Math. Res. Express 2013, 34; work and heat after K. Sekimoto, Prog. Theor. Phys. Suppl. "
      + "130, 17 (1998)",
    evidence: .derived)
}
