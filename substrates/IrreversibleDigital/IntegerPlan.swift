internal import Foundation
internal import Networks

/// Writes the steps of an `IntegerNetwork`, layer by layer.
struct Plan {
  let input: Quantiser
  private(set) var quantisers: [Quantiser] = []
  private(set) var steps: [Step] = []
  private(set) var coarsenedRows = 0
  private(set) var accumulatorCount = 0
  private(set) var codeCount: Int

  private let network: Network
  private let bits: Int
  private let accumulatorBits: Int
  /// What a later layer reads, by node: the input's and all finished layers' codes.
  private var finished: [Int: Operand]

  /// A value that an operation reads.
  private struct Operand {
    let place: Step.Place
    /// What one unit is worth, in each component.
    let steps: [Double]
    /// What the value can reach, either way, in each component.
    let bounds: [Double]
    /// How it is held, if it is held in b bits.
    let quantiser: Quantiser?

    init(accumulatorsAt place: Int, steps: [Double], bounds: [Double]) {
      self.place = .accumulators(place)
      self.steps = steps
      self.bounds = bounds
      quantiser = nil
    }

    init(codesAt place: Int, count: Int, _ quantiser: Quantiser) {
      self.place = .codes(place, zero: quantiser.zero)
      let reach = max(quantiser.zero, quantiser.top - quantiser.zero)
      steps = Array(repeating: quantiser.step, count: count)
      bounds = Array(repeating: quantiser.step * Double(reach), count: count)
      self.quantiser = quantiser
    }

    /// The multipliers that bring it to another step.
    func factors(to step: Double, times factor: Double = 1) -> [FixedPoint] {
      steps.map { FixedPoint(factor * $0 / step) }
    }

    var codes: (start: Int, quantiser: Quantiser) {
      guard case .codes(let start, _) = place, let quantiser else {
        preconditionFailure("matrices and softmax read whole layers")
      }
      return (start, quantiser)
    }
  }

  init(
    _ network: Network, _ layers: [Network.Layer], input: Quantiser, bits: Int,
    accumulatorBits: Int
  ) {
    self.network = network
    self.input = input
    self.bits = bits
    self.accumulatorBits = accumulatorBits
    codeCount = network.inputCount
    finished = [0: Operand(codesAt: 0, count: network.inputCount, input)]
  }

  /// Adds a layer whose neurons take values of a range.
  mutating func add(_ layer: Network.Layer, range: ClosedRange<Double>) {
    let result = Quantiser(holding: range, bits: bits)
    var values = finished
    var scratch = 0
    for index in layer.nodes {
      let node = network.nodes[index]
      let operands = node.parents.map { values[network.source(of: $0)]! }
      let isLast = index == layer.nodes.last
      switch node.operation {
      case .dense(let dense):
        values[index] = multiply(dense, operands[0], at: &scratch)
      case .add:
        values[index] = sum(operands, at: &scratch)
      case .activation(let function):
        apply(function, to: operands[0], range: range, result)
      case .softmax:
        let (start, logits) = operands[0].codes
        steps.append(
          .softmax(from: start, logits, result, to: codeCount, count: node.shape.count))
      default:
        preconditionFailure("not computed in a layer")
      }
      if isLast, let value = values[index] {
        // A linear layer: what stands in the accumulator becomes the neuron.
        steps.append(
          .requantise(
            value.place, value.factors(to: result.step), result, clamped: false, to: codeCount))
      }
    }
    finished[layer.nodes.last!] = Operand(codesAt: codeCount, count: layer.count, result)
    quantisers.append(result)
    codeCount += layer.count
    accumulatorCount = max(accumulatorCount, scratch)
  }

  private mutating func multiply(
    _ dense: Dense, _ operand: Operand, at scratch: inout Int
  ) -> Operand {
    let (start, quantiser) = operand.codes
    let matrix = IntegerMatrix(
      dense, reading: quantiser, bits: bits, accumulatorBits: accumulatorBits)
    coarsenedRows += matrix.coarsenedRows
    steps.append(.multiply(matrix, from: start, to: scratch))
    defer { scratch += matrix.rows }
    return Operand(accumulatorsAt: scratch, steps: matrix.steps, bounds: matrix.bounds)
  }

  /// The sum's step is the least with which k operands, each as large as it can be, fit in A bits
  /// with one to spare: bound/2^(A - 2 - ⌈log₂ k⌉).
  private mutating func sum(_ operands: [Operand], at scratch: inout Int) -> Operand {
    let count = operands[0].steps.count
    let largest = operands.flatMap(\.bounds).max() ?? 0
    let exponent = accumulatorBits - 2 - ceilingOfLog2(operands.count)
    let step = largest > 0 ? largest / exp2(Double(min(exponent, 60))) : 1
    steps.append(
      .sum(operands.map { ($0.place, $0.factors(to: step)) }, to: scratch, count: count))
    defer { scratch += count }
    return Operand(
      accumulatorsAt: scratch, steps: Array(repeating: step, count: count),
      bounds: (0..<count).map { index in operands.reduce(0) { $0 + $1.bounds[index] } })
  }

  private mutating func apply(
    _ function: Activation, to operand: Operand, range: ClosedRange<Double>, _ result: Quantiser
  ) {
    switch function {
    case .relu:
      steps.append(
        .requantise(
          operand.place, operand.factors(to: result.step), result, clamped: true, to: codeCount))
    case .leakyReLU(let slope):
      steps.append(
        .leak(
          operand.place, above: operand.factors(to: result.step),
          below: operand.factors(to: result.step, times: Double(slope)), result, to: codeCount))
    default:
      let address = Quantiser(
        holding: function.preimage(of: range, step: result.step), bits: bits)
      let table = (0...address.top).map { code in
        result.code(of: function(address.number(of: UInt16(code))))
      }
      steps.append(
        .look(
          operand.place, operand.factors(to: address.step), address: address, table: table,
          to: codeCount))
    }
  }
}

extension Network {
  /// The node whose value a node's value is: itself, but for a flatten what it flattens.
  func source(of index: Int) -> Int {
    nodes[index].operation.isNaming ? source(of: nodes[index].parents[0]) : index
  }
}

/// exp(x_i)/Σ_j exp(x_j), in double precision.
func normalisedExponentials(_ values: [Double]) -> [Double] {
  let largest = values.max() ?? 0
  let exponentials = values.map { Foundation.exp($0 - largest) }
  let sum = exponentials.reduce(0, +)
  return exponentials.map { $0 / sum }
}
