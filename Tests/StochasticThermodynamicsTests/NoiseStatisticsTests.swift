import Foundation
import StochasticThermodynamics
import Testing

/// The noise as such: whether it is normal, and independent of all other noise.
@Suite struct NoiseStatisticsTests {
  static let lanes = 64

  static func draw(
    seed: UInt64 = 1, purpose: String = "statistics", first: Int = 0, rows: Int
  ) -> [Float] {
    let noise = LaneNoise(seed: seed, purpose: purpose, first: first, lanes: lanes)
    var numbers = [Float](repeating: 0, count: rows * lanes)
    noise.normals(rows: rows, into: &numbers)
    return numbers
  }

  @Test func moments() {
    let rows = 8192
    let numbers = Self.draw(rows: rows)
    var sums = [Double](repeating: 0, count: 9)
    sums.withUnsafeMutableBufferPointer { sums in
      for number in numbers {
        let x = Double(number)
        var power = 1.0
        var order = 1
        while order <= 8 {
          power *= x
          sums[order] += power
          order += 1
        }
      }
    }
    let count = Double(numbers.count)
    /// (2n - 1)!!, the mean of x²ⁿ.
    func even(_ n: Int) -> Double { (0..<n).reduce(1) { $0 * Double(2 * $1 + 1) } }
    for order in 1...8 {
      let exact = order.isMultiple(of: 2) ? even(order / 2) : 0
      let error = ((even(order) - exact * exact) / count).squareRoot()
      #expect(abs(sums[order] / count - exact) < 5 * error, "moment \(order)")
    }
  }

  /// Kolmogorov's distance D of n numbers exceeds λ/√n with a probability of 2 exp(-2λ²): 3e-8 for 3.
  @Test func distribution() {
    let numbers = Self.draw(rows: 2048).sorted()
    let count = Double(numbers.count)
    var distance = 0.0
    for (index, number) in numbers.enumerated() {
      let below = 0.5 * erfc(-Double(number) / 2.0.squareRoot())
      let low = below - Double(index) / count
      let high = Double(index + 1) / count - below
      distance = max(distance, low, high)
    }
    #expect(distance * count.squareRoot() < 3)
    // Not evenly spread either, as no random numbers are.
    #expect(distance * count.squareRoot() > 0.2)
  }

  @Test func tails() {
    let batch = 1 << 14
    let noise = LaneNoise(seed: 4, purpose: "tails", first: 0, lanes: Self.lanes)
    let numbers = UnsafeMutablePointer<Float>.allocate(capacity: batch * Self.lanes)
    defer { numbers.deallocate() }
    var (beyond4, beyond5, above) = (0.0, 0.0, 0.0)
    let batches = 12
    for _ in 0..<batches {
      noise.normals(rows: batch, into: numbers)
      var place = 0
      let end = batch * Self.lanes
      while place < end {
        let number = numbers[place]
        if number > 4 || number < -4 {
          beyond4 += 1
          if number > 0 { above += 1 }
          if abs(number) > 5 { beyond5 += 1 }
        }
        place &+= 1
      }
    }
    let count = Double(batches * batch * Self.lanes)
    let expected4 = count * erfc(4 / 2.0.squareRoot())
    let expected5 = count * erfc(5 / 2.0.squareRoot())
    #expect(abs(beyond4 - expected4) < 5 * expected4.squareRoot())
    #expect(abs(above - beyond4 / 2) < 5 * (beyond4 / 4).squareRoot())
    // 7.2 on average: 26 or more come once in a million times, none once in a thousand.
    #expect(beyond5 >= 1 && beyond5 < 26 && expected5 > 7)
  }

  // MARK: Independence

  /// Numbers lane after lane, `[lanes][rows]`.
  static func columns(_ numbers: [Float], rows: Int) -> [[Double]] {
    (0..<lanes).map { lane in (0..<rows).map { Double(numbers[$0 * lanes + lane]) } }
  }

  /// The mean of f(a) g(b), in standard errors, for f and g of mean 0.
  static func sigmas(_ a: [Double], _ b: [Double], variance: Double = 1) -> Double {
    var sum = 0.0
    var place = 0
    while place < a.count {
      sum += a[place] * b[place]
      place += 1
    }
    return abs(sum) / (Double(a.count) * variance).squareRoot()
  }

