import Foundation
import PackagePlugin

/// The name of a new substrate, as a module and as the command line has it.
struct Name {
  /// `LeakyCapacitor`: module, folder and type.
  let module: String
  /// `leaky-capacitor`.
  var identifier: String { words.map { $0.lowercased() }.joined(separator: "-") }
  /// `Leaky capacitor`.
  var title: String {
    let tail = words.dropFirst().map {
      $0.dropFirst().contains(where: \.isUppercase) ? $0 : $0.lowercased()
    }
    return ([words[0]] + tail).joined(separator: " ")
  }
  /// `Leaky`, `Capacitor`; `CMOS` and `Array` of `CMOSArray`.
  private let words: [String]

  private static let longest = 40
  /// What the toolchain has under these names would be hidden, or hide the new module.
  private static let taken: Set = [
    "Any", "Self", "Type", "Protocol", "Swift", "Foundation", "FoundationEssentials", "Testing",
    "XCTest", "Dispatch",
    "Glibc", "Musl", "Darwin", "Synchronization", "Observation", "Distributed", "PackagePlugin",
    "PackageDescription",
  ]

  /// A name that is free everywhere it would stand.
  init(
    checked name: String, in package: Package, against template: TemplateFiles
  ) throws(Refused) {
    guard name.count <= Self.longest else {
      throw Refused(
        "'\(name.prefix(Self.longest))...' has \(name.count) letters; names have up to \(Self.longest); choose a shorter one"
      )
    }
    guard name.wholeMatch(of: /[A-Z][A-Za-z0-9]*/) != nil else {
      let shown = String(
        name.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : Character($0) })
      throw Refused(
        "'\(shown)' is no name of a module; it begins with a capital, and letters A to Z and digits follow; "
          + "try one like LeakyCapacitor")
    }
    // A type of that name would hide what the code means by it.
    guard !Self.taken.contains(name), !template.words.contains(name) else {
      throw Refused(
        "'\(name)' is a word of Swift or of this package; it means something else there; choose another"
      )
    }
    module = name
    words = name.matches(of: /[A-Z]+(?![a-z])[0-9]*|[A-Z][a-z0-9]*/).map { String($0.output) }
    let targets = Self.targets(of: package)
    // File systems may not tell capitals apart.
    if let other = targets.first(where: { $0.name.lowercased() == name.lowercased() }) {
      throw Refused(
        "'\(name)' is a module already ('\(other.name)'); modules have one name each; choose another"
      )
    }
    for target in targets
    where target.directoryURL.deletingLastPathComponent().lastPathComponent == "substrates" {
      guard !Self.source(of: target).contains("id: \"\(identifier)\"") else {
        throw Refused(
          "'\(name)' would be '\(identifier)' on the command line, as '\(target.name)' is; choose another"
        )
      }
    }
  }

  /// All targets of a package and of those that it depends on.
  private static func targets(of package: Package) -> [any Target] {
    package.targets + package.dependencies.flatMap { targets(of: $0.package) }
  }

  private static func source(of target: any Target) -> String {
    (target.sourceModule?.sourceFiles.map(\.url) ?? []).filter { $0.pathExtension == "swift" }
      .compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined()
  }
}
