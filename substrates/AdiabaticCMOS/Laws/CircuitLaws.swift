internal import PhysicalLaws
internal import Quantities

// That the gates that are counted compute what they are counted for, and what they would forget.
extension Laws {
  static let circuits = [arithmetic, modularity]

  /// Over how many pairs of operands of so many bits a circuit is wrong, of which the first outputs are a
  /// number.
  private static func faults(
    of circuit: Netlist, bits: Int, _ result: (Int, Int) -> Int
  ) -> Double {
    let all = 1 << bits
    var faults = 0
    for a in 0..<all {
      for start in stride(from: 0, to: all, by: 64) {
        let runs = min(64, all - start)
        let inputs = (0..<2 * bits).map { place -> UInt64 in
          guard place >= bits else { return a >> place & 1 == 1 ? .max : 0 }
          return (0..<runs).reduce(0) { word, run in
            word | UInt64((start + run) >> (place - bits) & 1) << run
          }
        }
        let outputs = circuit.values(inputs)
        for run in 0..<runs {
          let number = outputs.enumerated().reduce(0) {
            $0 | Int($1.element >> run & 1) << $1.offset
          }
          if number != result(a, start + run) { faults += 1 }
        }
      }
    }
    return Double(faults)
  }

  static let arithmetic = Law(
    "gates",
    "the counted gates multiply, add and compare right, b² + 5 b (b - 1) of them for a product"
  ) { _ in
    [2, 3, 5, 7].flatMap { bits -> [Finding] in
      let multiplier = Netlist.multiplier(bits, bits)
      return [
        Finding(
          "gates of \(bits) × \(bits) bits", measured: Double(multiplier.gateCount), .equal,
          Double(bits * bits + 5 * bits * (bits - 1))),
        Finding(
          "wrong products of \(bits) bits", measured: faults(of: multiplier, bits: bits, *),
          .equal, 0),
        Finding(
          "wrong sums of \(bits) bits",
          measured: faults(of: .adder(width: bits), bits: bits) { ($0 + $1) % (1 << bits) },
          .equal, 0),
        Finding(
          "wrong maxima of \(bits) bits",
          measured: faults(of: .greater(width: bits), bits: bits, max), .equal, 0),
      ]
    }
  }

  /// The entropy of a gate's or circuit's outputs is found by going through all inputs.
  static let modularity = Law(
    "gates-that-forget", "gates that forget one by one lose no less than the circuit as a whole"
  ) { _ in
    var fullAdder = Netlist(inputs: 3)
    let wires = fullAdder.inputs(0..<3)
    let sum = fullAdder.fullAdder(wires[0], wires[1], wires[2])
    fullAdder.outputs = [sum.sum, sum.carry]
    let circuits: [(String, Netlist)] =
      [("XOR of four NAND", .exclusiveOrOfNands), ("full adder", fullAdder)]
      + [2, 4, 8].map { ("\($0) × \($0) bits", .multiplier($0, $0)) }
    return circuits.map { name, circuit in
      Finding(
        name, unit: "bit", measured: circuit.bitsLostByGates.value, .atLeast,
        circuit.bitsLostAsAWhole.value)
    }
  }
}
