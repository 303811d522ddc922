public import Quantities
internal import SubstrateCore

/// A sweep's rows with what they were made of: the JSON document `substrata.sweep/1`.
///
/// A value that does not exist is `null`; no number is NaN or infinite.
public struct SweepDocument: Encodable, Sendable {
  /// `substrata.sweep/1`.
  public let schema = "substrata.sweep/1"
  /// Tells the sweep from every other.
  public let fingerprint: String
  /// Whether all points are there; a sweep that was broken off has fewer.
  public let complete: Bool
  /// The bath and the seed.
  public let conditions: Comparison.Conditions
  /// The network.
  public let network: NetworkSummary
  /// The samples.
  public let workload: Comparison.Workload
  /// How well the network itself does.
  public let reference: Comparison.Reference
  /// What writing down the answer costs at least.
  public let taskFloor: Comparison.TaskFloor
  /// The axes, the slowest first.
  public let axes: [Sweep.Axis]
  /// One for each point and substrate, in the order of points.
  public let rows: [Sweep.Row]
  /// Where work over a duration crosses the limits of other substrates; empty in a sweep that was
  /// broken off, which would state other ones.
  public let crossings: [Sweep.LimitCrossing]
  /// What a reader must be told of all rows, one line each.
  public let warnings: [String]
  /// The works that the figures rest on, in the order of first use.
  public let sources: [Source]

  private enum CodingKeys: String, CodingKey {
    case schema, fingerprint, complete, conditions, network, workload, reference
    case taskFloor = "task_floor"
    case axes, rows, crossings, warnings, sources
  }

  /// What a run has come to.
  public init(_ run: SweepRun, rows: [Sweep.Row], complete: Bool) {
    fingerprint = run.sweep.fingerprint
    self.complete = complete
    conditions = run.frame.conditions
    network = run.frame.network
    workload = run.frame.workload
    reference = run.frame.reference
    taskFloor = run.frame.taskFloor
    axes = run.sweep.grid.axes
    self.rows = rows
    crossings = complete ? run.crossings : []
    warnings = run.warnings
    sources = run.sources
  }
}
