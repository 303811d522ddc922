internal import Networks
internal import Reports
internal import SubstrateCore

/// `substrata list`: what there is to choose from.
enum List {
  static let formats = ["table", "json"]

  static let options: [Arguments.Option] = [
    .init("--models", "list built-in models and data instead"),
    .init("--operators", "list the operations instead, and what they are on each substrate"),
    Layout.widthOption,
    .init("--format", "table|json", "of the list (table)"),
  ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let format = try arguments.choice("--format", "format", from: formats)
    let isJSON = format == "json"
    let output = try Output(path: nil)
    let style = try Layout(arguments, format: format, output: output).style
    if arguments.has("--models") && arguments.has("--operators") {
      throw .usage("--models and --operators are both given; one list at a time; leave one out")
    }
    if arguments.has("--models") {
      let models = BuiltIn.models.map {
        Report.Named(name: $0, kind: "model", meaning: meanings[$0]!)
      }
      let data = BuiltIn.data.map { Report.Named(name: $0, kind: "data", meaning: meanings[$0]!) }
      try output.write(
        isJSON
          ? Report.json(models + data, schema: "substrata.built-in/1")
          : Report.table(models + data, note: "Data: \(BuiltIn.attribution).", style: style))
    } else if arguments.has("--operators") {
      let rows = OperatorTable.rows(for: arguments.substrates)
      try output.write(
        isJSON
          ? Report.json(rows, schema: "substrata.operators/1")
          : Report.table(rows, note: OperatorTable.note, style: style))
    } else {
      // A type's full name begins with its module's.
      let substrates = arguments.substrates.map {
        (card: $0.card, module: String(String(reflecting: type(of: $0)).prefix { $0 != "." }))
      }
      try output.write(isJSON ? Report.json(substrates) : Report.table(substrates, style: style))
    }
  }

  private static let meanings = [
    "digits-mlp": "64-32-16-10 with ReLU, trained on digits-train",
    "digits": "450 images of handwritten digits, 8×8 pixels, labelled: for testing",
    "digits-train": "the other 1 347 images: for training",
  ]
}
