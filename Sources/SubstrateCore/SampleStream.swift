public import Networks
internal import Synchronization

/// The samples of a run with what the reference network makes of them.
public struct SampleStream: Sendable {
  /// The inputs, in their order.
  public let samples: Samples
  /// The reference network's neurons on every sample, computed once for all substrates.
  public let reference: ReferenceActivations

  /// Samples, and the activations of the network that runs on them.
  public init(_ samples: Samples, reference: ReferenceActivations) {
    precondition(samples.count == reference.sampleCount, "activations of these samples")
    self.samples = samples
    self.reference = reference
  }
}

/// The noise-free activations of a network over a stream, in double precision.
public struct ReferenceActivations: Sendable {
  /// The layers they belong to.
  public let layers: [Network.Layer]
  /// How many samples.
  public let sampleCount: Int
  /// Neuron after neuron, `[neurons × samples]`.
  public let values: [Double]

  /// Runs a network over samples, in blocks.
  ///
  /// - Complexity: O(samples × multiply–accumulates).
  public init(of network: Network, on samples: Samples, in context: RunContext) {
    precondition(samples.width == network.inputCount, "samples of the network's width")
    let engine = LayerEngine<Double>(network)
    let count = samples.count
    // Large networks in narrower blocks: what a block needs grows with both.
    let lanes = engine.neuronCount > 20_000 ? 16 : 64
    values = [Double](unsafeUninitializedCapacity: engine.neuronCount * count) { memory, filled in
      let columns = Columns(first: memory.baseAddress!, samples: count)
      _ = context.map(blocks: (count + lanes - 1) / lanes) { block in
        let workspace = LayerWorkspace(engine, lanes: lanes)
        let states = Block<Double>(rows: engine.neuronCount, lanes: lanes)
        for lane in 0..<lanes {
          let sample = min(block * lanes + lane, count - 1)
          for (row, value) in samples[sample].enumerated() {
            workspace.inputs[row, lane] = Double(value)
          }
        }
        engine.forward(into: states, in: workspace)
        columns.write(states, at: block * lanes)
        return 0
      }
      filled = engine.neuronCount * count
    }
    layers = network.layers
    sampleCount = count
  }

  /// Where blocks of samples leave their neurons, each block its own columns.
  private struct Columns: @unchecked Sendable {
    let first: UnsafeMutablePointer<Double>
    let samples: Int

    /// Writes the neurons of the samples from one on, as far as there are samples.
    func write(_ states: Block<Double>, at sample: Int) {
      let count = min(states.lanes, samples - sample)
      for row in 0..<states.rows {
        (first + row * samples + sample).initialize(from: states.row(row), count: count)
      }
    }
  }

  /// One neuron's activation on every sample.
  public func neuron(_ row: Int) -> ArraySlice<Double> {
    values[row * sampleCount..<(row + 1) * sampleCount]
  }

  /// The network's outputs for one sample.
  public func output(of sample: Int) -> [Double] {
    layers.last!.rows.map { values[$0 * sampleCount + sample] }
  }

  /// The mean square of one layer's activations over its neurons and all samples.
  public func meanSquare(of layer: Network.Layer) -> Double {
    let all = values[layer.rows.lowerBound * sampleCount..<layer.rows.upperBound * sampleCount]
    return all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
  }
}

/// What the harness lends to a run: a seed, workers, and a way to say how far it is.
public struct RunContext: Sendable {
  /// Runs `body` for every index below the count, in any order, perhaps at the same time.
  public typealias Workers =
    @Sendable (_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Void

  /// The seed of the run's noise.
  public let seed: UInt64
  /// Whether only outputs, ledger, latencies and verdict will be looked at: limits, diagnostics and warnings
  /// may then be left out where they take time. What is looked at must not depend on it.
  public let isTrial: Bool
  private let workers: Workers
  private let report: @Sendable (Double) -> Void

  /// A context; without workers, one that runs everything in turn.
  public init(
    seed: UInt64,
    workers: @escaping Workers = { count, body in for index in 0..<count { body(index) } },
    isTrial: Bool = false, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) {
    self.seed = seed
    self.isTrial = isTrial
    self.workers = workers
    report = progress
  }

  /// The same workers with another seed, for a part of a run that needs noise of its own.
  public func reseeded(_ seed: UInt64) -> RunContext {
    RunContext(seed: seed, workers: workers, isTrial: isTrial, progress: report)
  }

  /// Runs `body` for every block and gives back the results in the order of the blocks.
  ///
  /// What a block computes must depend on its index alone, so that the result does not depend on
  /// who computed it. Says how far it is after each block.
  public func map<Result: Sendable>(
    blocks count: Int, _ body: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    let shelf = Shelf<Result>(count)
    workers(count) { index in
      let result = body(index)
      report(Double(shelf.put(result, at: index)) / Double(max(count, 1)))
    }
    return shelf.contents
  }

  /// Where results wait until all are there.
  private final class Shelf<Result: Sendable>: Sendable {
    private let places: Mutex<(results: [Result?], done: Int)>

    init(_ count: Int) { places = Mutex((Array(repeating: nil, count: count), 0)) }

    func put(_ result: Result, at index: Int) -> Int {
      places.withLock { places in
        places.results[index] = result
        places.done += 1
        return places.done
      }
    }

    var contents: [Result] {
      places.withLock { places in
        places.results.map { result in
          guard let result else { preconditionFailure("workers left a block out") }
          return result
        }
      }
    }
  }
}
