internal import Foundation
public import Parameters

extension Sweep {
  /// The values that one parameter of one substrate takes.
  public struct Axis: Codable, Equatable, Sendable {
    /// How the values follow each other.
    public enum Spacing: String, Codable, Sendable, CaseIterable {
      /// By equal steps.
      case linear
      /// By equal factors.
      case log
    }

    /// The substrate's name on the command line.
    public let substrate: String
    /// The parameter's name.
    public let parameter: String
    /// The unit of the values; empty for pure numbers.
    public let unit: String
    /// How the values follow each other.
    public let spacing: Spacing
    /// The values, rising or falling, each once.
    public let values: [Double]

    /// Values from a first to a last, both exactly as given.
    ///
    /// Those between are rounded to 12 significant digits, so that `0:1:11` holds 0.3 and
    /// `1:1000:4:log` holds 10, on every system.
    ///
    /// - Parameters:
    ///   - parameter: what they are values of.
    ///   - substrate: whose it is.
    ///   - first: the first value, in the parameter's unit.
    ///   - last: the last value; may be below the first.
    ///   - count: how many values, from 1 to `Sweep.mostPoints`.
    ///   - spacing: by equal steps, or by equal factors between ends above 0.
    /// - Throws: `SweepError` if the parameter takes words, if it does not take one of the values,
    ///   or if the values are not as many different ones as asked for.
    public init(
      _ parameter: Parameter, of substrate: String, from first: Double, to last: Double,
      count: Int, spacing: Spacing = .linear
    ) throws(SweepError) {
      let name = "\(substrate).\(parameter.name)"
      if case .choice = parameter.domain {
        throw SweepError(
          "'\(name)' takes words, \(parameter.range); a sweep goes over numbers; "
            + "set it with --set, once for each sweep")
      }
      guard first.isFinite, last.isFinite else {
        throw SweepError("'\(name)' has an end that is no finite number; both are; choose others")
      }
      guard count > 0 else {
        throw SweepError("'\(name)' has no points; COUNT is 1 or more; choose how many")
      }
      guard count <= Sweep.mostPoints else { throw SweepError(tooMany: "\(count)") }
      guard count > 1 || first == last else {
        throw SweepError(
          "'\(name)' has one point and two ends; COUNT 1 needs FIRST and LAST alike; "
            + "choose COUNT 2 or more, or one value")
      }
      guard spacing == .linear || (first > 0 && last > 0) else {
        throw SweepError(
          "'\(name)' has an end at or below 0; a logarithmic axis has none there; "
            + "choose ends above 0 or leave ':log' out")
      }
      let values = (0..<count).map { Self.value($0, of: count, first, last, spacing) }
      for (before, after) in zip(values, values.dropFirst())
      where last == first || (after > before) != (last > first) || after == before {
        throw SweepError(
          "'\(name)' has points that coincide at \(before); each is a point of its own; "
            + "choose ends farther apart or fewer points")
      }
      for value in values where parameter.value(of: value.description) == nil {
        let unit = parameter.unit.isEmpty ? "" : " (\(parameter.unit))"
        throw SweepError(
          "'\(name)' has the point \(value); it takes \(parameter.range)\(unit); "
            + "choose ends and COUNT so that every point is one")
      }
      self.substrate = substrate
      self.parameter = parameter.name
      unit = parameter.unit
      self.spacing = spacing
      self.values = values
    }

    /// `ID.PARAMETER`.
    public var name: String { "\(substrate).\(parameter)" }

    private static func value(
      _ index: Int, of count: Int, _ first: Double, _ last: Double, _ spacing: Spacing
    ) -> Double {
      if index == 0 { return first }
      if index == count - 1 { return last }
      let share = Double(index) / Double(count - 1)
      switch spacing {
      case .linear: return rounded(first * (1 - share) + last * share)
      case .log:
        let ratio = last / first
        return rounded(
          ratio.isNormal
            ? first * pow(ratio, share) : pow(first, 1 - share) * pow(last, share))
      }
    }

    private static func rounded(_ number: Double) -> Double {
      Double(String(format: "%.11e", number)) ?? number
    }
  }
}

/// A sweep that cannot be: what; limit or cause; remedy.
public struct SweepError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line.
  public let description: String

  /// An error that says what is wrong, the limit and the remedy.
  package init(_ description: String) { self.description = description }

  init(tooMany count: String) {
    self.init(
      "the sweep has \(count) points; at most \(Sweep.mostPoints) are taken; "
        + "choose fewer, or several sweeps")
  }
}
