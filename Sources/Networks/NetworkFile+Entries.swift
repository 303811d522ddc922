extension NetworkFile {
  /// One operation as the file has it; keys that its kind does not have are absent.
  struct Entry: Codable {
    var name: String
    var kind: String
    var reads: [String]
    /// The constants of functions.
    var slope: Float?
    var alpha: Float?
    var beta: Float?
    var gamma: Float?
    var from: Float?
    var to: Float?
    var exponent: Float?
    var epsilon: Float?
    /// Axes of the value.
    var shape: [Int]?
    var bias: [Float]?
    var weight: [[Float]]?
    /// Of convolutions and pools, axis by axis.
    var window: [Axis]?
    var groups: Int?
    var countsPadding: Bool?
    /// Of constants for each component.
    var factors: [Float]?
    var offsets: [Float]?
    var slopes: [Float]?
    var inner: Int?
    /// Of rearrangements.
    var indices: [Int32]?
    var constants: [Float]?

    enum CodingKeys: String, CodingKey {
      case name, kind, reads, slope, alpha, beta, gamma, from, to, exponent, epsilon, shape, bias
      case weight, window, groups
      case countsPadding = "counts_padding"
      case factors, offsets, slopes, inner, indices, constants
    }

    init(name: String, kind: String, reads: [String]) {
      self.name = name
      self.kind = kind
      self.reads = reads
    }
  }

  /// One axis of a window; what is absent is 1 for steps, 0 for padding, and as many output positions
  /// as fit.
  struct Axis: Codable {
    var input: Int
    var kernel: Int
    var stride: Int?
    var dilation: Int?
    var before: Int?
    var after: Int?
    var output: Int?

    init(_ axis: Window.Axis) {
      input = axis.input
      kernel = axis.kernel
      stride = axis.stride == 1 ? nil : axis.stride
      dilation = axis.dilation == 1 ? nil : axis.dilation
      before = axis.before == 0 ? nil : axis.before
      after = axis.after == 0 ? nil : axis.after
      output = axis.output
    }
  }

  /// The most taps of all output positions together: a kernel of 7×7 on an image of 2 048×2 048 has
  /// 2e8.
  static let mostTaps = 1 << 28

  // MARK: Reading

  /// Functions without constants, by the name of their kind.
  private static let functions: [Activation] = [
    .relu, .tanh, .sigmoid, .hardSwish, .silu, .softplus, .gelu, .geluTanh, .erf, .exponential,
    .logarithm, .squareRoot, .reciprocal, .absolute,
  ]

  /// All kinds in the order in which messages name them.
  private static let kinds =
    ["dense", "convolution", "transposed-convolution", "scale"] + functions.map(\.name)
    + ["leaky-relu", "elu", "selu", "hard-sigmoid", "clip", "pow", "prelu", "add", "multiply"]
    + ["matrix-product", "softmax", "log-softmax", "normalize"]
    + Pool.Kind.allCases.map { "\($0.rawValue)-pool" } + ["rearrange", "reshape", "flatten"]

  /// What an entry says.
  ///
  /// - Parameter first: the shape of the first value that it reads, if that is there.
  /// - Throws: `NetworkError` that names the operation.
  static func operation(_ entry: Entry, reading first: Shape?) throws(NetworkError) -> Operation {
    func refusal(_ cause: String) -> NetworkError {
      NetworkError("operation '\(entry.name)' (\(entry.kind)) \(cause)")
    }
    func need<Value>(_ value: Value?, _ key: String) throws(NetworkError) -> Value {
      guard let value else { throw refusal("has no \(key)") }
      return value
    }
    func naming<Value>(
      _ make: () throws(NetworkError) -> Value
    ) throws(NetworkError) -> Value {
      do throws(NetworkError) {
        return try make()
      } catch {
        throw refusal(error.description)
      }
    }
    func shape() throws(NetworkError) -> Shape {
      let axes = try need(entry.shape, "shape")
      do throws(NetworkError) {
        return try Shape(axes)
      } catch {
        throw refusal("has a bad shape: \(error.description)")
      }
    }
    if let function = functions.first(where: { $0.name == entry.kind }) {
      return .activation(function)
    }
    if let kind = Pool.Kind.allCases.first(where: { "\($0.rawValue)-pool" == entry.kind }) {
      let axes = try need(entry.window, "window")
      return try naming { () throws(NetworkError) in
        .pool(try Pool(kind, try window(axes), countsPadding: entry.countsPadding ?? false))
      }
    }
    switch entry.kind {
    case "dense":
      let (weight, width) = try matrix(entry)
      let bias = try need(entry.bias, "bias")
      return try naming { () throws(NetworkError) in
        .dense(try Dense(inputs: width, weight: weight, bias: bias))
      }
    case "convolution", "transposed-convolution":
      let isTransposed = entry.kind != "convolution"
      let axes = try need(entry.window, "window")
      let (weight, width) = try matrix(entry)
      let bias = try need(entry.bias, "bias")
      let groups = entry.groups ?? 1
      return try naming { () throws(NetworkError) in
        let window = try window(axes)
        let rows = weight.count / width
        let (channels, overflow) = (width / window.tapCount).multipliedReportingOverflow(by: groups)
        guard width.isMultiple(of: window.tapCount), !overflow else {
          throw NetworkError(
            "has rows of \(width) weights for \(window.tapCount) taps in \(groups) groups")
        }
        return .convolution(
          try Convolution(
            window, inputChannels: isTransposed ? rows : channels,
            outputChannels: isTransposed ? channels : rows, groups: groups,
            isTransposed: isTransposed, weight: weight, bias: bias))
      }
    case "scale":
      return try naming { () throws(NetworkError) in
        .scale(
          try Scale(factors: entry.factors, offsets: entry.offsets, inner: entry.inner ?? 1))
      }
    case "prelu":
      let slopes = try need(entry.slopes, "slopes")
      return try naming { () throws(NetworkError) in
        .prelu(try ParametricReLU(slopes: slopes, inner: entry.inner ?? 1))
      }
    case "leaky-relu": return .activation(.leakyReLU(slope: try need(entry.slope, "slope")))
    case "elu": return .activation(.elu(alpha: try need(entry.alpha, "alpha")))
    case "selu":
      return .activation(
        .selu(alpha: try need(entry.alpha, "alpha"), gamma: try need(entry.gamma, "gamma")))
    case "hard-sigmoid":
      return .activation(
        .hardSigmoid(alpha: try need(entry.alpha, "alpha"), beta: try need(entry.beta, "beta")))
    case "clip":
      return .activation(.clip(from: try need(entry.from, "from"), to: try need(entry.to, "to")))
    case "pow": return .activation(.power(try need(entry.exponent, "exponent")))
    case "add": return .add
    case "multiply": return .multiply
    case "matrix-product": return .matrixProduct
    case "softmax": return .softmax
    case "log-softmax": return .logSoftmax
    case "normalize":
      let epsilon = try need(entry.epsilon, "epsilon")
      guard epsilon >= 0 else { throw refusal("has an epsilon of \(epsilon), which is below 0") }
      return .normalize(epsilon: epsilon)
    case "rearrange":
      let shape = try shape()
      let indices = try need(entry.indices, "indices")
      return try naming { () throws(NetworkError) in
        .rearrange(
          try Rearrangement(shape: shape, indices: indices, constants: entry.constants ?? []))
      }
    case "reshape": return .reshape(try shape())
    case "flatten": return .reshape(Shape(vector: first?.count ?? 1))
    default:
      throw NetworkError(
        "operation '\(entry.name)' is of unknown kind '\(entry.kind)'; known are "
          + kinds.joined(separator: ", "))
    }
  }

  /// Weights row after row, and how long the rows are.
  private static func matrix(_ entry: Entry) throws(NetworkError) -> ([Float], Int) {
    guard let weight = entry.weight, let first = weight.first, entry.bias != nil else {
      throw NetworkError("operation '\(entry.name)' (\(entry.kind)) has no weight or no bias")
    }
    guard weight.allSatisfy({ $0.count == first.count }) else {
      throw NetworkError(
        "operation '\(entry.name)' (\(entry.kind)) has weight rows of unequal length")
    }
    guard !first.isEmpty else {
      throw NetworkError("operation '\(entry.name)' (\(entry.kind)) has empty weight rows")
    }
    return (Array(weight.joined()), first.count)
  }

  private static func window(_ axes: [Axis]) throws(NetworkError) -> Window {
    var made: [Window.Axis] = []
    for axis in axes {
      made.append(
        try Window.Axis(
          input: axis.input, kernel: axis.kernel, stride: axis.stride ?? 1,
          dilation: axis.dilation ?? 1, before: axis.before ?? 0, after: axis.after ?? 0,
          output: axis.output))
    }
    let window = try Window(made)
    // Work is of that order wherever the window passes.
    guard window.outputCount * window.tapCount <= mostTaps else {
      throw NetworkError(
        "has a window of \(window.tapCount) taps at \(window.outputCount) positions; together they may "
          + "be \(mostTaps)")
    }
    return window
  }

  // MARK: Writing

  /// What the file says of a node.
  static func entry(of node: Network.Node, in network: Network) -> Entry {
    var entry = Entry(
      name: node.name, kind: node.operation.name,
      reads: node.parents.map { network.nodes[$0].name })
    func rows(_ weight: [Float], of width: Int) -> [[Float]] {
      stride(from: 0, to: weight.count, by: width).map { Array(weight[$0..<$0 + width]) }
    }
    switch node.operation {
    case .dense(let dense):
      entry.bias = dense.bias
      entry.weight = rows(dense.weight, of: dense.inputs)
    case .convolution(let convolution):
      let count =
        convolution.isTransposed ? convolution.inputChannels : convolution.outputChannels
      entry.bias = convolution.bias
      entry.weight = rows(convolution.weight, of: convolution.weight.count / count)
      entry.window = convolution.window.axes.map(Axis.init)
      entry.groups = convolution.groups == 1 ? nil : convolution.groups
    case .scale(let scale):
      entry.factors = scale.factors
      entry.offsets = scale.offsets
      entry.inner = scale.inner == 1 ? nil : scale.inner
    case .prelu(let prelu):
      entry.slopes = prelu.slopes
      entry.inner = prelu.inner == 1 ? nil : prelu.inner
    case .activation(let function):
      switch function {
      case .leakyReLU(let slope): entry.slope = slope
      case .elu(let alpha): entry.alpha = alpha
      case .selu(let alpha, let gamma): (entry.alpha, entry.gamma) = (alpha, gamma)
      case .hardSigmoid(let alpha, let beta): (entry.alpha, entry.beta) = (alpha, beta)
      case .clip(let lower, let upper): (entry.from, entry.to) = (lower, upper)
      case .power(let exponent): entry.exponent = exponent
      case .relu, .tanh, .sigmoid, .hardSwish, .silu, .softplus, .gelu, .geluTanh, .erf,
        .exponential, .logarithm, .squareRoot, .reciprocal, .absolute:
        break
      }
    case .normalize(let epsilon): entry.epsilon = epsilon
    case .pool(let pool):
      entry.window = pool.window.axes.map(Axis.init)
      entry.countsPadding = pool.countsPadding ? true : nil
    case .rearrange(let rearrangement):
      entry.shape = rearrangement.shape.dimensions
      entry.indices = rearrangement.indices
      entry.constants = rearrangement.constants.isEmpty ? nil : rearrangement.constants
    case .reshape(let shape): entry.shape = shape.dimensions
    case .input, .add, .multiply, .matrixProduct, .softmax, .logSoftmax: break
    }
    return entry
  }
}
