public import Quantities
public import SubstrateCore

/// Counting rules for what a training costs at least, in k_BT. Their prefactors rest on orders of magnitude; two
/// of them differ by many of those.
public enum LearningBounds {
  /// 2 N D: a parameter that moves by d in a time τ dissipates γ d²/τ and diffuses by 2 k_BT τ/γ; for its
  /// diffusion to stay below its motion it takes 2 k_BT for each parameter and example.
  ///
  /// - Parameters:
  ///   - parameters: N, trained numbers.
  ///   - examples: D, distinct or as presentations: which is meant is a reading, so both are shown.
  /// - Source: A. V. Tkachenko, arXiv:2503.09980 (v3); the reasoning is derived in this project.
  public static func quasiStatic(parameters: Int, examples: Double) -> ThermalEnergy {
    ThermalEnergy(2 * Double(parameters) * examples)
  }

  /// D (H - L): the information that the model has taken in about the classes, each nat of it k_BT.
  ///
  /// - Parameters:
  ///   - examples: distinct ones.
  ///   - firstLoss: H, the mean loss before.
  ///   - finalLoss: L, the mean loss after.
  /// - Returns: nothing of it if the loss has not fallen.
  /// - Source: arXiv:2411.00660.
  public static func information(
    examples: Double, firstLoss: Nats, finalLoss: Nats
  ) -> ThermalEnergy {
    ThermalEnergy(erasing: max(.zero, examples * (firstLoss - finalLoss)))
  }

  /// 3 N D multiply–accumulates of which each erases so many bits.
  public static func digital(multiplyAccumulates: Double, bitsEach: Bits) -> ThermalEnergy {
    ThermalEnergy(erasing: multiplyAccumulates * bitsEach)
  }

  /// The information bound as a limit, for every machine that learns; none where losses are no informations.
  public static func informationLimit(of task: LearningTask) -> Limit? {
    guard let first = task.firstLoss, let final = task.finalLoss else { return nil }
    return Limit(
      "information", kind: .convention,
      information(examples: Double(task.examples), firstLoss: first, finalLoss: final),
      note: "distinct examples × (first loss - final loss), k_BT for each nat",
      source: informationSource)
  }

  /// Both readings of the quasi-static bound as limits.
  public static func quasiStaticLimits(of task: LearningTask) -> [Limit] {
    [("examples", task.examples), ("presentations", task.presentations)].map { rule, count in
      Limit(
        "2NDkT", rule: rule, kind: .convention,
        quasiStatic(parameters: task.parameters, examples: Double(count)),
        note: rule == "examples" ? "D as distinct examples" : "D as presentations",
        source: quasiStaticSource)
    }
  }

  /// What the quasi-static bound rests on.
  public static let quasiStaticSource = Source(
    key: "tkachenko2025-training",
    citation: "A. V. Tkachenko, arXiv:2503.09980 (v3): training takes about 2 N D k_B T or more",
    evidence: .stated)
  /// What the information bound rests on.
  public static let informationSource = Source(
    key: "ic2024",
    citation:
      "arXiv:2411.00660 (2024): the information moved into a model, D (H - L), at k_B T for each "
      + "nat",
    evidence: .stated)
  /// What the dissipation of moved parameters rests on.
  public static let dragSource = Source(
    key: "parameter-drag",
    citation:
      "overdamped motion of parameters under a constant force, measured; derived in this project "
      + "from textbook stochastic thermodynamics (U. Seifert, Rep. Prog. Phys. 75, 126001 (2012))",
    evidence: .derived)
}
