public import Harness
internal import Quantities
internal import SubstrateCore

/// A sweep as comma-separated values: a heading, then one line for each point and substrate, quoted
/// as RFC 4180 says, lines ending in LF. It reads what it writes.
///
/// Every point has a row of every substrate, also of those that no axis moves: the table is
/// rectangular, and any selection of it plots without a special case. The columns:
/// - `point`, from 0, and one for each axis, `ID.PARAMETER` and its unit: `quasi-static.duration_tau0`;
/// - what came out, with the units in the headings; `verdict` is `refused` where a substrate did
///   not run;
/// - a pair for each limit, its kind first: `floor_transport_J`, `floor_transport_kT`, and one for each
///   energy that stands apart, `model_converters_J`;
///   `other_limits` holds those that no probe found, `floor transport=95.0` in k_BT, with `; `
///   between them;
/// - `temperature_K`, `seed`; `note`: why a substrate refused, or what its run warns of; `sweep`:
///   the sweep's fingerprint.
///
/// A field is empty where the value does not exist. Ranges and notes of limits are in
/// `compare --format json` only.
public struct SweepTable: Sendable {
  private let sweep: Sweep
  private let limits: [Sweep.Limit.Key]
  private let quantum: Double
  private let columns: [String]

  /// The table of a sweep.
  ///
  /// - Parameters:
  ///   - sweep: whose axes, substrates and bath it is.
  ///   - limits: those that have columns of their own.
  public init(_ sweep: Sweep, limits: [Sweep.Limit.Key]) {
    self.sweep = sweep
    self.limits = limits
    quantum = thermalQuantum(at: sweep.temperature).value
    columns = Self.columns(sweep, limits)
  }

  // MARK: Writing

  /// The heading, with its line end.
  public var heading: String { Self.line(columns) }

  /// A row, with its line end.
  public func line(_ row: Sweep.Row) -> String {
    var fields = ["\(row.point)"]
    fields += sweep.grid.axes.map { CSV.number(row.coordinates[$0.name]) }
    fields += [row.substrate, row.verdict.rawValue, row.kind?.rawValue ?? ""]
    fields += Self.numbers.map { CSV.number(row[keyPath: $0.path]) }
    fields += [row.boundary.rawValue, row.isComplete.map { "\($0)" } ?? ""]
    for key in limits {
      let limit = row.limits.first { $0.key == key }
      fields += [CSV.number(limit?.joules), CSV.number(limit?.thermalEnergy)]
    }
    fields.append(
      row.limits.filter { !limits.contains($0.key) }
        .map { "\(Self.name(of: $0.key, " "))=\(CSV.number($0.thermalEnergy))" }
        .joined(separator: "; "))
    fields += [
      CSV.number(sweep.temperature.value), "\(sweep.seed)", row.note ?? "", sweep.fingerprint,
    ]
    return Self.line(fields)
  }

  private static func line(_ fields: [String]) -> String {
    fields.map(CSV.quoted).joined(separator: ",") + "\n"
  }

  private static func columns(_ sweep: Sweep, _ limits: [Sweep.Limit.Key]) -> [String] {
    var columns = ["point"]
    columns += sweep.grid.axes.map { axis in
      let unit = axis.unit.replacing("τ", with: "tau").replacing(" ", with: "_")
      return axis.name + (unit.isEmpty ? "" : "_\(unit)")
    }
    columns += ["substrate", "verdict", "kind"]
    columns += numbers.map(\.name)
    columns += ["boundary", "coverage_complete"]
    columns += limits.flatMap { key in ["J", "kT"].map { "\(name(of: key, "_"))_\($0)" } }
    return columns + ["other_limits", "temperature_K", "seed", "note", "sweep"]
  }

  private static func name(of key: Sweep.Limit.Key, _ gap: String) -> String {
    ([key.kind.rawValue, key.name] + (key.rule.map { [$0] } ?? [])).joined(separator: gap)
  }

  private static var numbers: [(name: String, path: WritableKeyPath<Sweep.Row, Double?>)] {
    [
      ("energy_J", \.energy), ("energy_standard_error_J", \.standardError),
      ("energy_low_J", \.low), ("energy_high_J", \.high), ("energy_kT", \.thermalEnergy),
      ("energy_standard_error_kT", \.thermalStandardError), ("latency_s", \.latency),
      ("latency_max_s", \.longestLatency), ("accuracy", \.accuracy),
      ("accuracy_standard_error", \.accuracyStandardError),
      ("accuracy_difference", \.accuracyDifference),
      ("accuracy_difference_standard_error", \.accuracyDifferenceStandardError),
      ("agreement", \.agreement), ("output_rmse", \.outputError),
    ]
  }

  // MARK: Reading

  /// Why a text is not the beginning of this table: the cause, and the remedy.
  package struct Mismatch: Error, Hashable, Sendable {
    /// What is wrong with it.
    package let cause: String
    /// What to do.
    package let remedy: String
  }

