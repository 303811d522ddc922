import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Parameters

/// A substrate with everything it needs to run, in one line of a test.
struct Setting<S: Substrate> {
  let substrate: S
  let network: Network
  let samples: Samples
  var temperature = Kelvin(300)
  var seed: UInt64 = 1

  func settings(_ values: [String: String]) throws -> Settings {
    var settings = Settings(defaultsOf: substrate.card)
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      try settings.set(name, to: value)
    }
    return settings
  }

  func program(_ values: [String: String] = [:]) throws -> S.Program {
    try substrate.prepare(
      network, under: Conditions(temperature: temperature, settings: settings(values)))
  }

  func stream() throws -> SampleStream {
    SampleStream(
      samples,
      reference: try ReferenceActivations(of: network, on: samples, in: RunContext(seed: seed)))
  }

  func run(_ values: [String: String] = [:]) throws -> Run {
    try substrate.run(try program(values), on: stream(), in: RunContext(seed: seed))
  }

  /// The same with blocks computed by others in another order.
  func shuffledRun(_ values: [String: String] = [:]) throws -> Run {
    let shuffled = RunContext(seed: seed) { count, body in
      var source = SeededGenerator(seed: 1, purpose: "order", index: count)
      for index in (0..<count).shuffled(using: &source) { body(index) }
    }
    return try substrate.run(try program(values), on: stream(), in: shuffled)
  }

  /// Whether settings are refused before anything is spent, and why.
  func refusal(of values: [String: String]) throws -> Refusal? {
    do {
      _ = try program(values)
      return nil
    } catch let refusal as Refusal {
      return refusal
    }
  }
}

extension Run {
  /// The headline energy in k_B T.
  func energy(at temperature: Kelvin = Kelvin(300)) -> Double {
    ThermalEnergy(ledger.work(energyKind), at: temperature).value
  }

  /// The standard error of the headline, in k_B T at 300 K.
  var energyError: Double {
    let errors = ledger.postings.filter {
      $0.kind == energyKind && ($0.flow == .drawn || $0.flow == .recovered)
    }.map { kT($0.standardError ?? .zero) }
    return errors.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Everything of one flow, mechanism and the headline's kind, in k_B T at 300 K.
  func sum(_ flow: Flow, _ mechanism: String, layer: String? = nil) -> Double {
    ledger.postings.filter {
      $0.kind == energyKind && $0.flow == flow && $0.mechanism == mechanism
        && (layer == nil || $0.layer == layer)
    }.reduce(0) { $0 + kT($1.energy) }
  }

  /// What has to be the same for the same seed: every figure there is, to the last bit.
  var fingerprint: [String] {
    ["\(outputs)", "\(latency) \(longestLatency) \(verdict)"]
      + ledger.postings.map {
        "\($0.flow) \($0.layer) \($0.mechanism) \($0.energy) \(String(describing: $0.standardError))"
      } + limits.map { "\($0.name) \($0.energy)" }
      + diagnostics.map { "\($0.key) \($0.value)" } + warnings
  }

  /// Whether any figure that is shown is not a number; a diagnostic may be without one.
  var holdsNoNaN: Bool {
    outputs.allSatisfy(\.isFinite) && latency.isFinite && longestLatency.isFinite
      && ledger.postings.allSatisfy { $0.energy.isFinite && $0.standardError?.isFinite ?? true }
      && limits.allSatisfy { $0.energy.isFinite }
      && warnings.allSatisfy { !$0.lowercased().contains("nan") && !$0.contains("inf ") }
  }

  /// A limit in k_B T.
  func limit(_ name: String, _ rule: String? = nil) -> Double? {
    limits.first { $0.name == name && $0.rule == rule }?.energy.value
  }

  /// A diagnostic's numbers.
  func numbers(_ key: String) -> [Double] {
    switch diagnostics.first(where: { $0.key == key })?.value {
    case .number(let number): [number]
    case .numbers(let numbers): numbers
    default: []
    }
  }
}

/// An energy in k_B T at 300 K.
func kT(_ energy: Joules) -> Double { ThermalEnergy(energy, at: Kelvin(300)).value }

/// |a/b - 1|.
func relativeError(_ a: Double, _ b: Double) -> Double { abs(a / b - 1) }
