import Foundation

/// The part of JSON Schema, draft 2020-12, that the schemas of this project use. Any other keyword is an
/// error and not passed over: a check that is not made must not look like one that was.
final class JSONSchema {
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  private static let annotations: Set = ["$schema", "$defs", "title", "description"]
  private static let checks: Set = [
    "$ref", "additionalProperties", "anyOf", "const", "enum", "exclusiveMinimum", "items",
    "maximum",
    "minItems", "minLength", "minimum", "pattern", "properties", "required", "type",
  ]

  /// The files by name.
  let files: [String: JSONValue]
  /// Where the described keys stand that some document had, `comparison-1.json#/properties/network`.
  private(set) var visited: Set<String> = []

  init(_ files: [String: JSONValue]) { self.files = files }

  /// What of a document is not as the schema in a file says: the place, and why.
  func faults(in document: JSONValue, against file: String) throws -> [String] {
    try faults(document, Place(file: file, pointer: []), "$")
  }

  /// A schema's place: keys from the root of a file.
  struct Place: Hashable {
    var file: String
    var pointer: [String]

    var description: String { "\(file)#" + pointer.map { "/\($0)" }.joined() }

    func at(_ keys: String...) -> Place { Place(file: file, pointer: pointer + keys) }
  }

  private func schema(at place: Place) throws -> JSONValue {
    guard var value = files[place.file] else { throw Fault(description: "no file \(place.file)") }
    for key in place.pointer {
      guard let next = value[key] ?? Int(key).flatMap({ value.elements?[$0] }) else {
        throw Fault(description: "no schema at \(place.description)")
      }
      value = next
    }
    return value
  }

  private func target(of reference: String, from place: Place) throws -> Place {
    let parts = reference.split(separator: "#", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw Fault(description: "reference '\(reference)'") }
    return Place(
      file: parts[0].isEmpty ? place.file : String(parts[0]),
      pointer: parts[1].split(separator: "/").map(String.init))
  }

  private func faults(_ value: JSONValue, _ place: Place, _ path: String) throws -> [String] {
    guard let schema = try schema(at: place).members else {
      throw Fault(description: "\(place.description) is no schema")
    }
    if let key = schema.keys.first(where: { !Self.annotations.union(Self.checks).contains($0) }) {
      throw Fault(
        description: "\(place.description) has the keyword '\(key)', which is not checked")
    }
    var faults: [String] = []
    if let reference = schema["$ref"]?.string {
      faults += try self.faults(value, target(of: reference, from: place), path)
    }
    if let type = schema["type"] {
      let names = type.elements?.compactMap(\.string) ?? [type.string ?? ""]
      if try !names.contains(where: { try Self.isOf($0, value) }) {
        faults.append("\(path) is no \(names.joined(separator: " or "))")
      }
    }
    if let only = schema["const"], only != value { faults.append("\(path) is another value") }
    if let words = schema["enum"]?.elements, !words.contains(value) {
      faults.append("\(path) is none of the words")
    }
    if let branches = schema["anyOf"]?.elements {
      let fits = try branches.indices.contains {
        try self.faults(value, place.at("anyOf", "\($0)"), path).isEmpty
      }
      if !fits { faults.append("\(path) is none of several") }
    }
    switch value {
    case .number(let number): faults += Self.faults(number, schema, path)
    case .string(let text): faults += try Self.faults(text, schema, path)
    case .array(let elements):
      if let least = schema["minItems"]?.number, Double(elements.count) < least {
        faults.append("\(path) has too few")
      }
      if schema["items"] != nil {
        for (index, element) in elements.enumerated() {
          faults += try self.faults(element, place.at("items"), "\(path)[\(index)]")
        }
      }
    case .object(let members): faults += try self.faults(members, schema, place, path)
    case .null, .bool: break
    }
    return faults
  }

  private func faults(
    _ members: [String: JSONValue], _ schema: [String: JSONValue], _ place: Place, _ path: String
  ) throws -> [String] {
    var faults: [String] = []
    for key in schema["required"]?.elements?.compactMap(\.string) ?? []
    where members[key] == nil {
      faults.append("\(path) has no '\(key)'")
    }
    let known = schema["properties"]?.members ?? [:]
    for (key, member) in members.sorted(by: { $0.key < $1.key }) {
      if known[key] != nil {
        let place = place.at("properties", key)
        visited.insert(place.description)
        faults += try self.faults(member, place, "\(path).\(key)")
      } else if schema["additionalProperties"] == .bool(false) {
        faults.append("\(path) has '\(key)', which nothing describes")
      } else if schema["additionalProperties"] != nil {
        faults += try self.faults(member, place.at("additionalProperties"), "\(path).\(key)")
      }
    }
    return faults
  }

  private static func isOf(_ type: String, _ value: JSONValue) throws -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string),
      ("array", .array), ("object", .object):
      true
    case ("integer", .number(let number)): number == number.rounded()
    case ("null", _), ("boolean", _), ("number", _), ("string", _), ("array", _), ("object", _),
      ("integer", _):
      false
    default: throw Fault(description: "type '\(type)'")
    }
  }

  private static func faults(
    _ number: Double, _ schema: [String: JSONValue], _ path: String
  ) -> [String] {
    var faults: [String] = []
    if let least = schema["minimum"]?.number, number < least {
      faults.append("\(path) is too small")
    }
    if let least = schema["exclusiveMinimum"]?.number, number <= least {
      faults.append("\(path) is too small")
    }
    if let most = schema["maximum"]?.number, number > most { faults.append("\(path) is too large") }
    return faults
  }

  private static func faults(
    _ text: String, _ schema: [String: JSONValue], _ path: String
  ) throws -> [String] {
    var faults: [String] = []
    if let least = schema["minLength"]?.number, Double(text.unicodeScalars.count) < least {
      faults.append("\(path) is too short")
    }
    if let pattern = schema["pattern"]?.string, try text.firstMatch(of: Regex(pattern)) == nil {
      faults.append("\(path) does not match")
    }
    return faults
  }
}
