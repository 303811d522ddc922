extension OperatorImporter {
  /// Constants, and what exporters work out of shapes. The axis of samples has its length in the
  /// file, or 1 if that is open.
  static let shapeArithmetic = [
    OperatorImporter(
      "Constant", inputs: 0...0,
      attributes: ["value", "value_float", "value_floats", "value_int", "value_ints"]
    ) { _, call throws(ONNXError) in
      if let tensor = try call.tensor("value") { return .constant(Constant(tensor)) }
      if let number = try call.number("value_float") {
        return .constant(Constant(dims: [], .reals([Float(number)])))
      }
      if let numbers = try call.numbers("value_floats") {
        return .constant(Constant(dims: [numbers.count], .reals(numbers)))
      }
      if let number = try call.integer("value_int") {
        return .constant(Constant(dims: [], .integers([number])))
      }
      if let numbers = try call.integers("value_ints") {
        return .constant(Constant(dims: [numbers.count], .integers(numbers)))
      }
      throw call.damaged("has no value")
    },
    OperatorImporter("Shape", inputs: 1...1, attributes: ["start", "end"]) {
      _, call throws(ONNXError) in
      let dims =
        switch try call.input(0) {
        case .constant(let constant): constant.dims
        case .computed(let value): value.dims
        }
      func bound(_ given: Int?, _ other: Int) -> Int {
        guard let given else { return other }
        return given < 0 ? max(given &+ dims.count, 0) : min(given, dims.count)
      }
      let start = bound(try call.integer("start"), 0)
      let end = bound(try call.integer("end"), dims.count)
      let part = Array(dims[start..<max(start, end)])
      return .constant(Constant(dims: [part.count], .integers(part)))
    },
    OperatorImporter("Gather", inputs: 2...2, attributes: ["axis"]) {
      importer, call throws(ONNXError) in
      let list = try call.constant(0)
      let indices = try call.constant(1)
      guard list.dims.count == 1, !list.isReal, [0, -1].contains(try call.integer("axis") ?? 0)
      else { throw call.unsupported("picks from something else than a list of whole numbers") }
      let numbers = try list.integers(importer.reader)
      var picked: [Int] = []
      for index in try indices.integers(importer.reader) {
        guard index >= -numbers.count, index < numbers.count else {
          throw call.damaged("picks number \(index) of \(numbers.count)")
        }
        picked.append(numbers[index < 0 ? index + numbers.count : index])
      }
      return .constant(Constant(dims: indices.dims, .integers(picked)))
    },
    OperatorImporter("Concat", inputs: 1...Int.max, attributes: ["axis"]) {
      importer, call throws(ONNXError) in
      guard [0, -1].contains(try call.integer("axis") ?? 0) else {
        throw call.unsupported("joins something else than lists of whole numbers")
      }
      var numbers: [Int] = []
      for place in call.inputs.indices {
        guard case .constant(let list) = try call.input(place), list.dims.count == 1, !list.isReal
        else { throw call.unsupported("joins something else than lists of whole numbers") }
        numbers += try list.integers(importer.reader)
        guard numbers.count <= TensorReader.mostIntegers else {
          throw call.unsupported("joins more than \(TensorReader.mostIntegers) numbers")
        }
      }
      return .constant(Constant(dims: [numbers.count], .integers(numbers)))
    },
  ]
}

extension Constant {
  /// Whether a single truth value is true.
  func truth(_ reader: TensorReader, _ call: Call) throws(ONNXError) -> Bool {
    guard case .tensor(let tensor) = content, let truth = try reader.truth(of: tensor) else {
      throw call.unsupported("has a switch that is no single truth value")
    }
    return truth
  }
}
