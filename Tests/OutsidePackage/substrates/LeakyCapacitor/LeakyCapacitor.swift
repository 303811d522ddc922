public import Networks
public import SubstrateCore
internal import Parameters
internal import Quantities

/// The substrates of this module.
public let substrates: [any Substrate] = [LeakyCapacitor()]

/// Neurons that are capacitors: charged through a resistance to what their parents say, read after a hold in which
/// they leak, and shorted before the next inference.
///
/// It is not a model of the amplifiers that compute the voltages, nor of the switches.
public struct LeakyCapacitor: Substrate {
  /// A network with the circuit that holds it.
  public struct Program: Sendable {
    let engine: LayerEngine<Double>
    let circuit: Circuit
    let temperature: Kelvin
  }

  /// What the substrate says of itself.
  public let card = Card(
    id: "leaky-capacitor",
    title: "Leaky capacitors",
    principle: "neurons are capacitors, charged and shorted; resistances and leaks cost",
    boundary: .circuit,
    parameters: Circuit.parameters,
    sources: [Circuit.lumped, Circuit.nyquist1928, Source.assumed],
    claims: Claims(
      temperatureExponent: 0,
      scalings: [
        .init("capacitance", exponent: 1, over: 1e-17...1e-12),
        .init("full-scale", exponent: 2, over: 0.01...1),
      ],
      ideal: ["capacitance": "1e-3", "conductance": "0", "charge": "100"]),
    meaning: meaning(of:))

  /// The substrate.
  public init() {}

  /// Holds a network.
  ///
  /// - Throws: `Refusal` with reason `operation` for what amplifiers and capacitors do not compute.
  public func prepare(_ network: Network, under conditions: Conditions) throws(Refusal) -> Program {
    for node in network.nodes {
      if case .refused(let reason) = card.meaning(node.operation.kind) {
        throw Refusal(
          .operation,
          "operation '\(node.name)' is \(node.operation.name); \(reason); leave this substrate out")
      }
    }
    return Program(
      engine: LayerEngine(network), circuit: Circuit(conditions.settings),
      temperature: conditions.temperature)
  }

  /// Charges, holds, reads and shorts every neuron for every sample of the stream.
  public func run(
    _ program: Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) -> Run {
    let circuit = program.circuit
    let layers = program.engine.layers
    let scales = layers.map { circuit.voltsPerUnit(of: $0, on: stream.reference) }
    let pass = try Pass(program, voltsPerUnit: scales, on: stream, in: context)

    let share = Share(circuit)
    var ledger = Ledger()
    for (index, layer) in layers.enumerated() where pass.isFinite {
      // C Σ u² over the layer's neurons, in the mean over the stream.
      let unit = Joules(circuit.capacitance.value * pass.squaredVolts[index])
      for (flow, mechanism, part) in share.flows {
        ledger.post(
          flow, layer: layer.name, mechanism: mechanism, kind: .predicted, part * unit,
          source: Circuit.lumped, boundary: .circuit)
      }
    }

    let latency = Double(program.engine.network.depth) * circuit.cycle
    var run = Run(
      outputs: pass.outputs, latency: latency, longestLatency: latency, energyKind: .predicted,
      ledger: ledger,
      verdict: !pass.isFinite ? .diverged : share.read >= Share.settled ? .settled : .unsettled,
      coverage: program.engine.network.nodes.dropFirst().map { Coverage($0, on: card) })
    run.diagnostics = [
      Diagnostic("time_constant_s", "time constant RC (s)", .number(circuit.timeConstant.value)),
      Diagnostic("read_share", "share of the driver's voltage that is read", .number(share.read)),
      Diagnostic(
        "noise_V", "thermal noise (V)", .number(circuit.noise(at: program.temperature).value)),
    ]
    if share.read < Share.settled {
      run.warnings.append(
        "neurons are read at \(Float(share.read)) of their drivers' voltages; charge longer, hold shorter or leak less"
      )
    }
    return run
  }
}
