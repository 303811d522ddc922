internal import Harness
internal import SubstrateCore

/// One substrate's net work of one kind, by layer and by mechanism, as bars on one linear axis.
struct BarChart {
  static let titleOfAll = "Where the energy goes, by layer and by mechanism"
  static let description = """
    Net work of an inference, drawn less recovered, by layer and by mechanism, as bars on linear axes. Kinds \
    are never added together.
    """

  /// A bar.
  struct Bar {
    let name: String
    let joules: Double
  }

  /// Bars that add up to the whole.
  struct Group {
    let name: String
    let bars: [Bar]
  }

  /// More bars than this are summed up in a last one.
  private static let most = 24

  let kind: Kind
  let groups: [Group]
  private let substrate: Int
  private let quantum: Double
  let title: String

  /// One for each kind that is in a result's ledger: kinds are never added together.
  static func all(of comparison: Comparison, _ place: Int) -> [BarChart] {
    let result = comparison.results[place]
    guard result.verdict != .diverged else { return [] }
    let postings = result.ledger.filter { $0.flow == .drawn || $0.flow == .recovered }
    let kinds = ([result.energy.kind] + postings.map(\.kind)).uniqued()
    return kinds.compactMap { kind in
      BarChart(result, kind, postings.filter { $0.kind == kind }, place, comparison.quantum)
    }
  }

  private init?(
    _ result: Comparison.Result, _ kind: Kind, _ postings: [Comparison.Posting], _ place: Int,
    _ quantum: Double
  ) {
    // What stands apart may include one another, and is listed by mechanism only.
    let isApart = kind != result.energy.kind
    groups = [
      isApart ? nil : Group(name: "by layer", bars: Self.sums(postings, by: \.layer)),
      Group(name: "by mechanism", bars: Self.sums(postings, by: \.mechanism)),
    ].compactMap { $0 }.filter { !$0.bars.isEmpty }
    guard !groups.isEmpty else { return nil }
    self.kind = kind
    self.quantum = quantum
    substrate = place
    title = "\(result.title): \(kind.rawValue)\(isApart ? ", apart" : "")"
  }

  private static func sums(
    _ postings: [Comparison.Posting], by key: KeyPath<Comparison.Posting, String>
  ) -> [Bar] {
    let names = postings.map { $0[keyPath: key] }.uniqued()
    var sums: [String: Double] = [:]
    for posting in postings {
      sums[posting[keyPath: key], default: 0] +=
        posting.flow == .drawn ? posting.joules : -posting.joules
    }
    let bars = names.map { Bar(name: $0, joules: sums[$0]!) }
    guard bars.count > most else { return bars }
    let rest = bars[(most - 1)...]
    return bars[..<(most - 1)]
      + [Bar(name: "\(rest.count) more", joules: rest.reduce(0) { $0 + $1.joules })]
  }

  func drawing(_ form: Drawing.Form) -> Drawing {
    let isWide = form.isWide
    let rowHeight = isWide ? 22.0 : 36.0
    let rows = groups.reduce(0) { $0 + $1.bars.count }
    let top = form.readoutHeight + 4
    let height = rowHeight * Double(rows) + 24 * Double(groups.count)
    var drawing = Drawing(height: top + height + 46, form)
    let left = isWide ? 232.0 : 8.0
    let right = isWide ? 640.0 : 324.0
    let energies = groups.flatMap(\.bars).map { $0.joules / quantum }
    let scale = LinearScale(
      holding: energies + [0], ticks: isWide ? 5 : 3, from: left, to: right)
    let bottom = top + height + 4
    drawing.lines(scale.ticks.map { (scale.place($0), top, scale.place($0), bottom) }, "grid")
    for tick in scale.ticks {
      drawing.text(
        scale.label(tick), scale.place(tick), bottom + 15, .middle)
    }
    drawing.lines(
      [(left, bottom, right, bottom), (scale.place(0), top, scale.place(0), bottom)], "axis")
    drawing.text(
      "net work in k_BT (\(kind.rawValue))", (left + right) / 2, bottom + 33, .middle, "b")

    var y = top
    for group in groups {
      // Clear of the axis that the bars begin at.
      drawing.text(group.name, isWide ? 4 : 14, y + 16, .start, "b")
      y += 24
      for bar in group.bars {
        draw(bar, of: group, at: y, rowHeight, scale, isWide: isWide, on: &drawing)
        y += rowHeight
      }
    }
    return drawing
  }

  private func draw(
    _ bar: Bar, of group: Group, at y: Double, _ height: Double, _ scale: LinearScale,
    isWide: Bool, on drawing: inout Drawing
  ) {
    let thermal = bar.joules / quantum
    let value = "\(Numerals.plain(thermal)) k_BT"
    let both = "\(value) = \(Numerals.engineering(bar.joules, "J"))"
    let offset = isWide ? 0.0 : 14.0
    if isWide {
      drawing.text(Page.short(bar.name, limit: 34), 14, y + 15)
      drawing.text(both, 816, y + 15, .end)
    } else {
      drawing.text(Page.short(bar.name, limit: 28), 14, y + 11)
      drawing.text(both, 354, y + 11, .end)
    }
    let (zero, end) = (scale.place(0), scale.place(thermal))
    drawing.mark(
      "\(group.name): \(bar.name) (\(kind.rawValue))", both, style: Look.colour(substrate),
      target: (0, y, drawing.width, height)
    ) { drawing in
      drawing.rectangle(
        min(zero, end), y + offset + 3, (end - zero).magnitude, isWide ? height - 6 : height - 20,
        "bar k-\(kind.rawValue)")
    }
  }
}
