import Foundation
import IrreversibleDigital
import Networks
import Quantities
import SubstrateCore
import Testing

/// What becomes of every sort of operation, what it costs, and what is refused.
@Suite struct IrreversibleCoverageTests {
  private static func axis(_ input: Int, _ kernel: Int, stride: Int = 1) throws -> Window {
    try Window([Window.Axis(input: input, kernel: kernel, stride: stride)])
  }

  /// A small network with an operation of a sort in it.
  private func network(with kind: Networks.Operation.Kind) throws -> Network {
    var writer = try NetworkWriter([2, 4], seed: 3)
    switch kind {
    case .input, .reshape:
      try writer.add(.reshape(Shape(vector: 8)))
      try writer.add(.activation(.relu))
    case .dense: try writer.add(writer.dense(4, 3))
    case .convolution:
      let convolution = try writer.convolution([Window.Axis(input: 4, kernel: 2)], 2, 3)
      try writer.add(convolution)
    case .scale:
      try writer.add(.scale(try Scale(factors: writer.numbers(4), offsets: writer.numbers(4))))
    case .relu: try writer.add(.activation(.relu))
    case .activation: try writer.add(.activation(.gelu))
    case .prelu:
      try writer.add(.prelu(try ParametricReLU(slopes: writer.numbers(2), inner: 4)))
    case .add: try writer.add(.add, reading: "input", "input")
    case .multiply: try writer.add(.multiply, reading: "input", "input")
    case .matrixProduct:
      try writer.add(
        .rearrange(
          try Rearrangement(
            shape: Shape([4, 2]), indices: NetworkWriter.transpose(rows: 2, columns: 4))
        ), "transposed")
      try writer.add(.matrixProduct, reading: "input", "transposed")
    case .softmax: try writer.add(.softmax)
    case .logSoftmax: try writer.add(.logSoftmax)
    case .normalize: try writer.add(.normalize(epsilon: 1e-5))
    case .maxPool: try writer.add(.pool(try Pool(.max, Self.axis(4, 2))))
    case .meanPool: try writer.add(.pool(try Pool(.mean, Self.axis(4, 2))))
    case .rearrange:
      try writer.add(.rearrange(try Rearrangement(shape: Shape(vector: 3), indices: [7, 0, 3])))
    }
    return try writer.network(kind.rawValue)
  }

  @Test(arguments: Networks.Operation.Kind.allCases)
  func everyOperationRuns(kind: Networks.Operation.Kind) throws {
    let network = try network(with: kind)
    #expect(network.nodes.contains { $0.operation.kind == kind })
    let samples = try RandomGraph.samples(network, count: 7, seed: 1)
    let card = IrreversibleDigital().card
    for bits in ["2", "8", "16"] {
      let result = try digital(network, samples, ["bits": bits])
      #expect(result.holdsNoNaN)
      let operations = result.coverage.filter {
        if case .unknown = $0.status { false } else { true }
      }
      #expect(operations.map(\.operation) == network.nodes.map(\.name))
      #expect(result.coverage.count > operations.count)
      for (node, coverage) in zip(network.nodes, result.coverage) {
        switch (card.meaning(node.operation.kind), coverage.status) {
        case (.modelled, .modelled), (.free, .free), (.unmodelled, .unmodelled): break
        case (let meaning, let status): Issue.record("\(node.name): \(meaning) but \(status)")
        }
      }
      guard bits == "16" else { continue }
      let (error, largest) = worstError(result, network, samples)
      #expect(error < 1e-3 * max(largest, 1), "\(error)")
      #expect(largest > 0.1)
    }
  }

  @Test func gapsAreSaid() {
    let card = IrreversibleDigital().card
    let gaps = Networks.Operation.Kind.allCases.filter {
      if case .unmodelled(let reason) = card.meaning($0) {
        reason.contains("floating point")
      } else {
        false
      }
    }
    #expect(gaps == [.softmax, .logSoftmax, .normalize])
  }

