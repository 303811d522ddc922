internal import Networks

/// Goes through a graph's nodes in order and drafts a network.
struct Importer {
  /// A value of the graph.
  enum Value {
    case constant(Constant)
    case computed(Computed)
  }

  /// A value that depends on the network's input.
  struct Computed {
    /// The step of the draft that computes its numbers.
    let step: Int
    /// The length of every axis, that of the batch included.
    var dims: [Int]
  }

  /// The most numbers that one input sample may have.
  static let mostInputs = 1 << 24
  /// The most nodes that are imported; what follows an import is slower than linear in them.
  static let mostNodes = 20_000

  let reader: TensorReader
  /// The version of the common operators.
  let opset: Int
  /// The length of the first axis, which counts samples; none if the input is one sample without
  /// such an axis.
  private(set) var batch: Int?
  var draft = Draft()
  private var values: [String: Value] = [:]
  /// Outputs of nodes that are not modelled, such as a dropout's mask.
  private var withheld: Set<String> = []
  private var names = UniqueNames()

  /// An importer for a model, if it uses operators that are known.
  init(_ model: ModelProto, _ reader: TensorReader) throws(ONNXError) {
    guard let opset = model.opsets[""] else {
      throw .damaged("it does not say which version of the operators it uses")
    }
    guard ONNXFile.opsets.contains(opset) else {
      let known = ONNXFile.opsets
      throw .unsupported(
        "it uses operators of version (opset) \(opset); \(known.lowerBound) to "
          + "\(known.upperBound) are read")
    }
    self.reader = reader
    self.opset = opset
  }

  /// Drafts the network down to the graph's output.
  ///
  /// - Returns: the step that is the output.
  mutating func run(_ graph: GraphProto) throws(ONNXError) -> Int {
    guard !graph.hasSparseInitializers else {
      throw .unsupported("it has sparse tensors, which are not supported")
    }
    for tensor in graph.initializers {
      guard !tensor.name.isEmpty, values[tensor.name] == nil else {
        throw .damaged("it has two tensors called '\(ONNXError.short(tensor.name))'")
      }
      values[tensor.name] = .constant(Constant(tensor))
    }
    // An initialiser that is an input too is that input's default, and nothing else is given.
    let inputs = graph.inputs.filter { values[$0.name] == nil }
    guard inputs.count == 1 else {
      throw .unsupported("it has \(Self.listed(inputs, "input")); a network has one")
    }
    guard graph.outputs.count == 1 else {
      throw .unsupported("it has \(Self.listed(graph.outputs, "output")); a network has one")
    }
    try addInput(inputs[0])
    let nodes = Self.needed(graph.nodes, for: graph.outputs[0].name)
    guard nodes.count <= Self.mostNodes else {
      throw .unsupported("it has \(nodes.count) nodes; up to \(Self.mostNodes) are read")
    }
    for node in nodes { try add(node) }
    let name = graph.outputs[0].name
    switch values[name] {
    case .computed(let value): return value.step
    case .constant:
      throw .unsupported("its output '\(ONNXError.short(name))' does not depend on the input")
    case nil: throw .damaged("nothing computes its output '\(ONNXError.short(name))'")
    }
  }

  private static func listed(_ infos: [ValueInfoProto], _ sort: String) -> String {
    guard !infos.isEmpty else { return "no \(sort)" }
    let names = infos.prefix(5).map { "'\(ONNXError.short($0.name))'" }.joined(separator: ", ")
    return "\(infos.count) \(sort)s, \(names)\(infos.count > 5 ? " and more" : "")"
  }

  /// The nodes that an output depends on; they stand in order.
  private static func needed(_ nodes: [NodeProto], for output: String) -> [NodeProto] {
    var wanted: Set = [output]
    var needed: [NodeProto] = []
    for node in nodes.reversed() where node.outputs.contains(where: { wanted.contains($0) }) {
      needed.append(node)
      for input in node.inputs where !input.isEmpty { wanted.insert(input) }
    }
    return needed.reversed()
  }

