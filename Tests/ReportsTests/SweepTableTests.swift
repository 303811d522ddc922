import Foundation
import Harness
import Networks
import Quantities
import Reports
import SubstrateCore
import Testing
import Parameters

@Suite struct SweepTableTests {
  private let sweep: Sweep
  private let table: SweepTable
  private let rows: [Sweep.Row]

  /// A substrate that is never run: rows are made by hand.
  private struct Idle: Substrate {
    let card: Card

    init(_ id: String) {
      card = Card(
        id: id, title: id, principle: "It idles.", boundary: .device,
        parameters: [
          Parameter(
            "ramp", unit: "τ0", .number(from: 0, to: 1e9), default: .number(1), meaning: "a time"),
          Parameter("bits", .integer(2...16), default: .number(8), meaning: "a count"),
          Parameter(
            "k", unit: "per unit", .number(from: 0, to: 1e9), default: .number(1), meaning: "soft"),
        ], sources: [], claims: Claims(temperatureExponent: 1),
        meaning: { _ in .modelled("a fixture") })
    }

    func prepare(_ network: Network, under conditions: Conditions) throws(Refusal) -> Network {
      network
    }

    func run(_ program: Network, on stream: SampleStream, in context: RunContext) -> Run {
      preconditionFailure("it idles")
    }
  }

  init() throws {
    let (a, b) = (Idle("a"), Idle("b"))
    let grid = try Sweep.Grid(
      [Selection(a), Selection(b)],
      over: [
        Sweep.Axis(a.card.parameters[0], of: "a", from: 0.1, to: 1e7, count: 2, spacing: .log),
        Sweep.Axis(b.card.parameters[1], of: "b", from: 2, to: 4, count: 3),
        Sweep.Axis(b.card.parameters[2], of: "b", from: 3, to: 3, count: 1),
      ])
    let network = try Network(
      named: "n", layers: [Dense(inputs: 1, weight: [1], bias: [0])], activation: nil)
    let samples = try Samples(name: "s", width: 1, values: [1, 2])
    sweep = try Sweep(
      grid, on: Workload(network, on: samples), at: Kelvin(300), seed: 9, version: "test")
    table = SweepTable(
      sweep, limits: [.init(.floor, "heat"), .init(.convention, "bits, all", rule: "nominal")])
    rows = (0..<grid.count).flatMap { point in
      ["a", "b"].map { Self.row($0, at: point, of: grid) }
    }
  }

  private static func row(_ substrate: String, at point: Int, of grid: Sweep.Grid) -> Sweep.Row {
    var row = Sweep.Row(substrate: substrate, verdict: .settled, boundary: .device)
    row.point = point
    row.coordinates = Dictionary(
      uniqueKeysWithValues: zip(grid.axes.map(\.name), grid.coordinates(of: point)))
    if point == 1 {
      row.verdict = .refused
      row.note = "too \"large\", by far; 3; shrink\u{1b}[31m\nit, \"\""
      return row
    }
    let quantum = thermalQuantum(at: Kelvin(300)).value
    row.kind = .predicted
    row.energy = 1e-21 / Double(point + 4)
    row.thermalEnergy = 0.1 + Double(point)
    if substrate == "b" {
      row.standardError = .leastNonzeroMagnitude
      row.thermalStandardError = 1.7976931348623157e308
      row.low = -0.0
      row.high = 1
      row.accuracy = 1 / 3
      row.verdict = .outsideValidity
    }
    row.latency = 1e-9
    row.isComplete = point != 2
    row.limits = [Sweep.Limit(.init(.floor, "heat"), thermalEnergy: 2, joules: 2 * quantum)]
    if point > 2 {
      row.limits += [
        Sweep.Limit(
          .init(.convention, "bits, all", rule: "nominal"), thermalEnergy: 3, joules: 3 * quantum),
        Sweep.Limit(
          .init(.floor, "late", rule: "very late"), thermalEnergy: 0.7, joules: 0.7 * quantum),
        Sweep.Limit(.init(.floor, "later"), thermalEnergy: -1e-7, joules: -1e-7 * quantum),
      ]
    }
    return row
  }

  private var text: String { table.heading + rows.map(table.line).joined() }

