extension OperatorImporter {
  /// Sums, differences, products and quotients, component by component.
  static let arithmetic = [
    OperatorImporter("Add", becomes: "add", "dense", inputs: 2...2) {
      importer, call throws(ONNXError) in try sum(&importer, call)
    },
    OperatorImporter("Sum", becomes: "add", "dense", inputs: 1...Folding.mostSummands) {
      importer, call throws(ONNXError) in try sum(&importer, call)
    },
    OperatorImporter("Sub", becomes: "add", "dense", inputs: 2...2) {
      importer, call throws(ONNXError) in
      switch (try call.input(0), try call.input(1)) {
      case (.computed(let value), .constant(let constant)):
        let operand = try importer.operand(constant, on: value, of: call)
        return .computed(try scaled(value, .add(operand, times: -1), &importer, call))
      case (.constant(let constant), .computed(let value)):
        let operand = try importer.operand(constant, on: value, of: call)
        let negative = try scaled(value, .negate, &importer, call)
        return .computed(try scaled(negative, .add(operand, times: 1), &importer, call))
      case (.computed(let left), .computed(let right)):
        let negative = try scaled(right, .negate, &importer, call)
        return .computed(try add([left, negative], &importer, call))
      case (.constant(let left), .constant(let right)):
        return .constant(try Constant(left, .subtract, right, importer.reader, call))
      }
    },
    OperatorImporter("Mul", becomes: "dense", inputs: 2...2) { importer, call throws(ONNXError) in
      switch (try call.input(0), try call.input(1)) {
      case (.computed(let value), .constant(let constant)),
        (.constant(let constant), .computed(let value)):
        let operand = try importer.operand(constant, on: value, of: call)
        return .computed(try scaled(value, .multiply(operand), &importer, call))
      case (.computed, .computed):
        throw call.unsupported("multiplies two computed values; one has to be constant")
      case (.constant(let left), .constant(let right)):
        return .constant(try Constant(left, .multiply, right, importer.reader, call))
      }
    },
    OperatorImporter("Div", becomes: "dense", inputs: 2...2) { importer, call throws(ONNXError) in
      switch (try call.input(0), try call.input(1)) {
      case (.computed(let value), .constant(let constant)):
        let operand = try importer.operand(constant, on: value, of: call)
        return .computed(try scaled(value, .divide(operand), &importer, call))
      case (_, .computed):
        throw call.unsupported("divides by a computed value; it has to be constant")
      case (.constant(let left), .constant(let right)):
        return .constant(try Constant(left, .divide, right, importer.reader, call))
      }
    },
  ]

  /// A value after an affine function of its components.
  static func scaled(
    _ value: Importer.Computed, _ scaling: Scaling, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Computed {
    try importer.add(.scaling(scaling), of: call, reading: [value.step], dims: value.dims)
  }

  /// The sum of values of one shape.
  private static func add(
    _ values: [Importer.Computed], _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Computed {
    if let odd = values.first(where: { $0.dims != values[0].dims }) {
      throw call.unsupported(
        "combines values of different shapes, \(values[0].dims) and \(odd.dims)")
    }
    guard values.count > 1 else { return values[0] }
    return try importer.add(
      .add, of: call, reading: values.map(\.step), dims: values[0].dims)
  }

  /// The sum of all inputs: of the computed ones, then of the constants.
  private static func sum(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    var values: [Importer.Computed] = []
    var constants: [Constant] = []
    for place in call.inputs.indices {
      switch try call.input(place) {
      case .computed(let value): values.append(value)
      case .constant(let constant): constants.append(constant)
      }
    }
    guard !values.isEmpty else {
      var total = constants[0]
      for constant in constants.dropFirst() {
        total = try Constant(total, .add, constant, importer.reader, call)
      }
      return .constant(total)
    }
    // A constant goes into the dense operation of the first value, if that is one.
    var first = values[0]
    for constant in constants {
      let operand = try importer.operand(constant, on: first, of: call)
      first = try scaled(first, .add(operand, times: 1), &importer, call)
    }
    values[0] = first
    return .computed(try add(values, &importer, call))
  }
}

/// What is done with two small constants.
enum ConstantArithmetic {
  case add, subtract, multiply, divide
}

extension Constant {
  /// Works out a small constant, as exporters write them around shapes: of two of one shape, or of
  /// one and a single number.
  init(
    _ left: Constant, _ operation: ConstantArithmetic, _ right: Constant, _ reader: TensorReader,
    _ call: Call
  ) throws(ONNXError) {
    guard let (counts, dims) = Self.fit(left, right) else {
      throw call.unsupported("combines constants of shapes \(left.dims) and \(right.dims)")
    }
    let places = (0..<max(counts.0, counts.1)).map {
      (counts.0 == 1 ? 0 : $0, counts.1 == 1 ? 0 : $0)
    }
    if left.isReal {
      let (a, b) = (try left.floats(reader), try right.floats(reader))
      self.init(
        dims: dims,
        .reals(
          places.map { i, j in
            switch operation {
            case .add: a[i] + b[j]
            case .subtract: a[i] - b[j]
            case .multiply: a[i] * b[j]
            case .divide: a[i] / b[j]
            }
          }))
      return
    }
    let (a, b) = (try left.integers(reader), try right.integers(reader))
    var numbers: [Int] = []
    for (i, j) in places {
      let (number, overflow) =
        switch operation {
        case .add: a[i].addingReportingOverflow(b[j])
        case .subtract: a[i].subtractingReportingOverflow(b[j])
        case .multiply: a[i].multipliedReportingOverflow(by: b[j])
        case .divide: a[i].dividedReportingOverflow(by: b[j])
        }
      guard !overflow else { throw call.damaged("has a result that no whole number holds") }
      numbers.append(number)
    }
    self.init(dims: dims, .integers(numbers))
  }

  private static func fit(_ left: Constant, _ right: Constant) -> ((Int, Int), [Int])? {
    guard left.isReal == right.isReal, let first = elementCount(left.dims),
      let second = elementCount(right.dims), min(first, second) > 0,
      max(first, second) <= TensorReader.mostIntegers,
      left.dims == right.dims || first == 1 || second == 1
    else { return nil }
    // Of two single numbers the one with more axes decides.
    let isLeft = first == second ? left.dims.count >= right.dims.count : second == 1
    return ((first, second), isLeft ? left.dims : right.dims)
  }
}