  // MARK: The input

  private mutating func addInput(_ input: ValueInfoProto) throws(ONNXError) {
    let title = "its input '\(ONNXError.short(input.name))'"
    guard ElementType(rawValue: input.elementType)?.isReal ?? false else {
      throw .unsupported("\(title) holds \(ElementType.name(input.elementType)), not reals")
    }
    guard let axes = input.shape, !axes.isEmpty else {
      throw .unsupported("\(title) has no axes; export the model with its input's shape")
    }
    guard axes.count <= TensorProto.mostAxes else {
      throw .unsupported("\(title) has \(axes.count) axes; up to \(TensorProto.mostAxes) are read")
    }
    var dims: [Int] = []
    for (place, axis) in axes.enumerated() {
      switch axis {
      case .fixed(let length) where length > 0: dims.append(length)
      // One sample at a time.
      case .fixed(-1) where place == 0, .symbolic where place == 0: dims.append(1)
      case .fixed(let length):
        throw .unsupported("axis \(place) of \(title) has the length \(length); it has to be fixed")
      case .symbolic(let name):
        throw .unsupported(
          "axis \(place) of \(title) has the length '\(ONNXError.short(name))'; only the first "
            + "may be left open")
      }
    }
    // A single axis of fixed length is a sample; anything else has an axis of samples first.
    if axes.count == 1, case .fixed(let length) = axes[0], length > 0 {
      batch = nil
    } else {
      batch = dims[0]
    }
    guard let total = elementCount(dims), let count = elementCount(sample(dims)),
      count <= Self.mostInputs, total <= Int.max / 2
    else {
      throw .unsupported(
        "\(title) has more than \(Self.mostInputs) numbers a sample, shape \(dims)")
    }
    guard !input.name.isEmpty else { throw .damaged("its input has no name") }
    draft.steps.append(
      Draft.Step(
        name: Network.Builder.input, title: title, operation: .input, parents: [], count: count))
    inputShape = sample(dims)
    values[input.name] = .computed(Computed(step: 0, dims: dims))
  }

  /// The axes of one input sample.
  private(set) var inputShape: [Int] = []

  // MARK: Nodes

  private mutating func add(_ node: NodeProto) throws(ONNXError) {
    let first = node.outputs.first { !$0.isEmpty } ?? ""
    let own = ONNXError.short(node.name.isEmpty ? first : node.name)
    let kind = ONNXError.short(
      node.domain.isEmpty ? node.operatorName : "\(node.domain)::\(node.operatorName)")
    let title = "operator '\(kind)' of node '\(own)'"
    guard node.domain.isEmpty, let importer = OperatorImporter.named(node.operatorName) else {
      throw .unsupported("\(title) is not supported")
    }
    var inputs: [Value?] = []
    for name in node.inputs {
      guard !name.isEmpty else {
        inputs.append(nil)
        continue
      }
      guard let value = values[name] else {
        let short = ONNXError.short(name)
        throw withheld.contains(name)
          ? .unsupported("\(title) reads '\(short)', an output that is not supported")
          : .damaged("\(title) reads '\(short)', which nothing before it computes")
      }
      inputs.append(value)
    }
    while inputs.count > importer.inputs.lowerBound, inputs.last! == nil { inputs.removeLast() }
    guard importer.inputs.contains(inputs.count) else {
      let range = importer.inputs
      let due =
        range.count == 1
        ? "\(range.lowerBound)"
        : range.upperBound == Int.max
          ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      let words = "\(title) has \(inputs.count) inputs; \(due) are due"
      throw inputs.count > range.upperBound ? .unsupported(words) : .damaged(words)
    }
    for attribute in node.attributes where !importer.attributes.contains(attribute.name) {
      throw .unsupported(
        "attribute '\(ONNXError.short(attribute.name))' of \(title) is not supported")
    }
    guard let output = node.outputs.first, !output.isEmpty else {
      throw .damaged("\(title) has no output")
    }
    let call = Call(
      title: title, name: names.unique(node.name.isEmpty ? first : node.name), inputs: inputs,
      attributes: node.attributes, opset: opset)
    let value = try importer.run(&self, call)
    for (place, name) in node.outputs.enumerated() where !name.isEmpty {
      guard values[name] == nil, !withheld.contains(name) else {
        throw .damaged("two values are called '\(ONNXError.short(name))'")
      }
      if place == 0 { values[name] = value } else { withheld.insert(name) }
    }
  }

