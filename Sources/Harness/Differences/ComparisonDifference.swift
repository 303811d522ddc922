internal import Quantities
public import SubstrateCore

/// What changed from one comparison to another: the value behind `substrata diff`, and the JSON document
/// `substrata.difference/1`.
///
/// A figure has changed if the two differ by more than rounding; whether by more than their errors is said
/// beside it. Errors are taken as independent, which they are not for accuracies on the same samples: a
/// change of those is real sooner than its distance in errors says.
public struct ComparisonDifference: Encodable, Equatable, Sendable {
  /// Relative differences up to this are rounding, as another processor's arithmetic makes them.
  public static let rounding = 1e-9

  /// `substrata.difference/1`.
  public let schema = "substrata.difference/1"
  /// What the one that is changed from is called.
  public let a: String
  /// What the one that is changed to is called.
  public let b: String
  /// Whether bath, network and samples are the same; otherwise no change says anything of a substrate.
  public let comparable: Bool
  /// What differs in bath, network, samples and settings.
  public let setup: [SetupChange]
  /// Substrates that ran in one of the two only.
  public let unpaired: [Unpaired]
  /// Every figure that differs, the largest relative change first; what appears or vanishes before all.
  public let changes: [Change]
  /// How many figures were held against each other.
  public let figures: Int

  /// Something of the set-up that differs.
  public struct SetupChange: Encodable, Equatable, Sendable {
    /// What: `temperature_K`, `network.macs`, or a setting as on the command line.
    public let what: String
    /// What it was; none where there was none.
    public let a: Figure
    /// What it is; none where there is none.
    public let b: Figure
    /// Whether figures do not compare for it.
    public let breaksComparison: Bool

    private enum CodingKeys: String, CodingKey {
      case what, a, b
      case breaksComparison = "breaks_comparison"
    }
  }

  /// A substrate that ran in one comparison only.
  public struct Unpaired: Encodable, Equatable, Sendable {
    /// Its name.
    public let substrate: String
    /// In which it ran: `a` or `b`.
    public let ranIn: String
    /// Why it refused in the other; none if it is not there at all.
    @OrNull public private(set) var refusal: String?

    private enum CodingKeys: String, CodingKey {
      case substrate
      case ranIn = "ran_in"
      case refusal
    }
  }

  /// A figure that differs.
  public struct Change: Encodable, Equatable, Sendable {
    /// What sort of figure it is.
    public enum Sort: String, Encodable, Sendable, CaseIterable {
      /// A substrate's headline.
      case energy
      /// A floor or a convention.
      case limit
      /// A time per inference.
      case latency
      /// A share of the samples.
      case accuracy
      /// The entries of a layer, mechanism and flow.
      case ledger
      /// A word: verdict, kind or boundary.
      case word
    }

    /// The substrate.
    public let substrate: String
    /// What sort of figure it is.
    public let figure: Sort
    /// What it is called: a limit with its rule, or a ledger's layer, mechanism and flow.
    public let name: String
    /// What sort of energy it is.
    @OrNull public private(set) var kind: Kind?
    /// J, s, or nothing for shares and words.
    public let unit: String
    /// What it was; none if it did not exist.
    public let a: Figure
    /// What it is; none if it does not exist.
    public let b: Figure
    /// The standard error of what it was.
    @OrNull public private(set) var aStandardError: Double?
    /// The standard error of what it is.
    @OrNull public private(set) var bStandardError: Double?
    /// b - a.
    @OrNull public private(set) var difference: Double?
    /// The difference over |a|; none if a is 0.
    @OrNull public private(set) var relative: Double?
    /// The difference over the errors of both, added in quadrature, where both have one.
    @OrNull public private(set) var sigmas: Double?
    /// Whether it is more than those errors; always where not both have one.
    public let isBeyondErrors: Bool

    private enum CodingKeys: String, CodingKey {
      case substrate, figure, name, kind, unit, a, b
      case aStandardError = "a_standard_error"
      case bStandardError = "b_standard_error"
      case difference, relative, sigmas
      case isBeyondErrors = "beyond_errors"
    }

