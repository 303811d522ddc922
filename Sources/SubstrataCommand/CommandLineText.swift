internal import Foundation

/// The command line that makes a document's figures, as a shell takes it.
enum CommandLineText {
  /// Options that change no figure: where a report goes, and how fast.
  private static let silent: Set<String> = [
    "--output", "--threads", "--quiet", "--strict", "--time-limit",
  ]

  /// The words of a call, without options that change no figure.
  static func of(_ command: String, _ words: [String], options: [Arguments.Option]) -> String {
    var kept: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      let name = String(word.prefix { $0 != "=" })
      let takesNext =
        !word.contains("=") && options.contains { $0.name == word && $0.value != nil }
      let value = takesNext ? rest.popFirst() : nil
      if !silent.contains(name) { kept += [word] + (value.map { [$0] } ?? []) }
    }
    // Another package's tool has another name, and other substrates.
    let tool =
      CommandLine.arguments.first.map { URL(filePath: $0).lastPathComponent } ?? "substrata"
    return ([tool, command] + kept).map(quoted).joined(separator: " ")
  }

  /// A word that a POSIX shell reads back as it is.
  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || "-_./=,:+@%".unicodeScalars.contains($0)
      }
    guard !isPlain else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false).joined(
        separator: "'\\''") + "'"
  }
}