  @Test func theHeadingHasTheUnits() {
    let heading = table.heading
    #expect(
      heading.hasPrefix(
        "point,a.ramp_tau0,b.bits,b.k_per_unit,substrate,verdict,kind,energy_J,"
          + "energy_standard_error_J,"))
    #expect(
      heading.hasSuffix(
        "floor_heat_J,floor_heat_kT,\"convention_bits, all_nominal_J\","
          + "\"convention_bits, all_nominal_kT\",other_limits,temperature_K,seed,note,sweep\n"))
    #expect(heading.contains(",energy_kT,energy_standard_error_kT,latency_s,latency_max_s,"))
  }

  @Test func aRowAsWritten() {
    #expect(
      table.line(rows[0])
        == "0,0.1,2.0,3.0,a,settled,predicted,2.5e-22,,,,0.1,,1e-09,,,,,,,,device,"
        + "true,8.283894e-21,2.0,,,,300.0,9,,\(sweep.fingerprint)\n")
    #expect(
      table.line(rows[2])
        == "1,0.1,3.0,3.0,a,refused,,,,,,,,,,,,,,,,device,,,,,,,300.0,9,"
        + "\"too \"\"large\"\", by far; 3; shrink\\u{1b}[31m\\u{a}it, \"\"\"\"\","
        + "\(sweep.fingerprint)\n")
    #expect(table.line(rows[11]).contains(",floor late very late=0.7; floor later=-1e-07,"))
  }

  @Test func whatIsWrittenIsRead() throws {
    let read = try table.rows(in: text, of: .whole)
    #expect(read.count == rows.count)
    for (read, row) in zip(read, rows) {
      var row = row
      // Control characters are spelled out for good.
      row.note = row.note?.replacing("\u{1b}", with: "\\u{1b}").replacing("\n", with: "\\u{a}")
      #expect(read == row)
    }
    for index in 1...4 {
      let shard = try Sweep.Shard(index, of: 4)
      let points = shard.points(of: sweep.grid)
      let part =
        (index == 1 ? table.heading : "")
        + rows[points.lowerBound * 2..<points.upperBound * 2].map(table.line).joined()
      #expect(try table.rows(in: part, of: shard).map(\.point) == points.flatMap { [$0, $0] })
    }
  }

  /// At a line's end it is the rows so far, and anywhere else it is refused.
  @Test func cutOffAnywhereItIsTakenWholeOrNot() throws {
    let bytes = Array(text.utf8)
    let headings = table.heading.utf8.count
    for length in 0..<bytes.count {
      let part = String(decoding: bytes[..<length], as: UTF8.self)
      let lines = bytes[..<length].count { $0 == UInt8(ascii: "\n") }
      if length >= headings && part.hasSuffix("\n") {
        #expect(try table.rows(in: part, of: .whole).count == lines - 1)
      } else {
        let mismatch = #expect(throws: SweepTable.Mismatch.self) {
          try table.rows(in: part, of: .whole)
        }
        if lines > 0 { #expect(mismatch?.cause.contains("\(lines + 1), is cut off") == true) }
      }
    }
  }

  @Test func whatIsNotItsBeginningIsRefused() throws {
    let lines = text.split(separator: "\n").map { String($0) + "\n" }
    func cause(_ text: String, _ shard: Sweep.Shard = .whole) throws -> String {
      try #require(throws: SweepTable.Mismatch.self) { try table.rows(in: text, of: shard) }.cause
    }
    #expect(try cause("").contains("empty"))
    #expect(try cause("point\n").contains("heading"))
    #expect(try cause(text.replacing("\n", with: "\r\n")).contains("heading"))
    #expect(try cause(lines[0] + lines[2]).contains("not the row of 'a' at point 0"))
    #expect(try cause(lines[0] + lines[1] + lines[1]).contains("line 3"))
    #expect(try cause(text + lines[1]).contains("beyond"))
    #expect(try cause(text, Sweep.Shard(1, of: 2)).contains("beyond"))
    #expect(try cause(text, Sweep.Shard(2, of: 2)).contains("another sweep"))
    #expect(
      try cause(lines[0] + lines[1].replacing(sweep.fingerprint, with: "0123456789abcdef"))
        .contains("another sweep (0123456789abcdef, this one is \(sweep.fingerprint))"))
    #expect(try cause(lines[0] + lines[1].replacing(",", with: ";")).contains("1 fields"))
    // Figures in another notation are not what this tool wrote.
    #expect(
      try cause(lines[0] + lines[1].replacing("1e-09", with: "0.000000001")).contains("line 2"))
    #expect(
      try cause(lines[0] + lines[1].replacing("settled", with: "setled")).contains("line 2"))
  }
}
