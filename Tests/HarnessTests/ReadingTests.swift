import Foundation
import Harness
import Quantities
import SubstrateCore
import Testing

/// Documents of this version and of older ones, and what is none.
@Suite struct ReadingTests {
  private let document: String
  private let comparison: Comparison

  init() throws {
    let substrate = FakeSubstrate { network, stream, _ in
      var run = FakeSubstrate.faithful(network, stream)
      run.ledger.enter(.drawn, 2)
      return run
    }
    let workload = try Workload(Tiny.network(), on: Tiny.samples)
    comparison = try Lineup([Selection(substrate)], for: workload, at: Kelvin(300)).compare()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    document = String(decoding: try encoder.encode(comparison), as: UTF8.self)
  }

  private func reading(_ text: String) throws -> Comparison {
    try Comparison(reading: Data(text.utf8))
  }

  @Test func whatWasWrittenIsRead() throws { #expect(try reading(document) == comparison) }

  /// As the first version wrote it, and with every key left out that may come later.
  @Test func keysThatCameLaterMayBeMissing() throws {
    #expect(document.contains(#""crossings":[],"#))
    let first = document.replacing(#""crossings":[],"#, with: "")
    #expect(try reading(first) == comparison)
    // Whatever is null may have been added since.
    let nulls = document.matches(of: /"\w+":null,/).map(\.output)
      .filter { $0 != #""extra":null,"# }
    #expect(nulls.count > 5)
    for null in nulls {
      #expect(try reading(document.replacing(null, with: "")) == comparison, "\(null)")
    }
    #expect(try reading(document.replacing(#""crossings""#, with: #""later""#)) == comparison)
  }

  @Test(arguments: [
    ("", "no JSON"), ("{", "no JSON"), ("\u{0}", "no JSON"), ("[]", "no result"),
    ("{}", "no result"), (#"{"schema": 1}"#, "no result"), ("7", "no result"),
    (#"{"schema": "substrata.sweep/1"}"#, "'substrata.sweep/1'"),
    (#"{"schema": "substrata.comparison/2"}"#, "'substrata.comparison/2'"),
    (#"{"schema": "substrata.comparison/1"}"#, "no 'conditions'"),
  ])
  func whatIsNoComparison(text: String, words: String) {
    let error = #expect(throws: Comparison.ReadingError.self) { try reading(text) }
    #expect(error?.cause.contains(words) == true, "\(error?.cause ?? "")")
  }

  @Test func everyEndThatIsCutOffIsNoticed() {
    let bytes = Array(document.utf8)
    for count in stride(from: 0, to: bytes.count, by: 97) {
      #expect(throws: Comparison.ReadingError.self) {
        try Comparison(reading: Data(bytes.prefix(count)))
      }
    }
  }

  /// Numbers that would make a report trap or say nonsense.
  @Test(arguments: [
    (#""temperature_K":300"#, #""temperature_K":0"#),
    (#""temperature_K":300"#, #""temperature_K":-1"#),
    (#""temperature_K":300"#, #""temperature_K":1e999"#),
    (#""temperature_K":300"#, #""temperature_K":null"#),
    (#""temperature_K":300"#, #""temperature_K":NaN"#), (#""samples":4"#, #""samples":-4"#),
    (#""samples":4"#, #""samples":9223372036854775808"#), (#""samples":4"#, #""samples":4.5"#),
    (#""macs":4,"operation":"#, #""macs":-4,"operation":"#),
    (#""kind":"predicted""#, #""kind":"guessed""#), (#""neurons":2"#, #""neurons":-2"#),
  ])
  func impossibleValues(old: String, new: String) throws {
    try #require(document.contains(old))
    let changed = document.replacing(old, with: new)
    #expect(throws: Comparison.ReadingError.self) { try reading(changed) }
  }

  @Test func sumsThatOverflowAndSubstratesThatAreThereTwice() throws {
    let all = Int.max
    let share = #"{"macs":4,"operation":"#
    try #require(document.contains(share))
    let large = document.replacing(
      share, with: #"{"macs":\#(all),"operation":"more","status":"free"},{"macs":4,"operation":"#)
    #expect(throws: Comparison.ReadingError.self) { try reading(large) }
    let results = try #require(document.firstMatch(of: /"results":\[(.*)\],"schema"/))
    let twice = document.replacing(results.1, with: "\(results.1),\(results.1)")
    let error = #expect(throws: Comparison.ReadingError.self) { try reading(twice) }
    #expect(error?.cause.contains("twice") == true)
  }

  /// Charts ask for the row of every curve.
  @Test(arguments: ["duration", "precision"]) func curvesOfNobody(kind: String) throws {
    func document(_ substrate: String) -> String {
      let curve =
        #"{"substrate":"\#(substrate)","parameter":"duration","unit":"","points":[]}"#
      let lists = ["duration", "precision"].map { #""\#($0)":[\#($0 == kind ? curve : "")]"# }
        .joined(separator: ",")
      return #"{"curves":{\#(lists),"crossings":[],"skipped":[]},"# + self.document.dropFirst()
    }
    let row = try #require(comparison.results.first?.substrate)
    #expect(try reading(document(row)).curves != nil)
    let error = #expect(throws: Comparison.ReadingError.self) { try reading(document("ghost")) }
    #expect(error?.cause.contains("'ghost' has a curve and no row") == true)
  }

  @Test func nestingWithoutEndAndLengthWithoutEnd() {
    #expect(throws: Comparison.ReadingError.self) {
      try reading(String(repeating: "[", count: 1_000_000))
    }
    #expect(throws: Comparison.ReadingError.tooLong) {
      try Comparison(reading: Data(count: Comparison.longestDocument + 1))
    }
  }
}
