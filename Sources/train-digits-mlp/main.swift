// Trains the built-in network `digits-mlp` and writes its file. The same seed gives the same file:
//
//   swift run -c release train-digits-mlp Sources/Networks/Resources/digits-mlp.json
//
// 64-32-16-10 with ReLU, on the 1 347 training images: plain stochastic gradient descent, one
// sample at a time, cross-entropy, He initialisation, zero bias, the rate falling linearly to 0. It
// runs on the reference engine, whose arithmetic is the same on every machine.

internal import Foundation
internal import Networks
internal import StochasticThermodynamics

/// What is trained: weights in double precision; the network sees them rounded.
struct Parameters {
  var weights: [[Double]]
  var biases: [[Double]]
  let sizes: [Int]

  /// He initialisation: weights of variance 2/inputs, no bias.
  init(sizes: [Int], seed: UInt64) {
    self.sizes = sizes
    var noise = GaussianStream(seed: seed, purpose: "He initialisation")
    weights = []
    biases = []
    for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
      let spread = (2 / Double(inputs)).squareRoot()
      weights.append((0..<inputs * outputs).map { _ in spread * noise.next() })
      biases.append(Array(repeating: 0, count: outputs))
    }
  }

  func network() throws -> Network {
    var layers: [Dense] = []
    for (index, inputs) in sizes.dropLast().enumerated() {
      layers.append(
        try Dense(
          inputs: inputs, weight: weights[index].map { Float($0) },
          bias: biases[index].map { Float($0) }))
    }
    return try Network(named: "digits-mlp", layers: layers, activation: .relu)
  }

  /// Goes down one sample's gradient of the cross-entropy.
  mutating func descend(_ input: [Double], label: Int, rate: Double) throws {
    let engine = ReferenceEngine(try network())
    let values = engine.values(for: input)
    let output = values[engine.network.output]
    let largest = output.max()!
    let exponentials = output.map { exp($0 - largest) }
    let sum = exponentials.reduce(0, +)
    let cotangent = exponentials.enumerated().map {
      $0.element / sum - ($0.offset == label ? 1 : 0)
    }
    let gradient = engine.pullback(of: cotangent, at: values)
    let dense = gradient.weights.keys.sorted()
    for (layer, node) in dense.enumerated() {
      for (place, slope) in gradient.weights[node]!.enumerated() {
        weights[layer][place] -= rate * slope
      }
      for (place, slope) in gradient.biases[node]!.enumerated() {
        biases[layer][place] -= rate * slope
      }
    }
  }
}

func accuracy(of network: Network, on samples: Samples) -> Double {
  let engine = ReferenceEngine(network)
  let right = (0..<samples.count).filter { sample in
    let output = engine.output(for: samples[sample].map { Double($0) })
    return output.firstIndex(of: output.max()!) == samples.labels![sample]
  }
  return Double(right.count) / Double(samples.count)
}

guard CommandLine.arguments.count == 2 else {
  FileHandle.standardError.write(
    Data("train-digits-mlp: one argument is needed; the file to write\n".utf8))
  exit(2)
}
let seed: UInt64 = 4
let epochs = 40
let firstRate = 0.05
guard let training = try BuiltIn.samples(named: "digits-train"),
  let test = try BuiltIn.samples(named: "digits")
else { preconditionFailure("the built-in data") }

var parameters = Parameters(sizes: [64, 32, 16, 10], seed: seed)
var order = Array(0..<training.count)
var shuffling = SeededGenerator(seed: seed, purpose: "order")
for epoch in 0..<epochs {
  order.shuffle(using: &shuffling)
  for (step, sample) in order.enumerated() {
    let done = (Double(epoch) + Double(step) / Double(order.count)) / Double(epochs)
    try parameters.descend(
      training[sample].map { Double($0) }, label: training.labels![sample],
      rate: firstRate * (1 - done))
  }
}
let network = try parameters.network()
try NetworkFile.encode(network).write(
  to: URL(filePath: CommandLine.arguments[1]), options: .atomic)
print(
  "digits-mlp: \(accuracy(of: network, on: training)) of the training images, "
    + "\(accuracy(of: network, on: test)) of the 450 test images")
