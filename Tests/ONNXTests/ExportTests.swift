import Foundation
import Networks
import StochasticThermodynamics
import Testing

@testable import ONNX

/// Networks in files, and read again.
@Suite struct ExportTests {
  private static func normals(_ count: Int, _ index: Int, spread: Double = 0.5) -> [Float] {
    var noise = GaussianStream(seed: 31, purpose: "export", index: index)
    return (0..<count).map { _ in Float(spread * noise.next()) }
  }

  private static func axis(
    _ input: Int, _ kernel: Int, stride: Int = 1, before: Int = 0, after: Int = 0
  ) throws -> Window.Axis {
    try Window.Axis(input: input, kernel: kernel, stride: stride, before: before, after: after)
  }

  private static func read(_ network: Network) throws -> Network {
    try ONNXFile.network(from: try ONNXFile.data(of: network), at: "read.onnx")
  }

  private static func isSame(_ one: Network, _ two: Network, tolerance: Double) -> Bool {
    (0..<3).allSatisfy { sample in
      let input = normals(one.inputCount, 900 + sample, spread: 1).map { Double($0) }
      let (a, b) = (
        ReferenceEngine(one).output(for: input), ReferenceEngine(two).output(for: input)
      )
      return a.count == b.count
        && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($0)) }
    }
  }

  private static func chain(_ activation: Activation) throws -> Network {
    try Network(
      named: "chain",
      layers: [
        try Dense(inputs: 6, weight: normals(30, 1), bias: normals(5, 2, spread: 0.2)),
        try Dense(inputs: 5, weight: normals(20, 3), bias: normals(4, 4, spread: 0.2)),
      ], activation: activation)
  }

  @Test(arguments: [
    Activation.relu, .leakyReLU(slope: 0.1), .elu(alpha: 0.7), .selu(alpha: 1.6, gamma: 1.1), .tanh,
    .sigmoid, .hardSigmoid(alpha: 0.3, beta: 0.4), .hardSwish, .silu, .softplus, .gelu, .geluTanh,
    .clip(from: -0.5, to: 0.8), .erf, .exponential, .absolute, .power(2),
  ])
  func aStackOfLayersComesBackToTheBit(activation: Activation) throws {
    let network = try Self.chain(activation)
    let back = try Self.read(network)
    #expect(Self.isSame(network, back, tolerance: 0))
    #expect(back.outputCount == 4 && back.parameterCount == network.parameterCount)
    #expect(ParameterLayout(back).values() == ParameterLayout(network).values())
  }

  @Test func namesOfOperationsComeBack() throws {
    let network = try Self.chain(.tanh)
    #expect(try Self.read(network).nodes.map(\.name) == network.nodes.map(\.name))
  }

  @Test func aConvolutionalNetworkComesBack() throws {
    var builder = Network.Builder(input: try Shape([2, 6, 5]))
    let window = try Window([
      Self.axis(6, 3, stride: 2, before: 1, after: 1), Self.axis(5, 3, before: 1),
    ])
    try builder.add(
      .convolution(
        Convolution(
          window, inputChannels: 2, outputChannels: 4, groups: 2, weight: Self.normals(36, 5),
          bias: Self.normals(4, 6))), named: "c", reading: ["input"])
    try builder.add(
      .prelu(ParametricReLU(slopes: Self.normals(4, 7), inner: 12)), named: "p", reading: ["c"])
    try builder.add(
      .pool(Pool(.max, Window([Self.axis(3, 2, after: 1), Self.axis(4, 2, stride: 2)]))),
      named: "max", reading: ["p"])
    try builder.add(
      .pool(
        Pool(
          .mean, Window([Self.axis(3, 2, before: 1), Self.axis(2, 2)]), countsPadding: true)),
      named: "mean", reading: ["max"])
    try builder.add(.reshape(Shape([12])), named: "flat", reading: ["mean"])
    try builder.add(
      .dense(Dense(inputs: 12, weight: Self.normals(36, 8), bias: Self.normals(3, 9))), named: "d",
      reading: ["flat"])
    try builder.add(.softmax, named: "s", reading: ["d"])
    let network = try builder.network(named: "convolutional", output: "s")
    #expect(Self.isSame(network, try Self.read(network), tolerance: 0))
  }

  /// Matrices along the last of two axes, sums, products, and constants that a pass may merge with what follows.
  @Test func operationsOfSeveralValuesComeBack() throws {
    var builder = Network.Builder(input: try Shape([3, 4]))
    try builder.add(
      .dense(Dense(inputs: 4, weight: Self.normals(16, 10), bias: Self.normals(4, 11))),
      named: "rows", reading: ["input"])
    try builder.add(.activation(.tanh), named: "t", reading: ["rows"])
    try builder.add(
      .scale(Scale(factors: Self.normals(3, 12), offsets: Self.normals(3, 13), inner: 4)),
      named: "scaled", reading: ["t"])
    try builder.add(.multiply, named: "product", reading: ["scaled", "t"])
    try builder.add(.add, named: "sum", reading: ["product", "t", "input"])
    try builder.add(.logSoftmax, named: "log", reading: ["sum"])
    let network = try builder.network(named: "several", output: "log")
    #expect(Self.isSame(network, try Self.read(network), tolerance: 1e-12))
  }

  @Test func whatIsNotWrittenIsRefusedByName() throws {
    var builder = Network.Builder(input: try Shape([4]))
    try builder.add(.normalize(epsilon: 1e-5), named: "norm", reading: ["input"])
    let network = try builder.network(named: "normal", output: "norm")
    let error = #expect(throws: ONNXError.self) { try ONNXFile.data(of: network) }
    #expect(error?.kind == .unsupported && error?.description.contains("norm") == true)
  }
}
