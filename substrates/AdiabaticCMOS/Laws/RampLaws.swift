internal import Foundation
internal import PhysicalLaws
internal import SubstrateCore

// What a ramp costs, and which is best.
extension Laws {
  static let ramps = [heat, abrupt, slopes, optimum]

  /// A capacitor charged through a resistance, stepped through a ramp and the wait behind it.
  private struct Charging {
    /// ∫ i² R dt.
    private(set) var heat = 0.0
    /// ∫ u i dt, what the clock of voltage u gives.
    private(set) var given = 0.0

    /// Classical Runge–Kutta steps of the node's voltage; heat and work are integrated with it.
    init(resistance: Double, capacitance: Double, swing: Double, duration: Double) {
      let constant = resistance * capacitance
      var node = 0.0
      for (start, length) in [(0.0, duration), (duration, 40 * constant)] {
        let steps = 200 * Int(max(1, (length / constant).rounded(.up)))
        let step = length / Double(steps)
        func rates(_ time: Double, _ node: Double) -> [Double] {
          let clock = min(1, (start + time) / duration) * swing
          let current = (clock - node) / resistance
          return [current / capacitance, current * current * resistance, clock * current]
        }
        for index in 0..<steps {
          let time = Double(index) * step
          let first = rates(time, node)
          let second = rates(time + step / 2, node + step / 2 * first[0])
          let third = rates(time + step / 2, node + step / 2 * second[0])
          let fourth = rates(time + step, node + step * third[0])
          func change(_ place: Int) -> Double {
            step / 6 * (first[place] + 2 * second[place] + 2 * third[place] + fourth[place])
          }
          node += change(0)
          heat += change(1)
          given += change(2)
        }
      }
    }
  }

  static let heat = Law(
    "ramp-heat", "what ramps cost is what a charged capacitor's resistance turns into heat, stepped"
  ) { context in
    let trial = try trial(in: context)
    let (resistance, capacitance, swing) = (2e4, 3e-15, 0.7)
    return try [0.05, 1, 10, 300].flatMap { (ratio: Double) -> [Finding] in
      let duration = ratio * resistance * capacitance
      let run = try trial.run([
        "resistance": "\(resistance)", "capacitance": "\(capacitance)", "swing": "\(swing)",
        "leakage": "0", "duration": "\(duration)",
      ])
      let stepped = Charging(
        resistance: resistance, capacitance: capacitance, swing: swing, duration: duration)
      return [
        Finding(
          "τ = \(ratio) RC, heat of a transition", unit: "aJ",
          measured: 1e18 * run.heat(of: "ramps") / (run.number("transitions") ?? .nan), .equal,
          1e18 * stepped.heat,
          // Fourth order in steps of RC/200.
          tolerance: 1e-8 * 1e18 * stepped.heat),
        // The first law: what the clock gives beyond the heat is on the node.
        Finding(
          "τ = \(ratio) RC, left on the node", unit: "aJ",
          measured: 1e18 * (stepped.given - stepped.heat), .equal,
          1e18 * capacitance * swing * swing / 2,
          tolerance: 1e-8 * 1e18 * capacitance * swing * swing),
      ]
    }
  }

  static let abrupt = Law("abrupt-ramp", "a node that is switched turns (1/2) C V² into heat") {
    context in
    let trial = try trial(in: context)
    return try [("1e-15", "1"), ("2e-14", "0.5")].map { capacitance, swing in
      let run = try trial.run([
        "capacitance": capacitance, "swing": swing, "leakage": "0", "duration": "0",
      ])
      let exact = Double(capacitance)! * Double(swing)! * Double(swing)! / 2
      return Finding(
        "\(capacitance) F, \(swing) V", unit: "aJ",
        measured: 1e18 * run.heat(of: "ramps") / (run.number("transitions") ?? .nan), .equal,
        1e18 * exact, tolerance: 1e-12 * 1e18 * exact)
    }
  }

  /// Switches so good and leakage so small that RC = 1 fs is short beside all ramps here.
  private static let quick = ["resistance": "1", "leakage": "1e-20"]
  private static let timeConstant = 1e-15

  /// Costs of ramps c/τ and of leakage p τ, from a run at one duration.
  private static func costs(
    _ trial: Trial<AdiabaticCMOS>
  ) throws(Cancelled) -> (ramps: Double, leakage: Double) {
    let duration = 1e-7
    let run = try trial.run(quick.merging(["duration": "\(duration)"]) { $1 })
    return (run.heat(of: "ramps") * duration, run.heat(of: "leakage") / duration)
  }

  static let slopes = Law(
    "adiabatic-slope", "E goes as 1/τ where ramps cost, as τ where leakage does: slopes -1 and +1"
  ) { context in
    let trial = try trial(in: context)
    let costs = try costs(trial)
    let best = (costs.ramps / costs.leakage).squareRoot()
    func slope(from first: Double, to second: Double) throws -> Double {
      let energies = try [first, second].map { factor in
        let run = try trial.run(quick.merging(["duration": "\(factor * best)"]) { $1 })
        return run.heat(of: "ramps") + run.heat(of: "leakage")
      }
      return log(energies[1] / energies[0]) / log(second / first)
    }
    return try [
      // The other term is a ten-thousandth of the first.
      Finding(
        "ramps shorter than the best", measured: slope(from: 0.005, to: 0.01), .equal, -1,
        tolerance: 3e-4),
      Finding(
        "ramps longer than the best", measured: slope(from: 100, to: 200), .equal, 1,
        tolerance: 3e-4),
      Finding(
        "around the best", measured: slope(from: 0.5, to: 2), .equal, 0,
        // Slow ramps cost (c/τ)(1 - RC/τ).
        tolerance: 10 * timeConstant / best),
    ]
  }

  static let optimum = Law(
    "optimal-ramp", "the best ramp is √(c/p), its cost 2 √(c p), for costs c/τ and p τ"
  ) { context in
    let trial = try trial(in: context)
    let costs = try costs(trial)
    let run = try trial.run(quick)
    let best = (costs.ramps / costs.leakage).squareRoot()
    let least = 2 * (costs.ramps * costs.leakage).squareRoot()
    // Slow ramps cost (c/τ)(1 - RC/τ), here and where c was found.
    let order = 10 * timeConstant / best + 2 * timeConstant / 1e-7
    return [
      Finding(
        "its duration", unit: "ns", measured: 1e9 * (run.number("duration_s") ?? .nan), .equal,
        1e9 * best, tolerance: 1e9 * best * order),
      Finding(
        "its cost", unit: "fJ", measured: 1e15 * (run.heat(of: "ramps") + run.heat(of: "leakage")),
        .equal, 1e15 * least, tolerance: 1e15 * least * order),
    ]
  }
}
