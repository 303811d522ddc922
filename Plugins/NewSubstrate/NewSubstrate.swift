import Foundation
import PackagePlugin

/// `swift package --allow-writing-to-package-directory new-substrate NAME`: a substrate to start from.
///
/// Makes `substrates/NAME` with a small machine that works and its documentation, and its tests, and adds the name to
/// the array `substrates` in `Package.swift`. All or nothing: what is in the way is said before anything is written.
@main struct NewSubstrate: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    do throws(Refused) {
      guard arguments.count == 1, let word = arguments.first, !word.hasPrefix("-") else {
        throw Refused(
          "it is given \(arguments.count) words; it takes one, the name of the new module; try "
            + "'swift package --allow-writing-to-package-directory new-substrate Memristor'")
      }
      let template = try TemplateFiles()
      let name = try Name(checked: word, in: context.package, against: template)
      let root = context.package.directoryURL
      let manifest = try Manifest(root.appending(path: "Package.swift"))
      // Where the manifest has no such array, each substrate has a test target of its own.
      let tests = manifest.listing == nil ? "Tests/\(name.module)Tests" : "Tests/SubstratesTests"
      var files = try template.files(for: name, tests: tests)
      for path in files.keys {
        try Refused.unlessFree(root.appending(path: path), called: path)
      }
      if let changed = manifest.adding(name.module) { files["Package.swift"] = changed }
      try write(files, below: root, making: ["substrates/\(name.module)", tests])
      for path in files.keys.sorted() { print(path) }
      if manifest.listing == nil { print(manifest.advice(for: name.module, tests: tests)) }
    } catch {
      Diagnostics.error("new-substrate: \(error.message)")
    }
  }

  /// Writes all files, the manifest last, or takes away again what it has written.
  private func write(
    _ files: [String: String], below root: URL, making folders: [String]
  ) throws(Refused) {
    let manager = FileManager.default
    func place(_ path: String) -> String { root.appending(path: path).path(percentEncoded: false) }
    var made = folders.filter { !manager.fileExists(atPath: place($0)) }
    do {
      for path in files.keys.sorted(by: {
        $1 == "Package.swift" || $0 != "Package.swift" && $0 < $1
      }) {
        let file = root.appending(path: path)
        try manager.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        if path != "Package.swift" { made.append(path) }
        try Data(files[path]!.utf8).write(to: file, options: .atomic)
      }
    } catch {
      for path in made { try? manager.removeItem(atPath: place(path)) }
      throw Refused(
        "cannot write below '\(root.path(percentEncoded: false))'; \(error.localizedDescription); make room or allow it"
      )
    }
  }
}

/// Why there is no new substrate: what; limit or cause; remedy.
struct Refused: Error {
  let message: String
  init(_ message: String) { self.message = message }

  static func unlessFree(_ place: URL, called path: String) throws(Refused) {
    guard !FileManager.default.fileExists(atPath: place.path(percentEncoded: false)) else {
      throw Refused("'\(path)' is there already; nothing is overwritten; choose another name")
    }
  }
}