  /// The rows of a text that is a beginning of this table's part for a shard, byte for byte.
  ///
  /// A last row without its line end is not cut off silently: a text is either taken whole or not.
  ///
  /// - Throws: `Mismatch`.
  /// - Complexity: O(length).
  package func rows(in text: String, of shard: Sweep.Shard) throws(Mismatch) -> [Sweep.Row] {
    // By bytes: as a character, a line end with a carriage return before it is another one.
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let tail = lines.removeLast()
    var hasHeading = false
    if shard.index == 1 {
      guard let first = lines.first else {
        throw text.isEmpty
          ? Mismatch(cause: "it is empty", remedy: "leave --resume out")
          : Mismatch(
            cause: "it has no complete line", remedy: "remove it and leave --resume out")
      }
      guard first.elementsEqual(heading.utf8.dropLast()) else {
        throw Mismatch(
          cause: "its first line is not this sweep's heading",
          remedy: "give the axes, substrates and shard that it was made with, or another file")
      }
      hasHeading = true
    }
    let points = shard.points(of: sweep.grid)
    let width = sweep.grid.selections.count
    var rows: [Sweep.Row] = []
    for (index, line) in lines.dropFirst(hasHeading ? 1 : 0).enumerated() {
      let number = index + (hasHeading ? 2 : 1)
      let fields = CSV.fields(of: Substring(line))
      guard let last = fields.last, fields.count == columns.count else {
        throw Mismatch(
          cause: "line \(number) has \(fields.count) fields instead of \(columns.count)",
          remedy: "give the axes and substrates of its sweep, or mend that line")
      }
      guard last == sweep.fingerprint else {
        throw Mismatch(
          cause: "line \(number) belongs to another sweep (\(Page.short(last)), this one is "
            + "\(sweep.fingerprint))",
          remedy: "repeat the options, the model and data, and the version of that sweep")
      }
      guard index < points.count * width else {
        throw Mismatch(
          cause: "line \(number) is beyond the last row of this sweep or shard",
          remedy: "give the --shard that it was made with, or restore the file")
      }
      let point = points.lowerBound + index / width
      let substrate = sweep.grid.selections[index % width].substrate.card
      guard let row = self.row(fields, of: point, substrate),
        line.elementsEqual(self.line(row).utf8.dropLast())
      else {
        throw Mismatch(
          cause: "line \(number) is not the row of '\(substrate.id)' at point \(point)",
          remedy: "restore the file as it was written, or for a shard give its --shard")
      }
      rows.append(row)
    }
    guard tail.isEmpty else {
      throw Mismatch(
        cause: "its last line, \(lines.count + 1), is cut off in mid-row",
        remedy: "resume a copy without that line, as sed '$d' FILE >COPY makes it")
    }
    return rows
  }

  /// A row from its fields; one that this table writes differently is found out by writing it.
  private func row(_ fields: [String], of point: Int, _ card: Card) -> Sweep.Row? {
    var fields = fields[...]
    func next() -> String { fields.removeFirst() }
    guard next() == "\(point)" else { return nil }
    var coordinates: [String: Double] = [:]
    for (axis, value) in zip(sweep.grid.axes, sweep.grid.coordinates(of: point)) {
      coordinates[axis.name] = value
      guard next() == CSV.number(value) else { return nil }
    }
    guard next() == card.id, let verdict = Sweep.Row.Verdict(rawValue: next()) else { return nil }
    var row = Sweep.Row(substrate: card.id, verdict: verdict, boundary: card.boundary)
    row.point = point
    row.coordinates = coordinates
    row.kind = Kind(rawValue: next())
    for column in Self.numbers { row[keyPath: column.path] = Double(next()) }
    guard next() == card.boundary.rawValue else { return nil }
    row.isComplete = Bool(next())
    for key in limits {
      let joules = Double(next())
      guard let thermalEnergy = Double(next()) else { continue }
      row.limits.append(Sweep.Limit(key, thermalEnergy: thermalEnergy, joules: joules))
    }
    for entry in next().split(separator: "; ") {
      guard let limit = limit(entry) else { return nil }
      row.limits.append(limit)
    }
    fields.removeFirst(2)
    let note = next()
    row.note = note.isEmpty ? nil : note
    return row
  }

  /// `floor transport=95.0`, `floor information joint=6.1`.
  private func limit(_ entry: Substring) -> Sweep.Limit? {
    guard let equals = entry.lastIndex(of: "="),
      let energy = Double(entry[entry.index(after: equals)...])
    else { return nil }
    let words = entry[..<equals].split(separator: " ", maxSplits: 2).map(String.init)
    guard words.count >= 2, let kind = Kind(rawValue: words[0]) else { return nil }
    return Sweep.Limit(
      Sweep.Limit.Key(kind, words[1], rule: words.count > 2 ? words[2] : nil),
      thermalEnergy: energy, joules: energy * quantum)
  }
}

/// Fields of comma-separated values.
enum CSV {
  /// Every digit; empty where there is no such number.
  static func number(_ number: Double?) -> String {
    guard let number, number.isFinite else { return "" }
    return number.description
  }

  /// A field, in quotation marks if it needs them.
  static func quoted(_ field: String) -> String {
    let field = Page.visible(field)
    guard field.contains(where: { $0 == "," || $0 == "\"" }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  /// The fields of a line.
  static func fields(of line: some StringProtocol) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var previous: UInt8 = 0
    for byte in line.utf8 {
      switch byte {
      case UInt8(ascii: "\""):
        // A second one in a row stands for itself.
        if !isQuoted && previous == byte { field.append(byte) }
        isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
      default: field.append(byte)
      }
      previous = byte
    }
    return fields + [String(decoding: field, as: UTF8.self)]
  }
}
