internal import Foundation
internal import Kernels
internal import Networks
internal import StochasticThermodynamics

/// One inference of each sample of a block, without noise: drive the inputs from the samples before
/// to the samples, then hold until the network has come to rest.
///
/// The flow is integrated by `ChebyshevScheme`, every lane with its own time and its own steps,
/// kept so short that the error stays small against the strain that there is. At high stiffness the
/// work is that of the thermal ensemble's mean.
struct Relaxation {
  /// What one inference came to, in k_B T and τ0.
  struct Result {
    var recovered = 0.0
    /// Work on each edge's target, by its source.
    var transferred: [Double]
    /// Heat given off by each layer until the end of the hold.
    var heat: [Double]
    /// What each layer still held then.
    var rest: [Double]
    var hold = 0.0
    /// Σ_v K_v |Δx_v|² between start and end.
    var squaredDisplacement = 0.0
    /// Whether the energy left was no more than `restEnergy`.
    var isSettled = true
    var isFinite = true
    /// The last layer's neurons at the end of the hold.
    var outputs: [Double]

    /// The work of the inputs.
    func work(_ inputEdges: [Int]) -> Double { inputEdges.reduce(0) { $0 + transferred[$1] } }
  }

  /// The hold ends when the energy of all residuals is below this many k_B T.
  static let restEnergy = 0.05

  /// After so many steps of a block the relaxation is broken off.
  static let mostSteps = 1_000_000

  /// Why a stream has not come to rest.
  static func unrest(givenHold: Double?) -> String {
    let rest = "before the strain is below \(restEnergy) k_B T"
    return givenHold.map { "the given hold of \($0) τ0 ends \(rest)" }
      ?? "the relaxation is broken off after \(mostSteps) steps, \(rest); energies are those until then"
  }

  /// Error of a step over the strain's own size, both as √(2H); of strains above k_B T over the root of
  /// that, because what is left of an early error decides when a long relaxation ends.
  private static let tolerance = 1e-2
  /// The same in networks of more neurons than `manyNeurons`, driven and held; of strains while driven alike.
  /// In such a network some neuron slides along a kink nearly always, which errs as the step itself, so that
  /// `tolerance` would make steps of 0.02 τ0. With these the work of convolutional networks with max pools
  /// differs by 3·10⁻⁵ at most from what it is then (durations 1 to 1000 τ0), the hold by half a percent, at a
  /// tenth of the evaluations and fewer.
  private static let drivenToleranceOfMany = 0.3
  private static let heldToleranceOfMany = 0.1
  private static let manyNeurons = 512
  /// Error of the work that a step hands on, over the work and strain that there are.
  private static let workTolerance = 1e-4
  /// A drive is cut into no fewer steps: stages are shared by all lanes, and one lane's long step
  /// makes many.
  private static let leastSteps = 300.0
  /// Strain in k_B T that is rounding only: a stream that stands still has nothing else.
  private static let rounding = 1e-20
  /// The same as a part of Σ K x², for neurons held so stiffly that rounding alone strains them.
  private static let relativeRounding = 1e-24
  /// In τ0, for the same reason.
  private static let longestHoldStep = 100.0
  /// Step times rate: a scheme of some five hundred stages.
  private static let longestRatedStep = 2e5

  private let field: RelaxationField
  private let start: Block<Double>
  private let givenHold: Double?
  private let used: Int
  private let scale: [Double]
  /// The strain at which each lane counts as being at rest.
  private let restLevels: [Double]
  private var results: [Result]

  // Every lane's present: time, next step, and the energy of all its residuals.
  private var times: [Double]
  private var steps: [Double]
  private var strains: [Double]
  private var power: [Double]
  private var isOpen: [Bool]
  private var wasGivenUp: [Bool]
  private var state: Block<Double>
  private var velocity: Block<Double>
  private var pulls: Block<Double>

  // Memory for a step. After it the last of `stages` holds the state before, `slope` its velocity,
  // `pullsBefore` its pulls.
  private var stages: [Block<Double>]
  private var slope: Block<Double>
  private var pullsBefore: Block<Double>
  private let initialSlope: Block<Double>
  private let zeros: Block<Double>
  private var schemes: [Int: ChebyshevScheme] = [:]

  // How the stiffest mode is watched: the latest guess of it, and the steps since it was looked at.
  private var stiffest: Block<Double>?
  private var stepsSinceLook = 0
  private var hasGivenUp = false

