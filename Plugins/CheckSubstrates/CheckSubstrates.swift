import PackagePlugin

/// `swift package check-substrates [OPTION]...`: builds the tool for release and runs `substrata verify`.
@main struct CheckSubstrates: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    guard let tool = try tool(in: context) else { return }
    Diagnostics.progress("Verifying the laws of physics")
    _ = try run(tool, ["verify"] + arguments)
  }
}
