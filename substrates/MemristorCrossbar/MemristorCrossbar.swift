public import Networks
public import SubstrateCore
internal import Quantities
internal import StochasticThermodynamics

/// The substrates of this module.
public let substrates: [any Substrate] = [MemristorCrossbar()]

/// Arrays of memristors that multiply by Ohm's law and add by Kirchhoff's, with converters around them.
///
/// Each weight is the difference of two conductances, w = (G+ - G-)/G_scale, which are programmed with errors, drift
/// and change from read to read; each sum is a current that a converter of few bits reads. The network really runs
/// on such devices, so its accuracy is theirs: the mean over several machines. Sums of tiles, biases, ReLU and pools
/// are done in digital between the reads. It is not a model of wires, whose resistance is taken as none, nor of how
/// devices are programmed.
///
/// - Source: see `card.sources`; the derivation stands in the module's documentation.
public struct MemristorCrossbar: Substrate {
  /// A network with the arrays that are to hold it.
  public struct Program: Sendable {
    let plan: Plan
    let configuration: Configuration
    let work: Work
    let temperature: Kelvin
  }

  /// The substrate; everything is set through its parameters.
  public init() {}

  /// What it is, and what can be set.
  public var card: Card { Self.description }

  /// Holds a network of matrices, convolutions, ReLU and pools.
  ///
  /// - Throws: `Refusal` with reason `operation` for what the card refuses, and for a network without a matrix; with reason `settings` for values that
  ///   contradict each other or would be without effect.
  /// - Complexity: O(operations + weights of transposed convolutions).
  public func prepare(
    _ network: Network, under conditions: Conditions
  ) throws(Refusal) -> Program {
    let configuration = try Configuration(conditions.settings)
    let plan = try Plan(network, on: card)
    return Program(
      plan: plan, configuration: configuration, work: Work(plan, configuration),
      temperature: conditions.temperature)
  }

  /// Programs machines and reads them on every sample.
  ///
  /// - Complexity: O(repeats × (weights + samples × multiply–accumulates)).
  public func run(_ program: Program, on stream: SampleStream, in context: RunContext)
    throws(Cancelled) -> Run
  {
    let (plan, configuration, work) = (program.plan, program.configuration, program.work)
    let ranges = try Ranges(plan, configuration, on: stream.samples, in: context)
    let reading = try Reading(program, ranges, on: stream.samples, in: context)
    let expenses = Expenses(
      work: work, configuration: configuration, temperature: program.temperature)

    let latency = Double(max(work.reads, 1)) * configuration.readTime
    var run = Run(
      outputs: reading.outputs, latency: latency, longestLatency: latency, energyKind: .model,
      ledger: expenses.ledger(heat: reading.heat(by: program)),
      verdict: ranges.isFinite && reading.outputs.allSatisfy(\.isFinite) ? .settled : .diverged,
      coverage: plan.network.nodes.dropFirst().map { Coverage($0, on: card) }
        + expenses.unknownParts)
    run.repeats = configuration.repeats
    run.limits = expenses.limits
    let report = Findings(program, reading, ranges)
    run.diagnostics = report.diagnostics
    run.warnings = report.warnings
    return run
  }
}
