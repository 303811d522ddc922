/// A document with one thing wrong in it.
struct Damage {
  let what: String
  let document: JSONValue

  /// At every place of a document, but once for all elements of an array: a key that nobody knows, a key
  /// that is missing, an object in place of a leaf and a truth value in place of all else.
  static func all(of document: JSONValue) -> [Damage] {
    var damages: [Damage] = []
    var seen: Set<String> = []
    func visit(_ value: JSONValue, _ place: String, _ rebuilt: (JSONValue) -> JSONValue) {
      func damage(_ what: String, _ value: JSONValue) {
        damages.append(Damage(what: "\(place) \(what)", document: rebuilt(value)))
      }
      let isNew = seen.insert(place).inserted
      switch value {
      case .object(let members):
        if isNew {
          damage("is a truth value", .bool(true))
          // A table whose keys are names takes others; what stands under them is checked all the same.
          damage("has a key too many", .object(members.merging(["damage": .object([:])]) { $1 }))
        }
        for (key, member) in members {
          if !seen.contains("\(place).\(key)") {
            damages.append(
              Damage(
                what: "\(place).\(key) is missing",
                document: rebuilt(.object(members.filter { $0.key != key }))))
          }
          visit(member, "\(place).\(key)") { inner in
            rebuilt(.object(members.merging([key: inner]) { $1 }))
          }
        }
      case .array(let elements):
        if isNew { damage("is a truth value", .bool(true)) }
        for (index, element) in elements.enumerated() {
          visit(element, "\(place)[]") { inner in
            var elements = elements
            elements[index] = inner
            return rebuilt(.array(elements))
          }
        }
      case .null, .bool, .number, .string:
        if isNew { damage("is an object", .object([:])) }
      }
    }
    visit(document, "$") { $0 }
    return damages
  }
}
