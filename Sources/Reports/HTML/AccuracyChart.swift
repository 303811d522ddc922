internal import Harness
internal import SubstrateCore

/// Accuracy over energy, along the precision that both follow from.
struct AccuracyChart {
  static let title = "Energy and accuracy"
  static let description = """
    Accuracy, with one standard error, over the net work of an inference, for several precisions of each \
    substrate; small numbers at the marks are the precision. The table below holds the same figures.
    """

  let comparison: Comparison
  let curves: [Comparison.Curve]

  init(_ comparison: Comparison) {
    self.comparison = comparison
    curves = comparison.curves?.precision ?? []
  }

  /// Whether there is anything to draw.
  var isEmpty: Bool {
    !curves.contains { $0.points.contains { Self.isShown($0) } }
  }

  /// The substrates that have a curve.
  var places: [Int] {
    curves.map { curve in
      comparison.results.firstIndex { $0.substrate == curve.substrate } ?? 0
    }
  }

  /// What the numbers at the marks are.
  var precisions: String {
    let names = curves.map { "\($0.parameter)\($0.unit.isEmpty ? "" : " in \($0.unit)")" }
    return names.uniqued().map { name in
      let owners = zip(names, curves).filter { $0.0 == name }.map(\.1.substrate)
      let last = owners.count > 1 ? " and \(owners.last!)" : ""
      return
        "\(name) of \((last.isEmpty ? owners : owners.dropLast()).joined(separator: ", "))\(last)"
    }.joined(separator: "; ")
  }

  private static func isShown(_ point: Comparison.CurvePoint) -> Bool {
    (point.energy.thermalEnergy ?? 0) > 0 && point.accuracy != nil
  }

  func drawing(_ form: Drawing.Form) -> Drawing {
    let isWide = form.isWide
    var drawing = Drawing(height: isWide ? 460 : 400, form)
    let left = isWide ? 52.0 : 36.0
    let right = drawing.width - (isWide ? 16 : 14)
    let top = form.readoutHeight + 44
    let bottom = drawing.height - 46
    let points = curves.flatMap(\.points).filter { Self.isShown($0) }
    let reference = comparison.reference.accuracy
    let scale = LogScale(
      holding: points.compactMap(\.energy.thermalEnergy), from: left, to: right)
    let shares = points.flatMap { point -> [Double] in
      let error = point.accuracyStandardError ?? 0
      return [point.accuracy! - error, point.accuracy! + error]
    }
    let levels = LinearScale(
      holding: (shares + (reference.map { [$0] } ?? [])).map { min(max(100 * $0, 0), 100) },
      ticks: isWide ? 8 : 6, from: bottom, to: top + 12)

    drawing.lines(
      scale.ticks(room: isWide ? 40 : 36).map { ($0.place, top, $0.place, bottom) }
        + levels.ticks.map { (left, levels.place($0), right, levels.place($0)) }, "grid")
    for tick in scale.ticks(room: isWide ? 40 : 36) {
      drawing.text(LogScale.label(tick.exponent), tick.place, bottom + 16, .middle)
    }
    let joules = scale.ticks(unit: 1 / comparison.quantum, room: isWide ? 50 : 54, step: 3)
    for tick in joules {
      drawing.text(LogScale.label(tick.exponent, "J"), tick.place, top - 8, .middle)
    }
    for tick in levels.ticks {
      drawing.text(levels.label(tick), left - 6, levels.place(tick) + 4, .end)
    }
    drawing.lines(
      joules.map { ($0.place, top - 4, $0.place, top) }
        + [(left, bottom, right, bottom), (left, top, right, top), (left, top, left, bottom)],
      "axis")
    drawing.text("accuracy in %", 4, top - 26, .start, "b")
    drawing.text("in joules", right, top - 26, .end, "b")
    drawing.text(
      "energy per inference in k_BT", (left + right) / 2, bottom + 36, .middle, "b")
    if let reference {
      let y = levels.place(100 * reference)
      drawing.mark(
        "reference: the network in double precision",
        Numerals.percent(reference, error: comparison.reference.accuracyStandardError) + " %",
        style: "cn"
      ) { drawing in
        drawing.line(left, y, right, y, "l k-convention")
        drawing.path([(left, y), (right, y)], "hit line")
      }
    }
    for curve in curves { draw(curve, scale, levels, on: &drawing) }
    label(scale, levels, on: &drawing)
    return drawing
  }

