internal import Kernels

// What learning needs: each requirement is one kernel.

extension Float {
  /// See `KernelScalar`.
  public static func affineOfOne(
    rows: Int, columns: Int, _ weight: UnsafePointer<Self>, bias: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_affine_one_f32(rows, columns, weight, bias, x, y)
  }
  /// See `KernelScalar`.
  public static func pullbackOfOne(
    rows: Int, columns: Int, _ weight: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    into out: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_pullback_one_f32(rows, columns, weight, g, out, accumulating ? 1 : 0)
  }
  /// See `KernelScalar`.
  public static func rowProducts(
    rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    into out: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_row_products_f32(rows, columns, inner, a, b, out, accumulating ? 1 : 0)
  }
}

extension Double {
  /// See `KernelScalar`.
  public static func affineOfOne(
    rows: Int, columns: Int, _ weight: UnsafePointer<Self>, bias: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    kernels_affine_one_f64(rows, columns, weight, bias, x, y)
  }
  /// See `KernelScalar`.
  public static func pullbackOfOne(
    rows: Int, columns: Int, _ weight: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    into out: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_pullback_one_f64(rows, columns, weight, g, out, accumulating ? 1 : 0)
  }
  /// See `KernelScalar`.
  public static func rowProducts(
    rows: Int, columns: Int, inner: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    into out: UnsafeMutablePointer<Self>, accumulating: Bool
  ) {
    kernels_row_products_f64(rows, columns, inner, a, b, out, accumulating ? 1 : 0)
  }
}
