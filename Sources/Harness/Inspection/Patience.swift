internal import Foundation
internal import Synchronization

/// Does something on a thread of its own, and waits for it no longer than so long.
///
/// Once the time is up it is told, and has a tenth of the time, at least a second, to come to an end. What does not
/// heed that is left behind: it goes on until the process ends, but nobody waits for it.
///
/// - Parameter work: is given what says whether its time is up.
/// - Returns: what it gave; none if it is left behind.
package func waiting<Result: Sendable>(
  atMost limit: Duration,
  for work: @escaping @Sendable (_ isUp: @escaping @Sendable () -> Bool) -> Result
) -> Result? {
  let place = Place<Result>()
  let thread = Thread {
    let stack = Underway.giveHandlersAStack()
    defer { Underway.takeBack(stack) }
    let result = work { place.isUp.load(ordering: .relaxed) }
    place.result.withLock { $0 = result }
    place.done.signal()
  }
  // As much as a main thread has.
  thread.stackSize = 8 << 20
  thread.start()
  let seconds = limit / .seconds(1)
  if place.done.wait(timeout: .now() + seconds) == .timedOut {
    place.isUp.store(true, ordering: .relaxed)
    _ = place.done.wait(timeout: .now() + max(seconds / 10, 1))
  }
  return place.result.withLock { $0 }
}

/// Where the result is put, by whoever comes to it.
private final class Place<Result: Sendable>: Sendable {
  let result = Mutex<Result?>(nil)
  let isUp = Atomic(false)
  let done = DispatchSemaphore(value: 0)
}
