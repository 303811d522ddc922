internal import Networks

/// Goes through a graph's nodes in order and writes down what a network does for one sample.
///
/// Values have all the axes that the file gives them. The axis of samples has length 1, so that it may
/// be anywhere.
struct Importer {
  /// The most numbers that one input sample may have.
  static let mostInputs = 1 << 24
  /// The most nodes that are imported; what follows an import is slower than linear in them.
  static let mostNodes = 20_000
  /// The most values that one operation takes; a table shows them side by side.
  static let mostParents = 256

  let reader: TensorReader
  /// The version of the common operators.
  let opset: Int
  let options: ONNXFile.Options
  var budget: Budget
  var builder: Network.Builder
  var steps: [Step] = []
  /// What operation each reshape gives other axes, and the reshapes there are.
  var reshaped: [String: String] = [:]
  var shapes: [ShapeKey: String] = [:]
  var weights: [WeightKey: [Float]] = [:]
  var names = UniqueNames()
  /// What the input's whole numbers are looked up in before they are inputs.
  var embedding: Embedding?
  /// How many nodes read the inputs' numbers, and not their shape alone.
  private(set) var inputReaders = 0
  /// The number of samples that the file is written for, if that is fixed and not 1.
  private(set) var samples: Int?
  /// Whether several samples are imported side by side, to see whether they stay apart: two, or as many
  /// as the file is written for.
  let isSideBySide: Bool
  /// Of each input how many samples stand along its first axis when they are side by side, 1 if it has no
  /// such axis, and how many numbers it has here.
  private(set) var sideBySide: [(samples: Int, numbers: Int)] = []
  /// The shapes that the file gives its outputs.
  private(set) var declared: [String: [Int]] = [:]
  private var values: [String: Value] = [:]
  /// Values that are not modelled, such as a dropout's mask, and what they are.
  private var withheld: [String: String] = [:]

  /// An importer for a model, if it uses operators that are known.
  init(
    _ model: ModelProto, _ reader: TensorReader, options: ONNXFile.Options, bytes: Int,
    isSideBySide: Bool = false
  ) throws(ONNXError) {
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
    self.options = options
    self.isSideBySide = isSideBySide
    budget = Budget(bytes: bytes)
    builder = Network.Builder(input: Shape(vector: 1))
  }

