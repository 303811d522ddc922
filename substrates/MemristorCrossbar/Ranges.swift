internal import Networks
internal import SubstrateCore

/// What the converters of each matrix are set to: the largest number that it reads and the largest sum of a tile, on
/// the stream and without errors.
struct Ranges: Sendable {
  /// Of each matrix.
  let converters: [Converter]
  /// Whether the network stays finite on the stream.
  let isFinite: Bool

  /// Runs the network as it is, tile by tile.
  init(
    _ plan: Plan, _ configuration: Configuration, on samples: Samples, in context: RunContext
  ) throws(Cancelled) {
    let exact = Machine(
      plan: plan,
      matrices: plan.operations.map {
        ProgrammedMatrix(exactly: $0, array: configuration.array)
      }, converters: nil, readVariance: 0, thermalVariance: 0)
    let length = plan.samplesOfBlock
    let outcomes = try context.map(blocks: (samples.count + length - 1) / length) {
      block throws(Cancelled) in
      let range = block * length..<min((block + 1) * length, samples.count)
      return try exact.run(samples, range, noise: nil, in: context)
    }
    converters = plan.operations.indices.map { place in
      Converter(
        largestInput: Double(outcomes.reduce(0) { max($0, $1.inputs[place]) }),
        largestSum: Double(outcomes.reduce(0) { max($0, $1.sums[place]) }),
        largestWeight: plan.operations[place].largestWeight, configuration)
    }
    isFinite = outcomes.allSatisfy {
      $0.outputs.allSatisfy(\.isFinite) && $0.inputs.allSatisfy(\.isFinite)
        && $0.sums.allSatisfy(\.isFinite)
    }
  }
}

extension Plan {
  /// Samples that are run together: fewer of large networks, of which a block needs much memory.
  var samplesOfBlock: Int { network.neuronCount > 500_000 ? 16 : 32 }
}
