import IrreversibleDigital
import Networks
import SubstrateCore
import Testing

/// What windows and wires compute is what the matrix computes that they are: the same codes.
@Suite struct IrreversibleUnrolledTests {
  private func sameCodes(
    _ network: Network, _ isUnrolled: (Networks.Operation) -> Bool, neuronsToo: Bool = true
  ) throws {
    let matrices = try network.unrolling(isUnrolled)
    #expect(!matrices.nodes.contains { isUnrolled($0.operation) })
    let samples = try RandomGraph.samples(network, count: 9, seed: 3)
    for bits in ["4", "8", "16"] {
      let (one, other) = (
        try digital(network, samples, ["bits": bits]),
        try digital(matrices, samples, ["bits": bits])
      )
      #expect(one.outputs == other.outputs, "\(bits) bits")
      #expect(Set(one.outputs).count > 3)
      guard neuronsToo else { continue }
      #expect(
        one.numbers("erased_bits_registers_measured")
          == other.numbers("erased_bits_registers_measured"))
    }
  }

  @Test func convolutionsWithoutPadding() throws {
    var writer = try NetworkWriter([2, 7, 6], seed: 1)
    let down = try writer.convolution(
      [
        Window.Axis(input: 7, kernel: 3, stride: 2),
        Window.Axis(input: 6, kernel: 2, dilation: 2),
      ], 2, 6)
    try writer.add(down)
    try writer.add(.activation(.relu))
    let grouped = try writer.convolution(
      [Window.Axis(input: 3, kernel: 2), Window.Axis(input: 4, kernel: 2)], 6, 4, groups: 2)
    try writer.add(grouped)
    try writer.add(.activation(.leakyReLU(slope: 0.2)))
    try sameCodes(try writer.network()) { $0.kind == .convolution }
  }

  @Test func paddingIsTheCodeOfZero() throws {
    var writer = try NetworkWriter([3, 2, 5], seed: 2)
    // Inputs of both signs, so that the code of 0 is not 0; two repeats of one-dimensional channels.
    let padded = try writer.convolution(
      [Window.Axis(input: 5, kernel: 3, before: 1, after: 2)], 2, 3, alike: true)
    try writer.add(padded)
    try writer.add(.activation(.tanh))
    try sameCodes(try writer.network()) { $0.kind == .convolution }
  }

  @Test func transposedConvolutions() throws {
    var writer = try NetworkWriter([4, 3, 2], seed: 3)
    let up = try writer.convolution(
      [
        Window.Axis(input: 6, kernel: 3, stride: 2, before: 1, after: 1),
        Window.Axis(input: 4, kernel: 2, stride: 2),
      ], 4, 6, groups: 2, isTransposed: true, alike: true)
    try writer.add(up)
    try writer.add(.activation(.sigmoid))
    try sameCodes(try writer.network()) { $0.kind == .convolution }
  }

  @Test func matricesOverRuns() throws {
    var writer = try NetworkWriter([3, 2, 4], seed: 4)
    let dense = writer.dense(4, 5)
    try writer.add(dense)
    try writer.add(.activation(.relu))
    try sameCodes(try writer.network()) { $0.kind == .dense && $0 == dense }
  }

  @Test(arguments: [Pool.Kind.mean, .sum])
  func poolsThatAdd(kind: Pool.Kind) throws {
    // Windows of four, and of two at the edge: their shares are exact.
    var writer = try NetworkWriter([2, 4, 5], seed: 5)
    let window = try Window([
      Window.Axis(input: 4, kernel: 2, stride: 2),
      Window.Axis(input: 5, kernel: 2, stride: 2, after: 1),
    ])
    try writer.add(.pool(try Pool(kind, window)))
    try writer.add(.activation(.relu))
    let dense = writer.dense(3, 4)
    try writer.add(dense)
    try sameCodes(try writer.network()) { $0.kind == .meanPool }
  }

  @Test func rearrangements() throws {
    // A transpose with a row of padding: the numbers' range, and so the step, stays.
    var writer = try NetworkWriter([3, 4], seed: 6)
    let places = NetworkWriter.transpose(rows: 3, columns: 4) + [-1, -1, -1]
    try writer.add(
      .rearrange(try Rearrangement(shape: Shape([5, 3]), indices: places, constants: [0])))
    let dense = writer.dense(3, 2)
    try writer.add(dense)
    // As a matrix the transpose is a layer with registers of its own.
    try sameCodes(try writer.network(), { $0.kind == .rearrange }, neuronsToo: false)
  }

  @Test func aFullAccumulatorOfAConvolution() throws {
    // 2b + log₂ n = 32 exactly, and every product the largest there is.
    let count = 256
    let axis = try Window.Axis(input: count + 1, kernel: count)
    var builder = Network.Builder(input: try Shape([1, count + 1]))
    try builder.add(
      .convolution(
        try Convolution(
          try Window([axis]), inputChannels: 1, outputChannels: 1,
          weight: Array(repeating: 1, count: count), bias: [0])), named: "y", reading: ["input"])
    let network = try builder.network(named: "full", output: "y")
    let ones = [Float](repeating: 1, count: count + 1)
    let samples = try Samples(
      name: "ones", width: count + 1, values: ones + ones.map { _ in 0 })
    let outputs = try digital(
      network, samples, ["bits": "12", "accumulator-bits": "32"]
    ).outputs
    #expect(relativeError(Double(outputs[0]), Double(count)) < 1e-3)
    #expect(outputs[0] == outputs[1])
    #expect(outputs[2...] == [0, 0])
  }
}
