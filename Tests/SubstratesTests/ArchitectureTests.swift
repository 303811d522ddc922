import Networks
import PhysicalLaws
import Quantities
import SubstrateCore
import Testing

@testable import DynamicAnalog
@testable import QuasiStatic

/// Convolutional, residual and attention networks on the analog substrates, against the same networks made of
/// matrices, and against closed forms.
@Suite struct ArchitectureTests {
  static let pairs = [
    (Architecture.convolutional, Activation.tanh), (.residual, .relu), (.attention, .tanh),
  ]

  /// Every figure of two runs, in their order: energies and limits to a part in 10⁹.
  static func expectSame(_ a: Run, _ b: Run, sourceLocation: SourceLocation = #_sourceLocation) {
    func close(_ a: Double, _ b: Double, _ scale: Double) -> Bool {
      abs(a - b) <= 1e-9 * max(abs(a), abs(b), scale)
    }
    #expect(a.ledger.postings.count == b.ledger.postings.count, sourceLocation: sourceLocation)
    let work = abs(a.energy())
    for (first, second) in zip(a.ledger.postings, b.ledger.postings) {
      #expect(first.layer == second.layer && first.mechanism == second.mechanism)
      #expect(close(kT(first.energy), kT(second.energy), work), "\(first) \(second)")
    }
    #expect(a.limits.count == b.limits.count, sourceLocation: sourceLocation)
    for (first, second) in zip(a.limits, b.limits) {
      #expect(close(first.energy.value, second.energy.value, 0), "\(first) \(second)")
    }
    for (first, second) in zip(a.outputs, b.outputs) {
      #expect(abs(first - second) <= 1e-6 * (1 + abs(first)), sourceLocation: sourceLocation)
    }
    #expect(close(a.latency.value, b.latency.value, 0), sourceLocation: sourceLocation)
    #expect(a.verdict == b.verdict, sourceLocation: sourceLocation)
  }

  /// Without a bound on the rates, which is a convolution's own and not that of its matrix, both are solved in
  /// the same steps.
  @Test(arguments: pairs) func quasiStaticIsThatOfMatrices(
    architecture: Architecture, activation: Activation
  ) throws {
    let (network, samples) = RandomWorkload.network(
      architecture, activation, samples: 3, seed: 1)
    for values in [
      ["duration": "5"], ["duration": "0"], ["duration": "5", "profile": "constant-speed"],
    ] {
      let runs = try [network, network.unrolled()].map { (network: Network) -> [Inference] in
        let setting = Setting(substrate: QuasiStatic(), network: network, samples: samples)
        let landscape = Landscape(
          LayerEngine(network), stiffness: network.layers.map { _ in 20 }, rateBound: .infinity)
        return try InferenceBlock.all(
          landscape, try setting.program(values), on: setting.stream(), in: RunContext(seed: 1))
      }
      for (a, b) in zip(runs[0], runs[1]) {
        let pairs =
          Array(zip(a.heat, b.heat)) + Array(zip(a.transferred, b.transferred))
          + Array(zip(a.outputs, b.outputs))
          + [
            (a.work, b.work), (a.recovered!, b.recovered!), (a.hold, b.hold),
            (a.abruptWork, b.abruptWork), (a.squaredDisplacement, b.squaredDisplacement),
            (a.length, b.length), (a.leastRate, b.leastRate), (a.largestRate, b.largestRate),
          ]
        for (first, second): (Double, Double) in pairs {
          #expect(abs(first - second) <= 1e-9 * max(abs(first), a.work, 1))
        }
      }
    }
  }

  @Test(arguments: pairs) func quasiStaticReportsAreThoseOfMatrices(
    architecture: Architecture, activation: Activation
  ) throws {
    let (network, samples) = RandomWorkload.network(
      architecture, activation, samples: 3, seed: 1)
    let runs = try [network, network.unrolled()].map {
      try Setting(substrate: QuasiStatic(), network: $0, samples: samples).run([
        "duration": "50", "method": "length", "profile": "constant-speed",
        "static-power": "1e-12", "drive-efficiency": "0.9",
      ])
    }
    Self.expectSame(runs[0], runs[1])
  }

