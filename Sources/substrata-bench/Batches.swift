internal import Foundation
internal import Harness
internal import Networks
internal import SubstrateCore

/// A network over batches of samples, cut in blocks that several threads take.
final class Batches: @unchecked Sendable {
  let engine: ForwardEngine<Float>
  /// Samples of a block.
  let lanes: Int
  private let workers: RunContext.Workers
  private let lock = NSLock()
  private var idle: [ForwardWorkspace<Float>] = []

  /// - Parameters:
  ///   - batch: samples that are given at once.
  ///   - threads: at least 1.
  ///   - lanes: samples of a block; none for what the engine holds best.
  init(_ network: Network, batch: Int, threads: Int, lanes: Int? = nil) {
    engine = ForwardEngine(network)
    self.lanes = lanes ?? engine.lanes(for: batch, threads: threads)
    workers = Harness.workers(threads: threads)
  }

  /// The outputs, `[n × outputCount]`, of samples, `[n × inputCount]`; with room for several times as
  /// many, of the same samples over and over, as of batches that wait.
  func run(_ samples: [Float], into outputs: inout [Float]) {
    let (width, made) = (engine.network.inputCount, engine.network.outputCount)
    let count = samples.count / width
    precondition(outputs.count.isMultiple(of: count * made), "room for all outputs")
    let blocks = (count + lanes - 1) / lanes
    let times = outputs.count / (count * made)
    samples.withUnsafeBufferPointer { samples in
      outputs.withUnsafeMutableBufferPointer { outputs in
        // Each block reads and writes its own part.
        nonisolated(unsafe) let (samples, outputs) = (samples, outputs)
        workers(times * blocks) { index in
          let (turn, block) = (index / blocks * count, index % blocks)
          let part = block * self.lanes..<min((block + 1) * self.lanes, count)
          let workspace = self.workspace()
          self.engine.run(
            UnsafeBufferPointer(
              rebasing: samples[part.lowerBound * width..<part.upperBound * width]),
            into: UnsafeMutableBufferPointer(
              rebasing: outputs[(turn + part.lowerBound) * made..<(turn + part.upperBound) * made]),
            in: workspace)
          self.lock.withLock { self.idle.append(workspace) }
        }
      }
    }
  }

  private func workspace() -> ForwardWorkspace<Float> {
    lock.withLock { idle.popLast() } ?? ForwardWorkspace(engine, lanes: lanes)
  }
}
