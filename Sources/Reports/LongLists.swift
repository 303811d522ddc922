internal import Harness
internal import SubstrateCore

/// What is shown of lists that grow with the network. The JSON document holds all of them.
enum LongLists {
  /// The most entries of a ledger.
  static let mostEntries = 240
  /// The most operations of a list.
  static let mostOperations = 60
  /// The most names, or numbers, in a sentence.
  static let mostWords = 12
  /// The largest document that a page carries with it, in bytes.
  static let largestAttachment = 8 << 20

  /// Of too many entries the largest of each kind, flow and mechanism, in their order: figures of
  /// different kinds do not compare.
  ///
  /// - Complexity: O(n log n).
  static func largest(_ postings: [Comparison.Posting]) -> [Int] {
    guard postings.count > mostEntries else { return Array(postings.indices) }
    let groups = Dictionary(grouping: postings.indices) { index in
      [postings[index].kind.rawValue, postings[index].flow.rawValue, postings[index].mechanism]
    }
    let share = max(mostEntries / groups.count, 4)
    return groups.values.flatMap { group in
      group.sorted { left, right in
        let (a, b) = (postings[left].joules.magnitude, postings[right].joules.magnitude)
        return a != b ? a > b : left < right
      }.prefix(share)
    }.sorted()
  }

  /// What stands below a ledger that is not shown whole.
  static func remark(hidden count: Int) -> String {
    "\(Numerals.count(count)) smaller entries of the same kinds, flows and mechanisms are not shown; "
      + "--format json holds all"
  }
}

extension Comparison {
  /// Names of operations in a sentence; of many how many there are of each sort.
  func spelled(operations names: [String]) -> String {
    guard names.count > LongLists.mostWords else { return names.joined(separator: ", ") }
    let kinds = Dictionary(network.operations.map { ($0.name, $0.kind) }) { first, _ in first }
    let sorts = names.map { kinds[$0] ?? "other" }
    let counts = Dictionary(sorts.map { ($0, 1) }, uniquingKeysWith: +)
    return "\(Numerals.count(names.count, "operation")) ("
      + sorts.uniqued().map { "\(Numerals.count(counts[$0]!)) \($0)" }.joined(separator: ", ") + ")"
  }
}
