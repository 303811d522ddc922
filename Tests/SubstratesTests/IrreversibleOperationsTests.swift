import Foundation
import IrreversibleDigital
import Networks
import SubstrateCore
import Testing

/// Every sort of operation on integers, against the network in double precision.
@Suite struct IrreversibleOperationsTests {
  /// Convolutions, normalisation by constants, trained slopes, pools, and a branch that is added.
  private func convolutional(seed: Int) throws -> Network {
    var writer = try NetworkWriter([2, 6, 6], seed: seed)
    let axis = try Window.Axis(input: 6, kernel: 3, before: 1, after: 1)
    let first = try writer.convolution([axis, axis], 2, 4)
    let second = try writer.convolution([axis, axis], 4, 4, groups: 4)
    let half = try Window.Axis(input: 6, kernel: 2, stride: 2)
    try writer.add(first)
    let scale = try Scale(factors: writer.numbers(4, 0.8), offsets: writer.numbers(4), inner: 36)
    try writer.add(.scale(scale))
    let slopes = try ParametricReLU(slopes: writer.numbers(4, 0.3), inner: 36)
    try writer.add(.prelu(slopes), "skip")
    try writer.add(second, "second")
    try writer.add(.add, reading: "second", "skip")
    try writer.add(.activation([.gelu, .silu, .hardSwish, .elu(alpha: 1)][seed % 4]), "around")
    try writer.add(.pool(try Pool(.max, try Window([half, half]))), "max", reading: "around")
    try writer.add(
      .pool(try Pool([.mean, .sum][seed % 2], try Window([half, half]))), "mean",
      reading: "around")
    // Both side by side, along the channels.
    try writer.add(
      .rearrange(try Rearrangement(shape: Shape([8, 3, 3]), indices: Array(0..<72))),
      reading: "max", "mean")
    try writer.add(.reshape(Shape(vector: 72)))
    let last = writer.dense(72, 5)
    try writer.add(last)
    return try writer.network("convolutional \(seed)")
  }

  /// One layer of attention with two heads, normalised before and added after; `mask` says how what a
  /// token must not see is hidden.
  private func attention(seed: Int, mask: Mask = .none) throws -> Network {
    let (tokens, width, heads) = (4, 6, 2)
    var writer = try NetworkWriter([tokens, width], seed: seed)
    try writer.add(.normalize(epsilon: 1e-5), "norm")
    let (q, k, v) = (
      writer.dense(width, width), writer.dense(width, width), writer.dense(width, width)
    )
    /// From [tokens, heads × depth] to [heads, tokens, depth], or to its transpose.
    func split(_ isTransposed: Bool) throws -> Networks.Operation {
      let depth = width / heads
      var indices: [Int32] = []
      for head in 0..<heads {
        for outer in 0..<(isTransposed ? depth : tokens) {
          for inner in 0..<(isTransposed ? tokens : depth) {
            let (token, place) = isTransposed ? (inner, outer) : (outer, inner)
            indices.append(Int32(token * width + head * depth + place))
          }
        }
      }
      return .rearrange(
        try Rearrangement(
          shape: Shape(isTransposed ? [heads, depth, tokens] : [heads, tokens, depth]),
          indices: indices))
    }
    try writer.add(q, "q", reading: "norm")
    try writer.add(try split(false), "qh")
    try writer.add(k, "k", reading: "norm")
    try writer.add(try split(true), "kh")
    try writer.add(v, "v", reading: "norm")
    try writer.add(try split(false), "vh")
    try writer.add(.matrixProduct, "scores", reading: "qh", "kh")
    let count = heads * tokens * tokens
    let hidden = (0..<count).map { $0 % tokens > $0 / tokens % tokens }
    switch mask {
    case .none: break
    case .added(let value):
      try writer.add(
        .scale(
          try Scale(
            factors: Array(repeating: 0.5, count: count), offsets: hidden.map { $0 ? value : 0 })))
    case .replaced(let value):
      try writer.add(
        .rearrange(
          try Rearrangement(
            shape: Shape([heads, tokens, tokens]),
            indices: hidden.enumerated().map { $1 ? -1 : Int32($0) }, constants: [value])))
    }
    try writer.add(.softmax, "weights")
    try writer.add(.matrixProduct, "seen", reading: "weights", "vh")
    let depth = width / heads
    try writer.add(
      .rearrange(
        try Rearrangement(
          shape: Shape([tokens, width]),
          indices: (0..<tokens * width).map { place in
            let (token, head, inner) = (place / width, place % width / depth, place % depth)
            return Int32((head * tokens + token) * depth + inner)
          })))
    let out = writer.dense(width, width)
    try writer.add(out, "mixed")
    try writer.add(.add, "sum", reading: "mixed", "input")
    try writer.add(.activation(.gelu), "gate")
    try writer.add(.multiply, reading: "gate", "sum")
    let last = writer.dense(width, 3)
    try writer.add(last)
    if mask == .none { try writer.add(.logSoftmax) }
    return try writer.network("attention \(seed)")
  }

