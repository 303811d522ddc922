// How a layer's operations become steps over blocks: where each reads and writes.

extension LayerEngine {
  /// A place where a step reads or writes rows.
  enum Slot: Hashable {
    /// The network's inputs.
    case input
    /// Neurons of another layer, from this row of the states.
    case state(Int)
    /// A matrix product of the inputs, from this row of the projections.
    case projection(Int)
    /// A value inside a layer, from this row of the intermediates.
    case intermediate(Int)
    /// The layer's own value, in the predictions.
    case result

    /// Whether several steps of a layer may read it, so that their cotangents add up.
    var isShared: Bool {
      switch self {
      case .input, .state: true
      case .projection, .intermediate, .result: false
      }
    }
  }

  /// What a step computes.
  enum StepOperation {
    case dense
    case activation(Activation)
    case sum
    case softmax
  }

  /// One operation of a layer. A class, so that going through them in a hot loop copies nothing.
  final class Step: Sendable {
    let operation: StepOperation
    /// The weights of a dense operation.
    let weights: PackedDense<Scalar>?
    let input: Slot
    /// What a sum adds to `input`.
    let others: [Slot]
    let output: Slot
    let rows: Int

    init(
      _ operation: StepOperation, weights: PackedDense<Scalar>? = nil, inputs: [Slot],
      output: Slot, rows: Int
    ) {
      self.operation = operation
      self.weights = weights
      input = inputs[0]
      others = Array(inputs.dropFirst())
      self.output = output
      self.rows = rows
    }

    var inputs: [Slot] { [input] + others }

    /// False for the matrix products of the inputs, which `project` computes.
    var isComputedInLayer: Bool {
      if case .projection = output { return false }
      return true
    }
  }

  /// Hands out rows while the layers' programs are written.
  struct Layout {
    private let network: Network
    private let layers: [Network.Layer]
    private let owners: [Int: Int]
    private(set) var projections = 0
    private(set) var intermediates = 0

    init(_ network: Network, _ layers: [Network.Layer]) {
      self.network = network
      self.layers = layers
      owners = Dictionary(
        uniqueKeysWithValues: layers.enumerated().map { ($0.element.nodes.last!, $0.offset) })
    }

    func slot(_ source: Network.Layer.Source) -> Slot {
      switch source {
      case .input: .input
      case .layer(let index): .state(layers[index].rows.lowerBound)
      }
    }

    mutating func program(of layer: Network.Layer) -> [Step] {
      var slots: [Int: Slot] = [0: .input]
      var steps: [Step] = []
      for index in layer.nodes {
        let node = network.nodes[index]
        let rows = node.shape.count
        let inputs = node.parents.map { parent -> Slot in
          let origin = network.origin(of: parent)
          return slots[origin] ?? .state(layers[owners[origin]!].rows.lowerBound)
        }
        let isLast = index == layer.nodes.last
        var output = Slot.result
        let operation: StepOperation
        var weights: PackedDense<Scalar>?
        switch node.operation {
        case .dense(let dense):
          operation = .dense
          weights = PackedDense(dense)
          if inputs == [.input] {
            output = .projection(projections)
            projections += rows
          }
        case .activation(let function): operation = .activation(function)
        case .add: operation = .sum
        case .softmax: operation = .softmax
        case .input, .flatten: preconditionFailure("no step of a layer")
        }
        if output == .result, !isLast {
          output = .intermediate(intermediates)
          intermediates += rows
        }
        slots[index] = output
        steps.append(
          Step(operation, weights: weights, inputs: inputs, output: output, rows: rows))
        if isLast, case .projection = output {
          // A linear layer that reads the inputs: its value is the projection itself.
          steps.append(Step(.sum, inputs: [output], output: .result, rows: rows))
        }
      }
      return steps
    }
  }
}

/// The memory in which a `LayerEngine` works on one block of samples.
///
/// One task at a time; make one for each.
public final class LayerWorkspace<Scalar: KernelScalar> {
  /// Samples.
  public let lanes: Int
  /// The inputs, `inputCount` rows: for the caller to fill.
  public let inputs: Block<Scalar>
  /// W u + b of the matrices that read the inputs.
  public let projections: Block<Scalar>
  /// f_l of every layer, `neuronCount` rows.
  public let predictions: Block<Scalar>
  /// The cotangents that `pullback` sends along each edge.
  public let edges: Block<Scalar>
  /// The cotangents of the projections.
  public let projectionCotangents: Block<Scalar>

  let intermediates: Block<Scalar>
  let intermediateCotangents: Block<Scalar>
  let temporary: Block<Scalar>

  /// Memory for blocks of so many samples, a multiple of `Block.laneMultiple`.
  public init(_ engine: LayerEngine<Scalar>, lanes: Int) {
    self.lanes = lanes
    inputs = Block(rows: engine.network.inputCount, lanes: lanes)
    projections = Block(rows: engine.projectionCount, lanes: lanes)
    predictions = Block(rows: engine.neuronCount, lanes: lanes)
    edges = Block(rows: engine.edgeRowCount, lanes: lanes)
    projectionCotangents = Block(rows: engine.projectionCount, lanes: lanes)
    intermediates = Block(rows: engine.intermediateCount, lanes: lanes)
    intermediateCotangents = Block(rows: engine.intermediateCount, lanes: lanes)
    let widest = engine.network.nodes.map(\.shape.count).max() ?? 0
    temporary = Block(rows: widest, lanes: lanes)
  }

  /// Where a slot's values stand, to read or to write.
  func pointer(
    _ slot: LayerEngine<Scalar>.Slot, of firstRow: Int, _ states: Block<Scalar>
  ) -> UnsafeMutablePointer<Scalar> {
    switch slot {
    case .input: inputs.pointer
    case .state(let row): states.row(row)
    case .projection(let row): projections.row(row)
    case .intermediate(let row): intermediates.row(row)
    case .result: predictions.row(firstRow)
    }
  }

  /// The value that a step wrote.
  func value(
    _ slot: LayerEngine<Scalar>.Slot, of firstRow: Int
  ) -> UnsafePointer<Scalar> {
    switch slot {
    case .intermediate(let row): UnsafePointer(intermediates.row(row))
    case .projection(let row): UnsafePointer(projections.row(row))
    case .result, .input, .state: UnsafePointer(predictions.row(firstRow))
    }
  }

  /// Where the cotangent of a slot is gathered.
  func cotangent(
    _ slot: LayerEngine<Scalar>.Slot, _ layer: Int, _ engine: LayerEngine<Scalar>
  ) -> UnsafeMutablePointer<Scalar>? {
    switch slot {
    case .projection(let row): return projectionCotangents.row(row)
    case .intermediate(let row): return intermediateCotangents.row(row)
    case .result: return nil
    case .input, .state:
      for edge in engine.edgesInto[layer] {
        switch (engine.edges[edge].source, slot) {
        case (.input, .input): return edges.row(engine.edges[edge].rows.lowerBound)
        case (.layer(let source), .state(let row))
        where engine.layers[source].rows.lowerBound == row:
          return edges.row(engine.edges[edge].rows.lowerBound)
        default: continue
        }
      }
      return nil
    }
  }
}
