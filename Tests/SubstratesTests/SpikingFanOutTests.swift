import Networks
import Testing

@testable import Spiking

/// How many synapses a neuron has, beside matrices that the wires are read off.
@Suite struct SpikingFanOutTests {
  /// For each number that a network of one layer reads, how many of its numbers depend on it.
  func synapses(of network: Network) throws -> (counted: [Int], expected: [Int]) {
    let counted = FanOut(network, network.layers).synapses(from: .input, to: 0)
    let engine = ReferenceEngine(try network.withWeightsOfOne())
    let zeros = [Double](repeating: 0, count: network.inputCount)
    let expected = (0..<network.inputCount).map { place in
      var unit = zeros
      unit[place] = 1
      return engine.output(for: unit).count { $0 != 0 }
    }
    return (counted, expected)
  }

  @Test(arguments: 0..<5) func convolutionsReachFewerAtTheirEdges(kind: Int) throws {
    let axes: [[Window.Axis]] = [
      [try .init(input: 5, kernel: 3), try .init(input: 4, kernel: 2)],
      [try .init(input: 5, kernel: 3, before: 1, after: 1)],
      [try .init(input: 7, kernel: 2, stride: 2, dilation: 2, before: 2)],
      [try .init(input: 6, kernel: 3, stride: 2, before: 1, after: 2)],
      [try .init(input: 6, kernel: 3, stride: 2, before: 1, after: 2)],
    ]
    let isTransposed = kind == 4
    let window = try Window(axes[kind])
    let positions = isTransposed ? window.axes.map(\.output) : window.axes.map(\.input)
    var writer = try NetworkWriter([4] + positions, seed: kind)
    try writer.add(
      try writer.convolution(
        axes[kind], 4, 6, groups: kind == 0 ? 1 : 2, isTransposed: isTransposed))
    let (counted, expected) = try synapses(of: try writer.network())
    #expect(counted == expected)
    #expect(Set(expected).count > 1)
  }

  @Test func matricesPoolsAndWires() throws {
    var dense = try NetworkWriter([3, 4], seed: 1)
    try dense.add(dense.dense(4, 5))
    #expect(try synapses(of: try dense.network()).counted == Array(repeating: 5, count: 12))

    var pool = try NetworkWriter([2, 5], seed: 1)
    let axis = try Window.Axis(input: 5, kernel: 3, stride: 2, before: 1, after: 1)
    try pool.add(.pool(try Pool(.mean, try Window([axis]))))
    let means = try synapses(of: try pool.network())
    #expect(means.counted == means.expected)

    // Behind wires, some numbers twice and some not at all.
    var wires = try NetworkWriter([4], seed: 1)
    try wires.add(
      .rearrange(
        try Rearrangement(shape: try Shape([6]), indices: [0, 0, 2, 3, -1, 3], constants: [7])))
    try wires.add(wires.dense(6, 2))
    #expect(try synapses(of: try wires.network()).counted == [4, 0, 2, 4])
  }
}
