internal import Harness
internal import SubstrateCore

/// Energy over the duration of driving, with what bounds and counting rules say as lines.
struct TimeChart {
  static let title = "Energy and time"
  static let description = """
    Net work per inference over the duration of driving, both on logarithmic axes, with abrupt driving at the \
    left edge. Lines are floors, conventions and energies of machines without a duration; rings are \
    crossings. The table below holds the same figures.
    """

  /// A line across, or one that moves with the duration.
  struct Bound {
    let letter: String
    let substrate: Int?
    let name: String
    let kind: Kind
    /// Durations and energies in k_B T; none for the same energy at any duration.
    let points: [(duration: Double, energy: Double)]
    let energy: Double
  }

  let comparison: Comparison
  let curves: [Comparison.Curve]
  let bounds: [Bound]
  /// Machines with a duration and without a curve: as they are set.
  private let singles: [(place: Int, duration: Double)]

  init(_ comparison: Comparison) {
    self.comparison = comparison
    let curves = comparison.curves?.duration ?? []
    self.curves = curves
    bounds = Self.bounds(of: comparison, curves)
    singles = comparison.results.indices.compactMap { place in
      let result = comparison.results[place]
      guard !curves.contains(where: { $0.substrate == result.substrate }),
        let duration = Self.duration(of: result), (result.energy.thermalEnergy ?? 0) > 0
      else { return nil }
      return (place, duration)
    }
  }

  /// Whether there is anything to draw.
  var isEmpty: Bool {
    singles.isEmpty
      && !curves.contains { $0.points.contains { ($0.energy.thermalEnergy ?? 0) > 0 } }
  }

  /// The substrates whose energies are marks, not lines.
  var places: [Int] { (curves.map { place(of: $0.substrate) } + singles.map(\.place)).sorted() }

  /// What a machine's parameter `duration` is set to.
  private static func duration(of result: Comparison.Result) -> Double? {
    guard case .number(let number)? = result.settings.first(where: { $0.name == "duration" })?.value
    else { return nil }
    return number
  }

  private static func bounds(
    of comparison: Comparison, _ curves: [Comparison.Curve]
  ) -> [Bound] {
    var found: [(Int?, String, Kind, [(duration: Double, energy: Double)], Double)] = []
    for (place, result) in comparison.results.enumerated() {
      let curve = curves.first { $0.substrate == result.substrate }
      if curve == nil, duration(of: result) == nil, let energy = result.energy.thermalEnergy,
        energy > 0
      {
        found.append((place, "energy", result.energy.kind, [], energy))
      }
      for limit in result.limits where limit.thermalEnergy > 0 {
        let key = Sweep.Limit.Key(limit.kind, limit.name, rule: limit.rule)
        let points = (curve?.points ?? []).compactMap { point in
          point.limits.first { $0.key == key }.map { (point.value, $0.thermalEnergy) }
        }.filter { $0.1 > 0 }
        let isLevel = points.allSatisfy { abs($0.1 / limit.thermalEnergy - 1) < 1e-6 }
        found.append(
          (
            place, limit.name + (limit.rule.map { ", \($0)" } ?? ""), limit.kind,
            isLevel ? [] : points, limit.thermalEnergy
          ))
      }
    }
    if comparison.taskFloor.thermalEnergy > 0 {
      found.append(
        (
          nil, "writing down the answer", comparison.taskFloor.kind, [],
          comparison.taskFloor.thermalEnergy
        ))
    }
    return found.sorted { $0.4 > $1.4 }.enumerated().map { index, bound in
      Bound(
        letter: letter(index), substrate: bound.0, name: bound.1, kind: bound.2, points: bound.3,
        energy: bound.4)
    }
  }

  /// a, b, ... z, a1, b1...
  private static func letter(_ index: Int) -> String {
    String(UnicodeScalar(UInt8(97 + index % 26))) + (index < 26 ? "" : String(index / 26))
  }

  /// Who a bound belongs to, and what it is.
  func name(of bound: Bound) -> String {
    let owner = bound.substrate.map { "\(comparison.results[$0].substrate): " } ?? ""
    return "\(owner)\(bound.name) (\(bound.kind.rawValue))"
  }

  func place(of substrate: String) -> Int {
    comparison.results.firstIndex { $0.substrate == substrate } ?? 0
  }

  /// The unit of the durations.
  var unit: String {
    curves.first?.unit
      ?? comparison.results.lazy.flatMap(\.settings).first { $0.name == "duration" }?.unit ?? ""
  }

