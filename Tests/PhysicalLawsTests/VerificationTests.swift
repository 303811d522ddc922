import Foundation
import Networks
import Quantities
import Reports
import StochasticThermodynamics
import SubstrateCore
import Substrates
import Testing

@testable import PhysicalLaws

/// The report of all laws, on laws made up here.
@Suite struct VerificationTests {
  /// A substrate that brings whatever laws a test gives it, and runs nothing.
  struct Lawful: LawAbiding {
    var laws: [Law]
    let card = Card(
      id: "lawful", title: "Lawful", principle: "It abides.", boundary: .device, parameters: [],
      sources: [], claims: Claims(temperatureExponent: 1), meaning: { _ in .modelled("a fixture") })

    func prepare(_ network: Network, under conditions: Conditions) throws(Refusal) -> Network {
      network
    }

    func run(_ program: Network, on stream: SampleStream, in context: RunContext) -> Run {
      Run(
        outputs: [], latency: Seconds(0), longestLatency: Seconds(0), energyKind: .predicted,
        ledger: Ledger(), verdict: .settled, coverage: [])
    }
  }

  func verification(_ laws: [Law], seed: UInt64 = 7) throws -> Verification {
    try Verification(
      textbook: false, substrates: [Lawful(laws: laws)], in: RunContext(seed: seed))
  }

  static let mixed = [
    Law("good", "what is so") { context in
      [
        Finding("first", unit: "k_BT", measured: 3, standardError: 2, .equal, 1),
        Finding("second", measured: Double(context.seed), .atLeast, 1),
      ]
    },
    Law("bad", "what is not") { _ in [Finding(measured: 2, .atMost, 1, tolerance: 0.25)] },
    Law("void", "what has no number") { _ in
      [Finding("lost", measured: .nan, standardError: .nan, .equal, 0)]
    },
  ]

  @Test func everythingFoundIsThere() throws {
    let all = try verification(Self.mixed)
    #expect(all.schema == "substrata.verification/1" && all.seed == 7)
    #expect(all.laws.map(\.name) == ["good: first", "good: second", "bad", "void: lost"])
    #expect(all.laws.map(\.law) == ["good", "good", "bad", "void"])
    #expect(all.laws.map(\.passed) == [true, true, false, false])
    #expect(all.laws.allSatisfy { $0.substrate == "lawful" })
    #expect(all.laws[1].measured == 7)
    #expect(!all.passed)
    #expect(try verification([Self.mixed[0]]).passed)
  }

  @Test func progressNamesEachLawBeforeItIsTried() throws {
    var told: [String] = []
    _ = try Verification(
      textbook: false,
      substrates: [
        Lawful(laws: [Self.mixed[0].taking(2), Self.mixed[1].taking(5), Self.mixed[2]])
      ],
      in: RunContext(seed: 1)
    ) { name, index, count, fraction in told.append("\(name) \(index)/\(count) \(fraction)") }
    #expect(told == ["good 0/3 0.0", "bad 1/3 0.25", "void 2/3 0.875"])
  }

