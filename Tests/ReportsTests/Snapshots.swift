import Foundation
import Harness
import Testing

/// Reports kept as files beside the tests, compared byte for byte.
enum Snapshots {
  private static let variable = "SUBSTRATA_UPDATE_SNAPSHOTS"
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "Snapshots")

  /// A comparison made by hand, with every case that a report has to show.
  static func comparison() throws -> Comparison {
    try JSONDecoder().decode(Comparison.self, from: try Data(contentsOf: place("input.json")))
  }

  /// Compares a report with the file of that name.
  ///
  /// With `SUBSTRATA_UPDATE_SNAPSHOTS=1` in the environment it writes the file instead.
  static func check(_ report: String, against name: String) throws {
    if ProcessInfo.processInfo.environment[variable] == "1" {
      try Data(report.utf8).write(to: place(name))
      return
    }
    let expected = try String(decoding: Data(contentsOf: place(name)), as: UTF8.self)
    guard report != expected else { return }
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = report.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(old, new).prefix { $0 == $1 }.count
    Issue.record(
      """
      \(name) differs from line \(line + 1) on:
        kept: \(line < old.count ? old[line] : "(no such line)")
        made: \(line < new.count ? new[line] : "(no such line)")
      If the change is meant, run \(variable)=1 swift test --filter ReportsTests and read the difference.
      """)
  }

  static func place(_ name: String) -> URL { folder.appending(path: name) }
}
