import Foundation

/// The module `Template`, which is compiled and tested in its own package, as text.
struct TemplateFiles {
  private let source: String
  private let page: String
  private let test: String

  init() throws(Refused) {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    func text(_ path: String) throws(Refused) -> String {
      do {
        return try String(contentsOf: folder.appending(path: path), encoding: .utf8)
      } catch {
        throw Refused(
          "cannot read '\(path)' beside the plugin; \(error.localizedDescription); get the package again"
        )
      }
    }
    source = try text("Template/Template.swift")
    page = try text("Template/Template.docc/Template.md")
    test = try text("../../Tests/SubstratesTests/TemplateTests.swift")
  }

  /// Every word that begins with a capital, but for the name that is replaced.
  var words: Set<String> {
    Set((source + test).matches(of: /\b[A-Z]\w*/).map { String($0.output) }).subtracting([
      "Template"
    ])
  }

  /// The files of a new substrate, by path.
  func files(for name: Name, tests: String) throws(Refused) -> [String: String] {
    func renamed(_ text: String) -> String {
      text.replacing("title: \"Template\"", with: "title: \"\(name.title)\"")
        .replacing("id: \"template\"", with: "id: \"\(name.identifier)\"")
        .replacing("Template", with: name.module)
    }
    let folder = "substrates/\(name.module)"
    return [
      "\(folder)/\(name.module).swift": renamed(source),
      "\(folder)/\(name.module).docc/\(name.module).md": renamed(page),
      "\(tests)/\(name.module)Tests.swift": renamed(test),
    ]
  }
}
