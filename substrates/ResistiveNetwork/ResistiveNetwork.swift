public import Networks
public import SubstrateCore
internal import AnalogNeurons
internal import Foundation
internal import Parameters
internal import Quantities

/// The substrates of this module.
public let substrates: [any Substrate] = [ResistiveNetwork()]

/// A network of conductances and diodes that settles where Kirchhoff's laws put it.
///
/// Each weight is a conductance from the rail of its sign to a node, whose voltage is the conductance-weighted mean
/// of the rails; a diode rectifies it; an ideal amplifier restores the scale and drives the rails of the next layer.
/// It is not a model of the amplifiers, whose bias power nobody has published for such a machine, nor of errors in the
/// conductances.
public struct ResistiveNetwork: Substrate {
  /// A network as conductances.
  public struct Program: Sendable {
    let network: Network
    let conductances: Conductances
    let conditions: Conditions
  }

  /// What the substrate says of itself.
  public let card = Card(
    id: "resistive-network",
    title: "Nonlinear resistive network",
    principle: "conductances settle nodes by Kirchhoff's laws; current costs until they are read",
    boundary: .device,
    parameters: AnalogParameters.precision + [
      Parameter(
        "settling", .automatic("auto", or: .number(from: 1e-15, to: 0.5)), default: .word("auto"),
        meaning:
          "share of the way from the sample before that is left when a node is read; auto is 1/√(20 snr), a tenth "
          + "of the noise's power"),
      Parameter(
        "conductance", unit: "S", .number(from: 1e-15, to: 1000), default: .number(1e-5),
        meaning: "sum of the conductances at each node; sets powers and latencies, no energy",
        source: Source.assumed),
      Parameter(
        "voltage", unit: "V", .number(from: 1e-6, to: 1000), default: .number(1),
        meaning: "of the supply and of the largest activation on its rail", source: Source.assumed),
      Parameter(
        "diode-drop", unit: "V", .number(from: 0, to: 10), default: .number(0),
        meaning:
          "forward drop of diodes; a supply or an amplifier makes up for it, and it is charged"
      ),
      Parameter(
        "amplifier-power", unit: "W", .automatic("unknown", or: .number(from: 0, to: 1000)),
        default: .word("unknown"),
        meaning: "bias power of each neuron's amplifier; unknown is a gap in the coverage"),
    ] + AnalogParameters.circuit.filter { $0.name == "converter-bits" },
    sources: [
      ResistiveSources.kendall2020, ResistiveSources.nodes, ResistiveSources.charging,
      AnalogSources.samplingNoise, Source.assumed,
    ],
    claims: Claims(
      temperatureExponent: 1,
      scalings: [
        .init("conductance", exponent: 0, over: 1e-9...1e-3),
        .init("voltage", exponent: 0, over: 0.01...10),
      ], ideal: ["snr": "1e14"], hasMemory: true),
    meaning: meaning(of:))

  /// The substrate.
  public init() {}

  /// Turns a network into conductances.
  ///
  /// - Throws: `Refusal` with reason `operation` for what conductances and diodes do not do; with reason `range` for
  ///   numbers that no node holds beside others; with reason `settings` if `snr` does not fit the network's layers,
  ///   or a diode's drop is given for a network without diodes, or a settling for one of windows alone.
  public func prepare(
    _ network: Network, under conditions: Conditions
  ) throws(Refusal) -> Program {
    for node in network.nodes {
      guard case .refused(let reason) = card.meaning(node.operation.kind) else { continue }
      throw Refusal(
        .operation,
        "operation '\(node.name)' (\(node.operation.name)) does not run on \(card.id): \(reason); "
          + "leave this substrate out, or use a network of matrices, convolutions, ReLU, pools and softmax"
      )
    }
    let settings = conditions.settings
    try AnalogParameters.checkPrecision(settings, for: network)
    try HeldNumbers.check(network)
    let conductances = Conductances(network)
    guard conductances.layers.contains(where: { $0.sort != .digital }) else {
      throw Refusal(
        .operation,
        "network '\(network.name)' has nothing but what \(card.id) does in digital; leave this substrate out"
      )
    }
    if settings.number("diode-drop")! > 0, conductances.layers.allSatisfy({ $0.diodes == 0 }) {
      throw Refusal(
        .settings,
        "diode-drop is set for network '\(network.name)', which has no diodes; it is without effect there; "
          + "leave it out")
    }
    if settings.isGiven("settling"),
      !conductances.layers.contains(where: { [.linear, .rectified].contains($0.sort) })
    {
      throw Refusal(
        .settings,
        "settling is set for network '\(network.name)', of which every circuit is a window with a time of its "
          + "own; it is without effect there; leave it out")
    }
    return Program(network: network, conductances: conductances, conditions: conditions)
  }

