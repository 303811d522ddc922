internal import Networks
internal import SubstrateCore

/// What one inference came to, in k_B T, τ0 and activation units.
struct Inference: Sendable {
  /// The sample that it ends in.
  var sample: Int
  var work: Double
  /// None where the method does not tell.
  var recovered: Double?
  /// By layer, in the course of the inference.
  var heat: [Double]
  /// By layer, what is left at its end and relaxes later.
  var rest: [Double]
  /// By edge; empty where the method does not tell.
  var transferred: [Double]
  var hold: Double
  var isSettled: Bool
  var isFinite: Bool
  var outputs: [Double]
  /// Work of the same move if it were abrupt.
  var abruptWork: Double
  /// Σ_v K_v |Δx_v|² between its start and its end.
  var squaredDisplacement: Double
  var squaredLength: Double
  var weightedSquaredLength: Double
  var length: Double
  var leastRate: Double
  var largestRate: Double
}

/// A block of inferences, one a lane.
struct InferenceBlock: Sendable {
  private(set) var inferences: [Inference] = []

  /// The inferences of a stream that are followed, in its order.
  static func all(
    _ landscape: Landscape, _ program: QuasiStatic.Program, on stream: SampleStream,
    in context: RunContext
  ) throws(Cancelled) -> [Inference] {
    let places = FollowedInferences.places(
      program.conditions.settings, neurons: landscape.engine.neuronCount, of: stream.samples.count)
    let lanes = Block<Double>.laneMultiple
    return try context.map(blocks: (places.count + lanes - 1) / lanes) { block in
      InferenceBlock(
        landscape, program, stream, Array(places.dropFirst(block * lanes).prefix(lanes)))
    }.flatMap(\.inferences)
  }

  /// Runs the inferences that end in these samples.
  init(
    _ landscape: Landscape, _ program: QuasiStatic.Program, _ stream: SampleStream, _ places: [Int]
  ) {
    let engine = landscape.engine
    let count = stream.samples.count
    let used = places.count
    // Lanes that are left over repeat the last inference.
    let new = (0..<Block<Double>.lanes(for: used)).map { places[min($0, used - 1)] }
    let old = new.map { ($0 + count - 1) % count }
    let drive = Drive(engine, stream.samples, from: old, to: new)
    let paths = DrivenPath.trace(landscape, drive, lanes: used)
    let rates = RelaxationSpectrum(landscape, drive).extremes()

    let start = Block<Double>(rows: engine.neuronCount, lanes: drive.lanes)
    for (index, layer) in engine.layers.enumerated() where landscape.stiffness[index] > 0 {
      for row in layer.rows {
        for lane in 0..<drive.lanes {
          start[row, lane] = stream.reference.values[row * count + old[lane]]
        }
      }
    }
    let profiles = (0..<drive.lanes).map { lane in
      program.isConstantSpeed
        ? Profile(constantSpeedAlong: paths[min(lane, used - 1)]) : Profile.linear
    }
    let field = RelaxationField(
      landscape, drive, duration: program.duration, profiles: profiles,
      // The bound holds for all inputs, but where functions saturate it is far too high, and some have none.
      // `Relaxation` watches for faster modes on the way.
      rate: min(landscape.rateBound, 2 * (rates.map(\.largest).max() ?? 1)))
    let initial = field.state()
    initial.pointer.update(from: start.pointer, count: start.count)
    field.strain(initial, at: Array(repeating: 0, count: drive.lanes))
    let abrupt = (0..<used).map { lane in
      (0..<engine.layers.count).reduce(0) { $0 + field.energies[$1, lane] }
    }

    switch program.method {
    case .relaxation, .langevin:
      var relaxation = Relaxation(
        field, start: start, lengths: paths.map(\.length), hold: program.settle)
      for (lane, result) in relaxation.run().enumerated() {
        inferences.append(
          Inference(
            sample: places[lane], work: result.work(engine.inputEdges), recovered: result.recovered,
            heat: result.heat,
            rest: result.rest, transferred: result.transferred, hold: result.hold,
            isSettled: result.isSettled, isFinite: result.isFinite, outputs: result.outputs,
            abruptWork: abrupt[lane], squaredDisplacement: result.squaredDisplacement,
            squaredLength: paths[lane].squaredLength,
            weightedSquaredLength: paths[lane].weightedSquaredLength, length: paths[lane].length,
            leastRate: rates[lane].least, largestRate: rates[lane].largest))
      }
    case .length:
      for lane in 0..<used {
        // Dissipation is ∫ Σ γ (dx/dt)² dt along the path of forward passes.
        let path = paths[lane]
        let heat =
          program.isConstantSpeed
          ? path.weightedLengths.map { $0 * path.length / program.duration }
          : path.weightedSquares.map { $0 / program.duration }
        inferences.append(
          Inference(
            sample: places[lane], work: heat.reduce(0, +), recovered: nil, heat: heat,
            rest: heat.map { _ in 0 }, transferred: [], hold: 0, isSettled: true, isFinite: true,
            outputs: stream.reference.output(of: new[lane]), abruptWork: abrupt[lane],
            squaredDisplacement: 0, squaredLength: path.squaredLength,
            weightedSquaredLength: path.weightedSquaredLength, length: path.length,
            leastRate: rates[lane].least, largestRate: rates[lane].largest))
      }
    }
  }
}
