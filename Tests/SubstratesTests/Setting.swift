import Networks
import Quantities
import SubstrateCore

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

  func stream() -> SampleStream {
    SampleStream(
      samples,
      reference: ReferenceActivations(of: network, on: samples, in: RunContext(seed: seed)))
  }

  func run(_ values: [String: String] = [:]) throws -> Run {
    substrate.run(try program(values), on: stream(), in: RunContext(seed: seed))
  }
}

extension Run {
  /// The headline energy in k_B T.
  func energy(at temperature: Kelvin = Kelvin(300)) -> Double {
    ThermalEnergy(ledger.work(energyKind), at: temperature).value
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

/// |a/b - 1|.
func relativeError(_ a: Double, _ b: Double) -> Double { abs(a / b - 1) }
