internal import Networks
public import Quantities
internal import SubstrateCore
internal import Parameters

/// Substrates that have accepted a workload and wait to run it.
///
/// All of them prepare before any runs, so that a mistake in the last one's settings does not cost
/// the time of the others.
public struct Lineup: Sendable {
  /// What they will run.
  public let workload: Workload
  /// The bath.
  public let temperature: Kelvin
  /// The substrates that will not run it, and why.
  public let refused: [Comparison.Refused]
  let runners: [Runner]
  private let isoAccuracy: IsoAccuracy?
  /// The substrates whose precision is looked for layer by layer.
  private let allocated: Set<String>

  /// A substrate with the program it holds.
  struct Runner: Sendable {
    let card: Card
    let settings: Settings
    let run: @Sendable (SampleStream, RunContext) throws(Cancelled) -> Run
    /// See `Substrate.outputNoise`.
    let outputNoise: @Sendable (SampleStream, RunContext) throws(Cancelled) -> [Double]?
    /// The same substrate set otherwise, if it then accepts the workload.
    let reset: @Sendable (Settings) throws(Refusal) -> Runner
  }

  /// How a substrate's run ended.
  private enum Finished: Sendable {
    case whole(Runner, Run, Comparison.IsoAccuracy?)
    case late
    case cancelled
    case gaveUp
  }

  /// How many substrates will run.
  public var count: Int { runners.count }

  /// Lets every substrate prepare.
  ///
  /// - Parameters:
  ///   - selections: the substrates in the order of the report, each once.
  ///   - workload: the network and the samples.
  ///   - temperature: of the bath, positive and finite, in kelvin.
  ///   - isoAccuracy: if given, each substrate runs at the least precision that is accurate enough; the
  ///     workload is then labelled (see `IsoAccuracy.obstacle`).
  ///   - trapped: substrates whose code is known to break off the process; they are listed under `refused`.
  /// - Throws: `SettingsRefusal` if a substrate's settings contradict each other. Every other
  ///   refusal is listed under `refused`.
  public init(
    _ selections: [Selection], for workload: Workload, at temperature: Kelvin,
    isoAccuracy: IsoAccuracy? = nil, trapped: Set<String> = []
  ) throws(SettingsRefusal) {
    precondition(
      Set(selections.map(\.substrate.card.id)).count == selections.count, "each substrate once")
    var runners: [Runner] = []
    var refused: [Comparison.Refused] = []
    var allocated: Set<String> = []
    for selection in selections {
      guard !trapped.contains(selection.substrate.card.id) else {
        refused.append(.trapped(selection.substrate.card.id))
        continue
      }
      var settings = selection.settings
      if isoAccuracy != nil {
        let start = try PrecisionStart(settings, of: selection.substrate.card)
        settings = start.settings
        if start.isAllocated { allocated.insert(selection.substrate.card.id) }
      }
      let conditions = Conditions(temperature: temperature, settings: settings)
      do {
        runners.append(try Self.runner(selection.substrate, workload, conditions))
      } catch {
        let substrate = selection.substrate.card.id
        if error.reason == .settings {
          throw SettingsRefusal(substrate: substrate, detail: error.detail)
        }
        refused.append(
          Comparison.Refused(
            substrate: substrate, reason: .init(error.reason), detail: error.detail))
      }
    }
    self.workload = workload
    self.temperature = temperature
    self.refused = refused
    self.runners = runners
    self.isoAccuracy = isoAccuracy
    self.allocated = allocated
  }

  private static func runner<S: Substrate>(
    _ substrate: S, _ workload: Workload, _ conditions: Conditions
  ) throws(Refusal) -> Runner {
    let id = substrate.card.id
    let turn = Underway.begin(id)
    defer { Underway.end(turn) }
    let program = try substrate.prepare(workload.network, under: conditions)
    return Runner(
      card: substrate.card, settings: conditions.settings,
      run: { stream, context throws(Cancelled) in
        let turn = Underway.begin(id)
        defer { Underway.end(turn) }
        return try substrate.run(program, on: stream, in: context)
      },
      outputNoise: { stream, context throws(Cancelled) in
        let turn = Underway.begin(id)
        defer { Underway.end(turn) }
        return try substrate.outputNoise(of: program, on: stream, in: context)
      },
      reset: { settings throws(Refusal) in
        try runner(
          substrate, workload, Conditions(temperature: conditions.temperature, settings: settings))
      })
  }