  enum Mask: Equatable {
    case none
    case added(Float)
    case replaced(Float)
  }

  @Test(arguments: 1...8)
  func staysWithinTheBound(seed: Int) throws {
    for network in [try convolutional(seed: seed), try attention(seed: seed)] {
      let samples = try RandomGraph.samples(network, count: 6, seed: seed)
      for bits in [8, 12, 16] {
        let run = try digital(network, samples, ["bits": "\(bits)"])
        let bounds = try roundingBounds(network, samples, bits: bits)
        let engine = ReferenceEngine(network)
        for sample in 0..<samples.count {
          let exact = engine.output(for: samples[sample].map { Double($0) })
          for (index, value) in exact.enumerated() {
            let error = abs(Double(run.outputs[sample * exact.count + index]) - value)
            #expect(
              error <= bounds[sample][index],
              "\(network.name), \(bits) bits: \(error) above \(bounds[sample][index])")
          }
        }
        if bits == 16 {
          let (error, largest) = worstError(run, network, samples)
          #expect(bounds.joined().max()! < 0.5 * max(largest, 1), "\(network.name)")
          #expect(error < 1e-3 * max(largest, 1), "\(network.name): \(error)")
        }
      }
    }
  }

  @Test(arguments: 1...4)
  func fewBitsAreWorse(seed: Int) throws {
    for network in [try convolutional(seed: seed), try attention(seed: seed)] {
      let samples = try RandomGraph.samples(network, count: 6, seed: seed)
      let errors = try [4, 16].map { bits in
        worstError(try digital(network, samples, ["bits": "\(bits)"]), network, samples).error
      }
      #expect(errors[0] > 30 * errors[1], "\(network.name): \(errors)")
    }
  }

  @Test(arguments: [-30, -1e4, -1e9, -Float.greatestFiniteMagnitude])
  func masksLeaveTheLogitsTheirSteps(value: Float) throws {
    for mask in [Mask.added(value), .replaced(value)] {
      let network = try attention(seed: 1, mask: mask)
      let samples = try RandomGraph.samples(network, count: 6, seed: 1)
      let (error, largest) = worstError(
        try digital(network, samples, ["bits": "16"]), network, samples)
      #expect(error < 1e-3 * largest, "\(mask): \(error) of \(largest)")
    }
  }

  @Test func maximaArePickedOutExactly() throws {
    // With padding of minus infinity in front, as some exporters write it.
    var writer = try NetworkWriter([7], seed: 9)
    try writer.add(
      .rearrange(
        try Rearrangement(
          shape: Shape([8]), indices: [-1] + (0..<7),
          constants: [-Float.greatestFiniteMagnitude])))
    try writer.add(
      .pool(try Pool(.max, try Window([Window.Axis(input: 8, kernel: 2, stride: 2)]))))
    let network = try writer.network()
    let samples = try RandomGraph.samples(network, count: 30, seed: 9)
    for bits in [3, 8, 16] {
      let (low, high) = (Double(samples.values.min()!), Double(samples.values.max()!))
      let step = (high - low) / Double((1 << bits) - 1)
      let zero = (-low / step).rounded()
      let result = try digital(network, samples, ["bits": "\(bits)"])
      for sample in 0..<30 {
        let codes = samples[sample].map {
          min(max((Double($0) / step).rounded() + zero, 0), Double((1 << bits) - 1))
        }
        for window in 0..<4 {
          let places = max(2 * window - 1, 0)...2 * window
          #expect(
            result.outputs[sample * 4 + window] == Float(step * (codes[places].max()! - zero)))
        }
      }
    }
  }

  @Test func wiresKeepTheCodes() throws {
    // The output is nothing but the input backwards; a constant widens the common range.
    var builder = Network.Builder(input: try Shape([3]))
    try builder.add(
      .rearrange(
        try Rearrangement(shape: Shape([4]), indices: [2, 1, 0, -1], constants: [5])),
      named: "y", reading: ["input"])
    let network = try builder.network(named: "backwards", output: "y")
    let samples = try Samples(name: "s", width: 3, values: [0, 1, 2, 0.3, 0.6, 0.9])
    let result = try digital(network, samples)
    let expected = [2, 1, 0, 5, 0.9, 0.6, 0.3, 5].map {
      Float(($0 / 5 * 255).rounded() * (5.0 / 255))
    }
    #expect(result.outputs == expected)
    #expect(result.ledger.postings.isEmpty)
    #expect(result.numbers("erased_bits_registers_nominal") == [0])
    #expect(result.numbers("erased_bits_registers_measured") == [0])
  }

  /// Each function with the range of its samples.
  static let functions: [(Activation, ClosedRange<Double>)] = [
    (.relu, -2...3), (.leakyReLU(slope: -0.5), -2...3), (.elu(alpha: 1.5), -6...2),
    (.selu(alpha: 1.7, gamma: 1.05), -6...2), (.tanh, -9...9), (.sigmoid, -20...20),
    (.hardSigmoid(alpha: 0.2, beta: 0.5), -7...7), (.hardSwish, -5...5), (.silu, -30...30),
    (.softplus, -30...5), (.gelu, -40...40), (.geluTanh, -6...2),
    (.clip(from: -0.7, to: 6), -2...9),
    (.erf, -5...5), (.exponential, -3...2), (.squareRoot, 0.5...9), (.logarithm, 0.5...9),
    (.reciprocal, 0.5...4),
    (.reciprocal, -4 ... -0.5), (.absolute, -2...3), (.power(2), -2...3), (.power(-0.5), 0.5...9),
  ]

  @Test(arguments: functions.indices)
  func functionsAreWithinAStepOfWhereTheyAre(index: Int) throws {
    let (function, range) = Self.functions[index]
    var builder = Network.Builder(input: try Shape([1]))
    try builder.add(.activation(function), named: "y", reading: ["input"])
    let network = try builder.network(named: "function", output: "y")
    let count = 211
    let numbers = (0..<count).map { place in
      Float(
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(place) / Double(count - 1)
      )
    }
    let samples = try Samples(name: "s", width: 1, values: numbers)
    let values = numbers.map { function(Double($0)) }
    for bits in [6, 8, 16] {
      let codes = Double((1 << bits) - 1)
      let reach = max(range.upperBound, 0) - min(range.lowerBound, 0)
      let step = (max(values.max()!, 0) - min(values.min()!, 0)) / codes
      // Half a step of the input, its clipping by another half, and as much of the address.
      let shift = 2.001 * reach / codes
      let result = try digital(network, samples, ["bits": "\(bits)"])
      for (place, number) in numbers.enumerated() {
        // By brute force: how far the function goes over so short a way.
        let near = (-32...32).map {
          function(
            min(max(Double(number) + shift * Double($0) / 32, range.lowerBound), range.upperBound))
        }
        let output = Double(result.outputs[place])
        #expect(
          output >= near.min()! - 1.5 * step && output <= near.max()! + 1.5 * step,
          "\(function) at \(number), \(bits) bits: \(output), not \(values[place])")
      }
    }
  }

  @Test func preActivationsAreShown() throws {
    let network = try convolutional(seed: 2)
    let samples = try RandomGraph.samples(network, count: 5, seed: 2)
    let (engine, reference) = (LayerEngine<Double>(network), ReferenceEngine(network))
    let workspace = LayerWorkspace(engine, lanes: 16)
    let states = Block<Double>(rows: engine.neuronCount, lanes: 16)
    for lane in 0..<16 {
      for (row, value) in samples[min(lane, 4)].enumerated() {
        workspace.inputs[row, lane] = Double(value)
      }
    }
    engine.forward(into: states, in: workspace)
    var seen = 0
    for (index, layer) in engine.layers.enumerated() {
      engine.predict(index, from: states, in: workspace)
      engine.visitPreActivations(of: index, states: states, in: workspace) {
        function, values, count in
        let node = network.nodes[layer.nodes.last!]
        #expect(node.operation == .activation(function))
        #expect(count == layer.count * 16)
        for lane in 0..<5 {
          let exact = reference.values(for: samples[lane].map { Double($0) })[node.parents[0]]
          for row in 0..<layer.count {
            #expect(abs(values[row * 16 + lane] - exact[row]) < 1e-12)
          }
        }
        seen += 1
      }
    }
    #expect(seen == 1)
  }
}
