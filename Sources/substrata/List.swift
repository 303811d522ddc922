internal import Networks
internal import ONNX
internal import Reports
internal import SubstrateCore
internal import Substrates

/// `substrata list`: what there is to choose from.
enum List {
  static let formats = ["table", "json"]

  static let options: [Arguments.Option] = [
    .init("--models", "list built-in models and data instead"),
    .init("--operators", "list the operations a network may have instead"),
    .init("--format", "table|json", "of the list (table)"),
  ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let isJSON = try arguments.choice("--format", "format", from: formats) == "json"
    let output = try Output(path: nil)
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
          : Report.table(models + data, note: "Data: \(BuiltIn.attribution)."))
    } else if arguments.has("--operators") {
      try output.write(
        isJSON
          ? Report.json(operators, schema: "substrata.operators/1")
          : Report.table(operators, note: note))
    } else {
      let cards = registry.map(\.card)
      try output.write(isJSON ? Report.json(cards) : Report.table(cards))
    }
  }

  private static let meanings = [
    "digits-mlp": "64-32-16-10 with ReLU, trained on digits-train",
    "digits": "450 images of handwritten digits, 8×8 pixels, labelled: for testing",
    "digits-train": "the other 1 347 images: for training",
  ]

  private static let operators: [Report.Named] = {
    var operators: [Report.Named] = [
      .init(name: "dense", kind: "linear", meaning: "y = W x + b, W one row an output"),
      .init(name: "relu", kind: "elementwise", meaning: "y = max(x, 0)"),
      .init(name: "leaky-relu", kind: "elementwise", meaning: "y = x, or slope x below 0"),
      .init(name: "tanh", kind: "elementwise", meaning: "y = tanh x"),
      .init(name: "sigmoid", kind: "elementwise", meaning: "y = 1/(1 + exp(-x))"),
      .init(name: "add", kind: "linear", meaning: "the sum of two or more values of one shape"),
      .init(name: "reshape", kind: "naming", meaning: "the same numbers with other axes"),
      .init(name: "softmax", kind: "nonlinear", meaning: "y_i = exp(x_i)/sum_j exp(x_j)"),
    ]
    for place in operators.indices {
      let name = operators[place].name
      operators[place].onnx = ONNXFile.operators.filter { $0.kinds.contains(name) }.map(\.name)
    }
    operators.append(
      .init(
        name: "-", kind: "import", meaning: "leave the numbers, or work out shapes",
        onnx: ONNXFile.operators.filter(\.kinds.isEmpty).map(\.name)))
    return operators
  }()

  private static let note =
    "ONNX: opset \(ONNXFile.opsets.lowerBound) to \(ONNXFile.opsets.upperBound). Add, Sub, Mul, Div, Sum and "
    + "BatchNormalization with constants are folded into the dense operation before or after them. "
    + "Matrices are constant, one input, one output."
}
