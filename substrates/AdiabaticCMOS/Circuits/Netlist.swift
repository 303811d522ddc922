/// A circuit of gates with two inputs: what is counted, and what can be run to see that it computes what
/// it is said to.
///
/// Every wire is a pair of rails, one for each value, of which one is charged. So a complement is the same
/// pair read the other way round, and takes no gate.
struct Netlist: Hashable, Sendable {
  /// A wire: a signal, or its complement.
  struct Wire: Hashable, Sendable {
    fileprivate let signal: Int
    fileprivate let isInverted: Bool

    /// The constants.
    static let zero = Wire(signal: 0, isInverted: false)
    static let one = ~zero

    /// The complement.
    static prefix func ~ (wire: Wire) -> Wire {
      Wire(signal: wire.signal, isInverted: !wire.isInverted)
    }
  }

  /// What a gate computes.
  fileprivate enum Kind: Hashable, Sendable { case and, or, xor }

  fileprivate struct Gate: Hashable, Sendable {
    let kind: Kind
    let left: Wire
    let right: Wire
  }

  /// How many wires come from outside.
  let inputCount: Int
  private var gates: [Gate] = []
  /// What the circuit hands over.
  var outputs: [Wire] = []

  /// A circuit without gates.
  init(inputs: Int) { inputCount = inputs }

  /// The wires from outside.
  func inputs(_ range: Range<Int>) -> [Wire] {
    precondition(range.upperBound <= inputCount, "inputs of this circuit")
    return range.map { Wire(signal: 1 + $0, isInverted: false) }
  }

  /// How many gates it has.
  var gateCount: Int { gates.count }

  // MARK: Drawing

  private mutating func add(_ kind: Kind, _ left: Wire, _ right: Wire) -> Wire {
    gates.append(Gate(kind: kind, left: left, right: right))
    return Wire(signal: inputCount + gates.count, isInverted: false)
  }

  /// A gate.
  mutating func and(_ left: Wire, _ right: Wire) -> Wire { add(.and, left, right) }
  /// A gate.
  mutating func or(_ left: Wire, _ right: Wire) -> Wire { add(.or, left, right) }
  /// A gate.
  mutating func xor(_ left: Wire, _ right: Wire) -> Wire { add(.xor, left, right) }

  // MARK: Running

  /// 64 runs at once: bit i of every word belongs to run i.
  ///
  /// - Returns: what each signal holds: the constant, the inputs, the gates.
  /// - Complexity: O(gates).
  private func signals(_ inputs: [UInt64]) -> [UInt64] {
    precondition(inputs.count == inputCount, "a word for each input")
    var signals = [0] + inputs
    signals.reserveCapacity(1 + inputs.count + gates.count)
    for gate in gates {
      let (left, right) = (Self.read(gate.left, signals), Self.read(gate.right, signals))
      switch gate.kind {
      case .and: signals.append(left & right)
      case .or: signals.append(left | right)
      case .xor: signals.append(left ^ right)
      }
    }
    return signals
  }

  private static func read(_ wire: Wire, _ signals: [UInt64]) -> UInt64 {
    wire.isInverted ? ~signals[wire.signal] : signals[wire.signal]
  }

  /// The outputs of 64 runs at once.
  func values(_ inputs: [UInt64]) -> [UInt64] {
    let signals = signals(inputs)
    return outputs.map { Self.read($0, signals) }
  }

  /// For each gate, how often its two inputs hold 00, 01, 10 and 11, and how often it gives 1, in 64 runs.
  func gateCounts(_ inputs: [UInt64]) -> [(operands: [Int], ones: Int)] {
    let signals = signals(inputs)
    return gates.enumerated().map { place, gate in
      let (left, right) = (Self.read(gate.left, signals), Self.read(gate.right, signals))
      return (
        [~left & ~right, ~left & right, left & ~right, left & right].map(\.nonzeroBitCount),
        signals[1 + inputCount + place].nonzeroBitCount
      )
    }
  }

  // MARK: Timing

  /// When each output has arrived, counted in gates one behind another, if the inputs arrive when they do.
  ///
  /// - Complexity: O(gates).
  func arrivals(_ inputs: [Int]) -> [Int] {
    precondition(inputs.count == inputCount, "a time for each input")
    var times = [0] + inputs
    times.reserveCapacity(1 + inputs.count + gates.count)
    for gate in gates { times.append(1 + max(times[gate.left.signal], times[gate.right.signal])) }
    return outputs.map { times[$0.signal] }
  }
}
