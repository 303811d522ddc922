import StochasticThermodynamics
import Testing

@Suite struct RunningMomentsTests {
  /// Numbers far from 0 with a long tail: what one-pass formulas get wrong.
  static func numbers(_ count: Int, seed: Int) -> [Double] {
    var noise = GaussianStream(seed: 3, purpose: "moments", index: seed)
    return (0..<count).map { _ in
      let x = noise.next()
      return 1000 + x + 0.4 * x * x
    }
  }

  /// Two passes over all numbers, from the definitions.
  func expectMoments(_ moments: RunningMoments, of numbers: [Double]) {
    let n = Double(numbers.count)
    let mean = numbers.reduce(0, +) / n
    func central(_ power: Int) -> Double {
      numbers.reduce(0) { sum, number in
        sum + (0..<power).reduce(1.0) { product, _ in product * (number - mean) }
      }
    }
    let variance = central(2) / (n - 1)
    // The variance of a variance: (m4 - m2²)/n.
    let spread = central(4) / n - (central(2) / n) * (central(2) / n)
    #expect(moments.count == n)
    #expect(abs(moments.mean / mean - 1) < 1e-14)
    #expect(abs(moments.variance / variance - 1) < 1e-10)
    #expect(abs(moments.standardError / (variance / n).squareRoot() - 1) < 1e-10)
    #expect(abs(moments.standardErrorOfVariance - (spread / n).squareRoot()) < 1e-8)
  }

  @Test(arguments: [2, 3, 10, 1000]) func onePassEqualsTwo(count: Int) {
    let numbers = Self.numbers(count, seed: count)
    expectMoments(RunningMoments(numbers), of: numbers)
  }

  @Test func halvesMakeTheWhole() {
    let numbers = Self.numbers(101, seed: 5)
    for split in [0, 1, 2, 50, 99, 100, 101] {
      var left = RunningMoments(numbers[..<split])
      left.merge(RunningMoments(numbers[split...]))
      expectMoments(left, of: numbers)
    }
    // In pieces of all sizes.
    var total = RunningMoments()
    var start = 0
    for size in [1, 2, 3, 5, 8, 13, 21, 34, 14] {
      total.merge(RunningMoments(numbers[start..<start + size]))
      start += size
    }
    expectMoments(total, of: numbers)
  }

  @Test func orderOfMergingIsPartOfTheBits() {
    let numbers = Self.numbers(64, seed: 6)
    func merged() -> RunningMoments {
      var total = RunningMoments(numbers[..<20])
      total.merge(RunningMoments(numbers[20...]))
      return total
    }
    #expect(merged() == merged())
  }

  @Test func fewNumbers() {
    let none = RunningMoments()
    #expect(none.count == 0 && none.mean == 0)
    #expect(RunningMoments([4]).mean == 4)
    #expect(RunningMoments([4]).variance.isNaN && RunningMoments([4]).standardError.isNaN)
    let same = RunningMoments([4, 4, 4])
    #expect(same.variance == 0 && same.standardError == 0 && same.standardErrorOfVariance == 0)
  }

  /// For normal numbers the variance's error is √(2/n) of it, and both errors say how much means and
  /// variances of repeats really scatter.
  @Test func errorsAreTheScatterOfRepeats() {
    var noise = GaussianStream(seed: 3, purpose: "repeats")
    var (means, variances) = (RunningMoments(), RunningMoments())
    var (errors, errorsOfVariance) = (RunningMoments(), RunningMoments())
    for _ in 0..<400 {
      let moments = RunningMoments((0..<100).map { _ in 2 * noise.next() })
      means.add(moments.mean)
      variances.add(moments.variance)
      errors.add(moments.standardError)
      errorsOfVariance.add(moments.standardErrorOfVariance)
    }
    #expect(abs(means.variance.squareRoot() / errors.mean - 1) < 0.2)
    #expect(abs(variances.variance.squareRoot() / errorsOfVariance.mean - 1) < 0.2)
    #expect(abs(errors.mean / 0.2 - 1) < 0.02)
    #expect(abs(errorsOfVariance.mean / (4 * (2.0 / 100).squareRoot()) - 1) < 0.05)
  }
}
