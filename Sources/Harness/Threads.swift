internal import Dispatch
public import SubstrateCore
internal import Synchronization

/// Workers that run blocks on at most so many threads at a time.
///
/// Each takes the next index that nobody has taken, so the load balances itself; which thread
/// computes which block is left open, and may not matter to any result.
///
/// - Parameter threads: at least 1.
public func workers(threads: Int) -> RunContext.Workers {
  precondition(threads > 0, "at least one thread")
  return { count, body in
    let width = min(threads, count)
    guard width > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: width) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  }
}

/// What `body` gives for every index below the count, in their order.
func concurrently<Element: Sendable>(
  _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Element
) -> [Element] {
  let context = RunContext(seed: 0, workers: workers(threads: threads))
  guard let elements = try? context.map(blocks: count, body) else {
    preconditionFailure("cancelled by nobody")
  }
  return elements
}

/// The seed of one substrate's noise: it depends on the run's seed and the substrate's identity,
/// never on which other substrates run or in what order.
///
/// FNV-1a over the identity, then the finalizer of SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA
/// 2014).
func derivedSeed(_ seed: UInt64, for substrate: String) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in substrate.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  var mixed = hash &+ seed &* 0x9e37_79b9_7f4a_7c15
  mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
  mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
  return mixed ^ (mixed >> 31)
}
