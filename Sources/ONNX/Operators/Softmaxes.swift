internal import Networks

extension OperatorImporter {
  /// Functions of all numbers along an axis.
  static let softmaxes = [
    OperatorImporter("Softmax", becomes: ["softmax"], inputs: 1...1, attributes: ["axis"]) {
      importer, call throws(ONNXError) in try along(.softmax, &importer, call)
    },
    OperatorImporter("LogSoftmax", becomes: ["log-softmax"], inputs: 1...1, attributes: ["axis"]) {
      importer, call throws(ONNXError) in try along(.logSoftmax, &importer, call)
    },
    OperatorImporter(
      "ArgMax", inputs: 1...1, attributes: ["axis", "keepdims", "select_last_index"]
    ) { importer, call throws(ONNXError) in
      var value = try call.computed(0)
      let axis = try call.axis(try call.integer("axis") ?? 0, of: value.dims.count)
      guard value.dims[axis] == value.count else {
        throw call.unsupported(
          "looks along axis \(axis) of shape \(value.dims); it has to be over all numbers of a sample"
        )
      }
      try importer.refuseReadout(value, call)
      // It is how a class is read off the output, whatever its axes are called.
      value.isReadout = true
      return .computed(value)
    },
  ]

  /// Over one axis from opset 13 on, before that over that axis and all behind it.
  private static func along(
    _ operation: Operation, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let value = try call.computed(0)
    let isSingle = call.opset >= 13
    let dims = value.dims
    let axis = try call.axis(try call.integer("axis") ?? (isSingle ? -1 : 1), of: dims.count)
    if !isSingle {
      let front = dims[..<axis].reduce(1, *)
      let rows = front == 1 ? [] : [front]
      let name = try importer.operation(
        of: value, shaped: rows + [dims[axis...].reduce(1, *)], call)
      return .computed(
        Importer.Computed(name: try importer.add(operation, reading: [name], call), dims: dims))
    }
    return .computed(
      try importer.last([axis], of: value, call) { importer, turned, isMoved throws(ONNXError) in
        try importer.applied(operation, to: turned, suffix: isMoved ? "turned" : nil, call)
      })
  }
}

extension Importer {
  /// Does something along the last axes with a value whose axes are moved there, and moves them back.
  mutating func last(
    _ axes: [Int], of value: Computed, _ call: Call,
    _ body: (inout Importer, Computed, Bool) throws(ONNXError) -> Computed
  ) throws(ONNXError) -> Computed {
    let order = value.dims.indices.filter { !axes.contains($0) } + axes
    let long = order.filter { value.dims[$0] != 1 }
    let isMoved = long != long.sorted()
    guard
      case .computed(let turned) = try permuted(
        .computed(value), order, suffix: isMoved ? "forth" : nil, call)
    else { return value }
    let result = try body(&self, turned, isMoved)
    var back = order
    for (place, axis) in order.enumerated() { back[axis] = place }
    guard case .computed(let done) = try permuted(.computed(result), back, call) else {
      return value
    }
    return done
  }
}
