import Foundation
import PackagePlugin

/// `swift package substrate-report [OPTION]...`: builds the tool for release, runs `substrata compare`, and leaves a
/// report to be opened in the plugin's own folder, whose path it prints.
///
/// `--output` names another place, `--format` another format.
@main struct SubstrateReport: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    guard let tool = try tool(in: context) else { return }
    guard !arguments.contains("--help"), !arguments.contains("-h") else {
      _ = try run(tool, ["compare"] + arguments)
      return
    }
    var options = arguments
    let format = value(of: "--format", in: arguments) ?? "html"
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
}
