internal import Networks

/// Where the numbers along one axis of a result come from.
enum AxisMap {
  /// Number i from place `first + i step` of the source.
  case run(count: Int, first: Int = 0, step: Int)
  /// The places one by one; -1 for a number to fill with.
  case list([Int32])

  var count: Int {
    switch self {
    case .run(let count, _, _): count
    case .list(let places): places.count
    }
  }
}

/// How far apart neighbours along each axis stand in row-major order.
func strides(of dims: [Int]) -> [Int] {
  var strides = dims
  var stride = 1
  for axis in dims.indices.reversed() {
    strides[axis] = stride
    stride *= dims[axis]
  }
  return strides
}

extension Importer {
  /// The places of all numbers of a result, in row-major order: for each the sum of what its axes say.
  ///
  /// - Complexity: O(entries).
  mutating func table(_ axes: [AxisMap], _ call: Call) throws(ONNXError) -> [Int32] {
    guard let count = elementCount(axes.map(\.count)) else {
      throw call.unsupported("makes a value of impossible shape \(axes.map(\.count))")
    }
    try budget.take(count, of: .tables, for: call.title)
    guard count > 0 else { return [] }
    var table: [Int32] = [0]
    for axis in axes {
      // Places are below 2^31, since no value has more numbers.
      let (length, old) = (axis.count, table)
      table = [Int32](unsafeUninitializedCapacity: old.count * length) { target, filled in
        var next = 0
        for base in old {
          switch axis {
          case .run(_, let first, let step):
            var place = Int32(truncatingIfNeeded: first) &+ base
            let step = Int32(truncatingIfNeeded: step)
            for _ in 0..<length {
              target.initializeElement(at: next, to: base < 0 ? -1 : place)
              place &+= step
              next += 1
            }
          case .list(let places):
            for place in places {
              target.initializeElement(at: next, to: base < 0 || place < 0 ? -1 : base &+ place)
              next += 1
            }
          }
        }
        filled = next
      }
    }
    return table
  }

