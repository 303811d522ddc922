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
  /// target += source.
  static func add(
    count: Int, _ source: UnsafePointer<Self>, to target: UnsafeMutablePointer<Self>)
}

extension Activation {
  fileprivate var kernel: (KernelsActivation, Float)? {
    switch self {
    case .relu: (KernelsActivationReLU, 0)
    // The kernel tells the side by the output's sign.
    case .leakyReLU(let slope): slope >= 0 ? (KernelsActivationLeakyReLU, slope) : nil
    case .tanh: (KernelsActivationTanh, 0)
    case .sigmoid: (KernelsActivationSigmoid, 0)
    default: nil
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
    guard let (kernel, parameter) = function.kernel else {
      return activatePortably(function, count: count, z, into: y)
    }
    kernels_activate_f32(kernel, parameter, count, z, y)
  }
  /// See `KernelScalar`.
  public static func activateDerivative(
    _ function: Activation, count: Int, input z: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    guard let (kernel, parameter) = function.kernel else {
      return activateDerivativePortably(
        function, count: count, input: z, output: y, g, into: out)
    }
    kernels_activate_derivative_f32(kernel, parameter, count, y, g, out)
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
    guard let (kernel, parameter) = function.kernel else {
      return activatePortably(function, count: count, z, into: y)
    }
    kernels_activate_f64(kernel, Double(parameter), count, z, y)
  }
  /// See `KernelScalar`.
  public static func activateDerivative(
    _ function: Activation, count: Int, input z: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    guard let (kernel, parameter) = function.kernel else {
      return activateDerivativePortably(
        function, count: count, input: z, output: y, g, into: out)
    }
    kernels_activate_derivative_f64(kernel, Double(parameter), count, y, g, out)
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
