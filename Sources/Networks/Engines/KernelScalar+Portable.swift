// Plain loops for functions that have no vector kernel.

extension KernelScalar {
  /// f of numbers.
  static func activatePortably(
    _ function: Activation, count: Int, _ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>
  ) {
    // What is met most often of what is left.
    if function == .power(2) { return multiply(count: count, z, z, into: y, accumulating: false) }
    for place in 0..<count { y[place] = Self(function(Double(z[place]))) }
  }

  /// g f'(z).
  static func activateDerivativePortably(
    _ function: Activation, count: Int, input z: UnsafePointer<Self>,
    output y: UnsafePointer<Self>, _ g: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>
  ) {
    for place in 0..<count {
      out[place] =
        g[place]
        * Self(function.derivative(at: Double(z[place]), output: Double(y[place])))
    }
  }
}