  /// Runs the substrates one after the other.
  ///
  /// - Parameters:
  ///   - seed: each substrate's noise is derived from it and the substrate's identity alone.
  ///   - threads: how many may work at a time, at least 1; no result depends on it.
  ///   - curves: whether to run them at other durations and precisions too, see `Comparison.Curves`: some
  ///     twenty runs more of each.
  ///   - timeLimit: for the run of each substrate; one that takes longer is cancelled, and left behind if it does
  ///     not heed that. Curves have as many times the limit, or are left out.
  ///   - progress: called from any thread.
  ///   - isCancelled: asked between the parts of a run. Once it says so, the runs that are not done are listed
  ///     under `refused`, and there are no curves.
  /// - Throws: `WorkloadError` if the network itself gives no finite outputs on the samples.
  public func compare(
    seed: UInt64 = 1, threads: Int = 1, curves: Bool = false, timeLimit: Duration? = nil,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(WorkloadError) -> Comparison {
    let stream = SampleStream(
      workload.samples,
      reference: ReferenceActivations(
        of: workload.network, on: workload.samples, threads: threads))
    return try compare(
      seed: seed, threads: threads, curves: curves, timeLimit: timeLimit, on: stream,
      progress: progress, isCancelled: isCancelled)
  }

  /// The same where the reference network's activations on the workload are there already.
  func compare(
    seed: UInt64, threads: Int, curves: Bool = false, timeLimit: Duration? = nil,
    on stream: SampleStream,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(WorkloadError) -> Comparison {
    let workers = workers(threads: threads)
    var assembly = try Assembly(self, stream.reference)
    var shown: [Runner] = []
    let context = {
      @Sendable
      (
        seed: UInt64, title: String, isTrial: Bool, index: Int, isUp: @escaping @Sendable () -> Bool
      ) in
      RunContext(
        seed: seed, workers: workers, isTrial: isTrial,
        progress: { fraction in
          progress(
            RunProgress(title: title, index: index, count: runners.count, fraction: fraction))
        }, isCancelled: { isCancelled() || isUp() })
    }
    for (index, runner) in runners.enumerated() {
      let seed = derivedSeed(seed, for: runner.card.id)
      let (reference, labels) = (assembly.reference, assembly.labels)
      let work: @Sendable (@escaping @Sendable () -> Bool) -> Finished = { isUp in
        let context = { @Sendable in context($0, $1, $2, index, isUp) }
        do throws(Cancelled) {
          var chosen = runner
          var report: Comparison.IsoAccuracy?
          if let isoAccuracy {
            var search = IsoAccuracySearch(
              isoAccuracy, reference: reference, labels: labels, on: stream, seed: seed, in: context
            )
            (chosen, report) = try search.find(
              runner, byLayer: allocated.contains(runner.card.id))
          }
          let run = try chosen.run(stream, context(seed, runner.card.title, false))
          return .whole(chosen, run, report)
        } catch {
          return isUp() ? .late : isCancelled() ? .cancelled : .gaveUp
        }
      }
      let finished =
        if let timeLimit {
          waiting(atMost: timeLimit, for: work) ?? .late
        } else {
          work { false }
        }
      switch finished {
      case .whole(let chosen, let run, let report):
        assembly.add(run, of: chosen, isoAccuracy: report)
        shown.append(chosen)
      case .late:
        assembly.addCancelled(
          runner.card.id,
          "its run took longer than the time limit; ask for less, or give it more time")
      case .cancelled:
        assembly.addCancelled(
          runner.card.id, "its run was given up before its end; ask for less, or wait longer")
      case .gaveUp:
        assembly.addCancelled(
          runner.card.id, "its run gave up, though nobody asked it to; mend it, or leave it out")
      }
    }
    var comparison = assembly.comparison(seed: seed)
    if curves {
      let last = shown.count - 1
      let (rows, whole) = (shown, comparison)
      let draw: @Sendable (@escaping @Sendable () -> Bool) -> Comparison.Curves? = { isUp in
        var run = CurveRun(self, on: stream, seed: seed) { context($0, $1, $2, last, isUp) }
        return try? run.curves(around: rows, of: whole)
      }
      // All points together may take the time of all rows.
      let limit = timeLimit.map { $0 * max(rows.count, 1) }
      comparison.curves = limit.map { waiting(atMost: $0, for: draw) ?? nil } ?? draw { false }
    }
    return comparison
  }
}

extension ReferenceActivations {
  /// A network over samples, by so many threads, without anything that could end it.
  init(of network: Network, on samples: Samples, threads: Int) {
    let workers = workers(threads: threads)
    self.init(of: network, on: samples) { count, body in workers(count, body) }
  }
}
