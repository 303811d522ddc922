import Networks
import StochasticThermodynamics

/// A random network, the same for the same seed: of matrices with skips and sums, and from seed 24 on of
/// every operation there is.
func randomNetwork(seed: Int, smooth: Bool = false) throws -> Network {
  guard seed < 24 else { return try RandomOperations.network(seed: seed, smooth: smooth) }
  var generator = SeededGenerator(seed: 7, purpose: "random network", index: seed)
  var noise = GaussianStream(seed: 7, purpose: "random weights", index: seed)
  func dense(_ inputs: Int, _ outputs: Int) throws -> Networks.Operation {
    .dense(
      try Dense(
        inputs: inputs,
        weight: (0..<inputs * outputs).map { _ in Float(noise.next() / Double(inputs).squareRoot())
        },
        bias: (0..<outputs).map { _ in Float(0.3 * noise.next()) }))
  }
  let functions: [Activation] =
    smooth ? [.tanh, .sigmoid] : [.relu, .leakyReLU(slope: 0.1), .tanh, .sigmoid]
  let width = Int.random(in: 1...6, using: &generator)
  // Two axes, so that flattening has something to do.
  var builder = Network.Builder(input: try Shape([width, 2]))
  try builder.add(.reshape(Shape(vector: 2 * width)), named: "flat", reading: ["input"])
  var values = [(name: "flat", count: 2 * width)]
  for index in 0..<Int.random(in: 2...6, using: &generator) {
    let source = values.randomElement(using: &generator)!
    let name = "n\(index)"
    switch Int.random(in: 0..<6, using: &generator) {
    case 0:
      try builder.add(
        .activation(functions.randomElement(using: &generator)!), named: name,
        reading: [source.name])
      values.append((name, source.count))
    case 1:
      let partner = values.filter { $0.count == source.count }.randomElement(using: &generator)!
      try builder.add(.add, named: name, reading: [source.name, partner.name])
      values.append((name, source.count))
    case 2:
      try builder.add(.softmax, named: name, reading: [source.name])
      values.append((name, source.count))
    default:
      let count = Int.random(in: 1...7, using: &generator)
      try builder.add(try dense(source.count, count), named: name, reading: [source.name])
      try builder.add(
        .activation(functions.randomElement(using: &generator)!), named: "\(name).f",
        reading: [name])
      values.append(("\(name).f", count))
    }
  }
  // Everything has to reach the output: gather all values, read or not, through a matrix each.
  var last = ""
  for (index, value) in values.enumerated() {
    try builder.add(try dense(value.count, 3), named: "g\(index)", reading: [value.name])
    if last.isEmpty {
      last = "g\(index)"
    } else {
      try builder.add(.add, named: "s\(index)", reading: [last, "g\(index)"])
      last = "s\(index)"
    }
  }
  if seed.isMultiple(of: 3) {
    try builder.add(.softmax, named: "classes", reading: [last])
    last = "classes"
  }
  return try builder.network(named: "random \(seed)", output: last)
}

/// Inputs for a network, the same for the same seed.
func randomInputs(_ network: Network, count: Int, seed: Int) -> [[Double]] {
  var noise = GaussianStream(seed: 8, purpose: "random inputs", index: seed)
  return (0..<count).map { _ in (0..<network.inputCount).map { _ in noise.next() } }
}
