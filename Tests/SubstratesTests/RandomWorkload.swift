import Networks
import StochasticThermodynamics

/// A random multilayer perceptron and a stream for it, the same for the same seed.
func randomWorkload(
  seed: Int, sizes: [Int] = [5, 7, 6, 4], activation: Activation? = .relu, samples: Int = 12
) throws -> (network: Network, samples: Samples) {
  var noise = GaussianStream(seed: 11, purpose: "random workload", index: seed)
  let layers = try zip(sizes, sizes.dropFirst()).map { inputs, outputs in
    try Dense(
      inputs: inputs,
      weight: (0..<inputs * outputs).map { _ in
        Float(noise.next() * (2 / Double(inputs)).squareRoot())
      },
      bias: (0..<outputs).map { _ in Float(0.2 * noise.next()) })
  }
  return (
    try Network(named: "random \(seed)", layers: layers, activation: activation),
    try Samples(
      name: "random", width: sizes[0],
      values: (0..<samples * sizes[0]).map { _ in Float(abs(noise.next())) })
  )
}

/// Two layers of one neuron of which the first never exceeds its threshold: the output stays at its bias, 2.
func workloadWithASilentLayer() throws -> (network: Network, samples: Samples) {
  (
    try Network(
      named: "silent",
      layers: [
        Dense(inputs: 1, weight: [-1], bias: [-1]), Dense(inputs: 1, weight: [1], bias: [2]),
      ], activation: .relu),
    try Samples(name: "two", width: 1, values: [0, 1])
  )
}

extension Network {
  /// The same ReLU function with the neurons of the first hidden layer scaled up.
  func scalingFirstLayer(by factor: Float) throws -> Network {
    var builder = Builder(input: nodes[0].shape)
    var matrices = 0
    for node in nodes.dropFirst() {
      var operation = node.operation
      if case .dense(let dense) = operation {
        matrices += 1
        if matrices == 1 {
          operation = .dense(
            try Dense(
              inputs: dense.inputs, weight: dense.weight.map { $0 * factor },
              bias: dense.bias.map { $0 * factor }))
        } else if matrices == 2 {
          operation = .dense(
            try Dense(
              inputs: dense.inputs, weight: dense.weight.map { $0 / factor }, bias: dense.bias))
        }
      }
      try builder.add(operation, named: node.name, reading: node.parents.map { nodes[$0].name })
    }
    return try builder.network(named: name, output: nodes[output].name)
  }
}
