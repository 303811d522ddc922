internal import Foundation
internal import Networks
internal import Quantities
internal import SubstrateCore

/// Precision spread over layers so that a given noise at the outputs costs least.
///
/// Layer l's precision p_l costs c_l p_l and leaves the variance g_l/p_l at the outputs. The least Σ c_l p_l
/// at a given Σ g_l/p_l has p_l ∝ √(g_l/c_l): Lagrange's condition c_l = λ g_l/p_l². It costs (Σ √(g_l c_l))²
/// over that variance, and never more than one precision for all, Σ g_l Σ c_l over it (Cauchy and Schwarz).
struct PrecisionAllocation: Sendable {
  /// Where a search for it begins.
  struct Search {
    let name: String
    let scale: PrecisionScale
    let uniform: IsoAccuracySearch.Hit
  }

  /// By layer.
  let values: [Double]
  let trial: IsoAccuracySearch.Trial
  /// One step less in one layer: of all those the one that comes nearest to the criterion, and misses.
  let below: (values: [Double], trial: IsoAccuracySearch.Trial)?
  let uniform: (value: Double, trial: IsoAccuracySearch.Trial)
  let outputNoise: [Double]
  /// In joules a unit of precision.
  let costs: [Double]

  /// Whether it costs less than one precision for all layers.
  var isCheaper: Bool { trial.energy < uniform.trial.energy }

  /// The precisions up to a common factor, such that Σ c_l p_l = Σ c_l: multiplied with a number they cost
  /// what that number costs as one precision for all.
  ///
  /// A layer without noise at the outputs, or without cost, keeps a millionth of the largest of either, so
  /// that every precision is positive and finite.
  static func shares(outputNoise: [Double], costs: [Double]) -> [Double] {
    precondition(outputNoise.count == costs.count, "one of each for every layer")
    guard let noisiest = outputNoise.max(), let costliest = costs.max(), noisiest > 0,
      costliest > 0
    else { return costs.map { _ in 1 } }
    let noise = outputNoise.map { max($0 / noisiest, 1e-6) }
    let cost = costs.map { max($0 / costliest, 1e-6) }
    let free = zip(noise, cost).map { ($0 / $1).squareRoot() }
    let all = zip(free, cost).reduce(0) { $0 + $1.0 * $1.1 }
    return free.map { $0 * cost.reduce(0, +) / all }
  }

  /// What reports say of it.
  func summary(_ criterion: IsoAccuracy) -> Comparison.IsoAccuracy.Allocation {
    Comparison.IsoAccuracy.Allocation(
      kept: isCheaper, values: values, energy: trial.energy.value,
      uniform: .init(uniform.trial, value: .number(uniform.value), criterion: criterion),
      uniformEnergy: uniform.trial.energy.value, outputNoise: outputNoise, costs: costs)
  }
}

extension IsoAccuracySearch.Trial {
  /// The headline energy of its first run.
  var energy: Joules { run.ledger.work(run.energyKind) }
}

extension IsoAccuracySearch {
  /// Spreads precision over layers, where that can be: the first-order optimum times the least factor that
  /// meets the criterion, then each layer lowered as long as it is met, the costliest first.
  ///
  /// - Returns: none if one precision for all misses, the substrate has one for all only, or nothing costs
  ///   anything.
  mutating func allocate(
    _ search: PrecisionAllocation.Search
  ) throws(Cancelled) -> PrecisionAllocation? {
    let (uniform, scale) = (search.uniform, search.scale)
    let runner = uniform.trial.runner
    guard uniform.trial.meets,
      let noise = try runner.outputNoise(stream, context(seed, runner.card.title, true)),
      noise.allSatisfy(\.isFinite)
    else { return nil }
    let level = scale.value(uniform.place)
    let costs = stream.reference.layers.map { layer in
      let heat = uniform.trial.run.ledger.postings.filter {
        $0.flow == .dissipated && $0.kind == uniform.trial.run.energyKind && $0.layer == layer.name
      }
      return heat.reduce(0) { $0 + $1.energy.value } / level
    }
    guard costs.contains(where: { $0 > 0 }), costs.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      return nil
    }
    let shares = PrecisionAllocation.shares(outputNoise: noise, costs: costs)
    let (least, most) = (scale.value(scale.places.lowerBound), scale.value(scale.places.upperBound))
    func values(_ factor: Double) -> [Double] {
      shares.map { Self.rounded(min(max($0 * factor, least), most)) }
    }
    let hit = try find(along: scale.places, from: uniform.place) { place in
      Self.runner(runner, search.name, values(scale.value(place)))
    }
    guard hit.trial.meets else { return nil }
    var best = (values: values(scale.value(hit.place)), trial: hit.trial)
    let below = try refine(&best, search.name, costs: costs, least: least)
    return PrecisionAllocation(
      values: best.values, trial: best.trial, below: below, uniform: (level, uniform.trial),
      outputNoise: noise, costs: costs)
  }

  /// Lowers layers one by one, each by steps of a tenth of a decade, until every further step misses.
  ///
  /// - Returns: of the steps that miss the one that comes nearest to the criterion.
  private mutating func refine(
    _ best: inout (values: [Double], trial: Trial), _ name: String, costs: [Double], least: Double
  ) throws(Cancelled) -> (values: [Double], trial: Trial)? {
    var near: (values: [Double], trial: Trial)?
    var untried = Set(costs.indices)
    while !untried.isEmpty {
      let values = best.values
      let layer = untried.max {
        (costs[$0] * values[$0], $1) < (costs[$1] * values[$1], $0)
      }!
      untried.remove(layer)
      var lower = values
      lower[layer] = Self.rounded(values[layer] / pow(10, 0.1))
      // A layer that costs nothing is not worth a run.
      guard costs[layer] > 0, lower[layer] >= least,
        let runner = Self.runner(best.trial.runner, name, lower)
      else { continue }
      let trial = try attempt(runner)
      if trial.meets, trial.energy < best.trial.energy {
        best = (lower, trial)
        near = nil
        untried = Set(costs.indices)
      } else if !trial.meets,
        (trial.difference?.value ?? -1) > (near?.trial.difference?.value ?? -2)
      {
        near = (lower, trial)
      }
    }
    return near
  }

  /// Three significant digits, so that what is shown gives the same run again.
  static func rounded(_ number: Double) -> Double {
    let exponent = Int(floor(log10(number))) - 2
    let digits = (number / pow(10, Double(exponent))).rounded()
    return Double("\(digits)e\(exponent)")!
  }
}
