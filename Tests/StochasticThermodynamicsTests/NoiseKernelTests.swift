import Kernels
import Testing

@testable import StochasticThermodynamics

/// The noise of the kernel against the same noise written down plainly.
@Suite struct NoiseKernelTests {
  /// The first outputs that the generator's authors' own code gives for the state 1, 2, 3, 4.
  @Test func thePlainGeneratorIsTheirs() {
    var plain = PlainNoise(state: [1, 2, 3, 4])
    #expect((0..<4).map { _ in plain.next() } == [641, 1_573_767, 3_222_811_527, 3_517_856_514])
  }

  /// Runs the kernel and compares numbers and what is left of the generators.
  func compare(_ states: [[UInt32]], rows: Int, calls: Int = 1) {
    let lanes = states.count
    var words = (0..<4).flatMap { word in states.map { $0[word] } }
    var plain = states.map { PlainNoise(state: $0) }
    var numbers = [Float](repeating: .nan, count: rows * lanes)
    var worst = 0.0
    for _ in 0..<calls {
      kernels_normals_f32(rows, lanes, &words, &numbers)
      for lane in 0..<lanes {
        for (row, exact) in plain[lane].normals(rows: rows).enumerated() {
          let error = abs(Double(numbers[row * lanes + lane]) - exact) / max(1, abs(exact))
          worst = error <= worst ? worst : error
        }
      }
    }
    #expect(worst < 2e-6)
    for lane in 0..<lanes {
      #expect((0..<4).map { words[$0 * lanes + lane] } == plain[lane].state)
    }
  }

  @Test func theKernelDrawsThem() {
    var source = SeededGenerator(seed: 5)
    func states(_ count: Int) -> [[UInt32]] {
      (0..<count).map { _ in (0..<4).map { _ in UInt32.random(in: 0...UInt32.max, using: &source) }
      }
    }
    compare(states(16), rows: 512)
    compare(states(48), rows: 64, calls: 2)
    // An odd number of rows leaves a number out, every time.
    compare(states(32), rows: 7, calls: 3)
    compare([[UInt32]](repeating: [1, 2, 3, 4], count: 16), rows: 1, calls: 9)
  }

  /// Words from the ends of their range, where a logarithm or a quadrant goes wrong if any does.
  @Test func theEndsOfTheRange() {
    var states: [[UInt32]] = []
    for first: UInt32 in [
      0, 1, 2, 3, 4, 255, 0x7fff_ffff, 0x8000_0000, 0xb504_f332, 0xb504_f334, 0xffff_ff00,
      0xffff_ffff,
    ] {
      // s0 = 0 makes the first word s3 rotated by 7; s1 then chooses the second one at random.
      for other: UInt32 in [0, 1, 0x1234_5678, 0xdead_beef] {
        states.append([0, other, 77, first >> 7 | first << 25])
      }
    }
    for state in states.prefix(4) {
      var plain = PlainNoise(state: state)
      #expect(plain.next() == 0)
    }
    compare(states, rows: 2)
    // Nothing but a finite number may come out: u = 1 gives 0, u = 2⁻³² the largest there is.
    var words = (0..<4).flatMap { word in states.map { $0[word] } }
    var numbers = [Float](repeating: .nan, count: 2 * states.count)
    kernels_normals_f32(2, states.count, &words, &numbers)
    #expect(numbers.allSatisfy { abs($0) < 6.67 })
    let radius = (numbers[0] * numbers[0] + numbers[states.count] * numbers[states.count])
      .squareRoot()
    #expect(abs(radius - 6.6604) < 1e-3)
  }

  @Test func theLanesAreSeededApart() {
    let noise = LaneNoise(seed: 9, purpose: "seeds", first: 3, lanes: 32)
    let states = (0..<32).map { lane in (0..<4).map { noise.generators[$0 * 32 + lane] } }
    #expect(Set(states).count == 32)
    // 128 bits from the seed, the purpose and the trajectory's number.
    var source = SeededGenerator(seed: 9, purpose: "seeds", index: 3 + 17)
    let (low, high) = (source.next(), source.next())
    #expect(
      states[17] == [low, low >> 32, high, high >> 32].map { UInt32(truncatingIfNeeded: $0) })
    var plain = PlainNoise(state: states[17])
    var numbers = [Float](repeating: 0, count: 6 * 32)
    noise.normals(rows: 6, into: &numbers)
    for (row, exact) in plain.normals(rows: 6).enumerated() {
      #expect(abs(Double(numbers[row * 32 + 17]) - exact) < 2e-6 * max(1, abs(exact)))
    }
  }

  /// What a trajectory draws does not depend on the batch it is in, nor on how rows are asked for
  /// as long as they are even.
  @Test func aTrajectoryKeepsItsNoise() {
    func draw(first: Int, lanes: Int, rows: [Int]) -> [[Float]] {
      let noise = LaneNoise(seed: 2, purpose: "batch", first: first, lanes: lanes)
      var drawn = [[Float]](repeating: [], count: lanes)
      for count in rows {
        var numbers = [Float](repeating: 0, count: count * lanes)
        noise.normals(rows: count, into: &numbers)
        for row in 0..<count {
          for lane in 0..<lanes { drawn[lane].append(numbers[row * lanes + lane]) }
        }
      }
      return drawn
    }
    let whole = draw(first: 0, lanes: 128, rows: [10])
    let part = draw(first: 48, lanes: 16, rows: [10])
    #expect(Array(whole[48..<64]) == part)
    #expect(draw(first: 61, lanes: 16, rows: [10])[2] == whole[63])
    #expect(draw(first: 0, lanes: 128, rows: [2, 4, 4]) == whole)
    // Of 3 rows the fourth number is discarded: the next three are the fifth and so on.
    let odd = draw(first: 0, lanes: 128, rows: [3, 3])
    for lane in 0..<128 {
      #expect(odd[lane] == Array(whole[lane][0..<3] + whole[lane][4..<7]))
    }
  }
}
