internal import Networks

extension OperatorImporter {
  /// Functions of one number.
  static let functions = [
    function("Relu", .relu), function("Tanh", .tanh), function("Sigmoid", .sigmoid),
    function("Softplus", .softplus), function("HardSwish", .hardSwish), function("Erf", .erf),
    function("Exp", .exponential), function("Sqrt", .squareRoot), function("Abs", .absolute),
    function("Reciprocal", .reciprocal),
    OperatorImporter(
      "LeakyRelu", becomes: ["leaky-relu", "prelu"], inputs: 1...1, attributes: ["alpha"]
    ) { importer, call throws(ONNXError) in
      let slope = Float(try call.number("alpha") ?? 0.01)
      if slope >= 0, slope < 1 { return try applied(.leakyReLU(slope: slope), &importer, call) }
      let prelu = try importer.sound(call) { () throws(NetworkError) in
        try ParametricReLU(slopes: [slope], inner: 1)
      }
      return .computed(try importer.applied(.prelu(prelu), to: try call.computed(0), call))
    },
    OperatorImporter("PRelu", becomes: ["prelu"], inputs: 2...2) {
      importer, call throws(ONNXError) in
      let value = try call.computed(0)
      let slope = try call.constant(1)
      guard try importer.broadcast(value.dims, slope.dims, call) == value.dims else {
        throw call.unsupported("has slopes of shape \(slope.dims) for a value of \(value.dims)")
      }
      try importer.refuseMixing(value.dims, slope.dims, call)
      let (slopes, inner) = try importer.layout(of: slope, on: value.dims, call)
      let prelu = try importer.sound(call) { () throws(NetworkError) in
        try ParametricReLU(slopes: slopes, inner: inner)
      }
      return .computed(try importer.applied(.prelu(prelu), to: value, call))
    },
    OperatorImporter("Elu", becomes: ["elu"], inputs: 1...1, attributes: ["alpha"]) {
      importer, call throws(ONNXError) in
      try applied(.elu(alpha: Float(try call.number("alpha") ?? 1)), &importer, call)
    },
    OperatorImporter("Selu", becomes: ["selu"], inputs: 1...1, attributes: ["alpha", "gamma"]) {
      importer, call throws(ONNXError) in
      let alpha = Float(try call.number("alpha") ?? 1.67326319217681884765625)
      let gamma = Float(try call.number("gamma") ?? 1.05070102214813232421875)
      return try applied(.selu(alpha: alpha, gamma: gamma), &importer, call)
    },
    OperatorImporter(
      "HardSigmoid", becomes: ["hard-sigmoid"], inputs: 1...1, attributes: ["alpha", "beta"]
    ) { importer, call throws(ONNXError) in
      let alpha = Float(try call.number("alpha") ?? 0.2)
      let beta = Float(try call.number("beta") ?? 0.5)
      return try applied(.hardSigmoid(alpha: alpha, beta: beta), &importer, call)
    },
    OperatorImporter(
      "Gelu", becomes: ["gelu", "gelu-tanh"], inputs: 1...1, attributes: ["approximate"]
    ) { importer, call throws(ONNXError) in
      switch try call.text("approximate") ?? "none" {
      case "none": return try applied(.gelu, &importer, call)
      case "tanh": return try applied(.geluTanh, &importer, call)
      case let other:
        throw call.unsupported("has approximate='\(ONNXError.short(other))', which is not known")
      }
    },
    OperatorImporter(
      "Clip", becomes: ["clip", "relu"], inputs: 1...3, attributes: ["min", "max"]
    ) { importer, call throws(ONNXError) in try clip(&importer, call) },
  ]

  private static func function(_ name: String, _ function: Activation) -> OperatorImporter {
    OperatorImporter(name, becomes: [function.name], inputs: 1...1) {
      importer, call throws(ONNXError) in try applied(function, &importer, call)
    }
  }

  private static func applied(
    _ function: Activation, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    switch try call.input(0) {
    case .computed(let value):
      return .computed(try importer.applied(.activation(function), to: value, call))
    case .constant(let constant):
      return .constant(try importer.worked(constant, call) { function($0) })
    }
  }

  /// The bounds are attributes up to opset 10, then inputs; either may be open.
  private static func clip(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    var bounds: [Float?] = []
    for (place, name) in ["min", "max"].enumerated() {
      if call.opset < 11 {
        bounds.append(try call.bound(name))
      } else if call.optional(place + 1) != nil {
        guard let bound = try importer.single(of: try call.constant(place + 1), call) else {
          throw call.damaged("has a bound that is no single number")
        }
        bounds.append(bound)
      } else {
        bounds.append(nil)
      }
    }
    let lower = max(bounds[0] ?? -.infinity, -.greatestFiniteMagnitude)
    let upper = min(bounds[1] ?? .infinity, .greatestFiniteMagnitude)
    guard !lower.isNaN, !upper.isNaN else { throw call.damaged("has a bound that is no number") }
    let isOpen = upper == .greatestFiniteMagnitude
    if isOpen, lower == -.greatestFiniteMagnitude { return try call.input(0) }
    let function: Activation = isOpen && lower == 0 ? .relu : .clip(from: lower, to: upper)
    let result = try applied(function, &importer, call)
    guard case .computed(var value) = result, case .computed(let old) = try call.input(0) else {
      return result
    }
    value.isWhole = old.isWhole
    return .computed(value)
  }
}
