/// What a table of a page is called and what stands in its columns. The style sheet says it once for all
/// rows: on which side a column stands, and on a phone, where rows are cards, its title before every figure.
struct TableForm {
  /// How a column is set.
  enum Column {
    /// To the right, and not broken.
    case number(String)
    /// Short words, not broken.
    case word(String)
    /// Anything.
    case text(String)

    var title: String {
      switch self {
      case .number(let title), .word(let title), .text(let title): title
      }
    }
  }

  /// Its class.
  let name: String
  let columns: [Column]
  /// Whether rows begin with a head of their own, which needs no title.
  var hasRowHeads = false

  static let headline = TableForm(
    name: "headline",
    columns: [
      .text("per inference"), .word("kind"), .number("energy in J"), .number("energy in k_BT"),
      .number("latency, mean"), .number("accuracy in %"), .number("difference in points"),
      .word("verdict"),
    ], hasRowHeads: true)

  static let curves = TableForm(
    name: "curves",
    columns: [
      .text("substrate"), .number("setting"), .word("kind"), .number("k_BT"), .number("energy"),
      .number("accuracy in %"), .number("difference in points"), .word("verdict"),
    ])

  static let ledger = TableForm(
    name: "ledger",
    columns: [
      .text("layer"), .text("mechanism"), .word("flow"), .word("kind"), .number("energy"),
      .number("k_BT"), .word("boundary"), .word("source"),
    ])
  static let settings = TableForm(
    name: "settings",
    columns: [.text("parameter"), .number("value"), .text("unit"), .word("from")])
  static let differences = TableForm(
    name: "differences", columns: [.text("substrates"), .number("difference")])
  static let crossings = TableForm(
    name: "crossings",
    columns: [.text("substrate"), .text("lies below"), .number("k_BT"), .text("where")])
  static let coverage = TableForm(
    name: "coverage",
    columns: [
      .text("substrate"), .text("operation"), .number("MACs"), .word("status"), .text("reason"),
    ])
  static let training = TableForm(
    name: "training",
    columns: [.text("substrate"), .word("kind")]
      + TrainingText.columns.dropFirst().map { .number($0) })
  static let trainingCurve = TableForm(
    name: "rates",
    columns: [
      .number("learning rate"), .number("k_BT per parameter and step"), .number("accuracy %"),
      .number("less exact, points"), .number("heat/(N D), k_BT"), .text("runs"),
    ])

  private static let all = [
    headline, curves, ledger, settings, differences, crossings, coverage, training,
    trainingCurve,
  ]

  /// The row of titles.
  var head: Markup {
    let cells = columns.map { "<th scope=\"col\">\($0.title)</th>" as Markup }
    return "<thead><tr>\(cells)</tr></thead>"
  }

  /// Which columns stand to the right, and which are not broken.
  static var alignment: String {
    func cells(_ part: String, where isMeant: (Column) -> Bool) -> String {
      all.flatMap { form in
        form.columns.indices.filter { isMeant(form.columns[$0]) }
          .map { ".\(form.name) \(part):nth-child(\($0 + 1))" }
      }.joined(separator: ",")
    }
    let numbers = cells("tr>") { if case .number = $0 { true } else { false } }
    let texts = cells("td") { if case .text = $0 { true } else { false } }
    return """
      .cards td{white-space:nowrap}
      \(texts){white-space:normal}
      \(numbers){text-align:right}

      """
  }

  /// The titles before the figures of a card.
  static var labels: String {
    all.flatMap { form in
      form.columns.enumerated().dropFirst(form.hasRowHeads ? 1 : 0).map { index, column in
        ".\(form.name) td:nth-child(\(index + 1))::before{content:\"\(column.title): \"}"
      }
    }.joined(separator: "\n")
  }
}
