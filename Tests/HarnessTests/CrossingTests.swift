import Foundation
import Harness
import Testing

@Suite struct CrossingTests {
  /// Work that falls as a power of the duration, E = c/t^p, meets L at t = (c/L)^(1/p), and a power
  /// law is what the interpolation presumes.
  @Test(arguments: [0.5, 1, 2.5], [0.037, 1, 40])
  func aPowerLawIsMetWhereItsFormulaSays(power: Double, limit: Double) throws {
    let points = (-8...8).map { exponent in
      let duration = pow(3.0, Double(exponent))
      return (duration: duration, energy: 2 / pow(duration, power))
    }
    let crossing = try #require(Crossing(of: points.reversed(), below: limit))
    let expected = pow(2 / limit, 1 / power)
    #expect(crossing.outcome == .crosses && !crossing.isRepeated)
    let (lower, upper) = (try #require(crossing.lower), try #require(crossing.upper))
    #expect(lower <= expected && expected < upper)
    #expect(abs(upper / lower - 3) < 1e-12)
    #expect(abs(try #require(crossing.duration) / expected - 1) < 1e-12)
  }

  @Test func equalIsNotBelow() throws {
    let points = [(duration: 1.0, energy: 5.0), (2, 3), (4, 1)]
    let at = try #require(Crossing(of: points, below: 3))
    #expect(at.lower == 2 && at.upper == 4 && at.duration == 2)
    #expect(try #require(Crossing(of: points, below: 1)).outcome == .above)
    #expect(try #require(Crossing(of: points, below: 5.1)).outcome == .below)
  }

  @Test func whereThereIsNoCrossingThereIsNoDuration() throws {
    let points = [(duration: 1.0, energy: 5.0), (2, 3)]
    let above = try #require(Crossing(of: points, below: 0))
    #expect(above.outcome == .above && above.duration == nil)
    #expect(above.lower == 2 && above.upper == nil)
    let below = try #require(Crossing(of: points, below: 9))
    #expect(below.outcome == .below && below.duration == nil)
    #expect(below.lower == nil && below.upper == 1)
    #expect(Crossing(of: [], below: 1) == nil)
    #expect(try #require(Crossing(of: [(1, 5)], below: 6)).outcome == .below)
  }

  /// A power law reaches neither an abrupt drive nor energies that are not positive; the bracket
  /// holds all the same.
  @Test func withoutAPowerLawTheBracketIsAllThereIs() throws {
    for points in [[(0.0, 5.0), (2, 3)], [(1, 5), (2, 0)], [(1, 5), (2, -1)]] {
      let crossing = try #require(
        Crossing(of: points.map { (duration: $0.0, energy: $0.1) }, below: 4))
      #expect(crossing.outcome == .crosses && crossing.duration == nil)
      #expect(crossing.lower == points[0].0 && crossing.upper == 2)
    }
  }

  /// On random points: from `upper` on all lie below, at `lower` one does not, none lies between,
  /// and `isRepeated` says whether one before `lower` does.
  @Test func theBracketIsWhatCountingFinds() throws {
    var generator = Congruential()
    for _ in 0..<500 {
      let count = Int.random(in: 1...7, using: &generator)
      let points = (0..<count).map { _ in
        (
          duration: Double(Int.random(in: 0...5, using: &generator)),
          energy: Double(Int.random(in: -1...4, using: &generator))
        )
      }
      let limit = Double(Int.random(in: 0...4, using: &generator))
      let crossing = try #require(Crossing(of: points, below: limit))
      let times = Set(points.map(\.duration)).sorted()
      let isBelow = times.map { time in
        points.filter { $0.duration == time }.allSatisfy { $0.energy < limit }
      }
      let note: Comment = "\(points) below \(limit): \(crossing)"
      let last = isBelow.lastIndex(of: false)
      #expect(crossing.lower == last.map { times[$0] }, note)
      #expect(
        crossing.upper == times[((last ?? -1) + 1)...].first, note)
      #expect(
        crossing.isRepeated == isBelow[..<(last ?? 0)].contains(true), note)
      if let duration = crossing.duration {
        #expect(crossing.lower! <= duration && duration <= crossing.upper!, note)
      }
    }
  }

  /// D. Knuth's MMIX generator: the same points in every run.
  private struct Congruential: RandomNumberGenerator {
    private var state: UInt64 = 1

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 32) | (state << 32)
    }
  }
}
