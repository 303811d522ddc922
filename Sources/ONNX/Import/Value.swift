internal import Networks

extension Importer {
  /// A value of the graph.
  enum Value {
    case constant(Constant)
    case computed(Computed)

    /// The length of every axis.
    var dims: [Int] {
      switch self {
      case .constant(let constant): constant.dims
      case .computed(let value): value.dims
      }
    }
  }

  /// A value that depends on the network's input.
  struct Computed {
    /// The operation of the network that computes its numbers; the axes are its own.
    let name: String
    /// The length of every axis, for one sample.
    var dims: [Int]
    /// Whether its numbers are whole.
    var isWhole = false
    /// Whether it stands for the place of the greatest of these numbers, which is how a class is read
    /// off the network's output and no part of the network.
    var isReadout = false
    /// The node that gave it its axes, if one did.
    var label: String?

    /// How many numbers.
    var count: Int { dims.reduce(1, *) }
    /// The same numbers with other axes.
    func renamed(_ dims: [Int], label: String? = nil) -> Computed {
      var value = self
      if value.dims != dims, let label { value.label = label }
      value.dims = dims
      return value
    }
  }

  // MARK: Shapes

  /// The axes with which a network has a value: without a first one of length 1, which nothing needs.
  func natural(_ dims: [Int]) -> [Int] {
    if dims.isEmpty { return [1] }
    return dims.count > 1 && dims[0] == 1 ? Array(dims.dropFirst()) : dims
  }

  /// A shape, if there is one.
  func shape(_ dims: [Int], _ call: Call) throws(ONNXError) -> Shape {
    guard !dims.contains(0) else {
      throw call.unsupported("makes an empty value, of shape \(dims)")
    }
    return try sound(call) { () throws(NetworkError) in try Shape(dims) }
  }

  /// A value with other axes.
  func renamed(_ value: Value, _ dims: [Int], _ call: Call) throws(ONNXError) -> Value {
    guard dims.count <= TensorProto.mostAxes else {
      throw call.unsupported("makes \(dims.count) axes; up to \(TensorProto.mostAxes) are read")
    }
    guard let count = elementCount(dims), count == elementCount(value.dims) else {
      throw call.damaged("makes the shape \(dims) of \(value.dims)")
    }
    switch value {
    case .computed(let value): return .computed(value.renamed(dims, label: call.name))
    case .constant(var constant):
      constant.dims = dims
      return .constant(constant)
    }
  }

  /// The operation with a value's numbers in a shape that the network's operations can work on.
  mutating func operation(
    of value: Computed, shaped dims: [Int]? = nil, _ call: Call
  ) throws(ONNXError) -> String {
    try refuseReadout(value, call)
    let wanted = try shape(dims ?? natural(value.dims), call)
    guard let current = builder.shape(of: value.name), current != wanted else { return value.name }
    let origin = reshaped[value.name] ?? value.name
    if builder.shape(of: origin) == wanted { return origin }
    let key = ShapeKey(origin: origin, shape: wanted)
    if let known = shapes[key] { return known }
    let name = try add(
      .reshape(wanted), reading: [origin], named: value.label ?? "\(call.name).reshape",
      isOwn: value.label != nil, call)
    shapes[key] = name
    reshaped[name] = origin
    return name
  }

  /// A value in a shape.
  struct ShapeKey: Hashable {
    let origin: String
    let shape: Shape
  }

  /// Nothing but names may stand behind a readout.
  func refuseReadout(_ value: Computed, _ call: Call) throws(ONNXError) {
    guard !hasLookUp || !value.isWhole || value.name != Network.Builder.input else {
      throw call.unsupported("reads whole numbers that are looked up in a table elsewhere too")
    }
    guard value.isReadout else { return }
    throw call.unsupported("reads a class that ArgMax makes; only as the output is that supported")
  }

  // MARK: Operations

  /// Adds an operation.
  ///
  /// - Parameter suffix: what sets it apart from others of its node; none for the one that has the node's
  ///   name.
  mutating func add(
    _ operation: Operation, reading parents: [String], suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> String {
    try add(
      operation, reading: parents, named: suffix.map { "\(call.name).\($0)" } ?? call.name,
      isOwn: suffix == nil, call)
  }

  /// - Parameter isOwn: whether the name is one that has been handed out to a node.
  private mutating func add(
    _ operation: Operation, reading parents: [String], named wanted: String, isOwn: Bool,
    _ call: Call
  ) throws(ONNXError) -> String {
    guard steps.count < Budget.steps else {
      throw call.unsupported("makes more than \(Budget.steps) operations")
    }
    let name = isOwn && builder.shape(of: wanted) == nil ? wanted : names.unique(wanted)
    try sound(call) { () throws(NetworkError) in
      try builder.add(operation, named: name, reading: parents)
    }
    if !operation.isNaming {
      try budget.take(builder.shape(of: name)?.count ?? 0, of: .values, for: call.title)
    }
    steps.append(Step(operation: operation, name: name, parents: parents))
    return name
  }

  /// An operation of the network to be.
  struct Step {
    let operation: Operation
    let name: String
    let parents: [String]
  }

  /// Does what a network may refuse, and says at which node.
  func sound<Result>(
    _ call: Call, _ body: () throws(NetworkError) -> Result
  ) throws(ONNXError) -> Result {
    do throws(NetworkError) {
      return try body()
    } catch {
      throw call.unsupported(error.description)
    }
  }

  /// A value after an operation that leaves its shape.
  mutating func applied(
    _ operation: Operation, to value: Computed, suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Computed {
    let source = try self.operation(of: value, call)
    let name = try add(operation, reading: [source], suffix: suffix, call)
    return Computed(name: name, dims: value.dims, isWhole: false)
  }

  /// a x + b with constants of one layout.
  mutating func scaled(
    _ value: Computed, factors: [Float]? = nil, offsets: [Float]? = nil, inner: Int = 1,
    suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Computed {
    let scale = try sound(call) { () throws(NetworkError) in
      try Scale(factors: factors, offsets: offsets.map { $0.map(Self.finite) }, inner: inner)
    }
    var result = try applied(.scale(scale), to: value, suffix: suffix, call)
    result.isWhole = value.isWhole
    return result
  }
}
