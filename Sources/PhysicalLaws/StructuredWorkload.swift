public import Networks
internal import StochasticThermodynamics

/// Kinds of networks beyond chains of matrices, small enough for experiments.
public enum Architecture: String, CaseIterable, Sendable {
  /// A convolution, the greatest of each window, a convolution over turned axes, a matrix.
  case convolutional
  /// Two convolutions whose value is added to what they read, and means of channels.
  case residual
  /// Three tokens that attend to each other, are added to what they were and normalised.
  case attention
}

extension RandomWorkload {
  /// A network of a kind with samples, weights N(0, gain²/fan-in), biases N(0, 0.2²).
  ///
  /// - Parameters:
  ///   - architecture: which kind.
  ///   - activation: none for a network that is linear: then convolutions and means alone, and no
  ///     attention.
  ///   - gain: of the weights, positive.
  ///   - samples: how many, from 1.
  ///   - seed: what weights and samples are drawn from.
  ///   - index: which of the workloads of that seed.
  public static func network(
    _ architecture: Architecture, _ activation: Activation? = .tanh, gain: Double = 1.2,
    samples: Int = 2, seed: UInt64, index: Int = 0
  ) -> (network: Network, samples: Samples) {
    var noise = GaussianStream(
      seed: seed, purpose: "workload of an experiment, \(architecture)", index: index)
    func numbers(_ count: Int, _ deviation: Double) -> [Float] {
      (0..<count).map { _ in Float(noise.next() * deviation) }
    }
    func dense(_ inputs: Int, _ outputs: Int) throws(NetworkError) -> Operation {
      .dense(
        try Dense(
          inputs: inputs, weight: numbers(inputs * outputs, gain / Double(inputs).squareRoot()),
          bias: numbers(outputs, 0.2)))
    }
    func convolution(
      _ inputs: Int, _ outputs: Int, side: Int, kernel: Int, stride: Int = 1, padding: Int = 0
    ) throws(NetworkError) -> Operation {
      let axis = try Window.Axis(
        input: side, kernel: kernel, stride: stride, before: padding, after: padding)
      let fan = inputs * kernel * kernel
      return .convolution(
        try Convolution(
          try Window([axis, axis]), inputChannels: inputs, outputChannels: outputs,
          weight: numbers(fan * outputs, gain / Double(fan).squareRoot()),
          bias: numbers(outputs, 0.2)))
    }
    func pool(_ kind: Pool.Kind, side: Int, window: Int) throws(NetworkError) -> Operation {
      let axis = try Window.Axis(input: side, kernel: window, stride: window)
      return .pool(try Pool(kind, try Window([axis, axis])))
    }
    func build() throws(NetworkError) -> Network {
      let input =
        switch architecture {
        case .convolutional, .residual: [1, 4, 4]
        case .attention: [3, 2]
        }
      var builder = Network.Builder(input: try Shape(input))
      func add(_ operation: Operation, _ name: String, _ parents: String...) throws(NetworkError) {
        try builder.add(operation, named: name, reading: parents)
      }
      /// The function behind a value, if there is one; its name then.
      func function(of name: String) throws(NetworkError) -> String {
        guard let activation else { return name }
        try add(.activation(activation), "\(name).f", name)
        return "\(name).f"
      }
      switch architecture {
      case .convolutional:
        try add(convolution(1, 2, side: 4, kernel: 3, padding: 1), "c1", "input")
        let first = try function(of: "c1")
        try add(pool(activation == nil ? .mean : .max, side: 4, window: 2), "p", first)
        // Rows and columns change places.
        try add(
          .rearrange(
            try Rearrangement(shape: try Shape([2, 2, 2]), indices: [0, 2, 1, 3, 4, 6, 5, 7])),
          "turned", "p")
        try add(convolution(2, 3, side: 2, kernel: 2, stride: 2, padding: 1), "c2", "turned")
        let second = try function(of: "c2")
        try add(.reshape(try Shape([12])), "flat", second)
        try add(dense(12, 3), "out", "flat")
      case .residual:
        try add(convolution(1, 2, side: 4, kernel: 3, padding: 1), "c1", "input")
        let first = try function(of: "c1")
        try add(convolution(2, 2, side: 4, kernel: 3, padding: 1), "c2", first)
        try add(.add, "sum", "c2", first)
        let second = try function(of: "sum")
        try add(pool(.mean, side: 4, window: 4), "p", second)
        try add(.reshape(try Shape([2])), "flat", "p")
        try add(dense(2, 3), "out", "flat")
      case .attention:
        try add(dense(2, 2), "q", "input")
        try add(dense(2, 2), "k", "input")
        try add(dense(2, 2), "v", "input")
        try add(
          .rearrange(try Rearrangement(shape: try Shape([2, 3]), indices: [0, 2, 4, 1, 3, 5])),
          "kt", "k")
        try add(.matrixProduct, "scores", "q", "kt")
        try add(.softmax, "shares", "scores")
        try add(.matrixProduct, "mixed", "shares", "v")
        try add(dense(2, 2), "back", "mixed")
        try add(.add, "sum", "back", "input")
        try add(.normalize(epsilon: 0.1), "normal", "sum")
        try add(dense(2, 3), "wide", "normal")
        try add(.activation(activation ?? .tanh), "wide.f", "wide")
        try add(dense(3, 2), "out", "wide.f")
      }
      return try builder.network(named: architecture.rawValue, output: "out")
    }
    do {
      let network = try build()
      return (
        network,
        try Samples(
          name: "random", width: network.inputCount,
          values: (0..<samples * network.inputCount).map { _ in Float(abs(noise.next())) })
      )
    } catch {
      preconditionFailure("a network that fits: \(error)")
    }
  }
}

