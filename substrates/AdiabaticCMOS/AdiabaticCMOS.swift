internal import IntegerNetworks
public import Networks
internal import Parameters
internal import Quantities
public import SubstrateCore

/// The substrates of this module.
public let substrates: [any Substrate] = [AdiabaticCMOS()]

/// A reversible digital machine: gates in CMOS that are charged by slow ramps and discharged by the same
/// ramps backwards, so that what is computed on the way is undone and not forgotten.
///
/// The network really runs on integers, those of the conventional machine, so its accuracy is theirs. Its energy
/// is that of a solved circuit, a node charged through a switch by a ramp, times the transitions of counted
/// gates, with leakage for as long as nodes are charged. It is no model of the generator of those ramps, or of
/// the wires between layers.
///
/// - Source: see `card.sources`; the derivation stands in the module's documentation.
public struct AdiabaticCMOS: Substrate {
  /// A network with everything that its energy rests on: which does not depend on the data.
  public struct Program: Sendable {
    let network: Network
    let layers: [Network.Layer]
    let configuration: Configuration
    let cost: InferenceCost
  }

  /// The substrate; everything is set through its parameters.
  public init() {}

  /// What it is, and what can be set.
  public var card: Card { Self.description }

  /// Holds a network, if no accumulator can overflow.
  ///
  /// - Parameters:
  ///   - network: any; pebbling takes chains of layers alone.
  ///   - conditions: the values of the card's parameters; the temperature enters the limits in joules, and
  ///     how well levels can be told apart.
  /// - Throws: `Refusal` of reason `precision` if what some operation adds up could exceed the accumulator; of
  ///   reason `settings` if settings contradict each other or the number of layers, or leave no best ramp; of reason `range` if thermal
  ///   noise could flip a node.
  /// - Complexity: O(operations + runs of layers).
  public func prepare(
    _ network: Network, under conditions: Conditions
  ) throws(Refusal) -> Program {
    let layers = network.layers
    let configuration = try Configuration(conditions, for: network, layers: layers)
    for node in network.nodes {
      guard let need = AccumulatorNeed(node, bits: configuration.bits),
        need.bits > configuration.accumulatorBits
      else { continue }
      throw Refusal(
        .precision,
        "'\(node.name)' could overflow its accumulator; \(need.operands) at \(configuration.bits) bits "
          + "needs \(need.bits) bits and an accumulator has \(configuration.accumulatorBits); "
          + (configuration.bits <= 8 ? "set bits above 8, which has 64" : "lower bits"))
    }
    return Program(
      network: network, layers: layers, configuration: configuration,
      cost: try InferenceCost(network, layers, configuration))
  }

  /// Runs the integer network on every sample, and enters what an inference costs.
  ///
  /// - Parameters:
  ///   - program: what `prepare` returned.
  ///   - stream: samples of the network's width, with its reference activations, whose ranges set the steps
  ///     of the integers.
  ///   - context: workers; no noise is drawn.
  /// - Complexity: O(samples × multiply–accumulates + parameters).
  public func run(_ program: Program, on stream: SampleStream, in context: RunContext)
    throws(Cancelled) -> Run
  {
    let (network, configuration, cost) = (program.network, program.configuration, program.cost)
    let calibration = try Calibration(
      of: stream, through: network, bits: configuration.bits, in: context)
    let integers = IntegerNetwork(
      network, layers: program.layers, calibration: calibration, bits: configuration.bits,
      accumulatorBits: configuration.accumulatorBits)
    let stored = try StoredCodes(
      of: stream.samples, by: integers, bits: configuration.bits, in: context)

    var run = Run(
      outputs: stored.outputs(of: program.layers.last!), latency: cost.latency,
      longestLatency: cost.latency, energyKind: .predicted, ledger: cost.ledger(),
      verdict: .settled,
      coverage: network.nodes.map { Coverage($0, on: card) } + Self.unknownParts)
    let erased = ErasedBits(program.layers, cost.schedule, configuration, stored: stored)
    run.limits = erased.limits
    run.diagnostics = Self.diagnostics(program, erased, integers.quantisers.last!)
    run.warnings = cost.warnings
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