  /// The network down to the graph's output.
  mutating func network(of graph: GraphProto, named name: String) throws(ONNXError) -> Network {
    guard !graph.hasSparseInitializers else {
      throw .unsupported("it has sparse tensors, which are not supported")
    }
    for tensor in graph.initializers {
      guard !tensor.name.isEmpty, values[tensor.name] == nil else {
        throw .damaged("it has two tensors called '\(ONNXError.short(tensor.name))'")
      }
      values[tensor.name] = .constant(Constant(tensor))
    }
    let output = try chosenOutput(graph.outputs)
    for info in graph.outputs {
      declared[info.name] = info.shape.flatMap { axes in
        let dims = axes.compactMap { if case .fixed(let length) = $0 { length } else { nil } }
        return dims.count == axes.count ? dims : nil
      }
    }
    // An initialiser that is an input too is that input's default, and nothing else is given.
    try addInputs(graph.inputs.filter { values[$0.name] == nil })
    let nodes = Self.needed(graph.nodes, for: output)
    guard nodes.count <= Self.mostNodes else {
      throw .unsupported("it has \(nodes.count) nodes; up to \(Self.mostNodes) are read")
    }
    inputReaders = nodes.count { node in
      !["Shape", "Size"].contains(node.operatorName)
        && node.inputs.contains { name in
          if case .computed = values[name] { true } else { false }
        }
    }
    for node in nodes { try add(node) }
    switch values[output] {
    case .computed(let value): return try finished(value, named: name)
    case .constant:
      throw .unsupported("its output '\(ONNXError.short(output))' does not depend on the input")
    case nil: throw .damaged("nothing computes its output '\(ONNXError.short(output))'")
    }
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

  /// The network, without the operations that turned out not to be needed.
  private mutating func finished(_ value: Computed, named name: String) throws(ONNXError) -> Network
  {
    var last = value.name
    if options.isWhole, (reshaped[last] ?? last) == Network.Builder.input {
      // A network computes something: here, that all numbers go where they are.
      let indices = (0..<Int32(value.count)).map { $0 }
      do throws(NetworkError) {
        let rearrangement = try Rearrangement(shape: Shape(natural(value.dims)), indices: indices)
        last = names.unique("output")
        try builder.add(.rearrange(rearrangement), named: last, reading: [value.name])
        steps.append(Step(operation: .rearrange(rearrangement), name: last, parents: [value.name]))
      } catch {
        throw .unsupported(error.description)
      }
    }
    var live: Set = [last]
    for step in steps.reversed() where live.contains(step.name) { live.formUnion(step.parents) }
    do throws(NetworkError) {
      if live.count <= steps.count {
        var smaller = Network.Builder(
          input: builder.shape(of: Network.Builder.input)!, embedding: embedding)
        for step in steps where live.contains(step.name) {
          try smaller.add(step.operation, named: step.name, reading: step.parents)
        }
        builder = smaller
      }
      return try builder.network(named: name, output: last)
    } catch {
      throw .unsupported(error.description)
    }
  }

  // MARK: Inputs and outputs

  /// Tells where a graph's inputs stand in a sample.
  private mutating func addInputs(_ all: [ValueInfoProto]) throws(ONNXError) {
    let chosen = try chosenInputs(all)
    for info in all where !chosen.contains(where: { $0.name == info.name }) {
      withheld[info.name] = "an input that is not chosen"
    }
    var inputs: [(name: String, value: Computed)] = []
    var total = 0
    for info in chosen {
      let dims = try dims(of: info)
      guard !info.name.isEmpty else { throw .damaged("its input has no name") }
      guard values[info.name] == nil, !inputs.contains(where: { $0.name == info.name }) else {
        throw .damaged("it has two inputs called '\(ONNXError.short(info.name))'")
      }
      total += elementCount(dims) ?? 0
      guard total <= Self.mostInputs else {
        throw .unsupported("its inputs have more than \(Self.mostInputs) numbers a sample")
      }
      let isWhole = !(ElementType(rawValue: info.elementType)?.isReal ?? true)
      inputs.append(
        (info.name, Computed(name: Network.Builder.input, dims: dims, isWhole: isWhole)))
    }
    if inputs.count == 1 {
      do throws(NetworkError) {
        builder = Network.Builder(input: try Shape(natural(inputs[0].value.dims)))
      } catch {
        throw .unsupported("its input \(error.description)")
      }
      values[inputs[0].name] = .computed(inputs[0].value)
      return
    }
    builder = Network.Builder(input: Shape(vector: max(total, 1)))
    let whole = Computed(name: Network.Builder.input, dims: [total])
    var start = 0
    for (name, value) in inputs {
      let call = Call(
        title: "input '\(ONNXError.short(name))'", name: names.unique(name), inputs: [],
        outputs: [], attributes: [], opset: opset)
      guard
        case .computed(var part) = try arranged(
          .computed(whole), [.run(count: value.count, first: start, step: 1)], call)
      else { continue }
      part.dims = value.dims
      part.isWhole = value.isWhole
      values[name] = .computed(part)
      start += value.count
    }
  }

  /// The axes of an input for one sample.
  private mutating func dims(of input: ValueInfoProto) throws(ONNXError) -> [Int] {
    let title = "its input '\(ONNXError.short(input.name))'"
    let type = ElementType(rawValue: input.elementType)
    guard let type, type.isReal || type.isWhole else {
      throw .unsupported(
        "\(title) holds \(ElementType.name(input.elementType)), which is not supported")
    }
    guard let axes = input.shape, options.isWhole || !axes.isEmpty else {
      throw .unsupported("\(title) has no axes; export the model with its input's shape")
    }
    guard axes.count <= TensorProto.mostAxes else {
      throw .unsupported("\(title) has \(axes.count) axes; up to \(TensorProto.mostAxes) are read")
    }
    var dims: [Int] = []
    var samples = 1
    for (place, axis) in axes.enumerated() {
      let mayBeOpen = place == 0 || options.isWhole
      switch axis {
      case .fixed(let length) where length > 0: dims.append(length)
      case .fixed(0) where mayBeOpen, .fixed(-1) where mayBeOpen, .symbolic where mayBeOpen:
        dims.append(1)
        samples = 2
      case .fixed(let length):
        throw .unsupported("axis \(place) of \(title) has the length \(length); it has to be fixed")
      case .symbolic(let name):
        throw .unsupported(
          "axis \(place) of \(title) has the length '\(ONNXError.short(name))'; only the first "
            + "may be left open")
      }
    }
    // A single axis of fixed length is a sample; anything else has an axis of samples first.
    if !options.isWhole, dims.count > 1, dims[0] > 1 {
      samples = dims[0]
      if !isSideBySide { self.samples = dims[0] }
      dims[0] = 1
    }
    if isSideBySide, samples > 1 { dims[0] = samples }
    sideBySide.append((options.isWhole ? 1 : samples, elementCount(dims) ?? 0))
    guard let count = elementCount(dims), count <= Self.mostInputs else {
      throw .unsupported(
        "\(title) has more than \(Self.mostInputs) numbers a sample, shape \(dims)")
    }
    return dims
  }

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
    let inputs = try inputs(of: node, importer, title)
    for attribute in node.attributes where !importer.attributes.contains(attribute.name) {
      throw .unsupported(
        "attribute '\(ONNXError.short(attribute.name))' of \(title) is not supported")
    }
    guard node.outputs.contains(where: { !$0.isEmpty }) else {
      throw .damaged("\(title) has no output")
    }
    let call = Call(
      title: title, name: names.unique(node.name.isEmpty ? first : node.name), inputs: inputs,
      outputs: node.outputs, attributes: node.attributes, opset: opset)
    let results = try importer.run(&self, call)
    if results.count == 1, node.outputs[0].isEmpty { throw .damaged("\(title) has no output") }
    for (place, name) in node.outputs.enumerated() where !name.isEmpty {
      guard values[name] == nil, withheld[name] == nil else {
        throw .damaged("two values are called '\(ONNXError.short(name))'")
      }
      if place < results.count {
        values[name] = results[place]
      } else {
        withheld[name] = "an output that is not supported"
      }
    }
  }

  /// What a node reads; as many as its operator takes.
  private func inputs(
    of node: NodeProto, _ importer: OperatorImporter, _ title: String
  ) throws(ONNXError) -> [Value?] {
    var inputs: [Value?] = []
    for name in node.inputs {
      guard !name.isEmpty else {
        inputs.append(nil)
        continue
      }
      guard let value = values[name] else {
        let short = ONNXError.short(name)
        if let what = withheld[name] { throw .unsupported("\(title) reads '\(short)', \(what)") }
        throw .damaged("\(title) reads '\(short)', which nothing before it computes")
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
    return inputs
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
