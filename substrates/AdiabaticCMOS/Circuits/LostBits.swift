internal import StochasticThermodynamics
internal import Quantities

// What a circuit would forget if it did not keep its inputs: the comparison for a machine that does.

extension Netlist {
  /// The bits that the map as a whole loses for fair inputs, n - H(outputs): what the least irreversible
  /// machine for it would have to erase.
  ///
  /// - Complexity: O(2^inputs × gates); up to 20 inputs.
  var bitsLostAsAWhole: Bits {
    precondition(inputCount <= 20 && outputs.count <= 20, "few enough to go through all")
    var occurrences = [Int](repeating: 0, count: 1 << outputs.count)
    eachWord { inputs, runs in
      let values = values(inputs)
      for run in 0..<runs {
        var number = 0
        for (place, value) in values.enumerated() { number |= Int(value >> run & 1) << place }
        occurrences[number] += 1
      }
    }
    return Bits(Double(inputCount)) - Bits(shannonEntropy(counts: occurrences))
  }

  /// The bits that its gates lose one by one: what each is given less what it gives, as they are
  /// distributed for fair inputs of the circuit. At least as many as it loses as a whole.
  ///
  /// - Complexity: O(2^inputs × gates); up to 20 inputs.
  var bitsLostByGates: Bits {
    precondition(inputCount <= 20, "few enough to go through all")
    var operands = [[Int]](repeating: [0, 0, 0, 0], count: gateCount)
    var ones = [Int](repeating: 0, count: gateCount)
    var total = 0
    eachWord { inputs, runs in
      // With fewer than six inputs a word holds every run several times, and the shares are the same.
      for (gate, counts) in gateCounts(inputs).enumerated() {
        for place in 0..<4 { operands[gate][place] += counts.operands[place] }
        ones[gate] += counts.ones
      }
      total += 64
    }
    return (0..<gateCount).reduce(Bits.zero) { sum, gate in
      let given = shannonEntropy(counts: operands[gate])
      return sum + Bits(given) - Bits(shannonEntropy(counts: [ones[gate], total - ones[gate]]))
    }
  }

  /// All inputs, 64 runs at a time: bit i of the number of a run is the i-th input.
  private func eachWord(_ body: (_ inputs: [UInt64], _ runs: Int) -> Void) {
    let patterns: [UInt64] = [
      0xAAAA_AAAA_AAAA_AAAA, 0xCCCC_CCCC_CCCC_CCCC, 0xF0F0_F0F0_F0F0_F0F0,
      0xFF00_FF00_FF00_FF00, 0xFFFF_0000_FFFF_0000, 0xFFFF_FFFF_0000_0000,
    ]
    for word in 0..<(1 << max(0, inputCount - 6)) {
      let inputs = (0..<inputCount).map { place in
        place < 6 ? patterns[place] : word >> (place - 6) & 1 == 1 ? UInt64.max : 0
      }
      body(inputs, inputCount < 6 ? 1 << inputCount : 64)
    }
  }
}
