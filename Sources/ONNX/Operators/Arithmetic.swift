internal import Foundation
internal import Networks

extension OperatorImporter {
  /// Sums, differences, products and quotients, component by component.
  static let arithmetic = [
    OperatorImporter(
      "Add", becomes: ["add", "scale"], inputs: 2...2, attributes: ["broadcast", "axis"]
    ) { importer, call throws(ONNXError) in
      try plain(call)
      return try importer.sum([try call.input(0), try call.input(1)], call)
    },
    OperatorImporter(
      "Sum", becomes: ["add", "scale"], inputs: 1...Importer.mostParents
    ) { importer, call throws(ONNXError) in
      var values: [Importer.Value] = []
      for place in call.inputs.indices { values.append(try call.input(place)) }
      return try importer.sum(values, call)
    },
    OperatorImporter(
      "Sub", becomes: ["add", "scale"], inputs: 2...2, attributes: ["broadcast", "axis"]
    ) { importer, call throws(ONNXError) in
      try plain(call)
      let (left, right) = (try call.input(0), try call.input(1))
      switch (left, right) {
      case (.constant(let a), .constant(let b)):
        return .constant(try importer.worked(.subtract, a, b, call))
      case (.computed, .constant):
        return try importer.shifted(left, by: right, sign: -1, call)
      default:
        let negative = try importer.scaled(right, by: -1, suffix: "negative", call)
        return try importer.sum([left, negative], call)
      }
    },
    OperatorImporter(
      "Mul", becomes: ["multiply", "scale"], inputs: 2...2, attributes: ["broadcast", "axis"]
    ) { importer, call throws(ONNXError) in
      try plain(call)
      return try importer.multiplied(try call.input(0), try call.input(1), call)
    },
    OperatorImporter(
      "Div", becomes: ["scale", "reciprocal", "multiply"], inputs: 2...2,
      attributes: ["broadcast", "axis"]
    ) { importer, call throws(ONNXError) in
      try plain(call)
      let (left, right) = (try call.input(0), try call.input(1))
      if case .constant(let a) = left, case .constant(let b) = right {
        return .constant(try importer.worked(.divide, a, b, call))
      }
      if case .computed(let value) = left, value.isWhole {
        throw call.unsupported("divides whole numbers, which is not supported")
      }
      if case .constant(let divisor) = right {
        let numbers = try importer.floats(of: divisor, call).map { Float(1 / Double($0)) }
        return try importer.multiplied(
          left, .constant(Constant(dims: divisor.dims, .reals(numbers))), call)
      }
      guard case .computed(let divisor) = right else { return left }
      guard !divisor.isWhole else {
        throw call.unsupported("divides whole numbers, which is not supported")
      }
      let isOne =
        if case .constant(let a) = left { try importer.single(of: a, call) == 1 } else { false }
      let inverse = try importer.applied(
        .activation(.reciprocal), to: divisor, suffix: isOne ? nil : "reciprocal", call)
      return try importer.multiplied(left, .computed(inverse), call)
    },
    OperatorImporter("Neg", becomes: ["scale"], inputs: 1...1) { importer, call throws(ONNXError) in
      try importer.scaled(try call.input(0), by: -1, call)
    },
    OperatorImporter(
      "Pow", becomes: ["pow", "sqrt", "reciprocal", "exp", "log"], inputs: 2...2,
      attributes: ["broadcast", "axis"]
    ) { importer, call throws(ONNXError) in
      try plain(call)
      return try power(&importer, call)
    },
    OperatorImporter(
      "Max", becomes: ["max-pool", "clip"], inputs: 1...Importer.mostParents
    ) { importer, call throws(ONNXError) in try extreme(isMax: true, &importer, call) },
    OperatorImporter(
      "Min", becomes: ["max-pool", "clip"], inputs: 1...Importer.mostParents
    ) { importer, call throws(ONNXError) in try extreme(isMax: false, &importer, call) },
  ]

  /// Files of opset 6 say how they broadcast; what is left of it in newer ones has no meaning.
  private static func plain(_ call: Call) throws(ONNXError) {
    guard try call.integer("axis") == nil else {
      throw call.unsupported("has an axis to broadcast along; opset 7 has no such thing")
    }
  }

