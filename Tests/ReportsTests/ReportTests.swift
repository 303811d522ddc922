import Foundation
import Harness
import Quantities
import Reports
import SubstrateCore
import Testing
import Parameters

@Suite struct ReportTests {
  private let comparison: Comparison

  init() throws { comparison = try Snapshots.comparison() }

  @Test func table() throws {
    try Snapshots.check(Report.table(comparison), against: "table.txt")
  }

  @Test func tableByLayer() throws {
    try Snapshots.check(Report.table(comparison, perLayer: true), against: "table-per-layer.txt")
  }

  @Test func json() throws {
    try Snapshots.check(Report.json(comparison), against: "comparison.json")
  }

  @Test func commaSeparated() throws {
    try Snapshots.check(Report.csv(comparison), against: "comparison.csv")
  }

  @Test func differenceTable() throws {
    // The names change, an error is lost, figures move, and one substrate is gone.
    var text = Report.json(comparison)
    for (old, new) in [
      ("tiny\\u001b", "tin\\u001b"), ("\"temperature_K\" : 289.7", "\"temperature_K\" : 300"),
      ("\"latency_s\" : 4.25e-08", "\"latency_s\" : 8.5e-07"),
      ("\"verdict\" : \"settled\"", "\"verdict\" : \"unsettled\""), ("\"sparks\"", "\"embers\""),
    ] {
      try #require(text.contains(old), "\(old)")
      text.replace(old, with: new)
    }
    let other = try Comparison(reading: Data(text.utf8))
    let difference = ComparisonDifference(
      from: comparison, to: other, names: ("old\u{1b}[31m.json", "new.json"))
    try Snapshots.check(Report.table(difference), against: "difference.txt")
  }

  @Test func networkTable() throws {
    try Snapshots.check(Report.table(comparison.network), against: "network.txt")
  }

  @Test func networkDocument() throws {
    try Snapshots.check(Report.json(comparison.network), against: "network.json")
  }

  private let cards = [
    Card(
      id: "springs", title: "Springs", principle: "Everything is a spring.", boundary: .device,
      parameters: [
        Parameter(
          "snr", .number(from: 0, to: .infinity, above: true), default: .number(1000),
          meaning: "mean square of a signal over that of the thermal noise, the same in every layer"
        ),
        Parameter(
          "stiffness", unit: "N/m", .number(from: 0, to: 9), default: nil, meaning: "of one"),
        Parameter(
          "method", .choice(["slow", "fast"]), default: .word("slow"), meaning: "of driving",
          source: Source(key: "theory", citation: "A theory", evidence: .derived)),
      ], sources: [Source(key: "theory", citation: "A theory", evidence: .derived)],
      claims: Claims(temperatureExponent: 1),
      meaning: { _ in .modelled("a fixture") })
  ]

  @Test func catalogueTable() throws {
    try Snapshots.check(Report.table(cards.map { ($0, "Machines") }), against: "catalogue.txt")
  }

  @Test func catalogueDocument() throws {
    try Snapshots.check(Report.json(cards.map { ($0, "Machines") }), against: "catalogue.json")
  }

  @Test func aDocumentDecodesToWhatItWasMadeOf() throws {
    let data = Data(Report.json(comparison).utf8)
    #expect(try JSONDecoder().decode(Comparison.self, from: data) == comparison)
  }

  /// The comparison with a search for its first substrate's precision.
  private func searched(_ outcome: String, below: Bool, kept: Bool?) throws -> Comparison {
    func trial(_ value: Any, _ difference: Double, meets: Bool) -> [String: Any] {
      [
        "value": value, "accuracy_difference": difference, "repeats": 8, "meets": meets,
        "accuracy_difference_standard_error": 0.002, "repeat_standard_error": 0.001, "clear": true,
      ]
    }
    var document =
      try JSONSerialization.jsonObject(with: Data(Report.json(comparison).utf8)) as! [String: Any]
    var results = document["results"] as! [[String: Any]]
    let values: Any = kept == true ? [20.0, 1e-3] : 50
    let allocation: Any =
      if let kept {
        [
          "kept": kept, "values": [20.0, 1e-3], "energy_J": kept ? 3e-20 : 5e-20,
          "uniform": trial(50, -0.008, meets: true), "uniform_energy_J": 4e-20,
          "output_noise": [1, 2], "cost_J": [1e-21, 2e-21],
        ] as [String: Any]
      } else {
        NSNull()
      }
    results[0]["iso_accuracy"] = [
      "points": 1, "outcome": outcome, "parameter": outcome == "fixed" ? NSNull() : "snr",
      "found": trial(
        outcome == "fixed" ? NSNull() : values, outcome == "missed" ? -0.02 : -0.009,
        meets: outcome != "missed"),
      "fresh_accuracy_difference": outcome == "least" ? -0.011 as Any : NSNull(),
      "fresh_accuracy_difference_standard_error": outcome == "least" ? 0.002 as Any : NSNull(),
      "below": below ? trial(40, -0.013, meets: false) as Any : NSNull(), "trials": 9,
      "allocation": allocation,
    ]
    document["results"] = results
    return try JSONDecoder().decode(
      Comparison.self, from: try JSONSerialization.data(withJSONObject: document))
  }

