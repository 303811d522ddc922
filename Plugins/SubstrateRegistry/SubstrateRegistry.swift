import Foundation
import PackagePlugin

/// Writes `registry`, the list of the substrates that a target depends on, in the manifest's order.
///
/// A target is a substrate when its folder stands in a folder called `substrates`. They are found through all that
/// the target depends on, so that in a package of one's own the product `Substrates` stands for the built-in ones.
/// The list never comes from a directory listing, because SwiftPM reruns a plugin when the manifest changes but not
/// when a neighbouring folder appears.
@main struct SubstrateRegistry: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let modules = substrates(below: target)
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

  /// The modules of substrates among all that a target depends on, each once, in the order of the manifests.
  private func substrates(below target: any Target) -> [String] {
    var seen: Set<String> = []
    var found: [String] = []
    func visit(_ target: any Target) {
      for dependency in target.dependencies.flatMap(targets(of:))
      where seen.insert(dependency.id).inserted {
        let folder = dependency.directoryURL.deletingLastPathComponent()
        if folder.lastPathComponent == "substrates" { found.append(dependency.name) }
        visit(dependency)
      }
    }
    visit(target)
    return found
  }

  private func targets(of dependency: TargetDependency) -> [any Target] {
    switch dependency {
    case .target(let target): [target]
    case .product(let product): product.targets
    @unknown default: []
    }
  }
}
