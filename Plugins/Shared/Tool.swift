// Shared by the command plugins through links: a plugin cannot depend on a library.

import Foundation
import PackagePlugin

extension CommandPlugin {
  /// The tool of the package that the command is called in, or of this one if that has none; built for release.
  /// As a dependency of the plugin it would be built for debugging, and all it depends on a second time.
  func tool(in context: PluginContext) throws -> URL? {
    let own = tools(of: context.package)
    guard own.count < 2 else {
      Diagnostics.error(
        "\(own.joined(separator: ", ")) each depend on SubstrataCommand; the command runs the one tool of a "
          + "package; run the one that is meant, swift run -c release \(own[0])")
      return nil
    }
    let name = own.first ?? "substrata"
    Diagnostics.progress("Building \(name)")
    let build = try packageManager.build(
      .product(name),
      parameters: .init(configuration: .release, logging: .concise, echoLogs: false))
    let tool = build.builtArtifacts.first { $0.kind == .executable }
    guard build.succeeded, let tool else {
      Diagnostics.error("\(name) cannot be built; see below\n\(build.logText)")
      return nil
    }
    return tool.url
  }

  /// A package's executables that are tools: those that depend on `SubstrataCommand`, but for what its tests are
  /// about.
  private func tools(of package: Package) -> [String] {
    let tests = package.directoryURL.appending(path: "Tests").path() + "/"
    return package.products.compactMap { $0 as? ExecutableProduct }.filter { product in
      guard !product.mainTarget.directoryURL.path().hasPrefix(tests) else { return false }
      return product.mainTarget.dependencies.contains { dependency in
        switch dependency {
        case .target(let target): target.name == "SubstrataCommand"
        case .product(let product): product.name == "SubstrataCommand"
        @unknown default: false
        }
      }
    }.map(\.name)
  }

  /// Runs the tool. What it prints is printed; the line with which it fails is the plugin's error.
  ///
  /// - Returns: whether it has done what it should.
  func run(_ tool: URL, _ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = tool
    process.arguments = arguments
    // SwiftPM reads a plugin's standard output and error through one pipe, so that the tool's errors would stand
    // in the middle of the report and its progress would see no terminal. On Linux that of `swift package` itself
    // can be opened; elsewhere no progress is shown.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SUBSTRATA_PROGRESS": "/proc/\(getppid())/fd/2"]
    ) { own, _ in own }
    let messages = Pipe()
    process.standardError = messages
    try process.run()
    let text = String(
      decoding: try messages.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let message = text.trimmingCharacters(in: .whitespacesAndNewlines)
      Diagnostics.error(
        message.isEmpty
          ? "\(tool.lastPathComponent) ended with status \(process.terminationStatus)" : message)
      return false
    }
    return true
  }
}
