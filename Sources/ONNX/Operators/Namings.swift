extension OperatorImporter {
  /// Operators that leave the numbers and at most give them other axes.
  static let namings = [
    OperatorImporter("Identity", inputs: 1...1) { _, call throws(ONNXError) in try call.input(0) },
    OperatorImporter(
      "Dropout", inputs: 1...3, attributes: ["ratio", "seed", "is_test"]
    ) { importer, call throws(ONNXError) in
      if let training = call.optional(2) {
        guard case .constant(let constant) = training,
          !(try importer.truth(of: constant, call))
        else { throw call.unsupported("is in training mode; export the model for inference") }
      }
      return try call.input(0)
    },
    OperatorImporter("Cast", inputs: 1...1, attributes: ["to", "saturate"]) {
      importer, call throws(ONNXError) in try cast(&importer, call)
    },
    OperatorImporter("Flatten", becomes: ["reshape"], inputs: 1...1, attributes: ["axis"]) {
      importer, call throws(ONNXError) in
      let value = try call.input(0)
      let dims = value.dims
      let given = try call.integer("axis") ?? 1
      // The axis may stand behind the last.
      let axis = given == dims.count ? given : try call.axis(given, of: dims.count)
      guard let rows = elementCount(Array(dims[..<axis])),
        let columns = elementCount(Array(dims[axis...]))
      else { throw call.damaged("has a value of impossible shape \(dims)") }
      return try importer.renamed(value, [rows, columns], call)
    },
    OperatorImporter("Reshape", becomes: ["reshape"], inputs: 2...2, attributes: ["allowzero"]) {
      importer, call throws(ONNXError) in
      let value = try call.input(0)
      let given = try importer.wholes(of: try call.constant(1), call)
      return try importer.renamed(
        value, try target(of: value.dims, given, importer.samples, call), call)
    },
    OperatorImporter("Squeeze", becomes: ["reshape"], inputs: 1...2, attributes: ["axes"]) {
      importer, call throws(ONNXError) in
      let value = try call.input(0)
      let dims = value.dims
      let axes = try axes(&importer, call)
      var dropped: Set<Int> = []
      for axis in axes ?? [] { dropped.insert(try call.axis(axis, of: dims.count)) }
      if axes == nil {
        // The axis of samples has length 1 here alone.
        let first = {
          if case .computed = value {
            importer.options.isWhole || importer.isSideBySide ? 0 : 1
          } else {
            0
          }
        }()
        dropped = Set(dims.indices.filter { $0 >= first && dims[$0] == 1 })
      }
      guard dropped.allSatisfy({ dims[$0] == 1 }) else {
        throw call.damaged("drops axes \(axes ?? []) of shape \(dims), which are not all 1")
      }
      return try importer.renamed(
        value, dims.indices.filter { !dropped.contains($0) }.map { dims[$0] }, call)
    },
    OperatorImporter("Unsqueeze", becomes: ["reshape"], inputs: 1...2, attributes: ["axes"]) {
      importer, call throws(ONNXError) in
      let value = try call.input(0)
      var dims = value.dims
      guard let axes = try axes(&importer, call), axes.count <= TensorProto.mostAxes else {
        throw call.damaged("does not say which axes to add")
      }
      let rank = dims.count + axes.count
      var added: Set<Int> = []
      for axis in axes { added.insert(try call.axis(axis, of: rank)) }
      guard added.count == axes.count else { throw call.damaged("adds an axis twice") }
      for axis in added.sorted() { dims.insert(1, at: axis) }
      return try importer.renamed(value, dims, call)
    },
  ]

  /// The axes that a Reshape makes.
  ///
  /// A file written for a fixed number of samples may say that number instead of leaving it open: the
  /// count of numbers tells, or that it stands first.
  private static func target(
    of dims: [Int], _ given: [Int], _ samples: Int?, _ call: Call
  ) throws(ONNXError) -> [Int] {
    var wanted = given
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
    let open = wanted.firstIndex(of: -1)
    if let open { wanted[open] = 1 }
    guard let count = elementCount(dims), var known = elementCount(wanted), known > 0 || count == 0
    else { throw call.damaged("makes the shape \(wanted) of \(dims)") }
    if let samples, given.first != -1 {
      let place =
        open != nil
        ? wanted[0] == samples ? 0 : nil
        : known == count * samples ? wanted.firstIndex { $0.isMultiple(of: samples) } : nil
      if let place {
        wanted[place] /= samples
        known /= samples
      } else if open != nil, given.first != 0,
        given.contains(where: { $0 > 0 && $0.isMultiple(of: samples) })
      {
        throw call.unsupported(
          "makes the shape \(given), in which \(samples) samples may be anywhere; export the model "
            + "for one")
      }
    }
    if let open {
      guard known > 0, count.isMultiple(of: known) else {
        throw call.damaged("makes the shape \(wanted) of \(dims)")
      }
      wanted[open] = count / known
    }
    return wanted
  }

  /// The axes of Squeeze and Unsqueeze: an attribute up to opset 12, then an input.
  private static func axes(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> [Int]? {
    if call.opset < 13 { return try call.integers("axes") }
    guard call.optional(1) != nil else { return nil }
    return try importer.wholes(of: try call.constant(1), call)
  }

  /// Between the types of reals nothing changes, nor of whole numbers; constants are worked out.
  private static func cast(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    guard let number = try call.integer("to"), let type = ElementType(rawValue: number) else {
      throw call.damaged("does not say to which type")
    }
    let refusal = call.unsupported("makes numbers of type \(type) of others")
    guard type.isReal || type.isWhole else { throw refusal }
    switch try call.input(0) {
    case .computed(var value):
      if value.isReadout { return .computed(value) }
      guard type.isReal || value.isWhole && type != .bool else { throw refusal }
      value.isWhole = !type.isReal
      return .computed(value)
    case .constant(let constant):
      guard constant.isReal || constant.isWhole else { throw refusal }
      if constant.isReal, type.isReal { return .constant(constant) }
      switch try importer.numbers(of: constant, call) {
      case .wholes(let numbers):
        if type.isReal {
          return .constant(Constant(dims: constant.dims, .reals(numbers.map { Float($0) })))
        }
        return .constant(
          Constant(
            dims: constant.dims, .wholes(type == .bool ? numbers.map { $0 == 0 ? 0 : 1 } : numbers))
        )
      case .reals(let numbers):
        if type == .bool {
          return .constant(
            Constant(dims: constant.dims, .wholes(numbers.map { $0 == 0 ? 0 : 1 })))
        }
        let wholes = numbers.map { Int(exactly: $0.rounded(.towardZero)) }
        guard !wholes.contains(nil) else { throw refusal }
        return .constant(Constant(dims: constant.dims, .wholes(wholes.compactMap { $0 })))
      }
    }
  }
}
