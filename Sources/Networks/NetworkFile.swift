public import Foundation

/// A network as a JSON document, schema `substrata.network/1`.
///
/// Operations stand in an order in which each reads only earlier ones; `input` is the network's
/// input.
/// ```
/// {"schema": "substrata.network/1", "name": "tiny", "input": [2], "output": "y", "operations": [
///   {"name": "h", "kind": "dense", "reads": ["input"], "weight": [[1, 2]], "bias": [0.5]},
///   {"name": "y", "kind": "relu", "reads": ["h"]}]}
/// ```
/// Kinds: `dense` (`weight` one row an output, `bias`), `relu`, `leaky-relu` (`slope`), `tanh`,
/// `sigmoid`, `add`, `flatten`, `softmax`.
public enum NetworkFile {
  /// The schema written and read.
  public static let schema = "substrata.network/1"

  private struct Document: Codable {
    var schema: String
    var name: String
    var input: [Int]
    var output: String
    var operations: [Entry]
  }

  private struct Entry: Codable {
    var name: String
    var kind: String
    var reads: [String]
    var slope: Float?
    var shape: [Int]?
    var bias: [Float]?
    var weight: [[Float]]?
  }

  /// Reads a network.
  ///
  /// - Throws: `NetworkError` if the text is not such a document, or describes no network.
  public static func decode(_ data: Data) throws(NetworkError) -> Network {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: data)
    } catch let error as DecodingError {
      if let cause = misfit(in: data) { throw NetworkError(cause) }
      throw NetworkError("it is not a \(schema) document: \(explain(error))")
    } catch {
      throw NetworkError("it is not a \(schema) document")
    }
    guard document.schema == schema else {
      throw NetworkError("it has schema '\(document.schema)'; this tool reads '\(schema)'")
    }
    guard !document.input.isEmpty else { throw NetworkError("its input has no axes") }
    var builder = Network.Builder(input: try Shape(document.input))
    for entry in document.operations {
      let read = entry.reads.first.flatMap { builder.shape(of: $0) }
      try builder.add(
        try operation(entry, reading: read), named: entry.name, reading: entry.reads)
    }
    return try builder.network(named: document.name, output: document.output)
  }

  /// Writes a network; the same network gives the same bytes.
  public static func encode(_ network: Network) throws -> Data {
    let entries = network.nodes.dropFirst().map { node in
      var entry = Entry(
        name: node.name, kind: node.operation.name,
        reads: node.parents.map { network.nodes[$0].name })
      switch node.operation {
      case .dense(let dense):
        entry.bias = dense.bias
        entry.weight = stride(from: 0, to: dense.weight.count, by: dense.inputs).map {
          Array(dense.weight[$0..<$0 + dense.inputs])
        }
      case .activation(.leakyReLU(let slope)): entry.slope = slope
      case .reshape(let shape): entry.shape = shape.dimensions
      default: break
      }
      return entry
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try encoder.encode(
      Document(
        schema: schema, name: network.name, input: network.nodes[0].shape.dimensions,
        output: network.nodes[network.output].name, operations: entries))
  }

  private static func operation(
    _ entry: Entry, reading first: Shape?
  ) throws(NetworkError) -> Operation {
    switch entry.kind {
    case "dense":
      guard let weight = entry.weight, let bias = entry.bias, let first = weight.first else {
        throw NetworkError("operation '\(entry.name)' (dense) has no weight or no bias")
      }
      guard weight.allSatisfy({ $0.count == first.count }) else {
        throw NetworkError("operation '\(entry.name)' (dense) has weight rows of unequal length")
      }
      do {
        return .dense(
          try Dense(inputs: first.count, weight: Array(weight.joined()), bias: bias))
      } catch {
        throw NetworkError("operation '\(entry.name)' (dense) \(error.description)")
      }
    case "relu": return .activation(.relu)
    case "tanh": return .activation(.tanh)
    case "sigmoid": return .activation(.sigmoid)
    case "leaky-relu":
      guard let slope = entry.slope, slope >= 0, slope < 1 else {
        throw NetworkError("operation '\(entry.name)' (leaky-relu) needs a slope in [0, 1)")
      }
      return .activation(.leakyReLU(slope: slope))
    case "add": return .add
    case "flatten": return .reshape(Shape(vector: first?.count ?? 1))
    case "reshape": return .reshape(try Shape(entry.shape ?? []))
    case "softmax": return .softmax
    default:
      throw NetworkError(
        "operation '\(entry.name)' is of unknown kind '\(entry.kind)'; known are dense, relu, "
          + "leaky-relu, tanh, sigmoid, add, flatten, softmax")
    }
  }

  /// The same document with numbers of any kind.
  private struct LooseDocument: Decodable {
    var input: [Double]
    var operations: [LooseEntry]
  }

  private struct LooseEntry: Decodable {
    var name: String
    var kind: String
    var slope: Double?
    var bias: [Double]?
    var weight: [[Double]]?
  }

  /// What is wrong with a document that is refused for a number alone: one that is not finite, which is no
  /// JSON, or that its place has no room for.
  private static func misfit(in data: Data) -> String? {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    guard let document = try? decoder.decode(LooseDocument.self, from: data) else { return nil }
    if let axis = document.input.first(where: { Int(exactly: $0) == nil }) {
      return "its input has an axis of \(axis); axes are whole numbers"
    }
    for entry in document.operations {
      let parts = [
        ("weight", entry.weight.map { Array($0.joined()) } ?? []), ("bias", entry.bias ?? []),
        ("slope", entry.slope.map { [$0] } ?? []),
      ]
      for (part, numbers) in parts {
        if let number = numbers.first(where: { !Float($0).isFinite }) {
          return "operation '\(entry.name)' (\(entry.kind)) has a \(part) of \(number), which is "
            + (number.isFinite ? "too large" : "not finite")
        }
      }
    }
    return nil
  }

  private static func explain(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      var text = ""
      for key in path {
        if let index = key.intValue {
          text += "[\(index)]"
        } else {
          text += (text.isEmpty ? "" : ".") + key.stringValue
        }
      }
      return text.isEmpty ? "" : " at \(text)"
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "no '\(key.stringValue)'\(place(context.codingPath))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "a value of the wrong kind\(place(context.codingPath))"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "the JSON is broken or cut off" : "a bad value\(place(context.codingPath))"
    @unknown default:
      return "it cannot be decoded"
    }
  }
}
