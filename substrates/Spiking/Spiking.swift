public import Networks
internal import Parameters
internal import Quantities
public import SubstrateCore

/// The substrates of this module.
public let substrates: [any Substrate] = [Spiking()]

/// Neurons that integrate what arrives and fire at a threshold, and tell numbers by how often, or by when.
///
/// The network really runs spike by spike, so its accuracy is that of the spikes. Spikes, synaptic events and
/// updates of neurons are counted in the run; what each takes comes from a list of prices, with its own boundary and
/// with what it leaves out named. It is not a model of a chip's limits: weights are not rounded to what one holds, and
/// connections are taken as they come.
///
/// - Source: see `card.sources`; the derivation stands in the module's documentation.
public struct Spiking: Substrate {
  /// A network with the settings under which it will run; thresholds depend on the stream.
  public struct Program: Sendable {
    let plan: Plan
    let configuration: Configuration
    let costs: Costs
    let engine: Engine

    /// What computes drives.
    enum Engine: Sendable {
      case rate(RateCode)
      case firstSpike(FirstSpikeCode)
    }
  }

  /// The substrate; everything is set through its parameters.
  public init() {}

  /// What it is, and what can be set.
  public var card: Card { Self.description }

  /// Numbers that one lane of all histories may hold: 256 MB for the 16 lanes of a thread.
  static let longestHistory = 1 << 22

  /// Holds a network of matrices, convolutions, ReLUs, pools, sums and wires.
  ///
  /// - Throws: `Refusal` with reason `operation` for whatever is no such network; with reason `settings` if one
  ///   setting is without effect beside another; with reason `size` if a fractional membrane's history is too long.
  /// - Complexity: O(parameters + values × taps).
  public func prepare(
    _ network: Network, under conditions: Conditions
  ) throws(Refusal) -> Program {
    let configuration = try Configuration(conditions.settings)
    try Self.check(network)
    let plan = Plan(network, spikingInputs: configuration.code == .firstSpike)
    let engine: Program.Engine
    if let membrane = configuration.membrane {
      try Self.checkGates(plan)
      let history = plan.neuronCount * membrane.memory
      guard !membrane.hasHistory || history <= Self.longestHistory else {
        throw Refusal(
          .size,
          "order below 1 with \(plan.neuronCount) neurons of \(membrane.memory) terms; a history holds up to "
            + "\(Self.longestHistory) numbers; lower memory")
      }
      engine = .rate(
        RateCode(plan: plan, engine: LayerEngine(plan.drives), membrane: membrane))
    } else {
      engine = .firstSpike(
        FirstSpikeCode(
          plan: plan, engine: LayerEngine(plan.drives), window: configuration.window))
    }
    return Program(
      plan: plan, configuration: configuration, costs: Costs(plan, configuration), engine: engine)
  }

  /// Runs every sample spike by spike, and counts.
  ///
  /// Thresholds or windows are set by the stream's largest activations; no sample depends on another but for
  /// those. No noise is drawn.
  ///
  /// - Complexity: O(samples × multiply–accumulates), of a rate code times its steps.
  public func run(_ program: Program, on stream: SampleStream, in context: RunContext)
    throws(Cancelled) -> Run
  {
    let plan = program.plan
    let thresholds = Thresholds(of: stream, plan: plan, rule: program.configuration.rule)
    let activity =
      switch program.engine {
      case .rate(let code):
        try code.run(on: stream.samples, thresholds: thresholds, in: context)
      case .firstSpike(let code):
        try code.run(on: stream.samples, thresholds: thresholds, in: context)
      }
    let samples = stream.samples.count
    let latencies = program.costs.latencies(activity)
    let latency = (1 / Double(samples)) * latencies.reduce(.zero, +)
    let outputs = activity.outputs.map { Float($0) }
    let isFinite = thresholds.isFinite && outputs.allSatisfy(\.isFinite)
    var run = Run(
      outputs: outputs, latency: latency, longestLatency: latencies.max() ?? latency,
      energyKind: .model,
      ledger: program.costs.ledger(activity, samples: samples, latency: latency),
      verdict: isFinite ? .settled : .diverged,
      coverage: plan.network.nodes.map { Coverage($0, on: card) } + Self.unknownParts(program))
    let fired = zip(activity.layers, plan.roles).reduce(0) { sum, layer in
      layer.1.membranes > 0 ? sum + layer.0.spikes : sum
    }
    run.limits = [
      Limit(
        "membrane-resets", kind: .convention,
        ThermalEnergy(erasing: Bits(Double(fired) / Double(samples))),
        note: "a bit for each spike", source: Self.resets)
    ]
    run.diagnostics = Self.diagnostics(program, activity, thresholds, samples: samples)
    run.warnings = program.costs.warnings(run.ledger)
    return run
  }
}
