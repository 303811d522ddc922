internal import SubstrateCore
internal import Parameters

extension Sweep {
  /// The points of a sweep: every combination of its axes' values, the last axis moving fastest.
  public struct Grid: Sendable {
    /// The substrates in the order of the rows, with the settings that no axis moves.
    public let selections: [Selection]
    /// The axes, the slowest first.
    public let axes: [Axis]
    /// How many points.
    public let count: Int

    /// The grid over some axes.
    ///
    /// - Parameters:
    ///   - selections: the substrates that take part, each once.
    ///   - axes: each of a parameter of one of them.
    /// - Throws: `SweepError` if there is no axis, two are of one parameter or of parameters that
    ///   replace each other, one is of a parameter that is set, or the points are too many.
    public init(_ selections: [Selection], over axes: [Axis]) throws(SweepError) {
      guard !axes.isEmpty else {
        throw SweepError(
          "the sweep has no axis; it goes over one parameter or more; "
            + "add --over ID.PARAMETER=FIRST:LAST:COUNT")
      }
      var count = 1
      for (index, axis) in axes.enumerated() {
        guard !axes[..<index].contains(where: { $0.name == axis.name }) else {
          throw SweepError("'\(axis.name)' has two axes; it has one value a point; leave one out")
        }
        guard let selection = selections.first(where: { $0.substrate.card.id == axis.substrate })
        else { preconditionFailure("an axis of a substrate that takes part") }
        guard !selection.settings.isGiven(axis.parameter) else {
          throw SweepError(
            "'\(axis.name)' is set and swept; it has one value a point; "
              + "leave the setting or the axis out")
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: axis.values.count)
        guard !overflow, product <= Sweep.mostPoints else {
          throw SweepError(
            tooMany: axes.map { "\($0.values.count)" }.joined(separator: " × "))
        }
        count = product
      }
      self.selections = selections
      self.axes = axes
      self.count = count
      // The same conflicts at every point: one shows them all.
      for index in selections.indices { _ = try checkedSettings(index, at: 0) }
    }

    /// The values of the axes at a point, in their order.
    public func coordinates(of point: Int) -> [Double] {
      indices(of: point).enumerated().map { axes[$0].values[$1] }
    }

    /// A substrate as it is set at a point.
    ///
    /// - Parameters:
    ///   - substrate: its place among the selections.
    ///   - point: its number, from 0.
    public func selection(_ substrate: Int, at point: Int) -> Selection {
      var selection = selections[substrate]
      do throws(SweepError) {
        selection.settings = try checkedSettings(substrate, at: point)
      } catch {
        preconditionFailure("checked at the first point and on the axes: \(error)")
      }
      return selection
    }

    private func checkedSettings(_ substrate: Int, at point: Int) throws(SweepError) -> Settings {
      var settings = selections[substrate].settings
      let id = selections[substrate].substrate.card.id
      for (axis, value) in zip(axes, coordinates(of: point)) where axis.substrate == id {
        do throws(SettingError) {
          try settings.set(axis.parameter, to: value.description)
        } catch {
          switch error {
          case .conflict(let name, let other):
            throw SweepError(
              "\(id): \(name) and \(other) are both set or swept; each replaces the other; "
                + "keep one")
          case .unknown, .outOfRange: preconditionFailure("an axis of the card's own parameter")
          }
        }
      }
      return settings
    }

    // MARK: Which runs differ

    /// The places of the axes that move a substrate.
    func axes(moving substrate: Int) -> [Int] {
      axes.indices.filter { axes[$0].substrate == selections[substrate].substrate.card.id }
    }

    /// How many different settings of a substrate the grid holds.
    func variants(of substrate: Int) -> Int {
      axes(moving: substrate).reduce(1) { $0 * axes[$1].values.count }
    }

    /// Which of its settings a substrate has at a point: equal at two points exactly if nothing
    /// that it depends on differs.
    func variant(of substrate: Int, at point: Int) -> Int {
      let indices = indices(of: point)
      return axes(moving: substrate).reduce(0) { $0 * axes[$1].values.count + indices[$1] }
    }

    /// A point at which a substrate has one of its settings, the other axes at their first values.
    func point(of substrate: Int, variant: Int) -> Int {
      var rest = variant
      var indices = [Int](repeating: 0, count: axes.count)
      for axis in axes(moving: substrate).reversed() {
        indices[axis] = rest % axes[axis].values.count
        rest /= axes[axis].values.count
      }
      return point(at: indices)
    }

    /// The places of a point's values on their axes.
    func indices(of point: Int) -> [Int] {
      precondition((0..<count).contains(point), "a point of the grid")
      var rest = point
      var indices = [Int](repeating: 0, count: axes.count)
      for axis in axes.indices.reversed() {
        indices[axis] = rest % axes[axis].values.count
        rest /= axes[axis].values.count
      }
      return indices
    }

    private func point(at indices: [Int]) -> Int {
      zip(axes, indices).reduce(0) { $0 * $1.0.values.count + $1.1 }
    }
  }

  /// One of several parts of a sweep, each a run of points that follow each other: the parts one
  /// after the other are the whole.
  public struct Shard: Hashable, Sendable {
    /// Which part, from 1.
    public let index: Int
    /// Of how many.
    public let count: Int

    /// The whole as its only part.
    public static let whole = Shard(unchecked: 1, of: 1)

    /// A part.
    ///
    /// - Throws: `SweepError` if it is not one of so many.
    public init(_ index: Int, of count: Int) throws(SweepError) {
      guard count >= 1, (1...count).contains(index) else {
        throw SweepError(
          "shard \(index)/\(count) is none; shards are 1/N to N/N; choose one of them")
      }
      self.init(unchecked: index, of: count)
    }

    private init(unchecked index: Int, of count: Int) {
      self.index = index
      self.count = count
    }

    /// Its points; none if there are more parts than points.
    public func points(of grid: Grid) -> Range<Int> {
      bound(index - 1, grid.count)..<bound(index, grid.count)
    }

    private func bound(_ index: Int, _ points: Int) -> Int {
      // points × index would overflow for absurdly many shards.
      let product = points.multipliedFullWidth(by: index)
      return count.dividingFullWidth(product).quotient
    }
  }
}
