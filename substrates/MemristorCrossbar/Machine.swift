internal import Networks
internal import StochasticThermodynamics
internal import SubstrateCore

/// Programmed arrays with their converters, ready to be read.
struct Machine: Sendable {
  let plan: Plan
  /// The arrays of each matrix.
  let matrices: [ProgrammedMatrix]
  /// Of each matrix; none for a machine without errors, on which ranges are found.
  let converters: [Converter]?
  /// Variance of Σ g u for Σ u² = 1: what devices change from read to read, two for each weight.
  let readVariance: Float
  /// Variance of Σ g u for Σ G = 1.
  let thermalVariance: Float

  /// What came of some samples.
  struct Outcome: Sendable {
    /// `[samples × outputCount]`.
    var outputs: [Float]
    /// Σ u² G over all devices and reads of each matrix, summed over the samples.
    var heat: [Double]
    /// Sums beyond the converters' range.
    var clipped = 0
    /// The largest magnitude that each matrix reads, and of its tiles' sums.
    var inputs: [Float]
    var sums: [Float]
  }

  /// Reads all arrays in turn, for some samples.
  ///
  /// - Parameters:
  ///   - samples: of the stream.
  ///   - range: which of them.
  ///   - noise: for each lane, as many as there are samples or more; none for a machine without errors.
  func run(
    _ samples: Samples, _ range: Range<Int>, noise: LaneNoise?, in context: RunContext
  ) throws(Cancelled) -> Outcome {
    let pass = Pass(self, lanes: Block<Float>.lanes(for: range.count), counted: range.count)
    return try pass.run(samples, range, noise: noise, in: context)
  }
}

/// Memory for one thread's run of a block of samples.
private final class Pass {
  private let machine: Machine
  private let lanes: Int
  private let counted: Int
  /// Each node's value while somebody is still to read it.
  private var values: [Block<Float>?]
  private let patch: Block<Float>
  private let sums: Block<Float>
  private let normals: Block<Float>
  /// Σ u² of a tile, a sum's deviation, and Σ u² G of one matrix, by lane.
  private let squares: Block<Float>
  private let deviations: Block<Float>
  /// Sums beyond the converters' range, of one matrix, by lane.
  private let clipped: Block<Float>
  private var heat: [Double]
  private var outcome: Machine.Outcome

  init(_ machine: Machine, lanes: Int, counted: Int) {
    self.machine = machine
    self.lanes = lanes
    self.counted = counted
    let plan = machine.plan
    values = Array(repeating: nil, count: plan.network.nodes.count)
    patch = Block(rows: plan.largestPatch, lanes: lanes)
    // Normal numbers come in pairs of rows.
    sums = Block(rows: plan.mostSums, lanes: lanes)
    normals = Block(rows: plan.mostSums + 1, lanes: lanes)
    squares = Block(rows: 1, lanes: lanes)
    deviations = Block(rows: 1, lanes: lanes)
    clipped = Block(rows: 1, lanes: lanes)
    heat = Array(repeating: 0, count: lanes)
    let count = plan.operations.count
    outcome = Machine.Outcome(
      outputs: [], heat: Array(repeating: 0, count: count),
      inputs: Array(repeating: 0, count: count), sums: Array(repeating: 0, count: count))
  }

  func run(
    _ samples: Samples, _ range: Range<Int>, noise: LaneNoise?, in context: RunContext
  ) throws(Cancelled) -> Machine.Outcome {
    let plan = machine.plan
    let nodes = plan.network.nodes
    let input = Block<Float>(rows: nodes[0].shape.count, lanes: lanes)
    for lane in 0..<counted {
      for (row, value) in samples[range.lowerBound + lane].enumerated() { input[row, lane] = value }
    }
    values[0] = input
    for (index, node) in nodes.enumerated().dropFirst() {
      if case .name = plan.steps[index] { continue }
      try context.checkCancellation()
      let value = Block<Float>(rows: node.shape.count, lanes: lanes)
      let parents = node.parents.map { plan.network.origin(of: $0) }
      switch plan.steps[index] {
      case .name: break
      case .crossbar(let place):
        try read(place, into: value, noise: noise, in: context)
      case .digital(let engine):
        let workspace = ForwardWorkspace(engine, lanes: lanes)
        workspace.inputs.update(from: values[parents[0]]!.pointer, count: values[parents[0]]!.count)
        engine.run(in: workspace)
        value.pointer.update(from: workspace.outputs, count: value.count)
      case .combination: combine(node, parents, into: value)
      }
      values[index] = value
      for parent in parents where plan.lastReaders[parent] == index { values[parent] = nil }
    }
    let last = values[plan.network.origin(of: plan.network.output)]!
    outcome.outputs.reserveCapacity(counted * last.rows)
    for lane in 0..<counted {
      for row in 0..<last.rows { outcome.outputs.append(last[row, lane]) }
    }
    return outcome
  }

