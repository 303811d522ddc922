internal import Kernels

// Normalisations, windows and products: each requirement is one kernel.

extension Float {
  /// See `KernelScalar`.
  public static func logSoftmax(
    rows: Int, lanes: Int, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_log_softmax_f32(rows, lanes, x, y)
  }
  /// See `KernelScalar`.
  public static func logSoftmaxDerivative(
    rows: Int, lanes: Int, output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    isTransposed: Bool, into out: UnsafeMutablePointer<Self>
  ) {
    kernels_log_softmax_derivative_f32(rows, lanes, y, g, isTransposed ? 1 : 0, out)
  }
  /// See `KernelScalar`.
  public static func normalize(
    rows: Int, lanes: Int, epsilon: Self, _ x: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>
  ) {
    kernels_normalize_f32(rows, lanes, epsilon, x, y)
  }
  /// See `KernelScalar`.
  public static func normalizeDerivative(
    rows: Int, lanes: Int, epsilon: Self, input x: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    kernels_normalize_derivative_f32(rows, lanes, epsilon, x, y, g, out)
  }
  /// See `KernelScalar`.
  public static func convolve(
    rows: Int, channels: Int, taps: Int, lanes: Int, _ packed: UnsafePointer<Self>,
    bias: UnsafePointer<Self>?, positions: Int, segments: Int,
    _ segment: UnsafePointer<Int32>, entries: UnsafePointer<Int32>, places: Int,
    _ x: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_convolve_f32(
      rows, channels, taps, lanes, packed, bias, positions, segments, segment, entries, places, x,
      y,
      accumulating ? 1 : 0)
  }
  /// See `KernelScalar`.
  public static func poolMaximum(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_pool_max_f32(planes, positions, segments, segment, entries, places, lanes, x, y)
  }
  /// See `KernelScalar`.
  public static func poolMaximumPullback(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, input x: UnsafePointer<Self>, output y: UnsafePointer<Self>,
    _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    kernels_pool_max_pullback_f32(
      planes, positions, segments, segment, entries, places, lanes, x, y, g, out)
  }
  /// See `KernelScalar`.
  public static func poolMaximumPushforward(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, input x: UnsafePointer<Self>, output y: UnsafePointer<Self>,
    _ dx: UnsafePointer<Self>, into dy: UnsafeMutablePointer<Self>
  ) {
    kernels_pool_max_pushforward_f32(
      planes, positions, segments, segment, entries, places, lanes, x, y, dx, dy)
  }
  /// See `KernelScalar`.
  public static func poolSum(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, madeShares: UnsafePointer<Self>?, readShares: UnsafePointer<Self>?,
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_pool_sum_f32(
      planes, positions, segments, segment, entries, places, lanes, madeShares, readShares, x, y)
  }
  /// See `KernelScalar`.
  public static func scaleRows(
    rows: Int, lanes: Int, inner: Int, constants: Int, factors: UnsafePointer<Self>?,
    offsets: UnsafePointer<Self>?, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_scale_rows_f32(rows, lanes, inner, constants, factors, offsets, x, y)
  }
  /// See `KernelScalar`.
  public static func multiply(
    count: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_multiply_f32(count, a, b, y, accumulating ? 1 : 0)
  }
  /// See `KernelScalar`.
  public static func multiplyMatrices(
    rows: Int, inner: Int, columns: Int, lanes: Int, _ a: UnsafePointer<Self>, rowStride: Int,
    innerStride: Int, _ b: UnsafePointer<Self>, innerStride bInnerStride: Int, columnStride: Int,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_lane_matrices_f32(
      rows, inner, columns, lanes, a, rowStride, innerStride, b, bInnerStride, columnStride, y,
      accumulating ? 1 : 0)
  }
}

extension Double {
  /// See `KernelScalar`.
  public static func logSoftmax(
    rows: Int, lanes: Int, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_log_softmax_f64(rows, lanes, x, y)
  }
  /// See `KernelScalar`.
  public static func logSoftmaxDerivative(
    rows: Int, lanes: Int, output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    isTransposed: Bool, into out: UnsafeMutablePointer<Self>
  ) {
    kernels_log_softmax_derivative_f64(rows, lanes, y, g, isTransposed ? 1 : 0, out)
  }
  /// See `KernelScalar`.
  public static func normalize(
    rows: Int, lanes: Int, epsilon: Self, _ x: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>
  ) {
    kernels_normalize_f64(rows, lanes, epsilon, x, y)
  }
  /// See `KernelScalar`.
  public static func normalizeDerivative(
    rows: Int, lanes: Int, epsilon: Self, input x: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    kernels_normalize_derivative_f64(rows, lanes, epsilon, x, y, g, out)
  }
  /// See `KernelScalar`.
  public static func convolve(
    rows: Int, channels: Int, taps: Int, lanes: Int, _ packed: UnsafePointer<Self>,
    bias: UnsafePointer<Self>?, positions: Int, segments: Int,
    _ segment: UnsafePointer<Int32>, entries: UnsafePointer<Int32>, places: Int,
    _ x: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_convolve_f64(
      rows, channels, taps, lanes, packed, bias, positions, segments, segment, entries, places, x,
      y,
      accumulating ? 1 : 0)
  }
  /// See `KernelScalar`.
  public static func poolMaximum(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_pool_max_f64(planes, positions, segments, segment, entries, places, lanes, x, y)
  }
  /// See `KernelScalar`.
  public static func poolMaximumPullback(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, input x: UnsafePointer<Self>, output y: UnsafePointer<Self>,
    _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    kernels_pool_max_pullback_f64(
      planes, positions, segments, segment, entries, places, lanes, x, y, g, out)
  }
  /// See `KernelScalar`.
  public static func poolMaximumPushforward(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, input x: UnsafePointer<Self>, output y: UnsafePointer<Self>,
    _ dx: UnsafePointer<Self>, into dy: UnsafeMutablePointer<Self>
  ) {
    kernels_pool_max_pushforward_f64(
      planes, positions, segments, segment, entries, places, lanes, x, y, dx, dy)
  }
  /// See `KernelScalar`.
  public static func poolSum(
    planes: Int, positions: Int, segments: Int, _ segment: UnsafePointer<Int32>,
    entries: UnsafePointer<Int32>,
    places: Int, lanes: Int, madeShares: UnsafePointer<Self>?, readShares: UnsafePointer<Self>?,
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_pool_sum_f64(
      planes, positions, segments, segment, entries, places, lanes, madeShares, readShares, x, y)
  }
  /// See `KernelScalar`.
  public static func scaleRows(
    rows: Int, lanes: Int, inner: Int, constants: Int, factors: UnsafePointer<Self>?,
    offsets: UnsafePointer<Self>?, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_scale_rows_f64(rows, lanes, inner, constants, factors, offsets, x, y)
  }
  /// See `KernelScalar`.
  public static func multiply(
    count: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_multiply_f64(count, a, b, y, accumulating ? 1 : 0)
  }
  /// See `KernelScalar`.
  public static func multiplyMatrices(
    rows: Int, inner: Int, columns: Int, lanes: Int, _ a: UnsafePointer<Self>, rowStride: Int,
    innerStride: Int, _ b: UnsafePointer<Self>, innerStride bInnerStride: Int, columnStride: Int,
    into y: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_lane_matrices_f64(
      rows, inner, columns, lanes, a, rowStride, innerStride, b, bInnerStride, columnStride, y,
      accumulating ? 1 : 0)
  }
}
