/// An ONNX model as its file says it, as far as it is needed; every other field is skipped.
///
/// Field numbers are those of `onnx.proto` (ONNX, IR version 10).
struct ModelProto {
  /// The version of each set of operators, by domain; the common one is "".
  var opsets: [String: Int] = [:]
  var graph: GraphProto

  /// The whole file.
  init(_ source: ModelBytes) throws(ONNXError) {
    var budget = MessageBudget()
    var graph: GraphProto?
    var opsets: [String: Int] = [:]
    try WireReader.forEach(of: source, 0..<source.count) { field throws(ONNXError) in
      switch field.number {
      case 7:
        guard graph == nil else { throw .damaged("it is damaged: it holds two graphs") }
        graph = try GraphProto(source, try field.bytes(), &budget)
      case 8:
        try budget.spend()
        var domain = ""
        var version = 0
        try WireReader.forEach(of: source, try field.bytes()) { field throws(ONNXError) in
          switch field.number {
          case 1: domain = try field.string(in: source)
          case 2: version = try field.integer()
          default: break
          }
        }
        opsets[domain == "ai.onnx" ? "" : domain] = version
      default: break
      }
    }
    guard let graph else { throw .damaged("it is no ONNX model: it holds no graph") }
    self.graph = graph
    self.opsets = opsets
  }
}

/// How many messages and names a file may hold: one of two bytes becomes a value of a hundred.
struct MessageBudget {
  static let limit = 200_000
  private var left = Self.limit

  mutating func spend() throws(ONNXError) {
    left -= 1
    guard left >= 0 else {
      throw .unsupported("it holds more than \(Self.limit) nodes, names, attributes and tensors")
    }
  }
}

/// A graph: nodes in an order in which each comes after those it reads.
struct GraphProto {
  var nodes: [NodeProto] = []
  var initializers: [TensorProto] = []
  var inputs: [ValueInfoProto] = []
  var outputs: [ValueInfoProto] = []
  var hasSparseInitializers = false

  init(_ source: ModelBytes, _ range: Range<Int>, _ budget: inout MessageBudget) throws(ONNXError) {
    var reader = WireReader(source, range)
    while let field = try reader.next() {
      switch field.number {
      case 1: nodes.append(try NodeProto(source, try field.bytes(), &budget))
      case 5: initializers.append(try TensorProto(source, try field.bytes(), &budget))
      case 11: inputs.append(try ValueInfoProto(source, try field.bytes(), &budget))
      case 12: outputs.append(try ValueInfoProto(source, try field.bytes(), &budget))
      case 15: hasSparseInitializers = true
      default: break
      }
    }
  }
}

/// One operator at work.
struct NodeProto {
  var name = ""
  var operatorName = ""
  var domain = ""
  /// Names of values; empty where an optional one is left out.
  var inputs: [String] = []
  var outputs: [String] = []
  var attributes: [AttributeProto] = []

  init(_ source: ModelBytes, _ range: Range<Int>, _ budget: inout MessageBudget) throws(ONNXError) {
    try budget.spend()
    var reader = WireReader(source, range)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        try budget.spend()
        inputs.append(try field.string(in: source))
      case 2:
        try budget.spend()
        outputs.append(try field.string(in: source))
      case 3: name = try field.string(in: source)
      case 4: operatorName = try field.string(in: source)
      case 5: attributes.append(try AttributeProto(source, try field.bytes(), &budget))
      case 7: domain = try field.string(in: source)
      default: break
      }
    }
    if domain == "ai.onnx" { domain = "" }
  }
}

/// A setting of a node.
struct AttributeProto {
  /// What it holds.
  enum Value {
    case float(Float)
    case integer(Int)
    case string(String)
    case tensor(TensorProto)
    case floats([Float])
    case integers([Int])
    /// A graph, type, sparse tensor, list of strings or reference: nothing that is read here.
    case other
  }

  /// The most numbers in a list; real ones hold a handful.
  static let longestList = 65_536

  var name = ""
  var value = Value.other

  init(_ source: ModelBytes, _ range: Range<Int>, _ budget: inout MessageBudget) throws(ONNXError) {
    try budget.spend()
    var kind = 0
    var float: Float = 0
    var integer = 0
    var floats: [Float] = []
    var integers: [Int] = []
    var text = ""
    var tensor: TensorProto?
    var holds: Set<Int> = []
    var reader = WireReader(source, range)
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.string(in: source)
      case 2: float = try field.float()
      case 3: integer = try field.integer()
      case 4: text = try field.string(in: source)
      case 5: tensor = try TensorProto(source, try field.bytes(), &budget)
      case 7: try field.append(to: &floats, in: source, upTo: Self.longestList)
      case 8: try field.append(to: &integers, in: source, upTo: Self.longestList)
      case 20: kind = try field.integer()
      default: break
      }
      if (2...8).contains(field.number) { holds.insert(field.number) }
    }
    // Files older than the field `type` leave it out; there what is present decides.
    if kind == 0, holds.count == 1 {
      kind = [2: 1, 3: 2, 4: 3, 5: 4, 7: 6, 8: 7][holds.first!] ?? 0
    }
    switch kind {
    case 1: value = .float(float)
    case 2: value = .integer(integer)
    case 3: value = .string(text)
    case 4: value = tensor.map { .tensor($0) } ?? .other
    case 6: value = .floats(floats)
    case 7: value = .integers(integers)
    default: value = .other
    }
  }
}

/// The name, element type and shape of a graph's input or output.
struct ValueInfoProto {
  /// The length of an axis.
  enum Axis: Equatable {
    case fixed(Int)
    case symbolic(String)
  }

  var name = ""
  /// As in `ElementType`; 0 if it is no tensor.
  var elementType = 0
  /// None if the file does not say.
  var shape: [Axis]?

  init(_ source: ModelBytes, _ range: Range<Int>, _ budget: inout MessageBudget) throws(ONNXError) {
    try budget.spend()
    var reader = WireReader(source, range)
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.string(in: source)
      case 2: try readType(source, try field.bytes(), &budget)
      default: break
      }
    }
  }

  private mutating func readType(
    _ source: ModelBytes, _ range: Range<Int>, _ budget: inout MessageBudget
  ) throws(ONNXError) {
    var reader = WireReader(source, range)
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      var tensor = WireReader(source, try field.bytes())
      while let field = try tensor.next() {
        switch field.number {
        case 1: elementType = try field.integer()
        case 2: shape = try Self.axes(source, try field.bytes(), &budget)
        default: break
        }
      }
    }
  }

  private static func axes(
    _ source: ModelBytes, _ range: Range<Int>, _ budget: inout MessageBudget
  ) throws(ONNXError) -> [Axis] {
    var axes: [Axis] = []
    var reader = WireReader(source, range)
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      try budget.spend()
      var axis = Axis.symbolic("")
      var dimension = WireReader(source, try field.bytes())
      while let field = try dimension.next() {
        switch field.number {
        case 1: axis = .fixed(try field.integer())
        case 2: axis = .symbolic(try field.string(in: source))
        default: break
        }
      }
      axes.append(axis)
    }
    return axes
  }
}
