/// A potential energy landscape U(x; λ) over k_B T for a batch of trajectories, whose controls λ are
/// moved from a first to a last position.
///
/// It owns the positions and what computes forces from them; it knows no time, no noise and no
/// friction. Its controls are at a *progress* s between 0 and 1, the same for all trajectories.
///
/// Memory that one task owns. Coordinates stand in rows, trajectories side by side in lanes: element
/// (row, lane) at `row * lanes + lane`.
public protocol DrivenPotential: AnyObject {
  /// Trajectories; a positive multiple of 16.
  var lanes: Int { get }
  /// The coordinates that move, in groups of like friction. Rows in no group stand still.
  var groups: [CoordinateGroup] { get }
  /// x, in the coordinates' own unit.
  var positions: UnsafeMutablePointer<Float> { get }
  /// -∂U/∂x as last evaluated, in k_B T per unit.
  var forces: UnsafeMutablePointer<Float> { get }

  /// Evaluates the forces with the controls at `step/steps` of their way, and adds the work that it
  /// takes to move them past that point with all positions frozen.
  ///
  /// - Parameters:
  ///   - step: from 0 to `steps`.
  ///   - steps: into how many the way is cut; 0 means that the controls jump, and are at the end.
  ///   - work: for each lane, to which U(x; s₊) - U(x; s₋) is added, in k_B T, where s₋ and s₊ lie
  ///     half a step before and after `step`, within the way (see `ProtocolStep`); none to leave it.
  func evaluate(step: Int, of steps: Int, addingWorkTo work: UnsafeMutablePointer<Double>?)

  /// Adds each group's part of U to `energies[group * lanes + lane]`, in k_B T.
  ///
  /// - Parameters:
  ///   - progress: where the controls stand, from 0 to 1.
  ///   - energies: `[groups × lanes]`, in k_B T; is added to.
  func addEnergies(at progress: Double, to energies: UnsafeMutablePointer<Double>)
}

/// Coordinates that share their friction.
public struct CoordinateGroup: Sendable, Hashable {
  /// Their rows.
  public let rows: Range<Int>
  /// γ, in k_B T τ0 per squared unit of the coordinate, positive.
  public let friction: Double

  /// Coordinates in these rows.
  public init(rows: Range<Int>, friction: Double) {
    precondition(friction > 0 && friction.isFinite, "friction is positive")
    self.rows = rows
    self.friction = friction
  }
}

/// The progress of controls around one step of a way that is cut into equal steps.
///
/// Forces are taken in the middle and the controls move past it by half a step on either side: this
/// symmetric order makes the mean work of slow driving right to second order in the step.
public struct ProtocolStep: Sendable, Hashable {
  /// Where the controls come from.
  public let before: Double
  /// Where forces are taken.
  public let middle: Double
  /// Where the controls go to.
  public let after: Double

  /// The step `step` of `steps`; of none, the whole way at once.
  public init(_ step: Int, of steps: Int) {
    guard steps > 0 else {
      (before, middle, after) = (0, 1, 1)
      return
    }
    let unit = 1 / Double(steps)
    middle = Double(step) * unit
    before = max(0, (Double(step) - 0.5) * unit)
    after = min(1, (Double(step) + 0.5) * unit)
  }
}
