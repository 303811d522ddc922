public import Harness

extension Report {
  /// A chart of the page, to be had by itself.
  public enum Chart: String, CaseIterable, Sendable {
    /// Every energy on one logarithmic axis.
    case ladder
    /// Energy over the duration of driving.
    case time
    /// Accuracy over energy.
    case accuracy
    /// Each substrate's energy by layer and by mechanism.
    case ledger

    /// Whether it is drawn from the comparison's `curves`.
    public var needsCurves: Bool { self == .time || self == .accuracy }
  }

  /// A chart that a comparison has nothing for.
  public struct MissingChart: Error, Hashable, Sendable {
    /// Cause; remedy.
    public let reason: String
  }

  /// One chart of the comparison as an SVG document that needs nothing else: no network, no script, no font.
  ///
  /// It holds styles for light and dark, title, description and legends; a mark's figures are its title.
  ///
  /// - Throws: `MissingChart` if there is nothing to draw.
  /// - Complexity: O(length of the result).
  public static func svg(_ comparison: Comparison, _ chart: Chart) throws(MissingChart) -> String {
    if chart.needsCurves, comparison.curves == nil {
      throw MissingChart(
        reason: "the comparison was kept without curves; make it again with --curves")
    }
    let legends = Legends(comparison)
    let parts: (title: String, description: String, charts: [Picture.Chart], [[Legends.Item]])
    var notes: [String] = []
    switch chart {
    case .ladder:
      parts = (
        LadderChart.title, LadderChart.description,
        [Picture.Chart(drawing: LadderChart(comparison).drawing(.picture))],
        [legends.substrates, legends.kinds(lines: false)]
      )
    case .time:
      let plane = TimeChart(comparison)
      guard !plane.isEmpty else {
        throw MissingChart(
          reason: "no substrate here has a duration that could be varied; choose another figure")
      }
      parts = (
        TimeChart.title, TimeChart.description, [Picture.Chart(drawing: plane.drawing(.picture))],
        [legends.substrates(plane.places), legends.bounds(plane), legends.kinds(lines: true)]
      )
    case .accuracy:
      let plane = AccuracyChart(comparison)
      guard !plane.isEmpty else {
        throw MissingChart(
          reason: comparison.reference.accuracy == nil
            ? "there is no accuracy without labels; give --labels or choose another figure"
            : "no substrate here has a precision that could be varied; choose another figure")
      }
      notes = [
        "Numbers at the marks: \(plane.precisions).",
        "Ringed: as in the table. Dashed: the reference. Bars: one standard error over the samples.",
      ]
      parts = (
        AccuracyChart.title, AccuracyChart.description,
        [Picture.Chart(drawing: plane.drawing(.picture))], [legends.substrates(plane.places)]
      )
    case .ledger:
      let charts = comparison.results.indices.flatMap { place in
        BarChart.all(of: comparison, place).map { bars in
          Picture.Chart(
            heading: Legends.Item(key: legends.key(of: place), text: bars.title),
            drawing: bars.drawing(.picture))
        }
      }
      guard !charts.isEmpty else {
        throw MissingChart(
          reason: "no ledger holds anything, or its figures are void; choose another figure")
      }
      parts = (BarChart.titleOfAll, BarChart.description, charts, [])
    }
    return Picture(
      title: parts.title, description: parts.description,
      subject: "\(Page.short(comparison.network.name, limit: 50)) on "
        + Page.short(comparison.workload.name, limit: 50),
      charts: parts.charts, legends: parts.3, notes: notes
    ).markup.text
  }
}