  @Test func lanesDoNotKnowEachOther() {
    let rows = 1024
    let columns = Self.columns(Self.draw(rows: rows), rows: rows)
    let squares = columns.map { $0.map { $0 * $0 - 1 } }
    var worst = 0.0
    for lane in 0..<Self.lanes {
      for other in 0..<lane {
        worst = max(worst, Self.sigmas(columns[lane], columns[other]))
        // The variance of x² is 2, that of the product 4.
        if lane - other < 3 {
          worst = max(worst, Self.sigmas(squares[lane], squares[other], variance: 4))
        }
      }
    }
    #expect(worst < 6)
    // Nor is one a while behind the other.
    for lane in 1..<Self.lanes {
      for lag in [1, 2, 3, 4, 64] {
        let (one, other) = (columns[lane], columns[lane - 1])
        worst = max(
          worst, Self.sigmas(Array(one.dropFirst(lag)), Array(other.dropLast(lag))),
          Self.sigmas(Array(one.dropLast(lag)), Array(other.dropFirst(lag))))
      }
    }
    #expect(worst < 6)
  }

  @Test func rowsDoNotKnowEachOther() {
    let rows = 2048
    let numbers = Self.draw(rows: rows).map(Double.init)
    let squares = numbers.map { $0 * $0 - 1 }
    // All lanes at once: the numbers of one row and of a later one.
    for lag in [1, 2, 3, 4, 8] {
      let shift = lag * Self.lanes
      let later = Array(numbers.dropFirst(shift))
      let laterSquares = Array(squares.dropFirst(shift))
      #expect(Self.sigmas(later, numbers.dropLast(shift) + []) < 6)
      #expect(Self.sigmas(laterSquares, squares.dropLast(shift) + [], variance: 4) < 6)
      #expect(Self.sigmas(laterSquares, numbers.dropLast(shift) + [], variance: 2) < 6)
      #expect(Self.sigmas(later, squares.dropLast(shift) + [], variance: 2) < 6)
    }
  }

  /// Rows 2n and 2n + 1 come from one radius and one angle.
  @Test func theTwoNumbersOfAPairDoNotKnowEachOther() {
    let rows = 2048
    let columns = Self.columns(Self.draw(purpose: "pairs", rows: rows), rows: rows)
    var (first, second): ([Double], [Double]) = ([], [])
    for column in columns {
      for row in stride(from: 0, to: rows, by: 2) {
        first.append(column[row])
        second.append(column[row + 1])
      }
    }
    let (a, b) = (first.map { $0 * $0 - 1 }, second.map { $0 * $0 - 1 })
    #expect(Self.sigmas(first, second) < 5)
    #expect(Self.sigmas(a, b, variance: 4) < 5)
    #expect(Self.sigmas(first, b, variance: 2) < 5)
    #expect(Self.sigmas(a, second, variance: 2) < 5)
    // All four quadrants, as often, and within them both halves.
    var eighths = [Double](repeating: 0, count: 8)
    for (x, y) in zip(first, second) {
      eighths[(x < 0 ? 4 : 0) + (y < 0 ? 2 : 0) + (abs(x) < abs(y) ? 1 : 0)] += 1
    }
    let expected = Double(first.count) / 8
    for count in eighths { #expect(abs(count - expected) < 5 * expected.squareRoot()) }
  }

  @Test func blocksSeedsAndPurposesAreApart() {
    let rows = 512
    let base = Self.draw(rows: rows).map(Double.init)
    for other in [
      Self.draw(first: 64, rows: rows), Self.draw(first: 1 << 32, rows: rows),
      Self.draw(seed: 2, rows: rows), Self.draw(seed: 1 << 40, rows: rows),
      Self.draw(purpose: "statistic", rows: rows), Self.draw(purpose: "", rows: rows),
    ] {
      let numbers = other.map(Double.init)
      #expect(numbers != base)
      #expect(Self.sigmas(base, numbers) < 5)
      #expect(
        Self.sigmas(base.map { $0 * $0 - 1 }, numbers.map { $0 * $0 - 1 }, variance: 4) < 5)
      // No number of one stands in the other but by chance: most values are unique to 24 bits.
      #expect(zip(base, numbers).count { $0 == $1 } < 4)
    }
    #expect(Self.draw(rows: rows).map(Double.init) == base)
  }
}
