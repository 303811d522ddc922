public import Networks
public import SubstrateCore
internal import AnalogNeurons
internal import Foundation
internal import Quantities
internal import StochasticThermodynamics
internal import Parameters

/// The substrates of this module.
public let substrates: [any Substrate] = [DynamicAnalog()]

/// Analog neurons that are set by amplifiers and reset blind at every inference.
///
/// Each neuron is a degree of freedom in a trap, H = (κ/2)(x - d)². *Set*: a driver that knows the
/// parents' values moves d from 0 to f(parents). *Hold*: the next layer reads it. *Reset*: d
/// returns to 0 at once, without knowledge of the sample, and that is what costs. It is not a model
/// of the amplifiers, whose bias power is no part of it.
public struct DynamicAnalog: Substrate {
  /// A network with the traps that hold it.
  public struct Program: Sendable {
    let engine: LayerEngine<Double>
    let conditions: Conditions
    let duration: Double
    let settle: Double?
    /// What trajectories need beside, for `method` langevin.
    let simulation: Simulation?

    /// Trajectories of an inference, and how they are stepped.
    struct Simulation: Sendable {
      let fast: LayerEngine<Float>
      let trajectories: Int
      /// In τ0.
      let step: Double
    }
  }

  /// What the substrate says of itself.
  public let card = Card(
    id: "dynamic-analog",
    title: "Dynamic analog, with resets",
    principle: "every neuron is charged and reset blind at every inference; switching costs",
    boundary: .device,
    parameters: AnalogParameters.precision + [
      AnalogParameters.duration(
        default: 0, meaning: "of the linear ramp that sets a neuron; 0 is abrupt"),
      AnalogParameters.settle(meaning: "hold after the set and after the reset"),
      Parameter(
        "method", .choice(["closed-form", "langevin"]), default: .word("closed-form"),
        meaning: "exact work of the ensemble mean, or thermal trajectories"),
    ]
      + AnalogParameters.trajectories(automaticStep: "0.02, at most duration/200")
      + AnalogParameters.circuit,
    sources: [
      Source.tkachenko2025, Source.landauer1961, Switching.source, Resets.informationSource,
      Resets.finiteTimeSource, Resets.jointSource, AnalogSources.trajectories,
      AnalogSources.samplingNoise, Source.assumed,
    ],
    claims: Claims(
      temperatureExponent: 1, scalings: [.init("stiffness", exponent: 1, over: 1...1e6)],
      ideal: ["snr": "1e14"]),
    meaning: meaning(of:))

  /// The substrate.
  public init() {}

  /// Longer trajectories would not come to an end.
  static let longestSimulation = 1e6

  /// Holds a network; every operation has a meaning here.
  ///
  /// - Throws: `Refusal` with reason `range` if neurons would be put to minus infinity; with reason `settings` if trajectories are asked for that are too long or
  ///   too stiff, or set up where there are none, or if `snr` does not fit the network's
  ///   layers.
  public func prepare(
    _ network: Network, under conditions: Conditions
  ) throws(Refusal) -> Program {
    let settings = conditions.settings
    try AnalogParameters.checkPrecision(settings, for: network)
    try HeldNumbers.check(network)
    try AnalogParameters.checkTrajectories(settings)
    try AnalogParameters.checkTime(settings)
    let duration = settings.number("duration")!
    let isSimulated = settings.word("method") == "langevin"
    if isSimulated {
      for (name, time) in [("duration", duration), ("settle", settings.number("settle") ?? 0)]
      where time > Self.longestSimulation {
        throw Refusal(
          .settings,
          "method=langevin with \(name) \(time); trajectories are followed for up to "
            + "\(Int(Self.longestSimulation)) τ0; use method=closed-form")
      }
    }
    let automatic = duration > 0 ? min(0.02, duration / 200) : 0.02
    return Program(
      engine: LayerEngine(network), conditions: conditions, duration: duration,
      settle: settings.number("settle"),
      simulation: !isSimulated
        ? nil
        : Program.Simulation(
          fast: LayerEngine(network), trajectories: Int(settings.number("trajectories")!),
          step: settings.number("step") ?? automatic))
  }

