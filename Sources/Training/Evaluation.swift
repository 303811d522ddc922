package import Networks

/// How well a network with given weights does on labelled samples.
///
/// Memory that one task owns.
package final class Evaluation {
  /// What it comes to.
  package struct Score: Hashable, Sendable {
    /// The mean loss; not finite if outputs are not.
    package let loss: Double
    /// The share of samples whose largest output is that of their class.
    package let accuracy: Double
  }

  private let engine: GradientEngine<Float>
  private let samples: Samples
  private let loss: Loss
  private let outputs: Loss.Outputs
  private let workspace: GradientWorkspace<Float>

  /// Samples at a time: fewer of networks whose values take much memory.
  private static func lanes(for network: Network) -> Int {
    network.nodes.reduce(0) { $0 + $1.shape.count } > 100_000 ? 16 : 64
  }

  /// Prepares for labelled samples.
  package init(_ engine: GradientEngine<Float>, on samples: Samples, loss: Loss) {
    precondition(samples.labels != nil, "labelled samples")
    self.engine = engine
    self.samples = samples
    self.loss = loss
    outputs = Loss.Outputs(of: engine.network)
    workspace = GradientWorkspace(engine, samples: Self.lanes(for: engine.network))
  }

  /// The score of some weights, `[layout.count]`.
  ///
  /// - Complexity: O(samples × multiply–accumulates).
  package func score(_ parameters: [Float]) -> Score {
    let labels = samples.labels!
    let lanes = workspace.lanes
    let count = engine.network.outputCount
    var (sum, right) = (0.0, 0)
    parameters.withUnsafeBufferPointer { parameters in
      engine.load(parameters.baseAddress!, into: workspace)
      for first in stride(from: 0, to: samples.count, by: lanes) {
        let here = min(lanes, samples.count - first)
        for lane in 0..<here {
          for (row, value) in samples[first + lane].enumerated() {
            workspace.inputs[row * lanes + lane] = value
          }
        }
        engine.forward(in: workspace)
        let y = workspace.values[engine.network.output]
        for lane in 0..<here {
          let label = labels[first + lane]
          sum += loss.value(
            y, count: count, lane: lane, lanes: lanes, label: label, of: outputs, samples: 1,
            gradient: nil)
          // The first of the largest, as everywhere.
          var best = 0
          for row in 1..<max(count, 1) where y[row * lanes + lane] > y[best * lanes + lane] {
            best = row
          }
          right += best == label ? 1 : 0
        }
      }
    }
    return Score(
      loss: sum / Double(samples.count), accuracy: Double(right) / Double(samples.count))
  }
}
