internal import Networks

extension OperatorImporter {
  /// One number of all those along some axes.
  static let reductions = [
    reduction("ReduceMean", .mean, axesAreInputFrom: 18),
    reduction("ReduceSum", .sum, axesAreInputFrom: 13),
    reduction("ReduceMax", .max, axesAreInputFrom: 18),
    OperatorImporter(
      "ReduceProd", inputs: 1...2, attributes: ["axes", "keepdims", "noop_with_empty_axes"]
    ) { importer, call throws(ONNXError) in
      let constant = try call.constant(0)
      guard constant.isWhole else { throw call.unsupported("multiplies reals") }
      guard
        try axes(of: constant.dims, axesAreInputFrom: 18, &importer, call)?.count
          == constant.dims.count
      else { throw call.unsupported("multiplies along some axes of shape \(constant.dims)") }
      var product = Constant(wholes: [1], dims: [])
      for number in try importer.wholes(of: constant, call) {
        product = try importer.worked(
          .multiply, product, Constant(wholes: [number], dims: []), call)
      }
      let keeps = try call.integer("keepdims") ?? 1 != 0
      product.dims = keeps ? constant.dims.map { _ in 1 } : []
      return .constant(product)
    },
  ]

  private static func reduction(
    _ name: String, _ kind: Pool.Kind, axesAreInputFrom opset: Int
  ) -> OperatorImporter {
    OperatorImporter(
      name, becomes: ["\(kind.rawValue)-pool"], inputs: 1...2,
      attributes: ["axes", "keepdims", "noop_with_empty_axes"]
    ) { importer, call throws(ONNXError) in
      let value = try call.computed(0)
      guard let axes = try axes(of: value.dims, axesAreInputFrom: opset, &importer, call) else {
        return .computed(value)
      }
      let keeps = try call.integer("keepdims") ?? 1 != 0
      var dims: [Int] = []
      for (axis, length) in value.dims.enumerated() {
        if !axes.contains(axis) { dims.append(length) } else if keeps { dims.append(1) }
      }
      // Of a single number all three are that number.
      if axes.allSatisfy({ value.dims[$0] == 1 }) {
        return try importer.renamed(.computed(value), dims, call)
      }
      let order = value.dims.indices.filter { !axes.contains($0) } + axes
      guard
        case .computed(let turned) = try importer.permuted(
          .computed(value), order, suffix: "turned", call)
      else { return .computed(value) }
      return .computed(
        try importer.pooled(turned, kind, spanning: axes.count, dims: dims, call))
    }
  }

  /// The axes to reduce, in order; none if nothing is to be done.
  private static func axes(
    of dims: [Int], axesAreInputFrom opset: Int, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> [Int]? {
    var given: [Int]?
    if call.opset < opset {
      given = try call.integers("axes")
    } else if call.optional(1) != nil {
      given = try importer.wholes(of: try call.constant(1), call)
    }
    guard let given, !given.isEmpty else {
      return try call.integer("noop_with_empty_axes") ?? 0 != 0 ? nil : Array(dims.indices)
    }
    guard given.count <= dims.count else { throw call.damaged("names \(given.count) axes") }
    var axes: Set<Int> = []
    for axis in given { axes.insert(try call.axis(axis, of: dims.count)) }
    return axes.sorted()
  }
}