  /// Numbers of one value at other places.
  mutating func arranged(
    _ source: Value, _ axes: [AxisMap], fill: Float = 0, suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Value {
    let dims = axes.map(\.count)
    // Unless something is filled in, numbers that all stay are the same value.
    return try arranged(
      [source], try table(axes, call), dims: dims, fill: fill, suffix: suffix, call)
  }

  /// Numbers of some values at other places.
  ///
  /// - Parameters:
  ///   - table: for each number of the result its place among the numbers of all sources one after
  ///     another; -1 for a number to fill with.
  ///   - dims: of the result.
  mutating func arranged(
    _ sources: [Value], _ table: [Int32], dims: [Int], fill: Float = 0, suffix: String? = nil,
    _ call: Call
  ) throws(ONNXError) -> Value {
    guard dims.count <= TensorProto.mostAxes else {
      throw call.unsupported("makes \(dims.count) axes; up to \(TensorProto.mostAxes) are read")
    }
    let constants = sources.compactMap {
      if case .constant(let constant) = $0 { constant } else { nil }
    }
    if constants.count == sources.count {
      return .constant(try picked(constants, table, dims: dims, fill: fill, call))
    }
    guard !table.isEmpty else { throw call.unsupported("makes a value without numbers") }
    if sources.count == 1, case .computed(let value) = sources[0],
      table.count == value.count, table.indices.allSatisfy({ table[$0] == Int32($0) })
    {
      return .computed(value.renamed(dims, label: call.name))
    }
    var parents: [String] = []
    var numbers: [Float] = [Self.finite(fill)]
    // For each source where its numbers begin, and what they are in the network.
    var starts: [Int] = []
    var shifts: [Int] = []
    var isConstant: [Bool] = []
    var (start, next) = (0, 0)
    var isWhole = true
    for source in sources {
      starts.append(start)
      switch source {
      case .computed(let value):
        try refuseReadout(value, call)
        parents.append(value.name)
        shifts.append(next - start)
        isConstant.append(false)
        next += value.count
        start += value.count
        isWhole = isWhole && value.isWhole
      case .constant(let constant):
        let own = try floats(of: constant, call)
        shifts.append(numbers.count - start)
        isConstant.append(true)
        numbers += own.map(Self.finite)
        start += own.count
        isWhole = isWhole && constant.isWhole
      }
    }
    var indices = table
    if !constants.isEmpty {
      // Few sources in a row; the last that begins at or before a place has it.
      for place in indices.indices where indices[place] >= 0 {
        let index = Int(indices[place])
        var (low, high) = (0, starts.count)
        while high - low > 1 {
          let middle = (low + high) / 2
          if starts[middle] <= index { low = middle } else { high = middle }
        }
        let moved = index + shifts[low]
        indices[place] = Int32(isConstant[low] ? -1 - moved : moved)
      }
    } else if !table.contains(where: { $0 < 0 }) {
      numbers = []
    }
    let shape = try shape(natural(dims), call)
    let rearrangement = try sound(call) { () throws(NetworkError) in
      try Rearrangement(shape: shape, indices: indices, constants: numbers)
    }
    let name = try add(.rearrange(rearrangement), reading: parents, suffix: suffix, call)
    return .computed(Computed(name: name, dims: dims, isWhole: isWhole))
  }

  /// Minus infinity, with which masks are written, as a number.
  static func finite(_ number: Float) -> Float {
    number == -.infinity ? -.greatestFiniteMagnitude : number
  }

  private mutating func picked(
    _ constants: [Constant], _ table: [Int32], dims: [Int], fill: Float, _ call: Call
  ) throws(ONNXError) -> Constant {
    try budget.take(table.count, of: .constants, for: call.title)
    var all = try numbers(of: constants[0], call)
    for constant in constants.dropFirst() {
      switch (all, try numbers(of: constant, call)) {
      case (.reals(let left), .reals(let right)): all = .reals(left + right)
      case (.wholes(let left), .wholes(let right)): all = .wholes(left + right)
      default: throw call.unsupported("joins reals and whole numbers")
      }
    }
    return Constant(dims: dims, all.picked(table, fill: fill).content)
  }

  /// A value repeated along axes of length 1 or in front, as broadcasting has it.
  mutating func expanded(
    _ value: Value, to dims: [Int], suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Value {
    let own = value.dims
    guard own != dims else { return value }
    guard own.count <= dims.count else {
      throw call.unsupported("repeats a value of shape \(own) to \(dims)")
    }
    if case .computed(let computed) = value, elementCount(dims) == computed.count {
      return .computed(computed.renamed(dims))
    }
    let missing = dims.count - own.count
    let steps = strides(of: own)
    var axes: [AxisMap] = []
    for axis in dims.indices {
      let length = axis < missing ? 1 : own[axis - missing]
      guard length == dims[axis] || length == 1 else {
        throw call.unsupported("repeats a value of shape \(own) to \(dims)")
      }
      axes.append(.run(count: dims[axis], step: length == 1 ? 0 : steps[axis - missing]))
    }
    return try arranged(value, axes, suffix: suffix, call)
  }

  /// A value with its axes in another order.
  mutating func permuted(
    _ value: Value, _ order: [Int], suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Value {
    let dims = value.dims
    let result = order.map { dims[$0] }
    // Axes of length 1 may go anywhere.
    if order.filter({ dims[$0] != 1 }) == dims.indices.filter({ dims[$0] != 1 }) {
      return try renamed(value, result, call)
    }
    if case .constant(var constant) = value,
      case .tensor(let tensor, let isTurned) = constant.content,
      order == [1, 0], constant.isReal, dims == (isTurned ? tensor.dims.reversed() : tensor.dims)
    {
      constant.dims = result
      constant.content = .tensor(tensor, isTransposed: !isTurned)
      return .constant(constant)
    }
    let steps = strides(of: dims)
    return try arranged(
      value, order.map { .run(count: dims[$0], step: steps[$0]) }, suffix: suffix, call)
  }

  /// What two shapes are broadcast to.
  func broadcast(_ left: [Int], _ right: [Int], _ call: Call) throws(ONNXError) -> [Int] {
    let rank = max(left.count, right.count)
    let a = Array(repeating: 1, count: rank - left.count) + left
    let b = Array(repeating: 1, count: rank - right.count) + right
    var dims: [Int] = []
    for axis in a.indices {
      guard a[axis] == b[axis] || a[axis] == 1 || b[axis] == 1 else {
        throw call.unsupported("combines values of shapes \(left) and \(right), which do not fit")
      }
      dims.append(a[axis] == 1 ? b[axis] : a[axis])
    }
    return dims
  }
}
