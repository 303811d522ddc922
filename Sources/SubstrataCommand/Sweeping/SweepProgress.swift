internal import Foundation
internal import Harness
internal import Reports

/// A sweep on its way, for a person: how far it is, what `--strict` will not let pass, and what it
/// came to. It goes to standard error, and no figure depends on it.
struct SweepProgress {
  private let meter: ProgressLine
  private let isQuiet: Bool
  private let points: Range<Int>
  private var pace: SweepPace
  private var runs: [Int: (count: Int, seconds: Double)] = [:]
  private var notes = 0
  /// The first thing that `--strict` does not let pass.
  private(set) var strictFault: String?

  init(_ run: SweepRun, _ shard: Sweep.Shard, isQuiet: Bool) {
    meter = ProgressLine(isOn: !isQuiet)
    self.isQuiet = isQuiet
    points = shard.points(of: run.sweep.grid)
    pace = SweepPace(run, points)
  }

  /// Takes rows in that were there before.
  mutating func recall(_ rows: [Sweep.Row], _ run: SweepRun) {
    for row in rows { note(row) }
    pace = SweepPace(run, points.dropFirst(rows.count / run.sweep.grid.selections.count))
  }

  /// Some rows of a point; none if the sweep is to end here.
  mutating func rows(
    of point: Int, _ substrates: Range<Int>, _ run: inout SweepRun
  ) -> [Sweep.Row]? {
    var rows: [Sweep.Row] = []
    for substrate in substrates {
      guard Interruption.status == nil else { return nil }
      let isNew = !run.isKnown(point, substrate)
      let place = "point \(point - points.lowerBound + 1) of \(points.count), "
      let left = pace.secondsLeft
      let usual = mean(substrate)
      let meter = meter
      let begin = ContinuousClock.now
      let row = try? run.row(
        of: point, substrate,
        progress: { state in
          let percent = Int((100 * state.fraction).rounded(.down))
          let run = "\(place)\(state.title)"
          let own = meter.secondsLeft(for: run, at: state.fraction)
          let spent = (ContinuousClock.now - begin) / .seconds(1)
          let words = Self.left(of: left, spent: spent, usual: usual, own: own)
          meter.show("\(run): \(percent) %\(words)", title: run)
        }, isCancelled: { Interruption.status != nil })
      guard let row else { return nil }
      rows.append(row)
      if isNew {
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        pace.add(substrate, seconds: seconds)
        let past = runs[substrate] ?? (0, 0)
        runs[substrate] = (past.count + 1, past.seconds + seconds)
      }
    }
    for row in rows { note(row) }
    return rows
  }

  /// What is said of the time left.
  ///
  /// - Parameters:
  ///   - whole: for all runs from the one at work on, if all go on as they went.
  ///   - spent: on the one at work.
  ///   - usual: what its like took so far.
  ///   - own: what is left of it by its own pace.
  static func left(of whole: Double?, spent: Double, usual: Double?, own: Double?) -> String {
    func about(_ seconds: Double) -> String {
      ", about \(ProgressLine.spelled(seconds: seconds)) left"
    }
    guard let whole, let usual else { return own.map { "\(about($0)) for it" } ?? "" }
    let others = max(whole - usual, 0)
    if let own { return about(others + own) }
    // A run longer than its like has no pace yet: nobody knows.
    return spent < usual ? about(whole - spent) : ""
  }

  /// How long a substrate's runs were so far, in seconds.
  private func mean(_ substrate: Int) -> Double? {
    runs[substrate].map { $0.seconds / Double($0.count) }
  }

  /// Takes the line away.
  func clear() { meter.clear() }

  private mutating func note(_ row: Sweep.Row) {
    if row.note != nil { notes += 1 }
    guard strictFault == nil else { return }
    let place = row.coordinates.keys.sorted().map { "\($0)=\(row.coordinates[$0]!)" }
      .joined(separator: ", ")
    let remedy = "the rows are written nevertheless; change the settings or leave --strict out"
    if row.verdict == .refused {
      strictFault = "\(row.substrate) refuses at \(place); \(row.note ?? ""); \(remedy)"
    } else if row.isComplete == false {
      strictFault =
        "\(row.substrate) leaves an operation out at \(place); 'substrata compare' says which; "
        + remedy
    } else if row.verdict != .settled {
      strictFault =
        "\(row.substrate) is \(row.verdict.rawValue) at \(place); --strict asks for settled; \(remedy)"
    }
  }

  // MARK: At the end

  private static let mostCrossings = 40

  /// Says where work crosses limits, and what a reader of the rows must know.
  func sumUp(_ run: SweepRun, isWhole: Bool) {
    guard !isQuiet else { return }
    // A part of the points would state another crossing than the whole.
    let crossings = isWhole ? Report.sentences(run.crossings) : []
    for crossing in crossings.prefix(Self.mostCrossings) { say(crossing) }
    if crossings.count > Self.mostCrossings {
      say("\(crossings.count - Self.mostCrossings) more crossings; --format json holds them all")
    }
    guard isatty(STDERR_FILENO) == 1 else { return }
    for warning in run.warnings { say("warning: \(warning)") }
    if notes > 0 { say("warning: \(notes) rows have a note") }
  }

  private func say(_ line: String) { Output.writeError("substrata: \(Page.visible(line))\n") }
}
