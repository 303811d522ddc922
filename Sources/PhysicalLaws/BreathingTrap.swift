internal import Foundation
internal import StochasticThermodynamics

/// A trap around 0 whose stiffness changes, U = (K(s)/2) x², with friction k_B T τ0 per squared
/// unit: the least trajectory problem in which the free energy changes.
final class BreathingTrap: DrivenPotential {
  let lanes: Int
  let groups = [CoordinateGroup(rows: 0..<1, friction: 1)]
  let positions: UnsafeMutablePointer<Float>
  let forces: UnsafeMutablePointer<Float>
  private let stiffness: @Sendable (Double) -> Double

  /// A trap in equilibrium.
  ///
  /// - Parameter stiffness: K as a function of progress, from 0 to 1; it may jump at both ends.
  init(stiffness: @escaping @Sendable (Double) -> Double, noise: LaneNoise) {
    lanes = noise.lanes
    self.stiffness = stiffness
    positions = .allocate(capacity: noise.lanes)
    forces = .allocate(capacity: noise.lanes)
    noise.normals(rows: 1, into: positions)
    let spread = Float(1 / stiffness(0).squareRoot())
    for lane in 0..<lanes {
      positions[lane] *= spread
      forces[lane] = 0
    }
  }

  deinit {
    positions.deallocate()
    forces.deallocate()
  }

  func evaluate(
    step: Int, of steps: Int, addingWorkTo work: UnsafeMutablePointer<Double>?
  ) {
    let place = ProtocolStep(step, of: steps)
    // At the first and the last step of a drive the trap has jumped already, or not yet.
    let middle = stiffness(min(max(place.middle, 1e-12), 1 - 1e-12))
    let change = stiffness(place.after) - stiffness(place.before)
    for lane in 0..<lanes {
      let x = Double(positions[lane])
      forces[lane] = Float(-middle * x)
      work?[lane] += 0.5 * change * x * x
    }
  }

  func addEnergies(at progress: Double, to energies: UnsafeMutablePointer<Double>) {
    let stiffness = stiffness(progress)
    for lane in 0..<lanes {
      energies[lane] += 0.5 * stiffness * Double(positions[lane]) * Double(positions[lane])
    }
  }
}

/// The protocol that changes a trap's stiffness from 1 to 4 in a time τ with the least work: the
/// spread σ falls evenly from 1 to 1/2, for which K = 1/σ² - σ'/σ, with jumps at both ends.
///
/// It dissipates (σ_1 - σ_2)²/τ = 0.25/τ beyond ΔF = ln 2, at any τ: friction times the squared
/// 2-Wasserstein distance of the two Gaussians. Source: T. Schmiedl and U. Seifert (2007); E. Aurell
/// et al. (2011).
enum Compression {
  static let first = 1.0
  static let last = 4.0
  static let freeEnergy = 0.5 * log(last / first)

  static func stiffness(duration: Double) -> @Sendable (Double) -> Double {
    { progress in
      if progress <= 0 { return first }
      if progress >= 1 { return last }
      let spread = 1 - progress / 2
      return 1 / (spread * spread) + 1 / (2 * duration * spread)
    }
  }

  /// γ W2² by quadrature of the quantile functions, in k_B T τ0.
  static func transport(points: Int = 20_000) -> Double {
    // The quantiles of N(0, σ²) are σ z(q): the integral of z² is done, on purpose, by its sum.
    let (a, b) = (1 / first.squareRoot(), 1 / last.squareRoot())
    var sum = 0.0
    var weight = 0.0
    for point in 0..<points {
      let z = 16 * ((Double(point) + 0.5) / Double(points) - 0.5)
      let density = exp(-0.5 * z * z)
      sum += density * (a * z - b * z) * (a * z - b * z)
      weight += density
    }
    return sum / weight
  }

  /// (∫ √ζ dK)² with the friction ζ(K) of linear response: the autocorrelation of ∂U/∂K = x²/2 in
  /// a trap, (1/2)/K² · exp(-2 K t), over all times: ζ = 1/(4 K³), in k_B T τ0.
  static func linearResponse(points: Int = 20_000) -> Double {
    let width = (last - first) / Double(points)
    let length = (0..<points).reduce(0) { sum, point in
      let stiffness = first + (Double(point) + 0.5) * width
      // ∫ exp(-2Kt) dt = 1/(2K); variance of x²/2 is 1/(2K²).
      return sum + (1 / (2 * stiffness * stiffness) / (2 * stiffness)).squareRoot() * width
    }
    return length * length
  }
}
