internal import Foundation

/// From which duration on a machine's work lies below a fixed energy, as far as some points tell.
///
/// It is no property of the machine: between two points nothing was computed, and the place inside
/// the bracket is an interpolation, a power law through both:
///
/// ln t = ln t₁ + (ln L - ln E₁) (ln t₂ - ln t₁)/(ln E₂ - ln E₁).
public struct Crossing: Codable, Equatable, Sendable {
  /// Where the work lies.
  public enum Outcome: String, Codable, Sendable, CaseIterable {
    /// Not below at one duration, and below from the next one on.
    case crosses
    /// Below at every duration.
    case below
    /// Not below at the longest duration.
    case above
  }

  /// Where the work lies.
  public let outcome: Outcome
  /// The interpolated duration; none without a crossing, or where a power law does not reach: an
  /// abrupt drive, an energy or a limit that is not positive.
  @OrNull public private(set) var duration: Double?
  /// The longest duration at which the work is not below; none if there is none.
  @OrNull public private(set) var lower: Double?
  /// The duration from which on all points lie below; none if the last does not.
  @OrNull public private(set) var upper: Double?
  /// Whether some shorter duration lies below too, with one between that does not: then the energy
  /// does not simply fall.
  public let isRepeated: Bool

  private enum CodingKeys: String, CodingKey {
    case outcome, duration, lower, upper
    case isRepeated = "repeated"
  }

  /// Looks for the crossing.
  ///
  /// - Parameters:
  ///   - points: durations and energies, in any order; any unit, the same for all. Points of equal
  ///     duration count as one, the one with most energy. None may be NaN.
  ///   - limit: the energy to lie below, in the energies' unit; equal is not below.
  /// - Returns: none without points.
  /// - Complexity: O(n log n).
  package init?(of points: [(duration: Double, energy: Double)], below limit: Double) {
    precondition(
      points.allSatisfy { !$0.duration.isNaN && !$0.energy.isNaN } && !limit.isNaN, "numbers")
    let most = Dictionary(points.map { ($0.duration, $0.energy) }, uniquingKeysWith: max)
    let points = most.sorted { $0.key < $1.key }.map { (duration: $0.key, energy: $0.value) }
    guard !points.isEmpty else { return nil }
    guard let not = points.lastIndex(where: { !($0.energy < limit) }) else {
      (outcome, duration, lower, upper) = (.below, nil, nil, points[0].duration)
      isRepeated = false
      return
    }
    isRepeated = points[..<not].contains { $0.energy < limit }
    lower = points[not].duration
    if not + 1 == points.count {
      (outcome, duration, upper) = (.above, nil, nil)
    } else {
      outcome = .crosses
      upper = points[not + 1].duration
      duration = Self.interpolated(from: points[not], to: points[not + 1], at: limit)
    }
  }

  private static func interpolated(
    from first: (duration: Double, energy: Double), to second: (duration: Double, energy: Double),
    at limit: Double
  ) -> Double? {
    guard first.duration > 0, second.energy > 0, limit > 0 else { return nil }
    let share = (log(limit) - log(first.energy)) / (log(second.energy) - log(first.energy))
    let duration = exp(log(first.duration) + share * (log(second.duration) - log(first.duration)))
    // Rounding may not carry it out of the bracket.
    return existing(min(max(duration, first.duration), second.duration))
  }
}