  @Test(arguments: pairs) func dynamicAnalogIsThatOfMatrices(
    architecture: Architecture, activation: Activation
  ) throws {
    let (network, samples) = RandomWorkload.network(
      architecture, activation, samples: 3, seed: 2)
    for values in [[:], ["duration": "3", "stiffness": "20", "settle": "1"]] {
      let runs = try [network, network.unrolled()].map {
        try Setting(substrate: DynamicAnalog(), network: $0, samples: samples).run(values)
      }
      Self.expectSame(runs[0], runs[1])
    }
  }

  /// The same noise moves both; what differs is rounding in single precision.
  @Test(arguments: pairs) func trajectoriesAreThoseOfMatrices(
    architecture: Architecture, activation: Activation
  ) throws {
    let (network, samples) = RandomWorkload.network(
      architecture, activation, samples: 2, seed: 3)
    let networks = [network, network.unrolled()]
    let quasiStatic = try networks.map {
      try Setting(substrate: QuasiStatic(), network: $0, samples: samples).run([
        "method": "langevin", "duration": "0.5", "trajectories": "16", "settle": "0.5",
        "snr": "50",
      ])
    }
    let dynamic = try networks.map {
      try Setting(substrate: DynamicAnalog(), network: $0, samples: samples).run([
        "method": "langevin", "trajectories": "16", "settle": "2.5", "snr": "50",
      ])
    }
    for runs in [quasiStatic, dynamic] {
      #expect(runs[0].energy() > 0)
      #expect(abs(runs[0].energy() - runs[1].energy()) < 0.1 * runs[0].energyError)
    }
  }

  /// What `snr=allocate` begins with.
  @Test(arguments: pairs) func outputNoiseIsThatOfMatrices(
    architecture: Architecture, activation: Activation
  ) throws {
    let (network, samples) = RandomWorkload.network(
      architecture, activation, samples: 3, seed: 5)
    let noises = try [network, network.unrolled()].map { (network: Network) -> [Double] in
      let setting = Setting(substrate: QuasiStatic(), network: network, samples: samples)
      let noise = try QuasiStatic().outputNoise(
        of: setting.program(), on: setting.stream(), in: RunContext(seed: 1))
      return try #require(noise)
    }
    #expect(noises[0].count == network.layers.count && noises[0].allSatisfy { $0 > 0 })
    for (first, second) in zip(noises[0], noises[1]) {
      #expect(relativeError(first, second) < 1e-9)
    }
  }

