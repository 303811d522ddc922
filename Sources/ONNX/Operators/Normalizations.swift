internal import Networks

extension OperatorImporter {
  /// Normalisations.
  static let normalizations = [
    OperatorImporter(
      "BatchNormalization", becomes: ["scale"], inputs: 5...5,
      attributes: ["epsilon", "momentum", "spatial", "training_mode", "is_test"]
    ) { importer, call throws(ONNXError) in
      try call.refuse("training_mode", unless: 0)
      try call.refuse("spatial", unless: 1)
      let value = try call.computed(0)
      let channels = value.dims.count < 2 ? 1 : value.dims[1]
      guard !value.dims.isEmpty else {
        throw call.unsupported("normalises a value of shape \(value.dims)")
      }
      var numbers: [[Double]] = []
      for place in 1...4 {
        let constant = try call.constant(place)
        guard constant.dims == [channels] else {
          throw call.damaged(
            "has for \(channels) channels an input \(place) of shape \(constant.dims)")
        }
        numbers.append(try importer.floats(of: constant, call).map { Double($0) })
      }
      let (scale, bias, mean, variance) = (numbers[0], numbers[1], numbers[2], numbers[3])
      let epsilon = try call.number("epsilon") ?? Double(Float(1e-5))
      let factors = scale.indices.map { scale[$0] / (variance[$0] + epsilon).squareRoot() }
      let offsets = scale.indices.map { bias[$0] - mean[$0] * factors[$0] }
      return .computed(
        try importer.scaled(
          value, factors: factors.map { Float($0) }, offsets: offsets.map { Float($0) },
          inner: value.dims.dropFirst(2).reduce(1, *), call))
    },
    OperatorImporter(
      "InstanceNormalization", becomes: ["normalize", "scale"], inputs: 3...3,
      attributes: ["epsilon"]
    ) { importer, call throws(ONNXError) in
      let value = try call.computed(0)
      let (scale, bias) = (try call.constant(1), try call.constant(2))
      guard value.dims.count > 2, scale.dims == [value.dims[1]], bias.dims == scale.dims else {
        throw call.unsupported(
          "normalises a value of shape \(value.dims) with factors of shape \(scale.dims)")
      }
      let inner = value.dims.dropFirst(2).reduce(1, *)
      let normal = try normalized(value, rows: Array(value.dims[..<2]), inner, &importer, call)
      return .computed(
        try importer.scaled(
          normal, factors: try importer.floats(of: scale, call),
          offsets: try importer.floats(of: bias, call), inner: inner, call))
    },
    OperatorImporter(
      "LayerNormalization", becomes: ["normalize", "scale"], inputs: 2...3,
      attributes: ["axis", "epsilon", "stash_type"]
    ) { importer, call throws(ONNXError) in
      let value = try call.computed(0)
      let axis = try call.axis(try call.integer("axis") ?? -1, of: value.dims.count)
      let inner = value.dims[axis...].reduce(1, *)
      let normal = try normalized(
        value, rows: Array(value.dims[..<axis]), inner, &importer, call)
      // Factors and offsets of one layout are one operation.
      if case .constant(let scale) = try call.input(1), scale.dims == Array(value.dims[axis...]) {
        if case .constant(let bias) = call.optional(2), bias.dims == scale.dims {
          return .computed(
            try importer.scaled(
              normal, factors: try importer.floats(of: scale, call),
              offsets: try importer.floats(of: bias, call), call))
        }
      }
      let product = try importer.multiplied(.computed(normal), try call.input(1), call)
      guard let bias = call.optional(2) else { return product }
      return try importer.sum([product, bias], call)
    },
    OperatorImporter(
      "LRN", becomes: ["multiply", "sum-pool", "scale", "pow"], inputs: 1...1,
      attributes: ["alpha", "beta", "bias", "size"]
    ) { importer, call throws(ONNXError) in try acrossChannels(&importer, call) },
  ]

  /// (x - mean)/√(variance + ε) over runs of so many numbers.
  private static func normalized(
    _ value: Importer.Computed, rows: [Int], _ length: Int, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Computed {
    let epsilon = Float(try call.number("epsilon") ?? Double(Float(1e-5)))
    guard epsilon >= 0 else { throw call.damaged("has epsilon=\(epsilon)") }
    let kept = rows.first == 1 ? Array(rows.dropFirst()) : rows
    let name = try importer.operation(of: value, shaped: kept + [length], call)
    let normal = try importer.add(
      .normalize(epsilon: epsilon), reading: [name], suffix: "normal", call)
    return Importer.Computed(name: normal, dims: value.dims)
  }

  /// x (k + α/n Σ x²)^-β, with the sum over n neighbouring channels.
  private static func acrossChannels(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let value = try call.computed(0)
    guard value.dims.count >= 2 else {
      throw call.unsupported("normalises a value of shape \(value.dims)")
    }
    guard let size = try call.integer("size"), size > 0 else {
      throw call.damaged("has no size above 0")
    }
    let alpha = try call.number("alpha") ?? Double(Float(1e-4))
    let beta = try call.number("beta") ?? 0.75
    let bias = try call.number("bias") ?? 1
    let source = try importer.operation(of: value, call)
    let square = try importer.add(.multiply, reading: [source, source], suffix: "square", call)
    let squares = Importer.Computed(name: square, dims: value.dims)
    var axes: [Window.Axis] = []
    let before = (size - 1) / 2
    for (place, length) in value.dims.dropFirst().enumerated() {
      axes.append(
        try importer.sound(call) { () throws(NetworkError) in
          place == 0
            ? try Window.Axis(
              input: length, kernel: size, before: before, after: size - 1 - before)
            : try Window.Axis(input: length, kernel: 1)
        })
    }
    let sum = try importer.pooled(squares, .sum, axes, dims: value.dims, suffix: "sum", call)
    let scaled = try importer.scaled(
      sum, factors: [Float(alpha / Double(size))], offsets: [Float(bias)], suffix: "shifted", call)
    let power = try importer.applied(
      .activation(.power(Float(-beta))), to: scaled, suffix: "power", call)
    return try importer.multiplied(.computed(value), .computed(power), call)
  }
}
