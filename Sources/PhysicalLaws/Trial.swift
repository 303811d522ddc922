public import Networks
internal import Quantities
internal import StochasticThermodynamics
public import SubstrateCore
internal import Parameters

/// A substrate with a small workload, run at settings that an experiment asks for.
public struct Trial<S: Substrate>: Sendable {
  /// What is run.
  public let substrate: S
  /// The network.
  public let network: Network
  /// The stream.
  public let stream: SampleStream
  private let context: RunContext

  /// A workload on a substrate.
  ///
  /// - Throws: `Cancelled` if the context is.
  public init(
    _ substrate: S, _ network: Network, on samples: Samples, in context: RunContext
  ) throws(Cancelled) {
    self.substrate = substrate
    self.network = network
    self.context = context
    stream = SampleStream(
      samples, reference: try ReferenceActivations(of: network, on: samples, in: context))
  }

  /// A run at 300 K.
  ///
  /// - Parameter values: of parameters, by name. They must be possible: experiments are written
  ///   once, not entered by users.
  /// - Throws: `Cancelled` if the context is.
  public func run(_ values: [String: String]) throws(Cancelled) -> Run {
    var settings = Settings(defaultsOf: substrate.card)
    let program: S.Program
    do {
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        try settings.set(name, to: value)
      }
      program = try substrate.prepare(
        network, under: Conditions(temperature: Kelvin(300), settings: settings))
    } catch {
      preconditionFailure("an experiment's settings: \(error)")
    }
    return try substrate.run(program, on: stream, in: context)
  }
}

extension Run {
  /// The headline energy at 300 K, in k_B T, with its standard error where it was estimated.
  public var energy: (value: Double, standardError: Double?) {
    let quantum = thermalQuantum(at: Kelvin(300))
    let parts = ledger.postings.filter {
      $0.kind == energyKind && ($0.flow == .drawn || $0.flow == .recovered)
    }
    let errors = parts.compactMap { $0.standardError.map { $0 / quantum } }
    return (
      ledger.work(energyKind) / quantum,
      errors.isEmpty ? nil : errors.reduce(0) { $0 + $1 * $1 }.squareRoot()
    )
  }

  /// A limit's energy in k_B T.
  public func limit(_ name: String, rule: String? = nil) -> Double? {
    limits.first { $0.name == name && $0.rule == rule }?.energy.value
  }

  /// A diagnostic's number, or the first of them.
  public func number(_ key: String) -> Double? {
    switch diagnostics.first(where: { $0.key == key })?.value {
    case .number(let number): number
    case .numbers(let numbers): numbers.first
    case .text, nil: nil
    }
  }
}

/// Networks and samples for experiments, drawn from a seed.
public enum RandomWorkload {
  /// A chain of dense layers with one function between them, weights N(0, gain²/inputs), biases
  /// N(0, 0.2²), and samples of magnitudes |N(0, 1)|.
  ///
  /// - Parameters:
  ///   - sizes: of the inputs and of each layer, two or more.
  ///   - activation: none for a linear network.
  ///   - gain: of the weights, positive.
  ///   - samples: how many, from 1.
  ///   - seed: what weights and samples are drawn from.
  ///   - index: which of the workloads of that seed.
  public static func chain(
    _ sizes: [Int], _ activation: Activation?, gain: Double = 1.4, samples: Int = 2, seed: UInt64,
    index: Int = 0
  ) -> (network: Network, samples: Samples) {
    var noise = GaussianStream(seed: seed, purpose: "workload of an experiment", index: index)
    do {
      let layers = try zip(sizes, sizes.dropFirst()).map { inputs, outputs in
        try Dense(
          inputs: inputs,
          weight: (0..<inputs * outputs).map { _ in
            Float(noise.next() * gain / Double(inputs).squareRoot())
          },
          bias: (0..<outputs).map { _ in Float(0.2 * noise.next()) })
      }
      return (
        try Network(named: "random", layers: layers, activation: activation),
        try Samples(
          name: "random", width: sizes[0],
          values: (0..<samples * sizes[0]).map { _ in Float(abs(noise.next())) })
      )
    } catch {
      preconditionFailure("a chain of layers that fit: \(error)")
    }
  }
}

extension Samples {
  /// The first sample as it is, the others moved towards it.
  ///
  /// - Parameter share: of the way between them that is left, from 0 to 1.
  package func drawingTogether(to share: Float) -> Samples {
    do {
      return try Samples(
        name: name, width: width,
        values: values.enumerated().map { place, value in
          let first = values[place % width]
          return first + share * (value - first)
        })
    } catch {
      preconditionFailure("samples between samples: \(error)")
    }
  }
}