  /// W = (1/2) Σ K |Δf|² over the neurons that the inputs feed.
  @Test(arguments: Architecture.allCases) func abruptDriveIsTheClosedForm(
    architecture: Architecture
  ) throws {
    let (network, samples) = RandomWorkload.network(architecture, .relu, samples: 2, seed: 4)
    let run = try Setting(substrate: QuasiStatic(), network: network, samples: samples).run([
      "duration": "0", "stiffness": "40",
    ])
    let reference = ReferenceEngine(network)
    let ends = (0..<2).map { reference.values(for: samples[$0].map(Double.init)) }
    var work = 0.0
    for layer in network.layers where layer.sources.contains(.input) {
      // What the layer would be with the inputs of one sample and the neurons of the other.
      for (old, new) in [(0, 1), (1, 0)] {
        var values = ends[old]
        values[0] = samples[new].map(Double.init)
        let moved = Self.value(of: layer, in: network, from: values)
        let stood = ends[old][layer.nodes.last!]
        work += zip(moved, stood).reduce(0) { $0 + 0.5 * 40 * ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
    }
    #expect(relativeError(run.energy(), work / 2) < 1e-9)
  }

  /// A layer's value from the inputs and from neurons that need not agree with each other.
  static func value(
    of layer: Network.Layer, in network: Network, from values: [[Double]]
  ) -> [Double] {
    var values = values
    for index in layer.nodes {
      let node = network.nodes[index]
      var builder: Network.Builder
      do {
        // One operation by itself, its parents side by side in one input.
        let parents = node.parents.map { values[network.origin(of: $0)] }
        builder = Network.Builder(input: try Shape([parents.joined().count]))
        var start = 0
        for (place, parent) in parents.enumerated() {
          let shape = network.nodes[node.parents[place]].shape
          try builder.add(
            .rearrange(
              Rearrangement(
                shape: shape, indices: (start..<start + parent.count).map { Int32($0) })),
            named: "\(place)", reading: [Network.Builder.input])
          start += parent.count
        }
        try builder.add(
          node.operation, named: "out", reading: parents.indices.map { "\($0)" })
        values[index] = ReferenceEngine(try builder.network(named: "part", output: "out"))
          .output(for: Array(parents.joined()))
      } catch {
        preconditionFailure("\(error)")
      }
    }
    return values[layer.nodes.last!]
  }

  /// No rate at random states of the stream exceeds the bound.
  @Test(arguments: RandomGraph.allCases) func boundsHold(graph: RandomGraph) throws {
    for seed in 0..<4 {
      let network = try graph.network(seed: seed)
      let samples = try RandomGraph.samples(network, count: 2, seed: seed)
      let engine = LayerEngine<Double>(network)
      let landscape = Landscape(engine, stiffness: engine.layers.map { _ in 7 })
      let drive = Drive(
        engine, samples, from: .init(repeating: 0, count: 16), to: .init(repeating: 1, count: 16))
      for point in [0, 0.3, 1] {
        let largest = RelaxationSpectrum(landscape, drive, at: point).largest()[0]
        #expect(largest <= landscape.rateBound)
      }
      let isProduct = graph == .wires || graph == .attention
      #expect(landscape.rateBound.isFinite == !isProduct)
    }
  }

  /// One layer of each operation: the bound is reached, or not exceeded, by the operation's own norm.
  @Test func boundsOfSingleOperations() throws {
    let four = try Window.Axis(input: 4, kernel: 2, stride: 2)
    let three = try Window.Axis(input: 4, kernel: 3)
    let input = try Shape([4])
    func gain(_ operation: Networks.Operation) throws -> Double {
      var builder = Network.Builder(input: input)
      try builder.add(.activation(.relu), named: "first", reading: ["input"])
      try builder.add(.reshape(try Shape([1, 4])), named: "shaped", reading: ["first"])
      try builder.add(operation, named: "out", reading: ["shaped"])
      let network = try builder.network(named: "one", output: "out")
      return JacobianBound.gains(network.layers, of: network)[1][0].gain
    }
    // Mean of two, side by side: singular values √(2/4).
    #expect(try abs(gain(.pool(Pool(.mean, Window([four])))) - 0.5.squareRoot()) < 1e-12)
    #expect(try abs(gain(.pool(Pool(.sum, Window([four])))) - 2.0.squareRoot()) < 1e-12)
    #expect(try gain(.pool(Pool(.max, Window([four])))) == 1)
    // The middle two are in both windows.
    #expect(try abs(gain(.pool(Pool(.max, Window([three])))) - 2.0.squareRoot()) < 1e-12)
    #expect(try gain(.scale(Scale(factors: [1, -3, 2, 0], offsets: nil))) == 3)
    #expect(try gain(.scale(Scale(factors: nil, offsets: [1, 2, 3, 4]))) == 1)
    let twice = try Rearrangement(shape: Shape([5]), indices: [0, 0, 0, 0, 2])
    #expect(try gain(.rearrange(twice)) == 2)
    #expect(try gain(.prelu(ParametricReLU(slopes: [-2], inner: 1))) == 2)
    #expect(try gain(.softmax) == 0.5)
    #expect(try gain(.logSoftmax) == 2)
    #expect(try gain(.normalize(epsilon: 0.25)) == 2)
    #expect(try gain(.activation(.power(2))) == .infinity)
    // Taps 1 and -2 with stride 2: each number is seen by one of them, rows have 3, columns 2 at most.
    let strided = try Convolution(
      Window([four]), inputChannels: 1, outputChannels: 1, weight: [1, -2], bias: [0])
    #expect(try abs(gain(.convolution(strided)) - 6.0.squareRoot()) < 1e-12)
  }
}
