import Foundation
import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing

@testable import MemristorCrossbar

/// Reads of crossbars against sums and products written out.
@Suite struct CrossbarReadTests {
  /// Fine converters and no errors.
  static let exact = [
    "adc-bits": "20", "dac-bits": "20", "programming-error": "0", "read-noise": "0",
    "read-time": "1",
    "repeats": "1",
  ]

  static func setting(_ network: Network, _ samples: Samples) -> Setting<MemristorCrossbar> {
    Setting(substrate: MemristorCrossbar(), network: network, samples: samples)
  }

  /// Random samples of either sign.
  static func samples(_ count: Int, for network: Network) throws -> Samples {
    var noise = GaussianStream(seed: 29, purpose: "crossbar samples", index: network.inputCount)
    return try Samples(
      name: "random", width: network.inputCount,
      values: (0..<count * network.inputCount).map { _ in Float(noise.next()) })
  }

  /// Energy drawn by a mechanism, in joules.
  static func drawn(_ mechanism: String, _ run: Run) -> Double {
    run.ledger.postings.filter { $0.flow == .drawn && $0.mechanism == mechanism }
      .reduce(0) { $0 + $1.energy.value }
  }

  /// A chain of matrices, number by number: what is driven, what is read, and the heat over t V².
  struct WrittenOut {
    let network: Network
    let array: Int
    let inputCodes: Double
    let outputCodes: Double
    let least: Double
    let window: Double

    /// Matrices with what they read on each sample and the tiles' sums, without errors.
    private func matrices() -> [Dense] {
      network.nodes.compactMap { if case .dense(let dense) = $0.operation { dense } else { nil } }
    }

    private func tileSums(_ dense: Dense, _ row: Int, _ x: [Double]) -> [Double] {
      stride(from: 0, to: dense.inputs, by: array).map { start in
        (start..<min(start + array, dense.inputs)).reduce(0) {
          $0 + Double(dense.weight[row * dense.inputs + $1]) * x[$1]
        }
      }
    }

    func run(_ samples: [[Double]]) -> (outputs: [Double], heat: Double) {
      var (exact, read) = (samples, samples)
      var heat = 0.0
      let matrices = matrices()
      for (place, dense) in matrices.enumerated() {
        let isLast = place + 1 == matrices.count
        let fullInput = exact.joined().map(abs).max()!
        let largest = dense.weight.map { abs(Double($0)) }.max()!
        let sums = exact.map { x in (0..<dense.outputs).map { tileSums(dense, $0, x) } }
        let fullSum = sums.joined().joined().map(abs).max()!
        let step = fullSum / (outputCodes / 2 - 0.5)
        func function(_ z: Double) -> Double { isLast ? z : max(z, 0) }
        exact = sums.map { rows in
          rows.enumerated().map { function($1.reduce(Double(dense.bias[$0]), +)) }
        }
        read = read.map { x in
          let u = x.map {
            min(max(($0 / fullInput * inputCodes).rounded(), -inputCodes), inputCodes) / inputCodes
          }
          for row in 0..<dense.outputs {
            for column in 0..<dense.inputs {
              let share = abs(Double(dense.weight[row * dense.inputs + column])) / largest
              heat +=
                u[column] * u[column] * (2 * least + share * window) / Double(samples.count)
            }
          }
          return (0..<dense.outputs).map { row in
            let codes = tileSums(dense, row, u.map { $0 * fullInput }).map {
              min(max(($0 / step).rounded(), -outputCodes / 2), outputCodes / 2 - 1)
            }
            return function(codes.reduce(0, +) * step + Double(dense.bias[row]))
          }
        }
      }
      return (read.flatMap { $0 }, heat)
    }
  }

