internal import AnalogNeurons
internal import Networks
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

/// Set, hold and reset of every neuron on thermal trajectories, with work and heat measured.
///
/// A trajectory goes through the stream sample after sample. Layer by layer, drivers that see where
/// the parents of a neuron have come to, noise included, move its trap from 0 to f(parents) and
/// leave it there; then all traps jump back to 0 and neurons relax. What is left of a sample when
/// the next one comes is carried over. Stretches of the stream are simulated apart, each after as
/// many samples more as memory reaches back.
struct SimulatedCycle {
  private var samples: [Tally]
  /// The outputs of one trajectory for each sample, `[samples × outputs]`.
  private(set) var outputs: [Float]
  private let step: Double
  private let stiffness: [Double]

  /// What the trajectories of one sample came to, by layer, in k_B T.
  private struct Tally: Sendable {
    var setWork: [RunningMoments]
    var setHeat: [RunningMoments]
    var resetWork: [RunningMoments]
    var resetHeat: [RunningMoments]
    var change: [RunningMoments]
    var isFinite = true
    var outputs: [Float] = []

    init(layers: Int) {
      let empty = [RunningMoments](repeating: RunningMoments(), count: layers)
      (setWork, setHeat, resetWork, resetHeat, change) = (empty, empty, empty, empty, empty)
    }

    mutating func merge(_ other: Tally) {
      for layer in setWork.indices {
        setWork[layer].merge(other.setWork[layer])
        setHeat[layer].merge(other.setHeat[layer])
        resetWork[layer].merge(other.resetWork[layer])
        resetHeat[layer].merge(other.resetHeat[layer])
        change[layer].merge(other.change[layer])
      }
      isFinite = isFinite && other.isFinite
    }
  }

  /// Trajectories at a time, and samples in a stretch.
  private static let batch = 64
  private static let stretch = 16
  /// Memory of e^-memory is none.
  private static let memory = 12.0

  init(
    _ program: DynamicAnalog.Program, _ simulation: DynamicAnalog.Program.Simulation,
    settle: Double, stiffness: [Double], on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) {
    step = simulation.step
    self.stiffness = stiffness
    let count = stream.samples.count
    let stretches = (count + Self.stretch - 1) / Self.stretch
    let batches = (simulation.trajectories + Self.batch - 1) / Self.batch
    // A portion is a stretch of samples with some of the batches, few portions for a long stream.
    let portions = max(1, min(batches, 128 / stretches))
    let length = program.duration + 2 * settle
    let before = length > 0 ? min(count, Int((Self.memory / length).rounded(.up))) : count
    let parts = try context.map(blocks: stretches * portions) { index in
      let (stretch, portion) = index.quotientAndRemainder(dividingBy: portions)
      let first = stretch * Self.stretch
      let last = min(count, first + Self.stretch)
      var tallies = [Tally](
        repeating: Tally(layers: program.engine.layers.count), count: last - first)
      for batch in batches * portion / portions..<batches * (portion + 1) / portions {
        let start = batch * Self.batch
        let used = min(Self.batch, simulation.trajectories - start)
        var machine = Machine(
          program, simulation, settle: settle, stiffness: stiffness, stream: stream,
          noise: LaneNoise(
            seed: context.seed, purpose: "set and reset", first: stretch << 32 + start,
            lanes: Block<Float>.lanes(for: used)))
        for place in first - before..<last {
          let sample = (place + before * count) % count
          if place < first {
            machine.process(sample) { _, _, _, _ in }
          } else {
            machine.process(sample) { layer, lane, set, reset in
              guard lane < used else { return }
              let tally = place - first
              guard set.isFinite, reset.isFinite else {
                tallies[tally].isFinite = false
                return
              }
              tallies[tally].setWork[layer].add(set.work)
              tallies[tally].setHeat[layer].add(set.heat[0])
              tallies[tally].resetWork[layer].add(reset.work)
              tallies[tally].resetHeat[layer].add(reset.heat[0])
              tallies[tally].change[layer].add(set.energyChange[0] + reset.energyChange[0])
            }
            if tallies[place - first].outputs.isEmpty {
              tallies[place - first].outputs = machine.outputs
            }
          }
        }
      }
      return tallies
    }
    var samples: [Tally] = []
    for stretch in 0..<stretches {
      var whole = parts[stretch * portions]
      for portion in 1..<portions {
        for place in whole.indices {
          whole[place].merge(parts[stretch * portions + portion][place])
        }
      }
      samples += whole
    }
    outputs = Array(samples.map(\.outputs).joined())
    self.samples = samples
  }

  var isFinite: Bool { samples.allSatisfy(\.isFinite) && outputs.allSatisfy(\.isFinite) }