  /// - Parameters:
  ///   - lengths: each path's thermodynamic length, which sets what error is small before there is
  ///     strain.
  ///   - hold: in τ0; none to hold until at rest.
  init(_ field: RelaxationField, start: Block<Double>, lengths: [Double], hold: Double?) {
    self.field = field
    self.start = start
    givenHold = hold
    used = lengths.count
    scale = lengths.map { 0.1 * $0 / max(1, field.duration) }
    restLevels = (0..<lengths.count).map { lane in
      let square = field.spans.reduce(0) { sum, span in
        (span.row..<span.row + span.count).reduce(sum) {
          $0 + span.stiffness * start[$1, lane] * start[$1, lane]
        }
      }
      return max(Self.restEnergy, Self.relativeRounding * square)
    }
    results = Array(
      repeating: Result(
        transferred: Array(repeating: 0, count: field.edges),
        heat: Array(repeating: 0, count: field.layers),
        rest: Array(repeating: 0, count: field.layers),
        outputs: []),
      count: used)
    times = Array(repeating: 0, count: field.lanes)
    steps = Array(repeating: 0, count: field.lanes)
    strains = times
    power = times
    isOpen = (0..<field.lanes).map { $0 < lengths.count }
    wasGivenUp = Array(repeating: false, count: field.lanes)
    state = field.state()
    velocity = field.state()
    slope = field.state()
    pulls = Block(rows: field.pulls.rows, lanes: field.lanes)
    pullsBefore = Block(rows: field.pulls.rows, lanes: field.lanes)
    initialSlope = field.state()
    zeros = field.state()
    stages = (0..<3).map { _ in field.state() }
    state.pointer.update(from: start.pointer, count: start.count)
  }

  /// Integrates to the end.
  mutating func run(mostSteps: Int = Self.mostSteps) -> [Result] {
    if field.duration > 0 {
      begin(.driving)
      power = field.recoveredPower()
    } else {
      jump()
    }
    var count = 0
    while isOpen.contains(true) {
      advance()
      count += 1
      if count >= mostSteps {
        for lane in 0..<used where isOpen[lane] {
          close(lane, state, at: times[lane])
          results[lane].isSettled = false
        }
      }
    }
    return results
  }

  /// All open lanes take up a phase at the present state.
  private mutating func begin(_ phase: RelaxationField.Phase) {
    for lane in 0..<used { field.phases[lane] = phase }
    field.evaluate(state, at: times, into: velocity)
    field.record(state)
    pulls.assign(field.pulls)
    for lane in 0..<used {
      strains[lane] = energy(lane)
      steps[lane] = 0.1
      if case .holding = phase { rest(lane) }
    }
  }

  /// Abrupt drive: the work is the jump of the energy at frozen neurons.
  private mutating func jump() {
    let recovered = AbruptDrive(field.landscape, field.drive, neurons: start).recovered()
    for lane in 0..<used { results[lane].recovered = recovered[lane] }
    for lane in 0..<used { field.phases[lane] = .holding }
    field.strain(state, at: times)
    for edge in field.engine.inputEdges {
      let target = field.engine.edges[edge].target
      for lane in 0..<used {
        results[lane].transferred[edge] = field.energies[target, lane]
      }
    }
    begin(.holding)
  }

  // MARK: A step of all lanes

