import Dispatch
import Foundation
import IrreversibleDigital
import Networks
import Quantities
import SubstrateCore
import Testing
import Parameters

// Everything here sees the substrate from outside; expected values are formulas.

private func run(
  _ network: Network, _ samples: Samples, _ values: [String: String] = [:]
) throws -> Run {
  try Setting(substrate: IrreversibleDigital(), network: network, samples: samples).run(values)
}

private func samples(_ rows: [[Float]]) throws -> Samples {
  try Samples(name: "test", width: rows[0].count, values: Array(rows.joined()))
}

/// y = relu(u_1 - u_2/2 + 1/4).
private func tiny() throws -> Network {
  var builder = Network.Builder(input: try Shape([2]))
  try builder.add(
    .dense(try Dense(inputs: 2, weight: [1, -0.5], bias: [0.25])), named: "z", reading: ["input"])
  try builder.add(.activation(.relu), named: "y", reading: ["z"])
  return try builder.network(named: "tiny", output: "y")
}

/// One matrix, all weights alike.
private func uniform(
  _ inputs: Int, _ outputs: Int = 1, weight: Float = 1, bias: Float = 0
) throws -> Network {
  try Network(
    named: "uniform",
    layers: [
      try Dense(
        inputs: inputs, weight: Array(repeating: weight, count: inputs * outputs),
        bias: Array(repeating: bias, count: outputs))
    ], activation: nil)
}

private func mlp(_ widths: [Int], activation: Activation = .relu) throws -> Network {
  var generator = Generator(state: 7)
  let layers = try zip(widths, widths.dropFirst()).map { inputs, outputs in
    try Dense(
      inputs: inputs, weight: (0..<inputs * outputs).map { _ in generator.number() },
      bias: (0..<outputs).map { _ in generator.number() })
  }
  return try Network(named: "mlp", layers: layers, activation: activation)
}

private func noise(_ count: Int, width: Int, seed: UInt64 = 3) throws -> Samples {
  var generator = Generator(state: seed)
  return try samples((0..<count).map { _ in (0..<width).map { _ in generator.number() } })
}

/// Small and the same everywhere (SplitMix64).
private struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func number() -> Float { .random(in: -1...1, using: &self) }
}

extension Run {
  /// What was spent by a mechanism, in picojoules.
  fileprivate func picojoules(_ mechanism: String? = nil) -> Double {
    ledger.postings
      .filter { $0.flow == .drawn && (mechanism == nil || $0.mechanism == mechanism) }
      .reduce(0) { $0 + $1.energy.value * 1e12 }
  }

  fileprivate func text(_ key: String) -> String? {
    guard case .text(let text) = diagnostics.first(where: { $0.key == key })?.value else {
      return nil
    }
    return text
  }
}

/// What the integers compute.
@Suite struct IntegerNetworkTests {
  @Test func tinyNetworkByHand() throws {
    // Input step 1/255, weight step 1/127 with codes 127 and -64 (-63.5 rounds away from 0), bias
    // 0.25 · 127 · 255 = 8096.25 -> 8096, output step 1.25/255.
    let inputs: [[Float]] = [[1, 0], [0, 1], [1, 1], [0, 0]]
    let outputs = inputs.map { u -> Float in
      let accumulator = Int(u[0]) * 127 * 255 - Int(u[1]) * 64 * 255 + 8096
      let code = (Double(accumulator) / (127 * 255) / (1.25 / 255)).rounded()
      return Float(max(code, 0) * 1.25 / 255)
    }
    let result = try run(try tiny(), try samples(inputs))
    #expect(result.outputs == outputs)
    #expect(result.outputs[2] != 0.75)
    #expect(result.numbers("output_step") == [1.25 / 255])
    #expect(result.verdict == .settled)
  }

