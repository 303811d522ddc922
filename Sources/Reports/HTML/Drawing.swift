internal import SubstrateCore

/// An SVG drawing that is put together piece by piece. Colours, weights and dashes are classes, which the
/// style sheet resolves for light, dark and paper.
struct Drawing {
  /// Where a chart is drawn.
  enum Form {
    /// In a page, on a laptop or on paper.
    case wide
    /// In a page, on a telephone.
    case narrow
    /// By itself, where nothing can be pointed at.
    case picture

    var isWide: Bool { self != .narrow }
    /// The room at the top that the two lines of the readout take.
    var readoutHeight: Double { self == .picture ? 8 : 34 }
    /// The whole drawing's width.
    var width: Double { isWide ? 820 : 358 }
  }

  /// How text stands to its place.
  enum Anchor: String {
    case start
    case middle = "mid"
    case end
  }

  /// Where the value of the mark under the pointer or focus is shown: the left end of its two lines, and how far
  /// down they stand.
  static let readout = (x: 4.0, lines: (13.0, 28.0))

  let width: Double
  let height: Double
  private let form: Form
  /// All that is drawn.
  private(set) var body: Markup = ""

  init(width: Double, height: Double, _ form: Form = .picture) {
    (self.width, self.height) = (width, height)
    self.form = form
  }

  /// A chart.
  init(height: Double, _ form: Form) { self.init(width: form.width, height: height, form) }

  /// The whole drawing.
  ///
  /// - Parameters:
  ///   - id: unique in the document.
  ///   - style: `wide`, `narrow` or `both`.
  func markup(id: String, style: String, title: String, description: String) -> Markup {
    """
    <svg class="\(style)" viewBox="0 0 \(width) \(height)" \
    role="group" aria-roledescription="chart" aria-labelledby="\(id)-t" aria-describedby="\(id)-d">\
    <title id="\(id)-t">\(title)</title><desc id="\(id)-d">\(description)</desc>\
    <text class="hint" aria-hidden="true">Point at a mark, tap it or tab to it to read it here.</text>\
    \(body)</svg>

    """
  }

  /// The drawing beside a word that says the same.
  func icon(_ style: String) -> Markup {
    """
    <svg class="key \(style)" viewBox="0 0 \(width) \(height)" aria-hidden="true">\(body)</svg>
    """
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    path([(x1, y1), (x2, y2)], style)
  }

  /// Many lines of one sort.
  mutating func lines(_ lines: [(x1: Double, y1: Double, x2: Double, y2: Double)], _ style: String)
  {
    var data = PathData()
    for line in lines { data.add(PathData(through: [(line.x1, line.y1), (line.x2, line.y2)])) }
    add(data, style)
  }

  mutating func path(_ points: [(x: Double, y: Double)], _ style: String) {
    guard points.count > 1 else { return }
    add(PathData(through: points), style)
  }

  private mutating func add(_ data: PathData, _ style: String) {
    guard !data.markup.text.isEmpty else { return }
    body += """
      <path class="\(style)" d="\(data.markup)"/>
      """
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String
  ) {
    body += """
      <rect class="\(style)" x="\(x)" y="\(y)" width="\(max(width, 0))" height="\(max(height, 0))"/>
      """
  }

