internal import Networks

extension OperatorImporter {
  /// Nonlinear functions.
  static let functions = [
    OperatorImporter("Relu", becomes: "relu", inputs: 1...1) { importer, call throws(ONNXError) in
      try apply(.relu, &importer, call)
    },
    OperatorImporter("LeakyRelu", becomes: "leaky-relu", inputs: 1...1, attributes: ["alpha"]) {
      importer, call throws(ONNXError) in
      let slope = Float(try call.number("alpha") ?? 0.01)
      guard slope >= 0, slope < 1 else {
        throw call.unsupported("has alpha=\(slope); it has to lie in [0, 1)")
      }
      return try apply(.leakyReLU(slope: slope), &importer, call)
    },
    OperatorImporter("Tanh", becomes: "tanh", inputs: 1...1) { importer, call throws(ONNXError) in
      try apply(.tanh, &importer, call)
    },
    OperatorImporter("Sigmoid", becomes: "sigmoid", inputs: 1...1) {
      importer, call throws(ONNXError) in try apply(.sigmoid, &importer, call)
    },
    OperatorImporter("Softmax", becomes: "softmax", inputs: 1...1, attributes: ["axis"]) {
      importer, call throws(ONNXError) in try softmax(&importer, call)
    },
  ]

  private static func apply(
    _ function: Activation, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let value = try call.computed(0)
    return .computed(
      try importer.add(
        .activation(function), of: call, reading: [value.step], dims: value.dims))
  }

  /// Softmax over all components of a sample: over one axis from opset 13 on, before that over that
  /// axis and all behind it.
  private static func softmax(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let value = try call.computed(0)
    let isSingle = call.opset >= 13
    let axis = try call.axis(
      try call.integer("axis") ?? (isSingle ? -1 : 1), of: value.dims.count)
    let others = value.dims.indices.filter { place in
      place >= importer.firstAxis && (isSingle ? place != axis : place < axis)
    }
    guard axis >= importer.firstAxis, others.allSatisfy({ value.dims[$0] == 1 }) else {
      throw call.unsupported(
        "works over axis \(axis) of shape \(value.dims); it has to be over all numbers of a sample")
    }
    return .computed(
      try importer.add(.softmax, of: call, reading: [value.step], dims: value.dims))
  }
}
