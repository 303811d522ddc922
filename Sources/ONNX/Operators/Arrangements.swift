internal import Networks

extension OperatorImporter {
  /// Operators that take numbers to other places.
  static let arrangements = [
    OperatorImporter("Transpose", becomes: ["rearrange"], inputs: 1...1, attributes: ["perm"]) {
      importer, call throws(ONNXError) in
      let value = try call.input(0)
      let order = try call.integers("perm") ?? value.dims.indices.reversed()
      guard order.sorted() == Array(value.dims.indices) else {
        throw call.damaged("has perm=\(order) for \(value.dims.count) axes")
      }
      return try importer.permuted(value, order, call)
    },
    OperatorImporter(
      "Concat", becomes: ["rearrange"], inputs: 1...Int.max, attributes: ["axis"]
    ) { importer, call throws(ONNXError) in try joined(&importer, call) },
    OperatorImporter(
      "Split", becomes: ["rearrange"], inputs: 1...2,
      attributes: ["axis", "split", "num_outputs"], outputs: split),
    OperatorImporter(
      "Slice", becomes: ["rearrange"], inputs: 1...5, attributes: ["axes", "starts", "ends"]
    ) { importer, call throws(ONNXError) in try slice(&importer, call) },
    OperatorImporter(
      "Gather", becomes: ["rearrange", "scale", "abs", "relu", "dense"], inputs: 2...2,
      attributes: ["axis"]
    ) { importer, call throws(ONNXError) in
      if case .computed(let indices) = try call.input(1) {
        return try embedded(indices, &importer, call)
      }
      return try gathered(&importer, call)
    },
    OperatorImporter(
      "Pad", becomes: ["rearrange"], inputs: 1...4, attributes: ["mode", "pads", "value"]
    ) { importer, call throws(ONNXError) in try pad(&importer, call) },
    OperatorImporter("Expand", becomes: ["rearrange"], inputs: 2...2) {
      importer, call throws(ONNXError) in
      let value = try call.input(0)
      var target: [Int]
      if case .constant(let shape) = try call.input(1) {
        target = try importer.wholes(of: shape, call)
      } else if let declared = importer.declared[call.outputs[0]], importer.options.isWhole {
        // Which lengths are asked for is seen later; what the file says of the result holds.
        target = declared
      } else {
        throw call.unsupported("has a computed shape; only constants are supported there")
      }
      guard target.count <= TensorProto.mostAxes else {
        throw call.unsupported("makes \(target.count) axes; up to \(TensorProto.mostAxes) are read")
      }
      if let samples = importer.samples, target.first == samples,
        value.dims.count < target.count || value.dims.first == 1
      {
        target[0] = 1
      }
      return try importer.expanded(
        value, to: try importer.broadcast(value.dims, target, call), call)
    },
    OperatorImporter("Tile", becomes: ["rearrange"], inputs: 2...2) {
      importer, call throws(ONNXError) in
      let value = try call.input(0)
      let turns = try importer.wholes(of: try call.constant(1), call)
      guard turns.count == value.dims.count, turns.allSatisfy({ $0 > 0 }) else {
        throw call.damaged("has \(turns.count) counts of turns for \(value.dims.count) axes")
      }
      let steps = strides(of: value.dims)
      var axes: [AxisMap] = []
      var dims: [Int] = []
      for (axis, length) in value.dims.enumerated() {
        axes += [.run(count: turns[axis], step: 0), .run(count: length, step: steps[axis])]
        dims.append(length &* turns[axis])
      }
      return try importer.arranged(
        [value], try importer.table(axes, call), dims: dims, call)
    },
    OperatorImporter("Where", becomes: ["rearrange"], inputs: 3...3) {
      importer, call throws(ONNXError) in try chosen(&importer, call)
    },
  ]

