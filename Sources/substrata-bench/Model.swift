internal import Foundation
internal import Networks
internal import ONNX
internal import StochasticThermodynamics

/// The network of a file: ONNX by its name, JSON otherwise.
///
/// - Parameter isWhole: whether the shapes of an ONNX file hold as they are, none with an axis that counts
///   samples.
func network(inFile path: String, isWhole: Bool = false) throws -> Network {
  path.lowercased().hasSuffix(".onnx")
    ? try ONNXFile.network(at: path, options: ONNXFile.Options(isWhole: isWhole))
    : try NetworkFile.decode(Data(contentsOf: URL(filePath: path)))
}

/// A built-in network, one that only benchmarks know, or a file.
///
/// Benchmarks know `lenet`, `mlp-784` and sizes such as `64-32-16-10`, all with random weights.
func network(_ model: String) throws -> Network {
  if let network = try BuiltIn.model(named: model) { return network }
  var maker = RandomWeights()
  if model == "lenet" { return try maker.lenet() }
  if model == "mlp-784" { return try maker.chain([784, 256, 128, 10], named: model) }
  let sizes = model.split(separator: "-").map { Int($0) }
  guard sizes.count > 1, sizes.allSatisfy({ ($0 ?? 0) > 0 }) else {
    return try network(inFile: model)
  }
  return try maker.chain(sizes.map { $0! }, named: model)
}

/// Networks of random weights, the same at every call.
private struct RandomWeights {
  private var noise = GaussianStream(seed: 1, purpose: "bench weights")

  private mutating func numbers(_ count: Int, scale: Double) -> [Float] {
    (0..<count).map { _ in Float(scale * noise.next()) }
  }

  private mutating func dense(_ inputs: Int, _ outputs: Int) throws -> Dense {
    try Dense(
      inputs: inputs, weight: numbers(inputs * outputs, scale: (2 / Double(inputs)).squareRoot()),
      bias: numbers(outputs, scale: 0.1))
  }

  /// Matrices with ReLU between them.
  mutating func chain(_ widths: [Int], named name: String) throws -> Network {
    var layers: [Dense] = []
    for (inputs, outputs) in zip(widths, widths.dropFirst()) {
      layers.append(try dense(inputs, outputs))
    }
    return try Network(named: name, layers: layers, activation: .relu)
  }

  /// LeNet-5 (Y. LeCun et al., Proc. IEEE 86, 2278, 1998) for 28×28 pixels, as it is usually written
  /// now: with ReLU, max pools, and a second convolution of which each map reads all of the first.
  mutating func lenet() throws -> Network {
    var builder = Network.Builder(input: try Shape([1, 28, 28]))
    var last = Network.Builder.input
    func add(_ operation: Networks.Operation, _ name: String) throws {
      try builder.add(operation, named: name, reading: [last])
      last = name
    }
    for (index, (inputs, outputs, length, pad)) in [(1, 6, 28, 2), (6, 16, 14, 0)].enumerated() {
      let axis = try Window.Axis(input: length, kernel: 5, before: pad, after: pad)
      let fanIn = 25 * inputs
      let weight = numbers(fanIn * outputs, scale: (2 / Double(fanIn)).squareRoot())
      try add(
        .convolution(
          try Convolution(
            try Window([axis, axis]), inputChannels: inputs, outputChannels: outputs,
            weight: weight, bias: numbers(outputs, scale: 0.1))), "convolution\(index + 1)")
      try add(.activation(.relu), "relu\(index + 1)")
      let half = try Window.Axis(input: axis.output, kernel: 2, stride: 2)
      try add(.pool(try Pool(.max, try Window([half, half]))), "pool\(index + 1)")
    }
    try add(.reshape(Shape(vector: 400)), "flat")
    for (index, (inputs, outputs)) in [(400, 120), (120, 84), (84, 10)].enumerated() {
      try add(.dense(try dense(inputs, outputs)), "dense\(index + 1)")
      if index < 2 { try add(.activation(.relu), "relu\(index + 3)") }
    }
    return try builder.network(named: "lenet", output: last)
  }
}
