public import Foundation
public import Networks

extension ONNXFile {
  /// A network as the bytes of a file, opset 20: one input and one output, whose first axis counts samples and is
  /// open.
  ///
  /// Read again by `network(from:at:)` it computes the same to the bit. It is no copy of a file that was imported:
  /// passes have changed what that said.
  ///
  /// - Throws: `ONNXError` of kind `unsupported` if the network looks its samples up, or an operation has no operator
  ///   that says the same.
  /// - Complexity: O(weights).
  public static func data(of network: Network) throws(ONNXError) -> Data {
    guard network.embedding == nil else {
      throw .unsupported("a network that looks its samples up is not written")
    }
    var graph = GraphWriter(network)
    for node in network.nodes.dropFirst() { try graph.add(node, of: network) }
    return graph.model(network, opset: 20)
  }
}

extension GraphWriter {
  /// Adds what a node computes.
  mutating func add(_ node: Network.Node, of network: Network) throws(ONNXError) {
    let reads = node.parents.map { network.nodes[$0].name }
    let parent = node.parents.first.map { network.nodes[$0].shape.dimensions } ?? []
    let name = node.name
    func unsupported(_ what: String) -> ONNXError {
      .unsupported("operation '\(ONNXError.short(name))' (\(node.operation.name)) \(what)")
    }
    switch node.operation {
    case .input: preconditionFailure("the input stands first and only there")
    case .dense(let dense): add(dense, reading: reads[0], named: name, isVector: parent.count == 1)
    case .convolution(let convolution):
      guard !convolution.isTransposed, parent.count == convolution.window.axes.count + 1,
        Self.isPlain(convolution.window)
      else { throw unsupported("is transposed, repeated or cut, which is not written") }
      let axes = convolution.window.axes
      let weight = constant(
        convolution.weight,
        [convolution.outputChannels, convolution.inputChannels / convolution.groups]
          + axes.map(\.kernel), for: "\(name).weight")
      let bias = constant(convolution.bias, [convolution.bias.count], for: "\(name).bias")
      self.node(
        "Conv", [reads[0], weight, bias], name,
        Self.attributes(convolution.window, withDilations: true) + [
          ("group", .integer(convolution.groups))
        ])
    case .activation(let function): add(function, reading: reads[0], named: name)
    case .prelu(let prelu):
      guard let shape = Self.shape(prelu.slopes.count, inner: prelu.inner, of: parent) else {
        throw unsupported("has slopes along an axis that is not written")
      }
      let slopes = constant(prelu.slopes, shape, for: "\(name).slopes")
      self.node("PRelu", [reads[0], slopes], name)
    case .scale(let scale):
      guard let shape = Self.shape(scale.count, inner: scale.inner, of: parent) else {
        throw unsupported("has constants along an axis that is not written")
      }
      let factors = scale.factors.map { constant($0, shape, for: "\(name).factors") }
      let offsets = scale.offsets.map { constant($0, shape, for: "\(name).offsets") }
      let product = offsets == nil ? name : unused("\(name).product")
      if let factors { self.node("Mul", [reads[0], factors], product) }
      if let offsets { self.node("Add", [factors == nil ? reads[0] : product, offsets], name) }
    case .add: self.node(reads.count == 2 ? "Add" : "Sum", reads, name)
    case .multiply: self.node("Mul", reads, name)
    case .matrixProduct: self.node("MatMul", reads, name)
    case .softmax: self.node("Softmax", reads, name, [("axis", .integer(-1))])
    case .logSoftmax: self.node("LogSoftmax", reads, name, [("axis", .integer(-1))])
    case .pool(let pool):
      guard pool.kind != .sum, parent.count == pool.window.axes.count + 1,
        Self.isPlain(pool.window),
        pool.kind == .max || pool.window.axes.allSatisfy({ $0.dilation == 1 })
      else { throw unsupported("is a sum, repeated or cut, which is not written") }
      self.node(
        pool.kind == .max ? "MaxPool" : "AveragePool", reads, name,
        Self.attributes(pool.window, withDilations: pool.kind == .max)
          + (pool.kind == .mean && pool.countsPadding
            ? [("count_include_pad", .integer(1))] : []))
    case .reshape(let shape):
      let axes = constant([-1] + shape.dimensions, for: "\(name).shape")
      self.node("Reshape", [reads[0], axes], name)
    case .normalize, .rearrange: throw unsupported("is not written")
    }
  }