  private static func joined(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    var parts: [Importer.Value] = []
    for place in call.inputs.indices {
      let part = try call.input(place)
      // What is empty adds nothing.
      if part.dims != [0] { parts.append(part) }
    }
    guard let first = parts.first else { return try call.input(0) }
    // No version of it has a default.
    guard let given = try call.integer("axis") else { throw call.damaged("has no axis") }
    let axis = try call.axis(given, of: first.dims.count)
    var dims = first.dims
    dims[axis] = 0
    for part in parts {
      var rest = part.dims
      guard rest.count == dims.count else {
        throw call.unsupported("joins shapes \(first.dims) and \(part.dims)")
      }
      rest[axis] = 0
      var other = dims
      other[axis] = 0
      guard rest == other else {
        throw call.unsupported("joins shapes \(first.dims) and \(part.dims)")
      }
      let (sum, overflow) = dims[axis].addingReportingOverflow(part.dims[axis])
      guard !overflow else { throw call.damaged("joins impossible shapes") }
      dims[axis] = sum
    }
    if parts.count == 1 { return first }
    guard let count = elementCount(dims) else { throw call.damaged("joins impossible shapes") }
    try importer.budget.take(count, of: .tables, for: call.title)
    let outer = dims[..<axis].reduce(1, *)
    let inner = dims[(axis + 1)...].reduce(1, *)
    var table: [Int32] = []
    table.reserveCapacity(count)
    for turn in 0..<outer {
      var start = 0
      for part in parts {
        let block = part.dims[axis] * inner
        for place in 0..<block { table.append(Int32(start + turn * block + place)) }
        start += block * outer
      }
    }
    return try importer.arranged(parts, table, dims: dims, call)
  }

  private static let split: Body = { importer, call throws(ONNXError) in
    let value = try call.input(0)
    let axis = try call.axis(try call.integer("axis") ?? 0, of: value.dims.count)
    let length = value.dims[axis]
    var lengths: [Int]
    if let given = try call.integers("split") {
      lengths = given
    } else if call.optional(1) != nil {
      lengths = try importer.wholes(of: try call.constant(1), call)
    } else {
      let count = try call.integer("num_outputs") ?? call.outputs.count
      guard count == call.outputs.count, count <= length else {
        throw call.damaged("makes \(count) parts of \(length) in \(call.outputs.count) outputs")
      }
      // The last one is shorter if it does not come out even.
      let part = (length + count - 1) / count
      lengths = (0..<count).map { min(part, length - $0 * part) }
    }
    guard lengths.count == call.outputs.count, lengths.allSatisfy({ $0 >= 0 && $0 <= length }),
      lengths.reduce(0, +) == length
    else { throw call.damaged("makes parts of \(lengths) of \(length)") }
    let steps = strides(of: value.dims)
    var parts: [Importer.Value] = []
    var start = 0
    for (place, part) in lengths.enumerated() {
      let axes = value.dims.indices.map { other in
        other == axis
          ? AxisMap.run(count: part, first: start * steps[axis], step: steps[axis])
          : .run(count: value.dims[other], step: steps[other])
      }
      // What nobody reads is not needed, and an empty part may be such.
      parts.append(
        part == 0
          ? .constant(Constant(wholes: [], dims: [0]))
          : try importer.arranged(value, axes, suffix: place == 0 ? nil : "\(place + 1)", call))
      start += part
    }
    return parts
  }

