public import Harness
internal import Quantities
internal import SubstrateCore

extension Report {
  /// The comparison as comma-separated values: a heading, then one row a figure, quoted as RFC 4180
  /// says, lines ending in LF.
  ///
  /// The column `row` says what a line is:
  /// - `energy`: a substrate's headline with latency, accuracy and verdict;
  /// - `limit`: a floor or a convention, `name` and `rule`;
  /// - `flow`: a flow of the headline's kind, `name` is drawn, recovered, stored, dissipated or
  ///   integration_residual;
  /// - `apart`: an energy of another kind, summed over layers, `name` is its mechanism;
  /// - `iso_accuracy`: a setting tried for equal accuracy, `name` is the parameter, `rule` found or below,
  ///   `verdict` how the search ended, `note` the setting and whether it meets the criterion;
  /// - `unknown`: a part of the machine without a figure, `note` says why;
  /// - `reference`: the network itself; `task_floor`: latching its answer;
  /// - `refused`: a substrate that did not run, `note` says why.
  ///
  /// A field is empty where the value does not exist or does not apply. Energies are per inference.
  public static func csv(_ comparison: Comparison) -> String {
    let quantum = comparison.conditions.thermalQuantum.value
    var lines = [CSVRow.columns.joined(separator: ",")]
    for result in comparison.results {
      lines += rows(of: result, quantum).map(\.line)
      for part in comparison.coverage.unknownParts(of: result.substrate) {
        var row = CSVRow(substrate: result.substrate, row: "unknown")
        row["name"] = part.part
        row["note"] = part.reason
        lines.append(row.line)
      }
    }
    var reference = CSVRow(row: "reference")
    reference["accuracy"] = number(comparison.reference.accuracy)
    reference["accuracy_standard_error"] = number(comparison.reference.accuracyStandardError)
    lines.append(reference.line)
    var floor = CSVRow(row: "task_floor")
    floor["name"] = "latching the answer"
    floor["kind"] = comparison.taskFloor.kind.rawValue
    floor["energy_J"] = number(comparison.taskFloor.energy)
    floor["energy_kT"] = number(comparison.taskFloor.thermalEnergy)
    floor["source"] = comparison.taskFloor.source
    lines.append(floor.line)
    for refused in comparison.refused {
      var row = CSVRow(substrate: refused.substrate, row: "refused")
      row["name"] = refused.reason.rawValue
      row["note"] = refused.detail
      lines.append(row.line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func rows(of result: Comparison.Result, _ quantum: Double) -> [CSVRow] {
    var energy = CSVRow(substrate: result.substrate, row: "energy")
    energy["kind"] = result.energy.kind.rawValue
    energy["energy_J"] = number(result.energy.joules)
    energy["energy_kT"] = number(result.energy.thermalEnergy)
    energy["standard_error_kT"] = number(result.energy.standardError)
    energy["low_kT"] = number(result.energy.low.map { $0 / quantum })
    energy["high_kT"] = number(result.energy.high.map { $0 / quantum })
    energy["latency_s"] = number(result.latency)
    energy["latency_max_s"] = number(result.longestLatency)
    energy["accuracy"] = number(result.accuracy)
    energy["accuracy_standard_error"] = number(result.accuracyStandardError)
    energy["accuracy_difference"] = number(result.accuracyDifference)
    energy["accuracy_difference_standard_error"] = number(result.accuracyDifferenceStandardError)
    energy["agreement"] = number(result.agreement)
    energy["output_rmse"] = number(result.outputError)
    energy["verdict"] = result.verdict.rawValue
    energy["boundary"] = result.boundary.rawValue
    var rows = [energy]
    for limit in result.limits {
      var row = CSVRow(substrate: result.substrate, row: "limit")
      row["name"] = limit.name
      row["rule"] = limit.rule ?? ""
      row["kind"] = limit.kind.rawValue
      row["energy_J"] = number(limit.joules)
      row["energy_kT"] = number(limit.thermalEnergy)
      row["standard_error_kT"] = number(limit.standardError)
      row["low_kT"] = number(limit.low)
      row["high_kT"] = number(limit.high)
      row["source"] = limit.source
      row["note"] = limit.note ?? ""
      rows.append(row)
    }
    let flows = result.flows
    let named = [
      ("drawn", flows.drawn), ("recovered", flows.recovered), ("stored", flows.stored),
      ("dissipated", flows.dissipated), ("integration_residual", flows.integrationResidual),
    ]
    for (name, joules) in named where joules != nil {
      var row = CSVRow(substrate: result.substrate, row: "flow")
      row["name"] = name
      row["kind"] = result.energy.kind.rawValue
      row["energy_J"] = number(joules)
      row["energy_kT"] = number(joules.map { $0 / quantum })
      rows.append(row)
    }
    for sum in result.sumsApart {
      var row = CSVRow(substrate: result.substrate, row: "apart")
      row["name"] = sum.mechanism
      row["kind"] = sum.kind.rawValue
      row["energy_J"] = number(sum.joules)
      row["energy_kT"] = number(sum.joules / quantum)
      row["low_kT"] = number(sum.low.map { $0 / quantum })
      row["high_kT"] = number(sum.high.map { $0 / quantum })
      row["boundary"] = sum.boundary.rawValue
      row["source"] = sum.source
      rows.append(row)
    }
    if let search = result.isoAccuracy {
      for (rule, trial) in [("found", search.found), ("below", search.below)] {
        guard let trial else { continue }
        var row = CSVRow(substrate: result.substrate, row: "iso_accuracy")
        row["name"] = search.parameter ?? ""
        row["rule"] = rule
        row["accuracy_difference"] = number(trial.difference)
        row["accuracy_difference_standard_error"] = number(trial.standardError)
        row["verdict"] = search.outcome.rawValue
        row["note"] = "\(value(trial.value)) \(trial.meets ? "meets" : "misses")"
        rows.append(row)
      }
    }
    return rows
  }

  private static func number(_ number: Double?) -> String { CSV.number(number) }
}

/// One line of the table, by column.
private struct CSVRow {
  static let columns = [
    "substrate", "row", "name", "rule", "kind", "energy_J", "energy_kT", "standard_error_kT",
    "low_kT", "high_kT", "latency_s", "latency_max_s", "accuracy", "accuracy_standard_error",
    "accuracy_difference", "accuracy_difference_standard_error", "agreement", "output_rmse",
    "verdict", "boundary", "source", "note",
  ]

  private var fields: [String: String] = [:]

  init(substrate: String = "", row: String) {
    fields["substrate"] = substrate
    fields["row"] = row
  }

  subscript(column: String) -> String {
    get { fields[column] ?? "" }
    set {
      precondition(Self.columns.contains(column), "a column of the table")
      fields[column] = newValue
    }
  }

  var line: String { Self.columns.map { CSV.quoted(self[$0]) }.joined(separator: ",") }
}
