internal import Networks
internal import PhysicalLaws
internal import SubstrateCore

/// A workload for examinations: a small network with a stream of samples for it.
struct Probe: Sendable {
  /// What it is, in a few words.
  let name: String
  let network: Network
  let samples: Samples

  init(_ name: String, _ network: Network, _ samples: Samples) {
    self.name = name
    self.network = network
    self.samples = samples
  }

  /// Whether the card says that a network like this one is refused.
  func isRefused(by card: Card) -> Bool {
    network.nodes.dropFirst().contains { node in
      if case .refused = card.meaning(node.operation.kind) { true } else { false }
    }
  }

  /// Whether it is a chain of a few neurons, cheap on any machine.
  var isSmall: Bool { network.nodes.count <= 7 && network.inputCount <= 3 }

  /// A stream of samples with what the network makes of them.
  func stream(of samples: Samples) -> SampleStream {
    SampleStream(
      samples,
      reference: ReferenceActivations(of: network, on: samples) { count, body in
        for index in 0..<count { body(index) }
      })
  }

  /// The same network on other samples.
  func with(_ samples: Samples, _ words: String) -> Probe {
    Probe("\(name), \(words)", network, samples)
  }

  // MARK: Which

  /// Chains of dense layers, and networks with other operations, in ascending order of size.
  static let usual: [Probe] = [
    chain([1, 1], nil, samples: 2, index: 0), chain([3, 2], nil, samples: 3, index: 1),
    chain([2, 3, 2], .relu, samples: 4, index: 2),
    chain([3, 5, 4, 3], .relu, samples: 6, index: 3),
    chain([3, 5, 4, 3], .tanh, samples: 6, index: 4),
    structured(.residual), structured(.attention), structured(.convolutional),
  ]

  /// The one that most laws about single settings use: two layers, a kink, four samples.
  static let typical = usual[2]

  static func chain(
    _ sizes: [Int], _ activation: Activation?, gain: Double = 1.4, samples: Int, index: Int
  ) -> Probe {
    let (network, stream) = RandomWorkload.chain(
      sizes, activation, gain: gain, samples: samples, seed: 30, index: index)
    let words = sizes.map(String.init).joined(separator: "-")
    return Probe(
      "a \(words) network\(activation.map { " with \($0.name)" } ?? "") and \(samples) samples",
      network, stream)
  }

  private static func structured(_ architecture: Architecture) -> Probe {
    let (network, samples) = RandomWorkload.network(architecture, samples: 3, seed: 30)
    return Probe(
      "a small network of the kind \(architecture.rawValue) and 3 samples", network, samples)
  }

  /// A chain with given numbers.
  static func made(
    _ name: String, _ layers: [(weight: [Float], bias: [Float])], _ activation: Activation? = .relu,
    samples values: [Float]
  ) -> Probe {
    do {
      let inputs = layers[0].weight.count / layers[0].bias.count
      return Probe(
        name,
        try Network(
          named: "probe",
          layers: layers.map {
            try Dense(inputs: $0.weight.count / $0.bias.count, weight: $0.weight, bias: $0.bias)
          }, activation: activation),
        try Samples(name: "probe", width: inputs, values: values))
    } catch {
      preconditionFailure("\(name): \(error)")
    }
  }
}

extension Samples {
  /// The samples at these places, in this order.
  func arranged(_ places: [Int]) -> Samples {
    do {
      return try Samples(name: name, width: width, values: places.flatMap { Array(self[$0]) })
    } catch {
      preconditionFailure("samples of samples: \(error)")
    }
  }
}
