import Foundation

/// The lanes' noise written down plainly: one generator, whole words, double precision.
struct PlainNoise {
  var state: [UInt32]

  /// xoshiro128++ as its authors give it.
  mutating func next() -> UInt32 {
    func rotate(_ value: UInt32, _ by: UInt32) -> UInt32 { value << by | value >> (32 - by) }
    let result = rotate(state[0] &+ state[3], 7) &+ state[0]
    let shifted = state[1] << 9
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotate(state[3], 11)
    return result
  }

  /// Box and Muller: r cos a and r sin a.
  mutating func pair() -> (Double, Double) {
    let (a, b) = (next(), next())
    // The uniform number is rounded to single precision: that belongs to what is drawn, for near 1
    // it changes r by more than rounding does anywhere else.
    let uniform = (Float(a >> 1) + 0.5) * 0x1p-31
    let radius = (-2 * log(Double(uniform))).squareRoot()
    let fraction = Double(Int32(bitPattern: b << 2)) * 0x1p-32
    let angle = Double.pi / 2 * (Double(b >> 30) + fraction)
    return (radius * cos(angle), radius * sin(angle))
  }

  mutating func normals(rows: Int) -> [Double] {
    var numbers: [Double] = []
    while numbers.count < rows {
      let (first, second) = pair()
      numbers += [first, second]
    }
    return Array(numbers.prefix(rows))
  }
}
