internal import Kernels

extension ForwardEngine {
  /// The outputs of samples that stand one after another.
  ///
  /// - Parameters:
  ///   - samples: `[n × inputCount]` for at most as many samples as the workspace has lanes.
  ///   - outputs: `[n × outputCount]`, is written.
  ///   - workspace: of this engine; is written.
  package func run(
    _ samples: UnsafeBufferPointer<Float>, into outputs: UnsafeMutableBufferPointer<Float>,
    in workspace: ForwardWorkspace<Scalar>
  ) {
    let count = samples.count / network.inputCount
    precondition(
      count > 0 && count <= workspace.lanes && samples.count == count * network.inputCount
        && outputs.count == count * network.outputCount, "samples and outputs that fit")
    load(samples.baseAddress!, count: count, in: workspace)
    run(in: workspace)
    store(into: outputs.baseAddress!, count: count, from: workspace)
  }

  /// The outputs of any number of samples, `[n × outputCount]`, on the caller's thread.
  ///
  /// - Parameter samples: `[n × inputCount]`.
  package func outputs(of samples: [Float]) -> [Float] {
    let (width, made) = (network.inputCount, network.outputCount)
    precondition(samples.count.isMultiple(of: width), "whole samples")
    let count = samples.count / width
    guard count > 0 else { return [] }
    let workspace = ForwardWorkspace(self, lanes: lanes(for: count))
    return samples.withUnsafeBufferPointer { samples in
      [Float](unsafeUninitializedCapacity: count * made) { outputs, filled in
        for start in stride(from: 0, to: count, by: workspace.lanes) {
          let end = min(start + workspace.lanes, count)
          run(
            UnsafeBufferPointer(rebasing: samples[start * width..<end * width]),
            into: UnsafeMutableBufferPointer(rebasing: outputs[start * made..<end * made]),
            in: workspace)
        }
        filled = count * made
      }
    }
  }

  /// Lanes without a sample take zeros, so that nothing is computed of what stood there.
  private func load(
    _ samples: UnsafePointer<Float>, count: Int, in workspace: ForwardWorkspace<Scalar>
  ) {
    let (width, lanes) = (network.inputCount, workspace.lanes)
    let inputs = workspace.inputs
    if count < lanes {
      for row in 0..<width {
        (inputs + row * lanes + count).update(repeating: 0, count: lanes - count)
      }
    }
    if let inputs = inputs as? UnsafeMutablePointer<Float> {
      kernels_transpose_f32(count, width, samples, width, inputs, lanes)
      return
    }
    for lane in 0..<count {
      for row in 0..<width { inputs[row * lanes + lane] = Scalar(samples[lane * width + row]) }
    }
  }

  private func store(
    into outputs: UnsafeMutablePointer<Float>, count: Int, from workspace: ForwardWorkspace<Scalar>
  ) {
    let (width, lanes) = (network.outputCount, workspace.lanes)
    if let values = workspace.outputs as? UnsafePointer<Float> {
      kernels_transpose_f32(width, count, values, lanes, outputs, width)
      return
    }
    for lane in 0..<count {
      for row in 0..<width {
        outputs[lane * width + row] = Float(workspace.outputs[row * lanes + lane])
      }
    }
  }
}

/// The weights of a matrix where the network has them, in single precision.
struct DirectDense: Sendable {
  private let dense: Dense

  init(_ dense: Dense) { self.dense = dense }

  /// y = W x + b for each of so many runs.
  ///
  /// - Parameter Scalar: `Float`.
  func apply<Scalar: KernelScalar>(
    _ x: UnsafePointer<Scalar>, runs: Int, lanes: Int, into y: UnsafeMutablePointer<Scalar>
  ) {
    guard let x = x as? UnsafePointer<Float>, let y = y as? UnsafeMutablePointer<Float> else {
      preconditionFailure("weights are held in single precision")
    }
    dense.weight.withUnsafeBufferPointer { weight in
      dense.bias.withUnsafeBufferPointer { bias in
        for run in 0..<runs {
          kernels_affine_direct_f32(
            dense.outputs, dense.inputs, lanes, weight.baseAddress!, bias.baseAddress!,
            x + run * dense.inputs * lanes, y + run * dense.outputs * lanes, 0)
        }
      }
    }
  }
}
