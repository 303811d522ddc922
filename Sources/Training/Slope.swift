internal import Networks

/// Loss and gradient of a batch, by back-propagation or by the stresses of the clamped network.
///
/// Memory that one task owns.
final class Slope {
  /// `[layout.count]` and zeros to a whole number of sixteens.
  var gradient: UnsafePointer<Float> { UnsafePointer(block.pointer) }

  private let engine: GradientEngine<Float>
  private let recipe: Recipe
  private let samples: Samples
  private let labels: [Int]
  private let outputs: Loss.Outputs
  private let outputCount: Int
  private let output: Int
  private let block: Block<Float>
  private let workspace: GradientWorkspace<Float>
  private let stressed: StressedNetwork<Float>?

  /// What is left of the force when a clamped network counts as being at rest.
  private static let restTolerance = 1e-3

  init(_ engine: GradientEngine<Float>, _ recipe: Recipe, _ samples: Samples) {
    self.engine = engine
    self.recipe = recipe
    self.samples = samples
    labels = samples.labels!
    outputs = Loss.Outputs(of: engine.network)
    outputCount = engine.network.outputCount
    output = engine.network.output
    block = Block(rows: (max(engine.layout.count, 1) + 15) / 16, lanes: 16)
    if case .stress(let clamp) = recipe.rule {
      let stressed = StressedNetwork(
        engine, samples: recipe.batch, clamp: clamp, tolerance: Self.restTolerance)
      self.stressed = stressed
      workspace = stressed.workspace
    } else {
      stressed = nil
      workspace = GradientWorkspace(engine, samples: recipe.batch)
    }
  }

  /// The sum of the losses of a batch; the gradient of their mean is left in `gradient`.
  ///
  /// - Returns: none if a clamped network does not come to rest.
  func compute(at parameters: UnsafePointer<Float>, _ batch: ArraySlice<Int>) -> Double? {
    let lanes = workspace.lanes
    for (lane, sample) in batch.enumerated() { put(sample, in: lane) }
    guard let stressed else {
      engine.load(parameters, into: workspace)
      engine.forward(in: workspace)
      let y = workspace.values[output]
      let seed = workspace.gradients[output]
      if batch.count < lanes { seed.update(repeating: 0, count: outputCount * lanes) }
      var sum = 0.0
      for (lane, sample) in batch.enumerated() {
        sum += recipe.loss.value(
          y, count: outputCount, lane: lane, lanes: lanes, label: labels[sample], of: outputs,
          samples: batch.count, gradient: seed)
      }
      engine.pullback(into: block.pointer, in: workspace)
      return sum
    }
    for (lane, sample) in batch.enumerated() {
      for row in 0..<outputCount {
        stressed.targets.pointer[row * lanes + lane] = row == labels[sample] ? 1 : 0
      }
    }
    guard stressed.relax(parameters, samples: batch.count) else { return nil }
    stressed.parameterForces(times: 1 / Double(batch.count), into: block.pointer)
    // The loss of the network at rest without the clamp is not at hand; that of the stretched one is.
    let y = workspace.values[output]
    return batch.indices.reduce(0.0) { sum, place in
      sum
        + recipe.loss.value(
          y, count: outputCount, lane: place - batch.startIndex, lanes: lanes,
          label: labels[batch[place]], of: outputs, samples: batch.count, gradient: nil)
    }
  }

  private func put(_ sample: Int, in lane: Int) {
    let lanes = workspace.lanes
    let inputs = workspace.inputs
    let width = samples.width
    samples.values.withUnsafeBufferPointer { values in
      let from = values.baseAddress! + sample * width
      if lanes == 1 {
        inputs.update(from: from, count: width)
      } else {
        for row in 0..<width { inputs[row * lanes + lane] = from[row] }
      }
    }
  }
}
