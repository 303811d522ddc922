import Networks
import StochasticThermodynamics
import Testing

/// Linear ways from the inputs, shared values and shared wires, one by one.
@Suite struct InputWayTests {
  private typealias Node = (name: String, operation: Networks.Operation, parents: [String])

  private static func dense(_ inputs: Int, _ outputs: Int) throws -> Networks.Operation {
    .dense(
      try Dense(
        inputs: inputs,
        weight: (0..<inputs * outputs).map { Float(($0 * 7 + outputs) % 5) / 4 - 0.4 },
        bias: (0..<outputs).map { Float($0) / 8 }))
  }

  private static func wires(_ indices: [Int32], constants: [Float] = []) throws
    -> Networks.Operation
  {
    .rearrange(
      try Rearrangement(
        shape: Shape(vector: indices.count), indices: indices, constants: constants))
  }

  /// Networks on four inputs, with the number of rows that `project` should leave.
  private static func cases() throws -> [(name: String, projections: Int, nodes: [Node])] {
    let scale = Networks.Operation.scale(try Scale(factors: [2, -1], offsets: [0.5, 0.25]))
    let turned = try wires([3, 2, 1, 0])
    let padded = try wires([-1, 0, 3, 3, -2, 1], constants: [0.5, -1])
    let tanh = Networks.Operation.activation(.tanh)
    return [
      // One projection behind wires, a matrix, a scale and a sum.
      (
        "a long way", 4,
        [
          ("w", turned, ["input"]), ("d", try dense(4, 4), ["w"]), ("s", scale, ["d"]),
          ("t", .add, ["s", "w"]), ("y", tanh, ["t"]),
        ]
      ),
      // The wires' value is read where it is not linear: what is behind it is no projection.
      (
        "wires read twice", 4,
        [
          ("w", turned, ["input"]), ("v", try wires([1, 0, 3, 2]), ["w"]),
          ("y", .multiply, ["w", "v"]),
        ]
      ),
      // Several layers read the same wires; each has its own copy.
      (
        "wires of three layers", 3 + 6 + 6,
        [
          ("w", padded, ["input"]), ("d", try dense(6, 3), ["w"]), ("a", tanh, ["d"]),
          ("b", .softmax, ["w"]), ("c", .multiply, ["w", "b"]), ("e", try dense(6, 3), ["c"]),
          ("y", .add, ["e", "a"]),
        ]
      ),
      // A linear layer is a projection itself, and inputs are read directly too.
      (
        "inputs, straight and not", 4,
        [
          ("d", try dense(4, 4), ["input"]), ("p", .multiply, ["d", "input"]),
          ("q", .multiply, ["p", "input"]), ("y", .add, ["q", "input"]),
        ]
      ),
      // One value added to itself, inside a layer and on the way to it.
      (
        "twice the same", 4,
        [
          ("w", turned, ["input"]), ("u", .add, ["w", "w"]), ("y", .multiply, ["u", "u"]),
        ]
      ),
      // A linear function of the inputs, and of neurons, under one function.
      (
        "two ways together", 4,
        [
          ("a", .softmax, ["input"]), ("d", try dense(4, 4), ["a"]),
          ("e", try dense(4, 4), ["input"]), ("v", turned, ["a"]), ("s", .add, ["d", "e", "v"]),
          ("z", scale, ["s"]), ("y", .logSoftmax, ["z"]),
        ]
      ),
    ]
  }

  @Test func products() throws {
    for (name, projections, nodes) in try Self.cases() {
      var builder = Network.Builder(input: Shape(vector: 4))
      for node in nodes { try builder.add(node.operation, named: node.name, reading: node.parents) }
      let network = try builder.network(named: name, output: "y")
      #expect(LayerEngine<Double>(network).projectionCount == projections, "\(name)")
      let tests = EngineTests()
      try tests.compareForward(network, Double.self, tolerance: 1e-13)
      try tests.compareForward(network, Float.self, tolerance: 1e-5)
      try tests.comparePullback(network, Double.self, tolerance: 1e-12)
      try tests.comparePullback(network, Float.self, tolerance: 1e-5)
      try tests.compareReference(network, seed: 1)
      try tests.comparePushforward(network, seed: 1)
      try tests.compareAdjoints(network, seed: 1)
      try GatheredPullbackTests().compare(network, Double.self, tolerance: 1e-12, seed: 1)
    }
  }
}