  private func draw(
    _ curve: Comparison.Curve, _ scale: LogScale, _ levels: LinearScale, on drawing: inout Drawing
  ) {
    let substrate = comparison.results.firstIndex { $0.substrate == curve.substrate } ?? 0
    let colour = Look.colour(substrate)
    let points = curve.points.filter { Self.isShown($0) }
    func x(_ point: Comparison.CurvePoint) -> Double { scale.place(point.energy.thermalEnergy!) }
    func y(_ point: Comparison.CurvePoint) -> Double { levels.place(100 * point.accuracy!) }
    drawing.path(points.map { (x($0), y($0)) }, "curve \(colour)")
    let own = comparison.results[substrate].settings.first { $0.name == curve.parameter }?.value
    // What is set lies lowest, in a ring wide enough to be pointed at beside marks that lie on it.
    for point in points.filter({ own == .number($0.value) })
      + points.filter({ own != .number($0.value) })
    {
      let setting = "\(curve.parameter)=\(Numerals.tidy(point.value))"
      let isOwn = own == .number(point.value)
      let accuracy = Numerals.percent(point.accuracy, error: point.accuracyStandardError)
      let words =
        "\(accuracy) %, \(Numerals.plain(point.energy.thermalEnergy)) k_BT = "
        + Numerals.engineering(point.energy.joules, "J")
        + (point.verdict == .settled ? "" : ", \(point.verdict.rawValue)")
      drawing.mark(
        "\(curve.substrate), \(setting)\(isOwn ? ", as set" : "") (\(point.energy.kind.rawValue))",
        words, style: colour
      ) { drawing in
        if let error = point.accuracyStandardError {
          drawing.errorBar(
            x(point), levels.place(100 * (point.accuracy! - error)),
            levels.place(100 * (point.accuracy! + error)))
        }
        if isOwn { drawing.ring(x(point), y(point), size: 9) }
        drawing.symbol(
          x(point), y(point), shape: substrate, kind: point.energy.kind, size: 4.5,
          isVoid: point.verdict != .settled)
      }
    }
  }

  // MARK: Numbers at the marks

  private struct Box {
    let (x, y, width, height): (Double, Double, Double, Double)

    func meets(_ other: Box) -> Bool {
      x < other.x + other.width && other.x < x + width && y < other.y + other.height
        && other.y < y + height
    }

    func isInside(_ other: Box) -> Bool {
      x >= other.x && x + width <= other.x + other.width && y >= other.y
        && y + height <= other.y + other.height
    }
  }

  /// Writes the precision beside the marks, where there is room: the row's own first, then the ends.
  private func label(
    _ scale: LogScale, _ levels: LinearScale, on drawing: inout Drawing
  ) {
    let area = Box(
      x: scale.from, y: levels.to, width: scale.to - scale.from, height: levels.from - levels.to)
    var taken: [Box] = []
    var waiting: [(rank: Int, text: String, x: Double, y: Double, reach: Double, style: String)] =
      []
    for curve in curves {
      let place = comparison.results.firstIndex { $0.substrate == curve.substrate } ?? 0
      let own = comparison.results[place].settings.first { $0.name == curve.parameter }?.value
      let points = curve.points.filter { Self.isShown($0) }
      for (index, point) in points.enumerated() {
        let x = scale.place(point.energy.thermalEnergy!)
        let y = levels.place(100 * point.accuracy!)
        let isOwn = own == .number(point.value)
        let error = point.accuracyStandardError ?? 0
        let top = levels.place(100 * (point.accuracy! + error))
        let bottom = levels.place(100 * (point.accuracy! - error))
        let size = isOwn ? 9.0 : 5.0
        taken.append(Box(x: x - size, y: y - size, width: 2 * size, height: 2 * size))
        taken.append(Box(x: x - 3, y: top, width: 6, height: bottom - top))
        waiting.append(
          (
            isOwn ? 0 : index == 0 || index == points.count - 1 ? 1 : 2, Numerals.tidy(point.value),
            x, y, max(bottom - y, size), "small own \(Look.colour(place))"
          ))
      }
    }
    for label in waiting.enumerated().sorted(by: {
      ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
    }).map(\.element) {
      let width = 6.6 * Double(label.text.count)
      // Curves rise to the right: below them first.
      let places = [
        (label.x + 7, label.y + 2), (label.x - width / 2, label.y + label.reach + 2),
        (label.x - width - 7, label.y - 6),
      ]
      for (x, y) in places {
        let box = Box(x: x - 2, y: y, width: width + 4, height: 11)
        guard box.isInside(area), !taken.contains(where: { $0.meets(box) }) else { continue }
        drawing.text(label.text, x + width / 2, y + 10, .middle, label.style)
        taken.append(box)
        break
      }
    }
  }
}
