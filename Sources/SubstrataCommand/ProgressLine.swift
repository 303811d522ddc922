internal import Foundation
internal import Harness
internal import Synchronization

/// How far a run is, in one line that overwrites itself: on standard error, on a terminal, after a
/// moment.
final class ProgressLine: Sendable {
  private let isOn: Bool
  private let begin = ContinuousClock.now
  private let shown = Mutex("")
  private let stage = Mutex(Stage())

  /// What runs now: its name, since when, and how far it is.
  private struct Stage {
    var name = ""
    var begin = ContinuousClock.now
    var fraction = 0.0

    /// Takes in how far it is; seconds left once it has shown its pace.
    mutating func secondsLeft(_ name: String, at fraction: Double) -> Double? {
      // A substrate may go through its samples more than once.
      if name != self.name || fraction < self.fraction {
        self = Stage(name: name, begin: .now, fraction: fraction)
      }
      self.fraction = fraction
      let seconds = (ContinuousClock.now - begin) / .seconds(1)
      guard seconds > 2, fraction > 0 else { return nil }
      return seconds * (1 - fraction) / fraction
    }
  }

  init(isOn: Bool) { self.isOn = isOn && isatty(STDERR_FILENO) == 1 }

  /// Shows a state; from any thread.
  func show(_ progress: RunProgress) {
    let percent = Int((100 * progress.fraction).rounded(.down))
    let left = stage.withLock { $0.secondsLeft(progress.title, at: progress.fraction) }
    show(
      "\(progress.title) (\(progress.index + 1) of \(progress.count)): \(percent) %"
        + (left.map { ", about \(Self.spelled(seconds: $0)) left" } ?? ""))
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

  /// A time in a few digits.
  static func spelled(seconds: Double) -> String {
    switch seconds {
    case ..<99.5: "\(Int(seconds.rounded(.up))) s"
    case ..<5970: "\(Int((seconds / 60).rounded())) min"
    case ..<(99.5 * 3600): "\(Int((seconds / 3600).rounded())) h"
    default: "\(Int((seconds / 86400).rounded())) days"
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
