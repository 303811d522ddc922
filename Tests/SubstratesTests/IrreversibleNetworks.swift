import IrreversibleDigital
import Networks
import StochasticThermodynamics
import SubstrateCore

/// Writes networks of random weights down in few words, the same for the same seed.
struct NetworkWriter {
  private var noise: GaussianStream
  private var builder: Network.Builder
  private var shape: [String: Shape]
  private(set) var last = Network.Builder.input

  init(_ input: [Int], seed: Int) throws {
    noise = GaussianStream(seed: 23, purpose: "digital networks", index: seed)
    builder = Network.Builder(input: try Shape(input))
    shape = [last: try Shape(input)]
  }

  mutating func numbers(_ count: Int, _ deviation: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(deviation * noise.next()) }
  }

  /// Adds an operation behind the last one, or behind others.
  mutating func add(
    _ operation: Networks.Operation, _ name: String? = nil, reading parents: String...
  ) throws {
    let name = name ?? "node\(shape.count)"
    try builder.add(operation, named: name, reading: parents.isEmpty ? [last] : parents)
    shape[name] = builder.shape(of: name)
    last = name
  }

  mutating func dense(_ inputs: Int, _ outputs: Int) -> Networks.Operation {
    .dense(
      try! Dense(
        inputs: inputs, weight: numbers(inputs * outputs, 1 / Double(inputs).squareRoot()),
        bias: numbers(outputs, 0.3)))
  }

  /// A convolution of random weights; `alike` makes them ±c with a c for each output channel, so that
  /// no position of the output is without a largest weight.
  mutating func convolution(
    _ axes: [Window.Axis], _ inputs: Int, _ outputs: Int, groups: Int = 1,
    isTransposed: Bool = false, alike: Bool = false
  ) throws -> Networks.Operation {
    let window = try Window(axes)
    let columns = inputs / groups * window.tapCount
    var weight = numbers(columns * outputs, 1 / Double(columns).squareRoot())
    if alike {
      for place in weight.indices {
        // Of a transpose the weights stand input by input.
        let output =
          isTransposed
          ? place / window.tapCount % (outputs / groups)
            + place / window.tapCount / (inputs / groups * (outputs / groups)) * (outputs / groups)
          : place / columns
        weight[place] = (weight[place] < 0 ? -1 : 1) * (0.25 + Float(output) / 7)
      }
    }
    return .convolution(
      try Convolution(
        window, inputChannels: inputs, outputChannels: outputs, groups: groups,
        isTransposed: isTransposed, weight: weight, bias: numbers(outputs, 0.3)))
  }

  /// Where the numbers of a transposed matrix of so many columns come from.
  static func transpose(rows: Int, columns: Int) -> [Int32] {
    var indices: [Int32] = []
    for column in 0..<columns {
      for row in 0..<rows { indices.append(Int32(row * columns + column)) }
    }
    return indices
  }

  func network(_ name: String = "written") throws -> Network {
    try builder.network(named: name, output: last)
  }
}

extension Network {
  /// The same network with an operation replaced by the matrix that it is, found by its answers to unit
  /// vectors.
  func unrolling(_ isUnrolled: (Networks.Operation) -> Bool) throws -> Network {
    var builder = Builder(input: nodes[0].shape)
    for node in nodes.dropFirst() {
      let parents = node.parents.map { nodes[$0] }
      guard isUnrolled(node.operation) else {
        try builder.add(node.operation, named: node.name, reading: parents.map(\.name))
        continue
      }
      var alone = Builder(input: parents[0].shape)
      try alone.add(node.operation, named: "it", reading: [Builder.input])
      let engine = ReferenceEngine(try alone.network(named: "alone", output: "it"))
      let inputs = parents[0].shape.count
      let zeros = [Double](repeating: 0, count: inputs)
      let offset = engine.output(for: zeros)
      var weight = [Float](repeating: 0, count: inputs * offset.count)
      var linear = zeros
      for column in 0..<inputs {
        linear[column] = 1
        // Sums and differences of two numbers of type `Float` are exact in double precision.
        let answer = engine.output(for: linear)
        for row in offset.indices where answer[row] != offset[row] {
          weight[row * inputs + column] = Float(answer[row] - offset[row])
        }
        linear[column] = 0
      }
      try builder.add(
        .reshape(Shape(vector: inputs)), named: node.name + ".flat", reading: [parents[0].name])
      try builder.add(
        .dense(try Dense(inputs: inputs, weight: weight, bias: offset.map { Float($0) })),
        named: node.name + ".dense", reading: [node.name + ".flat"])
      try builder.add(
        .reshape(node.shape), named: node.name, reading: [node.name + ".dense"])
    }
    return try builder.network(named: name, output: nodes[output].name)
  }
}

/// Runs a network on the digital substrate.
func digital(
  _ network: Network, _ samples: Samples, _ values: [String: String] = [:]
) throws -> Run {
  try Setting(substrate: IrreversibleDigital(), network: network, samples: samples).run(values)
}

/// The largest error of a run's outputs, and the largest output, by the plain engine.
func worstError(
  _ run: Run, _ network: Network, _ samples: Samples
) -> (error: Double, largest: Double) {
  let engine = ReferenceEngine(network)
  var (error, largest) = (0.0, 0.0)
  for sample in 0..<samples.count {
    let exact = engine.output(for: samples[sample].map { Double($0) })
    for (index, value) in exact.enumerated() {
      error = max(error, abs(Double(run.outputs[sample * exact.count + index]) - value))
      largest = max(largest, abs(value))
    }
  }
  return (error, largest)
}
