import Networks
import Quantities
import ReferenceFigures
import Testing

@testable import StochasticThermodynamics

/// Closed forms against figures computed by others.
@Suite struct ReferenceTests {
  let figures: ReferenceFigures

  init() throws { figures = try ReferenceFigures.load() }

  @Test func trapRamp() {
    for (duration, work) in figures.trap {
      #expect(abs(HarmonicTrap.rampWork(duration: Double(duration)!) / work - 1) < 1e-6)
    }
  }

  @Test func informationAndTransportOfAReset() {
    for reset in figures.reset {
      let mixture = ThermalMixture(centres: reset.activations, stiffness: reset.stiffness)
      #expect(abs(mixture.information.value - reset.information_nats) < 1e-6)
      #expect(
        abs(mixture.scaledTransport / reset.stiffness / reset.wasserstein2_squared - 1) < 1e-6)
    }
  }

  @Test func rampOfCoupledTraps() throws {
    let linear = figures.linear
    // A = 1 - J for the two layers, D = Δx*, from the weights themselves.
    let network = try linear.network()
    let samples = try linear.samples()
    let layers = linear.layers.map(\.weight)
    let change = (0..<2).map { Double(samples[1][2 + $0]) - Double(samples[0][$0]) }
    let first = layers[0].map { zip($0, change).reduce(0) { $0 + Double($1.0) * $1.1 } }
    let second = layers[1].map { zip($0, first).reduce(0) { $0 + Double($1.0) * $1.1 } }
    let count = network.neuronCount
    var a = (0..<count).map { row in (0..<count).map { row == $0 ? 1.0 : 0 } }
    for (row, weights) in layers[1].enumerated() {
      for (column, weight) in weights.enumerated() { a[3 + row][column] = -Double(weight) }
    }
    let hessian = (0..<count).map { i in
      (0..<count).map { j in (0..<count).reduce(0) { $0 + a[$1][i] * a[$1][j] } }
    }
    let traps = CoupledTraps(hessian: hessian)
    for (value, expected) in zip(traps.eigenvalues, linear.relaxation_eigenvalues) {
      #expect(abs(value / expected - 1) < 1e-6)
    }
    let scaled = (first + second).map { $0 * linear.stiffness.squareRoot() }
    for (duration, work) in linear.mean_work_kT {
      let predicted = traps.rampWork(displacement: scaled, duration: Double(duration)!)
      #expect(abs(predicted.value / work - 1) < 1e-6)
    }
  }
}