  private static func power(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let (base, exponent) = (try call.input(0), try call.input(1))
    if case .constant(let a) = base, case .constant(let b) = exponent {
      return .constant(try importer.worked(.power, a, b, call))
    }
    if case .computed(let value) = base, case .constant(let constant) = exponent {
      let numbers = try importer.floats(of: constant, call)
      guard let power = numbers.first, numbers.allSatisfy({ $0 == power }), power.isFinite,
        try importer.broadcast(value.dims, constant.dims, call) == value.dims
      else { throw call.unsupported("has several exponents; one constant is supported") }
      if power == 1 { return base }
      let function: Activation =
        switch power {
        case 0.5: .squareRoot
        case -1: .reciprocal
        default: .power(power)
        }
      return .computed(try importer.applied(.activation(function), to: value, call))
    }
    guard case .computed(let value) = exponent else { return base }
    guard case .constant(let constant) = base else {
      // x^y = exp(y log x), for a positive x; of a negative one there is no power in general.
      let logarithm = try importer.applied(
        .activation(.logarithm), to: try call.computed(0), suffix: "logarithm", call)
      let product = try importer.combined(
        [value, logarithm], .multiply, suffix: "product", call)
      return .computed(
        try importer.applied(.activation(.exponential), to: try call.computed(in: [product]), call))
    }
    guard let number = try importer.single(of: constant, call), number > 0 else {
      throw call.unsupported("has a base that is no single positive number")
    }
    // b^x = exp(x log b).
    let scaled = try importer.scaled(
      .computed(value), by: Float(log(Double(number))), suffix: "logarithm", call)
    guard case .computed(let argument) = scaled else { return scaled }
    return .computed(try importer.applied(.activation(.exponential), to: argument, call))
  }

  /// The greatest or least of several values, component by component: they are put side by side, and a
  /// window passes over each group. Of a value and a single number it is a bound.
  private static func extreme(
    isMax: Bool, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    var values: [Importer.Value] = []
    for place in call.inputs.indices { values.append(try call.input(place)) }
    guard values.count > 1 else { return values[0] }
    let constants = values.compactMap { value -> Constant? in
      if case .constant(let constant) = value { constant } else { nil }
    }
    if constants.count == values.count {
      var result = constants[0]
      for constant in constants.dropFirst() {
        result = try importer.worked(isMax ? .maximum : .minimum, result, constant, call)
      }
      return .constant(result)
    }
    var dims: [Int] = []
    for value in values {
      try importer.refuseMixing(dims, value.dims, call)
      dims = try importer.broadcast(dims, value.dims, call)
    }
    if values.count == 2, let constant = constants.first,
      let bound = try importer.single(of: constant, call), bound.isFinite
    {
      let computed = try call.computed(in: values)
      let function: Activation =
        isMax
        ? bound == 0 ? .relu : .clip(from: bound, to: .greatestFiniteMagnitude)
        : .clip(from: -.greatestFiniteMagnitude, to: bound)
      return .computed(
        try importer.applied(.activation(function), to: computed.renamed(dims), call))
    }
    guard let count = elementCount(dims), let total = elementCount([count, values.count]) else {
      throw call.unsupported("makes a value of impossible shape \(dims)")
    }
    var sides: [Importer.Value] = []
    for value in values {
      let side = isMax ? value : try importer.scaled(value, by: -1, suffix: "negative", call)
      sides.append(try importer.expanded(side, to: dims, suffix: "repeated", call))
    }
    let table = try importer.table(
      [.run(count: count, step: 1), .run(count: values.count, step: count)], call)
    guard total == table.count,
      case .computed(let together) = try importer.arranged(
        sides, table, dims: dims + [values.count], suffix: "together", call)
    else { throw call.unsupported("compares no computed value") }
    let greatest = try importer.pooled(
      together, .max, spanning: 1, dims: dims, suffix: isMax ? nil : "greatest", call)
    return isMax
      ? .computed(greatest) : try importer.scaled(.computed(greatest), by: -1, call)
  }
}

extension Importer {
  /// A constant that stands for a number of each component of a value, as `Scale` says it: how many in a
  /// row share one, and in what order they are.
  mutating func layout(
    of constant: Constant, on dims: [Int], _ call: Call
  ) throws(ONNXError) -> (numbers: [Float], inner: Int) {
    let numbers = try floats(of: constant, call)
    guard numbers.count != 1 else { return (numbers, 1) }
    let own = Array(repeating: 1, count: dims.count - constant.dims.count) + constant.dims
    guard let first = own.firstIndex(where: { $0 != 1 }),
      let last = own.lastIndex(where: { $0 != 1 })
    else { throw call.damaged("has an empty constant") }
    let inner = dims[(last + 1)...].reduce(1, *)
    if own[first...last] == dims[first...last] { return (numbers, inner) }
    let steps = strides(of: own)
    let places = try table(
      (first...last).map { .run(count: dims[$0], step: own[$0] == 1 ? 0 : steps[$0]) }, call)
    try budget.take(places.count, of: .constants, for: call.title)
    return (places.map { numbers[Int($0)] }, inner)
  }

