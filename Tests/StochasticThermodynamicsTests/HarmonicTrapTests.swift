import Foundation
import Testing

@testable import StochasticThermodynamics

@Suite struct HarmonicTrapTests {
  /// The mean of a dragged trap, by Runge and Kutta's method: work over κ D², and the lag over D.
  func integrated(_ duration: Double) -> (work: Double, lag: Double) {
    let steps = 20_000
    let h = duration / Double(steps)
    var (x, work) = (0.0, 0.0)
    func slope(_ t: Double, _ x: Double) -> (Double, Double) {
      let d = t / duration
      return (d - x, (d - x) / duration)
    }
    for step in 0..<steps {
      let t = Double(step) * h
      let a = slope(t, x)
      let b = slope(t + h / 2, x + h / 2 * a.0)
      let c = slope(t + h / 2, x + h / 2 * b.0)
      let d = slope(t + h, x + h * c.0)
      x += h / 6 * (a.0 + 2 * b.0 + 2 * c.0 + d.0)
      work += h / 6 * (a.1 + 2 * b.1 + 2 * c.1 + d.1)
    }
    return (work, 1 - x)
  }

  @Test(arguments: [0.01, 0.3, 1, 5, 40]) func ramps(duration: Double) {
    let expected = integrated(duration)
    #expect(abs(HarmonicTrap.rampWork(duration: duration) - expected.work) < 1e-9)
    #expect(abs(HarmonicTrap.rampLag(duration: duration) - expected.lag) < 1e-9)
  }

  @Test func ends() {
    #expect(HarmonicTrap.rampWork(duration: 0) == 0.5)
    #expect(HarmonicTrap.rampLag(duration: 0) == 1)
    // The series and the closed form meet.
    #expect(
      abs(
        HarmonicTrap.rampWork(duration: 0.000_999) - HarmonicTrap.rampWork(duration: 0.001_001))
        < 1e-6)
    // Schmiedl and Seifert: 1/3, 1/12, 1/102.
    for (duration, inverse) in [(1.0, 3.0), (10, 12), (100, 102)] {
      #expect(abs(HarmonicTrap.bestWork(duration: duration) * inverse - 1) < 1e-15)
      #expect(HarmonicTrap.bestWork(duration: duration) < HarmonicTrap.rampWork(duration: duration))
    }
  }

  @Test func eigenvectors() {
    var noise = GaussianStream(seed: 1, purpose: "matrix")
    let n = 7
    var matrix = (0..<n).map { _ in (0..<n).map { _ in noise.next() } }
    for i in 0..<n { for j in 0..<i { matrix[i][j] = matrix[j][i] } }
    let (values, vectors) = symmetricEigenvectors(of: matrix)
    #expect(values == values.sorted())
    for (value, vector) in zip(values, vectors) {
      for i in 0..<n {
        let image = zip(matrix[i], vector).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(image - value * vector[i]) < 1e-12)
      }
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
    }
  }

  @Test func gaussianStreams() {
    // Fixed seed; bounds of five standard errors.
    var stream = GaussianStream(seed: 1, purpose: "moments")
    let count = 200_000
    let numbers = (0..<count).map { _ in stream.next() }
    let n = Double(count)
    let moments = (1...4).map { power in
      numbers.reduce(0) { $0 + pow($1, Double(power)) } / n
    }
    for (moment, (expected, spread)) in zip(moments, [(0, 1), (1, 2), (0, 15), (3, 96)]) {
      #expect(abs(moment - Double(expected)) < 5 * (Double(spread) / n).squareRoot())
    }
    let lag = zip(numbers, numbers.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / n
    #expect(abs(lag) < 5 / n.squareRoot())
    // Other keys, other numbers; the same keys, the same.
    var again = GaussianStream(seed: 1, purpose: "moments")
    #expect(again.next() == numbers[0])
    var other = GaussianStream(seed: 1, purpose: "moments", index: 1)
    #expect(other.next() != numbers[0])
  }
}