  @Test(
    arguments: [
      (
        "found", true, nil,
        "snr=50 (-0.9 ± 0.2) meets it; snr=40 (-1.3 ± 0.2) misses, by more than its"
      ),
      (
        "least", false, nil,
        "snr=50 (-0.9 ± 0.2, again with fresh noise -1.1 ± 0.2) meets it, and is the least"
      ),
      ("missed", false, nil, "snr=50 (-2.0 ± 0.2) MISSES it, and is the most there is"),
      ("fixed", false, nil, "no precision to be found; as set (-0.9 ± 0.2) meets it"),
      ("found", true, true, "snr=20,0.001 (-0.9 ± 0.2) meets it; snr=40"),
      ("found", true, true, "25 % below the energy of snr=50 (-0.8 ± 0.2) for all layers"),
      (
        "found", true, false,
        "snr=50 for all layers: spread over them it costs no less; snr=50 (-0.9"
      ),
    ] as [(String, Bool, Bool?, String)])
  func aSearchForPrecisionIsToldBelowItsRow(
    outcome: String, below: Bool, kept: Bool?, words: String
  ) throws {
    let comparison = try searched(outcome, below: below, kept: kept)
    let table = Report.table(comparison)
    // Lines break between words.
    let text = table.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains(words))
    #expect(text.contains("criterion equal accuracy") && text.contains("the mean of 8 runs"))
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 116 })
    #expect(
      try JSONDecoder().decode(Comparison.self, from: Data(Report.json(comparison).utf8))
        == comparison)
    let rows = Report.csv(comparison).split(separator: "\n").filter { $0.contains("iso_accuracy") }
    #expect(rows.count == (below ? 2 : 1))
  }

  /// Names in the comparison hold an escape sequence, a line break and a C1 control.
  @Test func noReportHoldsAControlCharacter() {
    for report in [
      Report.table(comparison, perLayer: true), Report.json(comparison), Report.csv(comparison),
      Report.table(comparison.network),
    ] {
      let controls = report.unicodeScalars.filter {
        $0 != "\n" && $0.properties.generalCategory == .control
      }
      #expect(controls.isEmpty)
      #expect(report.last == "\n" && !report.hasSuffix("\n\n"))
    }
  }

  /// Accuracies have errors, and energies that were measured; without either there is nothing to explain.
  @Test func errorsAreExplainedWhereThereAreSome() throws {
    func legend(without keys: Set<String>) throws -> String? {
      func bare(_ value: Any) -> Any {
        switch value {
        case let object as [String: Any]:
          Dictionary(
            uniqueKeysWithValues: object.map { ($0, keys.contains($0) ? NSNull() : bare($1)) })
        case let list as [Any]: list.map(bare)
        default: value
        }
      }
      let document = try JSONSerialization.jsonObject(with: Data(Report.json(comparison).utf8))
      let comparison = try JSONDecoder().decode(
        Comparison.self, from: try JSONSerialization.data(withJSONObject: bare(document)))
      return Report.table(comparison).split(separator: "\n").first { $0.hasPrefix("  ±") }
        .map(String.init)
    }
    let shares: Set = [
      "accuracy", "accuracy_standard_error", "accuracy_difference",
      "accuracy_difference_standard_error",
    ]
    #expect(try legend(without: [])?.contains("of a difference") == true)
    #expect(try legend(without: ["standard_error_kT"])?.contains("of a difference") == true)
    #expect(try legend(without: shares)?.hasSuffix(" one standard error") == true)
    #expect(try legend(without: shares.union(["standard_error_kT"])) == nil)
  }

  @Test func tablesFitATerminal() {
    let lines = Report.table(comparison, perLayer: true).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 116 && $0.last != " " })
  }

  @Test func everyRowHasEveryColumn() throws {
    // The only commas inside fields stand between quotation marks.
    let rows = Report.csv(comparison).split(separator: "\n").map { row in
      row.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset.isMultiple(of: 2) }
        .reduce(1) { $0 + $1.element.count { $0 == "," } }
    }
    #expect(Set(rows) == [22])
  }
}
