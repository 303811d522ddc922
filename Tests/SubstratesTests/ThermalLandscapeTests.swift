import Networks
import StochasticThermodynamics
import SubstrateCore
import Testing

@testable import QuasiStatic

/// The landscape that trajectories move in, against its definition H = Σ (K/2)(x - f(parents))² in
/// double precision, on graphs of every kind.
@Suite struct ThermalLandscapeTests {
  static let lanes = 16

  struct Scene {
    let network: Network
    let landscape: Landscape
    let drive: Drive
    let thermal: ThermalLandscape
    let profile: Profile
    let samples: Samples

    init(_ graph: RandomGraph, seed: Int, constantSpeed: Bool = false, silent: Int? = nil) throws {
      network = try graph.network(seed: seed)
      samples = try RandomGraph.samples(network, count: 2, seed: seed)
      let engine = LayerEngine<Double>(network)
      landscape = Landscape(
        engine,
        stiffness: engine.layers.indices.map { $0 == silent ? 0 : 5 + 3 * Double($0) })
      drive = Drive(
        engine, samples, from: .init(repeating: 0, count: lanes),
        to: .init(repeating: 1, count: lanes))
      profile =
        constantSpeed
        ? Profile(constantSpeedAlong: DrivenPath.trace(landscape, drive, lanes: 1)[0]) : .linear
      thermal = ThermalLandscape(
        landscape, fast: LayerEngine<Float>(network),
        InputWay(drive, lane: 0, profile: profile),
        noise: LaneNoise(seed: 3, purpose: "scene", first: 64 * seed, lanes: lanes))
    }

    /// The positions in double precision.
    var positions: Block<Double> {
      let block = Block<Double>(rows: network.neuronCount, lanes: lanes)
      for place in 0..<block.count { block.pointer[place] = Double(thermal.positions[place]) }
      return block
    }

    /// H over k_B T of each lane and layer, `[layers][lanes]`, by the plain definition.
    func energies(_ states: Block<Double>, at progress: Double) -> [[Double]] {
      let engine = landscape.engine
      let workspace = LayerWorkspace(engine, lanes: lanes)
      let point = profile(progress).position
      for (row, ends) in zip(samples[0], samples[1]).enumerated() {
        let (from, to) = (Double(ends.0), Double(ends.1))
        workspace.inputs.row(row).update(repeating: from + point * (to - from), count: lanes)
      }
      engine.project(workspace)
      return engine.layers.indices.map { layer in
        engine.predict(layer, from: states, in: workspace)
        return (0..<lanes).map { lane in
          engine.layers[layer].rows.reduce(0) { sum, row in
            let residual = states[row, lane] - workspace.predictions[row, lane]
            return sum + 0.5 * landscape.stiffness[layer] * residual * residual
          }
        }
      }
    }

    func total(_ states: Block<Double>, at progress: Double, lane: Int) -> Double {
      energies(states, at: progress).reduce(0) { $0 + $1[lane] }
    }
  }

  static let cases = RandomGraph.allCases.flatMap { graph in (0..<4).map { (graph, $0) } }

  @Test(arguments: cases) func energiesAreTheDefinition(graph: RandomGraph, seed: Int) throws {
    let scene = try Scene(graph, seed: seed, constantSpeed: seed == 3)
    #expect(scene.thermal.groups.count == scene.landscape.engine.layers.count)
    for progress in [0.0, 0.37, 1] {
      var found = [Double](repeating: 0, count: scene.thermal.groups.count * Self.lanes)
      scene.thermal.addEnergies(at: progress, to: &found)
      let exact = scene.energies(scene.positions, at: progress)
      for (group, layer) in scene.thermal.layers.enumerated() {
        for lane in 0..<Self.lanes {
          let energy = exact[layer][lane]
          #expect(abs(found[group * Self.lanes + lane] - energy) < 2e-5 * (1 + energy))
        }
      }
    }
  }