  @Test func inputsAreRoundedToTheNearestCode() throws {
    // A weight of 1 is exact, so what comes out is what went in: 4-bit codes of 0...1, and of
    // -1...1, whose zero is code 8 (7.5 rounds away from 0).
    let numbers = (0...37).map { Float($0) / 37 }
    let unsigned = try run(try uniform(1), try samples(numbers.map { [$0] }), ["bits": "4"])
    #expect(unsigned.outputs == numbers.map { Float((Double($0) * 15).rounded() / 15) })
    let signed = numbers.map { 2 * $0 - 1 }
    let affine = try run(try uniform(1), try samples(signed.map { [$0] }), ["bits": "4"])
    #expect(affine.outputs == signed.map { Float(min((Double($0) * 7.5).rounded(), 7) / 7.5) })
  }

  @Test(arguments: 1...60)
  func staysWithinTheQuantisationBound(seed: Int) throws {
    var generator = Generator(state: UInt64(seed))
    let network = try randomNetwork(&generator)
    let samples = try noise(12, width: network.inputCount, seed: UInt64(seed))
    for bits in [4, 8, 12, 16] {
      let outputs = try run(network, samples, ["bits": "\(bits)"]).outputs
      let bound = errorBound(network, samples, bits: bits)
      let engine = ReferenceEngine(network)
      for sample in 0..<samples.count {
        let exact = engine.output(for: samples[sample].map { Double($0) })
        for (index, value) in exact.enumerated() {
          let error = abs(Double(outputs[sample * exact.count + index]) - value)
          #expect(error <= bound, "\(bits) bits, \(error) above \(bound)")
        }
      }
      if bits == 16 { #expect(bound < 0.1) }
    }
  }

  /// A chain with branches that are added up, so that every operation reaches the output.
  private func randomNetwork(_ generator: inout Generator) throws -> Network {
    var width = Int.random(in: 1...5, using: &generator)
    var builder = Network.Builder(input: try Shape([width]))
    var names: [(name: String, width: Int)] = []
    var last = "input"
    for index in 0..<Int.random(in: 2...7, using: &generator) {
      let kind = index == 0 ? 0 : Int.random(in: 0...5, using: &generator)
      let peers = names.filter { $0.width == width }.map(\.name)
      let name = "node\(index)"
      switch kind {
      case 1...4:
        let functions: [Activation] = [.relu, .leakyReLU(slope: 0.1), .tanh, .sigmoid]
        try builder.add(.activation(functions[kind - 1]), named: name, reading: [last])
      case 5 where !peers.isEmpty:
        let other = peers.randomElement(using: &generator)!
        try builder.add(.add, named: name, reading: [last, other, last])
      default:
        let inputs = width
        width = Int.random(in: 1...5, using: &generator)
        let dense = try Dense(
          inputs: inputs, weight: (0..<inputs * width).map { _ in generator.number() },
          bias: (0..<width).map { _ in generator.number() })
        try builder.add(.dense(dense), named: name, reading: [last])
      }
      names.append((name, width))
      last = name
    }
    return try builder.network(named: "random", output: last)
  }

  /// How far rounding can carry the outputs from the reference: rules of the documentation, written
  /// anew.
  private func errorBound(_ network: Network, _ samples: Samples, bits: Int) -> Double {
    let engine = ReferenceEngine(network)
    let values = (0..<samples.count).map { engine.values(for: samples[$0].map { Double($0) }) }
    let codes = Double((1 << bits) - 1)
    func step(_ node: Int) -> Double {
      let all: [Double] = [0] + values.flatMap { $0[node] }
      let width = all.max()! - all.min()!
      return (width > 0 ? width : 1) / codes
    }
    let stored = Set(network.layers.map { $0.nodes.last! })
    var errors = [step(0) / 2]
    for (index, node) in network.nodes.enumerated().dropFirst() {
      let parents = node.parents.map { errors[$0] }
      var error: Double
      switch node.operation {
      case .dense(let dense):
        let reach = values.flatMap { $0[node.parents[0]] }.reduce(0) { max($0, abs($1)) }
        error = 0
        for row in 0..<dense.outputs {
          let weights = dense.weight[row * dense.inputs..<(row + 1) * dense.inputs].map {
            abs(Double($0))
          }
          let weightStep = weights.max()! / Double((1 << (bits - 1)) - 1)
          error = max(
            error,
            weights.reduce(0, +) * parents[0]
              + Double(dense.inputs) * weightStep / 2 * (reach + parents[0])
              + weightStep * step(node.parents[0]) / 2)
        }
      case .activation(.tanh), .activation(.sigmoid):
        let slope = node.operation == .activation(.tanh) ? 1 : 0.25
        error = slope * (parents[0] + step(node.parents[0])) + step(index) / 4
      default:
        error = parents.reduce(0, +)
      }
      // Rounded to a code, and clipped by half a step at most; the multipliers' own error is far
      // smaller.
      if stored.contains(index) { error += 1.001 * step(index) }
      errors.append(error)
    }
    return errors[network.output] * (1 + 1e-6)
  }

  @Test func moreBitsAreCloser() throws {
    let network = try #require(try BuiltIn.model(named: "digits-mlp"))
    let digits = try #require(try BuiltIn.samples(named: "digits")).prefix(90)
    let engine = ReferenceEngine(network)
    let exact = (0..<digits.count).flatMap { engine.output(for: digits[$0].map { Double($0) }) }
    let errors = try [2, 4, 8, 16].map { bits in
      zip(try run(network, digits, ["bits": "\(bits)"]).outputs, exact)
        .reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    }
    #expect(errors == errors.sorted(by: >))
    #expect(errors[3] < 1e-6 * errors[1])
  }

  @Test func fullAccumulatorDoesNotOverflow() throws {
    // 2b + log₂ n = 32 exactly, and every product the largest there is: Σ w q = 256 · 2047 · 4095.
    let (count, bits) = (256, "12")
    let settings = ["bits": bits, "accumulator-bits": "32"]
    let ones = try samples([[Float](repeating: 1, count: count), .init(repeating: 0, count: count)])
    let sums = try run(try uniform(count), ones, settings).outputs
    #expect(relativeError(Double(sums[0]), Double(count)) < 1e-3)
    #expect(sums[1] == 0)
    // A bias as large as all products together takes room from them: coarser weights, said so.
    let biased = try run(try uniform(count, bias: Float(count)), ones, settings)
    #expect(relativeError(Double(biased.outputs[0]), Double(2 * count)) < 1e-3)
    #expect(relativeError(Double(biased.outputs[1]), Double(count)) < 1e-3)
    #expect(biased.warnings.count == 1)
  }

  @Test func overflowIsRefused() throws {
    let substrate = IrreversibleDigital()
    let network = try uniform(257)
    for (bits, accumulator, refused) in [(12, "32", true), (11, "32", false), (12, "33", false)] {
      var settings = Settings(defaultsOf: substrate.card)
      try settings.set("bits", to: "\(bits)")
      try settings.set("accumulator-bits", to: accumulator)
      let conditions = Conditions(temperature: Kelvin(300), settings: settings)
      do throws(Refusal) {
        _ = try substrate.prepare(network, under: conditions)
        #expect(!refused)
      } catch {
        #expect(refused && error.reason == .precision)
        #expect(error.detail.contains("'output'") && error.detail.contains("33"))
        #expect(!error.detail.contains("\n"))
      }
    }
  }

  @Test func scaledByPowersOfTwoTheCodesStay() throws {
    let network = try uniform(3, weight: 0.75, bias: 0.5)
    let scaled = try uniform(3, weight: 0.1875, bias: 0.5)
    let inputs = try noise(9, width: 3)
    let larger = try samples((0..<9).map { inputs[$0].map { 4 * $0 } })
    #expect(try run(network, inputs).outputs == run(scaled, larger).outputs)
  }

  @Test func degenerateStreams() throws {
    // All inputs 0: only the bias is left, and it is the largest code of its layer.
    let silent = try run(try tiny(), try samples([[0, 0], [0, 0]]))
    #expect(silent.outputs == [0.25, 0.25])
    #expect(silent.numbers("erased_bits_registers_measured") == [0])
    // Constant activations, never positive: a range of zero width.
    let dead = try run(
      try Network(
        named: "dead",
        layers: [
          try Dense(inputs: 1, weight: [1], bias: [-9]),
          try Dense(inputs: 1, weight: [2], bias: [1]),
        ], activation: .relu), try samples([[0.5], [1], [-1]]))
    #expect(dead.outputs == [1, 1, 1])
    // Weights of 0, and a bias far above what they could reach.
    let stuck = try run(try uniform(2, weight: 0, bias: 3), noise(4, width: 2))
    #expect(stuck.outputs == [3, 3, 3, 3])
    #expect(try run(try uniform(2, weight: 0), noise(2, width: 2)).outputs == [0, 0])
    let faint = try run(try uniform(2, weight: 1e-20, bias: -1e20), noise(2, width: 2))
    #expect(faint.outputs.allSatisfy { relativeError(Double($0), -1e20) < 1e-6 })
    // One number in, one neuron, one operation.
    var builder = Network.Builder(input: try Shape([1]))
    try builder.add(.activation(.sigmoid), named: "y", reading: ["input"])
    let one = try builder.network(named: "one", output: "y")
    let result = try run(one, try samples([[-40], [40]]))
    #expect(abs(result.outputs[0]) <= 1 / 255)
    #expect(abs(result.outputs[1] - 1) <= 1 / 255)
    #expect(result.latency > .zero)
  }

  @Test func duplicatedSamplesChangeNothing() throws {
    let network = try mlp([3, 4, 2])
    let once = try noise(10, width: 3)
    let twice = try samples((0..<20).map { Array(once[$0 / 2]) })
    let (single, double) = (try run(network, once), try run(network, twice))
    for index in 0..<40 {
      let (sample, output) = (index / 4, index % 2)
      #expect(double.outputs[index] == single.outputs[2 * sample + output])
    }
    let entropies = [single, double].map { $0.limit("registers", "measured")! }
    #expect(relativeError(entropies[0], entropies[1]) < 1e-12)
  }

  @Test func threadsDoNotMatter() throws {
    let setting = Setting(
      substrate: IrreversibleDigital(), network: try mlp([5, 7, 3], activation: .tanh),
      samples: try noise(101, width: 5))
    let parallel = RunContext(seed: 9) { count, body in
      DispatchQueue.concurrentPerform(iterations: count, execute: body)
    }
    let program = try setting.program()
    let result = try setting.substrate.run(program, on: setting.stream(), in: parallel)
    let serial = try setting.run()
    #expect(result.outputs == serial.outputs)
    #expect(result.diagnostics == serial.diagnostics)
  }

  @Test func flattenIsWiringAndSoftmaxAGap() throws {
    var builder = Network.Builder(input: try Shape([2, 2]))
    let dense = try Dense(inputs: 4, weight: (0..<12).map { Float($0 % 5) - 2 }, bias: [0, 1, 2])
    try builder.add(.reshape(Shape(vector: 4)), named: "f", reading: ["input"])
    try builder.add(.dense(dense), named: "z", reading: ["f"])
    try builder.add(.softmax, named: "p", reading: ["z"])
    let network = try builder.network(named: "classifier", output: "p")
    let result = try run(network, try noise(6, width: 4))
    let statuses = Dictionary(
      uniqueKeysWithValues: result.coverage.map { ($0.operation, $0.status) })
    #expect(network.nodes.allSatisfy { statuses[$0.name] != nil })
    #expect(statuses["z"] == .modelled)
    guard case .free = statuses["f"], case .free = statuses["input"],
      case .unmodelled = statuses["p"]
    else {
      Issue.record("\(statuses)")
      return
    }
    for sample in 0..<6 {
      let sum: Float = result.outputs[3 * sample..<3 * sample + 3].reduce(0, +)
      #expect(abs(sum - 1) < 4 / 255)
    }
  }
}

/// What they cost.
@Suite struct DigitalEnergyTests {
  @Test func tinyNetworkByHand() throws {
    let stream = try noise(4, width: 2)
    let words = Double((2 + 1) * 8) / 64
    let old = try run(try tiny(), stream)
    #expect(relativeError(old.picojoules(), 2 * (0.2 + 0.1) + 0.1 + words * 10) < 1e-12)
    let new = try run(try tiny(), stream, ["technology": "7nm"])
    #expect(relativeError(new.picojoules(), 2 * (0.07 + 0.03) + 0.03 + words * 7.5) < 1e-12)
    for result in [old, new] {
      #expect(result.energyKind == .model)
      #expect(abs(result.ledger.residual(.model).value) < 1e-27)
      #expect(result.ledger.postings.allSatisfy { $0.layer == "y" && $0.boundary == .core })
      #expect(result.picojoules("weight memory") == 0)
    }
  }