    /// |b - a| as a share of the larger; more than any of those where one does not exist.
    var size: Double {
      guard case .number(let a) = a, case .number(let b) = b else { return .infinity }
      // Halves, so that no difference of finite numbers overflows.
      return abs(b / 2 - a / 2) / (max(abs(a), abs(b)) / 2)
    }

    /// None if the figure has not changed.
    init?(
      _ substrate: String, _ figure: Sort, _ name: String, kind: Kind? = nil, unit: String,
      _ a: Estimated?, _ b: Estimated?
    ) {
      switch (a, b) {
      case (nil, nil): return nil
      case (let a?, let b?):
        let most = max(abs(a.value), abs(b.value))
        guard abs(b.value / 2 - a.value / 2) > Self.rounded(most) / 2 else { return nil }
      default: break
      }
      self.substrate = substrate
      self.figure = figure
      self.name = name
      self.kind = kind
      self.unit = unit
      self.a = a.map { .number($0.value) } ?? .none
      self.b = b.map { .number($0.value) } ?? .none
      aStandardError = a?.error
      bStandardError = b?.error
      difference = nil
      relative = nil
      sigmas = nil
      var isBeyond = true
      if let a, let b {
        let difference = b.value - a.value
        self.difference = existing(difference)
        relative = existing(difference / abs(a.value))
        if let first = a.error, let second = b.error {
          let error = (first * first + second * second).squareRoot()
          sigmas = existing(difference / error)
          isBeyond = abs(difference) > error
        }
      }
      isBeyondErrors = isBeyond
    }

    /// None if the word is the same.
    init?(_ substrate: String, _ name: String, _ a: String, _ b: String) {
      guard a != b else { return nil }
      self.substrate = substrate
      figure = .word
      self.name = name
      kind = nil
      unit = ""
      self.a = .text(a)
      self.b = .text(b)
      (aStandardError, bStandardError, difference) = (nil, nil, nil)
      (relative, sigmas) = (nil, nil)
      isBeyondErrors = true
    }

    private static func rounded(_ value: Double) -> Double {
      ComparisonDifference.rounding * value
    }
  }

  /// A figure with its standard error, if it has one.
  struct Estimated {
    var value: Double
    var error: Double?
  }

  /// Holds two comparisons against each other.
  ///
  /// - Parameters:
  ///   - a: what is changed from.
  ///   - b: what is changed to.
  ///   - names: what reports call them.
  /// - Complexity: O(n log n) in the entries of the ledgers.
  public init(from a: Comparison, to b: Comparison, names: (a: String, b: String)) {
    self.a = names.a
    self.b = names.b
    setup = Self.setup(a, b)
    comparable = !setup.contains { $0.breaksComparison }
    unpaired = Self.unpaired(a, b)
    var pairing = Pairing()
    for result in a.results {
      guard let other = b.results.first(where: { $0.substrate == result.substrate }) else {
        continue
      }
      pairing.hold(
        result, against: other, a.conditions.thermalQuantum.value,
        b.conditions.thermalQuantum.value)
    }
    figures = pairing.count
    // Equal sizes stay in the order of the report.
    changes = pairing.changes.enumerated()
      .sorted { ($1.element.size, $0.offset) < ($0.element.size, $1.offset) }.map(\.element)
  }

  /// Whether an energy of a substrate has changed by more than so many per cent, and by more than four
  /// standard errors where there are any; appeared, or vanished.
  ///
  /// - Returns: what has, the largest first.
  public func energies(changedByMoreThan percent: Double) -> [Change] {
    changes.filter { change in
      guard change.figure == .energy else { return false }
      guard let difference = change.difference else { return true }
      let errors = [change.aStandardError, change.bStandardError].compactMap(\.self)
      let error = errors.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard abs(difference) > 4 * error else { return false }
      return change.relative.map { abs($0) * 100 > percent } ?? true
    }
  }

  private enum CodingKeys: String, CodingKey {
    case schema, a, b, comparable, setup, unpaired, changes, figures
  }
}
