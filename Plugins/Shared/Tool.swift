// Shared by the command plugins through links: a plugin cannot depend on a library.

import Foundation
import PackagePlugin

extension CommandPlugin {
  /// The tool, built for release. As a dependency of the plugin it would be built for debugging, and all it
  /// depends on a second time.
  func substrata() throws -> URL? {
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
  func run(_ tool: URL, _ arguments: [String]) throws -> Bool {
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
