import Foundation

/// The modules that Package.swift declares, without plugins and tests, and what each imports.
struct Manifest {
  private(set) var imports: [String: [String]] = [:]

  /// Reads the text of the manifest.
  ///
  /// - Parameter substrates: what the array `substrates` holds; the manifest derives targets from it.
  init(_ text: String, substrates: [String]) throws {
    let text = text.components(separatedBy: "// MARK: Tests")
    for match in text[0].matches(
      of: /(?:module\(|\.target\(\s*name:|\.executableTarget\(\s*name:)\s*"([\w-]+)"([^)]*)\)/)
    {
      // What comes after the first list are resources and settings.
      let list = match.output.2.split(separator: "]")[...].first { $0.contains("[") } ?? ""
      imports[String(match.output.1)] = Self.names(in: list)
    }
    imports["Substrates", default: []] += substrates
    // What all substrates depend on stands in the function that declares one.
    guard let own = text[0].firstMatch(of: /name: name,\s*dependencies: \[([^\]]*)\]/) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    for substrate in substrates { imports[substrate] = Self.names(in: own.output.1) }
  }

  private static func names(in list: Substring) -> [String] {
    list.matches(of: /"([\w-]+)"/).map { String($0.output.1) }
  }
}