  // MARK: What the operators' importers use

  /// A name that no step has, for one more step of a node.
  mutating func uniqueName(_ name: String) -> String { names.unique(name) }

  /// The axes of one sample, of the axes of a value.
  func sample(_ dims: [Int]) -> [Int] { batch == nil ? dims : Array(dims.dropFirst()) }

  /// The first axis that belongs to a sample.
  var firstAxis: Int { batch == nil ? 0 : 1 }

  /// Adds a step.
  ///
  /// - Parameter dims: of its value, that of the batch included.
  mutating func add(
    _ operation: Draft.Operation, of call: Call, reading parents: [Int], dims: [Int]
  ) throws(ONNXError) -> Computed {
    guard let count = elementCount(sample(dims)), count > 0 else {
      throw call.unsupported("has a value of impossible shape \(dims)")
    }
    draft.steps.append(
      Draft.Step(
        name: call.name, title: call.title, operation: operation, parents: parents, count: count))
    return Computed(step: draft.steps.count - 1, dims: dims)
  }

  /// The same numbers with other axes.
  mutating func rename(
    _ value: Computed, to dims: [Int], of call: Call
  ) throws(ONNXError) -> Computed {
    guard dims.count <= TensorProto.mostAxes else {
      throw call.unsupported("makes \(dims.count) axes; up to \(TensorProto.mostAxes) are read")
    }
    guard let count = elementCount(dims), count == elementCount(value.dims),
      batch == nil || dims.first == batch
    else {
      throw call.unsupported(
        "makes the shape \(dims) of \(value.dims), and the first axis counts samples")
    }
    if sample(dims).count == 1, draft.flattenName == nil { draft.flattenName = call.name }
    return Computed(step: value.step, dims: dims)
  }

  /// A constant that acts on a value component by component and leaves its shape.
  func operand(
    _ constant: Constant, on value: Computed, of call: Call
  ) throws(ONNXError) -> Operand {
    guard constant.isReal else { throw call.unsupported("has a constant that holds no reals") }
    let missing = value.dims.count - constant.dims.count
    var dims = Array(repeating: 1, count: max(missing, 0)) + constant.dims
    let fits = missing >= 0 && zip(dims, value.dims).allSatisfy { $0 == 1 || $0 == $1 }
    if fits, batch != nil {
      guard dims[0] == 1 else { throw call.unsupported("has another constant for each sample") }
      dims.removeFirst()
    }
    guard fits else {
      throw call.unsupported(
        "has a constant of shape \(constant.dims) that does not fit in a value of shape "
          + "\(value.dims)")
    }
    return Operand(constant: constant, sample: sample(value.dims), dims: dims)
  }
}

/// Hands out names that are unique and not the input's.
struct UniqueNames {
  private var used: Set = [Network.Builder.input]
  private var counts: [String: Int] = [:]

  /// The name itself, or with a number behind it.
  mutating func unique(_ name: String) -> String {
    // Tables give every row the width of the longest name.
    let name = name.isEmpty ? "node" : ONNXError.short(name)
    var candidate = name
    while !used.insert(candidate).inserted {
      counts[name, default: 1] += 1
      candidate = "\(name).\(counts[name]!)"
    }
    return candidate
  }
}