  @Test func theDocumentHasEveryKeyAndNullWhereThereIsNothing() throws {
    let text = Report.json(try verification(Self.mixed))
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(Set(document.keys) == ["schema", "seed", "laws"])
    #expect(document["schema"] as? String == "substrata.verification/1")
    let laws = try #require(document["laws"] as? [[String: Any]])
    let keys: Set<String> = [
      "name", "law", "case", "substrate", "statement", "unit", "relation", "predicted", "measured",
      "standard_error", "tolerance", "sigmas", "passed",
    ]
    for law in laws { #expect(Set(law.keys) == keys) }
    func isNull(_ index: Int, _ key: String) -> Bool { laws[index][key] is NSNull }
    #expect(laws[0]["name"] as? String == "good: first")
    #expect(laws[0]["case"] as? String == "first" && laws[0]["relation"] as? String == "=")
    #expect(laws[0]["predicted"] as? Double == 1 && laws[0]["measured"] as? Double == 3)
    #expect(laws[0]["standard_error"] as? Double == 2 && laws[0]["sigmas"] as? Double == 1)
    #expect(laws[0]["passed"] as? Bool == true && laws[0]["unit"] as? String == "k_BT")
    #expect(isNull(1, "standard_error") && isNull(1, "sigmas") && !isNull(1, "measured"))
    #expect(laws[2]["tolerance"] as? Double == 0.25 && laws[2]["relation"] as? String == "<=")
    #expect(laws[2]["passed"] as? Bool == false)
    #expect(isNull(3, "measured") && isNull(3, "standard_error") && isNull(3, "sigmas"))
    #expect(laws[3]["predicted"] as? Double == 0 && laws[3]["passed"] as? Bool == false)
    #expect(!text.lowercased().contains("nan"))
    // And reads back as it was.
    let back = try JSONDecoder().decode(Verification.self, from: Data(text.utf8))
    #expect(Report.json(back) == text)
  }

  @Test func aSubstrateWithoutLawsAddsNone() throws {
    let digital = registry.filter { $0.card.id == "digital" }
    #expect(digital.count == 1)
    let all = try Verification(textbook: false, substrates: digital, in: RunContext(seed: 1))
    #expect(all.laws.isEmpty && all.passed)
  }

  @Test func theTableSaysWhatFailed() throws {
    let table = Report.table(try verification(Self.mixed))
    let lines = table.split(separator: "\n").map(String.init)
    func line(_ word: String) throws -> String { try #require(lines.first { $0.contains(word) }) }
    #expect(try line("first (k_BT)").hasSuffix("pass"))
    #expect(try line("second").hasSuffix("pass"))
    #expect(lines.filter { $0.hasSuffix("FAIL") }.count == 2)
    #expect(try line("lost").hasSuffix("FAIL"))
    #expect(lines.last == "2 of 4 findings FAILED: bad; void: lost")
    #expect(!table.lowercased().contains("nan"))
    for statement in ["what is so", "what is not", "what has no number"] {
      #expect(table.contains(statement))
    }
    let good = Report.table(try verification([Self.mixed[0]]))
    #expect(!good.contains("FAIL"))
    #expect(good.hasSuffix("all 2 findings as they have to be\n"))
  }

  @Test func theTableFitsATerminal() throws {
    for width in [20, 50, 80, 200] {
      let table = Report.table(try verification(Self.mixed), style: TableStyle(width: width))
      #expect(table.split(separator: "\n").allSatisfy { $0.count <= width }, "\(width)")
      #expect(table.contains("FAIL"))
    }
    let coloured = Report.table(
      try verification(Self.mixed), style: TableStyle(width: 100, isColoured: true))
    #expect(coloured.contains("\u{1b}[1;33mFAIL\u{1b}[0m"))
  }

  // MARK: The laws there are

  static func laws(of id: String) throws -> [Law] {
    let substrate = try #require(registry.first { $0.card.id == id })
    return try #require(substrate as? any LawAbiding).laws
  }

  @Test func namesAreUnique() throws {
    let all =
      Textbook.laws + registry.flatMap { ($0 as? any LawAbiding)?.laws ?? [] }
    #expect(Set(all.map(\.name)).count == all.count)
    #expect(all.count >= 25)
    for law in all {
      #expect(!law.statement.isEmpty && !law.statement.contains("\n"))
      #expect(law.name.allSatisfy { $0.isLowercase || $0 == "-" })
    }
    // What the digital one claims is counting, which its own tests hold against counts.
    let lawless = registry.filter { !($0 is any LawAbiding) }.map(\.card.id)
    #expect(lawless == ["digital"])
  }

  /// The cheap ones of each group, as `verify` runs them.
  @Test func textbookLawsThatNeedNoTrajectories() throws {
    try expectToHold(Textbook.laws, ["response-and-transport"])
  }

  @Test func lawsOfTheQuasiStaticNetwork() throws {
    try expectToHold(Self.laws(of: "quasi-static"), ["thermodynamic-length"])
  }

  @Test func lawsOfNeuronsThatAreReset() throws {
    try expectToHold(Self.laws(of: "dynamic-analog"), ["price-of-modularity", "blind-quench"])
  }

  func expectToHold(_ laws: [Law], _ names: [String]) throws {
    for name in names {
      let law = try #require(laws.first { $0.name == name }, "no law \(name)")
      let findings = try law.findings(in: RunContext(seed: 1))
      #expect(!findings.isEmpty)
      for finding in findings {
        #expect(finding.passed, "\(name) \(finding.occasion): \(finding.measured)")
      }
    }
  }

  /// A law with trajectories finds the same whoever computes it, and other things with other noise.
  @Test func whatIsFoundDependsOnTheSeedAlone() throws {
    let law = Law("tiny", "a trap") { context in
      let all = try Textbook.trajectories(6, in: context, purpose: "tiny") { noise in
        let trap = BreathingTrap(stiffness: { 1 + 3 * $0 }, noise: noise)
        return LangevinMotion(trap, step: 0.1, noise: noise).run(driving: 3, holding: 0)
      }
      return [Finding(mean: RunningMoments(all.map(\.work)), .atLeast, 0)]
    }
    let serial = try law.findings(in: RunContext(seed: 1))[0].measured
    let backwards = RunContext(seed: 1) { count, body in
      for index in (0..<count).reversed() { body(index) }
    }
    #expect(try law.findings(in: backwards)[0].measured == serial)
    #expect(try law.findings(in: RunContext(seed: 2))[0].measured != serial)
  }
}