  /// Settles layer after layer for every sample of the stream.
  public func run(_ program: Program, on stream: SampleStream, in context: RunContext)
    throws(Cancelled) -> Run
  {
    let (conductances, settings) = (program.conductances, program.conditions.settings)
    let temperature = program.conditions.temperature
    let volts = Volts(settings.number("voltage")!)
    let circuits = LayerCircuit.all(conductances, on: stream, settings)
    let held = try HeldVoltages(conductances.linear, circuits, on: stream, in: context)
    let parts = Dissipation.all(
      conductances, circuits, held, on: stream.samples, volts,
      drop: Volts(settings.number("diode-drop")!))
    let outputs = try NoisyPass(engine: conductances.linear, circuits: circuits, held: held)
      .outputs(on: stream.samples, in: context)
    let isFinite = outputs.allSatisfy(\.isFinite) && parts.allSatisfy(\.isFinite)

    let latency = Self.latency(circuits) {
      $0.duration(volts, settings.number("conductance")!, at: temperature)
    }
    var ledger = Ledger()
    if isFinite {
      post(parts, circuits, drop: settings.number("diode-drop")!, at: temperature, to: &ledger)
      let bits = Int(settings.number("converter-bits")!)
      Converters.post(bits: bits, for: program.network, at: temperature, to: &ledger)
      postInnerConverters(bits: bits, circuits, at: temperature, to: &ledger)
    }
    var coverage = program.network.nodes.dropFirst().map { Coverage($0, on: card) }
    if let power = settings.number("amplifier-power") {
      for circuit in circuits where circuit.layer.sort != .digital {
        ledger.spend(
          layer: circuit.layer.name, mechanism: "amplifiers", kind: .model,
          Double(circuit.layer.rows.count) * (Watts(power) * latency), source: Source.assumed,
          boundary: .circuit)
      }
    } else {
      coverage.append(
        Coverage(
          part: "amplifiers",
          unknown: "no bias power was published for such a machine; set amplifier-power"))
    }

    let isUnsettled = LayerCircuit.isUnsettled(
      circuits, stream.reference.layers.map { stream.reference.meanSquare(of: $0) })
    var run = Run(
      outputs: outputs, latency: latency, longestLatency: latency, energyKind: .predicted,
      ledger: ledger, verdict: !isFinite ? .diverged : isUnsettled ? .unsettled : .settled,
      coverage: coverage)
    if isFinite {
      run.limits = limits(circuits, held)
      run.diagnostics = diagnostics(program, circuits, parts, stream.reference)
    }
    run.warnings = circuits.filter(\.isSilent).map {
      "layer \($0.layer.name) is silent over the whole stream: no noise on it, its capacitance chosen for full scale"
    }
    if isUnsettled {
      run.warnings.append(
        "settling \(settings.number("settling")!) leaves more of the sample before than a tenth of the noise"
      )
    }
    return run
  }