  /// Sets, holds and resets every neuron for every sample of the stream.
  public func run(_ program: Program, on stream: SampleStream, in context: RunContext)
    throws(Cancelled) -> Run
  {
    let engine = program.engine
    let temperature = program.conditions.temperature
    let settings = program.conditions.settings
    let stiffness = LayerStiffness(settings, on: stream.reference)
    let automatic = Self.automaticSettle(stiffness, engine.layers)
    let settle = program.settle ?? automatic
    let isSettled = settle >= automatic
    let switching = Switching(duration: program.duration, settle: settle, isSettled: isSettled)

    var ledger = Ledger()
    let cycle = switching.cycle(over: stream, engine: engine, stiffness: stiffness.layers)
    let simulated = try program.simulation.map { simulation throws(Cancelled) in
      try SimulatedCycle(
        program, simulation, settle: settle, stiffness: stiffness.layers, on: stream, in: context)
    }
    if let simulated {
      simulated.post(layers: engine.layers, at: temperature, to: &ledger)
    } else {
      switching.post(cycle, layers: engine.layers, at: temperature, to: &ledger)
    }
    Converters.post(
      bits: Int(settings.number("converter-bits")!), for: engine.network, at: temperature,
      to: &ledger)

    let outputs =
      if let simulated {
        simulated.outputs
      } else {
        try ThermalPass(engine, stiffness: stiffness.layers).outputs(
          on: stream, response: cycle.response, carried: cycle.carried, in: context)
      }
    let isFinite = simulated?.isFinite ?? outputs.allSatisfy(\.isFinite)
    let unit = settings.number("relaxation-time")!
    let latency = Seconds(
      (Double(engine.network.depth) * (program.duration + settle) + settle) * unit)
    var run = Run(
      outputs: outputs, latency: latency, longestLatency: latency,
      energyKind: simulated == nil ? .predicted : .simulated, ledger: ledger,
      verdict: !isFinite ? .diverged : isSettled ? .settled : .unsettled,
      coverage: engine.network.nodes.dropFirst().map { Coverage($0, on: card) })
    let transitions = Transitions(
      engine.network, on: stream.reference, stiffness: stiffness.layers)
    run.limits = transitions.limits
    // A reset that does not finish may cost less than one that does.
    if isSettled, !context.isTrial {
      run.limits +=
        try Resets(
          on: stream.reference, stiffness: stiffness.layers, hold: settle, in: context
        ).limits
    }
    run.diagnostics =
      [
        Diagnostic("settle_tau0", "hold after set and reset (τ0)", .number(settle)),
        Diagnostic(
          "transitions_from_reset", "neurons above threshold, per inference",
          .number(transitions.fromReset)),
        Diagnostic(
          "transitions_between_inferences", "neurons that change sides, per inference",
          .number(transitions.betweenInferences)),
      ] + (simulated?.diagnostics ?? []) + stiffness.diagnostics(at: temperature)
    run.warnings = stiffness.warnings + transitions.warnings
    if !isFinite {
      run.warnings.append(
        "a trajectory ran away: its step is too long or its activations overflow; choose a smaller step"
      )
    }
    if !isSettled {
      run.warnings.append(
        "a hold of \(settle) τ0 is shorter than the automatic one of "
          + "\((automatic * 100).rounded(.up) / 100) τ0: neurons are read before "
          + "they arrive and set again before they are back")
    }
    return run
  }

  /// The noise that each layer puts on the outputs at snr 1.
  public func outputNoise(
    of program: Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) -> [Double]? {
    try OutputNoise(program.engine, settings: program.conditions.settings, on: stream, in: context)?
      .layers
  }

  /// The hold after which all neurons together are within 0.05 k_B T of rest:
  /// (1/2) ln(10 Σ_v K_v <x_v²>) in τ0, at least 2.
  ///
  /// An error e decays as exp(-t/τ0), its energy (1/2) K e² twice as fast.
  static func automaticSettle(_ stiffness: LayerStiffness, _ layers: [Network.Layer]) -> Double {
    let square = stiffness.scaledSquare(over: layers)
    return square > 0 ? max(2, 0.5 * log(10 * square)) : 2
  }
}
