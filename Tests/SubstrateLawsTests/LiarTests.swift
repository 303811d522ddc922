import Liars
import SubstrateLaws
import Testing

/// Each law catches its own liar, and names it.
@Suite struct LiarTests {
  @Test func theHonestKeepsEveryLaw() {
    let conformance = Conformance(of: Honest("honest"))
    #expect(conformance.violations == [])
    #expect(conformance.trials > 100)
  }

  @Test(arguments: Liar.all) func isCaught(_ liar: Liar) throws {
    let violations = Conformance(of: liar.substrate).violations
    let caught = try #require(violations.first { $0.law == liar.law }, "\(violations.map(\.law))")
    #expect(caught.substrate == liar.description)
    #expect(!caught.expected.isEmpty && !caught.seen.isEmpty && !caught.workload.isEmpty)
    #expect(caught.description.contains("\(liar.description) breaks the law '\(liar.law)'"))
  }

  /// No law without a liar.
  @Test func everyLawHasALiar() {
    let laws = Set(Conformance(of: Honest("honest")).laws)
    #expect(laws == Set(Liar.all.map(\.law)))
  }

  /// The first workload that is shown is the smallest of those that show it.
  @Test func theSmallestWorkloadIsShown() throws {
    let liar = try #require(Liar.all.first { $0.description == "another-layers-heat" })
    let violation = try #require(Conformance(of: liar.substrate).violations.first)
    #expect(violation.workload == "a 2-3-2 network with relu and 4 samples")
  }

  @Test func aKnownTrapIsAViolation() throws {
    let conformance = Conformance(of: Honest("honest"), knownTraps: ["books": "one neuron"])
    #expect(conformance.violations.map(\.law) == ["books"])
    #expect(conformance.laws.last == "books" && conformance.untried.first == "layers")
    #expect(conformance.violations[0].workload == "one neuron")
  }
}
