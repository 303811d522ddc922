// Works that several substrates rest on, so that a key means one thing in every report.
extension Source {
  /// The work that the comparison follows.
  public static let tkachenko2025 = Source(
    key: "tkachenko2025",
    citation:
      "A. V. Tkachenko, arXiv:2503.09980 (2025): Landauer's k_B T ln 2 for every erased bit or "
      + "reset neuron, no minimum for quasi-static inference",
    evidence: .stated)
  /// The bound on erasing information.
  public static let landauer1961 = Source(
    key: "landauer1961",
    citation: "R. Landauer, Irreversibility and heat generation in the computing process, "
      + "IBM J. Res. Dev. 5, 183 (1961)",
    evidence: .stated)
  /// What nobody published and somebody has to choose.
  public static let assumed = Source(
    key: "assumed", citation: "an assumption of this comparison; change it with --set",
    evidence: .assumed)
}
