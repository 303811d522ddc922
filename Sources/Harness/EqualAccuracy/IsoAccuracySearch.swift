internal import Networks
internal import SubstrateCore
internal import Parameters

/// Looks for the least precision at which a substrate is accurate enough, on the real workload.
///
/// Steps of 1, 2, 4... from where the substrate stands enclose it, bisection finds it; then the setting
/// below its neighbour is tried too, because on few samples accuracy does not rise with every step. All
/// settings see the same samples and the same seeds, so that their differences are not those of their noise.
struct IsoAccuracySearch {
  let criterion: IsoAccuracy
  private let reference: Scores
  private let labels: [Int]?
  let stream: SampleStream
  let seed: UInt64
  let context: @Sendable (UInt64, String, Bool) -> RunContext
  /// How often a setting runs: once as soon as two seeds gave the same outputs.
  private var repeats: Int
  private var isNoisy: Bool?
  private(set) var trialCount = 0

  /// What running at one setting came to.
  struct Trial: Sendable {
    let runner: Lineup.Runner
    /// Of the first repeat, which has the seed that a comparison without search would have; without limits
    /// and the like.
    let run: Run
    let difference: Estimate?
    let repeatError: Double?
    let repeats: Int
    let meets: Bool
  }

  /// Where a search along a scale ended.
  struct Hit {
    let outcome: Comparison.IsoAccuracy.Outcome
    let place: Int
    let trial: Trial
    let below: (place: Int, trial: Trial)?
  }

  init(
    _ criterion: IsoAccuracy, reference: Scores, labels: [Int]?, on stream: SampleStream,
    seed: UInt64, in context: @escaping @Sendable (UInt64, String, Bool) -> RunContext
  ) {
    precondition(reference.hits != nil, "equal accuracy needs labels and classes")
    self.criterion = criterion
    self.reference = reference
    self.labels = labels
    self.stream = stream
    self.seed = seed
    self.context = context
    repeats = criterion.repeats
  }

  /// The substrate at the least precision that is accurate enough, and how that was found.
  ///
  /// - Parameter byLayer: whether layers may differ in precision; what they then cost never exceeds what
  ///   one precision for all costs.
  mutating func find(
    _ runner: Lineup.Runner, byLayer: Bool
  ) throws(Cancelled) -> (runner: Lineup.Runner, report: Comparison.IsoAccuracy) {
    guard let precision = runner.settings.precision,
      let scale = PrecisionScale(precision.domain),
      case let start = scale.place(nearest: runner.settings.number(precision.name) ?? 1),
      // Beside other settings it may be without effect, and is refused once it is set.
      Self.runner(runner, precision.name, [scale.value(start)]) != nil
    else {
      let trial = try attempt(runner)
      return (trial.runner, try report(.fixed, nil, (.none, trial), nil, nil))
    }
    let uniform = try find(along: scale.places, from: start) { place in
      Self.runner(runner, precision.name, [scale.value(place)])
    }
    let search = PrecisionAllocation.Search(name: precision.name, scale: scale, uniform: uniform)
    let allocation = byLayer ? try allocate(search) : nil
    if let allocation, allocation.isCheaper {
      return (
        allocation.trial.runner,
        try report(
          .found, precision.name, (.numbers(allocation.values), allocation.trial),
          allocation.below.map { (.numbers($0.values), $0.trial) }, allocation.summary(criterion))
      )
    }
    func figure(_ place: Int) -> Figure { .number(scale.value(place)) }
    return (
      uniform.trial.runner,
      try report(
        uniform.outcome, precision.name, (figure(uniform.place), uniform.trial),
        uniform.below.map { (figure($0.place), $0.trial) }, allocation?.summary(criterion))
    )
  }

  /// A substrate set otherwise; none if it refuses.
  static func runner(
    _ runner: Lineup.Runner, _ name: String, _ values: [Double]
  ) -> Lineup.Runner? {
    var settings = runner.settings
    let value = values.map(\.description).joined(separator: ",")
    do throws(SettingError) {
      try settings.set(name, to: value)
    } catch {
      preconditionFailure("\(runner.card.id).\(name) does not take \(value) of its own domain")
    }
    do throws(Refusal) {
      return try runner.reset(settings)
    } catch {
      return nil
    }
  }

  private mutating func report(
    _ outcome: Comparison.IsoAccuracy.Outcome, _ parameter: String?, _ found: (Figure, Trial),
    _ below: (Figure, Trial)?, _ allocation: Comparison.IsoAccuracy.Allocation?
  ) throws(Cancelled) -> Comparison.IsoAccuracy {
    // What a search has chosen flatters itself: its noise helped to choose it.
    let fresh =
      found.1.difference == nil || repeats == 1
      ? nil : try attempt(found.1.runner, isFresh: true).difference
    return Comparison.IsoAccuracy(
      points: criterion.points, outcome: outcome, parameter: parameter,
      found: .init(found.1, value: found.0, criterion: criterion), fresh: fresh,
      below: below.map { .init($0.1, value: $0.0, criterion: criterion) }, allocation: allocation,
      trials: trialCount)
  }

