internal import Foundation
package import Networks

/// Figures computed independently of this project, with NumPy, SciPy and JAX, for the physics it
/// implements (`physics.json`). Energies are in k_B T, stiffness K = κ/(k_B T), times in τ0.
package struct ReferenceFigures: Decodable, Sendable {
  /// A linear network with everything known exactly.
  package let linear: Linear
  /// A network with hyperbolic tangents.
  package let tanh: Nonlinear
  /// A network with ReLUs.
  package let relu: Nonlinear
  /// Work of dragging one trap, over κ D², by duration.
  package let trap: [String: Double]
  /// Information and transport of one neuron's reset.
  package let reset: [Reset]

  /// Weights and where the inputs go.
  package struct Layer: Decodable, Sendable {
    package let weight: [[Float]]
    let bias: [Float]
    let activation: String
  }

  /// See `linear`.
  package struct Linear: Decodable, Sendable {
    package let layers: [Layer]
    package let stiffness: Double
    let from_: [Float]
    let to: [Float]
    package let quench_work_kT: Double
    package let mean_work_kT: [String: Double]
    package let path_length_squared: Double
    package let relaxation_eigenvalues: [Double]
  }

  /// See `tanh` and `relu`.
  package struct Nonlinear: Decodable, Sendable {
    package let layers: [Layer]
    package let stiffness: Double
    let from_: [Float]
    let to: [Float]
    package let quench_work_kT: Double
    package let relaxation_work_kT: [String: Double]
    package let path_length_squared: Double
    package let path_length_squared_constant_speed: Double
    package let output_from: [Double]
    package let output_to: [Double]
    package let relaxation_eigenvalues_at_from: [Double]
    package let langevin: [String: Simulated]
  }

  /// Work of simulated trajectories, by duration.
  package struct Simulated: Decodable, Sendable {
    package let mean_work_kT: Double
    package let standard_error_kT: Double
    package let variance_kT2: Double
  }

  /// See `reset`.
  package struct Reset: Decodable, Sendable {
    package let activations: [Double]
    package let stiffness: Double
    package let information_nats: Double
    package let wasserstein2_squared: Double
  }

  /// The figures.
  package static func load() throws -> ReferenceFigures {
    let place = Bundle.module.url(forResource: "physics", withExtension: "json")!
    return try JSONDecoder().decode(ReferenceFigures.self, from: Data(contentsOf: place))
  }

  static func network(_ layers: [Layer]) throws -> Network {
    try Network(
      named: "reference",
      layers: layers.map {
        try Dense(inputs: $0.weight[0].count, weight: Array($0.weight.joined()), bias: $0.bias)
      },
      activation: ["identity": nil, "tanh": .tanh, "relu": .relu][layers[0].activation]!)
  }

  static func stream(_ from: [Float], _ to: [Float]) throws -> Samples {
    try Samples(name: "from and to", width: from.count, values: from + to)
  }
}

extension ReferenceFigures.Linear {
  /// The network.
  package func network() throws -> Network { try ReferenceFigures.network(layers) }
  /// Two samples: where the inputs start, and where they go.
  package func samples() throws -> Samples { try ReferenceFigures.stream(from_, to) }
}

extension ReferenceFigures.Nonlinear {
  /// The network.
  package func network() throws -> Network { try ReferenceFigures.network(layers) }
  /// Two samples: where the inputs start, and where they go.
  package func samples() throws -> Samples { try ReferenceFigures.stream(from_, to) }
}