  private mutating func advance() {
    watchRate()
    for lane in 0..<used where isOpen[lane] {
      let end =
        if case .driving = field.phases[lane] {
          field.duration
        } else {
          field.duration + (givenHold ?? .infinity)
        }
      let left = end - times[lane]
      if case .driving = field.phases[lane] {
        steps[lane] = min(steps[lane], field.duration / Self.leastSteps)
      } else {
        steps[lane] = min(steps[lane], Self.longestHoldStep)
      }
      steps[lane] = min(steps[lane], Self.longestRatedStep / field.rate)
      // Avoid a last step that is all rounding.
      if steps[lane] > left * (1 - 1e-9) { steps[lane] = left }
    }
    for lane in 0..<field.lanes where !isOpen[lane] { steps[lane] = 0 }
    let before = strains
    let (next, errors) = attempt()
    let power = field.recoveredPower()
    var isAccepted = [Bool](repeating: false, count: field.lanes)
    var landings = [Double?](repeating: nil, count: field.lanes)
    for lane in 0..<used where isOpen[lane] {
      guard errors[lane].isFinite else {
        fail(lane)
        continue
      }
      isAccepted[lane] = errors[lane] <= 1
      if isAccepted[lane], let shorter = stepToRest(lane, before: before[lane]) {
        isAccepted[lane] = false
        landings[lane] = shorter
      }
      if isAccepted[lane] { strains[lane] = energy(lane) }
    }
    accept(next, isAccepted)
    let taken = steps
    let flows = field.flows(
      from: .init(state: stages[2], velocity: slope, pulls: pullsBefore),
      to: .init(state: state, velocity: velocity, pulls: pulls))
    for lane in 0..<used where isOpen[lane] {
      let error = errors[lane]
      // The error goes with the third power of the step.
      // The next step is no longer than one that was just given up: at a break errors fall more slowly, and
      // every second step would be in vain.
      let growth = wasGivenUp[lane] ? 1.0 : 5
      steps[lane] *= error > 0 ? min(growth, max(0.1, 0.8 * cbrt(1 / error))) : growth
      wasGivenUp[lane] = !isAccepted[lane]
      if !isAccepted[lane], landings[lane] == nil { hasGivenUp = true }
      if let landing = landings[lane] { steps[lane] = landing }
      guard isAccepted[lane] else { continue }
      times[lane] += taken[lane]
      let isHeld = if case .holding = field.phases[lane] { givenHold == nil } else { false }
      if isHeld, strains[lane] <= restLevels[lane] {
        settle(lane, step: taken[lane], before: before[lane])
        continue
      }
      add(flows, to: lane)
      if case .driving = field.phases[lane] {
        results[lane].recovered += 0.5 * taken[lane] * (self.power[lane] + power[lane])
        self.power[lane] = power[lane]
        if times[lane] >= field.duration * (1 - 1e-12) { stop(lane) }
      } else if let givenHold {
        // Once there is no strain left, nothing moves for the rest of a long hold.
        let end = field.duration + givenHold
        if times[lane] >= end * (1 - 1e-12) || strains[lane] <= Self.rounding {
          close(lane, state, at: end)
        }
      }
    }
  }

  /// Tries a step of every lane: the state after it, and each lane's error over what is allowed.
  /// Leaves the velocity after it in `slope`, its strains in the field.
  private mutating func attempt() -> (state: Block<Double>, errors: [Double]) {
    let count = ChebyshevScheme.stages(
      forStep: steps.max() ?? 0, rate: field.rate)
    let scheme = schemes[count] ?? ChebyshevScheme(stages: count)
    schemes[count] = scheme
    let (rows, lanes, size) = (state.rows, state.lanes, state.count)
    let y0 = UnsafePointer(state.pointer)
    var (beforePrevious, previous, current) = (stages[0], stages[1], stages[2])
    kernels_scale_add_f64(
      rows, lanes, steps, velocity.pointer, zeros.pointer, initialSlope.pointer)
    beforePrevious.assign(state)
    kernels_combine2_f64(
      size, 1, y0, scheme.firstSlope, initialSlope.pointer, previous.pointer)
    var place = scheme.firstTime
    var moments = times
    for stage in scheme.stages {
      for lane in 0..<lanes { moments[lane] = times[lane] + place * steps[lane] }
      field.evaluate(previous, at: moments, into: slope)
      kernels_scale_add_f64(rows, lanes, steps, slope.pointer, zeros.pointer, slope.pointer)
      kernels_combine5_f64(
        size, stage.initial, y0, stage.previous, previous.pointer, stage.beforePrevious,
        beforePrevious.pointer, stage.slope, slope.pointer, stage.initialSlope,
        initialSlope.pointer, current.pointer)
      (beforePrevious, previous, current) = (previous, current, beforePrevious)
      place = stage.time
    }
    for lane in 0..<lanes { moments[lane] = times[lane] + steps[lane] }
    field.evaluate(previous, at: moments, into: slope)

    // The scheme's own estimate of its error: in the neurons weighed like an energy, and in the
    // work.
    kernels_scale_add_f64(
      rows, lanes, steps, slope.pointer, initialSlope.pointer, current.pointer)
    kernels_combine3_f64(
      size, 0.8, y0, -0.8, previous.pointer, 0.4, current.pointer, current.pointer)
    var squares = [Double](repeating: 0, count: lanes)
    for span in field.spans {
      let row = current.row(span.row)
      kernels_lane_dot_f64(span.count, lanes, span.stiffness, row, row, &squares)
    }
    let isMany = field.neurons > Self.manyNeurons
    var errors = [Double](repeating: 0, count: lanes)
    for lane in 0..<used where isOpen[lane] {
      var work = 0.0
      var mistake = 0.0
      for row in field.workRows {
        work += previous[row, lane]
        mistake += abs(current[row, lane])
      }
      let allowed = max(
        2 * max(energy(lane), strains[lane]) + scale[lane] * scale[lane], Self.rounding)
      var (strength, tolerance) = (allowed > 1 ? allowed.squareRoot() : allowed, Self.tolerance)
      if isMany {
        switch field.phases[lane] {
        case .driving: (strength, tolerance) = (allowed, Self.drivenToleranceOfMany)
        case .holding: tolerance = Self.heldToleranceOfMany
        }
      }
      errors[lane] = max(
        (squares[lane] / strength).squareRoot() / tolerance,
        mistake / (allowed + abs(work)) / Self.workTolerance)
      if !squares[lane].isFinite || !work.isFinite { errors[lane] = .infinity }
    }
    return (previous, errors)
  }

