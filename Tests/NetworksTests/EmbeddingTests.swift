import Testing

@testable import Networks

struct EmbeddingTests {
  private func network() throws -> Network {
    var builder = Network.Builder(
      input: try Shape([2, 3]),
      embedding: try Embedding(width: 3, table: (0..<12).map { Float($0) }))
    try builder.add(.activation(.tanh), named: "y", reading: ["input"])
    return try builder.network(named: "words", output: "y")
  }

  @Test func samplesAreLookedUp() throws {
    let network = try network()
    #expect(network.sampleWidth == 2)
    #expect(network.inputCount == 6)
    #expect(network.parameterCount == 12)
    let words = try Samples(name: "words", width: 2, values: [0, 3, -1, 1], labels: [1, 0])
    let vectors = try network.embedded(words)
    #expect(vectors.values == [0, 1, 2, 9, 10, 11, 9, 10, 11, 3, 4, 5])
    #expect(vectors.labels == [1, 0])
    #expect(network.simplified() == network)
  }

  @Test(arguments: [4, -5, 0.5] as [Float])
  func numbersWithoutVectorsAreRefused(number: Float) throws {
    let words = try Samples(name: "words", width: 2, values: [0, number])
    let network = try network()
    #expect {
      try network.embedded(words)
    } throws: {
      "\($0)".hasPrefix("sample 1, value 2 is \(number)")
    }
  }
}
