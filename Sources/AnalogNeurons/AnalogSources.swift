public import Quantities

/// What figures rest on that only analog machines have.
public enum AnalogSources {
  /// Noise of a sampling capacitor.
  public static let samplingNoise = Source(
    key: "kTC",
    citation:
      "12·4^b k_B T a full-scale sample: sampling noise k_B T/C = LSB²/12 on a fixed supply; "
      + "derived from the equipartition theorem",
    evidence: .derived)
}
