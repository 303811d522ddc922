internal import Networks

/// The quasi-static network as a physical system: H(x | u)/(k_B T) = Σ_v (K_v/2)(x_v -
/// f_v(parents))².
///
/// Its one stationary point is the forward pass, where H = 0. With friction γ_v = κ_v τ0 its
/// overdamped motion is, in time counted in τ0, dx_l/dt = -r_l + (1/K_l) Σ_children Jᵀ K_c r_c,
/// with the residual r = x - f(parents). Layers with K = 0 are left out: they stand still and pull
/// at nothing.
struct Landscape: Sendable {
  let engine: LayerEngine<Double>
  /// K of each layer.
  let stiffness: [Double]
  /// No relaxation rate around a forward pass, times τ0, exceeds this, whatever the inputs; infinite where a
  /// layer's Jacobian has no bound (see `JacobianBound`).
  let rateBound: Double

  /// - Parameter rateBound: if it is known.
  init(_ engine: LayerEngine<Double>, stiffness: [Double], rateBound: Double? = nil) {
    self.engine = engine
    self.stiffness = stiffness
    self.rateBound = rateBound ?? Self.rateBound(engine, stiffness)
  }

  /// Rates are the eigenvalues of A'ᵀA' with A' = 1 - S J S⁻¹ and S = diag √K, so none exceeds
  /// (1 + |S J S⁻¹|)². The norm of the matrix of its blocks' norms is at least its own, and the
  /// geometric mean of the largest row sum and the largest column sum is at least that.
  private static func rateBound(_ engine: LayerEngine<Double>, _ stiffness: [Double]) -> Double {
    let count = engine.layers.count
    var rows = [Double](repeating: 0, count: count)
    var columns = rows
    for (target, gains) in JacobianBound.gains(engine.layers, of: engine.network).enumerated() {
      for (source, gain) in gains {
        guard case .layer(let index) = source, stiffness[index] > 0, stiffness[target] > 0 else {
          continue
        }
        let norm = gain * (stiffness[target] / stiffness[index]).squareRoot()
        rows[target] += norm
        columns[index] += norm
      }
    }
    let norm = ((rows.max() ?? 0) * (columns.max() ?? 0)).squareRoot()
    return (1 + norm) * (1 + norm)
  }
}
