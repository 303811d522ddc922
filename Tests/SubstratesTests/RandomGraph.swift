import Networks
import StochasticThermodynamics

/// Networks whose graph is no chain, the same for the same seed: what landscapes have to cope with.
enum RandomGraph: String, CaseIterable, Sendable {
  /// A chain of dense layers.
  case chain
  /// Values that go round two layers and are added again.
  case residual
  /// A layer that reads the inputs and another layer together, each through a matrix.
  case mixed
  /// Layers that read the inputs without a matrix, alone and together with another layer.
  case direct
  /// Softmax inside, and one value read by three layers.
  case softmax

  func network(seed: Int) throws -> Network {
    var noise = GaussianStream(seed: 16, purpose: "graph \(rawValue)", index: seed)
    func dense(_ inputs: Int, _ outputs: Int) throws -> Networks.Operation {
      .dense(
        try Dense(
          inputs: inputs,
          weight: (0..<inputs * outputs).map { _ in
            Float(noise.next() * 1.2 / Double(inputs).squareRoot())
          },
          bias: (0..<outputs).map { _ in Float(0.3 * noise.next()) }))
    }
    let functions: [Activation] = [.tanh, .relu, .sigmoid, .leakyReLU(slope: 0.1)]
    let (f, g) = (
      Networks.Operation.activation(functions[seed % 4]),
      Networks.Operation.activation(functions[(seed + 1 + seed / 4) % 4])
    )
    var builder = Network.Builder(input: try Shape([3]))
    func add(_ operation: Networks.Operation, _ name: String, _ parents: String...) throws {
      try builder.add(operation, named: name, reading: parents)
    }
    switch self {
    case .chain:
      try add(dense(3, 6), "a", "input")
      try add(f, "af", "a")
      try add(dense(6, 5), "b", "af")
      try add(g, "bf", "b")
      try add(dense(5, 2), "out", "bf")
    case .residual:
      try add(dense(3, 5), "a", "input")
      try add(f, "af", "a")
      try add(dense(5, 4), "b", "af")
      try add(g, "bf", "b")
      try add(dense(4, 5), "c", "bf")
      try add(.add, "sum", "c", "af")
      try add(f, "sf", "sum")
      try add(dense(5, 3), "out", "sf")
    case .mixed:
      try add(dense(3, 4), "a", "input")
      try add(f, "af", "a")
      try add(dense(4, 5), "b", "af")
      try add(dense(3, 5), "c", "input")
      try add(.add, "sum", "b", "c")
      try add(g, "sf", "sum")
      try add(dense(5, 2), "d", "sf")
      try add(dense(3, 2), "e", "input")
      try add(.add, "out", "d", "e")
    case .direct:
      try add(g, "u", "input")
      try add(dense(3, 3), "a", "u")
      try add(f, "af", "a")
      try add(.add, "sum", "af", "input")
      try add(f, "sf", "sum")
      try add(dense(3, 2), "out", "sf")
    case .softmax:
      try add(dense(3, 4), "a", "input")
      try add(f, "af", "a")
      try add(.softmax, "p", "af")
      try add(dense(4, 4), "b", "af")
      try add(g, "bf", "b")
      try add(.add, "s1", "bf", "af")
      try add(.add, "s2", "s1", "p")
      try add(dense(4, 3), "d", "s2")
      try add(.softmax, "out", "d")
    }
    return try builder.network(
      named: "\(rawValue) \(seed)", output: "out")
  }

  static func samples(_ network: Network, count: Int, seed: Int) throws -> Samples {
    var noise = GaussianStream(seed: 17, purpose: "samples", index: seed)
    return try Samples(
      name: "random", width: network.inputCount,
      values: (0..<count * network.inputCount).map { _ in Float(noise.next()) })
  }
}