  private mutating func add(
    _ dense: Dense, reading parent: String, named name: String, isVector: Bool
  ) {
    let bias = constant(dense.bias, [dense.outputs], for: "\(name).bias")
    guard !isVector else {
      let weight = constant(dense.weight, [dense.outputs, dense.inputs], for: "\(name).weight")
      return node("Gemm", [parent, weight, bias], name, [("transB", .integer(1))])
    }
    // Only two axes are a Gemm's: along the last of more it is a product and a sum.
    let turned = (0..<dense.inputs * dense.outputs).map {
      dense.weight[$0 % dense.outputs * dense.inputs + $0 / dense.outputs]
    }
    let weight = constant(turned, [dense.inputs, dense.outputs], for: "\(name).weight")
    let product = unused("\(name).product")
    node("MatMul", [parent, weight], product)
    node("Add", [product, bias], name)
  }

  private mutating func add(
    _ function: Activation, reading parent: String, named name: String
  ) {
    func plain(_ sort: String, _ attributes: [(String, Attribute)] = []) {
      node(sort, [parent], name, attributes)
    }
    switch function {
    case .relu: plain("Relu")
    case .leakyReLU(let slope): plain("LeakyRelu", [("alpha", .float(slope))])
    case .elu(let alpha): plain("Elu", [("alpha", .float(alpha))])
    case .selu(let alpha, let gamma):
      plain("Selu", [("alpha", .float(alpha)), ("gamma", .float(gamma))])
    case .tanh: plain("Tanh")
    case .sigmoid: plain("Sigmoid")
    case .hardSigmoid(let alpha, let beta):
      plain("HardSigmoid", [("alpha", .float(alpha)), ("beta", .float(beta))])
    case .hardSwish: plain("HardSwish")
    case .silu:
      let share = unused("\(name).share")
      node("Sigmoid", [parent], share)
      node("Mul", [parent, share], name)
    case .softplus: plain("Softplus")
    case .gelu: plain("Gelu")
    case .geluTanh: plain("Gelu", [("approximate", .text("tanh"))])
    case .clip(let lower, let upper):
      let bounds = [lower, upper].map { constant([$0], [], for: "\(name).bound") }
      node("Clip", [parent] + bounds, name)
    case .erf: plain("Erf")
    case .exponential: plain("Exp")
    case .logarithm: plain("Log")
    case .squareRoot: plain("Sqrt")
    case .reciprocal: plain("Reciprocal")
    case .absolute: plain("Abs")
    case .power(let exponent):
      let constant = constant([exponent], [], for: "\(name).exponent")
      node("Pow", [parent, constant], name)
    }
  }

  // MARK: Shapes

  /// Whether the window's outputs are all that fit, so that no operator has to be told how many there are.
  private static func isPlain(_ window: Window) -> Bool {
    window.axes.allSatisfy { axis in
      let reach = (axis.kernel - 1) * axis.dilation + 1
      return (axis.input + axis.before + axis.after - reach) / axis.stride + 1 == axis.output
    }
  }

  private static func attributes(
    _ window: Window, withDilations: Bool
  ) -> [(String, Attribute)] {
    let axes = window.axes
    return [
      ("kernel_shape", .integers(axes.map(\.kernel))), ("strides", .integers(axes.map(\.stride))),
      ("pads", .integers(axes.map(\.before) + axes.map(\.after))),
    ] + (withDilations ? [("dilations", .integers(axes.map(\.dilation)))] : [])
  }

  /// The shape in which constants stand along one axis of a value, so that they repeat over the others; none if they
  /// stand along no single one.
  private static func shape(_ count: Int, inner: Int, of dimensions: [Int]) -> [Int]? {
    if count == 1 { return [1] }
    var behind = 1
    for axis in dimensions.indices.reversed() {
      if behind == inner, dimensions[axis] == count {
        return [count] + Array(repeating: 1, count: dimensions.count - axis - 1)
      }
      behind *= dimensions[axis]
    }
    return nil
  }
}
