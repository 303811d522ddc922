extension OperatorImporter {
  /// Normalisations that are affine once a network is trained.
  static let normalizations = [
    OperatorImporter(
      "BatchNormalization", becomes: "dense", inputs: 5...5,
      attributes: ["epsilon", "momentum", "spatial", "training_mode"]
    ) { importer, call throws(ONNXError) in
      try call.refuse("training_mode", unless: 0)
      try call.refuse("spatial", unless: 1)
      let value = try call.computed(0)
      guard importer.batch != nil, value.dims.count >= 2 else {
        throw call.unsupported("normalises a value of shape \(value.dims)")
      }
      var operands: [Operand] = []
      for place in 1...4 {
        var constant = try call.constant(place)
        guard constant.dims == [value.dims[1]] else {
          throw call.damaged(
            "has for \(value.dims[1]) channels an input \(place) of shape \(constant.dims)")
        }
        // One number a channel, the same over the axes behind.
        constant.dims += Array(repeating: 1, count: value.dims.count - 2)
        operands.append(try importer.operand(constant, on: value, of: call))
      }
      let scaling = Scaling.normalize(
        scale: operands[0], bias: operands[1], mean: operands[2], variance: operands[3],
        epsilon: try call.number("epsilon") ?? Double(Float(1e-5)))
      return .computed(try scaled(value, scaling, &importer, call))
    }
  ]
}