extension Network {
  /// The same network with every convolution and every pool of means or sums as a matrix, and with the
  /// rearrangements that only these and matrices read taken into them.
  ///
  /// The matrices are read off the operations themselves, a column for each number that they are given, by the
  /// plain engine in double precision. The layers stay what they are.
  package func unrolled() -> Network {
    do {
      /// Whether an operation becomes a matrix.
      func isUnrolled(_ node: Node) -> Bool {
        guard node.parents.count == 1 else { return false }
        switch node.operation {
        case .dense, .convolution: return true
        case .pool(let pool): return pool.kind != .max
        default: return false
        }
      }
      /// Whether a node is taken into those that read it.
      func isAbsorbed(_ index: Int) -> Bool {
        guard case .rearrange = nodes[index].operation, nodes[index].parents.count == 1 else {
          return false
        }
        let readers = nodes.filter { node in node.parents.contains { origin(of: $0) == index } }
        return readers.allSatisfy { $0.operation.isNaming || isUnrolled($0) }
      }
      var builder = Builder(input: nodes[0].shape)
      /// Under which name each value has its shape.
      var names = nodes.map(\.name)
      for (index, node) in nodes.enumerated().dropFirst() {
        if isAbsorbed(origin(of: index)) { continue }
        guard isUnrolled(node) else {
          try builder.add(
            node.operation, named: node.name, reading: node.parents.map { names[$0] })
          continue
        }
        // From the operation back to the value that is read.
        var chain = [index]
        var base = node.parents[0]
        while isAbsorbed(origin(of: base)) {
          chain.insert(base, at: 0)
          base = nodes[base].parents[0]
        }
        var part = Builder(input: nodes[base].shape)
        var last = Builder.input
        for member in chain {
          try part.add(nodes[member].operation, named: "\(member)", reading: [last])
          last = "\(member)"
        }
        let engine = ReferenceEngine(try part.network(named: "part", output: last))
        let (inputs, outputs) = (nodes[base].shape.count, node.shape.count)
        let bias = engine.output(for: Array(repeating: 0, count: inputs))
        var weight = [Float](repeating: 0, count: inputs * outputs)
        for input in 0..<inputs {
          var unit = [Double](repeating: 0, count: inputs)
          unit[input] = 1
          for (row, value) in engine.output(for: unit).enumerated() {
            weight[row * inputs + input] = Float(value - bias[row])
          }
        }
        let flat = "\(node.name), flat"
        try builder.add(.reshape(Shape([inputs])), named: flat, reading: [names[base]])
        try builder.add(
          .dense(Dense(inputs: inputs, weight: weight, bias: bias.map { Float($0) })),
          named: node.name, reading: [flat])
        names[index] = "\(node.name), shaped"
        try builder.add(.reshape(node.shape), named: names[index], reading: [node.name])
      }
      return try builder.network(named: name, output: names[output])
    } catch {
      preconditionFailure("a network of matrices: \(error)")
    }
  }
}
