import Foundation
import Networks
import Testing

/// Which values are neurons.
@Suite struct LayerTests {
  func dense(_ inputs: Int, _ outputs: Int) throws -> Networks.Operation {
    .dense(
      try Dense(
        inputs: inputs, weight: Array(repeating: 1, count: inputs * outputs),
        bias: Array(repeating: 0, count: outputs)))
  }

  @Test func aMatrixAndItsFunctionAreOneLayer() throws {
    let network = try #require(try BuiltIn.model(named: "digits-mlp"))
    #expect(network.layers.map(\.count) == [32, 16, 10])
    #expect(network.layers.map(\.name) == ["hidden1.relu", "hidden2.relu", "output"])
    #expect(network.layers[0].sources == [.input])
    #expect(network.layers[2].sources == [.layer(1)])
    #expect(network.multiplyAccumulates == 64 * 32 + 32 * 16 + 16 * 10)
    #expect(network.neuronCount == 32 + 16 + 10)
    #expect(network.parameterCount == 2720 + 58)
    #expect(network.depth == 3)
  }

  @Test func linearNeuronsBetweenMatricesAreHeld() throws {
    var builder = Network.Builder(input: try Shape([2]))
    try builder.add(dense(2, 3), named: "a", reading: ["input"])
    try builder.add(dense(3, 4), named: "b", reading: ["a"])
    let network = try builder.network(named: "linear", output: "b")
    #expect(network.layers.map(\.count) == [3, 4])
  }

  @Test func aResidualBlock() throws {
    // relu(W2 relu(W1 x) + x): x and the inner function are held, the sum's parts are not.
    var builder = Network.Builder(input: try Shape([2]))
    try builder.add(dense(2, 3), named: "stem", reading: ["input"])
    try builder.add(.activation(.relu), named: "x", reading: ["stem"])
    try builder.add(dense(3, 5), named: "w1", reading: ["x"])
    try builder.add(.activation(.relu), named: "h", reading: ["w1"])
    try builder.add(dense(5, 3), named: "w2", reading: ["h"])
    try builder.add(.add, named: "sum", reading: ["w2", "x"])
    try builder.add(.activation(.relu), named: "y", reading: ["sum"])
    let network = try builder.network(named: "residual", output: "y")
    #expect(network.layers.map(\.name) == ["x", "h", "y"])
    #expect(Set(network.layers[2].sources) == [.layer(0), .layer(1)])
    #expect(network.depth == 3)
  }

  @Test func flatteningHoldsNothing() throws {
    var builder = Network.Builder(input: try Shape([2, 2]))
    try builder.add(.reshape(Shape(vector: 4)), named: "flat", reading: ["input"])
    try builder.add(dense(4, 3), named: "a", reading: ["flat"])
    try builder.add(.reshape(Shape(vector: 3)), named: "again", reading: ["a"])
    let network = try builder.network(named: "flat", output: "again")
    #expect(network.layers.map(\.name) == ["a"])
    #expect(network.layers[0].sources == [.input])
    #expect(network.outputCount == 3)
  }

  @Test func whatCannotBeBuilt() throws {
    func error(_ build: (inout Network.Builder) throws -> Void) -> String {
      var builder = Network.Builder(input: try! Shape([2]))
      do {
        try build(&builder)
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      error { try $0.add(dense(3, 1), named: "a", reading: ["input"]) }
        == "operation 'a' (dense) takes a last axis of 3, is given the shape 2")
    #expect(
      error { try $0.add(.add, named: "a", reading: ["input"]) }
        == "operation 'a' (add) takes 2 or more value(s), is given 1")
    #expect(
      error { try $0.add(.softmax, named: "a", reading: ["b"]) }
        == "operation 'a' reads 'b', which does not stand before it")
    #expect(
      error { try $0.add(.softmax, named: "input", reading: ["input"]) }
        == "two operations are called 'input'")
    #expect(
      error {
        try $0.add(dense(2, 3), named: "a", reading: ["input"])
        try $0.add(.add, named: "b", reading: ["a", "input"])
      } == "operation 'b' (add) adds values of different shapes, 3 and 2")
    #expect(
      error {
        try $0.add(.softmax, named: "a", reading: ["input"])
        try $0.add(.softmax, named: "b", reading: ["input"])
        _ = try $0.network(named: "", output: "a")
      } == "operation 'b' does not reach the output")
    #expect(
      error { _ = try $0.network(named: "", output: "input") } == "the network computes nothing")
    #expect(throws: NetworkError.self) { try Shape([2, 0]) }
    #expect(throws: NetworkError.self) { try Shape([Int.max, 2]) }
    #expect(throws: NetworkError.self) { try Dense(inputs: 2, weight: [1], bias: [0]) }
    #expect(throws: NetworkError.self) { try Dense(inputs: 1, weight: [.nan], bias: [0]) }
  }
}
