extension OperatorImporter {
  /// Operators that leave the numbers and at most give them other axes.
  static let namings = [
    OperatorImporter("Identity", inputs: 1...1) { _, call throws(ONNXError) in try call.input(0) },
    OperatorImporter(
      "Dropout", inputs: 1...3, attributes: ["ratio", "seed"]
    ) { importer, call throws(ONNXError) in
      if let training = call.optional(2) {
        guard case .constant(let constant) = training,
          !(try constant.truth(importer.reader, call))
        else { throw call.unsupported("is in training mode; export the model for inference") }
      }
      return try call.input(0)
    },
    OperatorImporter("Cast", inputs: 1...1, attributes: ["to", "saturate"]) {
      importer, call throws(ONNXError) in try cast(&importer, call)
    },
    OperatorImporter("Flatten", becomes: "reshape", inputs: 1...1, attributes: ["axis"]) {
      importer, call throws(ONNXError) in
      let dims = shape(of: try call.input(0))
      let given = try call.integer("axis") ?? 1
      // The axis may stand behind the last.
      let axis = given == dims.count ? given : try call.axis(given, of: dims.count)
      guard let rows = elementCount(Array(dims[..<axis])),
        let columns = elementCount(Array(dims[axis...]))
      else { throw call.damaged("has a value of impossible shape \(dims)") }
      return try renamed(try call.input(0), [rows, columns], &importer, call)
    },
    OperatorImporter("Reshape", becomes: "reshape", inputs: 2...2, attributes: ["allowzero"]) {
      importer, call throws(ONNXError) in
      let dims = shape(of: try call.input(0))
      var wanted = try call.constant(1).integers(importer.reader)
      guard wanted.count <= TensorProto.mostAxes else {
        throw call.unsupported("makes \(wanted.count) axes; up to \(TensorProto.mostAxes) are read")
      }
      let keepsZero = try call.integer("allowzero") ?? 0 != 0
      for place in wanted.indices where wanted[place] == 0 && !keepsZero {
        guard place < dims.count else {
          throw call.damaged("keeps axis \(place) of a value with \(dims.count)")
        }
        wanted[place] = dims[place]
      }
      if let open = wanted.firstIndex(of: -1) {
        wanted[open] = 1
        guard let known = elementCount(wanted), known > 0, let count = elementCount(dims),
          count.isMultiple(of: known)
        else { throw call.damaged("makes the shape \(wanted) of \(dims)") }
        wanted[open] = count / known
      }
      return try renamed(try call.input(0), wanted, &importer, call)
    },
    OperatorImporter("Squeeze", becomes: "reshape", inputs: 1...2, attributes: ["axes"]) {
      importer, call throws(ONNXError) in
      let dims = shape(of: try call.input(0))
      let axes = try axes(importer, call)
      var dropped: Set<Int> = []
      for axis in axes ?? [] { dropped.insert(try call.axis(axis, of: dims.count)) }
      if axes == nil { dropped = Set(dims.indices.filter { dims[$0] == 1 }) }
      guard dropped.allSatisfy({ dims[$0] == 1 }) else {
        throw call.damaged("drops axes \(axes ?? []) of shape \(dims), which are not all 1")
      }
      return try renamed(
        try call.input(0), dims.indices.filter { !dropped.contains($0) }.map { dims[$0] },
        &importer, call)
    },
    OperatorImporter("Unsqueeze", becomes: "reshape", inputs: 1...2, attributes: ["axes"]) {
      importer, call throws(ONNXError) in
      var dims = shape(of: try call.input(0))
      guard let axes = try axes(importer, call), axes.count <= TensorProto.mostAxes else {
        throw call.damaged("does not say which axes to add")
      }
      let rank = dims.count + axes.count
      var added: Set<Int> = []
      for axis in axes { added.insert(try call.axis(axis, of: rank)) }
      guard added.count == axes.count else { throw call.damaged("adds an axis twice") }
      for axis in added.sorted() { dims.insert(1, at: axis) }
      return try renamed(try call.input(0), dims, &importer, call)
    },
  ]

  private static func shape(of value: Importer.Value) -> [Int] {
    switch value {
    case .constant(let constant): constant.dims
    case .computed(let value): value.dims
    }
  }

  /// The axes of Squeeze and Unsqueeze: an attribute up to opset 12, then an input.
  private static func axes(_ importer: Importer, _ call: Call) throws(ONNXError) -> [Int]? {
    if call.opset < 13 { return try call.integers("axes") }
    guard call.optional(1) != nil else { return nil }
    return try call.constant(1).integers(importer.reader)
  }

  private static func renamed(
    _ value: Importer.Value, _ dims: [Int], _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    switch value {
    case .computed(let value):
      return .computed(try importer.rename(value, to: dims, of: call))
    case .constant(var constant):
      guard let count = elementCount(dims), count == elementCount(constant.dims),
        dims.count <= TensorProto.mostAxes
      else { throw call.damaged("makes the shape \(dims) of \(constant.dims)") }
      constant.dims = dims
      return .constant(constant)
    }
  }

  /// Between the types of reals nothing changes; of constants small ones are worked out.
  private static func cast(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    guard let number = try call.integer("to"), let type = ElementType(rawValue: number) else {
      throw call.damaged("does not say to which type")
    }
    let refusal = call.unsupported("makes numbers of type \(type) of others")
    switch try call.input(0) {
    case .computed(let value):
      guard type.isReal else { throw refusal }
      return .computed(value)
    case .constant(let constant):
      guard type.isReal || type.isWhole else { throw refusal }
      if constant.isReal == type.isReal { return .constant(constant) }
      guard let count = elementCount(constant.dims), count <= TensorReader.mostIntegers else {
        throw refusal
      }
      if type.isReal {
        let numbers = try constant.integers(importer.reader).map { Float($0) }
        return .constant(Constant(dims: constant.dims, .reals(numbers)))
      }
      let wholes = try constant.floats(importer.reader).map {
        Int(exactly: $0.rounded(.towardZero))
      }
      guard !wholes.contains(nil) else { throw refusal }
      return .constant(Constant(dims: constant.dims, .integers(wholes.compactMap { $0 })))
    }
  }
}
