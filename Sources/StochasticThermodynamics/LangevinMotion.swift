internal import Kernels

/// Overdamped Langevin motion of a batch of trajectories, with work and heat of each.
///
///     γ dx = -∂U/∂x dt + sqrt(2 γ k_B T) dB
///
/// in steps dt by the method of Leimkuhler and Matthews,
///
///     x' = x + (dt/γ) F + sqrt(2 dt/γ) (R + R')/2,
///
/// with R, R' the standard normal numbers of the step before and of this one. In a harmonic trap its
/// equilibrium has the exact variance at any stable step, dt λ < 2 with λ the largest relaxation
/// rate; elsewhere it is right to second order.
///
/// *Work* is the energy that the controls put in: U(x; λ) after less before each move of them, x
/// frozen. *Heat* is computed on its own, force times displacement with the mean of the forces at
/// both ends of a step (Stratonovich), so that work = heat + ΔU is a test and not a definition.
///
/// *Shadow work.* The method is what is left of Langevin motion with mass when velocities v = R are
/// drawn anew in every step of length h = sqrt(2 dt/γ): kick by h F, drift by h/2, draw, drift by
/// h/2, with a kick of h F/2 at the very beginning and end, so that a run backwards is the run of
/// the reversed controls. A finite step is itself a drive, which does shadow work; with it the total
/// work, ΔU plus the kinetic energy that the kicks give, Σ (½|R + h F|² - ½|R|²), obeys Jarzynski's
/// and Crooks's equalities exactly, at any step. Shadow work is the total less the work of the
/// controls.
///
/// Positions are in single precision, work and heat are summed in double.
///
/// Source: B. Leimkuhler and C. Matthews, Appl. Math. Res. Express 2013, 34; D. Sivak, J. Chodera
/// and G. Crooks, Phys. Rev. X 3, 011007 (2013).
public final class LangevinMotion<Potential: DrivenPotential> {
  /// The landscape.
  public let potential: Potential
  /// dt, in τ0.
  public let step: Double
  private let noise: LaneNoise
  private let rows: Int
  private let normals: UnsafeMutablePointer<Float>
  private let moves: UnsafeMutablePointer<Float>
  private let sums: UnsafeMutablePointer<Double>
  private let energies: UnsafeMutablePointer<Double>

  private var lanes: Int { noise.lanes }
  private var groups: Int { potential.groups.count }
  private var work: UnsafeMutablePointer<Double> { sums }
  private var kicks: UnsafeMutablePointer<Double> { sums + lanes }
  private var heat: UnsafeMutablePointer<Double> { sums + 2 * lanes }

  /// Trajectories in a potential, whose positions are already drawn from its equilibrium.
  ///
  /// - Parameters:
  ///   - potential: where they are, and what forces act.
  ///   - step: dt in τ0, positive.
  ///   - noise: of as many lanes as the potential.
  public init(_ potential: Potential, step: Double, noise: LaneNoise) {
    precondition(step > 0 && step.isFinite, "a step is positive")
    precondition(potential.lanes == noise.lanes, "noise for every trajectory")
    self.potential = potential
    self.step = step
    self.noise = noise
    rows = potential.groups.map(\.rows.upperBound).max() ?? 0
    let lanes = noise.lanes
    let numbers = max(rows * lanes, 1)
    normals = .allocate(capacity: numbers)
    moves = .allocate(capacity: numbers)
    sums = .allocate(capacity: (2 + potential.groups.count) * lanes)
    energies = .allocate(capacity: max(potential.groups.count * lanes, 1))
    normals.initialize(repeating: 0, count: numbers)
    moves.initialize(repeating: 0, count: numbers)
  }

  deinit {
    normals.deallocate()
    moves.deallocate()
    sums.deallocate()
    energies.deallocate()
  }

