/// A law that a substrate breaks: what had to be, what was, and the smallest workload that shows it.
public struct Violation: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// The substrate's name.
  public let substrate: String
  /// The law's name, `books`.
  public let law: String
  /// What the law says.
  public let statement: String
  /// What had to be.
  public let expected: String
  /// What was seen instead.
  public let seen: String
  /// Where: the smallest of the workloads tried that shows it, with the settings if they are not the defaults.
  public let workload: String

  /// One line.
  public var description: String {
    "\(substrate) breaks the law '\(law)' (\(statement)): expected \(expected); seen: \(seen); on \(workload)"
  }
}