  @Test func digitsByFormula() throws {
    let network = try mlp([64, 32, 16, 10])
    let result = try run(network, try noise(2, width: 64))
    let words = Double((64 + 32 + 32 + 16 + 16 + 10) * 8) / 64
    #expect(relativeError(result.picojoules(), 2720 * 0.3 + 58 * 0.1 + words * 10) < 1e-12)
    #expect(relativeError(result.latency.value, 2720 / 64e9) < 1e-12)
    #expect(result.longestLatency == result.latency)
  }

  @Test func weightsThatMove() throws {
    let network = try uniform(3, 2)
    let stream = try noise(2, width: 3)
    let words = Double(6 * 8 + 2 * 32) / 64
    let sram = try run(network, stream, ["weights": "sram"])
    #expect(relativeError(sram.picojoules("weight memory"), words * 10) < 1e-12)
    let dram = try run(network, stream, ["weights": "dram"])
    let posting = try #require(dram.ledger.postings.first { $0.mechanism == "weight memory" })
    #expect(relativeError(posting.energy.value, words * 1300e-12) < 1e-12)
    #expect(relativeError(try #require(posting.range).upperBound.value, words * 2600e-12) < 1e-12)
    let new = try run(network, stream, ["weights": "dram", "technology": "7nm"])
    let range = try #require(
      new.ledger.postings.first { $0.mechanism == "weight memory" }?.range)
    #expect(relativeError(range.lowerBound.value, words * 250e-12) < 1e-12)
    #expect(relativeError(range.upperBound.value, words * 1300e-12) < 1e-12)
  }

