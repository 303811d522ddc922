import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Testing

@testable import QuasiStatic

/// The books of single layers at one stiffness for all, where the flow slides along the breaks of ReLUs.
@Suite struct QuasiStaticBooksTests {
  /// A network whose third layer reads the inputs and both layers before it.
  func skipping(seed: Int) throws -> Network {
    var noise = GaussianStream(seed: 23, purpose: "skipping network", index: seed)
    func dense(_ inputs: Int, _ outputs: Int) throws -> Networks.Operation {
      .dense(
        try Dense(
          inputs: inputs,
          weight: (0..<inputs * outputs).map { _ in
            Float(noise.next() * (2 / Double(inputs)).squareRoot())
          },
          bias: (0..<outputs).map { _ in Float(0.2 * noise.next()) }))
    }
    var builder = Network.Builder(input: try Shape([5]))
    try builder.add(try dense(5, 7), named: "a.in", reading: ["input"])
    try builder.add(.activation(.relu), named: "a", reading: ["a.in"])
    try builder.add(try dense(7, 6), named: "b.in", reading: ["a"])
    try builder.add(.activation(.relu), named: "b", reading: ["b.in"])
    try builder.add(try dense(5, 6), named: "c.input", reading: ["input"])
    try builder.add(try dense(7, 6), named: "c.a", reading: ["a"])
    try builder.add(try dense(6, 6), named: "c.b", reading: ["b"])
    try builder.add(.add, named: "c.in", reading: ["c.input", "c.a", "c.b"])
    try builder.add(.activation(.relu), named: "c", reading: ["c.in"])
    try builder.add(try dense(6, 4), named: "d", reading: ["c"])
    return try builder.network(named: "skipping \(seed)", output: "d")
  }

  /// The flow of energy along each edge and the heat of each layer, mean over the stream, in k_B T.
  func books(_ setting: Setting<QuasiStatic>, _ values: [String: String]) throws -> (
    given: [Double], heat: [Double], inferences: [Inference], engine: LayerEngine<Double>
  ) {
    let program = try setting.program(values)
    let stiffness = try #require(Double(values["stiffness"] ?? ""))
    let landscape = Landscape(
      program.engine, stiffness: program.engine.layers.map { _ in stiffness })
    let inferences = InferenceBlock(
      landscape, program, try setting.stream(), Array(0..<setting.samples.count)
    ).inferences
    func mean(_ count: Int, _ value: (Inference, Int) -> Double) -> [Double] {
      (0..<count).map { index in
        inferences.reduce(0) { $0 + value($1, index) } / Double(inferences.count)
      }
    }
    return (
      mean(program.engine.edges.count) { $0.transferred[$1] },
      mean(program.engine.layers.count) { $0.heat[$1] + $0.rest[$1] }, inferences, program.engine
    )
  }

  @Test(arguments: 0..<6) func layersCloseWhereTheFlowSlides(seed: Int) throws {
    let workload = try randomWorkload(seed: seed, sizes: [5, 12, 10, 8, 4], samples: 6)
    let network = seed.isMultiple(of: 2) ? workload.network : try skipping(seed: seed)
    let setting = Setting(
      substrate: QuasiStatic(), network: network, samples: workload.samples)
    for duration in ["0", "10", "300"] {
      let (given, heat, _, engine) = try books(
        setting, ["stiffness": "100", "duration": duration])
      for layer in engine.layers.indices {
        let into = engine.edgesInto[layer].map { given[$0] }
        let onward = engine.edgesFrom[layer].map { given[$0] }
        let through = (into + onward).reduce(heat[layer]) { $0 + abs($1) } / 2
        #expect(
          abs(into.reduce(0, +) - onward.reduce(0, +) - heat[layer]) < 0.002 * through,
          "\(network.name) at \(duration) τ0: \(engine.layers[layer].name)")
      }
    }
  }

  /// Against Euler's method in very many steps: it zigzags about a break as finely as its steps are short, and
  /// force, velocity and displacement, each averaged over twenty steps, are those of the sliding flow.
  @Test(arguments: 0..<6) func flowsByBruteForce(seed: Int) throws {
    let workload = try randomWorkload(seed: seed, sizes: [5, 12, 10, 8, 4], samples: 2)
    let network = seed != 3 ? workload.network : try skipping(seed: seed)
    let setting = Setting(substrate: QuasiStatic(), network: network, samples: workload.samples)
    let (duration, stiffness, step) = (4.0, 100.0, 5e-4)
    let (_, _, inferences, engine) = try books(
      setting, ["stiffness": "\(stiffness)", "duration": "\(duration)", "settle": "2"])
    let flow = EulerFlow(engine, setting.samples, stiffness: stiffness)
    let (expected, heat) = flow.run(from: 0, to: 1, duration: duration, hold: 2, step: step)
    let scale = expected.map(abs).max()!
    for (edge, value) in expected.enumerated() {
      #expect(abs(inferences[1].transferred[edge] - value) < 0.005 * scale, "edge \(edge)")
    }
    for (layer, value) in heat.enumerated() {
      #expect(relativeError(inferences[1].heat[layer], value) < 0.006, "layer \(layer)")
    }
  }

  /// The way there in twenty thousand pieces, each line by itself, in plain loops over the first layer.
  @Test(arguments: 0..<4) func whatAJumpGivesBackByBruteForce(seed: Int) throws {
    let activation: Activation? = [.relu, .leakyReLU(slope: 0.25), .tanh, nil][seed]
    let workload = try randomWorkload(
      seed: seed, sizes: [9, 7, 6, 4], activation: activation, samples: 2)
    let setting = Setting(
      substrate: QuasiStatic(), network: workload.network, samples: workload.samples)
    let (_, _, inferences, _) = try books(setting, ["stiffness": "100", "duration": "0"])
    guard case .dense(let dense) = workload.network.nodes[1].operation else { return }
    let (old, new) = (setting.samples[0].map(Double.init), setting.samples[1].map(Double.init))
    func function(_ value: Double) -> Double { activation?(value) ?? value }
    func activations(_ input: [Double]) -> [Double] {
      (0..<dense.outputs).map { row in
        function(
          (0..<dense.inputs).reduce(Double(dense.bias[row])) {
            $0 + Double(dense.weight[row * dense.inputs + $1]) * input[$1]
          })
      }
    }
    let neurons = activations(old)
    let pieces = 20_000
    var expected = 0.0
    for piece in 0..<pieces {
      let share = (Double(piece) + 0.5) / Double(pieces)
      let values = activations(zip(old, new).map { $0 + share * ($1 - $0) })
      for line in old.indices {
        let power = values.indices.reduce(0) { sum, row in
          let slope = activation?.derivative(at: values[row], output: values[row]) ?? 1
          return sum - 100 * (neurons[row] - values[row]) * slope
            * Double(dense.weight[row * dense.inputs + line]) * (new[line] - old[line])
        }
        expected += max(-power, 0) / Double(pieces)
      }
    }
    #expect(expected > 0.01 * inferences[1].work)
    #expect(abs((inferences[1].recovered ?? .nan) - expected) < 2e-5 * expected)
  }
}

