internal import Foundation
internal import Synchronization

/// A request from outside to end: noted when it comes, heeded between two runs.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// Begins to watch for an interrupt and for a scheduler's request to end.
  ///
  /// Also where the caller had them ignored, as a shell does for what a script starts in the
  /// background, or blocked: who sends one means this process. A second one ends the tool at once.
  static func watch() {
    // Whatever is made on first use is made here, and not in the handler.
    received.store(0, ordering: .relaxed)
    var both = sigset_t()
    sigemptyset(&both)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&both, number)
      signal(number) { number in
        // Both calls are safe in a handler.
        Interruption.received.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &both, nil)
  }

  /// The exit status that a request asks for, if there was one.
  static var status: Failure.Status? {
    switch received.load(ordering: .relaxed) {
    case 0: nil
    case SIGTERM: .terminated
    default: .interrupted
    }
  }
}
