internal import Harness
internal import Parameters
public import SubstrateCore

/// Whether a substrate is what every substrate has to be: each law it breaks, shown by the smallest workload that
/// does.
///
/// It tests the model of a machine, not the machine: that books close, nothing lies below its own floors, the same
/// seed gives the same bits, what the card says is true. Whether the model is good physics, the laws of
/// `substrata verify` and the author's own tests have to show. There is one meaning of it: no lenient mode, no
/// exceptions by name. It uses no test framework; in a test of one's own:
///
/// ```swift
/// for substrate in substrates {
///   #expect(Conformance(of: substrate).violations == [])
/// }
/// ```
public struct Conformance: Sendable, Codable {
  /// The substrate's name.
  public let substrate: String
  /// The laws that were put to the test, in their order.
  public let laws: [String]
  /// The laws that were not, since the substrate broke off the process, or never ended, at one before. None for a
  /// substrate that keeps all laws.
  public let untried: [String]
  /// How often the substrate was run or refused.
  public let trials: Int
  /// The laws it breaks, each once.
  public let violations: [Violation]

  /// Puts all laws to the test.
  ///
  /// - Parameters:
  ///   - substrate: any substrate.
  ///   - patience: how long a single run may take. The workloads are tiny: the largest has some thirty neurons.
  ///   - knownTraps: laws at which the substrate is known to break off the process, and on which workload. The first is
  ///     violated, and neither it nor those after it are tried.
  ///   - progress: called before each law with its place and how many there are.
  public init(
    of substrate: any Substrate, patience: Duration = .seconds(20),
    knownTraps: [String: String] = [:], progress: (Int, Int) -> Void = { _, _ in }
  ) {
    var examination = Examination(of: substrate, patience: patience)
    var violations: [Violation] = []
    var tried = 0
    for (index, law) in ConformanceLaw.all.enumerated() {
      tried += 1
      progress(index, ConformanceLaw.all.count)
      examination.law = law
      if let place = knownTraps[law.name] {
        violations.append(
          examination.violation(
            expected: "a result, a refusal or a verdict", seen: "its code broke off the process",
            on: place))
        break
      }
      do throws(Violation) {
        try law.check(&examination)
      } catch {
        violations.append(error)
        examination.broken.insert(law.name)
      }
      if examination.isLeftBehind { break }
    }
    self.substrate = substrate.card.id
    let names = ConformanceLaw.all.map(\.name)
    laws = Array(names.prefix(tried))
    untried = Array(names.dropFirst(tried))
    trials = examination.trials
    self.violations = violations
  }
}
