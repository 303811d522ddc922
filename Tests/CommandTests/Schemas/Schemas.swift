import Foundation

/// The schemas beside the code that writes the documents.
enum Schemas {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let folder = root.appending(path: "Sources/Reports/Schemas")

  /// The files by name.
  static func files() throws -> [String: JSONValue] {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.path(percentEncoded: false))
    return try Dictionary(
      uniqueKeysWithValues: names.map { name in
        let data = try Data(contentsOf: folder.appending(path: name))
        return (name, try JSONValue(String(decoding: data, as: UTF8.self)))
      })
  }

  /// The file that a document's first key asks for: `comparison-1.json` for `substrata.comparison/1`.
  static func file(of document: JSONValue) -> String {
    let name = document["schema"]?.string ?? "no schema"
    return name.replacing("substrata.", with: "").replacing("/", with: "-") + ".json"
  }

  /// Every schema in a file, with its place; `$defs` and `properties` hold several.
  static func all(in file: String, _ schema: JSONValue) -> [(place: String, schema: JSONValue)] {
    var found: [(place: String, schema: JSONValue)] = []
    func visit(_ schema: JSONValue, _ place: String) {
      found.append((place, schema))
      for keyword in ["items", "additionalProperties"] {
        if let inner = schema[keyword], inner.members != nil { visit(inner, "\(place)/\(keyword)") }
      }
      for keyword in ["properties", "$defs"] {
        for (name, inner) in schema[keyword]?.members ?? [:] {
          visit(inner, "\(place)/\(keyword)/\(name)")
        }
      }
      for (index, inner) in (schema["anyOf"]?.elements ?? []).enumerated() {
        visit(inner, "\(place)/anyOf/\(index)")
      }
    }
    visit(schema, "\(file)#")
    return found
  }
}
