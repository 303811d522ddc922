internal import Networks
internal import StochasticThermodynamics
internal import SubstrateCore

/// One inference as an experiment: trajectories that start in equilibrium at one sample, are driven
/// to another and then held.
struct DrivenEnsemble: Sendable {
  let landscape: Landscape
  let fast: LayerEngine<Float>
  let way: InputWay
  /// Steps of the drive; 0 for an abrupt one.
  let driving: Int
  /// Steps of the hold.
  let holding: Int
  /// In τ0.
  let step: Double
  let seed: UInt64
  /// The number of the first trajectory's noise; ensembles of one run that are independent lie
  /// apart.
  let firstNoise: Int

  /// The drive and the hold cut into steps of about the length `step`, all equal in the drive.
  ///
  /// - Parameter step: in τ0, positive, as are durations and holds unless they are 0.
  init(
    _ landscape: Landscape, fast: LayerEngine<Float>, _ way: InputWay, duration: Double,
    hold: Double, step: Double, seed: UInt64, firstNoise: Int = 0
  ) {
    self.landscape = landscape
    self.fast = fast
    self.way = way
    driving = Int((duration / step).rounded(.up))
    self.step = driving > 0 ? duration / Double(driving) : step
    holding = Int((hold / self.step).rounded(.up))
    self.seed = seed
    self.firstNoise = firstNoise
  }

  /// Runs the trajectories of a range of numbers.
  func run(_ range: Range<Int>) -> Ensemble {
    var ensemble = Ensemble(
      layers: landscape.engine.layers.count, neurons: landscape.engine.neuronCount)
    visit(range) { trajectories, potential, start in
      ensemble.add(trajectories, of: potential, from: start, outputs: fast.layers.last!.rows)
    }
    return ensemble
  }

  /// The total work of the trajectories of a range of numbers.
  func totalWorks(_ range: Range<Int>) -> [Double] {
    var works: [Double] = []
    visit(range) { trajectories, _, _ in works += trajectories.map(\.totalWork) }
    return works
  }

  /// Runs trajectories in batches of a fixed size, so that the same ones give the same sums.
  private func visit(
    _ range: Range<Int>, _ body: (ArraySlice<Trajectory>, ThermalLandscape, [Float]) -> Void
  ) {
    var first = range.lowerBound
    while first < range.upperBound {
      let count = min(Self.batch, range.upperBound - first)
      let lanes = Block<Float>.lanes(for: count)
      let noise = LaneNoise(
        seed: seed, purpose: "langevin", first: firstNoise + first, lanes: lanes)
      let potential = ThermalLandscape(landscape, fast: fast, way, noise: noise)
      let start = Array(
        UnsafeBufferPointer(
          start: potential.positions, count: landscape.engine.neuronCount * lanes))
      let trajectories = LangevinMotion(potential, step: step, noise: noise).run(
        driving: driving, holding: holding)
      body(trajectories.prefix(count), potential, start)
      first += count
    }
  }

  /// Runs so many trajectories in at most `shares` portions, which may run at the same time.
  func run(_ trajectories: Int, in context: RunContext, shares: Int = 128) throws(Cancelled)
    -> Ensemble
  {
    let portions = Self.portions(of: trajectories, shares: shares)
    let parts = try context.map(blocks: portions.count) { self.run(portions[$0]) }
    var total = parts[0]
    for part in parts.dropFirst() { total.merge(part) }
    return total
  }

  /// So many trajectories in at most `shares` ranges of whole batches.
  static func portions(of trajectories: Int, shares: Int) -> [Range<Int>] {
    let batches = (trajectories + batch - 1) / batch
    let count = max(1, min(shares, batches))
    return (0..<count).map { share in
      min(
        trajectories, batches * share / count * batch)..<min(
          trajectories, batches * (share + 1) / count * batch)
    }
  }

  /// Trajectories at a time: few enough that all of them stay in the nearest caches, many enough to
  /// fill the tiles of a matrix product.
  static let batch = 64
}

/// What the trajectories of one inference came to, in k_B T: sums of constant size.
struct Ensemble: Sendable {
  var work = RunningMoments()
  var shadowWork = RunningMoments()
  var residual = RunningMoments()
  /// Of work and shadow work together, for which the equality is exact.
  var exponential = ExponentialAverage()
  /// By layer.
  var heat: [RunningMoments]
  /// How much each layer's energy changed.
  var change: [RunningMoments]
  /// How far each neuron went.
  var displacement: [RunningMoments]
  /// Of the first trajectory.
  var outputs: [Float] = []
  var isFinite = true

  init(layers: Int, neurons: Int) {
    heat = Array(repeating: RunningMoments(), count: layers)
    change = heat
    displacement = Array(repeating: RunningMoments(), count: neurons)
  }

  mutating func add(
    _ trajectories: ArraySlice<Trajectory>, of potential: ThermalLandscape, from start: [Float],
    outputs rows: Range<Int>
  ) {
    let lanes = potential.lanes
    for (lane, trajectory) in trajectories.enumerated() {
      guard trajectory.isFinite else {
        isFinite = false
        continue
      }
      work.add(trajectory.work)
      shadowWork.add(trajectory.shadowWork)
      residual.add(trajectory.residual)
      exponential.add(trajectory.totalWork)
      for (group, layer) in potential.layers.enumerated() {
        heat[layer].add(trajectory.heat[group])
        change[layer].add(trajectory.energyChange[group])
      }
      for row in displacement.indices {
        let place = row * lanes + lane
        displacement[row].add(Double(potential.positions[place] - start[place]))
      }
      if outputs.isEmpty { outputs = rows.map { potential.positions[$0 * lanes + lane] } }
    }
    if outputs.isEmpty { outputs = rows.map { _ in 0 } }
  }

  mutating func merge(_ other: Ensemble) {
    work.merge(other.work)
    shadowWork.merge(other.shadowWork)
    residual.merge(other.residual)
    exponential.merge(other.exponential)
    for layer in heat.indices {
      heat[layer].merge(other.heat[layer])
      change[layer].merge(other.change[layer])
    }
    for row in displacement.indices { displacement[row].merge(other.displacement[row]) }
    if outputs.isEmpty { outputs = other.outputs }
    isFinite = isFinite && other.isFinite
  }
}
