internal import Harness
internal import SubstrateCore

/// Accuracy over what a step dissipates, or over the heat of a whole training, a line for each learning rate.
struct TrainingChart {
  /// What runs along the axis.
  enum Axis {
    case perStep, perExample

    var title: String {
      switch self {
      case .perStep: "energy of a step in k_BT per parameter"
      case .perExample: "heat of the training in k_BT per parameter and distinct example"
      }
    }

    /// The same where there is little room.
    var shortTitle: String {
      switch self {
      case .perStep: title
      case .perExample: "heat of the training/(N D) in k_BT"
      }
    }
  }

  let curve: TrainingComparison.Curve
  let axis: Axis
  private let rates: [Double]

  init(_ curve: TrainingComparison.Curve, over axis: Axis) {
    self.curve = curve
    self.axis = axis
    rates = curve.points.map(\.learningRate).uniqued()
  }

  var description: String {
    "Accuracy on the test samples, with one standard error, over the \(axis.title), for "
      + "\(rates.count == 1 ? "one learning rate" : "\(rates.count) learning rates"); dashed lines are exact steps"
      + (axis == .perStep ? ", and the upright line stands at 2 k_BT" : "")
      + ". The table below holds the same figures."
  }

  private func place(_ point: TrainingComparison.Point) -> Double? {
    switch axis {
    case .perStep: point.energyPerParameter
    // Measured heat scatters, and may come out below 0 where it is small.
    case .perExample: point.heatPerParameterAndExample.flatMap { $0 > 0 ? $0 : nil }
    }
  }

  func drawing(_ form: Drawing.Form) -> Drawing {
    let isWide = form.isWide
    var drawing = Drawing(height: isWide ? 420 : 380, form)
    let left = isWide ? 52.0 : 36.0
    let right = drawing.width - (isWide ? 16 : 14)
    let top = form.readoutHeight + 24
    let bottom = drawing.height - 46
    let scale = LogScale(
      holding: curve.points.compactMap { place($0) } + (axis == .perStep ? [2] : []), from: left,
      to: right)
    let levels = LinearScale(holding: [0, 100], ticks: isWide ? 10 : 5, from: bottom, to: top)
    drawing.lines(
      scale.ticks(room: isWide ? 40 : 36).map { ($0.place, top, $0.place, bottom) }
        + levels.ticks.map { (left, levels.place($0), right, levels.place($0)) }, "grid")
    for tick in scale.ticks(room: isWide ? 40 : 36) {
      drawing.text(LogScale.label(tick.exponent), tick.place, bottom + 16, .middle)
    }
    for tick in levels.ticks {
      drawing.text(levels.label(tick), left - 6, levels.place(tick) + 4, .end)
    }
    drawing.lines([(left, bottom, right, bottom), (left, top, left, bottom)], "axis")
    drawing.text("accuracy in %", 4, top - 8, .start, "b")
    drawing.text(
      isWide ? axis.title : axis.shortTitle, (left + right) / 2, bottom + 36, .middle, "b")
    if axis == .perStep {
      let x = scale.place(2)
      drawing.mark(
        "2 k_BT per parameter and step", "where diffusion is as large as the step", style: "cn"
      ) { drawing in
        drawing.line(x, top, x, bottom, "l k-convention")
        drawing.path([(x, top), (x, bottom)], "hit line")
      }
      drawing.text("2", x + 5, (top + bottom) / 2, .start, "b")
    }
    for (index, rate) in rates.enumerated() {
      let points = curve.points.filter { $0.learningRate == rate }
      let name = "learning rate \(Numerals.tidy(rate))"
      if let exact = points.first(where: { $0.energyPerParameter == nil })?.accuracy {
        let y = levels.place(100 * exact)
        drawing.mark(
          "\(name), exact steps", Numerals.percent(exact) + " %", style: Look.colour(index)
        ) { drawing in
          drawing.line(left, y, right, y, "l k-convention")
          drawing.path([(left, y), (right, y)], "hit line")
        }
      }
      let shown = points.compactMap { point -> (x: Double, point: TrainingComparison.Point)? in
        guard let x = place(point), point.accuracy != nil else { return nil }
        return (scale.place(x), point)
      }
      drawing.path(
        shown.map { ($0.x, levels.place(100 * $0.point.accuracy!)) }, "curve \(Look.colour(index))")
      for (x, point) in shown {
        let accuracy = point.accuracy!
        drawing.mark(
          "\(name), \(Numerals.plain(point.energyPerParameter)) k_BT per parameter and step",
          "\(Numerals.percent(accuracy, error: point.accuracyStandardError)) %, heat "
            + "\(Numerals.plain(point.heatPerParameterAndExample)) N D k_BT",
          style: Look.colour(index)
        ) { drawing in
          if let error = point.accuracyStandardError {
            drawing.errorBar(
              x, levels.place(100 * (accuracy - error)), levels.place(100 * (accuracy + error)))
          }
          drawing.symbol(
            x, levels.place(100 * accuracy), shape: index, kind: .simulated, size: 4.5)
        }
      }
      // The names of the lines, one below the other where they do not meet them.
      drawing.text(
        name, right - 4, bottom - 8 - 14 * Double(rates.count - 1 - index), .end,
        "own \(Look.colour(index))")
    }
    return drawing
  }
}