  @Test(arguments: [(2, 3, 4), (3, 5, 2), (256, 8, 6), (4, 1, 8)])
  func aChainIsWhatItsConvertersReadOut(array: Int, inputBits: Int, outputBits: Int) throws {
    let (network, samples) = try randomWorkload(seed: array, sizes: [5, 7, 6, 4], samples: 9)
    let (least, greatest, voltage, time) = (3e-6, 5e-5, 0.25, 1.0)
    let run = try Self.setting(network, samples).run(
      Self.exact.merging([
        "array": "\(array)", "dac-bits": "\(inputBits)", "adc-bits": "\(outputBits)",
        "conductance-min": "\(least)", "conductance-max": "\(greatest)",
        "read-voltage": "\(voltage)",
      ]) { $1 })
    let expected = WrittenOut(
      network: network, array: array, inputCodes: Double((1 << inputBits) - 1),
      outputCodes: Double(1 << outputBits), least: least, window: greatest - least
    ).run((0..<9).map { samples[$0].map { Double($0) } })
    let largest = expected.outputs.map(abs).max()!
    for (output, wanted) in zip(run.outputs, expected.outputs) {
      #expect(abs(Double(output) - wanted) < 1e-5 * largest, "\(output) \(wanted)")
    }
    #expect(
      relativeError(Self.drawn("array", run), time * voltage * voltage * expected.heat) < 1e-5)
  }

  /// Every way in which a kernel can pass, against the plain engine.
  @Test(arguments: 0..<6) func unrolledConvolutionsComputeTheSame(kind: Int) throws {
    let wide = try Window.Axis(input: 5, kernel: 3, stride: 2, before: 1, after: 1)
    let loose = try Window.Axis(input: 6, kernel: 2, dilation: 2)
    var writer = try NetworkWriter(
      [[1, 5, 6], [4, 5], [2, 6], [3, 3], [4, 3], [2, 2, 5, 6]][kind], seed: kind)
    let operation =
      switch kind {
      case 0: try writer.convolution([wide, loose], 1, 3)
      case 1: try writer.convolution([wide], 4, 6, groups: 2)
      case 2: try writer.convolution([loose], 2, 5)
      case 3: try writer.convolution([wide], 3, 2, isTransposed: true)
      case 4: try writer.convolution([wide], 4, 6, groups: 2, isTransposed: true)
      default: try writer.convolution([wide, loose], 2, 2)
      }
    try writer.add(operation)
    try writer.add(.activation(.relu))
    let network = try writer.network()
    let samples = try Self.samples(7, for: network)
    for array in ["2", "3", "256"] {
      let setting = Self.setting(network, samples)
      let run = try setting.run(Self.exact.merging(["array": array]) { $1 })
      let stream = try setting.stream()
      let wanted = (0..<7).flatMap { stream.reference.output(of: $0) }
      let largest = wanted.map(abs).max()!
      #expect(run.outputs.count == wanted.count)
      for (output, wanted) in zip(run.outputs, wanted) {
        #expect(abs(Double(output) - wanted) < 1e-4 * largest)
      }
    }
  }

  /// One channel of four positions, a kernel of two: three reads of two rows; the array's heat by hand.
  @Test func aConvolutionIsReadOncePerPosition() throws {
    let axis = try Window.Axis(input: 4, kernel: 2)
    var builder = Network.Builder(input: try Shape([1, 4]))
    try builder.add(
      .convolution(
        try Convolution(
          try Window([axis]), inputChannels: 1, outputChannels: 2, weight: [1, -0.5, 0.25, 1],
          bias: [0, 0])), named: "kernel", reading: [Network.Builder.input])
    let network = try builder.network(named: "one", output: "kernel")
    let samples = try Samples(name: "one", width: 4, values: [1, 2, -4, 3, 0, 0, 0, 0])
    var values = Self.exact.merging(["conductance-min": "0", "conductance-max": "1e-4"]) { $1 }
    values["read-time"] = "1e-6"
    let run = try Self.setting(network, samples).run(values)
    // Voltages 1/4, 2/4, -1, 3/4 of 0.2 V; both rows hold weights of 1.25 and 1.5 together. The second sample
    // heats nothing.
    let squares = [1.0 / 16, 4.0 / 16, 1, 9.0 / 16]
    let heat = (0..<3).reduce(0.0) { $0 + 1.25 * squares[$1] + 1.5 * squares[$1 + 1] }
    #expect(relativeError(Self.drawn("array", run), 1e-6 * 0.04 * 1e-4 * heat / 2) < 1e-4)
    #expect(abs(run.latency.value - 3e-6) < 1e-18)
    #expect(run.numbers("array_reads") == [3])
    #expect(run.numbers("input_conversions") == [6])
    #expect(run.numbers("output_conversions") == [6])
  }

  @Test func whatTwoWaysReadTogetherIsInStep() throws {
    // A value that is added to what a matrix makes of it.
    var writer = try NetworkWriter([4], seed: 9)
    try writer.add(writer.dense(4, 4), "first")
    try writer.add(.activation(.relu), "on")
    try writer.add(writer.dense(4, 4), "second", reading: "on")
    try writer.add(.add, "sum", reading: "second", "on")
    try writer.add(
      .rearrange(
        try Rearrangement(
          shape: try Shape([2, 3]), indices: [3, -1, 1, 0, 2, 2], constants: [0.5])), "turned")
    try writer.add(writer.dense(3, 2), "last")
    let network = try writer.network()
    let samples = try Self.samples(5, for: network)
    let setting = Self.setting(network, samples)
    let run = try setting.run(Self.exact)
    let stream = try setting.stream()
    let wanted = (0..<5).flatMap { stream.reference.output(of: $0) }
    let largest = wanted.map(abs).max()!
    for (output, wanted) in zip(run.outputs, wanted) {
      #expect(abs(Double(output) - wanted) < 1e-4 * largest)
    }
    // Two matrices in turn, then one that is read for each of two rows.
    #expect(run.numbers("reads_in_turn") == [4])
  }

  /// What is converted and added, place by place: kernels that leave gaps along one axis and overlap along the other,
  /// and one whose margins fall on padding.
  @Test(arguments: [(3, 2, 0, 1, 2, 0), (2, 3, 1, 1, 3, 1), (1, 1, 0, 2, 2, 0)])
  func transposedConvolutionsAreCountedWhereTheyLand(
    stride: Int, kernel: Int, margin: Int, otherStride: Int, otherKernel: Int, otherMargin: Int
  ) throws {
    let axes = try [(stride, kernel, margin), (otherStride, otherKernel, otherMargin)].map {
      try Window.Axis(input: 8, kernel: $0.1, stride: $0.0, before: $0.2, after: $0.2)
    }
    let window = try Window(axes)
    let positions = axes.map(\.output)
    let kernelOfOnes = try Convolution(
      window, inputChannels: 3, outputChannels: 2, isTransposed: true,
      weight: Array(repeating: 1, count: 3 * 2 * kernel * otherKernel), bias: [0, 0])
    var builder = Network.Builder(input: try Shape([3] + positions))
    try builder.add(.convolution(kernelOfOnes), named: "y", reading: [Network.Builder.input])
    let network = try builder.network(named: "spread", output: "y")
    // How many positions reach each of 8 × 8 places.
    var reached = [Int](repeating: 0, count: 64)
    for row in 0..<positions[0] {
      for column in 0..<positions[1] {
        for (a, b) in (0..<kernel * otherKernel).map({ ($0 / otherKernel, $0 % otherKernel) }) {
          let (x, y) = (row * stride + a - margin, column * otherStride + b - otherMargin)
          if (0..<8).contains(x), (0..<8).contains(y) { reached[8 * x + y] += 1 }
        }
      }
    }
    let run = try Self.setting(network, Self.samples(2, for: network)).run(["array": "2"])
    // Two channels, and two tiles of the three inputs.
    let conversions = 2 * 2 * reached.reduce(0, +)
    let additions = reached.reduce(0) { $0 + 2 * max(0, 2 * $1 - 1) }
    #expect(run.numbers("output_conversions") == [Double(conversions)])
    let bits = try #require(run.numbers("digital_bits").first)
    #expect(bits == 9 + Double(2 * reached.max()!).log2RoundedUp)
    #expect(
      relativeError(
        Self.drawn("accumulate", run), Double(additions) * (0.03 + (bits - 8) / 8 * 0.02) * 1e-12)
        < 1e-9)
  }
}

extension Double {
  fileprivate var log2RoundedUp: Double { (log(self) / log(2) - 1e-12).rounded(.up) }
}
