internal import Foundation
internal import Harness
internal import Synchronization

/// How far a run is, in one line that overwrites itself: on standard error, on a terminal, after a
/// moment.
final class ProgressLine: Sendable {
  private let isOn: Bool
  private let begin = ContinuousClock.now
  private let shown = Mutex("")

  init(isOn: Bool) { self.isOn = isOn && isatty(STDERR_FILENO) == 1 }

  /// Shows a state; from any thread.
  func show(_ progress: RunProgress) {
    let percent = Int((100 * progress.fraction).rounded(.down))
    show("\(progress.title) (\(progress.index + 1) of \(progress.count)): \(percent) %")
  }

  /// Shows a line; from any thread.
  func show(_ line: String) {
    // A run that is over in a blink needs no line that flashes up.
    guard isOn, ContinuousClock.now - begin > .milliseconds(400) else { return }
    shown.withLock { shown in
      guard shown != line else { return }
      shown = line
      Output.writeError("\r\u{1b}[K\(line)")
    }
  }

  /// Takes the line away.
  func clear() {
    shown.withLock { shown in
      if !shown.isEmpty { Output.writeError("\r\u{1b}[K") }
      shown = ""
    }
  }
}
