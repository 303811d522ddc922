/// The circuits that a network in b-bit integers with A-bit accumulators is made of.
struct Toolbox: Sendable {
  let bits: Int
  let accumulatorBits: Int
  /// b × b bits.
  let multiplier: Netlist
  /// A bits.
  let adder: Netlist
  /// A bits by the 31 of a fixed-point factor.
  let rescaler: Netlist
  /// A bits to b.
  let saturation: Netlist
  /// The greater of two codes.
  let greater: Netlist
  /// One of two accumulators.
  let choice: Netlist

  init(bits: Int, accumulatorBits: Int) {
    self.bits = bits
    self.accumulatorBits = accumulatorBits
    multiplier = .multiplier(bits, bits)
    adder = .adder(width: accumulatorBits)
    rescaler = .multiplier(accumulatorBits, 31)
    saturation = .saturation(width: accumulatorBits, bits: bits)
    greater = .greater(width: bits)
    choice = .choice(width: accumulatorBits)
  }

  /// Gates of a multiply–accumulate: the multiplier's and an adder's.
  var multiplyAccumulate: Int { multiplier.gateCount + adder.gateCount }

  /// Gates of a table of 2^b codes: a tree of AND gates that picks one of 2^b lines, at most 2^(b+1), and
  /// for each bit of the result an OR over all lines.
  var table: Int { (bits + 2) << bits }

  /// Gates one behind another in a table.
  var tableDepth: Int { bits + Self.levels(bits) }

  /// ⌈log₂ n⌉: how many additions stand one behind another in a sum of n.
  static func levels(_ count: Int) -> Int {
    count > 1 ? Int.bitWidth - (count - 1).leadingZeroBitCount : 0
  }

  // MARK: When things have arrived, in gates, bit by bit

  /// Codes from a register.
  var fromRegister: [Int] { Array(repeating: 0, count: bits) }

  /// A number with a sign, made as long as an accumulator.
  func extended(_ number: [Int]) -> [Int] {
    number + Array(repeating: number.last!, count: max(0, accumulatorBits - number.count))
  }

  /// The sum of so many numbers that arrive alike: a tree of adders, in which a sum's low bits go on while
  /// its high ones ripple.
  func sum(_ number: [Int], count: Int) -> [Int] {
    (0..<Self.levels(count)).reduce(extended(number)) { arrivals, _ in
      adder.arrivals(arrivals + arrivals)
    }
  }

  /// The product of two codes.
  func product(_ left: [Int], _ right: [Int]) -> [Int] { multiplier.arrivals(left + right) }

  /// An accumulator times a factor, and an offset: what is rounded, a zero point.
  func rescaled(_ number: [Int]) -> [Int] {
    let factor = Array(repeating: 0, count: 31)
    let product = rescaler.arrivals(extended(number) + factor).suffix(accumulatorBits)
    return adder.arrivals(product + Array(repeating: 0, count: accumulatorBits))
  }

  /// The greatest of so many codes that arrive alike.
  func greatest(_ code: [Int], count: Int) -> [Int] {
    (0..<Self.levels(count)).reduce(code) { arrivals, _ in greater.arrivals(arrivals + arrivals) }
  }
}
