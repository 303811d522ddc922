internal import Kernels

/// A number type that the vector kernels exist for: `Float` for speed, `Double` where small
/// differences of large values are energies.
///
/// Not meant for further conformances: each requirement is one kernel (see `Kernels.h`).
public protocol KernelScalar: BinaryFloatingPoint, Sendable {
  /// Numbers needed to hold a packed rows × columns matrix.
  static func packedCount(rows: Int, columns: Int) -> Int
  /// Packs a matrix given by its strides.
  static func pack(
    rows: Int, columns: Int, _ matrix: UnsafePointer<Self>, rowStride: Int, columnStride: Int,
    into packed: UnsafeMutablePointer<Self>)
  /// y = W x (+ bias) (+ y).
  static func affine(
    rows: Int, columns: Int, lanes: Int, _ packed: UnsafePointer<Self>,
    bias: UnsafePointer<Self>?, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>,
    accumulating: Bool)
  /// y = f(z).
  static func activate(
    _ function: Activation, count: Int, _ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  )
  /// out = g f'(z), from z and y = f(z).
  static func activateDerivative(
    _ function: Activation, count: Int, input z: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>)
  /// y = softmax of the rows, for each lane.
  static func softmax(
    rows: Int, lanes: Int, _ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>)
  /// out = (diag(y) - y yᵀ) g, for each lane.
  static func softmaxDerivative(
    rows: Int, lanes: Int, output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    into out: UnsafeMutablePointer<Self>)
  /// y = x - log Σ exp x over the rows, for each lane.
  static func logSoftmax(
    rows: Int, lanes: Int, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>)
  /// out = (1 - p 1ᵀ) g with p = exp y, or without the transpose (1 - 1 pᵀ) g, for each lane.
  static func logSoftmaxDerivative(
    rows: Int, lanes: Int, output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    isTransposed: Bool, into out: UnsafeMutablePointer<Self>)
  /// y = (x - mean)/√(variance + ε) over the rows, for each lane.
  static func normalize(
    rows: Int, lanes: Int, epsilon: Self, _ x: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>)
  /// out = (g - <g> - y <g y>)/deviation for each lane: the Jacobian is symmetric.
  static func normalizeDerivative(
    rows: Int, lanes: Int, epsilon: Self, input x: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>)
  /// y = W x (+ bias) (+ y) with a window, for one group (see `kernels_convolve_f32`).
  static func convolve(
    rows: Int, channels: Int, taps: Int, lanes: Int, _ packed: UnsafePointer<Self>,
    bias: UnsafePointer<Self>?, positions: Int, segments: Int,
    _ segment: UnsafePointer<Int32>, entries: UnsafePointer<Int32>, places: Int,
    _ x: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool)
  /// The greatest of what each position sees.
  static func poolMaximum(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>)
  /// Its pullback of g.
  static func poolMaximumPullback(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, input x: UnsafePointer<Self>, output y: UnsafePointer<Self>,
    _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>)
  /// How it moves with dx.
  static func poolMaximumPushforward(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, input x: UnsafePointer<Self>, output y: UnsafePointer<Self>,
    _ dx: UnsafePointer<Self>, into dy: UnsafeMutablePointer<Self>)
  /// The sum over what each position sees, with shares for the positions and for the places.
  static func poolSum(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, madeShares: UnsafePointer<Self>?, readShares: UnsafePointer<Self>?,
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>)
  /// y = a x + b with constants by rows; y may be x.
  static func scaleRows(
    rows: Int, lanes: Int, inner: Int, constants: Int, factors: UnsafePointer<Self>?,
    offsets: UnsafePointer<Self>?, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>)
  /// y = a b, or y += a b, component by component.
  static func multiply(
    count: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool)
  /// y = a b (+ y) for the matrices of each lane: element (i, j) of a stands at row i rowStride + j
  /// innerStride, of b at row i innerStride + j columnStride, of y at row i columns + j.
  static func multiplyMatrices(
    rows: Int, inner: Int, columns: Int, lanes: Int, _ a: UnsafePointer<Self>, rowStride: Int,
    innerStride: Int, _ b: UnsafePointer<Self>, innerStride bInnerStride: Int, columnStride: Int,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool)
  /// target += source.
  static func add(
    count: Int, _ source: UnsafePointer<Self>, to target: UnsafeMutablePointer<Self>)
  /// y = W x + bias for one sample, W row after row.
  static func affineOfOne(
    rows: Int, columns: Int, _ weight: UnsafePointer<Self>, bias: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>)
  /// out = Wᵀ g (+ out) for one sample.
  static func pullbackOfOne(
    rows: Int, columns: Int, _ weight: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    into out: UnsafeMutablePointer<Self>, accumulating: Bool)
  /// out = a bᵀ (+ out) for a of `rows` and b of `columns` rows of `inner` numbers.
  static func rowProducts(
    rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    into out: UnsafeMutablePointer<Self>, accumulating: Bool)
}

