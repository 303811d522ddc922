internal import Foundation
public import SubstrateCore

/// What became of every law: the contract `substrata.verification/1` of the JSON report.
public struct Verification: Codable, Sendable {
  /// Whose laws, and what was found.
  public struct Entry: Codable, Sendable {
    /// The law's name, and after a colon the experiment where there are several.
    public let name: String
    /// The law's name alone.
    public let law: String
    /// The experiment; may be empty.
    public let occasion: String
    /// The substrate it is about; none for textbook systems.
    public let substrate: String?
    /// What the law says.
    public let statement: String
    /// The unit of the figures; empty for pure numbers.
    public let unit: String
    /// How measured and predicted have to lie.
    public let relation: Finding.Relation
    /// What theory says; none if it is no number.
    public let predicted: Double?
    /// What came out; none if it is no number.
    public let measured: Double?
    /// The standard error of their difference; none where nothing is random.
    public let standardError: Double?
    /// What may be missed beside it.
    public let tolerance: Double
    /// How far they lie apart, in standard errors.
    public let sigmas: Double?
    /// Whether the law held.
    public let passed: Bool

    private enum CodingKeys: String, CodingKey {
      case name, law, substrate, statement, unit, relation, predicted, measured
      case occasion = "case"
      case standardError = "standard_error"
      case tolerance, sigmas, passed
    }

    /// Writes what does not exist as null.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(law, forKey: .law)
      try container.encode(occasion, forKey: .occasion)
      try container.encode(substrate, forKey: .substrate)
      try container.encode(statement, forKey: .statement)
      try container.encode(unit, forKey: .unit)
      try container.encode(relation, forKey: .relation)
      try container.encode(predicted, forKey: .predicted)
      try container.encode(measured, forKey: .measured)
      try container.encode(standardError, forKey: .standardError)
      try container.encode(tolerance, forKey: .tolerance)
      try container.encode(sigmas, forKey: .sigmas)
      try container.encode(passed, forKey: .passed)
    }
  }

  /// `substrata.verification/1`.
  public let schema: String
  /// What all randomness was derived from.
  public let seed: UInt64
  /// Everything found, law after law.
  public let laws: [Entry]

  /// Whether all of it held.
  public var passed: Bool { laws.allSatisfy(\.passed) }

  /// Puts textbook systems and substrates to the test, one law after the other.
  ///
  /// - Parameters:
  ///   - textbook: whether systems that are no substrate are checked too.
  ///   - substrates: those to check; the ones that bring no laws of their own add none.
  ///   - context: whose seed the experiments derive theirs from.
  ///   - progress: called before each law with its name, its place, how many there are, and which part of
  ///     the whole effort is done.
  /// - Throws: `Cancelled` if the context is.
  public init(
    textbook: Bool = true, substrates: [any Substrate], in context: RunContext,
    progress: (String, Int, Int, Double) -> Void = { _, _, _, _ in }
  ) throws {
    var all: [(substrate: String?, law: Law)] =
      textbook ? Textbook.laws.map { (substrate: nil, law: $0) } : []
    for substrate in substrates {
      guard let abiding = substrate as? any LawAbiding else { continue }
      all += abiding.laws.map { (substrate.card.id, $0) }
    }
    schema = "substrata.verification/1"
    seed = context.seed
    var entries: [Entry] = []
    let whole = all.reduce(0) { $0 + $1.law.effort }
    var done = 0.0
    for (index, item) in all.enumerated() {
      progress(item.law.name, index, all.count, done / whole)
      done += item.law.effort
      for finding in try item.law.findings(in: context) {
        entries.append(Entry(item.substrate, item.law, finding))
      }
    }
    laws = entries
  }
}

extension Verification.Entry {
  fileprivate init(_ substrate: String?, _ law: Law, _ finding: Finding) {
    func existing(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }
    self.init(
      name: finding.occasion.isEmpty ? law.name : "\(law.name): \(finding.occasion)",
      law: law.name, occasion: finding.occasion, substrate: substrate, statement: law.statement,
      unit: finding.unit, relation: finding.relation, predicted: existing(finding.predicted),
      measured: existing(finding.measured), standardError: existing(finding.standardError),
      tolerance: finding.tolerance, sigmas: existing(finding.sigmas), passed: finding.passed)
  }
}