  /// A value and a constant, the value repeated where the constant has more components.
  private mutating func beside(
    _ value: Computed, _ constant: Constant, _ call: Call
  ) throws(ONNXError) -> Computed {
    guard constant.isReal || constant.isWhole else {
      throw call.unsupported("has a constant that holds no numbers that are read")
    }
    try refuseMixing(value.dims, constant.dims, call)
    let dims = try broadcast(value.dims, constant.dims, call)
    guard
      case .computed(let computed) = try expanded(
        .computed(value), to: dims, suffix: "repeated", call)
    else { throw call.unsupported("has no computed value") }
    return computed
  }

  /// x + c or x - c.
  mutating func shifted(
    _ value: Value, by summand: Value, sign: Float = 1, suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Value {
    guard case .computed(let computed) = value, case .constant(let constant) = summand else {
      throw call.unsupported("shifts by no constant")
    }
    let wide = try beside(computed, constant, call)
    var (numbers, inner) = try layout(of: constant, on: wide.dims, call)
    if numbers.count == 1, numbers[0] == 0 { return .computed(wide) }
    if sign != 1 { numbers = numbers.map { sign * $0 } }
    return .computed(try scaled(wide, offsets: numbers, inner: inner, suffix: suffix, call))
  }

  /// A value times a number.
  mutating func scaled(
    _ value: Value, by factor: Float, suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Value {
    switch value {
    case .computed(let value):
      return .computed(try scaled(value, factors: [factor], suffix: suffix, call))
    case .constant(let constant):
      let number: Constant =
        constant.isReal
        ? Constant(dims: [], .reals([factor])) : Constant(dims: [], .wholes([Int(factor)]))
      return .constant(try worked(.multiply, constant, number, call))
    }
  }

  /// The product of two values of which one is computed.
  mutating func multiplied(
    _ left: Value, _ right: Value, _ call: Call
  ) throws(ONNXError) -> Value {
    switch (left, right) {
    case (.constant(let a), .constant(let b)):
      return .constant(try worked(.multiply, a, b, call))
    case (.computed(let value), .constant(let constant)),
      (.constant(let constant), .computed(let value)):
      let wide = try beside(value, constant, call)
      let (numbers, inner) = try layout(of: constant, on: wide.dims, call)
      if numbers.count == 1, numbers[0] == 1 { return .computed(wide) }
      return .computed(try scaled(wide, factors: numbers, inner: inner, call))
    case (.computed(let a), .computed(let b)):
      return try combined([a, b], .multiply, call)
    }
  }

  /// The sum of values: of the computed ones, then of the constants.
  mutating func sum(_ values: [Value], _ call: Call) throws(ONNXError) -> Value {
    var computed: [Computed] = []
    var constants: [Constant] = []
    for value in values {
      switch value {
      case .computed(let value): computed.append(value)
      case .constant(let constant): constants.append(constant)
      }
    }
    guard !computed.isEmpty else {
      var total = constants[0]
      for constant in constants.dropFirst() { total = try worked(.add, total, constant, call) }
      return .constant(total)
    }
    var total = Value.computed(computed[0])
    if computed.count > 1 {
      total = try combined(computed, .add, suffix: constants.isEmpty ? nil : "computed", call)
    }
    for (place, constant) in constants.enumerated() {
      total = try shifted(
        total, by: .constant(constant), suffix: place + 1 == constants.count ? nil : "partial", call
      )
    }
    return total
  }

  /// Sum or product of computed values, each repeated as broadcasting has it.
  mutating func combined(
    _ values: [Computed], _ operation: Networks.Operation, suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Value {
    var dims: [Int] = []
    for value in values {
      try refuseMixing(dims, value.dims, call)
      dims = try broadcast(dims, value.dims, call)
    }
    var parents: [String] = []
    for value in values {
      guard
        case .computed(let wide) = try expanded(
          .computed(value), to: dims, suffix: "repeated", call)
      else { continue }
      parents.append(try self.operation(of: wide, call))
    }
    let name = try add(operation, reading: parents, suffix: suffix, call)
    return .computed(
      Computed(name: name, dims: dims, isWhole: values.allSatisfy(\.isWhole)))
  }

  /// That a file for a fixed number of samples does not have other numbers for each.
  func refuseMixing(_ left: [Int], _ right: [Int], _ call: Call) throws(ONNXError) {
    guard let samples, left.count == right.count, let a = left.first, let b = right.first,
      a != b, a == samples && b == 1 || a == 1 && b == samples
    else { return }
    throw call.unsupported(
      "has another constant for each of \(samples) samples; export the model for one")
  }
}