  // MARK: Along a scale

  /// The least place that meets the criterion.
  ///
  /// - Parameters:
  ///   - start: a place at which the substrate accepts the workload.
  ///   - runner: the substrate at a place; none where it refuses, and then at every higher place too.
  mutating func find(
    along places: ClosedRange<Int>, from start: Int, _ runner: (Int) -> Lineup.Runner?
  ) throws(Cancelled) -> Hit {
    var trials: [Int: Trial] = [:]
    func trial(_ place: Int) throws(Cancelled) -> Trial {
      if let known = trials[place] { return known }
      let new = try attempt(runner(place)!)
      trials[place] = new
      return new
    }
    func hit(_ outcome: Comparison.IsoAccuracy.Outcome, _ place: Int) throws(Cancelled) -> Hit {
      let below = place - 1
      return Hit(
        outcome: outcome, place: place, trial: try trial(place),
        below: places.contains(below) && outcome == .found ? (below, try trial(below)) : nil)
    }

    // Enclose: the criterion is missed at `low` and met at `high`.
    var (low, high) = (start, start)
    var step = 1
    if try trial(start).meets {
      repeat {
        guard high > places.lowerBound else { return try hit(.least, high) }
        low = max(places.lowerBound, high - step)
        step *= 2
        if try trial(low).meets { high = low }
      } while try trial(low).meets
    } else {
      let top = highest(places, from: start, runner)
      repeat {
        guard low < top else { return try hit(.missed, low) }
        high = min(top, low + step)
        step *= 2
        if try !trial(high).meets { low = high }
      } while try !trial(high).meets
    }
    while true {
      while high - low > 1 {
        let middle = low + (high - low) / 2
        if try trial(middle).meets { high = middle } else { low = middle }
      }
      // Chance may have failed the neighbour alone.
      guard places.contains(high - 2), try trial(high - 2).meets else {
        return try hit(.found, high)
      }
      high -= 2
      repeat {
        guard high > places.lowerBound else { return try hit(.least, high) }
        low = high - 1
        if try trial(low).meets { high = low }
      } while try trial(low).meets
    }
  }

  /// The highest place at which the substrate accepts the workload.
  private func highest(
    _ places: ClosedRange<Int>, from start: Int, _ runner: (Int) -> Lineup.Runner?
  ) -> Int {
    guard runner(places.upperBound) == nil else { return places.upperBound }
    var (accepted, refused) = (start, places.upperBound)
    while refused - accepted > 1 {
      let middle = accepted + (refused - accepted) / 2
      if runner(middle) == nil { refused = middle } else { accepted = middle }
    }
    return accepted
  }

  // MARK: One setting

  /// Runs at one setting, as often as its noise asks for.
  ///
  /// - Parameter isFresh: whether with noise that no search has seen.
  mutating func attempt(
    _ runner: Lineup.Runner, isFresh: Bool = false
  ) throws(Cancelled) -> Trial {
    trialCount += isFresh ? 0 : 1
    let count = stream.samples.count
    var first: Run?
    var hits = [Int](repeating: 0, count: count)
    // Of every machine of every run.
    var means: [Double] = []
    var runs = 0
    while runs < repeats {
      let index = runs
      let purpose = isFresh ? "fresh" : "repeat"
      let own = index == 0 && !isFresh ? seed : derivedSeed(seed, for: "\(purpose) \(index)")
      let run = try runner.run(
        stream, context(own, "\(runner.card.title), setting \(trialCount)", true))
      let width = stream.reference.layers.last!.count
      guard run.repeats > 0, run.outputs.count == run.repeats * count * width,
        run.outputs.allSatisfy(\.isFinite), run.verdict != .diverged
      else {
        return Trial(
          runner: runner, run: first ?? run, difference: nil, repeatError: nil,
          repeats: index + 1, meets: false)
      }
      if isNoisy == nil, let first {
        isNoisy = first.outputs != run.outputs
        if isNoisy == false {
          repeats = 1
          break
        }
      }
      let scores = Scores(
        outputs: run.outputs, width: width, labels: labels, repeats: run.repeats)
      for (sample, sum) in scores.hitsBySample!.enumerated() { hits[sample] += sum }
      let exact = reference.hits!.reduce(0, +)
      means += scores.hitsByRepeat!.map { Double($0 - exact) / Double(count) }
      runs += 1
      first = first ?? run
    }
    let difference = Estimate(
      ofMeans: zip(hits, reference.hits!).map { $0 - means.count * $1 }, over: means.count)
    return Trial(
      runner: runner, run: first!, difference: difference,
      repeatError: means.count > 1
        ? Estimate.squaredError(ofMean: means).squareRoot() : nil,
      repeats: means.count,
      // Whole numbers of samples decide; rounding does not.
      meets: difference.value >= -criterion.points / 100 - 1e-9)
  }
}