  private static func slice(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let value = try call.input(0)
    let dims = value.dims
    var lists: [[Int]?] = []
    if call.opset < 10 {
      lists = [
        try call.integers("starts"), try call.integers("ends"), try call.integers("axes"), nil,
      ]
    } else {
      for place in 1...4 {
        lists.append(
          call.optional(place) == nil
            ? nil : try importer.wholes(of: try call.constant(place), call))
      }
    }
    guard let starts = lists[0], let ends = lists[1], starts.count == ends.count,
      starts.count <= dims.count
    else { throw call.damaged("does not say from where to where") }
    let axes = lists[2] ?? Array(starts.indices)
    let strides = lists[3] ?? Array(repeating: 1, count: starts.count)
    guard axes.count == starts.count, strides.count == starts.count else {
      throw call.damaged("has \(starts.count) starts and \(axes.count) axes")
    }
    let steps = ONNX.strides(of: dims)
    var maps = dims.indices.map { AxisMap.run(count: dims[$0], step: steps[$0]) }
    var seen: Set<Int> = []
    for (place, given) in axes.enumerated() {
      let axis = try call.axis(given, of: dims.count)
      let (length, step) = (dims[axis], strides[place])
      guard seen.insert(axis).inserted else { throw call.damaged("names axis \(axis) twice") }
      guard step != 0, step > Int.min else {
        throw call.damaged("has a step of \(step) along axis \(axis)")
      }
      // Bounds beyond the ends are the ends; backwards the end may lie before the first.
      func bound(_ number: Int) -> Int {
        let from = number < 0 ? number &+ length : number
        return step > 0 ? min(max(from, 0), length) : min(max(from, -1), length - 1)
      }
      let (start, end) = (bound(starts[place]), bound(ends[place]))
      let first = step < 0 ? max(start, 0) : start
      let room = step > 0 ? end - first : first - end
      let size = step.magnitude > UInt(max(length, 1)) ? max(length, 1) : Int(step.magnitude)
      let count = length == 0 ? 0 : max(0, (room + size - 1) / size)
      maps[axis] = .run(
        count: count, first: first * steps[axis], step: (step > 0 ? size : -size) * steps[axis])
    }
    return try importer.arranged(value, maps, call)
  }

  /// Picks with constant indices.
  private static func gathered(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let value = try call.input(0)
    let indices = try call.constant(1)
    let dims = value.dims
    let axis = try call.axis(try call.integer("axis") ?? 0, of: dims.count)
    let steps = strides(of: dims)
    var places: [Int32] = []
    for index in try importer.wholes(of: indices, call) {
      guard index >= -dims[axis], index < dims[axis] else {
        throw call.damaged("picks number \(index) of \(dims[axis])")
      }
      let place = (index < 0 ? index + dims[axis] : index) * steps[axis]
      guard place <= Int(Int32.max) else { throw call.unsupported("picks from too many numbers") }
      places.append(Int32(place))
    }
    var maps = dims.indices.map { AxisMap.run(count: dims[$0], step: steps[$0]) }
    maps[axis] = .list(places)
    return try importer.arranged(
      [value], try importer.table(maps, call),
      dims: dims[..<axis] + indices.dims + dims[(axis + 1)...], call)
  }

  /// Rows of a constant table by computed numbers. The network's own input is looked up before it is one,
  /// if nothing else reads it. Else with e_j = max(0, 1 - |k - j|), which is 1 for j = k and
  /// 0 for every other whole number, the row is Σ_j e_j T_j.
  private static func embedded(
    _ indices: Importer.Computed, _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let table = try call.constant(0)
    guard indices.isWhole, table.dims.count >= 1,
      try call.axis(try call.integer("axis") ?? 0, of: table.dims.count) == 0,
      let rows = table.dims.first, rows > 0, rows < 1 << 24,
      let width = elementCount(Array(table.dims.dropFirst())), width > 0
    else {
      throw call.unsupported(
        "picks by computed numbers from shape \(table.dims); only rows by whole numbers are supported"
      )
    }
    if importer.mayLookUp(indices) {
      let numbers = try importer.floats(of: table, call)
      return .computed(
        try importer.lookedUp(indices, in: numbers, dims: Array(table.dims.dropFirst()), call))
    }
    let steps = strides(of: indices.dims)
    let maps =
      indices.dims.indices.map { AxisMap.run(count: indices.dims[$0], step: steps[$0]) }
      + [.run(count: rows, step: 0)]
    guard
      case .computed(let repeated) = try importer.arranged(
        .computed(indices), maps, suffix: "repeated", call)
    else { throw call.unsupported("picks by no computed number") }
    let distance = try importer.scaled(
      repeated, offsets: (0..<rows).map { -Float($0) }, suffix: "distance", call)
    let magnitude = try importer.applied(
      .activation(.absolute), to: distance, suffix: "magnitude", call)
    let nearness = try importer.scaled(
      magnitude, factors: [-1], offsets: [1], suffix: "nearness", call)
    let chosen = try importer.applied(
      .activation(.relu), to: nearness, suffix: "chosen", call)
    var matrix = table
    matrix.dims = [rows, width]
    let result = try importer.dense(
      chosen, matrix, outputs: width, inputs: rows, isTransposed: true, call)
    return .computed(
      result.renamed(indices.dims + table.dims.dropFirst()))
  }

