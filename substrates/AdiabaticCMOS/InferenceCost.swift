internal import Networks
internal import Quantities
internal import SubstrateCore

/// What an inference takes: ramps of nodes, leakage for as long as they may be charged, and what is
/// erased at the end.
///
/// Every gate of the network is there, and its own: a multiplier for each multiply–accumulate. Clocks of a layer
/// that does not run rest at 0 V, where nothing leaks. While it runs all of its nodes leak; registers leak
/// while they hold something, and cells of weights always.
struct InferenceCost: Sendable {
  let layers: [LayerWork]
  let schedule: Schedule
  /// Gates of a multiply–accumulate.
  let multiplyAccumulate: Int
  /// Of each ramp.
  let duration: Seconds
  /// What would be least.
  let optimum: OptimalRamp
  private let configuration: Configuration

  /// Counts, and chooses the duration if that is left open.
  ///
  /// - Throws: `Refusal` if the duration is left open, and so little leaks that the best is longer than any
  ///   that can be set.
  init(
    _ network: Network, _ layers: [Network.Layer], _ configuration: Configuration
  ) throws(Refusal) {
    let toolbox = Toolbox(
      bits: configuration.bits, accumulatorBits: configuration.accumulatorBits)
    let multiplyAccumulate = configuration.gates ?? toolbox.multiplyAccumulate
    let work = layers.map {
      LayerWork($0, of: network, toolbox, multiplyAccumulate: multiplyAccumulate)
    }
    let schedule = Schedule(
      work.map { Schedule.Layer(ramps: $0.ramps, bits: $0.registerBits) }, configuration.strategy)
    self.layers = work
    self.schedule = schedule
    self.multiplyAccumulate = multiplyAccumulate
    self.configuration = configuration
    let indices = work.indices
    optimum = OptimalRamp(
      configuration.node,
      transitions: indices.reduce(0) { $0 + Self.transitions(of: $1, work, schedule) },
      nodeRamps: indices.reduce(0) { $0 + Self.nodeRamps(of: $1, work, schedule) },
      leakage: configuration.leakage)
    // What leaks may be too little beside the ramps to be told from nothing: then there is no best at all.
    guard let duration = configuration.duration ?? optimum.duration,
      duration <= Configuration.longestRamp
    else {
      throw Refusal(
        .settings,
        "duration=optimal with leakage=\(configuration.leakage.value); the best ramp is longer than "
          + "\(Int(Configuration.longestRamp.value)) s, the longest that can be set; set a duration, or raise "
          + "leakage")
    }
    self.duration = duration
  }

  private static func transitions(
    of layer: Int, _ work: [LayerWork], _ schedule: Schedule
  ) -> Double {
    Double(schedule.runs[layer]) * Double(work[layer].transitions)
  }

  /// Nodes, each times the ramps through which it leaks.
  private static func nodeRamps(
    of layer: Int, _ work: [LayerWork], _ schedule: Schedule
  ) -> Double {
    let layerWork = work[layer]
    return Double(schedule.runs[layer]) * Double(layerWork.gates) * Double(layerWork.ramps)
      + Double(layerWork.registerBits) * Double(schedule.heldRamps[layer])
      + Double(layerWork.weightBits) * Double(schedule.ramps)
  }

  /// Transitions of an inference.
  var transitions: Double {
    layers.indices.reduce(0) { $0 + Self.transitions(of: $1, layers, schedule) }
  }

  /// Bits that registers hold at the end.
  func keptBits(of layer: Int) -> Int { schedule.isKept[layer] ? layers[layer].registerBits : 0 }

  /// From the first ramp to the last.
  var latency: Seconds {
    Double(schedule.ramps) * configuration.node.phase(of: duration)
  }

  /// Enters every layer's energies, per inference.
  ///
  /// A rising ramp takes (1/2) C V² and the heat of a transition from its generator, a falling one gives back
  /// (1/2) C V² less that heat. What no ramp takes back is erased.
  func ledger() -> Ledger {
    var ledger = Ledger()
    let heat = configuration.node.heat(of: duration)
    let lent = configuration.node.abruptHeat
    let leak = configuration.leakage * configuration.node.phase(of: duration)
    for index in layers.indices {
      let layer = layers[index].name
      let transitions = Self.transitions(of: index, layers, schedule)
      let kept = Double(keptBits(of: index))
      let falls = (transitions - kept) / 2
      for (flow, energy) in [
        (Flow.drawn, falls * lent + (falls + kept) * heat), (.recovered, falls * (lent - heat)),
        (.dissipated, transitions * heat),
      ] {
        ledger.post(
          flow, layer: layer, mechanism: "ramps", kind: .predicted, energy,
          source: Self.rampSource, boundary: .core)
      }
      ledger.spend(
        layer: layer, mechanism: "leakage", kind: .predicted,
        Self.nodeRamps(of: index, layers, schedule) * leak, source: Self.leakageSource,
        boundary: .core)
      if kept > 0 {
        ledger.spend(
          layer: layer, mechanism: "erasure", kind: .predicted, kept * lent,
          source: Self.rampSource, boundary: .core)
      }
    }
    return ledger
  }

  /// What transitions, leakage and erasures take at another duration.
  func energy(at duration: Seconds) -> Joules {
    let kept = layers.indices.reduce(0) { $0 + keptBits(of: $1) }
    return optimum.energy(at: duration) + Double(kept) * configuration.node.abruptHeat
  }

  /// What a reader must know of the ramps.
  var warnings: [String] {
    let ratio = duration / configuration.node.timeConstant
    guard ratio < 1 else { return [] }
    return [
      "ramps last \((ratio * 100).rounded() / 100) RC: nodes are switched, and little of their energy comes "
        + "back"
    ]
  }

  static let rampSource = Source(
    key: "substrata-ramps",
    citation:
      "derived in this project: an RC circuit on a linear ramp, times the transitions of gates "
      + "that are counted in circuits drawn by this project",
    evidence: .derived)
  static let leakageSource = Source(
    key: "substrata-leakage",
    citation:
      "an accounting rule of this project: a node leaks while its layer runs or its register "
      + "holds; the power per node is assumed",
    evidence: .assumed)
}
