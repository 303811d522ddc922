internal import Networks
internal import PhysicalLaws

/// For every sort of operation a network that has it, between matrices as networks have them.
enum OperationProbes {
  static let all: [Probe] = Operation.Kind.allCases.compactMap(probe)

  private static func probe(_ kind: Operation.Kind) -> Probe? {
    do {
      guard let network = try network(kind) else { return nil }
      let count = network.inputCount
      // Positive, so that roots and logarithms have something to work on.
      let values = (0..<3 * count).map { Float(1 + ($0 * 7) % 5) / 4 }
      return Probe(
        "a network with the operation '\(kind.rawValue)' and 3 samples", network,
        try Samples(name: "probe", width: count, values: values))
    } catch {
      preconditionFailure("a network with \(kind.rawValue): \(error)")
    }
  }

  private static func network(_ kind: Operation.Kind) throws(NetworkError) -> Network? {
    // Two channels of 4, or 2 × 2.
    let isPlanar = [.convolution, .maxPool, .meanPool].contains(kind)
    let shape = try Shape(isPlanar ? [2, 2, 2] : [2, 4])
    var builder = Network.Builder(input: shape)
    let input = Network.Builder.input
    func dense(_ inputs: Int, _ outputs: Int) throws(NetworkError) -> Operation {
      let weight = (0..<inputs * outputs).map { Float(($0 * 5) % 7 - 2) / 4 }
      return .dense(
        try Dense(inputs: inputs, weight: weight, bias: (0..<outputs).map { Float($0) / 8 }))
    }
    var last = "operation"
    switch kind {
    case .input: return nil
    case .dense: try builder.add(dense(4, 4), named: last, reading: [input])
    case .convolution, .maxPool, .meanPool:
      let axis = try Window.Axis(input: 2, kernel: 2)
      let window = try Window([axis, axis])
      if kind != .convolution {
        let pool = try Pool(kind == .maxPool ? .max : .mean, window)
        try builder.add(.pool(pool), named: last, reading: [input])
      } else {
        let weight = (0..<16).map { Float(($0 * 5) % 7 - 2) / 4 }
        try builder.add(
          .convolution(
            try Convolution(
              window, inputChannels: 2, outputChannels: 2, weight: weight, bias: [0.25, 0])),
          named: last, reading: [input])
      }
    case .scale:
      try builder.add(
        .scale(try Scale(factors: [1, 2, 0.5, 1], offsets: [0, 1, 0, -1])), named: last,
        reading: [input])
    case .relu: try builder.add(.activation(.relu), named: last, reading: [input])
    case .activation: try builder.add(.activation(.sigmoid), named: last, reading: [input])
    case .prelu:
      try builder.add(
        .prelu(try ParametricReLU(slopes: [0.25, 0.5, 0.1, 0], inner: 1)), named: last,
        reading: [input])
    case .add, .multiply:
      try builder.add(dense(4, 4), named: "left", reading: [input])
      try builder.add(kind == .add ? .add : .multiply, named: last, reading: ["left", input])
    case .matrixProduct:
      try builder.add(
        .rearrange(
          try Rearrangement(shape: try Shape([4, 2]), indices: [0, 4, 1, 5, 2, 6, 3, 7])),
        named: "turned", reading: [input])
      try builder.add(.matrixProduct, named: last, reading: [input, "turned"])
    case .softmax: try builder.add(.softmax, named: last, reading: [input])
    case .logSoftmax: try builder.add(.logSoftmax, named: last, reading: [input])
    case .normalize: try builder.add(.normalize(epsilon: 0.1), named: last, reading: [input])
    case .rearrange:
      try builder.add(
        .rearrange(try Rearrangement(shape: shape, indices: [7, 6, 5, 4, 3, 2, 1, 0])), named: last,
        reading: [input])
    case .reshape: try builder.add(.reshape(try Shape([4, 2])), named: last, reading: [input])
    }
    // All of it as one row of numbers, read by a matrix.
    let count = try builder.network(named: "part", output: last).outputCount
    try builder.add(.reshape(Shape(vector: count)), named: "row", reading: [last])
    last = "answer"
    try builder.add(dense(count, 2), named: last, reading: ["row"])
    return try builder.network(named: "probe of \(kind.rawValue)", output: last)
  }
}