  @Test(arguments: cases) func forcesAreItsSlopes(graph: RandomGraph, seed: Int) throws {
    let scene = try Scene(graph, seed: seed, constantSpeed: seed == 3)
    let states = scene.positions
    for step in [0, 2, 5] {
      scene.thermal.evaluate(step: step, of: 5, addingWorkTo: nil)
      let progress = Double(step) / 5
      let difference = 1e-5
      for row in 0..<scene.network.neuronCount {
        let original = (0..<Self.lanes).map { states[row, $0] }
        func slopes(_ by: Double) -> [Double] {
          for lane in 0..<Self.lanes { states[row, lane] = original[lane] + by }
          let energies = scene.energies(states, at: progress)
          return (0..<Self.lanes).map { lane in energies.reduce(0) { $0 + $1[lane] } }
        }
        let (up, down) = (slopes(difference), slopes(-difference))
        _ = slopes(0)
        for lane in 0..<Self.lanes {
          let exact = -(up[lane] - down[lane]) / (2 * difference)
          let force = Double(scene.thermal.forces[row * Self.lanes + lane])
          #expect(abs(force - exact) < 1e-4 * (1 + abs(exact)))
        }
      }
    }
  }

  /// What its own energies say in single precision, without any other code.
  @Test(arguments: RandomGraph.allCases) func forcesAreSlopesOfAddEnergies(graph: RandomGraph)
    throws
  {
    // Smooth functions: a difference that single precision can tell is too wide for kinks.
    let scene = try Scene(graph, seed: 4)
    let thermal = scene.thermal
    func total() -> [Double] {
      var energies = [Double](repeating: 0, count: thermal.groups.count * Self.lanes)
      thermal.addEnergies(at: 1, to: &energies)
      return (0..<Self.lanes).map { lane in
        thermal.groups.indices.reduce(0) { $0 + energies[$1 * Self.lanes + lane] }
      }
    }
    thermal.evaluate(step: 1, of: 1, addingWorkTo: nil)
    let forces = (0..<scene.network.neuronCount * Self.lanes).map { thermal.forces[$0] }
    let difference: Float = 0x1p-8
    for row in 0..<scene.network.neuronCount {
      let original = (0..<Self.lanes).map { thermal.positions[row * Self.lanes + $0] }
      func energies(_ by: Float) -> [Double] {
        for lane in 0..<Self.lanes {
          thermal.positions[row * Self.lanes + lane] = original[lane] + by
        }
        return total()
      }
      let (up, down) = (energies(difference), energies(-difference))
      _ = energies(0)
      for lane in 0..<Self.lanes {
        let slope = (up[lane] - down[lane]) / Double(2 * difference)
        // Rounding of energies of order 10.
        #expect(abs(slope + Double(forces[row * Self.lanes + lane])) < 0.005 * (1 + abs(slope)))
      }
    }
  }