  /// Makes a tried step the present, of those lanes for which it was good enough.
  private mutating func accept(_ next: Block<Double>, _ isAccepted: [Bool]) {
    swap(&pulls, &pullsBefore)
    field.record(next)
    pulls.assign(field.pulls)
    for lane in 0..<field.lanes where !isAccepted[lane] {
      for row in 0..<state.rows {
        next[row, lane] = state[row, lane]
        slope[row, lane] = velocity[row, lane]
      }
      for row in 0..<pulls.rows { pulls[row, lane] = pullsBefore[row, lane] }
    }
    stages = stages.filter { $0 !== next } + [state]
    state = next
    swap(&velocity, &slope)
  }

  // MARK: The stiffest mode

  /// Steps between two looks at the stiffest mode, where steps are given up and where all goes well.
  private static let looksWhenGivenUp = 10
  private static let looksWhenWell = 100
  /// Length of the displacement by which it is looked at, as √(Σ K dx²), over that of the strain: so far does
  /// the motion go, and so wide that a kink which it slides along is not taken for a stiff mode.
  private static let probe = 0.3
  /// Of what is found, which comes from below, and for the way until the next look.
  private static let margin = 1.3

  /// Raises the rate that sets the stages where some lane's state has a faster mode.
  ///
  /// `field.rate` is taken from the forward passes at the ends of the drive. Strained states, and functions
  /// whose slopes have no bound, may be stiffer. A scheme with too few stages does not go wrong there, for
  /// its errors grow with the unstable modes and shorten the steps; but shorter steps have fewer stages, so
  /// that nothing but very short ones would do.
  private mutating func watchRate() {
    stepsSinceLook += 1
    guard field.rate < field.landscape.rateBound,
      stepsSinceLook >= (hasGivenUp ? Self.looksWhenGivenUp : Self.looksWhenWell)
    else { return }
    stepsSinceLook = 0
    hasGivenUp = false
    let found = largestRate()
    if found.isFinite, Self.margin * found > field.rate {
      field.rate = min(Self.margin * found, field.landscape.rateBound)
    }
  }

  /// The largest rate at the present states, over all open lanes, by power iteration on differences of the
  /// velocity. In lengths √(Σ K dx²) the velocity's Jacobian is symmetric.
  ///
  /// - Complexity: 4 evaluations, and 12 the first time.
  private mutating func largestRate() -> Double {
    let (rows, lanes) = (field.neurons, field.lanes)
    let mode = stiffest ?? field.state()
    var turns = 4
    if stiffest == nil {
      turns = 12
      var generator = SeededGenerator(seed: 1, purpose: "stiffest mode")
      for span in field.spans where span.stiffness > 0 {
        for row in span.row..<span.row + span.count {
          let number = (generator.uniform() - 0.5) / span.stiffness.squareRoot()
          for lane in 0..<lanes { mode[row, lane] = number }
        }
      }
      stiffest = mode
    }
    func lengths() -> [Double] {
      var squares = [Double](repeating: 0, count: lanes)
      for span in field.spans where span.stiffness > 0 {
        let row = mode.row(span.row)
        kernels_lane_dot_f64(span.count, lanes, span.stiffness, row, row, &squares)
      }
      return squares.map { $0.squareRoot() }
    }
    let moved = field.state()
    let changed = field.state()
    let probes = strains.map { Self.probe * (2 * max($0, Self.restEnergy)).squareRoot() }
    let inverse = probes.map { 1 / $0 }
    var sizes = lengths()
    for _ in 0..<turns {
      let shares = zip(probes, sizes).map { $1 > 0 ? $0 / $1 : 0 }
      kernels_scale_add_f64(rows, lanes, shares, mode.pointer, state.pointer, moved.pointer)
      field.evaluate(moved, at: times, into: changed)
      kernels_combine2_f64(
        rows * lanes, 1, changed.pointer, -1, velocity.pointer, changed.pointer)
      kernels_scale_add_f64(rows, lanes, inverse, changed.pointer, zeros.pointer, mode.pointer)
      sizes = lengths()
    }
    return (0..<used).reduce(0) { isOpen[$1] && sizes[$1].isFinite ? max($0, sizes[$1]) : $0 }
  }

