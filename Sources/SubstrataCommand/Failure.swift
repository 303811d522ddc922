internal import Foundation
internal import Reports

/// Why the tool stops: one line for a person, one number for a script.
struct Failure: Error {
  /// Exit statuses that are not success.
  enum Status: Int32 {
    /// The report was made, but not all of it is as `--strict` asks.
    case strict = 1
    /// The call itself is wrong: unknown names, values out of range.
    case usage = 2
    /// Input or output that cannot be read, written or is refused.
    case inputOutput = 3
    /// Interrupted from the keyboard: 128 and the signal, as a shell says it.
    case interrupted = 130
    /// Asked to end, as a scheduler does when the time is up.
    case terminated = 143
  }

  let status: Status
  /// What; limit or cause; remedy.
  let message: String

  /// A call that cannot be meant.
  static func usage(_ message: String) -> Failure { Failure(status: .usage, message: message) }

  /// A file that cannot be read or written, or whose contents are refused.
  static func inputOutput(_ message: String) -> Failure {
    Failure(status: .inputOutput, message: message)
  }

  /// A name that is not known, with all that are and, if one is near, that one.
  static func unknown(
    _ sort: String, _ name: String, of owner: String? = nil, known: [String], remedy: String
  ) -> Failure {
    let guess = nearest(to: name, among: known)
    return .usage(
      "unknown \(sort) '\(short(name))'\(owner.map { " of \($0)" } ?? ""); known: \(known.joined(separator: ", ")); "
        + (guess.map { "did you mean '\($0)'?" } ?? remedy))
  }

  /// A name as messages show it: of a very long one beginning and end.
  static func short(_ name: String, ends: (Int, Int) = (80, 40)) -> String {
    name.count <= ends.0 + ends.1 + 3 ? name : "\(name.prefix(ends.0))...\(name.suffix(ends.1))"
  }

  /// Prints the line and ends the process.
  func exit() -> Never {
    let line = Self.short(message, ends: (1000, 1000))
    Output.writeError("substrata: \(Page.visible(line))\n")
    Foundation.exit(status.rawValue)
  }
}

/// The known name that most likely was meant: fewest letters added, dropped, changed or exchanged
/// with a neighbour, if those are at most a third of the name, or one that it begins.
func nearest(to name: String, among known: [String]) -> String? {
  let name = name.lowercased()
  let scored = known.map { ($0, editDistance(name, $0.lowercased())) }
  if let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(1, best.0.count / 3) {
    return best.0
  }
  guard name.count >= 3 else { return nil }
  let begun = known.filter { $0.lowercased().hasPrefix(name) }
  return begun.count == 1 ? begun[0] : nil
}

/// Optimal string alignment distance (Levenshtein, with exchanged neighbours counted once).
///
/// - Complexity: O(length × length).
func editDistance(_ left: String, _ right: String) -> Int {
  let left = Array(left.unicodeScalars.prefix(64))
  let right = Array(right.unicodeScalars.prefix(64))
  guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
  var rows = [Array(0...right.count)]
  for i in 1...left.count {
    var row = [i]
    for j in 1...right.count {
      var best = min(
        row[j - 1] + 1, rows[i - 1][j] + 1,
        rows[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1))
      if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
        best = min(best, rows[i - 2][j - 2] + 1)
      }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
