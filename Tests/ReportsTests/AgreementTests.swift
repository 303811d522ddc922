import Foundation
import Harness
import Testing

@testable import Reports

/// Numbers in every format are those of the JSON document, to their printed digits. `MarkdownTests` looks at
/// the tables of Markdown.
@Suite struct AgreementTests {
  private let comparison: Comparison
  private let document: Document
  /// k_B T in joules.
  private let quantum: Double

  init() throws {
    comparison = try HTMLTests.comparison()
    document = try Document(json: Report.json(comparison))
    quantum = try #require(document["conditions"]["thermal_quantum_J"].number)
  }

  /// What is drawn less what is recovered, in joules.
  private func net(_ entries: [Document]) -> Double {
    entries.reduce(0) { sum, entry in
      switch entry["flow"].text {
      case "drawn": sum + entry["J"].number!
      case "recovered": sum - entry["J"].number!
      default: sum
      }
    }
  }

  /// An energy of another kind than the row's, summed over layers, in joules.
  private func apart(_ result: Document, _ mechanism: String) -> Double {
    net(
      result["ledger"].list.filter {
        $0["mechanism"].text == mechanism && $0["kind"].text != result["energy"]["kind"].text
      })
  }

  // MARK: Comma-separated values

  /// Fields of lines; the fixture's names hold quotation marks and no line breaks.
  private func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  @Test func everyNumberOfTheRows() throws {
    let lines = Report.csv(comparison).split(separator: "\n").map { fields($0) }
    let columns = lines[0]
    let rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
    let numbers = columns.filter { name in
      ["_J", "_kT", "_s"].contains { name.hasSuffix($0) }
        || (name.hasPrefix("accuracy") || name == "agreement" || name == "output_rmse")
    }
    #expect(numbers.count == 13)
    func check(_ row: [String: String], _ expected: [String: Double?]) {
      for column in numbers {
        let text = row[column]!
        let number = expected[column] ?? nil
        guard let number else {
          #expect(text.isEmpty, "\(column) of \(row)")
          continue
        }
        // Machines read it: every digit is there, but sums and quotients may be rounded otherwise.
        let found = Double(text) ?? .nan
        #expect(abs(found - number) <= 4e-16 * abs(number), "\(column) of \(row)")
      }
    }
    var seen = 0
    for result in document["results"].list {
      let own = rows.filter { $0["substrate"] == result["substrate"].text }
      seen += own.count
      let energy = result["energy"]
      let headline = try #require(own.first { $0["row"] == "energy" })
      check(
        headline,
        [
          "energy_J": energy["J"].number, "energy_kT": energy["kT"].number,
          "standard_error_kT": energy["standard_error_kT"].number,
          "low_kT": energy["low_J"].number.map { $0 / quantum },
          "high_kT": energy["high_J"].number.map { $0 / quantum },
          "latency_s": result["latency_s"].number,
          "latency_max_s": result["latency_max_s"].number, "accuracy": result["accuracy"].number,
          "accuracy_standard_error": result["accuracy_standard_error"].number,
          "accuracy_difference": result["accuracy_difference"].number,
          "accuracy_difference_standard_error":
            result["accuracy_difference_standard_error"].number,
          "agreement": result["agreement"].number, "output_rmse": result["output_rmse"].number,
        ])
      let limits = own.filter { $0["row"] == "limit" }
      #expect(limits.count == result["limits"].list.count)
      for (row, limit) in zip(limits, result["limits"].list) {
        #expect(row["name"] == limit["name"].text)
        check(
          row,
          [
            "energy_J": limit["J"].number, "energy_kT": limit["kT"].number,
            "standard_error_kT": limit["standard_error_kT"].number,
            "low_kT": limit["low_kT"].number, "high_kT": limit["high_kT"].number,
          ])
      }
      for row in own where row["row"] == "flow" {
        let joules = try #require(
          result["flows"]["\(row["name"]!)_J"].number, "\(row["name"]!) is in no document")
        check(row, ["energy_J": joules, "energy_kT": joules / quantum])
      }
      for row in own where row["row"] == "apart" {
        let joules = apart(result, row["name"]!)
        #expect(abs(Double(row["energy_J"]!)! - joules) <= 4e-16 * joules)
        #expect(abs(Double(row["energy_kT"]!)! - joules / quantum) <= 4e-16 * joules / quantum)
      }
    }
    let reference = try #require(rows.first { $0["row"] == "reference" })
    check(
      reference,
      [
        "accuracy": document["reference"]["accuracy"].number,
        "accuracy_standard_error": document["reference"]["accuracy_standard_error"].number,
      ])
    let floor = try #require(rows.first { $0["row"] == "task_floor" })
    check(
      floor,
      [
        "energy_J": document["task_floor"]["J"].number,
        "energy_kT": document["task_floor"]["kT"].number,
      ])
    #expect(seen + 2 + document["refused"].list.count == rows.count)
  }

  // MARK: The table of a terminal

  /// Fields of a row, which two spaces part.
  private func cells(_ line: Substring) -> [String] {
    line.split(separator: /\s{2,}/).map { $0.trimmingCharacters(in: .whitespaces) }
  }

  @Test func everyRowOfTheTable() throws {
    let lines = Report.table(comparison).split(separator: "\n", omittingEmptySubsequences: false)
    var blocks = lines.split(separator: "").map { $0.map { $0 } }
    // The headline's block, then one of each substrate further.
    let first = try #require(blocks.firstIndex { $0.contains { $0.hasPrefix("----") } })
    blocks[first].removeFirst(blocks[first].firstIndex { $0.hasPrefix("----") }! + 1)
    let results = document["results"].list
    for (block, result) in zip(blocks[first...], results) {
      let row = cells(block[0])
      try #require(row.count == 8 && row[0].hasPrefix(result["title"].text!), "\(block[0])")
      PrintedFigure.expect(row[2], is: result["energy"]["J"].number)
      PrintedFigure.expect(row[3], is: result["energy"]["kT"].number)
      PrintedFigure.expect(row[4], is: result["latency_s"].number)
      PrintedFigure.expect(row[5], is: result["accuracy"].number.map { 100 * $0 })
      PrintedFigure.expect(row[6], is: result["accuracy_difference"].number.map { 100 * $0 })
      #expect(row[1] == result["energy"]["kind"].text && row[7] == result["verdict"].text)
      var rest = block.dropFirst().map { cells($0) }
      func next(_ name: String) throws -> [String] {
        let row = try #require(rest.first { $0.count > 2 && $0.first == name }, "\(name)")
        rest.removeFirst(rest.firstIndex(of: row)! + 1)
        return row
      }
      for (name, key) in [
        ("standard error", "standard_error_kT"), ("low end of the sources", "low_J"),
        ("high end of the sources", "high_J"),
      ] {
        guard let number = result["energy"][key].number else { continue }
        let thermal = key.hasSuffix("J") ? number / quantum : number
        let row = try next(name)
        PrintedFigure.expect(row[1], is: thermal * quantum)
        PrintedFigure.expect(row[2], is: thermal)
      }
      for limit in result["limits"].list {
        let row = try next(limit["name"].text! + (limit["rule"].text.map { ", \($0)" } ?? ""))
        #expect(row[1] == limit["kind"].text)
        PrintedFigure.expect(row[2], is: limit["J"].number)
        PrintedFigure.expect(row[3], is: limit["kT"].number)
      }
      for row in rest where row.count > 3 && row[1] == "model" {
        PrintedFigure.expect(row[2], is: apart(result, row[0]))
        PrintedFigure.expect(row[3], is: apart(result, row[0]) / quantum)
      }
    }
    let last = try #require(lines.first { $0.hasPrefix("Writing down") })
    PrintedFigure.expect(cells(last)[2], is: document["task_floor"]["J"].number)
    PrintedFigure.expect(cells(last)[3], is: document["task_floor"]["kT"].number)
  }

  // MARK: The page

  private func page() throws -> Element { try #require(PageReader.read(Report.html(comparison))) }

  /// Figures in few digits that carry all of them along.
  @Test func everyFigureOfThePageIsTheOneItCarries() throws {
    var checked = 0
    for row in try page().elements("table").flatMap({ rows($0) }) {
      for (label, figure) in row.flatMap({ cell in cell.1.elements("data").map { (cell.0, $0) } }) {
        let isShare = ["accuracy", "difference"].contains { label.hasPrefix($0) }
        // A setting's value stands behind its name.
        let text = figure.text.split(separator: "=").last.map(String.init) ?? ""
        PrintedFigure.expect(text, is: figure.number("value") * (isShare ? 100 : 1), label)
        checked += 1
      }
    }
    #expect(checked > 20)
  }

  /// The cells of a table's rows with the titles of their columns.
  private func rows(_ table: Element) -> [[(String, Element)]] {
    let titles = table.elements("thead")[0].elements("th").map(\.text)
    return table.elements("tbody").flatMap { $0.elements("tr") }.map { row in
      row.children.enumerated().map { (titles[$0], $1) }
    }
  }

  /// Rows of the table with that caption, as what they say.
  private func rows(_ caption: String) throws -> [[String: String]] {
    let table = try #require(
      try page().elements("table").first {
        $0.elements("caption").first?.text.hasPrefix(caption) == true
      })
    return rows(table).map { row in
      Dictionary(uniqueKeysWithValues: row.map { ($0.0, $0.1.text) })
    }
  }

  @Test(arguments: ["duration", "precision"]) func tablesOfCurves(what: String) throws {
    let rows = try rows("Energies and accuracies over the \(what)")
    let points = document["curves"][what].list.flatMap { $0["points"].list }
    try #require(rows.count == points.count && rows.count > 5)
    for (row, point) in zip(rows, points) {
      let value = row["setting"]!.split(separator: "=")
      #expect(value.count == 2 && Double(value[1]) == point["value"].number)
      PrintedFigure.expect(row["k_BT"]!, is: point["energy"]["kT"].number)
      PrintedFigure.expect(row["energy"]!, is: point["energy"]["J"].number)
      PrintedFigure.expect(row["accuracy in %"]!, is: point["accuracy"].number.map { 100 * $0 })
      PrintedFigure.expect(
        row["difference in points"]!, is: point["accuracy_difference"].number.map { 100 * $0 })
      #expect(row["verdict"] == point["verdict"].text)
    }
  }

  @Test func tablesOfLedgers() throws {
    let tables = try page().elements("details").filter {
      $0.elements("summary").first?.text.hasPrefix("Ledger of") == true
    }
    let ledgers = document["results"].list.map { $0["ledger"].list }.filter { !$0.isEmpty }
    try #require(tables.count == ledgers.count)
    for (table, ledger) in zip(tables, ledgers) {
      let rows = rows(table.elements("table")[0])
      try #require(rows.count == ledger.count)
      for (row, entry) in zip(rows, ledger) {
        let cells = Dictionary(uniqueKeysWithValues: row.map { ($0.0, $0.1.text) })
        for key in ["layer", "mechanism", "flow", "kind", "boundary"] {
          #expect(cells[key] == entry[key].text)
        }
        let joules = entry["J"].number!
        PrintedFigure.expect(cells["energy"]!, is: joules)
        PrintedFigure.expect(cells["k_BT"]!, is: joules / quantum)
      }
    }
  }

  // MARK: Marks of charts

  /// What the marks of a chart say.
  private func labels(_ id: String) throws -> [String] {
    let charts = try page().elements("svg").filter {
      $0.attributes["aria-labelledby"]?.hasPrefix(id) == true
    }
    // Every form, and what is shown at a mark is what it is labelled with, if it fits.
    for mark in charts.flatMap({ $0.elements("g", "m") }) {
      let lines = mark.tips
      let label = mark.attributes["aria-label"]!
      #expect(lines.contains { $0.contains("...") } || lines.joined(separator: ": ") == label)
    }
    let sets = charts.map { Set($0.elements("g", "m").map { $0.attributes["aria-label"]! }) }
    #expect(Set(sets).count == 1 && sets.count == (charts[0].has("both") ? 1 : 2))
    return charts[0].elements("g", "m").map { $0.attributes["aria-label"]! }
  }

  /// Checks `143 k_BT = 590 zJ` in a label, and what else it says of these.
  private func check(
    _ labels: [String], _ start: String, thermal: Double?, joules: Double?,
    latency: Double? = nil, accuracy: Double? = nil, error: Double? = nil
  ) throws {
    let found = labels.filter { $0.hasPrefix(start) }
    try #require(found.count == 1, "\(start) is said by \(found)")
    let text = found[0].dropFirst(start.count)
    let energy = try #require(
      text.firstMatch(of: /([-+0-9.e]+) k_BT = ([-+0-9.e]+ \w*J)/), "\(text)")
    PrintedFigure.expect(String(energy.1), is: thermal, start)
    PrintedFigure.expect(String(energy.2), is: joules, start)
    if let latency {
      let match = try #require(text.firstMatch(of: /latency ([-0-9.e]+ \w*s)/))
      PrintedFigure.expect(String(match.1), is: latency, start)
    }
    if let accuracy, let error {
      let match = try #require(text.firstMatch(of: /([0-9.]+) ± ([0-9.]+) %/))
      PrintedFigure.expect(String(match.1), is: 100 * accuracy, start)
      PrintedFigure.expect(String(match.2), is: 100 * error, start)
    }
  }

  @Test func marksOfTheLadder() throws {
    let labels = try labels("ladder-")
    var count = 2
    for result in document["results"].list where result["energy"]["kT"].number != nil {
      let name = result["substrate"].text!
      let energy = result["energy"]
      try check(
        labels, "\(name): energy (\(energy["kind"].text!)): ", thermal: energy["kT"].number,
        joules: energy["J"].number)
      count += 1
      for limit in result["limits"].list {
        let rule = limit["rule"].text.map { ", \($0)" } ?? ""
        try check(
          labels, "\(name): \(limit["name"].text!)\(rule) (\(limit["kind"].text!)): ",
          thermal: limit["kT"].number, joules: limit["J"].number)
        count += 1
      }
      let others = Set(
        result["ledger"].list.filter { $0["kind"].text != energy["kind"].text }
          .map { $0["mechanism"].text! })
      for mechanism in others {
        let joules = apart(result, mechanism)
        try check(
          labels, "\(name): \(mechanism) (model): ", thermal: joules / quantum, joules: joules)
        count += 1
      }
    }
    let floor = document["task_floor"]
    try check(
      labels, "Writing down the answer (floor): ", thermal: floor["kT"].number,
      joules: floor["J"].number)
    try check(labels, "One bit erased", thermal: log(2), joules: log(2) * quantum)
    #expect(labels.count == count)
  }

  @Test func marksOfThePlanes() throws {
    for (what, id) in [("duration", "time-"), ("precision", "accuracy-")] {
      let labels = try labels(id)
      var count = 0
      for curve in document["curves"][what].list {
        for point in curve["points"].list {
          let thermal = point["energy"]["kT"].number
          guard let thermal, thermal > 0 else { continue }
          let value = Numerals.tidy(point["value"].number!)
          let start =
            what == "duration"
            ? "\(curve["substrate"].text!), duration \(Numerals.plain(point["value"].number!)) "
            : "\(curve["substrate"].text!), \(curve["parameter"].text!)=\(value)"
          let isTime = what == "duration"
          // A longer number may begin alike.
          let own = labels.filter {
            $0.dropFirst(start.count).first.map { !"0123456789.".contains($0) } ?? true
          }
          try check(
            own, start, thermal: thermal, joules: point["energy"]["J"].number,
            latency: isTime ? point["latency_s"].number : nil,
            accuracy: isTime ? nil : point["accuracy"].number,
            error: isTime ? nil : point["accuracy_standard_error"].number)
          count += 1
        }
      }
      #expect(count > 4)
    }
  }

  @Test func marksOfTheBars() throws {
    for (place, result) in document["results"].list.enumerated() {
      let kind = result["energy"]["kind"].text!
      let entries = result["ledger"].list.filter {
        $0["kind"].text == kind && ["drawn", "recovered"].contains($0["flow"].text)
      }
      guard !entries.isEmpty, result["verdict"].text != "diverged" else { continue }
      let labels = try labels("bars-\(place)-0")
      var count = 0
      for key in ["layer", "mechanism"] {
        for (name, group) in Dictionary(grouping: entries, by: { $0[key].text! }) {
          let joules = net(group)
          try check(
            labels, "by \(key): \(name) (\(kind)): ", thermal: joules / quantum, joules: joules)
          count += 1
        }
      }
      #expect(labels.count == count)
    }
  }
}
