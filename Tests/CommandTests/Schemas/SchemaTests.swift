import Foundation
import Harness
import PhysicalLaws
import Quantities
import SubstrateCore
import Testing

/// What the schemas say of themselves, and of the documents that are really written.
@Suite struct SchemaTests {
  private let files: [String: JSONValue]

  init() throws { files = try Schemas.files() }

  @Test func everyDocumentIsAsItsSchemaSays() throws {
    let scratch = try Documents.scratch()
    let schema = JSONSchema(files)
    var forms: Set<String> = []
    let documents =
      try Documents.calls.map { call in
        (call.joined(separator: " "), try Documents.output(of: call, in: scratch.folder))
      } + [("verification", try Documents.verification())]
      + Documents.snapshots().map { ("snapshot", $0) }
    for (name, document) in documents {
      let file = Schemas.file(of: document)
      #expect(try schema.faults(in: document, against: file) == [], "\(name)")
      forms.insert(file)
    }
    #expect(forms.union(["common-1.json"]) == Set(files.keys), "a schema without a document")
    // A key that no document has is described in vain, or tests do not see it written.
    let described = files.flatMap { file, schema in
      Schemas.all(in: file, schema).map(\.place).filter { place in
        place.split(separator: "/").dropLast().last == "properties"
      }
    }
    #expect(Set(described).subtracting(schema.visited).sorted() == [])
  }

  @Test func everyFormThatTheSourcesNameHasItsSchema() throws {
    var names: Set<String> = []
    let folder = Schemas.root.appending(path: "Sources")
    let paths = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    for case let place as URL in paths where place.pathExtension == "swift" {
      let text = try String(decoding: Data(contentsOf: place), as: UTF8.self)
      names.formUnion(
        text.matches(of: /"substrata\.([a-z-]+)\/([0-9]+)"/).map {
          "\($0.output.1)-\($0.output.2).json"
        })
    }
    // Read, and described where it is read.
    #expect(names.remove("network-1.json") != nil)
    #expect(names.union(["common-1.json"]) == Set(files.keys))
  }

