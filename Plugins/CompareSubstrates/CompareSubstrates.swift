import PackagePlugin

/// `swift package compare-substrates [OPTION]...`: builds the tool for release and runs `substrata compare`.
@main struct CompareSubstrates: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    guard let tool = try tool(in: context) else { return }
    Diagnostics.progress("Comparing")
    _ = try run(tool, ["compare"] + arguments)
  }
}
