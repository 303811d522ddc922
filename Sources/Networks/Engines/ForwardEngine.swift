/// The plain forward pass of a network, for blocks of samples: its outputs and nothing else.
///
/// For when no physics is wanted. It keeps no values but those that are still to be read, and no second
/// copy of the weights of its matrices: in single precision they are read where the network has them. For
/// neurons' states and products with Jacobians there is `LayerEngine`.
///
/// A sample's output has the same bits in whatever lane, block and company it is computed.
package final class ForwardEngine<Scalar: KernelScalar>: Sendable {
  /// The network.
  package let network: Network

  /// An operation with the rows where it reads and writes. A class, so that going through them copies
  /// nothing.
  private final class Step: Sendable {
    let kind: Kind
    let inputs: [Int]
    let output: Int
    let count: Int

    init(_ kind: Kind, from inputs: [Int], to output: Int, count: Int) {
      self.kind = kind
      self.inputs = inputs
      self.output = output
      self.count = count
    }
  }

  private enum Kind: Sendable {
    case dense(DirectDense, runs: Int)
    /// A sum that takes the place of its first term.
    case sumInPlace
    case other(BlockOperation<Scalar>)
  }

  private let steps: [Step]
  private let plan: ForwardPlan

  /// Prepares a network.
  ///
  /// - Complexity: O(operations), beside O(weights) of convolutions and, in double precision, of
  ///   matrices.
  package init(_ network: Network) {
    self.network = network
    let plan = ForwardPlan(network)
    self.plan = plan
    steps = network.nodes.indices.dropFirst().filter { !plan.isNaming[$0] }.map { index in
      let node = network.nodes[index]
      let parents = node.parents.map { network.nodes[$0].shape }
      let kind: Kind =
        switch node.operation {
        case .dense(let dense) where Scalar.self == Float.self:
          .dense(DirectDense(dense), runs: node.shape.count / dense.outputs)
        case .add where plan.isInPlace[index]: .sumInPlace
        default:
          .other(
            BlockOperation(
              node.operation, shape: node.shape, parents: parents, withPullback: false))
        }
      return Step(
        kind, from: node.parents.map { plan.rows[$0] }, to: plan.rows[index],
        count: node.shape.count)
    }
  }

  /// Numbers that are held for each sample.
  package var rowCount: Int { plan.rowCount }

  /// The first row of the inputs, and of the outputs once they are computed.
  var inputRow: Int { plan.rows[0] }
  var outputRow: Int { plan.rows[network.output] }

  /// Computes the outputs of a block from its inputs, which are lost.
  ///
  /// - Complexity: O(multiply–accumulates × lanes).
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  package func run(in workspace: ForwardWorkspace<Scalar>) {
    let values = workspace.values
    precondition(values.rows == rowCount, "a workspace of this engine")
    let lanes = values.lanes
    for step in steps {
      let x = UnsafePointer(values.row(step.inputs[0]))
      let y = values.row(step.output)
      switch step.kind {
      case .dense(let dense, let runs): dense.apply(x, runs: runs, lanes: lanes, into: y)
      case .sumInPlace:
        for row in step.inputs.dropFirst() {
          Scalar.add(count: step.count * lanes, values.row(row), to: y)
        }
      case .other(let operation):
        let others = step.inputs.dropFirst().map { UnsafePointer(values.row($0)) }
        operation.forward(x, others, rows: step.count, lanes: lanes, into: y)
      }
    }
  }

  /// How many samples a block had best have, if so many are to be computed on so many threads.
  ///
  /// So many that a block's values stay in the nearer caches, but more if the weights do not stay there
  /// either: each block reads them all.
  package func lanes(for samples: Int, threads: Int = 1) -> Int {
    precondition(samples > 0 && threads > 0, "samples and threads")
    let nearerCaches = 512 << 10
    let stride = MemoryLayout<Scalar>.stride
    let weights = min(network.parameterCount, 1 << 40) * stride
    let fitting = max(nearerCaches, weights) / (rowCount * stride)
    let most = min(max(fitting, 32), 256) / 32 * 32
    // As many blocks for each thread, all of one size.
    let rounds = ((samples + most - 1) / most + threads - 1) / threads
    return Block<Scalar>.lanes(for: (samples + rounds * threads - 1) / (rounds * threads))
  }
}

/// Memory for one thread's use of a `ForwardEngine`.
///
/// It may serve one task at a time; make one for each.
package final class ForwardWorkspace<Scalar: KernelScalar> {
  let values: Block<Scalar>
  private let inputRow: Int
  private let outputRow: Int

  /// Memory for blocks of so many samples, a multiple of `Block.laneMultiple`.
  package init(_ engine: ForwardEngine<Scalar>, lanes: Int) {
    values = Block(rows: engine.rowCount, lanes: lanes)
    inputRow = engine.inputRow
    outputRow = engine.outputRow
  }

  /// Samples.
  package var lanes: Int { values.lanes }
  /// The inputs, `[inputCount × lanes]`: for the caller to fill before each pass, which overwrites them.
  package var inputs: UnsafeMutablePointer<Scalar> { values.row(inputRow) }
  /// The outputs, `[outputCount × lanes]`, until inputs are filled in.
  package var outputs: UnsafePointer<Scalar> { UnsafePointer(values.row(outputRow)) }
}
