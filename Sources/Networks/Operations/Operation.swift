/// What a node of a network computes from its parents' values.
///
/// A closed list, on purpose: whoever models hardware must say for each operation whether it is
/// modelled, free with a reason, or refused, and the compiler asks again when one is added.
///
/// Operations read the axes of a value from the back: one that works along an axis does so along the
/// last one, and whatever axes stand in front repeat it. There is no axis of samples.
public enum Operation: Hashable, Sendable {
  /// The network's input. It stands first and has no parents.
  case input
  /// y = W x + b along the last axis.
  case dense(Dense)
  /// A kernel of weights passed over the positions of channels, or its transpose.
  case convolution(Convolution)
  /// y = a x + b for every component by itself, with constants.
  case scale(Scale)
  /// y = f(x) for every component by itself.
  case activation(Activation)
  /// A leaky ReLU with a trained slope for each channel.
  case prelu(ParametricReLU)
  /// The sum of two or more values of one shape.
  case add
  /// The product of two values of one shape, component by component.
  case multiply
  /// The matrix product of two values, `[… m, k]` and `[… k, n]`.
  case matrixProduct
  /// y_i = exp(x_i)/Σ_j exp(x_j) along the last axis.
  case softmax
  /// y_i = x_i - log Σ_j exp(x_j) along the last axis.
  case logSoftmax
  /// y = (x - mean)/√(variance + ε) along the last axis.
  case normalize(epsilon: Float)
  /// The greatest, the mean or the sum of the values in a window that passes over the last axes.
  case pool(Pool)
  /// Numbers of the parents at other places, some perhaps twice or not at all, and constants: wires.
  case rearrange(Rearrangement)
  /// The same numbers with other axes: a matter of naming, nothing moves.
  case reshape(Shape)

