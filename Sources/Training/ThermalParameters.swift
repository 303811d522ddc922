internal import Kernels
internal import Networks
package import StochasticThermodynamics

/// The parameters of a network as they are moved, step by step: exactly, or as degrees of freedom with friction in
/// a bath.
///
/// In the bath a parameter with friction γ that a constant force drags by d in a time τ moves by
///
///     Δ = d + √(2 k_BT τ/γ) ξ,   and turns the work F Δ into heat, F = γ d/τ.
///
/// A step takes the time in which the mean of γ d²/τ over the parameters is ε k_BT. So with <d²> that mean
/// of this step, the noise has the variance 2 <d²>/ε, and the heat is ε/<d²> Σ d Δ k_BT: ε for each parameter in
/// the mean, and scattered about it. Nothing else is left out: a constant force without a landscape is solved
/// exactly. It is not a model of what makes the force.
///
/// Memory that one task owns.
///
/// - Source: the step's time and noise follow from textbook stochastic thermodynamics; derived in this
///   project.
package final class ThermalParameters {
  /// How many.
  package let count: Int
  /// ε, the energy of a step in k_BT per parameter; none for a motion without friction and noise.
  package let energyPerParameter: Double?
  /// The heat so far, in k_BT, measured step by step; 0 without friction.
  package private(set) var heat = 0.0
  /// The heat of each step, in k_BT.
  package private(set) var steps = RunningMoments()

  private let values: Block<Float>
  private let velocity: Block<Float>
  private let normals: Block<Float>?
  private let noise: LaneNoise?
  private let sums: UnsafeMutablePointer<Double>

  /// Parameters at some values.
  ///
  /// - Parameters:
  ///   - energyPerParameter: positive; none for exact motion.
  ///   - index: of the repetition, whose noise it is.
  package init(_ start: [Float], energyPerParameter: Double?, seed: UInt64, index: Int = 0) {
    precondition(energyPerParameter.map { $0 > 0 && $0.isFinite } ?? true, "a positive energy")
    count = start.count
    self.energyPerParameter = energyPerParameter
    let rows = (max(start.count, 1) + 15) / 16
    values = Block(rows: rows, lanes: 16)
    velocity = Block(rows: rows, lanes: 16)
    for (place, value) in start.enumerated() { values.pointer[place] = value }
    let isThermal = energyPerParameter != nil
    normals = isThermal ? Block(rows: rows, lanes: 16) : nil
    noise =
      isThermal
      ? LaneNoise(seed: seed, purpose: "thermal motion of parameters", first: 16 * index, lanes: 16)
      : nil
    sums = .allocate(capacity: 16)
  }

  deinit { sums.deallocate() }

  /// Where they are, `[count]` and room to a whole number of sixteens.
  package var pointer: UnsafePointer<Float> { UnsafePointer(values.pointer) }

  /// Where they are.
  package var current: [Float] { Array(UnsafeBufferPointer(start: values.pointer, count: count)) }

  /// Moves them by d = momentum × (the last d) - rate × gradient.
  ///
  /// - Parameter gradient: `[count]` and zeros to a whole number of sixteens.
  package func step(against gradient: UnsafePointer<Float>, rate: Double, momentum: Double) {
    let (all, rows) = (values.count, values.rows)
    kernels_combine2_f32(
      all, Float(momentum), velocity.pointer, -Float(rate), gradient, velocity.pointer)
    kernels_combine2_f32(all, 1, values.pointer, 1, velocity.pointer, values.pointer)
    guard let energyPerParameter, let noise, let normals else { return }
    func sum(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Double {
      sums.update(repeating: 0, count: 16)
      kernels_lane_sum_f32(rows, 16, 1, a, b, sums)
      return (0..<16).reduce(0) { $0 + sums[$1] }
    }
    let square = sum(velocity.pointer, velocity.pointer)
    let mean = square / Double(count)
    noise.normals(rows: rows, into: normals.pointer)
    // Where nothing is moved nothing is spent, and the step takes no time in which to diffuse.
    guard mean > 0 else { return steps.add(0) }
    let deviation = (2 * mean / energyPerParameter).squareRoot()
    kernels_combine2_f32(
      all, 1, values.pointer, Float(deviation), normals.pointer, values.pointer)
    let work = square + deviation * sum(velocity.pointer, normals.pointer)
    let spent = energyPerParameter / mean * work
    heat += spent
    steps.add(spent)
  }
}
