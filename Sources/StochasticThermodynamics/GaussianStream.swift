internal import Foundation

/// Uniform 64-bit numbers from a seed: xoshiro256++ (D. Blackman and S. Vigna, 2019).
///
/// The same seed and keys give the same numbers on every machine. Streams under different keys are
/// independent for every practical purpose; this is not a cryptographic generator.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The stream of a seed under a list of keys.
  ///
  /// - Parameters:
  ///   - seed: any number.
  ///   - purpose: what the numbers are for, so that no two uses share a stream.
  ///   - index: the sample, block or repetition they belong to.
  public init(seed: UInt64, purpose: String = "", index: Int = 0) {
    var mixer = Mixer(state: seed)
    // FNV-1a: a hash of the text that is the same in every run, which `Hasher` is not.
    let text = purpose.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    mixer.state = mixer.next() ^ text
    mixer.state = mixer.next() ^ UInt64(bitPattern: Int64(index))
    state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    func rotate(_ value: UInt64, _ by: UInt64) -> UInt64 { value << by | value >> (64 - by) }
    let result = rotate(state.0 &+ state.3, 23) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotate(state.3, 45)
    return result
  }

  /// The next number in the open interval (0, 1).
  public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// SplitMix64 (G. Steele, D. Lea and C. Flood, 2014), which spreads a seed over the state.
  private struct Mixer {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      return mixed ^ mixed >> 31
    }
  }
}

/// Independent normal numbers of mean 0 and variance 1 from a seed.
public struct GaussianStream: Sendable {
  private var generator: SeededGenerator
  private var spare: Double?

  /// The stream of a seed under a purpose and an index (see `SeededGenerator`).
  public init(seed: UInt64, purpose: String, index: Int = 0) {
    generator = SeededGenerator(seed: seed, purpose: purpose, index: index)
  }

  /// The next number, by the polar method (G. Marsaglia, 1964).
  public mutating func next() -> Double {
    if let number = spare {
      spare = nil
      return number
    }
    while true {
      let x = 2 * generator.uniform() - 1
      let y = 2 * generator.uniform() - 1
      let square = x * x + y * y
      guard square < 1, square > 0 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      spare = y * factor
      return x * factor
    }
  }
}
