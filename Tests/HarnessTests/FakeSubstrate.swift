import Networks
import Quantities
import SubstrateCore
import Synchronization
import Parameters

/// A substrate that does what a test tells it to.
struct FakeSubstrate: Substrate {
  static let source = Source(key: "fake", citation: "a test", evidence: .assumed)

  var id = "fake"
  var boundary = Boundary.device
  var refusal: Refusal?
  /// Counts what was called, in order, across the substrates of a test.
  var calls: Calls?
  var act: @Sendable (Network, SampleStream, RunContext) throws(Cancelled) -> Run = {
    network, stream, _ in
    FakeSubstrate.faithful(network, stream)
  }

  final class Calls: Sendable {
    private let names = Mutex<[String]>([])
    func note(_ name: String) { names.withLock { $0.append(name) } }
    var all: [String] { names.withLock { $0 } }
  }

  var card: Card {
    Card(
      id: id, title: "Fake \(id)", principle: "It does as told.", boundary: boundary,
      parameters: [
        Parameter("gain", .number(from: 0, to: 10), default: .number(1), meaning: "a number"),
        Parameter("mode", .choice(["a", "b"]), default: .word("a"), meaning: "a word"),
        Parameter("extra", unit: "s", .number(from: 0, to: 10), default: nil, meaning: "unset"),
      ], sources: [Self.source], claims: Claims(temperatureExponent: 1),
      meaning: { _ in .modelled("a fixture") })
  }

  func prepare(
    _ network: Network, under conditions: Conditions
  ) throws(Refusal) -> Network {
    calls?.note("prepare \(id)")
    if let refusal { throw refusal }
    return network
  }

  func run(_ program: Network, on stream: SampleStream, in context: RunContext) throws(Cancelled)
    -> Run
  {
    calls?.note("run \(id)")
    return try act(program, stream, context)
  }

  /// The reference's outputs and an empty ledger.
  static func faithful(_ network: Network, _ stream: SampleStream) -> Run {
    Run(
      outputs: (0..<stream.samples.count).flatMap {
        stream.reference.output(of: $0).map { Float($0) }
      },
      latency: Seconds(2e-9), longestLatency: Seconds(3e-9), energyKind: .predicted,
      ledger: Ledger(), verdict: .settled,
      coverage: network.nodes.map { Coverage($0, .modelled) })
  }
}

extension Ledger {
  /// An entry in k_B T at 300 K.
  mutating func enter(
    _ flow: Flow, _ energy: Double, kind: Kind = .predicted, error: Double? = nil,
    range: ClosedRange<Double>? = nil, source: String = "fake", boundary: Boundary = .device
  ) {
    let quantum = thermalQuantum(at: Kelvin(300))
    post(
      flow, layer: "y", mechanism: "test", kind: kind, energy * quantum,
      standardError: error.map { $0 * quantum },
      range: range.map { $0.lowerBound * quantum...$0.upperBound * quantum },
      source: Source(key: source, citation: source, evidence: .assumed), boundary: boundary)
  }
}

enum Tiny {
  /// y = x for two numbers.
  static func network(scale: Float = 1) throws -> Network {
    try Network(
      named: "tiny",
      layers: [Dense(inputs: 2, weight: [scale, 0, 0, scale], bias: [0, 0])], activation: nil)
  }

  /// Four samples of the classes 0, 1, 1, 1, of which the third is labelled 0.
  static let samples = try! Samples(
    name: "four", width: 2, values: [1, 0, 0, 1, 0, 2, 0, 3], labels: [0, 1, 0, 1])
}