  private static func pad(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let value = try call.input(0)
    let dims = value.dims
    var fill = Float(0)
    var pads: [Int]
    var axes = Array(dims.indices)
    if call.opset < 11 {
      pads = try call.integers("pads") ?? []
      fill = Float(try call.number("value") ?? 0)
    } else {
      pads = try importer.wholes(of: try call.constant(1), call)
      if call.optional(2) != nil {
        guard let number = try importer.single(of: try call.constant(2), call) else {
          throw call.damaged("fills with no single number")
        }
        fill = number
      }
      if call.optional(3) != nil {
        axes = []
        for axis in try importer.wholes(of: try call.constant(3), call).prefix(dims.count + 1) {
          axes.append(try call.axis(axis, of: dims.count))
        }
      }
    }
    guard pads.count == 2 * axes.count, Set(axes).count == axes.count else {
      throw call.damaged("has \(pads.count) pads for \(axes.count) axes")
    }
    if let beyond = pads.first(where: { $0.magnitude >= 1 << 31 }) {
      throw call.damaged("pads an axis by \(beyond)")
    }
    let mode = try call.text("mode") ?? "constant"
    let steps = strides(of: dims)
    var maps = dims.indices.map { AxisMap.run(count: dims[$0], step: steps[$0]) }
    var made = dims
    for (place, axis) in axes.enumerated() {
      made[axis] = dims[axis] + pads[place] + pads[axes.count + place]
    }
    // What comes out has to be bearable before it is written down.
    guard made.allSatisfy({ $0 > 0 }), let count = elementCount(made), count <= Budget.tables else {
      throw call.unsupported("makes the shape \(made) of \(dims)")
    }
    for (place, axis) in axes.enumerated() where pads[place] != 0 || pads[axes.count + place] != 0 {
      let length = dims[axis]
      var places: [Int32] = []
      for position in 0..<made[axis] {
        var from = position - pads[place]
        switch mode {
        case "constant": break
        case "edge": from = min(max(from, 0), length - 1)
        case "wrap": from = ((from % length) + length) % length
        case "reflect":
          // There and back again, without the ends twice.
          let period = max(2 * (length - 1), 1)
          from = ((from % period) + period) % period
          if from >= length { from = period - from }
        default: throw call.unsupported("has mode='\(ONNXError.short(mode))'")
        }
        places.append(from < 0 || from >= length ? -1 : Int32(from * steps[axis]))
      }
      maps[axis] = .list(places)
    }
    return try importer.arranged(value, maps, fill: fill, call)
  }

  private static func chosen(
    _ importer: inout Importer, _ call: Call
  ) throws(ONNXError) -> Importer.Value {
    let condition = try call.constant(0)
    let (left, right) = (try call.input(1), try call.input(2))
    try importer.refuseMixing(left.dims, right.dims, call)
    let dims = try importer.broadcast(
      try importer.broadcast(left.dims, right.dims, call), condition.dims, call)
    func places(_ own: [Int], _ importer: inout Importer) throws(ONNXError) -> [Int32] {
      let missing = dims.count - own.count
      let steps = strides(of: own)
      return try importer.table(
        dims.indices.map { axis in
          let isRepeated = axis < missing || own[axis - missing] == 1
          return .run(count: dims[axis], step: isRepeated ? 0 : steps[axis - missing])
        }, call)
    }
    let truths = try importer.wholes(of: condition, call)
    let (whether, first) = (try places(condition.dims, &importer), try places(left.dims, &importer))
    var table = try places(right.dims, &importer)
    let start = elementCount(left.dims) ?? 0
    guard start + (elementCount(right.dims) ?? 0) <= Int(Int32.max) else {
      throw call.unsupported("chooses from too many numbers")
    }
    for place in table.indices {
      table[place] =
        truths[Int(whether[place])] != 0
        ? first[place] : table[place] + Int32(start)
    }
    return try importer.arranged([left, right], table, dims: dims, call)
  }
}
