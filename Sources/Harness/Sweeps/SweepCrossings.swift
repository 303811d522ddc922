internal import SubstrateCore

extension Sweep {
  /// From which duration on a substrate's work lies below a limit of another substrate, or below
  /// what latching the answer costs.
  public struct LimitCrossing: Codable, Equatable, Sendable {
    /// The substrate whose work it is.
    public let substrate: String
    /// The unit of the durations.
    public let unit: String
    /// The values of the other axes that the work or the limit depend on, by `ID.PARAMETER`.
    public let coordinates: [String: Double]
    /// The substrate whose limit it is; none for latching the answer.
    @OrNull public private(set) var other: String?
    /// The limit.
    public let limit: Limit
    /// Where the work crosses it.
    public let crossing: Crossing

    private enum CodingKeys: String, CodingKey {
      case substrate, unit, coordinates
      case other = "limit_of"
      case limit, crossing
    }
  }
}

/// What crossings need to know of the rows that were made: energies over durations, and limits.
///
/// Only settled runs count: work that was cut short is not the work of an inference.
struct SweepCurves: Sendable {
  private let grid: Sweep.Grid
  /// The axes over durations.
  private let durations: [Int]
  /// Energies in k_B T by the substrate's variant, of substrates with such an axis.
  private var energies: [[Int: Double]]
  /// Limits by the substrate's variant, where another substrate has such an axis.
  private var limits: [[Int: [Sweep.Limit]]]

  init(_ grid: Sweep.Grid) {
    self.grid = grid
    durations = grid.axes.indices.filter { grid.axes[$0].parameter == "duration" }
    energies = Array(repeating: [:], count: grid.selections.count)
    limits = energies.map { _ in [:] }
  }

  mutating func add(_ row: Sweep.Row, of substrate: Int, variant: Int) {
    let own = Set(grid.axes(moving: substrate))
    if !own.isDisjoint(with: durations), row.verdict == .settled, let energy = row.thermalEnergy {
      energies[substrate][variant] = energy
    }
    if durations.contains(where: { !own.contains($0) }), row.verdict != .diverged {
      limits[substrate][variant] = row.limits.filter {
        $0.kind == .floor || $0.kind == .convention
      }
    }
  }

  /// All crossings, in the order of axes, substrates, variants and limits.
  func crossings(taskFloor: Comparison.TaskFloor) -> [Sweep.LimitCrossing] {
    let latching = Sweep.Limit(
      Sweep.Limit.Key(taskFloor.kind, "latching the answer"),
      thermalEnergy: taskFloor.thermalEnergy, joules: taskFloor.energy)
    return durations.flatMap { axis in
      let substrate = grid.selections.firstIndex {
        $0.substrate.card.id == grid.axes[axis].substrate
      }!
      return curves(of: substrate, over: axis).flatMap { curve in
        bounds(for: substrate, latching).compactMap { bound in
          Crossing(of: curve.points, below: bound.limit.thermalEnergy).map {
            Sweep.LimitCrossing(
              substrate: grid.axes[axis].substrate, unit: grid.axes[axis].unit,
              coordinates: curve.coordinates.merging(bound.coordinates) { first, _ in first },
              other: bound.other, limit: bound.limit, crossing: $0)
          }
        }
      }
    }
  }

  /// The energies over one axis, once for each setting of the substrate's other axes.
  private func curves(
    of substrate: Int, over axis: Int
  ) -> [(coordinates: [String: Double], points: [(duration: Double, energy: Double)])] {
    var curves: [(coordinates: [String: Double], points: [(duration: Double, energy: Double)])] = []
    var places: [[Int]: Int] = [:]
    for variant in energies[substrate].keys.sorted() {
      let point = grid.point(of: substrate, variant: variant)
      var key = grid.indices(of: point)
      key[axis] = 0
      let place = places[key] ?? curves.count
      if place == curves.count {
        places[key] = place
        curves.append((coordinates(of: point, moving: substrate, without: axis), []))
      }
      curves[place].points.append(
        (grid.coordinates(of: point)[axis], energies[substrate][variant]!))
    }
    return curves
  }

  /// The limits of the other substrates at all their settings, and that of the task.
  private func bounds(
    for substrate: Int, _ latching: Sweep.Limit
  ) -> [(other: String?, coordinates: [String: Double], limit: Sweep.Limit)] {
    let others = grid.selections.indices.filter { $0 != substrate }
    return others.flatMap { other in
      limits[other].keys.sorted().flatMap { variant in
        let place = coordinates(
          of: grid.point(of: other, variant: variant), moving: other, without: nil)
        return limits[other][variant]!.map {
          (grid.selections[other].substrate.card.id, place, $0)
        }
      }
    } + [(nil, [:], latching)]
  }

  private func coordinates(
    of point: Int, moving substrate: Int, without axis: Int?
  ) -> [String: Double] {
    let values = grid.coordinates(of: point)
    return Dictionary(
      uniqueKeysWithValues: grid.axes(moving: substrate).filter { $0 != axis }.map {
        (grid.axes[$0].name, values[$0])
      })
  }
}