/// The flow of one inference by Euler's method, one lane of a block.
private struct EulerFlow {
  let engine: LayerEngine<Double>
  let samples: Samples
  let stiffness: Double
  private let workspace: LayerWorkspace<Double>
  private let state: Block<Double>
  private let pulls: Block<Double>
  private static let window = 20

  init(_ engine: LayerEngine<Double>, _ samples: Samples, stiffness: Double) {
    self.engine = engine
    self.samples = samples
    self.stiffness = stiffness
    workspace = LayerWorkspace(engine, lanes: 16)
    state = Block(rows: engine.neuronCount, lanes: 16)
    pulls = Block(rows: engine.neuronCount, lanes: 16)
  }

  private func place(_ old: Int, _ new: Int, _ share: Double) {
    for (row, pair) in zip(samples[old], samples[new]).enumerated() {
      workspace.inputs[row, 0] = (1 - share) * Double(pair.0) + share * Double(pair.1)
    }
    engine.project(workspace)
  }

  /// The work on each edge's target by its source's motion, and the heat of each layer, in k_B T.
  func run(from old: Int, to new: Int, duration: Double, hold: Double, step: Double) -> (
    given: [Double], heat: [Double]
  ) {
    var heat = engine.layers.map { _ in 0.0 }
    var given = engine.edges.map { _ in 0.0 }
    var tractions = engine.edges.map { [Double](repeating: 0, count: $0.rows.count) }
    place(old, new, 0)
    engine.forward(into: state, in: workspace)
    var before = (0..<engine.neuronCount).map { state[$0, 0] }
    for count in 1...Int(((duration + hold) / step).rounded()) {
      // Inputs first: their work is the change of what they ought to make, at frozen neurons.
      evaluate()
      var projections = (0..<engine.projectionCount).map { workspace.projections[$0, 0] }
      place(old, new, min(1, Double(count) * step / duration))
      for row in projections.indices { projections[row] -= workspace.projections[row, 0] }
      for edge in engine.inputEdges {
        for row in engine.edges[edge].projections {
          given[edge] += workspace.projectionCotangents[row, 0] * projections[row]
        }
      }
      evaluate()
      var velocity = (0..<engine.neuronCount).map { -pulls[$0, 0] / stiffness }
      for (index, edge) in engine.edges.enumerated() {
        guard case .layer(let source) = edge.source else { continue }
        for (place, row) in engine.layers[source].rows.enumerated() {
          let pull = workspace.edges[edge.rows.lowerBound + place, 0]
          tractions[index][place] += pull / Double(Self.window)
          velocity[row] += pull / stiffness
        }
      }
      for row in velocity.indices { state[row, 0] += step * velocity[row] }
      guard count.isMultiple(of: Self.window) else { continue }
      for (index, edge) in engine.edges.enumerated() {
        guard case .layer(let source) = edge.source else { continue }
        for (place, row) in engine.layers[source].rows.enumerated() {
          given[index] -= tractions[index][place] * (state[row, 0] - before[row])
          tractions[index][place] = 0
        }
      }
      for (index, layer) in engine.layers.enumerated() {
        for row in layer.rows {
          let move = state[row, 0] - before[row]
          heat[index] += stiffness * move * move / (step * Double(Self.window))
        }
      }
      before = before.indices.map { state[$0, 0] }
    }
    return (given, heat)
  }

  /// Pulls at the sources, from the present state.
  private func evaluate() {
    for (index, layer) in engine.layers.enumerated() {
      engine.predict(index, from: state, in: workspace)
      for row in layer.rows {
        pulls[row, 0] = stiffness * (state[row, 0] - workspace.predictions[row, 0])
      }
      engine.pullback(index, cotangent: pulls.row(layer.rows.lowerBound), in: workspace)
    }
  }
}
