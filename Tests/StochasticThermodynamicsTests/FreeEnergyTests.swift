import Foundation
import StochasticThermodynamics
import Testing

/// Normal work of variance s² and mean ΔF + s²/2 obeys Jarzynski's equality exactly; its reverse,
/// of mean -ΔF + s²/2, Crooks's.
@Suite struct FreeEnergyTests {
  func works(
    _ count: Int, freeEnergy: Double, variance: Double, seed: Int, reverse: Bool = false
  ) -> [Double] {
    var noise = GaussianStream(seed: 12, purpose: reverse ? "reverse" : "forward", index: seed)
    let mean = (reverse ? -freeEnergy : freeEnergy) + variance / 2
    return (0..<count).map { _ in mean + variance.squareRoot() * noise.next() }
  }

  func average(_ works: some Sequence<Double>) -> ExponentialAverage {
    var average = ExponentialAverage()
    for work in works { average.add(work) }
    return average
  }

  // MARK: Jarzynski's average

  /// What it is, without any rescaling.
  @Test func theAverageIsTheSum() throws {
    let works = works(1000, freeEnergy: 0.3, variance: 0.8, seed: 1)
    let exact = works.map { exp(-$0) }.reduce(0, +) / 1000
    let found = try #require(average(works).average)
    #expect(abs(found.value / exact - 1) < 1e-12)
    let variance = works.map { (exp(-$0) - exact) * (exp(-$0) - exact) }.reduce(0, +) / 999
    #expect(abs(found.standardError / (variance / 1000).squareRoot() - 1) < 1e-9)
    let free = try #require(average(works).freeEnergy)
    #expect(abs(free.value + log(exact)) < 1e-12)
    #expect(abs(free.standardError - found.standardError / exact) < 1e-12)
  }

