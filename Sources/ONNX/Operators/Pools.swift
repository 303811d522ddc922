internal import Networks

extension OperatorImporter {
  private static let settings: Set = [
    "auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides",
  ]

  /// Windows that pass over one or two axes, and those that span all of them.
  static let pools = [
    OperatorImporter(
      "MaxPool", becomes: ["max-pool"], inputs: 1...1,
      attributes: settings.union(["storage_order"])
    ) { importer, call throws(ONNXError) in
      let value = try call.computed(0)
      return try pooled(value, .max, countsPadding: false, &importer, call)
    },
    OperatorImporter(
      "AveragePool", becomes: ["mean-pool"], inputs: 1...1,
      attributes: settings.union(["count_include_pad"])
    ) { importer, call throws(ONNXError) in
      let value = try call.computed(0)
      let counts = try call.integer("count_include_pad") ?? 0 != 0
      return try pooled(value, .mean, countsPadding: counts, &importer, call)
    },
    OperatorImporter("GlobalMaxPool", becomes: ["max-pool"], inputs: 1...1) {
      importer, call throws(ONNXError) in try spanning(.max, &importer, call)
    },
    OperatorImporter("GlobalAveragePool", becomes: ["mean-pool"], inputs: 1...1) {
      importer, call throws(ONNXError) in try spanning(.mean, &importer, call)
    },
  ]

  private static func pooled(
    _ value: Importer.Computed, _ kind: Pool.Kind, countsPadding: Bool,
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let settings = try WindowSettings(of: call, reading: value.dims, kernel: nil)
    let axes = try settings.axes(call)
    return .computed(
      try importer.pooled(
        value, kind, axes, countsPadding: countsPadding,
        dims: value.dims[..<2] + axes.map(\.output), call))
  }

  private static func spanning(
    _ kind: Pool.Kind, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let value = try call.computed(0)
    guard value.dims.count > 2 else {
      throw call.unsupported("passes over a value of shape \(value.dims)")
    }
    let count = value.dims.count - 2
    return .computed(
      try importer.pooled(
        value, kind, spanning: count, dims: value.dims[..<2] + Array(repeating: 1, count: count),
        call))
  }
}
