import Foundation

/// A package's manifest, as far as substrates go.
struct Manifest {
  private let text: String
  /// What stands between the brackets of the array `substrates`; none if the manifest has no such array.
  let listing: Range<String.Index>?

  init(_ file: URL) throws(Refused) {
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw Refused("cannot read 'Package.swift'; \(error.localizedDescription); mend it")
    }
    let array = /(?m)^let substrates(?:: \[String\])? = \[(?<names>[\s"\w,]*)\]/
    listing = text.firstMatch(of: array).map {
      $0.output.names.startIndex..<$0.output.names.endIndex
    }
  }

  /// The manifest with one more name in the array, in the array's own layout; none if it has no such array.
  func adding(_ name: String) -> String? {
    guard let listing else { return nil }
    let names = text[listing]
    var kept = String(names)
    while kept.last?.isWhitespace == true { kept.removeLast() }
    if let last = kept.last, last != "," { kept.append(",") }
    let isInLines = names.contains("\n")
    let added =
      isInLines ? "\(kept)\n  \"\(name)\",\n" : kept.isEmpty ? "\"\(name)\"" : "\(kept) \"\(name)\""
    return text.replacingCharacters(in: listing, with: added)
  }

  /// What has to be added by hand, in one line.
  func advice(for name: String, tests: String) -> String {
    "add to the targets in Package.swift: .target(name: \"\(name)\", dependencies: [.product(name: \"SubstrateCore\", "
      + "package: \"substrata\")], path: \"substrates/\(name)\"), .testTarget(name: \"\(name)Tests\", dependencies: "
      + "[\"\(name)\", .product(name: \"SubstrateCore\", package: \"substrata\"), .product(name: \"SubstrateLaws\", package: \"substrata\")]), and \"\(name)\" to the "
      + "dependencies of the tool"
  }
}