  /// - Parameter style: a class besides that of the side on which its place is.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, _ style: String = ""
  ) {
    let classes = [style, anchor == .start ? "" : anchor.rawValue].filter { !$0.isEmpty }
    let named: Markup = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    body += """
      <text\(named) x="\(x)" y="\(y)">\(text)</text>
      """
  }

  /// Draws another drawing at a place.
  mutating func add(_ drawing: Drawing, _ x: Double, _ y: Double, _ style: String) {
    body += """
      <g class="\(style)" transform="translate(\(x) \(y))">\(drawing.body)</g>
      """
  }

  /// Something that shows its value under the pointer and with keyboard focus; in a picture, as far as its
  /// viewer goes, under the pointer.
  ///
  /// - Parameters:
  ///   - name: what it is; the readout's first line.
  ///   - value: its figures; the second.
  ///   - target: where the pointer meets it, if the drawing itself is too thin to be met.
  mutating func mark(
    _ name: String, _ value: String, style: String,
    target: (x: Double, y: Double, width: Double, height: Double)? = nil,
    _ draw: (inout Drawing) -> Void
  ) {
    var inner = Drawing(width: width, height: height, form)
    if let target {
      var area = PathData()
      area.figure(
        around: target.x, target.y,
        [(0, 0), (target.width, 0), (target.width, target.height), (0, target.height)])
      inner.add(area, "hit")
    }
    draw(&inner)
    guard form != .picture else {
      body += """
        <g class="m \(style)"><title>\(name): \(value)</title>\(inner.body)</g>
        """
      return
    }
    // Some seven pixels a letter: what does not fit is cut here, and whole in the label.
    let room = Int(width / 7.4)
    body += """
      <g class="m \(style)" tabindex="0" role="img" aria-label="\(name): \(value)">\(inner.body)\
      <text>\(Page.short(name, limit: room))</text><text>\(Page.short(value, limit: room))</text></g>
      """
  }

  // MARK: Marks

  /// A mark whose shape tells the substrate and whose filling tells the kind.
  ///
  /// - Parameter shape: circle, square, triangle, diamond, hexagon, inverted triangle or cross, in turn: one
  ///   less than there are colours, so that many substrates differ in one or the other.
  mutating func symbol(
    _ x: Double, _ y: Double, shape: Int, kind: Kind, size: Double = 5, isVoid: Bool = false
  ) {
    let filling: String =
      switch kind {
      case .model: "hollow"
      case .floor, .convention, .predicted, .simulated, .measured: "full"
      }
    let style = "s \(filling)\(isVoid ? " void" : "")"
    if kind == .simulated { outline(x, y, shape, size + 3, "s ring") }
    outline(x, y, shape, size, style)
    if kind == .measured { lines([(x - 9, y, x + 9, y), (x, y - 9, x, y + 9)], "s") }
  }

  /// A ring around something.
  mutating func ring(_ x: Double, _ y: Double, size: Double) { outline(x, y, 0, size, "s ring") }

  private mutating func outline(
    _ x: Double, _ y: Double, _ shape: Int, _ size: Double, _ style: String
  ) {
    let corners: [(Double, Double)]
    switch shape % 7 {
    case 0:
      body += """
        <circle class="\(style)" cx="\(x)" cy="\(y)" r="\(size)"/>
        """
      return
    case 1: corners = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
    case 2: corners = [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)]
    case 3: corners = [(0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)]
    case 4: corners = [(-1.1, 0), (-0.55, -1), (0.55, -1), (1.1, 0), (0.55, 1), (-0.55, 1)]
    case 5: corners = [(0, 1.2), (1.1, -0.8), (-1.1, -0.8)]
    default:
      let (long, short) = (1.2, 0.42)
      corners = [
        (-short, -long), (short, -long), (short, -short), (long, -short), (long, short),
        (short, short), (short, long), (-short, long), (-short, short), (-long, short),
        (-long, -short), (-short, -short),
      ]
    }
    var data = PathData()
    data.figure(around: x, y, corners.map { (size * $0.0, size * $0.1) })
    add(data, style)
  }

  /// A vertical error bar with ends.
  mutating func errorBar(_ x: Double, _ low: Double, _ high: Double) {
    lines([(x, low, x, high), (x - 3, low, x + 3, low), (x - 3, high, x + 3, high)], "s e")
  }
}

/// The classes of a substrate and of a kind.
enum Look {
  /// The colour; neutral for what belongs to no substrate.
  static func colour(_ substrate: Int?) -> String { substrate.map { "c\($0 % 8)" } ?? "cn" }

  /// How a line of the kind is drawn.
  static func line(_ kind: Kind) -> String { "l k-\(kind.rawValue)" }
}