  /// The noise that each layer puts on the outputs at snr 1.
  public func outputNoise(
    of program: Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) -> [Double]? {
    let noise = try OutputNoise(
      LayerEngine(program.network), settings: program.conditions.settings, on: stream, in: context)
    return noise.map { noise in
      zip(noise.layers, program.conductances.layers).map { $1.sort == .digital ? 0 : $0 }
    }
  }

  /// The longest chain of layers, each of which begins when what it reads has settled.
  static func latency(
    _ circuits: [LayerCircuit], of duration: (LayerCircuit) -> Seconds
  ) -> Seconds {
    var ends: [Seconds] = []
    for circuit in circuits {
      var start = Seconds.zero
      for case .layer(let source) in circuit.layer.sources { start = max(start, ends[source]) }
      ends.append(start + duration(circuit))
    }
    return ends.last ?? .zero
  }

  private func post(
    _ parts: [Dissipation], _ circuits: [LayerCircuit], drop: Double, at temperature: Kelvin,
    to ledger: inout Ledger
  ) {
    for (part, circuit) in zip(parts, circuits) where circuit.layer.sort != .digital {
      var mechanisms = [("hold", part.hold), ("charge", part.charge)]
      if drop > 0, circuit.layer.diodes > 0 { mechanisms.append(("diodes", part.diodes)) }
      for (mechanism, energy) in mechanisms {
        ledger.spend(
          layer: circuit.layer.name, mechanism: mechanism, kind: .predicted,
          Joules(ThermalEnergy(energy), at: temperature), source: ResistiveSources.nodes,
          boundary: .device)
      }
    }
  }

  /// The converters before and behind what is done in digital inside the network; at its end they are those of the
  /// outputs.
  private func postInnerConverters(
    bits: Int, _ circuits: [LayerCircuit], at temperature: Kelvin, to ledger: inout Ledger
  ) {
    let each = Joules(Converters.energyPerSample(bits: bits), at: temperature)
    for circuit in circuits.dropLast() where circuit.layer.sort == .digital {
      ledger.spend(
        layer: circuit.layer.name, mechanism: "converters", kind: .model,
        Double(2 * circuit.layer.rows.count) * each, source: AnalogSources.samplingNoise,
        boundary: .circuit)
    }
  }

  private func limits(_ circuits: [LayerCircuit], _ held: HeldVoltages) -> [Limit] {
    let change = zip(circuits, held.transients).reduce(0) {
      $0 + 0.5 * $1.0.stiffness * $1.1.change
    }
    let fullScale = circuits.reduce(0) {
      $0 + Double($1.layer.rows.count) * $1.stiffness * $1.reach * $1.reach
    }
    return [
      Limit(
        "charging", kind: .floor, ThermalEnergy(change),
        note: "for nodes that constant voltages charge; ramps may go below",
        source: ResistiveSources.charging),
      Limit(
        "sampling", rule: "full scale", kind: .convention, ThermalEnergy(fullScale),
        note: "12·4^b k_B T a node, b bits of full scale as good as its noise",
        source: AnalogSources.samplingNoise),
    ]
  }
}

/// What figures rest on.
enum ResistiveSources {
  static let kendall2020 = Source(
    key: "kendall2020",
    citation:
      "J. Kendall, R. Pantone, K. Manickavasagam, Y. Bengio and B. Scellier, Training end-to-end analog "
      + "neural networks with equilibrium propagation, arXiv:2006.01981 (2020): the architecture; no energy",
    evidence: .stated)

  static let nodes = Source(
    key: "resistive-nodes",
    citation:
      "∫ Σ g (u - v)² dt of a node with C dv/dt = Σ g (u - v), and C = snr k_B T/<v²>; derived from "
      + "Kirchhoff's laws and the equipartition theorem",
    evidence: .derived)

  static let charging = Source(
    key: "rc-charging",
    citation:
      "a capacitor charged from a constant voltage through anything passive loses at least (1/2) C (Δv)²; "
      + "derived from the charge that the source delivers",
    evidence: .derived)
}
