internal import IntegerNetworks
public import Networks
internal import Quantities
public import SubstrateCore

/// The substrates of this module.
public let substrates: [any Substrate] = [IrreversibleDigital()]

/// A conventional digital accelerator: integers of b bits in registers that are overwritten without
/// a thought for what they held.
///
/// The network really runs on integers, so its accuracy is that of the integer network. Its energy
/// is not measured: it is counted, operation by operation, from published constants of a process,
/// and leaves out everything of a chip but arithmetic and the memory that feeds it. Beside it stand
/// the bits it erases, times Landauer's k_B T ln 2.
///
/// - Source: see `card.sources`; the derivation stands in the module's documentation.
public struct IrreversibleDigital: Substrate {
  /// A network with the settings under which it will run.
  ///
  /// The integers themselves depend on the stream, whose ranges set their steps.
  public struct Program: Sendable {
    let network: Network
    let layers: [Network.Layer]
    let configuration: Configuration
    let model: EngineeringModel
  }

  /// The substrate; everything is set through its parameters.
  public init() {}

  /// What it is, and what can be set.
  public var card: Card { Self.description }

  /// Holds a network, if no accumulator can overflow.
  ///
  /// - Parameters:
  ///   - network: any.
  ///   - conditions: the values of the card's parameters; the temperature enters the limits in
  ///     joules only.
  /// - Throws: `Refusal` of reason `precision` if what some operation adds up could exceed the
  ///   accumulator: for a matrix or a convolution, if 2b + ⌈log₂ fan-in⌉ does.
  /// - Complexity: O(operations).
  public func prepare(
    _ network: Network, under conditions: Conditions
  ) throws(Refusal) -> Program {
    let configuration = Configuration(conditions.settings)
    for node in network.nodes {
      if let refusal = configuration.refusal(of: node) { throw refusal }
    }
    let layers = network.layers
    return Program(
      network: network, layers: layers, configuration: configuration,
      model: EngineeringModel(network, layers: layers, configuration))
  }

  /// Runs the integer network on every sample and counts what it erases and spends.
  ///
  /// Outputs are the integers of the last layer times their step. No sample depends on another
  /// except through the calibration.
  ///
  /// - Parameters:
  ///   - program: what `prepare` returned.
  ///   - stream: samples of the network's width, with its reference activations, whose ranges set
  ///     the steps of the integers.
  ///   - context: workers; no noise is drawn.
  /// - Complexity: O(samples × multiply–accumulates + parameters).
  public func run(_ program: Program, on stream: SampleStream, in context: RunContext)
    throws(Cancelled) -> Run
  {
    let (network, configuration) = (program.network, program.configuration)
    let calibration = try Calibration(
      of: stream, through: network, bits: configuration.bits, in: context)
    let integers = IntegerNetwork(
      network, layers: program.layers, calibration: calibration, bits: configuration.bits,
      accumulatorBits: configuration.accumulatorBits)
    let stored = try StoredCodes(
      of: stream.samples, by: integers, bits: configuration.bits, in: context)
    let erased = ErasedBits(network, program.layers, configuration, stored: stored)
    let latency = program.model.latency()
    var run = Run(
      outputs: stored.outputs(of: program.layers.last!), latency: latency, longestLatency: latency,
      energyKind: .model,
      ledger: program.model.ledger(), verdict: .settled,
      coverage: network.nodes.map { Coverage($0, on: card) } + Self.unknownParts)
    run.limits = erased.limits
    run.diagnostics = Self.diagnostics(program, erased, integers.quantisers.last!)
    run.warnings = program.model.warnings
    if integers.coarsenedRows > 0 {
      run.warnings.append(
        "\(integers.coarsenedRows) rows of weights are held in coarser steps than "
          + "\(configuration.bits) bits allow, so that their large biases fit in the accumulator")
    }
    if !calibration.isFinite {
      run.warnings.append(
        "the network overflows on this stream; the integers' ranges leave such values out")
    }
    return run
  }
}