  /// Moves the controls all the way in `driving` steps, or at once if there are none, and then lets
  /// the trajectories relax for `holding` steps.
  ///
  /// - Parameters:
  ///   - driving: steps with moving controls, from 0.
  ///   - holding: steps with controls that stand, from 0.
  ///   - visit: called before every step with its number, for whoever watches positions.
  /// - Returns: what each trajectory came to, in the order of the lanes.
  /// - Complexity: O(steps × (forces + coordinates)).
  public func run(
    driving: Int, holding: Int, visit: (Int) -> Void = { _ in }
  ) -> [Trajectory] {
    let groups = potential.groups
    sums.update(repeating: 0, count: (2 + groups.count) * lanes)
    moves.update(repeating: 0, count: rows * lanes)
    for group in groups { draw(group) }
    let before = measuredEnergies(at: 0)

    for index in 0..<driving + holding {
      visit(index)
      let place = min(index, driving)
      potential.evaluate(step: place, of: driving, addingWorkTo: index <= driving ? work : nil)
      for (number, group) in groups.enumerated() {
        let start = group.rows.lowerBound * lanes
        let mobility = step / group.friction
        // The first kick is half a one.
        kernels_langevin_step_f32(
          group.rows.count, lanes, Float(index == 0 ? mobility / 2 : mobility),
          Float((2 * mobility).squareRoot()), noise.generators, potential.forces + start,
          potential.positions + start, normals + start, moves + start, heat + number * lanes,
          kicks)
      }
      if index == 0 { for lane in 0..<lanes { kicks[lane] /= 2 } }
    }
    visit(driving + holding)
    // The controls' last half step, the forces at the end of the last move, and half a kick.
    potential.evaluate(step: driving, of: driving, addingWorkTo: holding == 0 ? work : nil)
    for (number, group) in groups.enumerated() {
      let start = group.rows.lowerBound * lanes
      kernels_lane_sum_f32(
        group.rows.count, lanes, 0.5, potential.forces + start, moves + start,
        heat + number * lanes)
      guard driving + holding > 0 else { continue }
      let mobility = step / group.friction
      kernels_lane_sum_f32(
        group.rows.count, lanes, Float((mobility / 2).squareRoot()), potential.forces + start,
        normals + start, kicks)
      kernels_lane_sum_f32(
        group.rows.count, lanes, Float(mobility / 4), potential.forces + start,
        potential.forces + start, kicks)
    }

    let after = measuredEnergies(at: 1)
    return (0..<lanes).map { lane in
      let change = groups.indices.map { after[$0 * lanes + lane] - before[$0 * lanes + lane] }
      return Trajectory(
        work: work[lane], totalWork: change.reduce(0, +) + kicks[lane],
        heat: groups.indices.map { heat[$0 * lanes + lane] }, energyChange: change)
    }
  }

  private func draw(_ group: CoordinateGroup) {
    noise.normals(rows: group.rows.count, into: normals + group.rows.lowerBound * lanes)
  }

  private func measuredEnergies(at progress: Double) -> [Double] {
    energies.update(repeating: 0, count: groups * lanes)
    potential.addEnergies(at: progress, to: energies)
    return Array(UnsafeBufferPointer(start: energies, count: groups * lanes))
  }
}

/// The energies of one trajectory, in k_B T.
public struct Trajectory: Sendable {
  /// Work of the controls.
  public let work: Double
  /// Work of the controls and of the finite steps; see `LangevinMotion`.
  public let totalWork: Double
  /// Heat given off by each group of coordinates.
  public let heat: [Double]
  /// How much each group's part of U has changed.
  public let energyChange: [Double]

  /// What a trajectory came to.
  public init(work: Double, totalWork: Double, heat: [Double], energyChange: [Double]) {
    self.work = work
    self.totalWork = totalWork
    self.heat = heat
    self.energyChange = energyChange
  }

  /// What the finite steps did: none in the limit of short ones.
  public var shadowWork: Double { totalWork - work }
  /// work - heat - ΔU: the error with which the steps integrate the first law.
  public var residual: Double { work - heat.reduce(0, +) - energyChange.reduce(0, +) }
  /// Whether all of it is finite.
  public var isFinite: Bool { totalWork.isFinite && residual.isFinite }
}
