import Foundation
import Quantities
import SubstrateCore
import Substrates
import Testing
import Parameters

/// What the package says of itself, in its manifest, its folders and its prose.
@Suite struct PackageTests {
  private let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(decoding: Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  /// What a folder holds, by name; the package's own folder if none is named.
  private func names(in path: String? = nil) throws -> Set<String> {
    let folder = path.map { root.appending(path: $0) } ?? root
    return Set(
      try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)))
  }

  private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(
      atPath: root.appending(path: path).path(percentEncoded: false))
  }

  /// The array `substrates` at the top of Package.swift.
  private func listed() throws -> [String] {
    let manifest = try text("Package.swift")
    let match = try #require(manifest.firstMatch(of: /let substrates = \[([^\]]*)\]/))
    return match.output.1.matches(of: /"([^"]+)"/).map { String($0.output.1) }
  }

  @Test func foldersManifestAndRegistryAgree() throws {
    let listed = try listed()
    #expect(!listed.isEmpty && Set(listed).count == listed.count)
    let folders = try names(in: "substrates").filter { !$0.hasPrefix(".") }
    #expect(folders == Set(listed), "folders of substrates/ and the array in Package.swift")
    // A substrate's type is named `Module.Type`.
    let modules = registry.map { String(String(reflecting: type(of: $0)).prefix { $0 != "." }) }
    var inOrder: [String] = []
    for module in modules where inOrder.last != module { inOrder.append(module) }
    #expect(inOrder == listed, "modules in the registry and the array in Package.swift")
    for name in listed {
      #expect(exists("substrates/\(name)/\(name).docc/\(name).md"), "\(name) has no catalogue")
    }
  }

  @Test func aSubstrateImportsNeitherAnotherNorWhatRunsIt() throws {
    let listed = try listed()
    for folder in listed {
      let forbidden = Set(listed).subtracting([folder])
        .union(["Harness", "Reports", "Substrates", "substrata"])
      for file in try names(in: "substrates/\(folder)") where file.hasSuffix(".swift") {
        let imports = try text("substrates/\(folder)/\(file)")
          .matches(of: /(?m)^(?:\w+ )?import (\w+)/).map { String($0.output.1) }
        #expect(forbidden.isDisjoint(with: imports), "substrates/\(folder)/\(file)")
      }
    }
  }

  @Test func thePackageDependsOnNoOther() throws {
    let manifest = try text("Package.swift")
    #expect(!manifest.contains(".package(") && !manifest.contains("://"))
    #expect(!exists("Package.resolved"))
  }

  @Test func theTopLevelHoldsWhatBelongsThere() throws {
    let belongs: Set = [
      "Package.swift", "Sources", "Plugins", "Tests", "substrates", "README.md", "LICENSE",
      "CONTRIBUTING.md", ".ci", ".swift-format", ".gitignore",
    ]
    // What git and SwiftPM leave behind is no part of the project.
    let found = try names().subtracting([".git", ".build", ".swiftpm"])
    #expect(found == belongs, "\(found.symmetricDifference(belongs).sorted())")
  }

  /// What its table shows, `.ci/run` compares with what the tool prints.
  @Test func theReadmeShowsTheTwoCommandsAndATable() throws {
    let readme = try text("README.md")
    #expect(readme.contains("\nswift run -c release substrata compare\n"))
    #expect(readme.contains("\nswift test\n"))
    let parts = readme.components(separatedBy: "```")
    let table = try #require(parts.count > 2 ? parts[1] : nil)
    #expect(table.contains("\nWriting down the answer "))
  }

  /// The contract can be read in one sitting.
  @Test func theContractIsShort() throws {
    let folder = "Sources/SubstrateCore"
    let lines = try names(in: folder).filter { $0.hasSuffix(".swift") }.map {
      try text("\(folder)/\($0)").split(separator: "\n", omittingEmptySubsequences: false).count - 1
    }
    #expect(lines.count > 4 && lines.reduce(0, +) < 600, "\(lines)")
  }

  @Test func pathsThatAreNamedExist() throws {
    let articles = try names(in: Self.articles).filter { $0.hasSuffix(".md") }
    #expect(articles.count > 3)
    for document in ["README.md", "CONTRIBUTING.md"] + articles.map({ "\(Self.articles)/\($0)" }) {
      let paths = try text(document)
        .matches(of: /[`(]((?:Sources|Plugins|Tests|substrates|\.ci)\/[^`)\s]*)[`)]/)
        .map { String($0.output.1) }.filter { !$0.contains("<") }
      #expect(!paths.isEmpty || articles.contains { document.hasSuffix($0) })
      for path in paths { #expect(exists(path), "\(document) names \(path)") }
    }
  }

  // MARK: Documentation

  private static let articles = "Sources/Substrates/Substrata.docc"

  @Test func everySubstratesPageHasWhatAReaderLooksFor() throws {
    for name in try listed() {
      let page = try text("substrates/\(name)/\(name).docc/\(name).md")
      let headings = page.matches(of: /(?m)^## (.+)$/).map { String($0.output.1) }
      let due = ["Principle", "Equations", "Regime of validity", "Sources"]
      #expect(headings.filter(due.contains) == due, "\(name): headings \(headings)")
    }
  }

  @Test func thePictureOfModulesIsTheManifests() throws {
    // Rows of names from the top down; what stands behind three blanks more is a remark.
    let article = try text("\(Self.articles)/Architecture.md")
    let parts = article.components(separatedBy: "```")
    let picture = try #require(parts.count > 1 ? parts[1] : nil)
    // A new substrate passes before it is in the picture.
    let words = Set(
      picture.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init))
    let shown = try listed().filter(words.contains)
    #expect(!shown.isEmpty)
    let imports = try Manifest(text("Package.swift"), substrates: shown).imports
    #expect(imports.count > 15)
    let rows = picture.split(separator: "\n").filter { $0.hasPrefix("|") }.map { row in
      row.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init)
        .prefix { imports[$0] != nil }
    }
    var levels: [String: Int] = [:]
    for (level, row) in rows.reversed().enumerated() {
      #expect(!row.isEmpty, "a row without a module")
      for name in row { #expect(levels.updateValue(level, forKey: name) == nil, "\(name) twice") }
    }
    #expect(
      Set(levels.keys) == Set(imports.keys),
      "\(Set(imports.keys).symmetricDifference(levels.keys).sorted())")
    for (name, others) in imports {
      for other in others {
        #expect(
          levels[other] ?? 0 < levels[name] ?? 0, "\(name) imports \(other), which is not below")
      }
    }
  }

  /// A new substrate passes all tests before a row tells of it.
  @Test func everyModuleIsInTheFolderMap() throws {
    let readme = try text("README.md")
    for folder in ["Sources", "Plugins"] {
      for name in try names(in: folder) where !name.hasPrefix(".") {
        #expect(readme.contains("`\(folder)/\(name)`"), "README.md leaves out \(folder)/\(name)")
      }
    }
  }

  /// What the tutorial shows is what `.ci/run` builds and runs.
  @Test func theTutorialShowsTheSourcesOfThePackageOutside() throws {
    let package = root.appending(path: "Tests/OutsidePackage")
    let files = try #require(
      FileManager.default.subpaths(atPath: package.path(percentEncoded: false)))
    let sources = try files.filter { $0.hasSuffix(".swift") && !$0.hasPrefix(".build") }
      .map { try text("Tests/OutsidePackage/\($0)") }
    let blocks = try text("Sources/Substrates/Substrata.docc/AddASubstrate.md")
      .matches(of: /(?s)```swift\n(.*?)```/).map { String($0.output.1) }
    #expect(blocks.count > 10)
    for block in blocks {
      // Whole lines, from one file.
      #expect(sources.contains { ("\n" + $0).contains("\n" + block) }, "\(block)")
    }
  }

  // MARK: Cards

  @Test func cardsHaveNamesOfTheirOwn() {
    let cards = registry.map(\.card)
    #expect(Set(cards.map(\.id)).count == cards.count)
    #expect(Set(cards.map(\.title)).count == cards.count)
    for card in cards {
      // Names that the command line takes without quotation marks.
      for name in [card.id] + card.parameters.map(\.name) {
        #expect(name.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil, "'\(name)'")
      }
      #expect(!card.title.isEmpty && !card.principle.isEmpty)
      #expect(Set(card.parameters.map(\.name)).count == card.parameters.count)
      #expect(card.parameters.allSatisfy { !$0.meaning.isEmpty }, "\(card.id)")
    }
  }

  @Test func defaultsLieInTheirOwnDomains() {
    for card in registry.map(\.card) {
      for parameter in card.parameters {
        let name: Comment = "\(card.id).\(parameter.name)"
        switch parameter.defaultValue {
        case .number(let number)?:
          #expect(parameter.value(of: "\(number)") == .number(number), name)
        case .word(let word)?: #expect(parameter.value(of: word) == .word(word), name)
        case .numbers?:
          Issue.record("a default fits every network", sourceLocation: #_sourceLocation)
        case nil:
          // Nothing by default makes sense only where something else is in force.
          #expect(parameter.replaces != nil, name)
        }
        if let replaced = parameter.replaces {
          #expect(card.parameters.contains { $0.name == replaced }, name)
        }
      }
    }
  }

  @Test func aKeyNamesOneSourceEverywhere() {
    var citations: [String: Source] = [:]
    for card in registry.map(\.card) {
      #expect(!card.sources.isEmpty && Set(card.sources).count == card.sources.count, "\(card.id)")
      for source in card.sources + card.parameters.compactMap(\.source) {
        #expect(!source.key.isEmpty && source.citation.count > 10, "\(card.id): \(source.key)")
        let known = citations.updateValue(source, forKey: source.key)
        #expect(known == nil || known == source, "\(card.id): \(source.key) has two meanings")
      }
    }
  }
}
