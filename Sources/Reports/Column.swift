internal import Harness
internal import Quantities
internal import SubstrateCore

extension Report {
  /// A column of the headline table, by its name on the command line.
  public enum Column: String, CaseIterable, Sendable {
    /// What sort of figure an energy is.
    case kind
    /// In joules.
    case energy
    /// In k_B T.
    case kT
    /// In bits of negentropy, E/(k_B T ln 2).
    case bits
    /// The mean time per inference.
    case latency
    /// That of the slowest inference.
    case latencyMax = "latency-max"
    /// Per cent of the samples.
    case accuracy
    /// Accuracy less the reference's, in points.
    case difference
    /// Samples with the class that the reference gives, in per cent.
    case agreement
    /// The root mean square of outputs less the reference's.
    case rmse
    /// What the energy includes.
    case boundary
    /// How the physics went.
    case verdict

    /// What a table shows if nothing else is asked for.
    public static let byDefault: [Column] = [
      .kind, .energy, .kT, .latency, .accuracy, .difference, .verdict,
    ]

    /// Its head, in two lines.
    var heads: (String, String) {
      switch self {
      case .kind: ("", "kind")
      case .energy: ("energy", "in J")
      case .kT: ("energy", "in k_BT")
      case .bits: ("energy", "in bits")
      case .latency: ("latency", "mean")
      case .latencyMax: ("latency", "slowest")
      case .accuracy: ("accuracy", "in %")
      case .difference: ("difference", "in points")
      case .agreement: ("agreement", "in %")
      case .rmse: ("outputs'", "rms error")
      case .boundary: ("", "boundary")
      case .verdict: ("", "verdict")
      }
    }

    /// Whether it holds words, which begin at its left side.
    var isWord: Bool { self == .kind || self == .boundary || self == .verdict }

    /// What it shows of a substrate.
    func cell(of result: Comparison.Result, _ comparison: Comparison) -> String {
      switch self {
      case .kind: result.energy.kind.rawValue
      case .energy, .kT, .bits:
        figure(
          joules: result.energy.joules,
          thermalEnergy: result.energy.joules.map {
            $0 / comparison.conditions.thermalQuantum.value
          })!
      case .latency: Numerals.engineering(result.latency, "s")
      case .latencyMax: Numerals.engineering(result.longestLatency, "s")
      case .accuracy: Numerals.percent(result.accuracy, error: result.accuracyStandardError)
      case .difference:
        Report.signed(result.accuracyDifference, result.accuracyDifferenceStandardError)
      case .agreement: Numerals.percent(result.agreement)
      case .rmse: Numerals.plain(result.outputError)
      case .boundary: result.boundary.rawValue
      case .verdict: result.verdict.rawValue
      }
    }

    private func figure(joules: Double?, thermalEnergy: Double?) -> String? {
      switch self {
      case .energy: Numerals.engineering(joules, "J")
      case .kT: Numerals.plain(thermalEnergy)
      case .bits: Numerals.plain(thermalEnergy.map { $0 / naturalLogarithmOf2 })
      default: nil
      }
    }

    /// The cells of a row that has an energy alone, up to the last that is not empty.
    static func cells(
      _ columns: [Column], kind: Kind?, joules: Double?, thermalEnergy: Double?
    ) -> [String] {
      var cells = columns.map { column in
        column == .kind
          ? kind?.rawValue ?? "" : column.figure(joules: joules, thermalEnergy: thermalEnergy) ?? ""
      }
      while cells.last == "" { cells.removeLast() }
      return cells
    }

    /// The same where the energy in k_B T follows from the other.
    static func cells(
      _ columns: [Column], kind: Kind?, joules: Double?, _ comparison: Comparison
    ) -> [String] {
      cells(
        columns, kind: kind, joules: joules,
        thermalEnergy: joules.map { $0 / comparison.conditions.thermalQuantum.value })
    }
  }
}
