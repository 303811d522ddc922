import Harness
import Networks
import Quantities
import SubstrateCore
import Synchronization
import Parameters

/// A substrate whose figures are formulas of its settings.
struct TunableSubstrate: Substrate {
  static let source = Source(key: "tunable", citation: "a test", evidence: .assumed)

  var id = "tunable"
  var boundary = Boundary.device
  /// Counts runs.
  var runs: Runs?
  /// What sort of figure its energy is.
  var kind = Kind.predicted
  /// k_B T in joules at 300 K, so that energies are what the formulas say in k_B T.
  static let quantum = thermalQuantum(at: Kelvin(300))

  final class Runs: Sendable {
    private let number = Mutex(0)
    func count() { number.withLock { $0 += 1 } }
    var all: Int { number.withLock { $0 } }
  }

  var card: Card {
    Card(
      id: id, title: "Tunable \(id)", principle: "Work falls with time.", boundary: boundary,
      parameters: [
        Parameter(
          "duration", unit: "τ0", .number(from: 0, to: .infinity), default: .number(1),
          meaning: "a time"),
        Parameter("bits", .integer(2...16), default: .number(8), meaning: "a whole number"),
        Parameter("mode", .choice(["a", "b"]), default: .word("a"), meaning: "a word"),
        Parameter(
          "hold", .automatic("auto", or: .number(from: 0, to: 9)), default: .word("auto"),
          meaning: "a word or a number"),
        Parameter("snr", .number(from: 0, to: 1e9), default: .number(10), meaning: "one of two"),
        Parameter(
          "stiffness", .number(from: 0, to: 1e9), default: nil, meaning: "the other",
          replacing: "snr"),
      ], sources: [Self.source], claims: Claims(temperatureExponent: 1),
      meaning: { _ in .modelled("a fixture") })
  }

  struct Program: Sendable {
    let network: Network
    let settings: Settings
  }

  /// With 13 bits it refuses; with 14 bits and mode b the settings contradict each other.
  func prepare(_ network: Network, under conditions: Conditions) throws(Refusal) -> Program {
    let bits = conditions.settings.number("bits")
    if bits == 13 { throw Refusal(.precision, "13 bits; unlucky; take 12") }
    if bits == 14 && conditions.settings.word("mode") == "b" {
      throw Refusal(.settings, "14 bits and b; one of them; drop one")
    }
    return Program(network: network, settings: conditions.settings)
  }

  /// 10/duration k_B T ± 1 %; the floor `bits` of as many k_B T; above duration 5 also the floor
  /// `slow, late`, of 1/duration; below 0.1 unsettled; at duration 7 diverged.
  func run(_ program: Program, on stream: SampleStream, in context: RunContext) -> Run {
    runs?.count()
    let duration = program.settings.number("duration")!
    let bits = program.settings.number("bits")!
    var run = FakeSubstrate.faithful(program.network, stream)
    run.latency = Seconds(duration + 1)
    run.longestLatency = Seconds(duration + 2)
    run.verdict = duration == 7 ? .diverged : duration < 0.1 ? .unsettled : .settled
    run.energyKind = kind
    run.ledger.post(
      .drawn, layer: "y", mechanism: "test", kind: kind,
      (duration > 0 ? 10 / duration : 1000) * Self.quantum,
      standardError: 0.1 / max(duration, 0.01) * Self.quantum, source: Self.source,
      boundary: boundary)
    run.limits = [Limit("bits", kind: .floor, ThermalEnergy(bits), source: Self.source)]
    if duration > 5 {
      run.limits.append(
        Limit(
          "slow", rule: "late", kind: .floor, ThermalEnergy(1 / duration), source: Self.source))
    }
    run.warnings = bits == 16 ? ["many, \"very\" many bits"] : []
    run.diagnostics = [Diagnostic("seed", "seed", .text("\(context.seed)"))]
    return run
  }
}
