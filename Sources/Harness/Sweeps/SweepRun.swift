internal import Networks
public import Quantities
public import SubstrateCore

/// The running of a sweep: rows on demand, in any order.
///
/// It remembers what more than one point needs: a substrate that no axis but those of others moves
/// runs once. What it remembers changes no row.
public struct SweepRun: Sendable {
  /// What it runs.
  public let sweep: Sweep
  /// The limits that a table has columns for.
  public let limits: [Sweep.Limit.Key]
  /// The bath, the workload and the reference: a comparison without substrates.
  public let frame: Comparison
  /// What a reader must be told of all rows, one line each.
  public let warnings: [String]
  /// The works that the figures computed so far rest on, in the order of first use.
  public private(set) var sources: [Source]
  private let threads: Int
  private let stream: SampleStream
  private var memory: [[Int: Sweep.Row]]
  private var curves: SweepCurves

  /// Computes the reference network's activations, and finds out which limits the substrates state.
  ///
  /// For that it runs each on the first two samples: with no axis applied, at the first and the
  /// last point, and with one axis at a time at its last value. The limits depend neither on the
  /// shard nor on what a file already holds; one that is stated elsewhere only has no column, and
  /// is not lost: a table lists it under `other_limits`.
  ///
  /// - Parameters:
  ///   - sweep: what is to be run.
  ///   - threads: how many may work at a time, at least 1; no row depends on it.
  /// - Throws: `WorkloadError` if the network itself gives no finite outputs on the samples.
  public init(_ sweep: Sweep, threads: Int) throws(WorkloadError) {
    self.sweep = sweep
    self.threads = threads
    let workload = sweep.workload
    stream = SampleStream(
      workload.samples,
      reference: ReferenceActivations(
        of: workload.network, on: workload.samples, threads: threads))
    guard
      let empty = try? Lineup([], for: workload, at: sweep.temperature)
    else { preconditionFailure("no substrate has no settings") }
    frame = try empty.compare(seed: sweep.seed, threads: threads, on: stream)
    sources = frame.sources
    let cards = sweep.grid.selections.map(\.substrate.card)
    warnings =
      frame.warnings + Assembly.warnings(ofDifferent: cards.map { ($0.id, [$0.boundary]) })
    limits = try Self.limits(of: sweep, threads: threads)
    memory = Array(repeating: [:], count: sweep.grid.selections.count)
    curves = SweepCurves(sweep.grid)
  }

  private static func limits(
    of sweep: Sweep, threads: Int
  ) throws(WorkloadError) -> [Sweep.Limit.Key] {
    let samples = sweep.workload.samples.prefix(2)
    let workload = try Workload(sweep.workload.network, on: samples)
    var keys: [Sweep.Limit.Key] = []
    for (index, selection) in sweep.grid.selections.enumerated() {
      let axes = sweep.grid.axes(moving: index)
      var probes = [selection]
      if !axes.isEmpty {
        let grid = sweep.grid
        probes += [0, grid.count - 1].map { grid.selection(index, at: $0) }
        probes += axes.map { axis in
          let stride = grid.axes[(axis + 1)...].reduce(1) { $0 * $1.values.count }
          return grid.selection(index, at: (grid.axes[axis].values.count - 1) * stride)
        }
      }
      for probe in probes {
        guard
          let lineup = try? Lineup([probe], for: workload, at: sweep.temperature),
          lineup.count == 1
        else { continue }
        let comparison = try lineup.compare(seed: sweep.seed, threads: threads)
        keys += Sweep.Row(comparison, without: []).limits.map(\.key)
      }
    }
    return keys.uniqued()
  }

  /// What one substrate makes of the workload at one point.
  ///
  /// - Parameters:
  ///   - point: of the grid.
  ///   - substrate: its place among the grid's selections.
  ///   - progress: called from any thread, if there is anything to run.
  ///   - isCancelled: asked between the parts of a run.
  /// - Throws: `Cancelled` if it says so; the row is then not remembered.
  public mutating func row(
    of point: Int, _ substrate: Int,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(Cancelled) -> Sweep.Row {
    let variant = sweep.grid.variant(of: substrate, at: point)
    var row: Sweep.Row
    if let known = memory[substrate][variant] {
      row = known
    } else {
      row = try computed(point, substrate, isCancelled, progress)
      remember(row, of: point, substrate)
    }
    place(&row, at: point)
    return row
  }

  /// Takes in rows that were computed before, so that they need not be computed again and crossings
  /// count them.
  ///
  /// - Parameter rows: each of a substrate that takes part.
  package mutating func recall(_ rows: [Sweep.Row]) {
    let places = Dictionary(
      uniqueKeysWithValues: sweep.grid.selections.enumerated().map {
        ($0.element.substrate.card.id, $0.offset)
      })
    for row in rows { remember(row, of: row.point, places[row.substrate]!) }
  }

  /// Whether a row is there already, so that asking for it takes no time.
  package func isKnown(_ point: Int, _ substrate: Int) -> Bool {
    memory[substrate][sweep.grid.variant(of: substrate, at: point)] != nil
  }

  /// From which duration on a substrate's work lies below the limits of others, as far as the rows
  /// made or recalled tell.
  public var crossings: [Sweep.LimitCrossing] {
    curves.crossings(taskFloor: frame.taskFloor)
  }

  private mutating func computed(
    _ point: Int, _ substrate: Int, _ isCancelled: @escaping @Sendable () -> Bool,
    _ progress: @escaping @Sendable (RunProgress) -> Void
  ) throws(Cancelled) -> Sweep.Row {
    let card = sweep.grid.selections[substrate].substrate.card
    let lineup: Lineup
    do throws(SettingsRefusal) {
      lineup = try sweep.lineup(of: substrate, at: point)
    } catch {
      // `Sweep.check` finds these before anything runs; who leaves it out reads them here.
      var row = Sweep.Row(substrate: card.id, verdict: .refused, boundary: card.boundary)
      row.note = error.detail
      return row
    }
    if let refused = lineup.refused.first {
      var row = Sweep.Row(substrate: card.id, verdict: .refused, boundary: card.boundary)
      row.note = refused.detail
      return row
    }
    // The frame has been put together on the same reference.
    guard
      let comparison = try? lineup.compare(
        seed: sweep.seed, threads: threads, on: stream, progress: progress,
        isCancelled: isCancelled)
    else { preconditionFailure("a reference without finite outputs") }
    if comparison.refused.contains(where: { $0.reason == .cancelled }) { throw Cancelled() }
    sources = (sources + comparison.sources).uniqued()
    return Sweep.Row(comparison, without: sweep.workload.notes)
  }

  private mutating func remember(_ row: Sweep.Row, of point: Int, _ substrate: Int) {
    let grid = sweep.grid
    let variant = grid.variant(of: substrate, at: point)
    // What a single point needs is not kept: memory does not grow with the length of such a sweep.
    if grid.variants(of: substrate) < grid.count { memory[substrate][variant] = row }
    curves.add(row, of: substrate, variant: variant)
  }

  private func place(_ row: inout Sweep.Row, at point: Int) {
    row.point = point
    row.coordinates = Dictionary(
      uniqueKeysWithValues: zip(sweep.grid.axes.map(\.name), sweep.grid.coordinates(of: point)))
  }
}
