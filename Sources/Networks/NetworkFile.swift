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
/// Kinds, with their keys; one that is in brackets may be absent:
/// - `dense`: `weight` one row an output, `bias`.
/// - `convolution`: `window` one entry an axis, each with `input`, `kernel` [, `stride`, `dilation`,
///   `before`, `after`, `output`]; `weight` one row an output channel, of the group's input channels
///   times taps; `bias` [, `groups`]. `transposed-convolution`: the same, `weight` one row an input
///   channel, `window` that of the convolution it transposes.
/// - `max-pool`, `mean-pool`, `sum-pool`: `window` [, `counts_padding`].
/// - `scale`: [`factors`, `offsets`, `inner`]; `prelu`: `slopes` [, `inner`].
/// - `relu`, `tanh`, `sigmoid`, `hard-swish`, `silu`, `softplus`, `gelu`, `gelu-tanh`, `erf`, `exp`, `log`,
///   `sqrt`, `reciprocal`, `abs`; `leaky-relu`: `slope`; `elu`: `alpha`; `selu`: `alpha`, `gamma`;
///   `hard-sigmoid`: `alpha`, `beta`; `clip`: `from`, `to`; `pow`: `exponent`.
/// - `add`, `multiply`, `matrix-product`, `softmax`, `log-softmax`; `normalize`: `epsilon`.
/// - `rearrange`: `shape`, `indices` [, `constants`]; `reshape`: `shape`; `flatten`.
///
/// With `embedding`, one row a vector, samples hold whole numbers in place of the input's last axis, which
/// are looked up in it (see `Embedding`).
///
/// What the numbers mean is said where the operations are: `Convolution`, `Window`, `Scale` and so on.
/// A value has at most 2^31 - 1 numbers.
public enum NetworkFile {
  /// The schema written and read.
  public static let schema = "substrata.network/1"

  /// The most numbers in one value.
  private static let mostNumbers = Int(Int32.max)

  private struct Document: Codable {
    var schema: String
    var name: String
    var input: [Int]
    var output: String
    var operations: [Entry]
    /// Vectors that samples are looked up in.
    var embedding: [[Float]]?
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
    let input = try Shape(document.input)
    guard input.count <= mostNumbers else {
      throw NetworkError("its input has \(input.count) numbers; \(mostNumbers) are the most")
    }
    var builder = Network.Builder(
      input: input, embedding: try embedding(document, for: input))
    var work = 0
    for entry in document.operations {
      let parents = entry.reads.compactMap { builder.shape(of: $0) }
      let operation = try operation(entry, reading: parents.first)
      // What is wrong with the parents, the builder says.
      if parents.count == entry.reads.count, let shape = try? operation.shape(of: parents) {
        guard shape.count <= mostNumbers else {
          throw NetworkError(
            "operation '\(entry.name)' (\(entry.kind)) has \(shape.count) numbers; \(mostNumbers) are the "
              + "most")
        }
        // No product of it overflows: numbers and weights are both bounded.
        let (sum, overflow) = work.addingReportingOverflow(
          operation.multiplyAccumulates(reading: parents))
        guard !overflow else {
          throw NetworkError(
            "operation '\(entry.name)' (\(entry.kind)) makes the multiply-accumulates too many to count"
          )
        }
        work = sum
      }
      try builder.add(operation, named: entry.name, reading: entry.reads)
    }
    return try builder.network(named: document.name, output: document.output)
  }

  /// Writes a network; the same network gives the same bytes.
  public static func encode(_ network: Network) throws -> Data {
    let entries = network.nodes.dropFirst().map { entry(of: $0, in: network) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try encoder.encode(
      Document(
        schema: schema, name: network.name, input: network.nodes[0].shape.dimensions,
        output: network.nodes[network.output].name, operations: entries,
        embedding: network.embedding.map { embedding in
          stride(from: 0, to: embedding.table.count, by: embedding.width).map {
            Array(embedding.table[$0..<$0 + embedding.width])
          }
        }))
  }

  private static func embedding(
    _ document: Document, for input: Shape
  ) throws(NetworkError) -> Embedding? {
    guard let rows = document.embedding else { return nil }
    let width = input.dimensions.last!
    guard rows.allSatisfy({ $0.count == width }) else {
      throw NetworkError(
        "its embedding has vectors of another length than \(width), the last axis of its input")
    }
    return try Embedding(width: width, table: Array(rows.joined()))
  }

  /// The same document with numbers of any kind.
  private struct LooseDocument: Decodable {
    var input: [Double]
    var embedding: [[Double]]?
    var operations: [LooseEntry]
  }

  private struct LooseEntry: Decodable {
    var name: String
    var kind: String
    var slope: Double?
    var alpha: Double?
    var beta: Double?
    var gamma: Double?
    var from: Double?
    var to: Double?
    var exponent: Double?
    var epsilon: Double?
    var bias: [Double]?
    var weight: [[Double]]?
    var factors: [Double]?
    var offsets: [Double]?
    var slopes: [Double]?
    var constants: [Double]?

    /// Its numbers, by key.
    var parts: [(key: String, numbers: [Double])] {
      [
        ("weight", weight.map { Array($0.joined()) }), ("bias", bias), ("factor", factors),
        ("offset", offsets), ("slope", slopes), ("constant", constants),
        ("slope", slope.map { [$0] }), ("alpha", alpha.map { [$0] }), ("beta", beta.map { [$0] }),
        ("gamma", gamma.map { [$0] }), ("from", from.map { [$0] }), ("to", to.map { [$0] }),
        ("exponent", exponent.map { [$0] }), ("epsilon", epsilon.map { [$0] }),
      ].compactMap { key, numbers in numbers.map { (key, $0) } }
    }
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
    if let number = document.embedding?.joined().first(where: { !Float($0).isFinite }) {
      return "its embedding has a number of \(number), which is "
        + (number.isFinite ? "too large" : "not finite")
    }
    for entry in document.operations {
      for (part, numbers) in entry.parts {
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
