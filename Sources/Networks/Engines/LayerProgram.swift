// How a layer's operations become steps over blocks: where each reads and writes.

extension LayerEngine {
  /// A place where a step reads or writes rows.
  enum Slot: Hashable {
    /// The network's inputs.
    case input
    /// Neurons of another layer, from this row of the states.
    case state(Int)
    /// A linear function of the inputs that a layer starts from, from this row of the projections.
    case projection(Int)
    /// A value on the way to a projection, from this row of the workspace's approaches.
    case approach(Int)
    /// A value inside a layer, from this row of the intermediates.
    case intermediate(Int)
    /// The layer's own value, in the predictions.
    case result
  }

  /// One operation of a layer. A class, so that going through them in a hot loop copies nothing.
  final class Step: Sendable {
    let operation: BlockOperation<Scalar>
    /// What most steps are, known without a look into the operation: in small networks that counts.
    let sort: Sort
    /// The weights, where it is one matrix product.
    let weights: PackedDense<Scalar>?
    let input: Slot
    /// What it reads besides.
    let others: [Slot]
    /// All that it reads.
    let inputs: [Slot]
    let output: Slot
    let rows: Int
    /// For each of its inputs the rows there, and whether the cotangent is added to what other steps
    /// send there.
    let inputRows: [Int]
    let isShared: [Bool]
    /// That of the first input.
    let isFirstShared: Bool

    enum Sort {
      case matrix
      case function(Activation)
      case other
    }

    init(
      _ operation: BlockOperation<Scalar>, inputs: [Slot], inputRows: [Int], isShared: [Bool],
      output: Slot, rows: Int
    ) {
      self.operation = operation
      switch operation {
      case .dense(let weights, runs: 1): (sort, self.weights) = (.matrix, weights)
      case .activation(let function): (sort, weights) = (.function(function), nil)
      default: (sort, weights) = (.other, nil)
      }
      self.inputs = inputs
      input = inputs[0]
      others = Array(inputs.dropFirst())
      self.inputRows = inputRows
      self.isShared = isShared
      isFirstShared = isShared[0]
      self.output = output
      self.rows = rows
    }

    /// False for the linear functions of the inputs, which `project` computes.
    var isComputedInLayer: Bool {
      switch output {
      case .projection, .approach: false
      case .input, .state, .intermediate, .result: true
      }
    }
  }

  /// The steps of a layer. A class, as a step is.
  final class Program: Sendable {
    /// Those that `project` computes.
    let projectors: [Step]
    /// Those that `predict` computes.
    let steps: [Step]
    /// The rows of intermediates and of projections that several steps read, so that their cotangents
    /// add up.
    let sharedIntermediates: [Range<Int>]
    let sharedProjections: [Range<Int>]
    /// Whether there are any.
    let sharesValues: Bool

    init(projectors: [Step], steps: [Step], intermediates: [Range<Int>], projections: [Range<Int>])
    {
      self.projectors = projectors
      self.steps = steps
      sharedIntermediates = intermediates
      sharedProjections = projections
      sharesValues = !intermediates.isEmpty || !projections.isEmpty
    }
  }

  /// Hands out rows while the layers' programs are written.
  struct Layout {
    private let network: Network
    private let layers: [Network.Layer]
    private let owners: [Int: Int]
    private(set) var projections = 0
    private(set) var approaches = 0
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

    /// The nodes of a layer that are linear in the network's inputs and depend on nothing else, but for
    /// those that read a value which some other node reads too: that value is a projection, and
    /// `project` does not go on behind one.
    private func projected(_ layer: Network.Layer, readers: [Int: [Int]]) -> Set<Int> {
      var behind: Set<Int> = []
      while true {
        var projected: Set<Int> = []
        for index in layer.nodes
        where network.nodes[index].operation.isLinear && !behind.contains(index) {
          let parents = network.nodes[index].parents.map { network.origin(of: $0) }
          if parents.allSatisfy({ $0 == 0 || projected.contains($0) }) { projected.insert(index) }
        }
        let before = behind.count
        for index in projected {
          let own = readers[index] ?? []
          if own.contains(where: { !projected.contains($0) }) {
            behind.formUnion(own.filter { projected.contains($0) })
          }
        }
        if behind.count == before { return projected }
      }
    }