extension Activation {
  /// The kernel's name of it, and its constants there; none where it has no kernel.
  fileprivate var kernel: (KernelsActivation, p: Float, q: Float)? {
    switch self {
    case .relu: (KernelsActivationReLU, 0, 0)
    case .leakyReLU(let slope): (KernelsActivationLeakyReLU, slope, 0)
    case .elu(let alpha): (KernelsActivationELU, alpha, 0)
    case .selu(let alpha, let gamma): (KernelsActivationSELU, alpha, gamma)
    case .tanh: (KernelsActivationTanh, 0, 0)
    case .sigmoid: (KernelsActivationSigmoid, 0, 0)
    case .hardSigmoid(let alpha, let beta): (KernelsActivationHardSigmoid, alpha, beta)
    case .hardSwish: (KernelsActivationHardSwish, 0, 0)
    case .silu: (KernelsActivationSiLU, 0, 0)
    case .softplus: (KernelsActivationSoftplus, 0, 0)
    case .gelu: (KernelsActivationGELU, 0, 0)
    case .geluTanh: (KernelsActivationGELUTanh, 0, 0)
    case .clip(let lower, let upper): (KernelsActivationClip, lower, upper)
    case .erf: (KernelsActivationErf, 0, 0)
    case .exponential: (KernelsActivationExponential, 0, 0)
    case .squareRoot: (KernelsActivationSquareRoot, 0, 0)
    case .reciprocal: (KernelsActivationReciprocal, 0, 0)
    case .absolute: (KernelsActivationAbsolute, 0, 0)
    case .logarithm, .power: nil
    }
  }
}

extension Float: KernelScalar {
  /// See `KernelScalar`.
  public static func packedCount(rows: Int, columns: Int) -> Int {
    kernels_packed_count_f32(rows, columns)
  }
  /// See `KernelScalar`.
  public static func pack(
    rows: Int, columns: Int, _ matrix: UnsafePointer<Self>, rowStride: Int, columnStride: Int,
    into packed: UnsafeMutablePointer<Self>
  ) {
    kernels_pack_f32(rows, columns, matrix, rowStride, columnStride, packed)
  }
  /// See `KernelScalar`.
  public static func affine(
    rows: Int, columns: Int, lanes: Int, _ packed: UnsafePointer<Self>,
    bias: UnsafePointer<Self>?, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>,
    accumulating: Bool
  ) {
    kernels_affine_f32(rows, columns, lanes, packed, bias, x, y, accumulating ? 1 : 0)
  }
  /// See `KernelScalar`.
  public static func activate(
    _ function: Activation, count: Int, _ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    guard let (kernel, p, q) = function.kernel else {
      return activatePortably(function, count: count, z, into: y)
    }
    kernels_activate_f32(kernel, p, q, count, z, y)
  }
  /// See `KernelScalar`.
  public static func activateDerivative(
    _ function: Activation, count: Int, input z: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    guard let (kernel, p, q) = function.kernel else {
      return activateDerivativePortably(
        function, count: count, input: z, output: y, g, into: out)
    }
    kernels_activate_derivative_f32(kernel, p, q, count, z, y, g, out)
  }
  /// See `KernelScalar`.
  public static func softmax(
    rows: Int, lanes: Int, _ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_softmax_f32(rows, lanes, z, y)
  }
  /// See `KernelScalar`.
  public static func softmaxDerivative(
    rows: Int, lanes: Int, output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    into out: UnsafeMutablePointer<Self>
  ) {
    kernels_softmax_derivative_f32(rows, lanes, y, g, out)
  }
  /// See `KernelScalar`.
  public static func add(
    count: Int, _ source: UnsafePointer<Self>, to target: UnsafeMutablePointer<Self>
  ) {
    kernels_combine2_f32(count, 1, source, 1, target, target)
  }
}

extension Double: KernelScalar {
  /// See `KernelScalar`.
  public static func packedCount(rows: Int, columns: Int) -> Int {
    kernels_packed_count_f64(rows, columns)
  }
  /// See `KernelScalar`.
  public static func pack(
    rows: Int, columns: Int, _ matrix: UnsafePointer<Self>, rowStride: Int, columnStride: Int,
    into packed: UnsafeMutablePointer<Self>
  ) {
    kernels_pack_f64(rows, columns, matrix, rowStride, columnStride, packed)
  }
  /// See `KernelScalar`.
  public static func affine(
    rows: Int, columns: Int, lanes: Int, _ packed: UnsafePointer<Self>,
    bias: UnsafePointer<Self>?, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>,
    accumulating: Bool
  ) {
    kernels_affine_f64(rows, columns, lanes, packed, bias, x, y, accumulating ? 1 : 0)
  }
  /// See `KernelScalar`.
  public static func activate(
    _ function: Activation, count: Int, _ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    guard let (kernel, p, q) = function.kernel else {
      return activatePortably(function, count: count, z, into: y)
    }
    kernels_activate_f64(kernel, Double(p), Double(q), count, z, y)
  }
  /// See `KernelScalar`.
  public static func activateDerivative(
    _ function: Activation, count: Int, input z: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    guard let (kernel, p, q) = function.kernel else {
      return activateDerivativePortably(
        function, count: count, input: z, output: y, g, into: out)
    }
    kernels_activate_derivative_f64(kernel, Double(p), Double(q), count, z, y, g, out)
  }
  /// See `KernelScalar`.
  public static func softmax(
    rows: Int, lanes: Int, _ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_softmax_f64(rows, lanes, z, y)
  }
  /// See `KernelScalar`.
  public static func softmaxDerivative(
    rows: Int, lanes: Int, output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    into out: UnsafeMutablePointer<Self>
  ) {
    kernels_softmax_derivative_f64(rows, lanes, y, g, out)
  }
  /// See `KernelScalar`.
  public static func add(
    count: Int, _ source: UnsafePointer<Self>, to target: UnsafeMutablePointer<Self>
  ) {
    kernels_combine2_f64(count, 1, source, 1, target, target)
  }
}