  @Test func memoriesGrowWithWhatTheyHold() throws {
    // 64 neurons more or less around 8 KB = 65 536 bits: 8 192 codes of 8 bits.
    let settings = ["weights": "sram"]
    for (inputs, name) in [(8191, "SRAM of 8 KB"), (8192, "SRAM of 32 KB")] {
      let result = try run(try uniform(inputs), try noise(2, width: inputs), settings)
      #expect(result.text("activation_memory") == name)
    }
    // 540 000 weights of 16 bits are more than 1 MB.
    let result = try run(
      try uniform(900, 600), try noise(2, width: 900), ["bits": "16", "weights": "sram"])
    #expect(result.text("weight_memory") == "2 banks of SRAM of 1 MB")
    #expect(result.warnings.count == 1)
  }

  @Test(arguments: ["45nm", "7nm"])
  func widthsBetweenTheTabulated(technology: String) throws {
    let (narrow, wide, slope, last) =
      technology == "45nm"
      ? (0.2, 3.1, (0.1 - 0.05) / 16, 0.1) : (0.07, 1.48, (0.03 - 0.007) / 24, 0.03)
    // a b² + c b through (8, narrow) and (32, wide), by Cramer's rule.
    let determinant = 64.0 * 32 - 1024 * 8
    let square = (narrow * 32 - wide * 8) / determinant
    let linear = (64 * wide - 1024 * narrow) / determinant
    for bits in 2...16 {
      let result = try run(
        try uniform(1), try noise(2, width: 1),
        ["technology": technology, "bits": "\(bits)", "accumulator-bits": "64"])
      let b = Double(bits)
      let expected = bits < 8 ? narrow * b * b / 64 : square * b * b + linear * b
      #expect(relativeError(result.picojoules("multiply"), expected) < 1e-9)
      #expect(relativeError(result.picojoules("accumulate"), last + 32 * slope) < 1e-9)
      let sources = Set(result.ledger.postings.map(\.source))
      #expect(sources.isSubset(of: IrreversibleDigital().card.sources))
      let multiply = result.ledger.postings.first { $0.mechanism == "multiply" }
      #expect((multiply?.source.evidence == .derived) == (bits != 8))
    }
  }

