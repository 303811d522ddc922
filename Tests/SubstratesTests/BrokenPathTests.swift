import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing

@testable import QuasiStatic

/// Paths on which the speed jumps where nobody looks for breaks, against brute force.
@Suite struct BrokenPathTests {
  /// What bends, behind a matrix of the inputs and before another.
  static let bending: [(String, Networks.Operation)] = {
    do {
      let pair = try Window.Axis(input: 6, kernel: 2, stride: 2)
      let wide = try Window.Axis(input: 6, kernel: 3)
      return [
        ("pairs", .pool(try Pool(.max, try Window([pair])))),
        ("overlapping windows", .pool(try Pool(.max, try Window([wide])))),
        ("clip", .activation(.clip(from: -0.3, to: 0.4))),
        ("hard sigmoid", .activation(.hardSigmoid(alpha: 0.9, beta: 0.4))),
        ("prelu", .prelu(try ParametricReLU(slopes: [0.2, -0.5, 0], inner: 2))),
      ]
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  struct Scene {
    let network: Network
    let samples: Samples
    let landscape: Landscape
    let drive: Drive

    init(_ operation: Networks.Operation, seed: Int) throws {
      var noise = GaussianStream(seed: 5, purpose: "bends", index: seed)
      func dense(_ inputs: Int, _ outputs: Int) throws -> Networks.Operation {
        .dense(
          try Dense(
            inputs: inputs, weight: (0..<inputs * outputs).map { _ in Float(noise.next()) },
            bias: (0..<outputs).map { _ in Float(0.3 * noise.next()) }))
      }
      var builder = Network.Builder(input: try Shape([3]))
      try builder.add(dense(3, 6), named: "a", reading: ["input"])
      try builder.add(operation, named: "bent", reading: ["a"])
      try builder.add(
        dense(builder.shape(of: "bent")!.count, 3), named: "b", reading: ["bent"])
      try builder.add(.activation(.relu), named: "out", reading: ["b"])
      network = try builder.network(named: "bent", output: "out")
      samples = try RandomGraph.samples(network, count: 2, seed: seed)
      let engine = LayerEngine<Double>(network)
      landscape = Landscape(engine, stiffness: engine.layers.map { _ in 10 })
      drive = Drive(
        engine, samples, from: .init(repeating: 0, count: 16), to: .init(repeating: 1, count: 16))
    }

    func input(_ point: Double) -> [Double] {
      zip(samples[0], samples[1]).map { Double($0) + point * (Double($1) - Double($0)) }
    }
  }

  /// Squared steps between many forward passes of the plain engine.
  @Test(arguments: 0..<5) func pathIsThatOfManySteps(kind: Int) throws {
    for seed in 0..<3 {
      let scene = try Scene(Self.bending[kind].1, seed: 10 * kind + seed)
      let path = DrivenPath.trace(scene.landscape, scene.drive, lanes: 1)[0]
      let reference = ReferenceEngine(scene.network)
      let steps = 2000
      var (square, length) = (0.0, 0.0)
      var before = reference.neurons(for: scene.input(0))
      for step in 1...steps {
        let now = reference.neurons(for: scene.input(Double(step) / Double(steps)))
        let move = zip(before, now).reduce(0) { $0 + 10 * ($1.0 - $1.1) * ($1.0 - $1.1) }
        square += move * Double(steps)
        length += move.squareRoot()
        before = now
      }
      #expect(relativeError(path.weightedSquaredLength, square) < 1e-3)
      #expect(relativeError(path.length, length) < 1e-3)
    }
  }

  /// Power of each line by differences of H along the way, at frozen neurons, where the bending layer reads the
  /// inputs itself.
  @Test(arguments: 0..<5) func abruptLinesTakeBackWhatManyStepsSay(kind: Int) throws {
    var noise = GaussianStream(seed: 6, purpose: "abrupt bends", index: kind)
    for seed in 0..<2 {
      var builder = Network.Builder(input: try Shape([6]))
      try builder.add(Self.bending[kind].1, named: "bent", reading: ["input"])
      let network = try builder.network(named: "bent", output: "bent")
      let samples = try RandomGraph.samples(network, count: 2, seed: 50 + 10 * kind + seed)
      let engine = LayerEngine<Double>(network)
      let landscape = Landscape(engine, stiffness: [10])
      let drive = Drive(
        engine, samples, from: .init(repeating: 0, count: 16), to: .init(repeating: 1, count: 16))
      let neurons = Block<Double>(rows: engine.neuronCount, lanes: 16)
      for row in 0..<neurons.rows {
        let value = noise.next()
        for lane in 0..<16 { neurons[row, lane] = value }
      }
      let found = AbruptDrive(landscape, drive, neurons: neurons).recovered()[0]

      let reference = ReferenceEngine(network)
      let ends = [0, 1].map { samples[$0].map(Double.init) }
      let steps = 2000
      var (back, taken) = (0.0, 0.0)
      for step in 0..<steps {
        let point = (Double(step) + 0.5) / Double(steps)
        let input = zip(samples[0], samples[1]).map {
          Double($0) + point * (Double($1) - Double($0))
        }
        let values = reference.values(for: input)
        let pull = values.last!.indices.map { 10 * (values.last![$0] - neurons[$0, 0]) }
        let slopes = reference.pullback(of: pull, at: values).nodes[0]
        for (line, slope) in slopes.enumerated() {
          let power = slope * (ends[1][line] - ends[0][line])
          back += max(-power, 0) / Double(steps)
          taken += max(power, 0) / Double(steps)
        }
      }
      #expect(abs(found - back) < 2e-3 * max(back, taken))
    }
  }

  /// Beyond some hundreds of neurons that may switch, breaks are passed without being looked for.
  @Test func manyBreaks() throws {
    let (network, samples) = try randomWorkload(
      seed: 3, sizes: [4, 300, 260, 3], activation: .relu, samples: 2)
    let engine = LayerEngine<Double>(network)
    let landscape = Landscape(engine, stiffness: engine.layers.map { _ in 10 })
    let drive = Drive(
      engine, samples, from: .init(repeating: 0, count: 16), to: .init(repeating: 1, count: 16))
    let path = DrivenPath.trace(landscape, drive, lanes: 1)[0]
    let reference = ReferenceEngine(network)
    let steps = 100
    var square = 0.0
    var before: [Double]?
    for step in 0...steps {
      let point = Double(step) / Double(steps)
      let now = reference.neurons(
        for: zip(samples[0], samples[1]).map { Double($0) + point * (Double($1) - Double($0)) })
      if let before {
        square +=
          Double(steps)
          * zip(before, now).reduce(0) {
            $0 + 10 * ($1.0 - $1.1) * ($1.0 - $1.1)
          }
      }
      before = now
    }
    // A hundred steps miss about 10⁻³ themselves.
    #expect(relativeError(path.weightedSquaredLength, square) < 3e-3)
  }

  /// Powers of neurons, whose rates have no bound, with stages for a rate far below those there are.
  @Test func ratesAreFoundOnTheWay() throws {
    var builder = Network.Builder(input: try Shape([2]))
    let bump = try Dense(inputs: 2, weight: [1, 0, 0, 1], bias: [0, 0])
    try builder.add(.dense(bump), named: "a", reading: ["input"])
    try builder.add(.multiply, named: "squares", reading: ["a", "a"])
    try builder.add(.multiply, named: "fourth", reading: ["squares", "squares"])
    try builder.add(
      .dense(try Dense(inputs: 2, weight: [1, 1], bias: [0])), named: "out", reading: ["fourth"])
    let network = try builder.network(named: "stiff", output: "out")
    let engine = LayerEngine<Double>(network)
    // The steepest slope is 2·1.6² there, and the largest rate above (1 + 5.12)².
    let samples = try Samples(name: "way", width: 2, values: [-1.6, 0, 1.6, 0])
    let landscape = Landscape(engine, stiffness: engine.layers.map { _ in 50 })
    #expect(landscape.rateBound == .infinity)
    let drive = Drive(
      engine, samples, from: .init(repeating: 0, count: 16), to: .init(repeating: 1, count: 16))
    let paths = DrivenPath.trace(landscape, drive, lanes: 1)
    let start = Block<Double>(rows: engine.neuronCount, lanes: 16)
    let values = ReferenceEngine(network).neurons(for: samples[0].map(Double.init))
    for row in 0..<start.rows { for lane in 0..<16 { start[row, lane] = values[row] } }
    // Far below the largest rate, and above all of them.
    let results = [2.0, 20_000].map { rate -> (Relaxation.Result, Double) in
      let field = RelaxationField(
        landscape, drive, duration: 50, profiles: .init(repeating: .linear, count: 16), rate: rate)
      var relaxation = Relaxation(
        field, start: start, lengths: paths.map(\.length), hold: nil)
      return (relaxation.run(mostSteps: 20_000)[0], field.rate)
    }
    #expect(results.allSatisfy { $0.0.isSettled && $0.0.isFinite })
    #expect(results[0].1 > 30)
    let (first, second) = (results[0].0, results[1].0)
    #expect(relativeError(first.work(engine.inputEdges), second.work(engine.inputEdges)) < 2e-3)
    #expect(relativeError(first.hold, second.hold) < 0.02)
  }

  /// A mask written as a sum would put neurons to minus infinity.
  @Test func masksAreNoNeurons() throws {
    var builder = Network.Builder(input: try Shape([3]))
    let mask = try Scale(factors: nil, offsets: [0, -.greatestFiniteMagnitude, 0])
    try builder.add(.scale(mask), named: "masked", reading: ["input"])
    try builder.add(.softmax, named: "out", reading: ["masked"])
    let network = try builder.network(named: "mask", output: "out")
    let samples = try Samples(name: "two", width: 3, values: [1, 2, 3, 3, 2, 1])
    let refusal = try Setting(substrate: QuasiStatic(), network: network, samples: samples)
      .refusal(of: [:])
    #expect(refusal?.reason == .range)
  }
}
