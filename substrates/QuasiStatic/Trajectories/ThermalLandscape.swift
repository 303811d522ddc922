internal import Kernels
internal import Networks
internal import StochasticThermodynamics

/// The quasi-static network as a landscape for trajectories: H(x | u)/(k_B T) = Σ_v (K_v/2)(x_v -
/// f_v(parents))², the inputs u on their way from one sample to the next.
///
/// A layer is a group of coordinates with friction γ = K τ0. Layers with K = 0 stand still at 0.
final class ThermalLandscape: DrivenPotential {
  let lanes: Int
  let groups: [CoordinateGroup]
  /// The layer of each group.
  let layers: [Int]
  private let engine: LayerEngine<Float>
  private let stiffness: [Double]
  private let way: InputWay
  private let table: InputTable
  /// The layers that read inputs beside other layers.
  private let isMixed: [Bool]
  /// The place of a layer in the table, for those that read the inputs alone.
  private let placeInTable: [Int?]
  private let workspace: LayerWorkspace<Float>
  private let states: Block<Float>
  private let gradients: Block<Float>
  private let pull: Block<Float>
  private let scratch: Block<Float>

  var positions: UnsafeMutablePointer<Float> { states.pointer }
  var forces: UnsafeMutablePointer<Float> { gradients.pointer }

  /// Trajectories whose positions are drawn from equilibrium at the first sample: exactly a forward
  /// pass in which every neuron carries noise of variance 1/K.
  init(
    _ landscape: Landscape, fast engine: LayerEngine<Float>, _ way: InputWay, noise: LaneNoise
  ) {
    self.engine = engine
    self.way = way
    lanes = noise.lanes
    stiffness = landscape.stiffness
    let held = engine.layers.indices.filter { landscape.stiffness[$0] > 0 }
    layers = held
    groups = held.map {
      CoordinateGroup(rows: engine.layers[$0].rows, friction: landscape.stiffness[$0])
    }
    table = InputTable(landscape, way)
    var places = [Int?](repeating: nil, count: engine.layers.count)
    for (place, layer) in table.layers.enumerated() { places[layer] = place }
    placeInTable = places
    isMixed = engine.layers.map { $0.sources.count > 1 && $0.sources.contains(.input) }
    workspace = LayerWorkspace(engine, lanes: noise.lanes)
    states = Block(rows: engine.neuronCount, lanes: noise.lanes)
    gradients = Block(rows: engine.neuronCount, lanes: noise.lanes)
    let widest = engine.layers.map(\.count).max() ?? 0
    pull = Block(rows: widest, lanes: noise.lanes)
    scratch = Block(rows: 2 * widest, lanes: noise.lanes)
    drawEquilibrium(noise)
  }

  private func drawEquilibrium(_ noise: LaneNoise) {
    centre(at: 0) { layer, centres in
      let rows = self.engine.layers[layer].rows
      let spread = Float(1 / self.stiffness[layer].squareRoot())
      noise.normals(rows: rows.count, into: self.pull.pointer)
      kernels_combine2_f32(
        rows.count * self.lanes, 1, centres, spread, self.pull.pointer,
        self.states.row(rows.lowerBound))
    }
  }

  /// Visits the held layers in order with what their parents put them to, for the present
  /// positions and the inputs at a progress.
  private func centre(at progress: Double, _ visit: (Int, UnsafePointer<Float>) -> Void) {
    let values = table.values(at: progress)
    place(progress)
    for layer in layers {
      let rows = engine.layers[layer].rows
      let target = workspace.predictions.row(rows.lowerBound)
      if placeInTable[layer] != nil {
        for row in rows {
          workspace.predictions.row(row).update(repeating: values[row], count: lanes)
        }
      } else {
        engine.predict(layer, from: states, in: workspace)
      }
      visit(layer, target)
    }
  }

  /// Puts the inputs where layers that read them beside others see them.
  private func place(_ progress: Double) {
    guard isMixed.contains(true) else { return }
    way.place([Double](repeating: progress, count: lanes), in: workspace)
  }

  func evaluate(
    step: Int, of steps: Int, addingWorkTo work: UnsafeMutablePointer<Double>?
  ) {
    let row = table.row(step, of: steps)
    for layer in layers {
      let rows = engine.layers[layer].rows
      let start = rows.lowerBound
      let stiffness = Float(stiffness[layer])
      let force = gradients.row(start)
      if let place = placeInTable[layer] {
        kernels_spring_to_rows_f32(
          rows.count, lanes, stiffness, states.row(start), row.centres + start, force)
        guard let work else { continue }
        kernels_row_sum_f32(rows.count, lanes, row.advances + start, force, work)
        let rest = row.rests[row.rests.startIndex + place]
        for lane in 0..<lanes { work[lane] += rest }
        continue
      }
      if isMixed[layer] { move(layer, ProtocolStep(step, of: steps), work) }
      engine.predict(layer, from: states, in: workspace)
      kernels_spring_f32(
        rows.count * lanes, stiffness, states.row(start), workspace.predictions.row(start),
        pull.pointer, force)
      // What pulls at a layer pulls at its parents, through the layer's Jacobian.
      engine.pullback(layer, cotangent: pull.pointer, addingTo: gradients, in: workspace)
    }
  }

  /// The work of moving the inputs past a step, of a layer that reads other layers too; leaves the
  /// inputs in the middle.
  private func move(
    _ layer: Int, _ step: ProtocolStep, _ work: UnsafeMutablePointer<Double>?
  ) {
    let rows = engine.layers[layer].rows
    let count = rows.count * lanes
    let values = workspace.predictions.row(rows.lowerBound)
    let (before, mean) = (scratch.pointer, scratch.row(rows.count))
    if let work {
      place(step.before)
      engine.predict(layer, from: states, in: workspace)
      before.update(from: values, count: count)
      place(step.after)
      engine.predict(layer, from: states, in: workspace)
      kernels_combine2_f32(count, 0.5, before, 0.5, values, mean)
      kernels_combine2_f32(count, 1, states.row(rows.lowerBound), -1, mean, mean)
      kernels_combine2_f32(count, 1, before, -1, values, before)
      kernels_lane_sum_f32(rows.count, lanes, Float(stiffness[layer]), before, mean, work)
    }
    place(step.middle)
  }

  func addEnergies(at progress: Double, to energies: UnsafeMutablePointer<Double>) {
    centre(at: progress) { layer, centres in
      let rows = self.engine.layers[layer].rows
      kernels_combine2_f32(
        rows.count * self.lanes, 1, self.states.row(rows.lowerBound), -1, centres,
        self.pull.pointer)
      let group = self.layers.firstIndex(of: layer)!
      kernels_lane_sum_f32(
        rows.count, self.lanes, Float(0.5 * self.stiffness[layer]), self.pull.pointer,
        self.pull.pointer, energies + group * self.lanes)
    }
  }
}