  /// A batch of machines on their way through the stream.
  private struct Machine {
    let program: DynamicAnalog.Program
    let simulation: DynamicAnalog.Program.Simulation
    let stiffness: [Double]
    let stream: SampleStream
    let noise: LaneNoise
    let workspace: LayerWorkspace<Float>
    /// What has been read of each neuron.
    let read: Block<Float>
    /// Where neurons are when they are set, around 0.
    var rest: [[Float]?]
    let driving: Int
    let holding: Int
    /// In τ0, for the set and for the holds.
    let step: Double
    private(set) var outputs: [Float] = []

    init(
      _ program: DynamicAnalog.Program, _ simulation: DynamicAnalog.Program.Simulation,
      settle: Double, stiffness: [Double], stream: SampleStream, noise: LaneNoise
    ) {
      self.program = program
      self.simulation = simulation
      self.stiffness = stiffness
      self.stream = stream
      self.noise = noise
      workspace = LayerWorkspace(simulation.fast, lanes: noise.lanes)
      read = Block(rows: simulation.fast.neuronCount, lanes: noise.lanes)
      rest = stiffness.map { _ in nil }
      driving = Int((program.duration / simulation.step).rounded(.up))
      step = driving > 0 ? program.duration / Double(driving) : simulation.step
      holding = Int((settle / step).rounded(.up))
    }

    /// Sets and resets all layers for a sample, and tells what each lane's layer came to.
    mutating func process(
      _ sample: Int, _ tell: (Int, Int, Trajectory, Trajectory) -> Void
    ) {
      let engine = simulation.fast
      for (row, value) in stream.samples[sample].enumerated() {
        workspace.inputs.row(row).update(repeating: value, count: noise.lanes)
      }
      engine.project(workspace)
      for (layer, stiffness) in stiffness.enumerated() where stiffness > 0 {
        engine.predict(layer, from: read, in: workspace)
        let rows = engine.layers[layer].rows
        let size = rows.count * noise.lanes
        let driven = Array(
          UnsafeBufferPointer(start: workspace.predictions.row(rows.lowerBound), count: size))
        let idle = [Float](repeating: 0, count: size)
        let set = HarmonicTraps(
          stiffness: stiffness, from: idle, to: driven, positions: rest[layer], noise: noise)
        let sets = LangevinMotion(set, step: step, noise: noise).run(
          driving: driving, holding: holding)
        let arrived = Array(UnsafeBufferPointer(start: set.positions, count: size))
        read.row(rows.lowerBound).update(from: arrived, count: size)
        let reset = HarmonicTraps(
          stiffness: stiffness, from: driven, to: idle, positions: arrived, noise: noise)
        let resets = LangevinMotion(reset, step: step, noise: noise).run(
          driving: 0, holding: holding)
        rest[layer] = Array(UnsafeBufferPointer(start: reset.positions, count: size))
        for lane in 0..<noise.lanes { tell(layer, lane, sets[lane], resets[lane]) }
      }
      outputs = engine.layers.last!.rows.map { read[$0, 0] }
    }
  }

  // MARK: Means over the stream

  private func mean(
    _ moments: (Tally) -> RunningMoments
  ) -> (value: Double, standardError: Double) {
    RunningMoments.mean(overStrata: samples.map(moments))
  }

  func post(layers: [Network.Layer], at temperature: Kelvin, to ledger: inout Ledger) {
    guard isFinite else { return }
    for (index, layer) in layers.enumerated() {
      /// A silent layer stays at 0 and takes nothing.
      func mean(_ moments: (Tally) -> RunningMoments) -> (value: Double, standardError: Double) {
        stiffness[index] > 0 ? self.mean(moments) : (0, 0)
      }
      func post(_ flow: Flow, _ mechanism: String, _ figure: (value: Double, standardError: Double))
      {
        ledger.post(
          flow, layer: layer.name, mechanism: mechanism, kind: .simulated,
          Joules(ThermalEnergy(figure.value), at: temperature),
          standardError: Joules(ThermalEnergy(figure.standardError), at: temperature),
          source: AnalogSources.trajectories, boundary: .device)
      }
      for (mechanism, work, heat) in [
        ("set", mean { $0.setWork[index] }, mean { $0.setHeat[index] }),
        ("reset", mean { $0.resetWork[index] }, mean { $0.resetHeat[index] }),
      ] {
        post(.drawn, mechanism, (max(0, work.value), work.standardError))
        if work.value < 0 { post(.recovered, mechanism, (-work.value, work.standardError)) }
        post(.dissipated, mechanism, heat)
      }
      post(.dissipated, "after the hold", mean { $0.change[index] })
    }
  }

  var diagnostics: [Diagnostic] {
    [Diagnostic("step_tau0", "time step (τ0)", .number(step))]
  }
}
