internal import Synchronization

/// A run was given up before its end, because whoever waited for it no longer does.
public struct Cancelled: Error, Hashable, Sendable {
  /// Says so.
  public init() {}
}

/// What the harness lends to a run: a seed, workers, a way to say how far it is, and to hear that nobody waits.
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
  private let cancelled: @Sendable () -> Bool

  /// A context; without workers, one that runs everything in turn.
  public init(
    seed: UInt64,
    workers: @escaping Workers = { count, body in for index in 0..<count { body(index) } },
    isTrial: Bool = false, progress: @escaping @Sendable (Double) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.seed = seed
    self.isTrial = isTrial
    self.workers = workers
    report = progress
    cancelled = isCancelled
  }

  /// The same workers with another seed, for a part of a run that needs noise of its own.
  public func reseeded(_ seed: UInt64) -> RunContext {
    RunContext(
      seed: seed, workers: workers, isTrial: isTrial, progress: report, isCancelled: cancelled)
  }

  /// Gives up if nobody waits for the run any more. `map` asks before every block; what takes longer than a
  /// second between two of them should ask too.
  public func checkCancellation() throws(Cancelled) {
    if cancelled() { throw Cancelled() }
  }

  /// Runs `body` for every block and gives back the results in the order of the blocks.
  ///
  /// What a block computes must depend on its index alone, so that the result does not depend on
  /// who computed it. Says how far it is after each block.
  ///
  /// - Throws: `Cancelled` instead, if nobody waits any more: blocks that have not begun are then left out.
  public func map<Result: Sendable>(
    blocks count: Int, _ body: @escaping @Sendable (Int) throws(Cancelled) -> Result
  ) throws(Cancelled) -> [Result] {
    let shelf = Shelf<Result>(count)
    workers(count) { index in
      guard !cancelled(), let result = try? body(index) else { return }
      let done = shelf.places.withLock { places in
        places.results[index] = result
        places.done += 1
        return places.done
      }
      report(Double(done) / Double(count))
    }
    let (results, done) = shelf.places.withLock { $0 }
    guard done == count, !cancelled() else { throw Cancelled() }
    return results.compactMap { $0 }
  }

  /// Where results wait until all are there.
  private final class Shelf<Result: Sendable>: Sendable {
    let places: Mutex<(results: [Result?], done: Int)>

    init(_ count: Int) { places = Mutex((Array(repeating: nil, count: count), 0)) }
  }
}
