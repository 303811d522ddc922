import Foundation
import Harness
import Reports
import Testing

@Suite struct CrossingSentenceTests {
  /// Crossings come from runs; here from the document that a run writes.
  private func sentence(
    _ crossing: String, coordinates: String = "{}", other: String = #""digital""#
  ) throws -> String {
    let document = """
      {"substrate": "quasi-static", "unit": "τ0", "coordinates": \(coordinates),
       "limit_of": \(other), "crossing": \(crossing),
       "limit": {"kind": "floor", "name": "registers", "rule": "measured", "J": 5e-19, "kT": 131}}
      """
    let entry = try JSONDecoder().decode(Sweep.LimitCrossing.self, from: Data(document.utf8))
    let sentences = Report.sentences([entry])
    #expect(sentences.count == 1)
    return sentences[0]
  }

  @Test func itSaysFromWhereOn() throws {
    #expect(
      try sentence(
        #"{"outcome": "crosses", "duration": 1089.4, "lower": 788.046281567, "upper": 1e4, "repeated": false}"#
      )
        == "quasi-static lies below registers, measured of digital (floor, 131 k_BT) from about "
        + "1089 τ0 on, between 788.0 τ0 and 10000 τ0")
    #expect(
      try sentence(
        #"{"outcome": "crosses", "duration": null, "lower": 0, "upper": 2.5, "repeated": true}"#,
        coordinates: #"{"digital.bits": 4}"#, other: "null")
        == "quasi-static at digital.bits=4 lies below registers, measured (floor, 131 k_BT) "
        + "between 0 τ0 and 2.5 τ0, and at some shorter ones")
  }

  @Test func itSaysWhereThereIsNone() throws {
    #expect(
      try sentence(
        #"{"outcome": "below", "duration": null, "lower": null, "upper": 1, "repeated": false}"#)
        == "quasi-static lies below registers, measured of digital (floor, 131 k_BT) at every "
        + "duration swept, from 1 τ0 on")
    #expect(
      try sentence(
        #"{"outcome": "above", "duration": null, "lower": 1e9, "upper": null, "repeated": false}"#)
        == "quasi-static does not lie below registers, measured of digital (floor, 131 k_BT) at "
        + "the longest duration swept, 1e9 τ0")
  }
}
