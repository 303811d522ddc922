internal import Foundation
internal import Networks
internal import SubstrateCore
internal import Parameters

/// Computes `Comparison.Curves`: every substrate again, at other durations and other precisions.
///
/// Which parameters those are the cards say; no substrate is known here by name. What is measured on
/// simulated trajectories is left out: each point would take as long as the row itself.
struct CurveRun {
  /// Up to here durations are tried, whatever is set.
  private static let usualDuration = 1e4
  /// Whole numbers that may be larger than this count something else than bits.
  private static let mostBits = 64

  let lineup: Lineup
  let stream: SampleStream
  let seed: UInt64
  let context: @Sendable (UInt64, String, Bool) -> RunContext
  private var skipped: [Comparison.Skipped] = []

  init(
    _ lineup: Lineup, on stream: SampleStream, seed: UInt64,
    in context: @escaping @Sendable (UInt64, String, Bool) -> RunContext
  ) {
    self.lineup = lineup
    self.stream = stream
    self.seed = seed
    self.context = context
  }

  /// The curves around what the rows show.
  ///
  /// - Parameter runners: the substrates as the rows show them, in the order of `comparison.results`.
  mutating func curves(
    around runners: [Lineup.Runner], of comparison: Comparison
  ) throws(Cancelled) -> Comparison.Curves {
    var durations: [Comparison.Curve] = []
    var precisions: [Comparison.Curve] = []
    for (runner, result) in zip(runners, comparison.results) {
      if let parameter = runner.card.parameters.first(where: { $0.name == "duration" }),
        let values = usable(durationValues(of: runner, parameter), of: result, parameter)
      {
        durations.append(try curve(of: runner, over: parameter, at: values, hasLimits: true))
      }
      if let parameter = runner.settings.precision,
        let values = usable(precisionValues(of: runner, parameter), of: result, parameter)
      {
        precisions.append(try curve(of: runner, over: parameter, at: values, hasLimits: false))
      }
    }
    return Comparison.Curves(
      duration: durations, precision: precisions,
      crossings: Comparison.crossings(
        of: durations, with: comparison.results, comparison.taskFloor),
      skipped: skipped)
  }

  /// The values, unless the substrate has none or they would take too long.
  private mutating func usable(
    _ values: [Double], of result: Comparison.Result, _ parameter: Parameter
  ) -> [Double]? {
    let reason: String? =
      if result.energy.kind == .simulated {
        "its energy is measured on simulated trajectories, and every point would take as long as its row; "
          + "choose a method without noise, or sweep"
      } else if values.count < 2 {
        "it has no single number here to vary"
      } else {
        nil
      }
    guard let reason else { return values }
    skipped.append(Comparison.Skipped(result.substrate, parameter.name, reason: reason))
    return nil
  }

  // MARK: Where

  /// 0 and half decades from about 1, or a tenth of a shorter duration that is set, to 10 000 or a longer
  /// duration that is set, which is one of them: long drives can take a substrate much longer to compute.
  private func durationValues(of runner: Lineup.Runner, _ parameter: Parameter) -> [Double] {
    guard let own = runner.settings.number(parameter.name) else { return [] }
    let start = own > 0 ? own : 1e3
    let below = Int((2 * log10(start / min(1, start / 10)) + 1e-9).rounded(.down))
    let above = Int((2 * log10(max(1, Self.usualDuration / start)) + 1e-9).rounded(.down))
    let values = (-below...above).map { Self.rounded(start * pow(10, Double($0) / 2)) }
    return Self.valid([0, own] + values, of: parameter)
  }

  /// Nine values about the one set: of bits those within 16 of it, of other whole numbers factors of two from
  /// 1/64 to 4, of numbers half decades from a thousandth to ten.
  private func precisionValues(of runner: Lineup.Runner, _ parameter: Parameter) -> [Double] {
    guard let own = runner.settings.number(parameter.name),
      let scale = PrecisionScale(parameter.domain)
    else { return [] }
    let place = scale.place(nearest: own)
    let places =
      if !scale.isWhole {
        Array(stride(from: place - 30, through: place + 10, by: 5))
      } else if scale.places.upperBound <= Self.mostBits {
        Self.bits(
          around: place, within: scale.places.clamped(to: (place - 16)...(place + 16)))
      } else {
        (-6...2).map { Int((Double(place) * pow(2, Double($0))).rounded()) }
      }
    let values = places.filter { scale.places.contains($0) }.map { scale.value($0) }
    return Self.valid([own] + values, of: parameter)
  }

  /// At most nine whole numbers with the ends and the one set among them: five below it, where accuracy is
  /// lost, three above it, or more where the other side has less. They lie the closer the fewer bits they are.
  ///
  /// Number i of n on one side is at the share (i/n)^1.5 of it.
  static func bits(around own: Int, within range: ClosedRange<Int>) -> [Int] {
    func spread(_ count: Int, over span: Int) -> [Int] {
      var places = [0]
      for index in stride(from: 1, through: count, by: 1) {
        let share = pow(Double(index) / Double(count), 1.5)
        places.append(max(places[index - 1] + 1, Int((share * Double(span)).rounded())))
      }
      return places
    }
    let (low, high) = (own - range.lowerBound, range.upperBound - own)
    let above = min(8 - min(5, low), high)
    let below = min(8 - above, low)
    return spread(below, over: low).map { range.lowerBound + $0 }
      + spread(above, over: high).dropFirst().map { own + $0 }
  }

  private static func valid(_ values: [Double], of parameter: Parameter) -> [Double] {
    values.uniqued().filter { parameter.value(of: $0.description) == .number($0) }.sorted()
  }

  /// Twelve significant digits, the same on every system.
  private static func rounded(_ number: Double) -> Double {
    Double(String(format: "%.11e", number)) ?? number
  }

  // MARK: One curve

  private mutating func curve(
    of runner: Lineup.Runner, over parameter: Parameter, at values: [Double], hasLimits: Bool
  ) throws(Cancelled) -> Comparison.Curve {
    var points: [Comparison.CurvePoint] = []
    for value in values {
      var settings = runner.settings
      do throws(SettingError) {
        try settings.set(parameter.name, to: value.description)
      } catch {
        preconditionFailure("\(runner.card.id).\(parameter.name) does not take its own \(value)")
      }
      let moved: Lineup.Runner
      do throws(Refusal) {
        moved = try runner.reset(settings)
      } catch {
        skipped.append(
          Comparison.Skipped(runner.card.id, parameter.name, value: value, reason: error.detail))
        continue
      }
      let title = "\(runner.card.title), \(parameter.name) \(value)"
      let run = try moved.run(
        stream, context(derivedSeed(seed, for: runner.card.id), title, !hasLimits))
      // The comparison that these belong to has been put together on the same reference.
      guard var assembly = try? Assembly(lineup, stream.reference) else {
        preconditionFailure("a reference without finite outputs")
      }
      assembly.add(run, of: moved)
      points.append(
        Comparison.CurvePoint(
          value, assembly.comparison(seed: seed).results[0], hasLimits: hasLimits))
    }
    return Comparison.Curve(
      substrate: runner.card.id, parameter: parameter.name, unit: parameter.unit, points: points)
  }
}