  @Test func valuesThatAreAllAlike() throws {
    // No range anywhere, and a deviation of 0.
    for kind in Networks.Operation.Kind.allCases {
      let network = try network(with: kind)
      for value in [Float(0), 1, -3] {
        let samples = try Samples(
          name: "alike", width: 8, values: [Float](repeating: value, count: 16))
        let result = try digital(network, samples, ["bits": "16"])
        #expect(result.holdsNoNaN)
        let (error, largest) = worstError(result, network, samples)
        #expect(error < 2e-3 * max(largest, 1), "\(kind) of \(value): \(error)")
      }
    }
  }

  // MARK: Refusals

  private func refusal(
    _ network: Network, bits: Int, accumulator: Int
  ) throws -> Refusal? {
    let samples = try Samples(
      name: "s", width: network.inputCount,
      values: [Float](repeating: 1, count: 2 * network.inputCount))
    return try Setting(
      substrate: IrreversibleDigital(), network: network, samples: samples
    ).refusal(of: ["bits": "\(bits)", "accumulator-bits": "\(accumulator)"])
  }

  private func expect(
    _ network: Network, bits: Int, needs: Int
  ) throws {
    #expect(try refusal(network, bits: bits, accumulator: needs) == nil)
    let refused = try #require(try refusal(network, bits: bits, accumulator: needs - 1))
    #expect(refused.reason == .precision)
    #expect(refused.detail.contains("'it'") && refused.detail.contains("\(needs) bits"))
    #expect(!refused.detail.contains("\n"))
  }
  @Test(arguments: [(64, 6), (65, 7), (128, 7)])
  func sumsOfProducts(inner: Int, logarithm: Int) throws {
    var product = try NetworkWriter([inner], seed: 1)
    try product.add(.reshape(Shape([1, inner])), "row")
    try product.add(.reshape(Shape([inner, 1])), "column", reading: "input")
    try product.add(.matrixProduct, "it", reading: "row", "column")
    // (2^b - 1)² n < 2^(A - 1).
    try expect(try product.network(), bits: 8, needs: 17 + logarithm)

    var convolution = try NetworkWriter([1, inner], seed: 1)
    let operation = try convolution.convolution([Window.Axis(input: inner, kernel: inner)], 1, 2)
    try convolution.add(operation, "it")
    try expect(try convolution.network(), bits: 8, needs: 16 + logarithm)

    var pool = try NetworkWriter([inner], seed: 1)
    try pool.add(.pool(try Pool(.sum, Self.axis(inner, inner))), "it")
    try expect(try pool.network(), bits: 11, needs: 12 + logarithm)
    var greatest = try NetworkWriter([inner], seed: 1)
    try greatest.add(.pool(try Pool(.max, Self.axis(inner, inner))), "it")
    #expect(try refusal(try greatest.network(), bits: 16, accumulator: 16) == nil)
  }

  @Test func productsAndOffsets() throws {
    try expect(try renamed(try network(with: .multiply)), bits: 9, needs: 19)
    try expect(try renamed(try network(with: .scale)), bits: 15, needs: 18)
  }

  private func renamed(_ network: Network) throws -> Network {
    var builder = Network.Builder(input: network.nodes[0].shape)
    let node = network.nodes[1]
    try builder.add(
      node.operation, named: "it", reading: node.parents.map { network.nodes[$0].name })
    return try builder.network(named: "renamed", output: "it")
  }

  // MARK: Costs

  private func picojoules(_ run: Run, _ mechanism: String, _ layer: String) -> Double {
    run.ledger.postings.filter {
      $0.flow == .drawn && $0.mechanism == mechanism && $0.layer == layer
    }.reduce(0) { $0 + $1.energy.value * 1e12 }
  }

  private func expect(_ one: Double, _ other: Double) {
    #expect(abs(one - other) <= 1e-9 * other, "\(one), not \(other)")
  }

