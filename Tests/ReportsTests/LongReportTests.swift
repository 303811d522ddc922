import Foundation
import Harness
import Reports
import Testing

/// Reports of networks with hundreds of layers: short, and honest about what they leave out.
@Suite struct LongReportTests {
  private static let layers = 500

  /// The comparison by hand with a deep network in place of its own.
  private func deep() throws -> Comparison {
    var document =
      try JSONSerialization.jsonObject(
        with: Data(Report.json(Snapshots.comparison()).utf8)) as! [String: Any]
    let names = (0..<Self.layers).map { "layer\($0)" }
    var network = document["network"] as! [String: Any]
    network["operations"] = names.enumerated().map { index, name in
      [
        "name": name, "kind": index.isMultiple(of: 2) ? "dense" : "relu", "reads": [],
        "shape": [4], "parameters": 20, "macs": index.isMultiple(of: 2) ? 16 : 0,
      ] as [String: Any]
    }
    network["layers"] = names.map {
      ["name": $0, "neurons": 4, "operations": [$0], "reads": []] as [String: Any]
    }
    document["network"] = network
    var results = document["results"] as! [[String: Any]]
    var entry = (results[0]["ledger"] as! [[String: Any]])[0]
    results[0]["ledger"] = names.enumerated().flatMap { index, name in
      ["a", "b"].map { mechanism in
        entry["layer"] = name
        entry["mechanism"] = mechanism
        entry["flow"] = "drawn"
        // The entries of one mechanism are all smaller than the other's.
        entry["J"] = Double(index + 1) * (mechanism == "a" ? 1e-12 : 1e-18)
        return entry
      }
    }
    results[0]["diagnostics"] = ["scales": (0..<Self.layers).map { Double($0) }]
    results[0]["diagnostic_titles"] = [["key": "scales", "title": "scales"]]
    document["results"] = results
    var coverage = document["coverage"] as! [String: Any]
    var shares = coverage["substrates"] as! [[String: Any]]
    shares[0]["operations"] = names.enumerated().map { index, name in
      let isFree = !index.isMultiple(of: 2)
      return [
        "operation": name, "macs": isFree ? 0 : 16, "status": isFree ? "free" : "modelled",
        "reason": isFree ? "for nothing" as Any : NSNull(),
      ] as [String: Any]
    }
    coverage["substrates"] = shares
    document["coverage"] = coverage
    return try JSONDecoder().decode(
      Comparison.self, from: try JSONSerialization.data(withJSONObject: document))
  }

  @Test func tables() throws {
    let comparison = try deep()
    let table = Report.table(comparison)
    #expect(table.split(separator: "\n").count < 120)
    #expect(table.contains("250 operations (250 relu) taken as free: for nothing"))
    for report in [
      Report.table(comparison, perLayer: true), Report.markdown(comparison, perLayer: true),
    ] {
      #expect(report.split(separator: "\n").count < 500)
      let words = report.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("760 smaller entries of the same kinds, flows and mechanisms"))
      #expect(words.contains("500 numbers, 0 to 499"))
      // The largest of either mechanism, though all of one are above all of the other.
      func count(_ mechanism: String) -> Int {
        (0..<Self.layers).count { index in
          report.split(separator: "\n").contains { line in
            let cells = line.split { $0 == " " || $0 == "|" }
            return cells.count > 2 && cells[0] == "layer\(index)" && cells[1] == mechanism
          }
        }
      }
      #expect(count("a") == 120 && count("b") == 120)
      #expect(report.contains("layer499") && !report.contains("layer100 "))
    }
  }

  @Test func pages() throws {
    let comparison = try deep()
    let page = Report.html(comparison)
    #expect(page.utf8.count < 2 << 20)
    #expect(page.contains("relu (250)") && page.contains("summed by sort"))
    #expect(page.contains("760 smaller entries of the same kinds"))
    #expect(page.contains("download=\"comparison.json\""))
    // The document keeps all of it.
    #expect(
      try JSONDecoder().decode(Comparison.self, from: Data(Report.json(comparison).utf8))
        == comparison)
  }
}