  @Test(arguments: cases) func workIsTheEnergyOfMovingTheInputs(graph: RandomGraph, seed: Int)
    throws
  {
    let scene = try Scene(graph, seed: seed, constantSpeed: seed == 3)
    let states = scene.positions
    for steps in [0, 1, 7, 40] {
      var sums = [Double](repeating: 0, count: Self.lanes)
      for step in 0...steps {
        var work = [Double](repeating: 0, count: Self.lanes)
        scene.thermal.evaluate(step: step, of: steps, addingWorkTo: &work)
        let place = ProtocolStep(step, of: steps)
        let before = scene.energies(states, at: place.before)
        let after = scene.energies(states, at: place.after)
        for lane in 0..<Self.lanes {
          let exact = after.reduce(0) { $0 + $1[lane] } - before.reduce(0) { $0 + $1[lane] }
          #expect(abs(work[lane] - exact) < 2e-5 * (1 + abs(exact)))
          sums[lane] += work[lane]
        }
      }
      let whole = (0..<Self.lanes).map {
        scene.total(states, at: 1, lane: $0) - scene.total(states, at: 0, lane: $0)
      }
      for (sum, exact) in zip(sums, whole) { #expect(abs(sum - exact) < 1e-4 * (1 + abs(exact))) }
    }
  }

  /// Steps may be asked for in any order and of any way: what was computed ahead is not mixed up.
  @Test(arguments: RandomGraph.allCases) func stepsInAnyOrder(graph: RandomGraph) throws {
    let (scene, other) = (try Scene(graph, seed: 1), try Scene(graph, seed: 1))
    func forces(_ scene: Scene, _ step: Int, _ steps: Int) -> [Float] {
      scene.thermal.evaluate(step: step, of: steps, addingWorkTo: nil)
      return (0..<scene.network.neuronCount * Self.lanes).map { scene.thermal.forces[$0] }
    }
    for step in 0...90 { _ = forces(scene, step, 90) }
    for (step, steps) in [(3, 90), (77, 90), (3, 45), (0, 0), (45, 45), (44, 90)] {
      let fresh = try Scene(graph, seed: 1)
      #expect(forces(scene, step, steps) == forces(fresh, step, steps))
    }
    #expect(forces(other, 3, 90) != forces(other, 77, 90))
  }

  /// A layer that is left out has no group, no energy and no pull, and stands still at 0.
  @Test func aLayerLeftOut() throws {
    let scene = try Scene(.chain, seed: 0, silent: 1)
    #expect(scene.thermal.layers == [0, 2])
    let rows = scene.network.layers[1].rows
    for row in rows {
      for lane in 0..<Self.lanes { #expect(scene.thermal.positions[row * Self.lanes + lane] == 0) }
    }
    // The first layer is pulled by its own spring alone.
    scene.thermal.evaluate(step: 0, of: 4, addingWorkTo: nil)
    let start = ReferenceEngine(scene.network).neurons(for: scene.samples[0].map(Double.init))
    for row in scene.network.layers[0].rows {
      for lane in 0..<Self.lanes {
        let place = row * Self.lanes + lane
        let spring = -5 * (Double(scene.thermal.positions[place]) - start[row])
        #expect(abs(Double(scene.thermal.forces[place]) - spring) < 1e-5 * (1 + abs(spring)))
      }
    }
  }

  /// Positions are drawn around a noisy forward pass, x = f(parents) + N(0, 1/K), layer by layer.
  @Test(arguments: RandomGraph.allCases) func equilibriumHasHalfAQuantumForEachNeuron(
    graph: RandomGraph
  ) throws {
    let network = try graph.network(seed: 2)
    let samples = try RandomGraph.samples(network, count: 2, seed: 2)
    let engine = LayerEngine<Double>(network)
    let landscape = Landscape(engine, stiffness: engine.layers.map { _ in 12 })
    let lanes = 4096
    let drive = Drive(
      engine, samples, from: .init(repeating: 0, count: 16), to: .init(repeating: 1, count: 16))
    let thermal = ThermalLandscape(
      landscape, fast: LayerEngine<Float>(network), InputWay(drive, lane: 0, profile: .linear),
      noise: LaneNoise(seed: 4, purpose: "equilibrium", first: 0, lanes: lanes))
    var energies = [Double](repeating: 0, count: thermal.groups.count * lanes)
    thermal.addEnergies(at: 0, to: &energies)
    for (group, layer) in thermal.layers.enumerated() {
      let moments = RunningMoments(energies[group * lanes..<(group + 1) * lanes])
      // χ² with n degrees of freedom: mean n/2 and variance n/2 of the energy.
      let half = Double(engine.layers[layer].count) / 2
      #expect(abs(moments.mean - half) < 5 * (half / Double(lanes)).squareRoot())
      #expect(abs(moments.variance - half) < 5 * moments.standardErrorOfVariance)
    }
  }
}
