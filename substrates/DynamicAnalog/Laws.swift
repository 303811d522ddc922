internal import Foundation
internal import Networks
public import PhysicalLaws
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

extension DynamicAnalog: LawAbiding {
  /// What the physics of neurons that are set and reset demands.
  public var laws: [Law] { Laws.all }
}

/// The laws of neurons that are set and reset.
enum Laws {
  static let all = [switching.taking(20), quench, informationFloors, finiteTime, joint]

  /// Which networks are tried does not depend on the seed of the noise.
  private static let networks: UInt64 = 21

  private static func trial(_ index: Int, in context: RunContext) throws(Cancelled) -> Trial<
    DynamicAnalog
  > {
    let (network, samples) = RandomWorkload.chain(
      [3, 6, 5, 4], index == 0 ? .tanh : .relu, samples: 6, seed: networks, index: index)
    return try Trial(DynamicAnalog(), network, on: samples, in: context)
  }

  /// With holds so long that nothing is carried over, and so stiff that what noise of the parents
  /// adds to d² is below the error.
  static let switching = Law(
    "switching", "set and reset on trajectories cost what the closed form says"
  ) { context in
    let chains = try (0..<2).map {
      ("network \($0 + 1)", try trial($0, in: context), [0.0, 3, 30])
    }
    // Each layer's drivers compute what they are given, whatever the operation.
    let others = try Architecture.allCases.map { architecture in
      let (network, samples) = RandomWorkload.network(
        architecture, .relu, samples: 3, seed: networks, index: 10)
      return (
        "\(architecture)", try Trial(DynamicAnalog(), network, on: samples, in: context), [3.0]
      )
    }
    return try (chains + others).flatMap { name, trial, durations in
      try durations.map { (duration: Double) -> Finding in
        let values = ["snr": "30000", "duration": "\(duration)", "settle": "16"]
        let exact = try trial.run(values).energy.value
        // How a ramp begins and ends is right to first order in the step: two steps tell.
        let (coarse, fine) = ("0.02", "0.01")
        let runs = try [coarse, fine].map {
          try trial.run(
            values.merging(["method": "langevin", "trajectories": "512", "step": $0]) { $1 }
          ).energy
        }
        let errors = runs.map { $0.standardError ?? .nan }
        return Finding(
          "\(name), τ = \(duration)", unit: "k_BT",
          measured: 2 * runs[1].value - runs[0].value,
          standardError: (4 * errors[1] * errors[1] + errors[0] * errors[0]).squareRoot(), .equal,
          exact,
          // What the noise of the parents adds to d², more of it where the greatest of several is taken.
          tolerance: exact * (durations.count > 1 ? 3 : 30) / 30_000)
      }
    }
  }

  static let quench = Law(
    "blind-quench", "(1/2) K <x²> of an abrupt blind reset is at least k_BT I(x; sample)"
  ) { context in
    try (0..<3).flatMap { index in
      let trial = try trial(index, in: context)
      return try [0.1, 10, 1000].map { (snr: Double) -> Finding in
        // At duration 0 set and reset cost the same.
        let run = try trial.run(["snr": "\(snr)"])
        return Finding(
          "network \(index + 1), snr \(snr)", unit: "k_BT", measured: run.energy.value / 2,
          .atLeast, run.limit("information", rule: "per-neuron") ?? .nan)
      }
    }
  }

  static let informationFloors = Law(
    "information-floors", "no blind reset on trajectories costs less than the information it erases"
  ) { context in
    try (0..<2).flatMap { index in
      let trial = try trial(index, in: context)
      return try [("0.3", "per-neuron"), ("0.3", "joint"), ("30", "per-neuron"), ("30", "joint")]
        .map {
          let run = try trial.run(["snr": $0.0, "method": "langevin", "trajectories": "256"])
          let (reset, error) = run.drawn("reset")
          return Finding(
            "network \(index + 1), snr \($0.0), \($0.1)", unit: "k_BT", measured: reset,
            standardError: error, .atLeast, run.limit("information", rule: $0.1) ?? .nan)
        }
    }
  }

  static let finiteTime = Law(
    "finite-time-floor", "a settled reset costs at least k_BT I + γ W2²/τ, τ being its hold"
  ) { context in
    try (0..<2).flatMap { index in
      let trial = try trial(index, in: context)
      return try ["0.3", "30", "1000"].map { (snr: String) -> Finding in
        let run = try trial.run(["snr": snr, "method": "langevin", "trajectories": "256"])
        let (reset, error) = run.drawn("reset")
        return Finding(
          "network \(index + 1), snr \(snr)", unit: "k_BT", measured: reset, standardError: error,
          .atLeast, run.limit("finite-time") ?? .nan)
      }
    }
  }

  static let joint = Law(
    "price-of-modularity", "resetting all neurons together needs no more than one by one"
  ) { context in
    try (0..<3).map { index in
      let run = try trial(index, in: context).run(["snr": "10"])
      return Finding(
        "network \(index + 1)", unit: "k_BT",
        measured: run.limit("information", rule: "joint") ?? .nan, .atMost,
        run.limit("information", rule: "per-neuron") ?? .nan)
    }
  }
}

extension Run {
  /// What one mechanism takes from the drivers, over all layers, at 300 K in k_B T.
  fileprivate func drawn(_ mechanism: String) -> (value: Double, error: Double) {
    let quantum = thermalQuantum(at: Kelvin(300))
    var (sum, variance) = (0.0, 0.0)
    for posting in ledger.postings
    where posting.flow == .drawn && posting.mechanism == mechanism && posting.kind == energyKind {
      sum += posting.energy / quantum
      let error = (posting.standardError ?? .zero) / quantum
      variance += error * error
    }
    return (sum, variance.squareRoot())
  }
}
