internal import DigitalPrices
internal import Networks
internal import Parameters
internal import Quantities
internal import SubstrateCore

extension Spiking {
  static let description = Card(
    id: "spiking", title: "Spiking",
    principle: "neurons integrate and fire at a threshold; every spike that arrives costs",
    boundary: .core,
    parameters: [
      Parameter(
        "code", .choice(Configuration.Code.allCases.map(\.rawValue)), default: .word("rate"),
        meaning: "a number is how often a neuron fires, or when it first does"),
      Parameter(
        "steps", .integer(1...4096), default: .number(64),
        meaning: "of an inference in a rate code", isPrecision: true),
      Parameter(
        "threshold", .choice(Thresholds.Rule.allCases.map(\.rawValue)), default: .word("largest"),
        meaning: "which activation of a layer on the stream sets its threshold, or its window"),
      Parameter(
        "window", .number(from: 0.1, to: 100), default: .number(1.1),
        meaning:
          "length of a first-spike window over what sets it; what does not fit in it fires at once"),
      Parameter(
        "order", .number(from: 0, to: 1, above: true), default: .number(1),
        meaning:
          "of the membrane's derivative in a rate code; below 1 it remembers all that drove it"),
      Parameter(
        "tau", .automatic("none", or: .number(from: 1, to: 1e9)), default: .word("none"),
        meaning: "steps in which a membrane forgets; none is no leak"),
      Parameter(
        "memory", .automatic("all", or: .integer(1...4096)), default: .word("all"),
        meaning: "terms of a fractional membrane's history, each a multiply-add a step"),
      Parameter(
        "prices", .choice(Prices.all.map(\.name)), default: .word(Arithmetic.fortyFive.name),
        meaning: "what events cost: arithmetic with its memories, or a published chip"),
      Parameter(
        "tick", unit: "s", .automatic("auto", or: .number(from: 1e-12, to: 1)),
        default: .word("auto"),
        meaning: "of a step or window; auto is 1 ms on chips, and as fast as operations go on "
          + "digital-45nm",
        source: Costs.throughput),
    ],
    sources: Prices.all.flatMap(\.sources)
      + [
        Source.landauer1961, rateCode, conversion, firstSpike, fractional, resets,
        Costs.throughput,
      ],
    claims: Claims(
      temperatureExponent: 0, ideal: ["code": Configuration.Code.firstSpike.rawValue],
      idealError: 1e-6),
    meaning: meaning(of:))

  // MARK: Sources

  private static let rateCode = Source(
    key: "substrata-rate-code",
    citation: "derived in this project: a membrane that starts at half its threshold and keeps the "
      + "rest when it fires counts a constant drive to the nearest whole spike",
    evidence: .derived)
  private static let conversion = Source(
    key: "rueckauer2017",
    citation: "B. Rueckauer et al., Conversion of continuous-valued deep networks to efficient "
      + "event-driven networks for image classification, Front. Neurosci. 11, 682 (2017): thresholds "
      + "from activations and their percentiles, gates for max pools",
    evidence: .stated)
  private static let firstSpike = Source(
    key: "stanojevic2023",
    citation:
      "A. Stanojevic et al., An exact mapping from ReLU networks to spiking neural networks, "
      + "Neural Networks 168, 74 (2023), arXiv:2212.12522: one spike for each neuron; that silent "
      + "neurons need none is derived in this project",
    evidence: .derived)
  private static let fractional = Source(
    key: "fspikede",
    citation: "arXiv:2507.16937 (fspikeDE): spiking neurons whose membranes obey equations of "
      + "fractional order; the rule for steps and resets is derived in this project",
    evidence: .derived)
  static let resets = Source(
    key: "substrata-membrane-resets",
    citation:
      "a counting rule of this project: each spike resets a membrane and erases a bit, that "
      + "the threshold was reached; k_B T ln 2 each (landauer1961)",
    evidence: .derived)

  // MARK: What is told beside energies

  /// What of the machine has no figure.
  static func unknownParts(_ program: Program) -> [Coverage] {
    switch program.configuration.prices {
    case .digital:
      return ["control and scheduling", "clock tree", "input and output", "leakage"].map {
        Coverage(
          part: $0,
          unknown: "the source prices operations and memories one by one, and not this")
      }
    case .chip(let chip):
      var parts = chip.unknownParts
      if let tile = chip.tile, program.plan.neuronCount > tile {
        parts.append(
          .init(
            name: "hops between tiles",
            reason: "3.0 or 4.0 pJ each are published; how many there are depends on where neurons "
              + "are placed"))
      }
      if chip.count(holding: program.plan.neuronCount) > 1 {
        parts.append(
          .init(name: "links between chips", reason: "the figures are those of one chip"))
      }
      parts.append(
        .init(
          name: "input and output",
          reason: "what is computed beside the chip has to get there, and the outputs have to leave"
        ))
      return parts.map { Coverage(part: $0.name, unknown: $0.reason) }
    }
  }

  /// Everything worth knowing beside the energies; counts are means per inference.
  static func diagnostics(
    _ program: Program, _ activity: Activity, _ thresholds: Thresholds, samples: Int
  ) -> [Diagnostic] {
    let (plan, configuration) = (program.plan, program.configuration)
    let tally = activity.layers.reduce(Tally(), +)
    func mean(_ count: Int) -> Diagnostic.Value { .number(Double(count) / Double(samples)) }
    // Of those that spikes stand for; there may be none.
    let digital = plan.digitalMultiplyAccumulates
    let perMAC =
      Double(tally.events) / Double(samples)
      / Double(plan.network.multiplyAccumulates - digital)
    var diagnostics = [
      Diagnostic("code", "Code", .text(configuration.code.rawValue)),
      Diagnostic("prices", "Prices", .text(configuration.prices.name)),
      Diagnostic("neurons", "Neurons", .number(Double(plan.neuronCount))),
      Diagnostic("synapses", "Synapses between them", .number(Double(plan.synapseCount))),
      Diagnostic("spikes", "Spikes", mean(tally.spikes)),
      Diagnostic("input_spikes", "Spikes of the inputs", mean(activity.inputSpikes)),
      Diagnostic("synaptic_events", "Synaptic events", mean(tally.events)),
      Diagnostic(
        "synaptic_events_per_multiply_accumulate",
        "Synaptic events per multiply-accumulate in their place",
        .number(perMAC.isFinite ? perMAC : .infinity)),
      Diagnostic(
        "digital_multiply_accumulates", "Multiply-accumulates done once in digital",
        .number(Double(digital))),
      Diagnostic("gate_events", "Spikes at gates", mean(tally.comparisons)),
      Diagnostic("neuron_updates_active", "Neuron updates, active", mean(tally.activeUpdates)),
      Diagnostic("neuron_updates_idle", "Neuron updates, idle", mean(tally.idleUpdates)),
      Diagnostic("ticks", "Steps or windows to the answer", .number(Double(program.costs.ticks))),
      Diagnostic(
        "threshold_per_layer", "Threshold, or what sets the window, per layer",
        .numbers(thresholds.values)),
    ]
    switch configuration.prices {
    case .digital:
      diagnostics += [
        Diagnostic("weight_memory", "Weight memory", .text(program.costs.weightMemory)),
        Diagnostic("state_memory", "State memory", .text(program.costs.stateMemory)),
      ]
    case .chip(let chip):
      diagnostics.append(
        Diagnostic("chips", "Chips", .number(Double(chip.count(holding: plan.neuronCount)))))
    }
    return diagnostics
  }
}
