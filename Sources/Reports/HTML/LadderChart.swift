internal import Harness
internal import SubstrateCore

/// Every energy of a comparison on one logarithmic axis, the largest at the top: one bit at the foot.
struct LadderChart {
  static let title = "Energy ladder"
  static let description = """
    Every energy of the comparison on one logarithmic axis, in k_BT below and in joules above, sorted. The \
    table "What one inference costs" holds the same figures.
    """

  private let comparison: Comparison
  private let figures: [EnergyFigure]

  init(_ comparison: Comparison) {
    self.comparison = comparison
    let all =
      [comparison.bitFigure, comparison.taskFigure]
      + comparison.results.indices.flatMap { comparison.energies(of: $0) }
    // Energies that do not exist have no place; 0 has one beside the axis, and so has what is below it.
    figures = all.enumerated()
      .filter { $0.element.thermalEnergy != nil }
      .sorted {
        ($0.element.thermalEnergy!, $1.offset) > ($1.element.thermalEnergy!, $0.offset)
      }
      .map(\.element)
  }

  func drawing(_ form: Drawing.Form) -> Drawing {
    let isWide = form.isWide
    let rowHeight = isWide ? 23.0 : 38.0
    let top = form.readoutHeight + 30
    let bottom = top + rowHeight * Double(figures.count) + 4
    var drawing = Drawing(height: bottom + 40, form)
    let left = isWide ? 332.0 : 34.0
    let right = isWide ? 720.0 : 344.0
    let values = figures.flatMap { figure in
      [figure.thermalEnergy!] + (figure.range.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    let scale = LogScale(holding: values, from: left, to: right)
    let hasZero = figures.contains { $0.thermalEnergy! <= 0 }

    // Axes: k_B T below, joules above.
    let ticks = scale.ticks(room: isWide ? 30 : 34)
    drawing.lines(ticks.map { ($0.place, top, $0.place, bottom) }, "grid")
    for tick in ticks {
      drawing.text(LogScale.label(tick.exponent), tick.place, bottom + 15, .middle)
    }
    let joules = scale.ticks(unit: 1 / comparison.quantum, room: isWide ? 48 : 56, step: 3)
    for tick in joules {
      drawing.text(LogScale.label(tick.exponent, "J"), tick.place, top - 8, .middle)
    }
    drawing.lines(
      joules.map { ($0.place, top - 4, $0.place, top) }
        + [(left, top, right, top), (left, bottom, right, bottom)], "axis")
    drawing.text("energy per inference in k_BT", (left + right) / 2, bottom + 33, .middle, "b")
    drawing.text("in joules", (left + right) / 2, top - 23, .middle, "b")
    let zero = left - 18
    if hasZero {
      drawing.line(zero, top, zero, bottom, "grid")
      drawing.text("0", zero, bottom + 15, .middle)
    }

    for (row, figure) in figures.enumerated() {
      let y = top + rowHeight * Double(row) + (isWide ? rowHeight / 2 : rowHeight - 11)
      self.row(
        figure, at: y, rowHeight, scale, zero: zero, isWide: isWide, on: &drawing)
    }
    return drawing
  }

  private func label(of figure: EnergyFigure) -> String {
    guard let substrate = figure.substrate else { return figure.name }
    return "\(comparison.results[substrate].substrate): \(figure.name)"
  }

  private func row(
    _ figure: EnergyFigure, at y: Double, _ height: Double, _ scale: LogScale, zero: Double,
    isWide: Bool, on drawing: inout Drawing
  ) {
    let energy = figure.thermalEnergy!
    let x = energy > 0 ? scale.place(energy) : zero
    let value = "\(Numerals.plain(energy)) k_BT"
    let label = label(of: figure)
    let full = "\(label) (\(figure.kind.rawValue))"
    let style = figure.role == .headline ? "b" : ""
    if isWide {
      drawing.text(Page.short(label, limit: 47), 4, y + 4, .start, style)
      drawing.text(value, 816, y + 4, .end, style)
    } else {
      // What the number on the same line leaves, at some six pixels a letter.
      let room = 346 - 6.5 * Double(value.count)
      let letters = Int(room / (figure.role == .headline ? 7 : 6.25))
      drawing.text(Page.short(label, limit: letters), 4, y - 11, .start, style)
      drawing.text(value, 354, y - 11, .end, style)
    }
    drawing.mark(
      full, figure.spelled, style: Look.colour(figure.substrate),
      target: (0, y - height / 2, drawing.width, height)
    ) { drawing in
      let foot = scale.from
      if let range = figure.range, range.lowerBound > 0 {
        drawing.line(scale.place(range.lowerBound), y, scale.place(range.upperBound), y, "s range")
      }
      switch figure.kind {
      case .floor, .convention:
        if energy > 0 { drawing.line(foot, y, x, y, Look.line(figure.kind)) }
        drawing.line(x, y - 7, x, y + 7, "l \(figure.kind == .floor ? "post" : "post thin")")
      case .predicted, .simulated, .model, .measured:
        if energy > 0 { drawing.line(foot, y, x, y, "lead") }
        drawing.symbol(x, y, shape: figure.substrate ?? 0, kind: figure.kind, size: 5.5)
      }
    }
  }
}
