public import Networks
public import Parameters
public import Quantities
public import SubstrateCore

/// The least substrate that keeps every law, and whatever a test makes of it: each neuron erases one bit, and gives
/// out the reference's value.
public struct Honest: Substrate {
  /// The network as it is.
  public struct Program: Sendable {
    /// The network.
    public let network: Network
    /// How it is set.
    public let conditions: Conditions
  }

  /// What it says of itself.
  public var card: Card
  /// Instead of `prepare`.
  public var prepares: @Sendable (Network, Conditions, Card) throws(Refusal) -> Program = {
    network, conditions, card throws(Refusal) in
    for node in network.nodes.dropFirst() {
      if case .refused(let reason) = card.meaning(node.operation.kind) {
        throw Refusal(.operation, "operation '\(node.name)': \(reason); leave it out")
      }
    }
    return Program(network: network, conditions: conditions)
  }
  /// What is made of the honest run before it is handed over.
  public var act:
    @Sendable (inout Run, Program, SampleStream, RunContext) throws(Cancelled) -> Void = {
      _, _, _, _ in
    }

  /// A substrate that is honest so far.
  public init(_ id: String) { card = Self.card(id) }

  /// Its card, with other parts.
  public static func card(
    _ id: String, parameters: [Parameter] = Honest.parameters, sources: [Source] = [.landauer1961],
    claims: Claims = Claims(
      temperatureExponent: 1, scalings: [.init("load", exponent: 1, over: 1...100)]),
    meaning: @escaping @Sendable (Operation.Kind) -> Meaning = Honest.meaning
  ) -> Card {
    Card(
      id: id, title: "Liar \(id)", principle: "every neuron erases some bits", boundary: .device,
      parameters: parameters, sources: sources, claims: claims, meaning: meaning)
  }

  /// How many bits, and a word.
  public static let parameters = [
    Parameter(
      "load", .number(from: 1e-6, to: 1e6), default: .number(1), meaning: "bits erased by a neuron"),
    Parameter("mode", .choice(["plain", "odd"]), default: .word("plain"), meaning: "nothing"),
  ]

  /// Softmax is refused, so that there is something to deny.
  public static let meaning: @Sendable (Operation.Kind) -> Meaning = { kind in
    kind == .softmax ? .refused("no exponentials here") : .modelled("each neuron erases bits")
  }

  /// Holds any network without softmax, or what a test has it do.
  public func prepare(_ network: Network, under conditions: Conditions) throws(Refusal) -> Program {
    try prepares(network, conditions, card)
  }

  /// The honest run, and then what a test has it do.
  public func run(
    _ program: Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) -> Run {
    let outputs = (0..<stream.samples.count).flatMap { sample in
      stream.reference.output(of: sample).map { Float($0) }
    }
    var run = Run(
      outputs: outputs, latency: Seconds(1e-9), longestLatency: Seconds(1e-9),
      energyKind: .predicted, ledger: ledger(program),
      verdict: outputs.allSatisfy(\.isFinite) ? .settled : .diverged,
      coverage: program.network.nodes.dropFirst().map { Coverage($0, .modelled) })
    run.limits = [Limit("erasure", kind: .floor, energy(program), source: .landauer1961)]
    try act(&run, program, stream, context)
    return run
  }

  /// Its energy in k_B T.
  public func energy(_ program: Program) -> ThermalEnergy {
    let neurons = program.network.layers.reduce(0) { $0 + $1.count }
    return ThermalEnergy(erasing: Bits(Double(neurons) * program.load))
  }

  /// Its books, with every energy times a factor and flows as they are asked for.
  public func ledger(
    _ program: Program, times factor: Double = 1, flows: [Flow] = [.drawn, .dissipated],
    kind: Kind = .predicted, layer: String? = nil, source: Source = .landauer1961
  ) -> Ledger {
    var ledger = Ledger()
    for own in program.network.layers {
      let bits = Bits(factor * Double(own.count) * program.load)
      for flow in flows {
        ledger.post(
          flow, layer: layer ?? own.name, mechanism: "erasure", kind: kind,
          Joules(ThermalEnergy(erasing: bits), at: program.conditions.temperature),
          source: source, boundary: .device)
      }
    }
    return ledger
  }
}

extension Honest.Program {
  /// How many bits a neuron erases.
  public var load: Double { conditions.settings.number("load") ?? 1 }
}
