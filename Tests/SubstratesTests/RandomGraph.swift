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
  /// Convolutions with stride and groups, and the greatest of each window.
  case convolutional
  /// Inputs whose places change before a convolution, and a layer that reads inputs and neurons through one
  /// rearrangement, some twice, with a constant between them.
  case wires
  /// Products of neurons: attention of three tokens to each other, and normalised runs.
  case attention

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
    func convolution(
      _ channels: (Int, Int), _ axes: [Window.Axis], groups: Int = 1
    ) throws -> Networks.Operation {
      let window = try Window(axes)
      let count = channels.0 / groups * channels.1 * window.tapCount
      return .convolution(
        try Convolution(
          window, inputChannels: channels.0, outputChannels: channels.1, groups: groups,
          weight: (0..<count).map { _ in Float(noise.next() * 0.6) },
          bias: (0..<channels.1).map { _ in Float(0.3 * noise.next()) }))
    }
    let input =
      switch self {
      case .chain, .residual, .mixed, .direct, .softmax, .wires: [3]
      case .convolutional: [1, 3, 3]
      case .attention: [3, 2]
      }
    var builder = Network.Builder(input: try Shape(input))
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
    case .convolutional:
      let padded = try Window.Axis(input: 3, kernel: 2, before: 1, after: 1)
      try add(convolution((1, 2), [padded, padded]), "a", "input")
      try add(f, "af", "a")
      let halved = try Window.Axis(input: 4, kernel: 2, stride: 2)
      try add(.pool(try Pool(.max, try Window([halved, halved]))), "p", "af")
      let whole = try Window.Axis(input: 2, kernel: 2)
      try add(convolution((2, 4), [whole, whole], groups: 2), "b", "p")
      try add(g, "bf", "b")
      try add(.reshape(try Shape([4])), "flat", "bf")
      try add(dense(4, 2), "out", "flat")
    case .wires:
      let turned = try Rearrangement(
        shape: try Shape([1, 2, 3]), indices: [2, 1, 0, -1, 0, 1], constants: [0.5])
      try add(.rearrange(turned), "turned", "input")
      let axes = try [Window.Axis(input: 2, kernel: 2), Window.Axis(input: 3, kernel: 2)]
      try add(convolution((1, 2), axes), "a", "turned")
      try add(f, "af", "a")
      let joined = try Rearrangement(
        shape: try Shape([8]), indices: [4, 5, 6, 0, 1, -1, 3, 3], constants: [-0.7])
      try add(.rearrange(joined), "joined", "af", "input")
      try add(dense(8, 4), "b", "joined")
      try add(g, "bf", "b")
      try add(
        .rearrange(try Rearrangement(shape: try Shape([4]), indices: [3, 3, 0, 2])), "c", "bf")
      try add(.reshape(try Shape([4])), "flat", "af")
      try add(.multiply, "gated", "c", "flat")
      try add(dense(4, 3), "out", "gated")
    case .attention:
      for name in ["q", "k", "v"] { try add(dense(2, 2), name, "input") }
      try add(
        .rearrange(try Rearrangement(shape: try Shape([2, 3]), indices: [0, 2, 4, 1, 3, 5])), "kt",
        "k")
      try add(.matrixProduct, "scores", "q", "kt")
      try add(.softmax, "shares", "scores")
      try add(.matrixProduct, "mixed", "shares", "v")
      try add(.add, "sum", "mixed", "input")
      try add(.normalize(epsilon: 0.1), "normal", "sum")
      try add(dense(2, 3), "wide", "normal")
      try add(f, "wf", "wide")
      try add(dense(3, 2), "out", "wf")
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