  func drawing(_ form: Drawing.Form) -> Drawing {
    let isWide = form.isWide
    var drawing = Drawing(height: isWide ? 520 : 440, form)
    let left = isWide ? 62.0 : 40.0
    let right = isWide ? 726.0 : 296.0
    let top = form.readoutHeight + 22
    let bottom = drawing.height - 50
    let points = curves.flatMap(\.points)
    let durations = points.map(\.value) + singles.map(\.duration)
    let hasZero = durations.contains { $0 <= 0 }
    let gutter = hasZero ? (isWide ? 54.0 : 26.0) : 0
    let times = LogScale(durations: durations, from: left + gutter, to: right)
    let scale = LogScale(
      holding: points.compactMap(\.energy.thermalEnergy) + bounds.map(\.energy)
        + bounds.flatMap { $0.points.map(\.energy) }
        + singles.compactMap { comparison.results[$0.place].energy.thermalEnergy },
      from: bottom, to: top)
    let zero = left + gutter / 2 - 2

    drawing.lines(
      times.ticks(room: 40).map { ($0.place, top, $0.place, bottom) }
        + scale.ticks(room: 24).map { (left, $0.place, right, $0.place) }
        + (hasZero ? [(zero, top, zero, bottom)] : []), "grid")
    for tick in times.ticks(room: 40) {
      drawing.text(LogScale.label(tick.exponent), tick.place, bottom + 16, .middle)
    }
    for tick in scale.ticks(room: 24) {
      drawing.text(LogScale.label(tick.exponent), left - 6, tick.place + 4, .end)
    }
    let joules = scale.ticks(unit: 1 / comparison.quantum, room: 18, step: 3)
    for tick in joules {
      drawing.text(
        LogScale.label(tick.exponent, "J"), right + (isWide ? 30 : 24), tick.place + 4)
    }
    if hasZero {
      drawing.line(left + gutter, top, left + gutter, bottom, "axis break")
      drawing.text("0", zero, bottom + 16, .middle)
    }
    drawing.lines(
      joules.map { (right, $0.place, right + 4, $0.place) }
        + [(left, bottom, right, bottom), (left, top, left, bottom), (right, top, right, bottom)],
      "axis")
    drawing.text("k_BT", left - 6, top - 12, .end, "b")
    drawing.text("joules", drawing.width - 2, top - 12, .end, "b")
    drawing.text(
      "duration in \(unit)\(hasZero ? ", 0: abrupt" : "")", (left + right) / 2, bottom + 38,
      .middle,
      "b")

    draw(bounds, times, scale, zero: zero, left: left, right: right, on: &drawing)
    // Below the curves' own marks, so that a ring around one does not take the pointer from it.
    for crossing in comparison.curves?.crossings ?? [] {
      draw(crossing, times, scale, on: &drawing)
    }
    for curve in curves { draw(curve, times, scale, zero: zero, on: &drawing) }
    for single in singles {
      let result = comparison.results[single.place]
      let y = scale.place(result.energy.thermalEnergy!)
      drawing.mark(
        "\(result.substrate), duration \(Numerals.plain(single.duration)) \(unit) "
          + "(\(result.energy.kind.rawValue), as set)",
        comparison.energies(of: single.place)[0].spelled, style: Look.colour(single.place)
      ) { drawing in
        drawing.symbol(
          single.duration > 0 ? times.place(single.duration) : zero, y, shape: single.place,
          kind: result.energy.kind, isVoid: result.verdict != .settled)
      }
    }
    return drawing
  }

  private func draw(
    _ bounds: [Bound], _ times: LogScale, _ scale: LogScale, zero: Double, left: Double,
    right: Double, on drawing: inout Drawing
  ) {
    // Labels keep a line's distance, in the order of the lines' ends.
    let ends = bounds.map { scale.place($0.points.last?.energy ?? $0.energy) }
    let labels = Self.spread(ends, least: 13, within: scale.to...scale.from)
    for (index, bound) in bounds.enumerated() {
      let places =
        bound.points.isEmpty
        ? [(x: left, y: scale.place(bound.energy)), (x: right, y: scale.place(bound.energy))]
        : bound.points.map {
          (x: $0.duration > 0 ? times.place($0.duration) : zero, y: scale.place($0.energy))
        }
      let value =
        bound.points.isEmpty
        ? "\(Numerals.plain(bound.energy)) k_BT"
        : "\(Numerals.plain(bound.energy)) k_BT as set; moves with the duration"
      drawing.mark(
        "\(bound.letter)  \(name(of: bound))", value, style: Look.colour(bound.substrate)
      ) { drawing in
        drawing.path(places, Look.line(bound.kind))
        drawing.path(places, "hit line")
        drawing.line(places.last!.x, places.last!.y, right + 5, labels[index], "l lead")
        drawing.text(bound.letter, right + 7, labels[index] + 4, .start, "own")
      }
    }
  }