  /// 8-bit products at 0.2 pJ, 32-bit additions at 0.1, 8-bit ones at 0.03, 64 bits of 8 KB at 10 pJ.
  @Test func aConvolutionNetworkByHand() throws {
    var writer = try NetworkWriter([2, 6], seed: 4)
    let axis = try Window.Axis(input: 6, kernel: 3, before: 1, after: 1)
    let convolution = try writer.convolution([axis], 2, 4)
    try writer.add(convolution)
    try writer.add(.scale(try Scale(factors: [1, 2, 3, 4], offsets: [0, 1, 0, 1], inner: 6)))
    try writer.add(.activation(.gelu), "a")
    // A window of one at the edge and two of two: 2 × 4 comparisons for 3 × 4 neurons.
    try writer.add(
      .pool(
        try Pool(.max, try Window([Window.Axis(input: 6, kernel: 2, stride: 2, before: 1)]))), "m")
    let transpose = NetworkWriter.transpose(rows: 4, columns: 3)
    try writer.add(
      .rearrange(try Rearrangement(shape: Shape([3, 4]), indices: transpose)), "t")
    try writer.add(.multiply, "x", reading: "t", "t")
    try writer.add(.pool(try Pool(.mean, Self.axis(4, 4))), "p")
    try writer.add(.scale(try Scale(factors: nil, offsets: [1])), "o")
    let network = try writer.network()
    let samples = try RandomGraph.samples(network, count: 3, seed: 1)
    let result = try digital(network, samples, ["weights": "sram"])
    // 4 channels × 6 positions × 2 × 3 weights, padding too, and 24 of the scale.
    expect(picojoules(result, "multiply", "a"), (144 + 24) * 0.2)
    expect(picojoules(result, "accumulate", "a"), (144 + 24) * 0.1)
    expect(picojoules(result, "activation", "a"), 24 * 0.1)
    expect(picojoules(result, "activation table", "a"), 24 * 8.0 / 64 * 10)
    expect(picojoules(result, "activation memory", "a"), (12 + 24) * 8.0 / 64 * 10)
    expect(
      picojoules(result, "weight memory", "a"), ((24 + 4) * 8.0 + (4 + 4) * 32) / 64 * 10)
    expect(picojoules(result, "compare", "m"), 8 * 0.03)
    #expect(picojoules(result, "activation", "m") == 0)
    expect(picojoules(result, "activation memory", "m"), (24 + 12) * 8.0 / 64 * 10)
    expect(picojoules(result, "multiply", "x"), 12 * 0.2)
    expect(picojoules(result, "activation memory", "x"), (12 + 12) * 8.0 / 64 * 10)
    // Means of four, three additions each, and the offset.
    expect(picojoules(result, "sum", "o"), (3 * 3 + 3) * 0.1)
    expect(picojoules(result, "activation", "o"), 3 * 0.1)
    #expect(Set(result.ledger.postings.map(\.layer)) == ["a", "m", "x", "o"])
    #expect(abs(result.ledger.residual(.model).value) < 1e-24)
    // The products of neurons and of scales erase as any other do.
    #expect(result.numbers("erased_bits_operations") == [Double((144 + 24 + 12) * (16 + 32))])
    #expect(result.numbers("erased_bits_registers_nominal") == [Double((24 + 12 + 12 + 3) * 8)])
  }

  @Test func bothFactorsAreRead() throws {
    var writer = try NetworkWriter([3, 4], seed: 5)
    try writer.add(.activation(.tanh), "a")
    let transpose = NetworkWriter.transpose(rows: 3, columns: 4)
    try writer.add(
      .rearrange(try Rearrangement(shape: Shape([4, 3]), indices: transpose)), "t",
      reading: "input")
    try writer.add(.matrixProduct, "y", reading: "a", "t")
    let network = try writer.network()
    let result = try digital(network, try RandomGraph.samples(network, count: 3, seed: 1))
    expect(picojoules(result, "multiply", "y"), 36 * 0.2)
    expect(picojoules(result, "activation memory", "y"), (12 + 12 + 9) * 8.0 / 64 * 10)
    #expect(picojoules(result, "weight memory", "y") == 0)
  }
}
