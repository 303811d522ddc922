import Foundation
import PackagePlugin

/// Writes `registry`, the list of the substrates that a target depends on, in the manifest's order.
///
/// A dependency is a substrate when its folder stands in a folder called `substrates`. The list
/// comes from the target's dependencies and never from a directory listing, because SwiftPM reruns
/// a plugin when the manifest changes but not when a neighbouring folder appears.
@main struct SubstrateRegistry: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let modules = target.dependencies
      .flatMap { dependency -> [any Target] in
        switch dependency {
        case .target(let target): [target]
        case .product(let product): product.targets
        @unknown default: []
        }
      }
      .filter { $0.directoryURL.deletingLastPathComponent().lastPathComponent == "substrates" }
      .map(\.name)
    var source = "public import SubstrateCore\n"
    for module in modules { source += "internal import \(module)\n" }
    source += "\n/// The substrates this module was built with, in the manifest's order.\n"
    source += "public let registry: [any Substrate] = [\n"
    for module in modules { source += "  \(module)::substrates,\n" }
    source += "].flatMap { $0 }\n"
    let draft = context.pluginWorkDirectoryURL.appending(path: "Registry.txt")
    let output = context.pluginWorkDirectoryURL.appending(path: "Registry.swift")
    try source.write(to: draft, atomically: true, encoding: .utf8)
    return [
      .buildCommand(
        displayName: "Registering \(modules.count) substrates",
        executable: URL(filePath: "/bin/cp"), arguments: [draft.path(), output.path()],
        inputFiles: [draft], outputFiles: [output])
    ]
  }
}