  @Test func schemasDescribeEveryKeyWithItsUnit() throws {
    let units = [
      "J": "joules", "kT": "k_B T", "s": "seconds", "K": "kelvin", "tau0": "relaxation times",
      "F": "farads", "V": "volts", "bits": "bits", "share": "share",
    ]
    for (file, root) in files {
      #expect(root["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
      for (place, schema) in Schemas.all(in: file, root) {
        let keywords = Set(try #require(schema.members).keys)
        if schema["type"]?.string == "object" {
          let more = schema["additionalProperties"]
          #expect(more == .bool(false) || more?.members != nil, "\(place) takes any key")
        }
        let properties = schema["properties"]?.members ?? [:]
        let required = Set(schema["required"]?.elements?.compactMap(\.string) ?? [])
        #expect(
          required.isSubset(of: properties.keys), "\(place) asks for what it does not describe")
        for (key, property) in properties {
          let described =
            property["description"]?.string
            ?? property["$ref"]?.string.flatMap { reference in
              let parts = reference.split(separator: "#")
              return files[parts.count == 2 ? String(parts[0]) : file]?["$defs"]?[
                String(reference.split(separator: "/").last!)]?["description"]?.string
            }
          let text = described ?? ""
          #expect(!text.isEmpty || property["const"] != nil, "\(place) does not describe '\(key)'")
          guard
            property["type"]?.elements?.contains(.string("number"))
              ?? (property["type"] == .string("number"))
          else { continue }
          if let unit = units[String(key.split(separator: "_").last!)] {
            #expect(
              text.contains(unit), "\(place): '\(key)' is in \(unit), which '\(text)' does not say")
          } else {
            let words = [
              "share", "unit", "pure number", "k_B T", "hundredths", "standard errors",
            ]
            #expect(
              words.contains { text.contains($0) }, "\(place): '\(key)' has no unit: '\(text)'")
          }
        }
        #expect(!keywords.isEmpty, "\(place) says nothing")
      }
    }
  }

  @Test func wordsAreThoseOfTheTypes() {
    let known: [[String]] = [
      words(Kind.self), words(Boundary.self), words(Flow.self), words(Evidence.self),
      words(Verdict.self), words(Comparison.Refused.Reason.self),
      words(Comparison.Coverage.Operation.Status.self),
      words(Comparison.SlowCrossing.Certainty.self),
      words(Comparison.IsoAccuracy.Outcome.self), words(Crossing.Outcome.self),
      words(ComparisonDifference.Change.Sort.self), words(Sweep.Row.Verdict.self),
      words(Sweep.Axis.Spacing.self), words(Finding.Relation.self),
      // These have no type: of changes the side and the unit, of names their sort and status.
      ["a", "b"], ["J", "s", ""], ["model", "data"], ["modelled", "free", "unmodelled", "refused"],
    ]
    var used: Set<[String]> = []
    for (file, root) in files {
      for (place, schema) in Schemas.all(in: file, root) {
        guard let words = schema["enum"]?.elements?.compactMap(\.string) else { continue }
        #expect(known.contains(words), "\(place): \(words)")
        used.insert(words)
      }
    }
    #expect(used == Set(known))
  }

  private func words<Words: RawRepresentable<String> & CaseIterable>(_: Words.Type) -> [String] {
    Words.allCases.map(\.rawValue)
  }

  // MARK: Damage

  /// One document of every form.
  private func samples() throws -> [JSONValue] {
    let scratch = try Documents.scratch()
    let calls = [
      ["list"], ["list", "--operators"], ["list", "--models"], ["diff", "a.json", "b.json"],
      ["sweep", "--samples", "2", "--over", "quasi-static.duration=1:2:2"],
    ]
    return try calls.map { try Documents.output(of: $0, in: scratch.folder) }
      + [Documents.verification()] + Documents.snapshots()
  }

  /// What is no damage: keys that are absent where there is nothing to say, and those of tables by name.
  private static func may(_ what: String) -> Bool {
    [
      "$.curves", "$.curve", "$.command", "$.results[].iso_accuracy",
      "$.results[].settings[].found", "$.results[].repeats", "$.results[].principle",
      "$.coverage.substrates[].unknown_parts",
      "$.workload.normalization", "$.network.embedding", "$.names[].substrates",
    ].contains { what == "\($0) is missing" }
      || ["$.results[].parameters.", "$.results[].diagnostics.", "$.rows[].coordinates."].contains {
        what.hasPrefix($0) && what.hasSuffix(" is missing")
      }
  }

  @Test func damagedDocumentsFail() throws {
    let schema = JSONSchema(files)
    for document in try samples() {
      let file = Schemas.file(of: document)
      #expect(try schema.faults(in: document, against: file) == [])
      let damages = Damage.all(of: document)
      #expect(damages.count > 10)
      for damage in damages where !Self.may(damage.what) {
        let faults = try schema.faults(in: damage.document, against: file)
        #expect(!faults.isEmpty, "\(file): \(damage.what) goes unseen")
      }
    }
  }

  @Test(arguments: [
    (#"{"minimum": 1}"#, "0"), (#"{"minimum": 1}"#, "-1e300"), (#"{"maximum": 1}"#, "1.5"),
    (#"{"exclusiveMinimum": 0}"#, "0"), (#"{"type": "integer"}"#, "0.5"),
    (#"{"type": "number"}"#, "true"),
    (#"{"type": ["number", "null"]}"#, #""1""#), (#"{"type": "boolean"}"#, "1"),
    (#"{"const": false}"#, "true"),
    (#"{"const": 1}"#, "null"), (#"{"enum": ["a", "b"]}"#, #""c""#), (#"{"minItems": 2}"#, "[1]"),
    (#"{"minLength": 1}"#, #""""#), (#"{"pattern": "^a$"}"#, #""ab""#),
    (#"{"items": {"type": "string"}}"#, "[1]"),
    (#"{"required": ["a"]}"#, "{}"), (#"{"properties": {"a": {"type": "null"}}}"#, #"{"a": 1}"#),
    (#"{"additionalProperties": false}"#, #"{"a": 1}"#),
    (#"{"additionalProperties": {"type": "null"}}"#, #"{"a": 1}"#),
    (#"{"anyOf": [{"type": "null"}, {"type": "string"}]}"#, "1"),
    (##"{"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}"##, "1"),
    (##"{"$ref": "other#/$defs/a"}"##, "1"),
  ]) func everyKeywordIsChecked(schema: String, document: String) throws {
    let schema = JSONSchema([
      "this": try JSONValue(schema), "other": try JSONValue(#"{"$defs": {"a": {"type": "null"}}}"#),
    ])
    #expect(try schema.faults(in: JSONValue(document), against: "this").count == 1)
  }

  @Test(arguments: [
    #"{"oneOf": []}"#, #"{"format": "date"}"#, #"{"type": "any"}"#, ##"{"$ref": "#/$defs/a"}"##,
  ])
  func whatIsNotCheckedIsRefused(schema: String) throws {
    let schema = JSONSchema(["this": try JSONValue(schema)])
    #expect(throws: JSONSchema.Fault.self) {
      try schema.faults(in: .number(1), against: "this")
    }
  }
}
