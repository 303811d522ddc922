import Foundation
import Harness
import SubstrateCore
import Testing
import Parameters

@Suite struct SweepAxisTests {
  private let card = TunableSubstrate().card

  private func axis(
    _ name: String, _ first: Double, _ last: Double, _ count: Int,
    _ spacing: Sweep.Axis.Spacing = .linear
  ) throws -> Sweep.Axis {
    try Sweep.Axis(
      card.parameters.first { $0.name == name }!, of: card.id, from: first, to: last,
      count: count, spacing: spacing)
  }

  @Test func pointsAreTheDecimalsOneWouldWrite() throws {
    #expect(
      try axis("duration", 0, 1, 11).values == [
        0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
      ])
    #expect(try axis("duration", 1, 1000, 4, .log).values == [1, 10, 100, 1000])
    #expect(
      try axis("duration", 1e-3, 1e5, 9, .log).values.map { log10($0) }.allSatisfy {
        $0 == $0.rounded()
      })
    #expect(try axis("bits", 2, 16, 4, .log).values == [2, 4, 8, 16])
    #expect(try axis("bits", 2, 16, 15).values == (2...16).map(Double.init))
    #expect(try axis("bits", 16, 2, 3).values == [16, 9, 2])
    #expect(try axis("hold", 9, 9, 1).values == [9])
  }

  /// Equal steps or factors but for the rounding to 12 digits, and both ends to the last bit.
  @Test func endsAreExactAndStepsEqual() throws {
    let (first, last) = (0.1.nextUp, 1234.5.nextDown)
    let linear = try axis("duration", first, last, 37).values
    let log = try axis("duration", first, last, 37, .log).values
    for values in [linear, log] { #expect(values.first == first && values.last == last) }
    for (before, after) in zip(linear, linear.dropFirst()) {
      #expect(abs((after - before) / ((last - first) / 36) - 1) < 1e-9)
    }
    for (before, after) in zip(log, log.dropFirst()) {
      #expect(abs(after / before / Foundation.pow(last / first, 1 / 36.0) - 1) < 1e-10)
    }
    let wide = try axis("duration", 1e-300, 1e300, 3, .log).values
    #expect(wide == [1e-300, 1, 1e300])
  }

  @Test(
    arguments: [
      ("duration", 0, 1, 0, false, "no points"), ("duration", 0, 1, -3, false, "no points"),
      ("duration", 0, 1, 100_001, false, "at most 100000"),
      ("duration", 0, 1, .max, false, "at most"),
      ("duration", 1, 2, 1, false, "COUNT 1"), ("duration", 2, 2, 2, false, "coincide"),
      ("duration", 1, 1.0.nextUp, 3, false, "coincide"),
      ("duration", -1, 1, 3, false, "-1.0"), ("duration", 0, .infinity, 3, false, "finite"),
      ("duration", .nan, 1, 3, false, "finite"), ("duration", 0, 1, 3, true, "at or below 0"),
      ("bits", 2, 17, 16, false, "17.0"), ("bits", 2, 5, 3, false, "3.5"),
      ("hold", 0, 10, 2, false, "10.0"), ("mode", 0, 1, 2, false, "words"),
    ] as [(String, Double, Double, Int, Bool, String)])
  func axesThatCannotBe(
    name: String, first: Double, last: Double, count: Int, isLog: Bool, words: String
  ) throws {
    let error = try #require(throws: SweepError.self) {
      try axis(name, first, last, count, isLog ? .log : .linear)
    }
    #expect(error.description.contains(words), "\(error)")
    #expect(error.description.split(separator: ";").count == 3)
  }

  @Test func mostPointsAreTaken() throws {
    #expect(try axis("duration", 0, 1, Sweep.mostPoints).values.count == 100_000)
  }
}
