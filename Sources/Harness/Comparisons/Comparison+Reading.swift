public import Foundation
internal import Quantities
internal import SubstrateCore

extension Comparison {
  /// Why a document is not taken as a comparison.
  public struct ReadingError: Error, Equatable {
    /// What is wrong with it, as the end of a sentence that begins with the file's name.
    public let cause: String
    /// What helps.
    public let remedy: String
  }

  /// The longest document that is read, in bytes: over a thousand times that of the built-in network.
  public static let longestDocument = 64 << 20

  /// Reads a document that `compare` wrote, this version or an older one of the same schema.
  ///
  /// Beyond its form it checks what reports rely on: positive bath, counts that are none below zero and
  /// do not overflow, every substrate once, and curves of these alone.
  ///
  /// - Throws: `ReadingError` for anything else, another version of the schema by its name.
  /// - Complexity: O(bytes).
  public init(reading data: Data) throws(ReadingError) {
    guard data.count <= Self.longestDocument else { throw .tooLong }
    let name: String?
    do {
      name = try JSONDecoder().decode(Head.self, from: data).schema
    } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
      throw ReadingError(
        cause: "is no JSON, or broken or cut off",
        remedy: "make it again with compare --format json")
    } catch {
      name = nil
    }
    guard let name else {
      throw ReadingError(
        cause: "is no result of compare", remedy: "give a file that compare --format json wrote")
    }
    guard name == Schema.name else {
      let family = Schema.name.prefix { $0 != "/" } + "/"
      throw ReadingError(
        cause: "has schema '\(name.prefix(60))'; this version reads '\(Schema.name)'",
        remedy: name.hasPrefix(family)
          ? "use the version that wrote it, or make it again with compare --format json"
          : "give a file that compare --format json wrote")
    }
    do {
      self = try JSONDecoder().decode(Comparison.self, from: data)
    } catch {
      throw ReadingError(
        cause: "is no complete '\(Schema.name)': \(explanation(of: error))",
        remedy: "make it again with compare --format json")
    }
    if let fault {
      throw ReadingError(
        cause: "is no possible result: \(fault)", remedy: "make it again with compare --format json"
      )
    }
  }

  private struct Head: Decodable {
    let schema: String?
  }

  /// What no run gives, if the document says so.
  private var fault: String? {
    guard conditions.temperature.value > 0, conditions.thermalQuantum.value > 0 else {
      return "its bath is not above 0 K"
    }
    var seen: Set<String> = []
    for id in results.map(\.substrate) where !seen.insert(id).inserted {
      return "substrate '\(id.prefix(60))' is there twice"
    }
    if let curves {
      let drawn =
        (curves.duration + curves.precision).map(\.substrate) + curves.crossings.map(\.substrate)
      if let id = drawn.first(where: { !seen.contains($0) }) {
        return "substrate '\(id.prefix(60))' has a curve and no row"
      }
    }
    var counts = [
      network.inputs, network.outputs, network.parameters, network.macs, network.neurons,
      network.depth, workload.samples,
    ]
    counts += network.operations.flatMap { [$0.parameters, $0.macs] + $0.shape }
    counts += network.layers.map(\.neurons)
    counts += results.compactMap(\.isoAccuracy).flatMap { search in
      [search.trials, search.found.repeats, search.below?.repeats ?? 0]
    }
    guard counts.allSatisfy({ $0 >= 0 }) else { return "a count is below 0" }
    for share in coverage.substrates {
      var sum = 0
      for operation in share.operations {
        let (next, overflows) = sum.addingReportingOverflow(operation.macs)
        guard operation.macs >= 0, !overflows else {
          return "the multiply-accumulates covered are no count"
        }
        sum = next
      }
    }
    return nil
  }
}

extension Comparison.ReadingError {
  /// Said of a document longer than `Comparison.longestDocument`.
  public static let tooLong = Self(
    cause: "is longer than \(Comparison.longestDocument >> 20) MiB, the most that is read",
    remedy: "give a file that compare --format json wrote")
}

/// What decoding stumbled over, and where.
private func explanation(of error: any Error) -> String {
  func place(_ path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue.prefix(60)
      }
    }
    return text.isEmpty ? "" : " at \(text)"
  }
  return switch error {
  case DecodingError.keyNotFound(let key, let context):
    "no '\(key.stringValue)'\(place(context.codingPath))"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    "a value of the wrong kind\(place(context.codingPath))"
  case DecodingError.dataCorrupted(let context):
    "a bad value\(place(context.codingPath))"
  default: "it cannot be decoded"
  }
}
