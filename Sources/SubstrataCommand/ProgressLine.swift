internal import Foundation
internal import Harness
internal import Synchronization

/// How far a run is, in one line that overwrites itself: on standard error, on a terminal, after a
/// moment.
///
/// `SUBSTRATA_PROGRESS` names a terminal in place of standard error, for a caller that keeps that to itself.
final class ProgressLine: Sendable {
  /// The terminal; none if there is none, or nothing is to be shown.
  private let terminal: Int32?
  private let begin = ContinuousClock.now
  private let shown = Mutex(Shown())
  private let stage = Mutex(Stage())

  /// What stands there, and since when.
  private struct Shown {
    var line = ""
    var title = ""
    var time = ContinuousClock.now
  }

  /// What runs now: its name, since when, and how far it is.
  private struct Stage {
    var name = ""
    var begin = ContinuousClock.now
    var fraction = 0.0
    /// How far it was when it was first heard of.
    var start = 0.0

    /// Takes in how far it is; seconds left once it has shown its pace.
    mutating func secondsLeft(_ name: String, at fraction: Double) -> Double? {
      // A substrate may go through its samples more than once.
      if name != self.name || fraction < self.fraction {
        self = Stage(name: name, begin: .now, fraction: fraction, start: fraction)
      }
      self.fraction = fraction
      let seconds = (ContinuousClock.now - begin) / .seconds(1)
      return ProgressLine.secondsLeft(after: seconds, from: start, to: fraction)
    }
  }

  init(isOn: Bool) {
    let place = ProcessInfo.processInfo.environment["SUBSTRATA_PROGRESS"]
    let descriptor = place.map { open($0, O_WRONLY | O_NOCTTY | O_CLOEXEC) } ?? STDERR_FILENO
    let isTerminal = isOn && isatty(descriptor) == 1
    terminal = isTerminal ? descriptor : nil
    if !isTerminal, place != nil, descriptor >= 0 { close(descriptor) }
  }

  /// Shows a state of one of several runs, with the time left for it alone; from any thread.
  func show(_ progress: RunProgress) {
    let left = secondsLeft(for: progress.title, at: progress.fraction)
    let isLast = progress.index + 1 == progress.count
    show(
      progress,
      left.map { "about \(Self.spelled(seconds: $0)) left\(isLast ? "" : " for it")" })
  }

  /// Takes in how far a run is; seconds left for it, once it has shown its pace.
  func secondsLeft(for run: String, at fraction: Double) -> Double? {
    stage.withLock { $0.secondsLeft(run, at: fraction) }
  }

  /// Shows a state whose fraction is that of all there is to do; from any thread.
  func show(whole progress: RunProgress) {
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    show(
      progress,
      Self.secondsLeft(after: seconds, from: 0, to: progress.fraction).map {
        "about \(Self.spelled(seconds: $0)) left"
      })
  }

  private func show(_ progress: RunProgress, _ left: String?) {
    let percent = Int((100 * progress.fraction).rounded(.down))
    show(
      "\(progress.title) (\(progress.index + 1) of \(progress.count)): \(percent) %"
        + (left.map { ", \($0)" } ?? ""), title: progress.title)
  }

  /// Seconds left if it goes on as it went; none before it has shown its pace.
  static func secondsLeft(after seconds: Double, from start: Double, to fraction: Double)
    -> Double?
  {
    guard seconds > 2, fraction > start, fraction <= 1 else { return nil }
    return seconds * (1 - fraction) / (fraction - start)
  }

  /// Shows a line; from any thread. One with another title stands there at once, one with the same title not
  /// before an eye could have read the last.
  func show(_ line: String, title: String) {
    // A run that is over in a blink needs no line that flashes up.
    guard let terminal, ContinuousClock.now - begin > .milliseconds(400) else { return }
    shown.withLock { shown in
      let now = ContinuousClock.now
      guard shown.line != line,
        shown.line.isEmpty || shown.title != title || now - shown.time > .milliseconds(100)
      else { return }
      shown = Shown(line: line, title: title, time: now)
      // A line that wraps could not be taken away again.
      let width = Self.width(of: terminal)
      _ = Output.writeAll("\r\u{1b}[K\(line.prefix(max(width - 1, 1)))", to: terminal)
    }
  }

  /// How many columns a terminal has; 80 if it does not say.
  private static func width(of terminal: Int32) -> Int {
    var size = winsize()
    guard ioctl(terminal, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
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
      if let terminal, !shown.line.isEmpty { _ = Output.writeAll("\r\u{1b}[K", to: terminal) }
      shown = Shown()
    }
  }
}
