import Foundation
import PackagePlugin

/// `swift package substrate-report [OPTION]...`: builds the tool for release, runs `substrata compare`, and leaves a
/// report to be opened in the plugin's own folder, whose path it prints.
///
/// `--output` names another place, `--format` another format.
@main struct SubstrateReport: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    guard let tool = try substrata() else { return }
    guard !arguments.contains("--help"), !arguments.contains("-h") else {
      _ = try run(tool, ["compare"] + arguments)
      return
    }
    var options = arguments
    let format = try value(of: "--format", in: arguments) ?? richestFormat(of: tool)
    if value(of: "--format", in: arguments) == nil { options += ["--format", format] }
    let place: String
    if let given = value(of: "--output", in: arguments) {
      place = given
    } else {
      let ending = ["markdown": "md", "table": "txt"][format] ?? format
      place = context.pluginWorkDirectoryURL.appending(path: "report.\(ending)")
        .path(percentEncoded: false)
      options += ["--output", place]
    }
    Diagnostics.progress("Comparing")
    if try run(tool, ["compare"] + options) { print(place) }
  }

  /// An option's value, which may stand behind it or behind an equals sign.
  private func value(of option: String, in arguments: [String]) -> String? {
    for (place, word) in arguments.enumerated() {
      if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
      if word == option, place + 1 < arguments.count { return arguments[place + 1] }
    }
    return nil
  }

  /// HTML if this version of the tool writes it.
  private func richestFormat(of tool: URL) throws -> String {
    let process = Process()
    process.executableURL = tool
    process.arguments = ["compare", "--help"]
    let help = Pipe()
    process.standardOutput = help
    try process.run()
    let text = String(
      decoding: try help.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    let formats = text.split(separator: "\n").first { $0.contains("--format ") } ?? ""
    return formats.contains("html") ? "html" : "markdown"
  }

  /// The tool, built for release. As a dependency of the plugin it would be built for debugging, and all it
  /// depends on a second time.
  private func substrata() throws -> URL? {
    Diagnostics.progress("Building substrata")
    let build = try packageManager.build(
      .product("substrata"),
      parameters: .init(configuration: .release, logging: .concise, echoLogs: false))
    let tool = build.builtArtifacts.first { $0.kind == .executable }
    guard build.succeeded, let tool else {
      Diagnostics.error("substrata cannot be built; see below\n\(build.logText)")
      return nil
    }
    return tool.url
  }

  /// Runs the tool. What it prints is printed; the line with which it fails is the plugin's error.
  ///
  /// - Returns: whether it has done what it should.
  private func run(_ tool: URL, _ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = tool
    process.arguments = arguments
    // Left alone, it would end up in the middle of the report.
    let messages = Pipe()
    process.standardError = messages
    try process.run()
    let text = String(
      decoding: try messages.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let message = text.trimmingCharacters(in: .whitespacesAndNewlines)
      Diagnostics.error(
        message.isEmpty ? "substrata ended with status \(process.terminationStatus)" : message)
      return false
    }
    return true
  }
}
