internal import Quantities

/// What the figures rest on.
enum Sources {
  /// The heat of a read.
  static let jouleHeat = Source(
    key: "joule-heat",
    citation: "t Σ V² (G+ + G-) over the devices of an array, of the voltages and conductances of "
      + "the run; "
      + "derived from Ohm's law",
    evidence: .derived)

  /// Noise of conductors.
  static let nyquist = Source(
    key: "nyquist1928",
    citation: "H. Nyquist, Thermal agitation of electric charge in conductors, Phys. Rev. 32, 110 "
      + "(1928); "
      + "the signal-to-noise ratio of a read, (Σ G V)² t/(2 k_B T ΣG), is derived from it",
    evidence: .derived)

  /// A converter's energy for each step.
  static let converterStep = Source(
    key: "murmann-survey",
    citation: "B. Murmann, ADC performance survey: 4 to 10 fJ for each conversion step of good "
      + "designs; the record "
      + "of 2013 was 2.2 fJ (P. Harpe et al., ISSCC 2013)",
    evidence: .transcribed)

  /// A chip.
  static let hermes = Source(
    key: "legallo2023",
    citation: "M. Le Gallo et al., A 64-core mixed-signal in-memory compute chip based on "
      + "phase-change memory for "
      + "deep neural network inference, Nat. Electron. 6, 680 (2023): 0.86 µJ (3.38 µJ in four "
      + "phases) for a read "
      + "of 64 cores of 256 × 256, 14 nm; 9.76 (2.48) TOPS/W at 63.1 (16.1) TOPS",
    evidence: .transcribed)

  /// What devices are like.
  static let devices = Source(
    key: "memristor-windows",
    citation: "recalled, not checked: resistive memory of about 1 to 100 µS, phase-change memory "
      + "of 0 to 25 µS, "
      + "programmed to about 1 µS, drift exponent about 0.05, reads at 0.1 to 0.3 V for 10 to 130 "
      + "ns",
    evidence: .unverified)

  /// A work on such arrays that learn, without a figure that is used here.
  static let merkel2024 = Source(
    key: "merkel2024",
    citation: "C. Merkel and A. Ororbia, Contrastive learning in memristor-based neuromorphic "
      + "systems, "
      + "arXiv:2409.10887 (2024): weights as differences of two memristors",
    evidence: .stated)
}
