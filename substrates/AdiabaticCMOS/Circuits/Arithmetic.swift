// The circuits of which a network in integers is made. Operands are whole numbers, the lowest bit first.

extension Netlist {
  /// A full adder: two XOR, two AND, one OR.
  mutating func fullAdder(
    _ a: Wire, _ b: Wire, _ carry: Wire
  ) -> (sum: Wire, carry: Wire) {
    let difference = xor(a, b)
    let generated = and(a, b)
    let sum = xor(difference, carry)
    return (sum, or(generated, and(difference, carry)))
  }

  /// One of two wires.
  private mutating func select(_ choice: Wire, _ one: Wire, _ other: Wire) -> Wire {
    or(and(choice, one), and(~choice, other))
  }

  private mutating func ripple(
    _ a: [Wire], _ b: [Wire], carry: Wire = .zero
  ) -> (sum: [Wire], carry: Wire) {
    var carry = carry
    var sum: [Wire] = []
    for (left, right) in zip(a, b) {
      let added = fullAdder(left, right, carry)
      sum.append(added.sum)
      carry = added.carry
    }
    return (sum, carry)
  }

  /// A ripple of full adders, 5 gates for each bit; what does not fit in the width is dropped.
  ///
  /// - Parameter width: of both operands and of the sum.
  static func adder(width: Int) -> Netlist {
    var circuit = Netlist(inputs: 2 * width)
    let (a, b) = (circuit.inputs(0..<width), circuit.inputs(width..<2 * width))
    circuit.outputs = circuit.ripple(a, b).sum
    return circuit
  }

  /// An array multiplier: m n AND gates, and n - 1 rows of m full adders.
  ///
  /// For numbers of b bits that is b² AND and b (b - 1) full adders, 64 and 56 for 8 bits. Arrays for
  /// numbers with a sign invert some of the products, which takes no gate here.
  ///
  /// - Parameters:
  ///   - first: m, bits of the first operand, from 1.
  ///   - second: n, bits of the second operand, from 1.
  static func multiplier(_ first: Int, _ second: Int) -> Netlist {
    var circuit = Netlist(inputs: first + second)
    let (a, b) = (circuit.inputs(0..<first), circuit.inputs(first..<first + second))
    var low: [Wire] = []
    var row = a.map { circuit.and($0, b[0]) }
    var carry = Wire.zero
    for bit in b.dropFirst() {
      let product = a.map { circuit.and($0, bit) }
      low.append(row[0])
      (row, carry) = circuit.ripple(row.dropFirst() + [carry], product)
    }
    circuit.outputs = low + row + [carry]
    return circuit
  }

  /// The greater of two numbers without sign: the carries of a subtraction, and a choice for each bit;
  /// 7 gates for each.
  static func greater(width: Int) -> Netlist {
    var circuit = Netlist(inputs: 2 * width)
    let (a, b) = (circuit.inputs(0..<width), circuit.inputs(width..<2 * width))
    // a - b = a + not b + 1 has a carry if a is not the smaller.
    var carry = Wire.one
    for (left, right) in zip(a, b) {
      let propagated = circuit.and(circuit.xor(left, ~right), carry)
      carry = circuit.or(circuit.and(left, ~right), propagated)
    }
    circuit.outputs = zip(a, b).map { circuit.select(carry, $0, $1) }
    return circuit
  }

  /// A number with a sign held within the codes 0...2^b - 1.
  ///
  /// - Parameters:
  ///   - width: of the number, more than `bits`.
  ///   - bits: b.
  static func saturation(width: Int, bits: Int) -> Netlist {
    var circuit = Netlist(inputs: width)
    let number = circuit.inputs(0..<width)
    let isNegative = number[width - 1]
    // By twos, so that the way is short.
    var high = Array(number[bits..<width - 1])
    while high.count > 1 {
      high = stride(from: 0, to: high.count, by: 2).map {
        $0 + 1 < high.count ? circuit.or(high[$0], high[$0 + 1]) : high[$0]
      }
    }
    let isAbove = high.first ?? .zero
    circuit.outputs = number[..<bits].map { bit in
      let held = circuit.or(bit, isAbove)
      return circuit.and(held, ~isNegative)
    }
    return circuit
  }

  /// One of two numbers by a wire, the first input: 3 gates for each bit.
  static func choice(width: Int) -> Netlist {
    var circuit = Netlist(inputs: 1 + 2 * width)
    let choice = circuit.inputs(0..<1)[0]
    let (a, b) = (circuit.inputs(1..<1 + width), circuit.inputs(1 + width..<1 + 2 * width))
    circuit.outputs = zip(a, b).map { circuit.select(choice, $0, $1) }
    return circuit
  }

  /// XOR of four NAND gates.
  static var exclusiveOrOfNands: Netlist {
    var circuit = Netlist(inputs: 2)
    let (a, b) = (circuit.inputs(0..<1)[0], circuit.inputs(1..<2)[0])
    let first = ~circuit.and(a, b)
    let (left, right) = (~circuit.and(a, first), ~circuit.and(b, first))
    circuit.outputs = [~circuit.and(left, right)]
    return circuit
  }
}
