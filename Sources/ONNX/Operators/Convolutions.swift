internal import Networks

extension OperatorImporter {
  private static let settings: Set = [
    "auto_pad", "dilations", "group", "kernel_shape", "pads", "strides",
  ]

  /// Kernels of constant weights that pass over one or two axes.
  static let convolutions = [
    OperatorImporter("Conv", becomes: ["convolution"], inputs: 2...3, attributes: settings) {
      importer, call throws(ONNXError) in
      try convolution(isTransposed: false, &importer, call)
    },
    OperatorImporter(
      "ConvTranspose", becomes: ["transposed-convolution"], inputs: 2...3,
      attributes: settings.union(["output_padding", "output_shape"])
    ) { importer, call throws(ONNXError) in
      try convolution(isTransposed: true, &importer, call)
    },
  ]

  private static func convolution(
    isTransposed: Bool, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let value = try call.computed(0)
    let weights = try call.constant(1)
    let groups = try call.integer("group") ?? 1
    guard value.dims.count > 2, weights.dims.count == value.dims.count, groups > 0,
      weights.dims.allSatisfy({ $0 > 0 })
    else {
      throw call.unsupported(
        "passes weights of shape \(weights.dims) in \(groups) groups over shape \(value.dims)")
    }
    let settings = try WindowSettings(
      of: call, reading: value.dims, kernel: Array(weights.dims.dropFirst(2)))
    let window = try importer.window(
      isTransposed ? try settings.transposedAxes(call) : try settings.axes(call), call)
    // Weights [outputs, inputs/groups, …], or [inputs, outputs/groups, …] of a transposed one.
    let (own, other) = (weights.dims[0], weights.dims[1].multipliedReportingOverflow(by: groups))
    guard !other.overflow, value.dims[1] == (isTransposed ? own : other.partialValue) else {
      throw call.unsupported(
        "passes weights of shape \(weights.dims) in \(groups) groups over \(value.dims[1]) channels"
      )
    }
    let outputs = isTransposed ? other.partialValue : own
    // A file may name more groups than it has weights for.
    guard outputs <= 1 << 24 else { throw call.unsupported("makes \(outputs) channels") }
    var bias = [Float](repeating: 0, count: outputs)
    if call.optional(2) != nil {
      bias = try importer.floats(of: try call.constant(2), call)
    }
    let numbers = try importer.weight(
      Constant(dims: weights.dims, weights.content), rows: 1,
      columns: elementCount(weights.dims) ?? 0, isTransposed: false, call)
    let convolution = try importer.sound(call) { () throws(NetworkError) in
      try Convolution(
        window, inputChannels: value.dims[1], outputChannels: outputs, groups: groups,
        isTransposed: isTransposed, weight: numbers, bias: bias)
    }
    let made = isTransposed ? window.axes.map(\.input) : window.axes.map(\.output)
    let name = try importer.add(
      .convolution(convolution), reading: [try importer.operation(of: value, call)], call)
    return .computed(
      Importer.Computed(name: name, dims: [value.dims[0], outputs] + made))
  }
}
