internal import Kernels

/// Traps that do not see each other, U = Σ (K/2)(x - c)², each moved straight from one centre to
/// another: for drags, and for neurons that are set and reset.
public final class HarmonicTraps: DrivenPotential {
  /// Trajectories.
  public let lanes: Int
  /// All traps, in one group.
  public let groups: [CoordinateGroup]
  /// x.
  public let positions: UnsafeMutablePointer<Float>
  /// -K (x - c).
  public let forces: UnsafeMutablePointer<Float>
  private let stiffness: Double
  private let rows: Int
  private let first: UnsafeMutablePointer<Float>
  private let last: UnsafeMutablePointer<Float>

  /// Traps at rest around their first centres, with thermal spread.
  ///
  /// - Parameters:
  ///   - stiffness: K, over k_B T and per squared unit, positive; friction is K τ0.
  ///   - first: where each trap starts, `[rows × lanes]`.
  ///   - last: where each trap ends, `[rows × lanes]`.
  ///   - start: x at the start, `[rows × lanes]`; none to draw it from equilibrium.
  ///   - noise: for the thermal spread, and its lanes.
  public init(
    stiffness: Double, from first: [Float], to last: [Float], positions start: [Float]? = nil,
    noise: LaneNoise
  ) {
    lanes = noise.lanes
    rows = first.count / noise.lanes
    precondition(first.count == last.count && first.count == rows * noise.lanes, "full rows")
    precondition(start == nil || start?.count == first.count, "one position a trap")
    self.stiffness = stiffness
    groups = [CoordinateGroup(rows: 0..<rows, friction: stiffness)]
    func copy(_ values: [Float]) -> UnsafeMutablePointer<Float> {
      let pointer = UnsafeMutablePointer<Float>.allocate(capacity: max(values.count, 1))
      pointer.initialize(from: values, count: values.count)
      return pointer
    }
    self.first = copy(first)
    self.last = copy(last)
    positions = copy(start ?? first)
    forces = copy(first)
    guard start == nil else { return }
    noise.normals(rows: rows, into: forces)
    let spread = Float(1 / stiffness.squareRoot())
    for place in 0..<rows * lanes { positions[place] += spread * forces[place] }
  }

  deinit {
    for pointer in [first, last, positions, forces] { pointer.deallocate() }
  }

  /// See `DrivenPotential`.
  public func evaluate(
    step: Int, of steps: Int, addingWorkTo work: UnsafeMutablePointer<Double>?
  ) {
    let place = ProtocolStep(step, of: steps)
    let (middle, advance) = (Float(place.middle), place.after - place.before)
    // U(x; c₊) - U(x; c₋) = -K (c₊ - c₋)(x - (c₊ + c₋)/2).
    let mean = (place.after + place.before) / 2
    for row in 0..<rows {
      for lane in 0..<lanes {
        let index = row * lanes + lane
        let way = last[index] - first[index]
        forces[index] = Float(stiffness) * (first[index] + middle * way - positions[index])
        guard let work else { continue }
        let lag = Double(first[index] - positions[index]) + mean * Double(way)
        work[lane] += stiffness * advance * Double(way) * lag
      }
    }
  }

  /// See `DrivenPotential`.
  public func addEnergies(at progress: Double, to energies: UnsafeMutablePointer<Double>) {
    for row in 0..<rows {
      for lane in 0..<lanes {
        let index = row * lanes + lane
        let lag =
          Double(first[index] - positions[index]) + progress * Double(last[index] - first[index])
        energies[lane] += 0.5 * stiffness * lag * lag
      }
    }
  }
}
