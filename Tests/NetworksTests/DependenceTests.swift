import Testing

@testable import Networks

struct DependenceTests {
  /// The parts that an output depends on are those that its gradient reaches, where no weight is 0 and no
  /// function is flat.
  @Test(arguments: 0..<40)
  func partsAreThoseThatGradientsReach(seed: Int) throws {
    let network = try RandomOperations.network(seed: seed, smooth: true)
    let engine = ReferenceEngine(network)
    let parts = (0..<network.inputCount).map { UInt8(1) << UInt8($0 % 8) }
    let told = network.dependence(on: parts)
    #expect(told.count == network.outputCount)
    let input = PassTests.numbers(network.inputCount, seed: seed).map { Double($0) }
    let values = engine.values(for: input)
    for output in told.indices {
      var cotangent = [Double](repeating: 0, count: told.count)
      cotangent[output] = 1
      let gradient = engine.pullback(of: cotangent, at: values).nodes[0]
      let reached = zip(parts, gradient).reduce(UInt8(0)) { $1.1 != 0 ? $0 | $1.0 : $0 }
      // A gradient may vanish by chance; it never reaches what is not wired.
      #expect(reached & ~told[output] == 0)
    }
  }

  @Test func samplesSideBySideStayApart() throws {
    let network = try PassTests.network(
      [2, 2, 3, 3],
      [
        ("c", PassTests.convolution(), ["input"]), ("r", .activation(.relu), ["c"]),
        ("p", .pool(try Pool(.max, Window(spanning: [2, 2]))), ["r"]),
        ("f", .reshape(try Shape([2, 4])), ["p"]), ("y", PassTests.dense(4, 3), ["f"]),
      ])
    let parts = [UInt8](repeating: 1, count: 18) + [UInt8](repeating: 2, count: 18)
    #expect(network.dependence(on: parts) == [1, 1, 1, 2, 2, 2])
    let mixed = try PassTests.network(
      [2, 3],
      [
        (
          "t", .rearrange(try Rearrangement(shape: Shape([3, 2]), indices: [0, 3, 1, 4, 2, 5])),
          ["input"]
        ),
        ("y", .softmax, ["t"]),
      ])
    #expect(mixed.dependence(on: [1, 1, 1, 2, 2, 2]) == [3, 3, 3, 3, 3, 3])
  }
}
