public import Harness

extension Report {
  /// The comparison as one HTML page that needs nothing else: no network, no script, no other file.
  ///
  /// Its charts are drawn from the comparison's `curves`, where there are any. All of it, `command` and
  /// `curves` included, is in the page for download, as `json(_:)` writes it. It is well-formed XML too.
  ///
  /// - Complexity: O(length of the result).
  public static func html(_ comparison: Comparison) -> String {
    HTMLReport(comparison).document
  }
}
