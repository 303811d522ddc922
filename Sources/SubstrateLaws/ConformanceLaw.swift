/// Something that holds for every substrate, with the trials that look for a counterexample.
struct ConformanceLaw: Sendable {
  let name: String
  /// What it says, in one line.
  let statement: String
  /// Throws the first violation, workloads in ascending order of size.
  let check: @Sendable (inout Examination) throws(Violation) -> Void

  init(
    _ name: String, _ statement: String,
    check: @escaping @Sendable (inout Examination) throws(Violation) -> Void
  ) {
    self.name = name
    self.statement = statement
    self.check = check
  }

  /// All of them. Those that others rest on come first.
  static let all: [ConformanceLaw] =
    card + singleRuns + extremes + repetition + claims + operators + parameters + ending
}
