package import Quantities

/// What operations and memory accesses cost in one process: the engineering model's constants.
package struct Technology: Hashable, Sendable {
  /// An operation on words of some width.
  package struct Point: Hashable, Sendable {
    package let bits: Int
    package let energy: Sourced<Joules>
  }

  /// A memory of which 64 bits at a time are read or written.
  package struct Memory: Hashable, Sendable {
    package let name: String
    /// What it holds; none for memory without a bound.
    package let capacity: Bits?
    /// Energy of moving 64 bits.
    package let energy: Sourced<Joules>
  }

  /// Its name, as the parameter spells it.
  package let name: String
  /// Integer additions, by width, ascending.
  package let additions: [Point]
  /// Integer multiplications at 8 and at 32 bits.
  package let multiplications: [Point]
  /// On-chip memories, by size, ascending.
  package let sram: [Memory]
  /// Off-chip memory.
  package let dram: Memory
  /// What the range of the off-chip figure means.
  package let dramRange: String
  /// Of figures taken from the table.
  package let source: Source
  /// Of figures for widths that the table does not have.
  package let scaledSource: Source

  /// All processes.
  package static let all = [fortyFive, seven]

  /// 45 nm at 0.9 V.
  package static let fortyFive = Technology(
    "45nm", horowitz,
    additions: [(8, 0.03), (16, 0.05), (32, 0.1)], multiplications: [(8, 0.2), (32, 3.1)],
    sram: [(8, 10), (32, 20), (1024, 100)], dram: ("DRAM (DDR)", 1300, 1300...2600),
    dramRange: "1300 pJ per 64 bits is used, the lower end of the source's 1300 to 2600 pJ for DDR")

  /// 7 nm.
  package static let seven = Technology(
    "7nm", jouppi,
    additions: [(8, 0.007), (32, 0.03)], multiplications: [(8, 0.07), (32, 1.48)],
    sram: [(8, 7.5), (32, 8.5), (1024, 14)], dram: ("DRAM (DDR)", 1300, 250...1300),
    dramRange: "1300 pJ per 64 bits is DDR, and is used; the range reaches down to the source's "
      + "alternatives, GDDR6 (350 to 480 pJ) and HBM2 (250 to 450 pJ)")

  private static let horowitz = Source(
    key: "horowitz2014",
    citation: "M. Horowitz, Computing's energy problem (and what we can do about it), ISSCC 2014, "
      + "pp. 10-14: 45 nm at 0.9 V",
    evidence: .published)

  private static let jouppi = Source(
    key: "jouppi2021",
    citation: "N. P. Jouppi et al., Ten lessons from three generations shaped Google's TPUv4i, "
      + "ISCA 2021, table 2: 7 nm",
    evidence: .transcribed)

  /// Constants in picojoules, sizes in kilobytes.
  private init(
    _ name: String, _ source: Source, additions: [(Int, Double)],
    multiplications: [(Int, Double)], sram: [(kilobytes: Int, Double)],
    dram: (name: String, Double, ClosedRange<Double>), dramRange: String
  ) {
    func sourced(_ picojoules: Double, _ range: ClosedRange<Double>? = nil) -> Sourced<Joules> {
      Sourced(
        Joules(picojoules * 1e-12), low: range.map { Joules($0.lowerBound * 1e-12) },
        high: range.map { Joules($0.upperBound * 1e-12) }, source: source, basis: .projected,
        boundary: .core)
    }
    self.name = name
    self.source = source
    self.additions = additions.map { Point(bits: $0.0, energy: sourced($0.1)) }
    self.multiplications = multiplications.map { Point(bits: $0.0, energy: sourced($0.1)) }
    self.sram = sram.map { kilobytes, energy in
      Memory(
        name: kilobytes < 1024 ? "SRAM of \(kilobytes) KB" : "SRAM of \(kilobytes / 1024) MB",
        capacity: Bits(Double(kilobytes * 1024 * 8)), energy: sourced(energy))
    }
    self.dram = Memory(name: dram.name, capacity: nil, energy: sourced(dram.1, dram.2))
    self.dramRange = dramRange
    scaledSource = Source(
      key: source.key + "-scaled",
      citation: "scaled in width from \(source.key): additions linear between the table's widths "
        + "and beyond the last, in proportion below 8 bits; multiplications a b^2 + c b through 8 and 32 "
        + "bits, as b^2 below 8 bits",
      evidence: .derived)
  }
}

// MARK: - Other widths

extension Technology {
  /// Energy of an integer addition of some width.
  ///
  /// A ripple of b full adders: linear in b. Between the table's widths, and beyond the last, on
  /// the straight line through the neighbouring two; below the first in proportion to the width.
  package func addition(bits: Int) -> Sourced<Joules> {
    if let point = additions.first(where: { $0.bits == bits }) { return point.energy }
    let first = additions[0]
    if bits < first.bits {
      return scaled((Double(bits) / Double(first.bits)) * first.energy.value)
    }
    let upper = additions.firstIndex { $0.bits > bits } ?? additions.count - 1
    let (left, right) = (additions[upper - 1], additions[upper])
    let slope = (right.energy.value - left.energy.value) / Double(right.bits - left.bits)
    return scaled(left.energy.value + Double(bits - left.bits) * slope)
  }

  /// Energy of an integer multiplication of two numbers of some width.
  ///
  /// An array of b² cells with a margin of b: e(b) = a b² + c b through the table's two points,
  /// from 8 bits up. Below 8 bits e(8) (b/8)², because the curve through the 7 nm points (c < 0)
  /// would be negative at 2 bits.
  package func multiplication(bits: Int) -> Sourced<Joules> {
    if let point = multiplications.first(where: { $0.bits == bits }) { return point.energy }
    let (low, high) = (multiplications[0], multiplications[1])
    let (width, narrow, wide) = (Double(bits), Double(low.bits), Double(high.bits))
    if bits < low.bits {
      return scaled((width / narrow) * (width / narrow) * low.energy.value)
    }
    let perBitLow = low.energy.value / narrow
    let perBitHigh = high.energy.value / wide
    let square = (perBitHigh - perBitLow) / (wide - narrow)
    return scaled(width * (perBitLow + (width - narrow) * square))
  }

  private func scaled(_ energy: Joules) -> Sourced<Joules> {
    Sourced(energy, source: scaledSource, basis: .projected, boundary: .core)
  }
}