    mutating func program(of layer: Network.Layer) -> Program {
      var readers: [Int: [Int]] = [:]
      for index in layer.nodes {
        for parent in network.nodes[index].parents {
          readers[network.origin(of: parent), default: []].append(index)
        }
      }
      let projected = projected(layer, readers: readers)
      var slots: [Int: Slot] = [0: .input]
      var (projectors, steps): ([Step], [Step]) = ([], [])
      var (sharedIntermediates, sharedProjections): ([Range<Int>], [Range<Int>]) = ([], [])
      for index in layer.nodes {
        let node = network.nodes[index]
        let rows = node.shape.count
        let origins = node.parents.map { network.origin(of: $0) }
        let inputs = origins.map { origin in
          slots[origin] ?? .state(layers[owners[origin]!].rows.lowerBound)
        }
        let isLast = index == layer.nodes.last
        var output = Slot.result
        if projected.contains(index) {
          if !isLast, readers[index]!.allSatisfy({ projected.contains($0) }) {
            output = .approach(approaches)
            approaches += rows
          } else {
            output = .projection(projections)
            if (readers[index] ?? []).count > 1 {
              sharedProjections.append(projections..<projections + rows)
            }
            projections += rows
          }
        } else if !isLast {
          output = .intermediate(intermediates)
          if readers[index]!.count > 1 {
            sharedIntermediates.append(intermediates..<intermediates + rows)
          }
          intermediates += rows
        }
        slots[index] = output
        let step = Step(
          BlockOperation(
            node.operation, shape: node.shape, parents: node.parents.map { network.nodes[$0].shape }
          ),
          inputs: inputs, inputRows: node.parents.map { network.nodes[$0].shape.count },
          isShared: zip(inputs, origins).map { slot, origin in
            switch slot {
            case .input, .state: true
            case .approach, .intermediate, .projection: readers[origin]!.count > 1
            case .result: false
            }
          },
          output: output, rows: rows)
        if step.isComputedInLayer {
          steps.append(step)
        } else {
          projectors.append(step)
        }
        if isLast, case .projection = output {
          // A linear layer that reads the inputs: its value is the projection itself.
          steps.append(
            Step(
              .sum, inputs: [output], inputRows: [rows], isShared: [false], output: .result,
              rows: rows))
        }
      }
      return Program(
        projectors: projectors, steps: steps, intermediates: sharedIntermediates,
        projections: sharedProjections)
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
  /// The linear functions of the inputs that layers start from.
  public let projections: Block<Scalar>
  /// f_l of every layer, `neuronCount` rows.
  public let predictions: Block<Scalar>
  /// The cotangents that `pullback` sends along each edge.
  public let edges: Block<Scalar>
  /// The cotangents of the projections.
  public let projectionCotangents: Block<Scalar>

  /// The states that the last prediction was made from.
  var states: Block<Scalar>
  let approaches: Block<Scalar>
  let approachCotangents: Block<Scalar>
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
    states = predictions
    approaches = Block(rows: engine.approachCount, lanes: lanes)
    approachCotangents = Block(rows: engine.approachCount, lanes: lanes)
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
    case .approach(let row): approaches.row(row)
    case .intermediate(let row): intermediates.row(row)
    case .result: predictions.row(firstRow)
    }
  }

  /// Where the cotangent of a slot is gathered.
  func cotangent(
    _ slot: LayerEngine<Scalar>.Slot, _ layer: Int, _ engine: LayerEngine<Scalar>
  ) -> UnsafeMutablePointer<Scalar>? {
    switch slot {
    case .projection(let row): return projectionCotangents.row(row)
    case .approach(let row): return approachCotangents.row(row)
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