  @Test(arguments: [0.0, -3, 40, -900, 900]) func freeEnergyOfNormalWork(exact: Double) throws {
    let found = try #require(
      average(works(20_000, freeEnergy: exact, variance: 1, seed: 2)).freeEnergy)
    // The variance of exp(-W) over its squared mean is e - 1.
    #expect(abs(found.standardError / ((exp(1) - 1) / 20_000).squareRoot() - 1) < 0.15)
    #expect(abs(found.value - exact) < 5 * found.standardError)
    #expect(found.value != exact)
    // exp(-ΔF) itself is beyond double precision where |ΔF| is above 700: no number, not a wrong one.
    #expect(
      (average(works(20_000, freeEnergy: exact, variance: 1, seed: 2)).average == nil)
        == (abs(exact) > 700))
  }

  @Test func partsMakeTheWhole() throws {
    let works = works(3000, freeEnergy: 1, variance: 1, seed: 3).sorted()
    let whole = average(works)
    let exact = try #require(whole.freeEnergy)
    // In ascending order the least work comes first, in descending order it is always new.
    for order in [works, works.reversed()] {
      for split in [0, 1, 700, 3000] {
        var merged = average(order[..<split])
        merged.merge(average(order[split...]))
        let found = try #require(merged.freeEnergy)
        #expect(abs(found.value - exact.value) < 1e-12)
        #expect(abs(found.standardError / exact.standardError - 1) < 1e-9)
        #expect(abs(merged.effectiveCount / whole.effectiveCount - 1) < 1e-9)
        #expect(merged.works.count == 3000)
      }
    }
  }

  /// Of work with variance 20 no sample of this size holds the trajectories that count: what the
  /// average would say is too large by k_B T and more.
  @Test func noEstimateRatherThanAWrongOne() {
    var naive = RunningMoments()
    for seed in 0..<20 {
      let works = works(1000, freeEnergy: 0, variance: 20, seed: 700 + seed)
      let average = average(works)
      #expect(!average.isConverged && average.average == nil && average.freeEnergy == nil)
      #expect(average.effectiveCount < 1)
      naive.add(-log(works.map { exp(-$0) }.reduce(0, +) / 1000))
    }
    #expect(naive.mean > 1)
    #expect(
      average(works(20_000, freeEnergy: 0, variance: 20, seed: 4)).freeEnergy == nil)
    // Nor of too few, though they agree.
    #expect(average([]).freeEnergy == nil)
    #expect(average([1.0]).freeEnergy == nil)
    #expect(average(Array(repeating: 1.0, count: 99)).freeEnergy == nil)
    #expect(average(Array(repeating: 1.0, count: 100)).freeEnergy?.value == 1)
  }

  /// Over repeats the estimates scatter as much as their errors say.
  @Test func theErrorIsTheScatter() throws {
    var pulls = RunningMoments()
    for seed in 0..<200 {
      let found = try #require(
        average(works(600, freeEnergy: 2, variance: 0.5, seed: 100 + seed)).freeEnergy)
      pulls.add((found.value - 2) / found.standardError)
    }
    #expect(abs(pulls.mean) < 5 / 200.0.squareRoot())
    #expect(abs(pulls.variance - 1) < 5 * (2 / 200.0).squareRoot())
  }

  // MARK: Bennett's ratio

  @Test(arguments: [
    (0.0, 1.0, 3000, 3000), (2, 4, 4000, 500), (-5, 9, 300, 5000), (700, 2, 999, 1),
  ])
  func ratioOfNormalWork(exact: Double, variance: Double, ahead: Int, back: Int) throws {
    let forward = works(ahead, freeEnergy: exact, variance: variance, seed: 5)
    let reverse = works(back, freeEnergy: exact, variance: variance, seed: 5, reverse: true)
    guard back > 1 else {
      #expect(BennettAcceptanceRatio(forward: forward, reverse: reverse) == nil)
      #expect(BennettAcceptanceRatio(forward: reverse, reverse: forward) == nil)
      return
    }
    let found = try #require(BennettAcceptanceRatio(forward: forward, reverse: reverse))
    #expect(abs(found.freeEnergy - exact) < 5 * found.standardError)
    #expect(found.standardError > 0 && found.standardError < 0.2)
    #expect(found.overlap > 0 && found.overlap <= 1)
    // The reverse process has the opposite difference, with the same error.
    let turned = try #require(BennettAcceptanceRatio(forward: reverse, reverse: forward))
    #expect(abs(turned.freeEnergy + found.freeEnergy) < 1e-9 * max(1, abs(exact)))
    #expect(abs(turned.standardError / found.standardError - 1) < 1e-6)
    // It solves Bennett's equation.
    let ratio = log(Double(ahead) / Double(back))
    let left = forward.reduce(0) { $0 + 1 / (1 + exp(ratio + $1 - found.freeEnergy)) }
    let right = reverse.reduce(0) { $0 + 1 / (1 + exp(-ratio + $1 + found.freeEnergy)) }
    #expect(abs(left / right - 1) < 1e-8)
  }

  /// Where Jarzynski's average has given up, work both ways still tells.
  @Test func itReachesFurtherThanTheAverage() throws {
    let forward = works(5000, freeEnergy: 3, variance: 16, seed: 6)
    let reverse = works(5000, freeEnergy: 3, variance: 16, seed: 6, reverse: true)
    #expect(average(forward).freeEnergy == nil)
    let found = try #require(BennettAcceptanceRatio(forward: forward, reverse: reverse))
    #expect(abs(found.freeEnergy - 3) < 5 * found.standardError && found.standardError < 0.2)
  }

  @Test func disjointWorkGivesNothing() {
    let forward = works(200, freeEnergy: 0, variance: 200, seed: 7)
    let reverse = works(200, freeEnergy: 0, variance: 200, seed: 7, reverse: true)
    #expect(BennettAcceptanceRatio(forward: forward, reverse: reverse) == nil)
    #expect(BennettAcceptanceRatio(forward: [], reverse: [1, 2]) == nil)
    #expect(BennettAcceptanceRatio(forward: [1, .nan], reverse: [1, 2]) == nil)
    #expect(BennettAcceptanceRatio(forward: [1, .infinity], reverse: [1, 2]) == nil)
  }

  @Test(arguments: [(150, 150), (300, 60)]) func itsErrorIsTheScatter(ahead: Int, back: Int) throws
  {
    var pulls = RunningMoments()
    for seed in 0..<200 {
      let found = try #require(
        BennettAcceptanceRatio(
          forward: works(ahead, freeEnergy: 1.5, variance: 3, seed: 400 + seed),
          reverse: works(back, freeEnergy: 1.5, variance: 3, seed: 400 + seed, reverse: true)))
      pulls.add((found.freeEnergy - 1.5) / found.standardError)
    }
    #expect(abs(pulls.mean) < 5 / 200.0.squareRoot())
    #expect(abs(pulls.variance - 1) < 5 * (2 / 200.0).squareRoot())
  }
}
