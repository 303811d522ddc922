public import Networks
public import SubstrateCore
internal import Parameters
internal import Quantities

/// The substrates of this module.
public let substrates: [any Substrate] = [Template()]

/// A reversible computer that writes down its answer and erases it before the next.
///
/// It computes, copies the outputs into a register and undoes the computation, so slowly that nothing is lost; what
/// it erases is the register. It is not a model of how the computation is done.
public struct Template: Substrate {
  /// A network with what the register needs.
  public struct Program: Sendable {
    let network: Network
    let bits: Int
    let time: Seconds
    let temperature: Kelvin
  }

  /// What the substrate says of itself.
  public let card = Card(
    id: "template",
    title: "Template",
    principle: "computes reversibly, writes the outputs into a register; erasing that costs",
    boundary: .device,
    parameters: [
      Parameter(
        "bits", .integer(1...24), default: .number(8), meaning: "of the register, for each output",
        isPrecision: true),
      Parameter(
        "time", unit: "s", .number(from: 0, to: 1e9, above: true), default: .number(1e-6),
        meaning: "of an inference; long enough to lose nothing", source: Source.assumed),
    ],
    sources: [Self.bennett1973, Source.landauer1961, Source.assumed],
    claims: Claims(
      temperatureExponent: 1, scalings: [.init("bits", exponent: 1, over: 1...16)],
      ideal: ["bits": "24"]),
    meaning: { _ in .free("computed reversibly and slowly, and undone when the answer is written") }
  )

  static let bennett1973 = Source(
    key: "bennett1973",
    citation:
      "C. H. Bennett, Logical reversibility of computation, IBM J. Res. Dev. 17, 525 (1973)",
    evidence: .stated)

  /// The substrate.
  public init() {}

  /// Holds a network; every operation can be computed reversibly.
  public func prepare(_ network: Network, under conditions: Conditions) throws(Refusal) -> Program {
    Program(
      network: network, bits: Int(conditions.settings.number("bits")!),
      time: Seconds(conditions.settings.number("time")!), temperature: conditions.temperature)
  }

  /// Writes and erases the outputs of every sample.
  public func run(
    _ program: Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) -> Run {
    let exact = (0..<stream.samples.count).flatMap { stream.reference.output(of: $0) }
    let outputs = Self.rounded(exact, to: program.bits)

    var ledger = Ledger()
    let layer = program.network.layers.last!
    ledger.spend(
      layer: layer.name, mechanism: "erasure", kind: .predicted,
      Joules(
        ThermalEnergy(erasing: Bits(Double(layer.count * program.bits))), at: program.temperature),
      source: Source.landauer1961, boundary: .device)

    return Run(
      outputs: outputs, latency: program.time, longestLatency: program.time,
      energyKind: .predicted, ledger: ledger,
      verdict: outputs.allSatisfy(\.isFinite) ? .settled : .diverged,
      coverage: program.network.nodes.dropFirst().map { Coverage($0, on: card) })
  }

  /// The nearest of 2^bits numbers that are spread evenly over the range of all outputs.
  private static func rounded(_ outputs: [Double], to bits: Int) -> [Float] {
    let low = outputs.min() ?? 0
    let step = ((outputs.max() ?? 0) - low) / Double((1 << bits) - 1)
    return outputs.map { step > 0 ? Float(low + (($0 - low) / step).rounded() * step) : Float($0) }
  }
}
