public import Quantities
internal import Foundation

/// The work of dragging an overdamped degree of freedom in a harmonic trap, H = (κ/2)(x - d)².
///
/// All results are for the ensemble mean, which is exact here: fluctuations add noise, not bias.
/// Durations are in units of the relaxation time τ0 = γ/κ, work in units of κ D² for a drag over D.
public enum HarmonicTrap {
  /// Work of moving the trap at constant speed over D in a time τ, starting in equilibrium:
  /// (τ0/τ)[1 - (τ0/τ)(1 - exp(-τ/τ0))], from 1/2 for τ → 0 to τ0/τ for slow driving.
  ///
  /// - Parameter duration: τ/τ0, not negative.
  /// - Source: O. Mazonka and C. Jarzynski (1999).
  public static func rampWork(duration: Double) -> Double {
    precondition(duration >= 0, "a duration is not negative")
    // Below this the closed form loses digits to cancellation, its series none.
    if duration < 1e-3 { return 0.5 - duration / 6 + duration * duration / 24 }
    return (1 + expm1(-duration) / duration) / duration
  }

  /// How far x lags behind the trap's mean position at the end of such a ramp, over D.
  public static func rampLag(duration: Double) -> Double {
    precondition(duration >= 0, "a duration is not negative")
    return duration < 1e-9 ? 1 : -expm1(-duration) / duration
  }

  /// The least work of any protocol that brings the trap from 0 to D in a time τ, where x need not
  /// end at rest in the centre: 1/(2 + τ/τ0).
  ///
  /// - Parameter duration: τ/τ0, not negative.
  /// - Source: T. Schmiedl and U. Seifert (2007).
  public static func bestWork(duration: Double) -> Double {
    precondition(duration >= 0, "a duration is not negative")
    return 1 / (2 + duration)
  }
}

/// The work of dragging coupled overdamped degrees of freedom, H/(k_B T) = (1/2)(x - x*)ᵀ M (x -
/// x*), whose friction is uniform once coordinates are scaled by it.
///
/// Each eigenmode of M is a trap of its own (see `HarmonicTrap`) that relaxes with τ0/λ.
public struct CoupledTraps: Sendable {
  /// The eigenvalues of M in ascending order: relaxation rates times τ0.
  public let eigenvalues: [Double]
  private let modes: [[Double]]

  /// The landscape of a symmetric, positive matrix M, `[n][n]`.
  ///
  /// - Complexity: O(n³).
  public init(hessian: [[Double]]) {
    let solved = symmetricEigenvectors(of: hessian)
    eigenvalues = solved.values
    modes = solved.vectors
  }

  /// Mean work of moving x* uniformly by `displacement` in a time τ, starting in equilibrium, in
  /// k_B T: (τ0/τ)[|D|² - (τ0/τ) Dᵀ M⁻¹ (1 - exp(-M τ/τ0)) D], and (1/2) Dᵀ M D at τ = 0.
  ///
  /// Its variance is 2 k_B T times the mean.
  ///
  /// - Parameters:
  ///   - displacement: D, in coordinates in which M is given.
  ///   - duration: τ/τ0, not negative.
  public func rampWork(displacement: [Double], duration: Double) -> ThermalEnergy {
    var work = 0.0
    for (rate, mode) in zip(eigenvalues, modes) {
      let part = zip(mode, displacement).reduce(0) { $0 + $1.0 * $1.1 }
      work += rate * part * part * HarmonicTrap.rampWork(duration: rate * duration)
    }
    return ThermalEnergy(work)
  }
}