  /// Sums, products and wires.
  private func combine(_ node: Network.Node, _ parents: [Int], into value: Block<Float>) {
    let first = values[parents[0]]!
    switch node.operation {
    case .add:
      value.assign(first)
      for parent in parents.dropFirst() {
        Float.add(count: value.count, values[parent]!.pointer, to: value.pointer)
      }
    case .multiply:
      Float.multiply(
        count: value.count, first.pointer, values[parents[1]]!.pointer, into: value.pointer,
        accumulating: false)
    case .rearrange(let rearrangement):
      var rows: [UnsafeMutablePointer<Float>] = []
      for parent in parents {
        let block = values[parent]!
        rows += (0..<block.rows).map { block.row($0) }
      }
      for (row, index) in rearrangement.indices.enumerated() {
        if index >= 0 {
          value.row(row).update(from: rows[Int(index)], count: lanes)
        } else {
          value.row(row).update(
            repeating: rearrangement.constants[-1 - Int(index)], count: lanes)
        }
      }
    default: preconditionFailure("no combination: \(node.operation.name)")
    }
  }

  // MARK: Reads

  private func read(
    _ place: Int, into value: Block<Float>, noise: LaneNoise?, in context: RunContext
  ) throws(Cancelled) {
    let operation = machine.plan.operations[place]
    let matrix = machine.matrices[place]
    let source = values[operation.source]!
    let converter = machine.converters?[place]
    var voltages = source
    if let converter {
      voltages = Block(rows: source.rows, lanes: lanes)
      converter.drive(source.pointer, count: source.count, into: voltages.pointer)
    } else {
      outcome.inputs[place] = largest(of: source.pointer, rows: source.rows)
    }
    for lane in 0..<lanes { heat[lane] = 0 }
    clipped.clear()
    for group in 0..<operation.groups {
      for read in 0..<operation.reads {
        if read % 64 == 63 { try context.checkCancellation() }
        let x = operation.inputs(
          of: read, group: group, from: voltages.pointer, lanes: lanes, patch: patch.pointer)
        if converter != nil {
          matrix.driven.withUnsafeBufferPointer {
            warm(x, $0.baseAddress! + group * operation.fanIn, count: operation.fanIn)
          }
        }
        for tile in matrix.tiles[group] {
          let part = x + tile.inputs.lowerBound * lanes
          Float.affine(
            rows: tile.sums, columns: tile.inputs.count, lanes: lanes, tile.packed, bias: nil, part,
            into: sums.pointer, accumulating: false)
          if let converter, let noise {
            noise.normals(rows: tile.sums, into: normals.pointer)
            convert(tile, of: operation, group, read, part, by: converter, to: value)
          } else {
            take(tile, of: operation, group, read, place, to: value)
          }
        }
      }
    }
    for lane in 0..<counted {
      outcome.heat[place] += heat[lane]
      outcome.clipped += Int(clipped[0, lane])
    }
    for row in 0..<operation.count {
      let bias = operation.bias(of: row)
      guard bias != 0 else { continue }
      let numbers = value.row(row)
      for lane in 0..<lanes { numbers[lane] += bias }
    }
  }

  /// Adds what a read heats its devices by.
  private func warm(
    _ x: UnsafePointer<Float>, _ driven: UnsafePointer<Float>, count: Int
  ) {
    let sum = deviations.pointer
    sum.update(repeating: 0, count: lanes)
    for row in 0..<count {
      let (conductance, u) = (driven[row], x + row * lanes)
      for lane in 0..<lanes { sum[lane] += conductance * u[lane] * u[lane] }
    }
    for lane in 0..<counted { heat[lane] += Double(sum[lane]) }
  }

  /// Adds a tile's sums to the value, with their noise, as the converters read them.
  private func convert(
    _ tile: ProgrammedMatrix.Tile, of operation: CrossbarOperation, _ group: Int, _ read: Int,
    _ x: UnsafePointer<Float>, by converter: Converter, to value: Block<Float>
  ) {
    let (square, deviation) = (squares.pointer, deviations.pointer)
    let (readVariance, thermalVariance) = (machine.readVariance, machine.thermalVariance)
    square.update(repeating: 0, count: lanes)
    if readVariance > 0 {
      for row in 0..<tile.inputs.count {
        let u = x + row * lanes
        for lane in 0..<lanes { square[lane] += u[lane] * u[lane] }
      }
    }
    for sum in 0..<tile.sums {
      guard let place = operation.place(of: sum, read: read, group: group) else { continue }
      let thermal = thermalVariance * tile.conductance[sum]
      for lane in 0..<lanes {
        deviation[lane] = (readVariance * square[lane] + thermal).squareRoot()
      }
      converter.read(
        sums.row(sum), deviations: deviation, normals: normals.row(sum), lanes: lanes,
        clipped: clipped.pointer, to: value.row(place))
    }
  }

  /// Adds a tile's sums as they are, and notes the largest of those that are converted.
  private func take(
    _ tile: ProgrammedMatrix.Tile, of operation: CrossbarOperation, _ group: Int, _ read: Int,
    _ matrix: Int, to value: Block<Float>
  ) {
    for sum in 0..<tile.sums {
      guard let place = operation.place(of: sum, read: read, group: group) else { continue }
      Float.add(count: lanes, sums.row(sum), to: value.row(place))
      outcome.sums[matrix] = max(outcome.sums[matrix], largest(of: sums.row(sum), rows: 1))
    }
  }

  /// The largest magnitude of the lanes that hold samples; infinite if one is no number.
  private func largest(of numbers: UnsafePointer<Float>, rows: Int) -> Float {
    var largest: Float = 0
    for row in 0..<rows {
      for lane in 0..<counted {
        let magnitude = abs(numbers[row * lanes + lane])
        if !(magnitude <= largest) { largest = magnitude.isNaN ? .infinity : magnitude }
      }
    }
    return largest
  }
}