  // MARK: Ends

  /// A lane's drivers have arrived and stand.
  private mutating func stop(_ lane: Int) {
    field.phases[lane] = .holding
    for row in field.workRows { velocity[row, lane] = 0 }
    times[lane] = field.duration
    steps[lane] = 0.1
    rest(lane)
  }

  /// A shorter step for a lane that has overshot the moment of rest, so that the step that ends there ends
  /// closely behind it; none if it has not, or closely enough.
  private func stepToRest(_ lane: Int, before: Double) -> Double? {
    guard case .holding = field.phases[lane], givenHold == nil else { return nil }
    let (level, after) = (restLevels[lane], max(energy(lane), 1e-300))
    guard before > level, after < 0.9 * level, steps[lane] > 1e-6 else { return nil }
    // Energy falls nearly exponentially, faster at first.
    let part = log2(before / (0.97 * level)) / log2(before / after)
    return steps[lane] * min(max(part, 0.05), 0.95)
  }

  /// A lane that needs no hold, or is given none, ends here.
  private mutating func rest(_ lane: Int) {
    if givenHold == 0 || (givenHold == nil && strains[lane] <= restLevels[lane]) {
      close(lane, state, at: times[lane])
    }
  }

  /// Finds the moment within the last step at which a lane came to rest, on the cubic through both
  /// ends of the step, and ends its inference there.
  private mutating func settle(_ lane: Int, step: Double, before: Double) {
    let (old, oldVelocity) = (stages[2], slope)
    let between = field.state()
    func move(_ share: Double) {
      let rest = 1 - share
      for row in 0..<state.rows {
        between[row, lane] =
          (1 + 2 * share) * rest * rest * old[row, lane]
          + share * rest * rest * step * oldVelocity[row, lane]
          + share * share * (3 - 2 * share) * state[row, lane]
          - share * share * rest * step * velocity[row, lane]
      }
      field.strain(between, at: times)
    }
    // Energy falls nearly exponentially: secants of its logarithm, aimed a hair below the level.
    let level = restLevels[lane]
    let aim = 0.9999 * level
    var low = (share: 0.0, energy: max(before, level))
    var high = (share: 1.0, energy: max(strains[lane], 1e-300))
    for _ in 0..<8 where high.energy < 0.9995 * level {
      let part = log2(low.energy / aim) / log2(low.energy / high.energy)
      let share = low.share + (high.share - low.share) * min(max(part, 0), 1)
      move(share)
      let energy = max(energy(lane), 1e-300)
      if energy > level { low = (share, energy) } else { high = (share, energy) }
    }
    move(high.share)
    let arrival = field.state()
    field.evaluate(between, at: times, into: arrival)
    field.record(between)
    let flows = field.flows(
      from: .init(state: old, velocity: oldVelocity, pulls: pullsBefore),
      to: .init(state: between, velocity: arrival, pulls: field.pulls))
    add(flows, to: lane)
    close(lane, between, at: times[lane] - step * (1 - high.share))
  }

  /// Ends a lane's inference in a state.
  private mutating func close(_ lane: Int, _ state: Block<Double>, at time: Double) {
    field.strain(state, at: times)
    for layer in 0..<field.layers {
      results[lane].rest[layer] = field.energies[layer, lane]
    }
    results[lane].hold = max(0, time - field.duration)
    results[lane].squaredDisplacement = field.spans.reduce(0) { sum, span in
      (span.row..<span.row + span.count).reduce(sum) { sum, row in
        let step = state[row, lane] - start[row, lane]
        return sum + span.stiffness * step * step
      }
    }
    results[lane].isSettled = energy(lane) <= Self.restEnergy
    results[lane].outputs = field.engine.layers.last!.rows.map { state[$0, lane] }
    isOpen[lane] = false
  }

  /// Gives up a lane whose motion has run away.
  private mutating func fail(_ lane: Int) {
    results[lane].isFinite = false
    results[lane].outputs = field.engine.layers.last!.rows.map { _ in 0 }
    isOpen[lane] = false
  }

  private mutating func add(_ flows: RelaxationField.Flows, to lane: Int) {
    for layer in 0..<field.layers { results[lane].heat[layer] += flows.heat[layer, lane] }
    for edge in 0..<field.edges { results[lane].transferred[edge] += flows.given[edge, lane] }
  }

  private func energy(_ lane: Int) -> Double {
    (0..<field.layers).reduce(0) { $0 + field.energies[$1, lane] }
  }
}
