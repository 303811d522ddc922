import Networks
import Testing
import Training

@Suite struct ArchitectureTests {
  @Test func aStackOfLayers() throws {
    let network = try Architecture("64-32-10:tanh").network()
    #expect(network.name == "64-32-10:tanh")
    #expect(network.inputCount == 64 && network.outputCount == 10)
    #expect(network.nodes.map(\.operation.kind) == [.input, .dense, .activation, .dense])
    #expect(network.nodes[2].operation == .activation(.tanh))
    #expect(network.parameterCount == 64 * 32 + 32 + 32 * 10 + 10)
    #expect(try Architecture("3-2").network().nodes.count == 2)
    #expect(try Architecture("64-32-10").description == "64-32-10")
  }

  @Test(
    arguments: [
      "", "64", "64-", "-64-10", "64--10", "64-0-10", "64-32-10:", "64-32-10:swosh", "64-x-10",
      "64-32-10:tanh:tanh", "64- 32-10", "64-٣-10", "64-99999999999999999999-10", "64-1e3-10",
      "65537-2",
    ])
  func whatIsNone(text: String) {
    #expect(throws: ArchitectureError.self) { try Architecture(text) }
  }

  @Test func whatIsMeantAsOne() {
    #expect(Architecture.isMeant("64-32-x"))
    for name in ["digits-mlp", "./64-32-10", "64-32.onnx", "64"] {
      #expect(!Architecture.isMeant(name))
    }
  }

  /// Each output of a layer is a sum over its inputs; 20 000 weights scatter in variance by 1 %.
  @Test func initialWeightsHaveTheirVariance() throws {
    let layout = ParameterLayout(try Architecture("100-200-2").network())
    let values = layout.heInitialisation(seed: 3)
    let first = layout.places[0]
    let square = first.weight.reduce(0) { $0 + Double(values[$1] * values[$1]) } / 20_000
    #expect(abs(square / (2.0 / 100) - 1) < 0.04)
    #expect(first.bias.allSatisfy { values[$0] == 0 })
    #expect(values == layout.heInitialisation(seed: 3))
    #expect(values != layout.heInitialisation(seed: 3, index: 1))
    #expect(values != layout.heInitialisation(seed: 4))
  }
}
