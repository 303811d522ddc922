import Foundation
import Testing

/// What the tool makes of substrates that take the process along, never end, or hand over nonsense.
@Suite struct WreckerTests {
  private static let path = Tool.path.deletingLastPathComponent().appending(path: "lying-substrata")

  @Test func theOtherRowsStillComeOut() throws {
    let outcome = try Tool.run(
      ["compare", "--samples", "4", "--format", "json", "--time-limit", "0.5", "--quiet"],
      of: Self.path)
    #expect(outcome.status == 0, "\(outcome.error)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let results = try #require(json["results"] as? [[String: Any]])
    let verdicts = Dictionary(
      uniqueKeysWithValues: results.map {
        ($0["substrate"] as? String ?? "", $0["verdict"] as? String ?? "")
      })
    #expect(
      verdicts == [
        "honest": "settled", "picky-trapping": "settled", "honest-too": "settled",
        "heat-from-nowhere": "settled",
        "too-few-outputs": "diverged", "no-number": "diverged", "negative-energy": "diverged",
      ])
    let refused = try #require(json["refused"] as? [[String: Any]])
    let reasons = Dictionary(
      uniqueKeysWithValues: refused.map {
        ($0["substrate"] as? String ?? "", $0["reason"] as? String ?? "")
      })
    #expect(
      reasons == [
        "trapping": "trapped", "bottomless": "trapped", "endless": "cancelled",
        "gives-up-by-itself": "cancelled",
      ])
    let late = refused.first { $0["substrate"] as? String == "endless" }
    #expect((late?["detail"] as? String)?.contains("longer than the time limit") == true)
    let warnings = try #require(json["warnings"] as? [String])
    #expect(warnings.contains { $0.hasPrefix("negative-energy: expected ") })
  }

  @Test func aTrapIsAViolationOfTheLawAtHand() throws {
    let outcome = try Tool.run(
      ["verify", "--substrates", "honest,picky-trapping", "--format", "json", "--quiet"],
      of: Self.path)
    #expect(outcome.status == 1)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let conformance = try #require(json["conformance"] as? [[String: Any]])
    #expect(conformance.map { $0["substrate"] as? String } == ["honest", "picky-trapping"])
    #expect((conformance[0]["violations"] as? [Any])?.isEmpty == true)
    let violations = try #require(conformance[1]["violations"] as? [[String: Any]])
    #expect(violations.count == 1)
    #expect(violations[0]["law"] as? String == "outputs")
    #expect(violations[0]["seen"] as? String == "its code broke off the process")
    #expect(violations[0]["workload"] as? String == "a 1-1 network and 2 samples")
    #expect((conformance[1]["untried"] as? [String])?.contains("books") == true)
    let line = try #require(outcome.error.split(separator: "\n").last)
    #expect(line.hasPrefix("substrata: picky-trapping breaks the law"))
  }

  @Test func ifNoneComesToAnEndThatIsTheError() throws {
    let outcome = try Tool.run(
      ["compare", "--samples", "4", "--substrates", "trapping,gives-up-by-itself", "--quiet"],
      of: Self.path)
    #expect(outcome.status == 3 && outcome.output.isEmpty)
    #expect(
      outcome.error.contains("substrata: every substrate refuses")
        || outcome.error.contains("substrata: no substrate came to an end"))
  }

  @Test func theStackMayRunOver() throws {
    let outcome = try Tool.run(
      [
        "compare", "--samples", "4", "--substrates", "honest,bottomless", "--format", "csv",
        "--quiet",
      ],
      of: Self.path)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("trapped") && outcome.output.contains("honest"))
  }

  @Test func whatNeverEndsIsNamed() throws {
    let outcome = try Tool.run(
      ["verify", "--substrates", "endless", "--patience", "0.3", "--quiet"], of: Self.path)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("it goes on"))
  }
}