  private func draw(
    _ curve: Comparison.Curve, _ times: LogScale, _ scale: LogScale, zero: Double,
    on drawing: inout Drawing
  ) {
    let substrate = place(of: curve.substrate)
    let points = curve.points.filter { ($0.energy.thermalEnergy ?? 0) > 0 }
    func x(_ point: Comparison.CurvePoint) -> Double {
      point.value > 0 ? times.place(point.value) : zero
    }
    func y(_ point: Comparison.CurvePoint) -> Double { scale.place(point.energy.thermalEnergy!) }
    let colour = Look.colour(substrate)
    drawing.path(points.map { (x($0), y($0)) }, "curve \(colour)")
    let own = comparison.results[substrate].settings.first { $0.name == curve.parameter }?.value
    for point in points {
      let words =
        "\(Numerals.plain(point.energy.thermalEnergy)) k_BT = "
        + "\(Numerals.engineering(point.energy.joules, "J")), latency "
        + Numerals.engineering(point.latency, "s")
        + (point.verdict == .settled ? "" : ", \(point.verdict.rawValue)")
      drawing.mark(
        "\(curve.substrate), duration \(Numerals.plain(point.value)) \(curve.unit) "
          + "(\(point.energy.kind.rawValue)\(own == .number(point.value) ? ", as set" : ""))",
        words, style: colour
      ) { drawing in
        drawing.symbol(
          x(point), y(point), shape: substrate, kind: point.energy.kind, size: 4.5,
          isVoid: point.verdict != .settled)
      }
    }
  }

  private func draw(
    _ crossing: Comparison.CurveCrossing, _ times: LogScale, _ scale: LogScale,
    on drawing: inout Drawing
  ) {
    guard let duration = crossing.crossing.duration, duration > 0 else { return }
    let (x, y) = (times.place(duration), scale.place(crossing.thermalEnergy))
    drawing.mark(
      "\(crossing.substrate) below \(Self.name(of: crossing))", Self.place(of: crossing, unit),
      style: Look.colour(place(of: crossing.substrate)),
      target: (x - 9, y - 9, 18, 18)
    ) { drawing in
      drawing.ring(x, y, size: 8)
    }
  }

  /// What a crossing is a crossing of.
  static func name(of crossing: Comparison.CurveCrossing) -> String {
    crossing.other == "task"
      ? "writing down the answer (\(crossing.kind.rawValue))"
      : "\(crossing.other): \(crossing.name)\(crossing.rule.map { ", \($0)" } ?? "") "
        + "(\(crossing.kind.rawValue))"
  }

  /// Where a crossing is.
  static func place(of crossing: Comparison.CurveCrossing, _ unit: String) -> String {
    let found = crossing.crossing
    func time(_ duration: Double?) -> String { "\(Numerals.plain(duration)) \(unit)" }
    switch found.outcome {
    case .below: return "at every duration tried, from \(time(found.upper)) on"
    case .above: return "not up to \(time(found.lower)), the longest tried"
    case .crosses:
      let bracket = "between \(time(found.lower)) and \(time(found.upper))"
      return (found.duration.map { "from about \(time($0)) on, " } ?? "") + bracket
        + (found.isRepeated ? "; shorter ones lie below too" : "")
    }
  }

  /// Places moved apart, none farther than it has to be, in their order.
  static func spread(_ places: [Double], least: Double, within: ClosedRange<Double>) -> [Double] {
    let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    let distance = min(
      least, (within.upperBound - within.lowerBound) / Double(max(places.count - 1, 1)))
    var result = places
    var floor = within.lowerBound
    for index in order {
      result[index] = max(places[index], floor)
      floor = result[index] + distance
    }
    var ceiling = within.upperBound
    for index in order.reversed() {
      result[index] = min(result[index], ceiling)
      ceiling = result[index] - distance
    }
    return result
  }
}