  @Test func sumsAndTablesAreCharged() throws {
    var builder = Network.Builder(input: try Shape([4]))
    try builder.add(.add, named: "s", reading: ["input", "input", "input"])
    try builder.add(.activation(.tanh), named: "y", reading: ["s"])
    let result = try run(
      try builder.network(named: "sums", output: "y"), try noise(3, width: 4))
    #expect(relativeError(result.picojoules("sum"), 2 * 4 * 0.1) < 1e-12)
    #expect(relativeError(result.picojoules("activation table"), 4 * 8.0 / 64 * 10) < 1e-12)
    #expect(relativeError(result.picojoules("activation memory"), 8 * 8.0 / 64 * 10) < 1e-12)
  }

  @Test func temperatureChangesNothing() throws {
    let setting = Setting(
      substrate: IrreversibleDigital(), network: try tiny(), samples: try noise(4, width: 2))
    var cold = setting
    cold.temperature = Kelvin(4)
    let (warm, frozen) = (try setting.run(), try cold.run())
    #expect(warm.ledger.work(.model) == frozen.ledger.work(.model))
    #expect(warm.limits.map(\.energy) == frozen.limits.map(\.energy))
    #expect(warm.outputs == frozen.outputs)
  }
}

/// What they erase.
@Suite struct ErasedBitsTests {
  @Test(arguments: [
    (8, "auto", 32), (4, "auto", 32), (9, "auto", 64), (8, "64", 64), (8, "24", 24),
  ])
  func counts(bits: Int, accumulator: String, width: Int) throws {
    let result = try run(
      try mlp([64, 32, 16, 10]), try noise(2, width: 64),
      ["bits": "\(bits)", "accumulator-bits": accumulator])
    let multiplyAccumulates = 64 * 32 + 32 * 16 + 16 * 10
    let operations = Double(multiplyAccumulates * (2 * bits + width))
    #expect(result.numbers("accumulator_bits") == [Double(width)])
    #expect(result.numbers("erased_bits_operations") == [operations])
    #expect(relativeError(result.limit("operations")!, operations * log(2)) < 1e-12)
    let nominal = Double((32 + 16 + 10) * bits)
    #expect(relativeError(result.limit("registers", "nominal")!, nominal * log(2)) < 1e-12)
    if bits == 8, width == 32 {
      #expect(operations == 130_560)
      let energy = Joules(ThermalEnergy(result.limit("operations")!), at: Kelvin(300))
      #expect(relativeError(energy.value, 3.75e-16) < 1e-3)
    }
  }

  @Test func entropyByBruteForce() throws {
    // One layer, so that every register is seen in the outputs; few codes, so that they repeat.
    let network = try uniform(2, 3)
    let stream = try noise(50, width: 2)
    for bits in [2, 3, 8] {
      let result = try run(network, stream, ["bits": "\(bits)"])
      var entropy = 0.0
      for neuron in 0..<3 {
        let column = (0..<50).map { result.outputs[$0 * 3 + neuron] }
        for value in Set(column) {
          let share = Double(column.count { $0 == value }) / 50
          entropy -= share * log2(share)
        }
      }
      #expect(relativeError(result.numbers("erased_bits_registers_measured")[0], entropy) < 1e-12)
      #expect(entropy <= 3 * min(Double(bits), log2(50)))
      let measured = try #require(result.limits.first { $0.rule == "measured" })
      #expect(measured.kind == .floor && measured.source.evidence == .derived)
    }
  }

  @Test func fourDistinctCodesAreTwoBits() throws {
    let result = try run(try tiny(), try samples([[1, 0], [0, 1], [1, 1], [0, 0]]))
    #expect(relativeError(result.numbers("erased_bits_registers_measured")[0], 2) < 1e-12)
  }
}
