internal import Foundation

extension OperatorImporter {
  /// Constants, and what exporters work out of shapes.
  static let shapeArithmetic =
    [
      OperatorImporter(
        "Constant", inputs: 0...0,
        attributes: ["value", "value_float", "value_floats", "value_int", "value_ints"]
      ) { _, call throws(ONNXError) in
        if let tensor = try call.tensor("value") { return .constant(Constant(tensor)) }
        if let number = try call.bound("value_float") {
          return .constant(Constant(dims: [], .reals([number])))
        }
        if let numbers = try call.numbers("value_floats") {
          return .constant(Constant(dims: [numbers.count], .reals(numbers)))
        }
        if let number = try call.integer("value_int") {
          return .constant(Constant(wholes: [number], dims: []))
        }
        if let numbers = try call.integers("value_ints") {
          return .constant(Constant(wholes: numbers))
        }
        throw call.damaged("has no value")
      },
      OperatorImporter("ConstantOfShape", inputs: 1...1, attributes: ["value"]) {
        importer, call throws(ONNXError) in
        let dims = try importer.wholes(of: try call.constant(0), call)
        guard dims.count <= TensorProto.mostAxes, let count = elementCount(dims) else {
          throw call.damaged("makes a constant of impossible shape \(dims.prefix(5))")
        }
        try importer.budget.take(count, of: .constants, for: call.title)
        var number = Numbers.reals([0])
        if let tensor = try call.tensor("value") {
          number = try importer.numbers(of: Constant(tensor), call)
        }
        switch number {
        case .reals(let numbers) where numbers.count == 1:
          return .constant(Constant(dims: dims, .reals(Array(repeating: numbers[0], count: count))))
        case .wholes(let numbers) where numbers.count == 1:
          return .constant(Constant(wholes: Array(repeating: numbers[0], count: count), dims: dims))
        default: throw call.damaged("fills with no single number")
        }
      },
      OperatorImporter("Shape", inputs: 1...1, attributes: ["start", "end"]) {
        _, call throws(ONNXError) in
        let dims = try call.input(0).dims
        func bound(_ given: Int?, _ other: Int) -> Int {
          guard let given else { return other }
          return given < 0 ? max(given &+ dims.count, 0) : min(given, dims.count)
        }
        let start = bound(try call.integer("start"), 0)
        let end = bound(try call.integer("end"), dims.count)
        return .constant(Constant(wholes: Array(dims[start..<max(start, end)])))
      },
      OperatorImporter("Size", inputs: 1...1) { _, call throws(ONNXError) in
        guard let count = elementCount(try call.input(0).dims) else {
          throw call.damaged("counts an impossible shape")
        }
        return .constant(Constant(wholes: [count], dims: []))
      },
      OperatorImporter("Range", inputs: 3...3) { importer, call throws(ONNXError) in
        var bounds: [Numbers] = []
        for place in 0...2 {
          let constant = try call.constant(place)
          guard elementCount(constant.dims) == 1 else { throw call.damaged("has no single bounds") }
          bounds.append(try importer.numbers(of: constant, call))
        }
        let (start, end, step) = (bounds[0].floats[0], bounds[1].floats[0], bounds[2].floats[0])
        let length = ((end - start) / step).rounded(.up)
        guard step != 0, length.isFinite, length < 0x1p24 else {
          throw call.unsupported("counts from \(start) to \(end) in steps of \(step)")
        }
        let count = max(0, Int(length))
        try importer.budget.take(count, of: .constants, for: call.title)
        if case .wholes(let first) = bounds[0], case .wholes(let by) = bounds[2] {
          return .constant(Constant(wholes: (0..<count).map { first[0] &+ $0 &* by[0] }))
        }
        return .constant(
          Constant(dims: [count], .reals((0..<count).map { start + Float($0) * step })))
      },
      OperatorImporter("Mod", inputs: 2...2, attributes: ["fmod"]) {
        importer, call throws(ONNXError) in
        .constant(
          try importer.worked(.remainder, try call.constant(0), try call.constant(1), call))
      },
      OperatorImporter("Not", inputs: 1...1) { importer, call throws(ONNXError) in
        let constant = try call.constant(0)
        let numbers = try importer.wholes(of: constant, call)
        return .constant(Constant(wholes: numbers.map { $0 == 0 ? 1 : 0 }, dims: constant.dims))
      },
      OperatorImporter("Floor", inputs: 1...1) { importer, call throws(ONNXError) in
        .constant(try importer.worked(try call.constant(0), call) { $0.rounded(.down) })
      },
      OperatorImporter("Ceil", inputs: 1...1) { importer, call throws(ONNXError) in
        .constant(try importer.worked(try call.constant(0), call) { $0.rounded(.up) })
      },
    ] + [
      comparison("Equal", .equal), comparison("Less", .less), comparison("Greater", .greater),
      comparison("LessOrEqual", .lessOrEqual), comparison("GreaterOrEqual", .greaterOrEqual),
      comparison("And", .and), comparison("Or", .or),
    ]

  private static func comparison(
    _ name: String, _ operation: ConstantOperation
  ) -> OperatorImporter {
    OperatorImporter(name, inputs: 2...2) { importer, call throws(ONNXError) in
      .constant(try importer.worked(operation, try call.constant(0), try call.constant(1), call))
    }
  }
}
