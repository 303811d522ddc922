import Foundation
import StochasticThermodynamics

/// U(x; λ) = (x² - 1)² - λ x, λ on its way from one tilt to another: two wells and a barrier of
/// k_B T between them, nowhere harmonic. One coordinate with friction k_B T τ0.
final class DoubleWell: DrivenPotential {
  let lanes: Int
  let groups = [CoordinateGroup(rows: 0..<1, friction: 1)]
  let positions: UnsafeMutablePointer<Float>
  let forces: UnsafeMutablePointer<Float>
  let tilts: (Double, Double)

  /// - Parameter positions: one for each trajectory.
  init(tilts: (Double, Double), positions: [Double]) {
    lanes = positions.count
    self.tilts = tilts
    self.positions = .allocate(capacity: lanes)
    forces = .allocate(capacity: lanes)
    for (lane, x) in positions.enumerated() {
      self.positions[lane] = Float(x)
      forces[lane] = 0
    }
  }

  deinit {
    positions.deallocate()
    forces.deallocate()
  }

  func tilt(_ progress: Double) -> Double { tilts.0 + progress * (tilts.1 - tilts.0) }

  static func energy(_ x: Double, _ tilt: Double) -> Double {
    (x * x - 1) * (x * x - 1) - tilt * x
  }

  static func force(_ x: Double, _ tilt: Double) -> Double { -4 * x * (x * x - 1) + tilt }

  func evaluate(step: Int, of steps: Int, addingWorkTo work: UnsafeMutablePointer<Double>?) {
    let place = ProtocolStep(step, of: steps)
    let (before, middle, after) = (tilt(place.before), tilt(place.middle), tilt(place.after))
    var lane = 0
    while lane < lanes {
      let x = Double(positions[lane])
      forces[lane] = Float(Self.force(x, middle))
      if let work { work[lane] -= (after - before) * x }
      lane += 1
    }
  }

  func addEnergies(at progress: Double, to energies: UnsafeMutablePointer<Double>) {
    for lane in 0..<lanes { energies[lane] += Self.energy(Double(positions[lane]), tilt(progress)) }
  }

  // MARK: Equilibrium by quadrature

  private static let points = 8000
  private static func point(_ index: Int) -> Double {
    -4 + 8 * (Double(index) + 0.5) / Double(points)
  }

  /// ∫ f exp(-U) dx over ∫ exp(-U) dx.
  static func average(_ tilt: Double, _ f: (Double) -> Double) -> Double {
    var (sum, weight) = (0.0, 0.0)
    for index in 0..<points {
      let x = point(index)
      let density = exp(-energy(x, tilt))
      sum += density * f(x)
      weight += density
    }
    return sum / weight
  }

  /// -ln ∫ exp(-U) dx.
  static func freeEnergy(_ tilt: Double) -> Double {
    -log((0..<points).reduce(0) { $0 + exp(-energy(point($1), tilt)) } * 8 / Double(points))
  }

  /// Positions drawn from equilibrium, by inverting the distribution.
  static func equilibrium(_ tilt: Double, count: Int, seed: Int) -> [Double] {
    var cumulative: [Double] = []
    var sum = 0.0
    for index in 0..<points {
      sum += exp(-energy(point(index), tilt))
      cumulative.append(sum)
    }
    var source = SeededGenerator(seed: 31, purpose: "equilibrium", index: seed)
    return (0..<count).map { _ in
      let share = source.uniform() * sum
      var (low, high) = (0, points - 1)
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] < share { low = middle + 1 } else { high = middle }
      }
      return point(low) + (source.uniform() - 0.5) * 8 / Double(points)
    }
  }
}