  /// The sorts of operations that hardware tells apart, without what sets one apart from another of its
  /// sort.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The input.
    case input
    /// A matrix.
    case dense
    /// A kernel passed over positions.
    case convolution
    /// Factors and offsets.
    case scale
    /// max(x, 0) of each component: apart from other functions, because most hardware has it or nothing.
    case relu
    /// Any other function of each component.
    case activation
    /// A leaky ReLU with trained slopes.
    case prelu
    /// A sum of values.
    case add
    /// A product of values by components.
    case multiply
    /// A product of two values as matrices.
    case matrixProduct = "matrix-product"
    /// Softmax along the last axis.
    case softmax
    /// Its logarithm.
    case logSoftmax = "log-softmax"
    /// Mean 0 and variance 1 along the last axis.
    case normalize
    /// The greatest in a window.
    case maxPool = "max-pool"
    /// The mean or the sum in a window: a matrix with equal weights.
    case meanPool = "mean-pool"
    /// Wires.
    case rearrange
    /// Other axes for the same numbers.
    case reshape
  }

  /// Its sort.
  public var kind: Kind {
    switch self {
    case .input: .input
    case .dense: .dense
    case .convolution: .convolution
    case .scale: .scale
    case .activation(.relu): .relu
    case .activation: .activation
    case .prelu: .prelu
    case .add: .add
    case .multiply: .multiply
    case .matrixProduct: .matrixProduct
    case .softmax: .softmax
    case .logSoftmax: .logSoftmax
    case .normalize: .normalize
    case .pool(let pool): pool.kind == .max ? .maxPool : .meanPool
    case .rearrange: .rearrange
    case .reshape: .reshape
    }
  }

  /// The operation's name in files and tables: of an activation the function's, else the sort's.
  public var name: String {
    switch self {
    case .activation(let function): function.name
    case .convolution(let convolution) where convolution.isTransposed: "transposed-convolution"
    case .pool(let pool): "\(pool.kind.rawValue)-pool"
    default: kind.rawValue
    }
  }

  /// Trained numbers it holds.
  public var parameterCount: Int {
    switch self {
    case .dense(let dense): dense.weight.count + dense.bias.count
    case .convolution(let convolution): convolution.weight.count + convolution.bias.count
    case .scale(let scale): scale.parameterCount
    case .prelu(let prelu): prelu.slopes.count
    case .input, .activation, .add, .multiply, .matrixProduct, .softmax, .logSoftmax, .normalize,
      .pool, .rearrange, .reshape:
      0
    }
  }

  /// Whether the value is a linear (affine) function of the parents'.
  public var isLinear: Bool {
    switch self {
    case .input, .dense, .convolution, .scale, .add, .rearrange, .reshape: true
    case .pool(let pool): pool.kind != .max
    case .activation, .prelu, .multiply, .matrixProduct, .softmax, .logSoftmax, .normalize: false
    }
  }

  /// Whether it is made of straight pieces that meet where a pre-activation is 0, if it is not linear
  /// itself (see `Activation.isPiecewiseLinear`).
  package var isPiecewiseLinear: Bool {
    switch self {
    case .activation(let function): function.isPiecewiseLinear
    case .prelu: true
    default: isLinear
    }
  }

  /// Whether it only gives the same numbers other axes.
  public var isNaming: Bool {
    if case .reshape = self { true } else { false }
  }

  /// Multiply–accumulates of one sample.
  ///
  /// - Parameter parents: the shapes of what it reads.
  func multiplyAccumulates(reading parents: [Shape]) -> Int {
    switch self {
    case .dense(let dense): parents[0].count * dense.outputs
    case .convolution(let convolution): convolution.multiplyAccumulates(reading: parents[0])
    case .scale(let scale): scale.factors == nil ? 0 : parents[0].count
    case .multiply: parents[0].count
    case .matrixProduct: parents[0].count * parents[1].dimensions.last!
    case .input, .activation, .prelu, .add, .softmax, .logSoftmax, .normalize, .pool, .rearrange,
      .reshape:
      0
    }
  }

  /// The shape of the value, given the parents' shapes.
  ///
  /// - Throws: `NetworkError` if the parents do not fit; the caller adds the node's name.
  func shape(of parents: [Shape]) throws(NetworkError) -> Shape {
    let wanted =
      switch self {
      case .input: 0...0
      case .add: 2...Int.max
      case .multiply, .matrixProduct: 2...2
      case .rearrange: 1...Int.max
      case .dense, .convolution, .scale, .activation, .prelu, .softmax, .logSoftmax, .normalize,
        .pool, .reshape:
        1...1
      }
    guard wanted.contains(parents.count) else {
      throw NetworkError(
        "takes \(wanted.lowerBound)\(wanted.count == 1 ? "" : " or more") value(s), is given "
          + "\(parents.count)")
    }
    switch self {
    case .input:
      throw NetworkError("is a second input; a network has one")
    case .dense(let dense):
      guard parents[0].dimensions.last == dense.inputs else {
        throw NetworkError(
          "takes a last axis of \(dense.inputs), is given the shape \(parents[0])")
      }
      return try Shape(parents[0].dimensions.dropLast() + [dense.outputs])
    case .convolution(let convolution):
      return try convolution.shape(of: parents[0])
    case .pool(let pool):
      return try pool.shape(of: parents[0])
    case .scale(let scale):
      guard scale.fits(parents[0].count) else {
        throw NetworkError(
          "has \(scale.count) constants, each for \(scale.inner) numbers, which do not divide the "
            + "shape \(parents[0])")
      }
      return parents[0]
    case .prelu(let prelu):
      guard prelu.fits(parents[0].count) else {
        throw NetworkError(
          "has \(prelu.slopes.count) slopes, each for \(prelu.inner) numbers, which do not divide "
            + "the shape \(parents[0])")
      }
      return parents[0]
    case .activation, .softmax, .logSoftmax, .normalize:
      return parents[0]
    case .add, .multiply:
      guard let odd = parents.first(where: { $0 != parents[0] }) else { return parents[0] }
      throw NetworkError(
        "\(self == .add ? "adds" : "multiplies") values of different shapes, \(parents[0]) and "
          + "\(odd)")
    case .matrixProduct:
      let (a, b) = (parents[0].dimensions, parents[1].dimensions)
      guard a.count >= 2, a.count == b.count, a.dropLast(2) == b.dropLast(2),
        a[a.count - 1] == b[b.count - 2]
      else { throw NetworkError("multiplies the shapes \(parents[0]) and \(parents[1])") }
      return try Shape(a.dropLast() + [b[b.count - 1]])
    case .rearrange(let rearrangement):
      var count = 0
      for parent in parents {
        let (sum, overflow) = count.addingReportingOverflow(parent.count)
        guard !overflow else { throw NetworkError("reads too many numbers") }
        count = sum
      }
      guard rearrangement.sourceCount <= count else {
        throw NetworkError(
          "picks number \(rearrangement.sourceCount - 1) of \(count) that it is given")
      }
      return rearrangement.shape
    case .reshape(let shape):
      guard shape.count == parents[0].count else {
        throw NetworkError("makes the shape \(shape) of \(parents[0])")
      }
      return shape
    }
  }
}
