import Foundation
import Quantities
import Testing

@testable import StochasticThermodynamics

/// Entropies and informations against brute force.
@Suite struct InformationTests {
  @Test func shannonEntropies() {
    #expect(shannonEntropy(of: [1, 1, 1]).value == 0)
    #expect(shannonEntropy(of: [Int]()).value == 0)
    #expect(abs(shannonEntropy(of: [1, 2, 3, 4]).value - log(4)) < 1e-15)
    // Half, a quarter, a quarter: 1.5 bits.
    #expect(abs(Bits(shannonEntropy(of: ["a", "b", "a", "c"])).value - 1.5) < 1e-15)
    #expect(shannonEntropy(counts: [2, 0, 1, 1]) == shannonEntropy(of: [0, 0, 2, 3]))
  }

  @Test func normalQuantiles() {
    for x in stride(from: -12.0, through: 0, by: 0.25) {
      let back = NormalDistribution.lowerQuantile(NormalDistribution.cumulative(x))
      #expect(abs(back - x) < 1e-10 * (1 + abs(x)))
    }
  }

  /// Information and transport by a fine midpoint sum and by sorting quantiles.
  func bruteForce(_ centres: [Double], _ stiffness: Double) -> (Double, Double) {
    let sigma = 1 / stiffness.squareRoot()
    let low = centres.min()! - 12 * sigma
    let high = centres.max()! + 12 * sigma
    let count = 400_000
    let width = (high - low) / Double(count)
    var entropy = 0.0
    var transport = 0.0
    var passed = 0.0
    var quantile = -14.0
    for point in 0..<count {
      let x = low + (Double(point) + 0.5) * width
      let density =
        centres.reduce(0) { $0 + exp(-0.5 * stiffness * (x - $1) * (x - $1)) }
        / Double(centres.count) * (stiffness / (2 * Double.pi)).squareRoot()
      guard density > 0 else { continue }
      entropy -= density * log(density) * width
      passed += density * width / 2
      if passed > 1e-12, passed < 1 - 1e-12 {
        // March the reset state's quantile up to where as much lies below it.
        while 0.5 * erfc(-quantile / 2.0.squareRoot()) < passed { quantile += 1e-4 }
        transport += density * width * (x - quantile * sigma) * (x - quantile * sigma)
      }
      passed += density * width / 2
    }
    return (entropy - 0.5 * log(2 * Double.pi * M_E / stiffness), transport * stiffness)
  }

  static let cases: [([Double], Double)] = [
    ([0.0, 0.1, 0.5], 40), ([-3, 0, 0, 0, 2], 9), ([0, 0.01], 1), ([1, 4, 9, 40], 5),
  ]

  @Test(arguments: cases)
  func mixtures(centres: [Double], stiffness: Double) {
    let mixture = ThermalMixture(centres: centres, stiffness: stiffness)
    let (information, transport) = bruteForce(centres, stiffness)
    #expect(abs(mixture.information.value - information) < 1e-6)
    #expect(abs(mixture.scaledTransport - transport) < 1e-3 * (0.01 + transport))
  }

  @Test func limitsOfAMixture() {
    // Far apart: everything is known. Equal: nothing. And the order does not matter.
    let far = ThermalMixture(centres: [0, 100, 200, 300], stiffness: 1)
    #expect(abs(far.information.value - log(4)) < 1e-9)
    let equal = ThermalMixture(centres: [3, 3, 3], stiffness: 2)
    #expect(equal.information.value == 0)
    #expect(abs(equal.scaledTransport - 18) < 1e-9)
    let one = ThermalMixture(centres: [1, 2, 4], stiffness: 3)
    let other = ThermalMixture(centres: [4, 1, 2], stiffness: 3)
    #expect(one.information == other.information)
    // A cluster and a far-away one: 3 to 1.
    let clusters = ThermalMixture(centres: [0, 0, 0, 1e5], stiffness: 1)
    #expect(abs(clusters.information.value - shannonEntropy(counts: [3, 1]).value) < 1e-9)
  }

  @Test func jointInformation() {
    // In one dimension it is the mixture's own.
    let centres = [0.0, 1, 1.5, 4]
    let single = ThermalMixture(centres: centres, stiffness: 1).information.value
    let joint = JointInformation(points: centres, dimensions: 1, seed: 3)
    #expect(joint.lowerBound.value <= single && single <= joint.upperBound.value)
    #expect(abs(joint.value.value - single) < 5 * joint.standardError.value)
    #expect(joint.standardError.value > 0)
    // Two coordinates that say the same twice as loud: as one coordinate stretched by √2.
    let stretched = ThermalMixture(centres: centres.map { $0 * 2.0.squareRoot() }, stiffness: 1)
    let doubled = JointInformation(
      points: centres.flatMap { [$0, $0] }, dimensions: 2, seed: 4)
    #expect(
      abs(doubled.value.value - stretched.information.value) < 5 * doubled.standardError.value)
    // Points far apart: exactly ln N, without a draw. Duplicates tell nothing of each other.
    let far = JointInformation(points: [0, 0, 1000, 0, 0, 0], dimensions: 2, seed: 1)
    #expect(abs(far.value.value - shannonEntropy(counts: [2, 1]).value) < 1e-12)
    #expect(far.standardError.value == 0)
  }
}
