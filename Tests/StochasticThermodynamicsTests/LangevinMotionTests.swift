import Foundation
import StochasticThermodynamics
import Testing

/// Trajectories against closed forms, quadrature and sums written down plainly.
@Suite struct LangevinMotionTests {
  static func noise(_ purpose: String, lanes: Int, seed: UInt64 = 1) -> LaneNoise {
    LaneNoise(seed: seed, purpose: purpose, first: 0, lanes: lanes)
  }

  // MARK: Traps

  /// A trap dragged over `distance` units from equilibrium.
  func drag(
    _ distance: Float, duration: Double, steps: Int, lanes: Int, stiffness: Double = 1,
    holding: Int = 0
  ) -> [Trajectory] {
    let noise = Self.noise("drag \(duration) \(steps)", lanes: lanes)
    let idle = [Float](repeating: 0, count: lanes)
    let trap = HarmonicTraps(
      stiffness: stiffness, from: idle, to: idle.map { _ in distance }, noise: noise)
    return LangevinMotion(trap, step: steps > 0 ? duration / Double(steps) : 0.1, noise: noise)
      .run(driving: steps, holding: holding)
  }

  @Test(arguments: [(0.0, 0), (0.3, 60), (2, 100), (20, 400)])
  func theWorkOfADrag(duration: Double, steps: Int) {
    let stiffness = 4.0
    let works = RunningMoments(
      drag(1.5, duration: duration, steps: steps, lanes: 16_384, stiffness: stiffness)
        .map(\.work))
    let exact = stiffness * 2.25 * HarmonicTrap.rampWork(duration: duration)
    // How a drive begins and ends is right to first order in the step.
    let step = steps > 0 ? duration / Double(steps) : 0
    let bias = exact * step / 2 * min(1, 1 / max(duration, 1e-9))
    #expect(abs(works.mean - exact) < 5 * works.standardError + bias)
    #expect(abs(works.variance - 2 * exact) < 5 * works.standardErrorOfVariance + 2 * bias)
  }

  /// The mean obeys the same steps without noise, exactly, however coarse: with x behind the trap by
  /// its own account and each advance of the trap by half a step on either side.
  @Test(arguments: [2, 5, 30]) func theMeanWorkOfCoarseSteps(steps: Int) {
    let (duration, distance) = (3.0, 2.0)
    let step = duration / Double(steps)
    var (x, exact) = (0.0, 0.0)
    for index in 0...steps {
      let before = max(0, (Double(index) - 0.5) / Double(steps)) * distance
      let after = min(1, (Double(index) + 0.5) / Double(steps)) * distance
      exact += 0.5 * ((x - after) * (x - after) - (x - before) * (x - before))
      x += step * (Double(index) / Double(steps) * distance - x)
    }
    let works = RunningMoments(
      drag(Float(distance), duration: duration, steps: steps, lanes: 16_384).map(\.work))
    #expect(abs(works.mean - exact) < 5 * works.standardError)
  }

  /// The variance of a trap's coordinate is 1/K at any stable step, from whatever it starts with.
  @Test(arguments: [0.05, 0.7, 1.9]) func theSpreadOfATrap(step: Double) {
    let lanes = 4096
    let noise = Self.noise("spread", lanes: lanes)
    let idle = [Float](repeating: 0.5, count: lanes)
    let trap = HarmonicTraps(
      stiffness: 9, from: idle, to: idle, positions: idle.map { _ in 0 }, noise: noise)
    let motion = LangevinMotion(trap, step: step, noise: noise)
    var (means, squares) = (RunningMoments(), RunningMoments())
    let (warming, pause) = (Int(60 / min(step, 0.6)), max(20, Int(2 / step)))
    // One run: at the start of each, a half kick departs from the steps' own equilibrium.
    _ = motion.run(driving: 0, holding: warming + 12 * pause) { index in
      guard index > warming, (index - warming).isMultiple(of: pause) else { return }
      var (mean, square) = (0.0, 0.0)
      for lane in 0..<lanes {
        let x = Double(trap.positions[lane]) - 0.5
        mean += x
        square += x * x
      }
      means.add(mean / Double(lanes))
      squares.add(square / Double(lanes))
    }
    #expect(means.count == 12)
    // Looks at the same trajectories are not quite independent: as if there were half of them.
    let looks = Double(lanes) * 6
    #expect(abs(means.mean) < 5 / (9 * looks).squareRoot())
    #expect(abs(squares.mean * 9 - 1) < 5 * (2 / looks).squareRoot())
  }

  @Test func anAbruptDragIsExactForEveryTrajectory() {
    let lanes = 64
    let noise = Self.noise("abrupt", lanes: lanes)
    let (first, last): (Float, Float) = (-0.3, 1.1)
    let trap = HarmonicTraps(
      stiffness: 7, from: .init(repeating: first, count: 2 * lanes),
      to: .init(repeating: last, count: 2 * lanes), noise: noise)
    let start = (0..<2 * lanes).map { Double(trap.positions[$0]) }
    let run = LangevinMotion(trap, step: 0.1, noise: noise).run(driving: 0, holding: 0)
    for (lane, trajectory) in run.enumerated() {
      let exact = [start[lane], start[lanes + lane]].reduce(0) { sum, x in
        sum + 3.5 * (pow(x - Double(last), 2) - pow(x - Double(first), 2))
      }
      #expect(abs(trajectory.work - exact) < 1e-5)
      #expect(trajectory.heat == [0] && abs(trajectory.shadowWork) < 1e-5)
      #expect(abs(trajectory.residual) < 1e-5)
    }
  }

  /// A hold drives nothing: it costs no work and gives off what the strain held.
  @Test func aHoldGivesOffTheStrain() {
    let held = drag(4, duration: 0, steps: 0, lanes: 8192, holding: 120)
    let works = RunningMoments(held.map(\.work))
    let heats = RunningMoments(held.map { $0.heat[0] })
    #expect(abs(works.mean - 8) < 5 * works.standardError)
    #expect(abs(heats.mean - 8) < 5 * heats.standardError + 0.02)
    // Of a trajectory that has come to rest, energy is thermal again.
    let changes = RunningMoments(held.map { $0.energyChange[0] })
    #expect(abs(changes.mean) < 5 * changes.standardError)
  }

  // MARK: A landscape that is not harmonic

  @Test(arguments: [0.0, 0.6]) func boltzmannAverages(tilt: Double) {
    let lanes = 4096
    // All from the top of the barrier.
    let well = DoubleWell(tilts: (tilt, tilt), positions: .init(repeating: 0, count: lanes))
    let motion = LangevinMotion(well, step: 0.01, noise: Self.noise("boltzmann", lanes: lanes))
    _ = motion.run(driving: 0, holding: 300)
    let powers: [@Sendable (Double) -> Double] = [
      { $0 }, { $0 * $0 }, { $0 * $0 * $0 * $0 }, { $0 > 0 ? 1 : 0 }, { abs($0) < 0.3 ? 1 : 0 },
    ]
    var sums = [RunningMoments](repeating: RunningMoments(), count: powers.count)
    for _ in 0..<3 {
      _ = motion.run(driving: 0, holding: 60)
      for lane in 0..<lanes {
        let x = Double(well.positions[lane])
        for (index, power) in powers.enumerated() { sums[index].add(power(x)) }
      }
    }
    for (sum, power) in zip(sums, powers) {
      let exact = DoubleWell.average(tilt, power)
      // Which well it is in is remembered from look to look: as if there were one.
      let error = (sum.variance / Double(lanes)).squareRoot()
      #expect(abs(sum.mean - exact) < 5 * error)
    }
  }

  func drive(
    _ tilts: (Double, Double), steps: Int, duration: Double = 1, lanes: Int = 8192, seed: Int = 1
  ) -> [Trajectory] {
    let well = DoubleWell(
      tilts: tilts, positions: DoubleWell.equilibrium(tilts.0, count: lanes, seed: seed))
    return LangevinMotion(
      well, step: duration / Double(steps),
      noise: Self.noise("double well", lanes: lanes, seed: UInt64(seed))
    ).run(driving: steps, holding: 0)
  }

  /// The equality is exact at any step, once the work of the steps themselves is counted; without
  /// that it holds for short steps only.
  @Test(arguments: [25, 100]) func jarzynski(steps: Int) throws {
    let exact = DoubleWell.freeEnergy(1.2) - DoubleWell.freeEnergy(-0.8)
    let run = drive((-0.8, 1.2), steps: steps, lanes: 16_384)
    var (total, driven) = (ExponentialAverage(), ExponentialAverage())
    for trajectory in run {
      total.add(trajectory.totalWork)
      driven.add(trajectory.work)
    }
    let found = try #require(total.freeEnergy)
    #expect(found.standardError < 0.02)
    #expect(abs(found.value - exact) < 5 * found.standardError)
    if steps == 100 {
      let plain = try #require(driven.freeEnergy)
      #expect(abs(plain.value - exact) < 5 * plain.standardError)
    }
    // The second law, and that this drive is one.
    let mean = RunningMoments(run.map(\.work))
    #expect(mean.mean > exact + 5 * mean.standardError)
  }

  /// P(W)/P'(-W) = exp(W - ΔF): each slice of the reverse work is the same slice of the forward
  /// work, weighted. At a step so coarse that shadow work matters.
  @Test func crooksAtACoarseStep() throws {
    let exact = DoubleWell.freeEnergy(1.2) - DoubleWell.freeEnergy(-0.8)
    let steps = 20
    let forward = drive((-0.8, 1.2), steps: steps, lanes: 16_384, seed: 2)
    let reverse = drive((1.2, -0.8), steps: steps, lanes: 16_384, seed: 3)
    let shadow = RunningMoments(forward.map(\.shadowWork))
    #expect(shadow.variance > 0.05)
    let ratio = try #require(
      BennettAcceptanceRatio(
        forward: forward.map(\.totalWork), reverse: reverse.map(\.totalWork)))
    #expect(abs(ratio.freeEnergy - exact) < 5 * ratio.standardError)
    #expect(ratio.standardError < 0.02)
    for (low, high) in [(-9.0, -1.0), (-1.0, 0.0), (0.0, 1.0), (1.0, 9.0)] {
      let weighted = RunningMoments(
        forward.map { low <= $0.totalWork && $0.totalWork < high ? exp(exact - $0.totalWork) : 0 })
      let counted = RunningMoments(
        reverse.map { low < -$0.totalWork && -$0.totalWork <= high ? 1 : 0 })
      let error =
        (weighted.standardError * weighted.standardError
        + counted.standardError * counted.standardError).squareRoot()
      #expect(counted.mean > 0.01)
      #expect(abs(weighted.mean - counted.mean) < 5 * error)
    }
  }

  @Test func firstLawAndShadowWorkVanishWithTheStep() {
    func spread(_ values: [Double]) -> Double {
      (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    }
    let runs = [50, 100, 200, 400].map { drive((-0.8, 1.2), steps: $0, lanes: 2048) }
    let residuals = runs.map { spread($0.map(\.residual)) }
    let shadows = runs.map { spread($0.map(\.shadowWork)) }
    // Both go as the step: an error of order dt³ᐟ² and of random sign in each of 1/dt steps.
    for values in [residuals, shadows] {
      let order = log2(values[0] / values[3]) / 3
      #expect(abs(order - 1) < 0.2)
    }
    let works = RunningMoments(runs[3].map(\.work))
    #expect(residuals[3] < 0.02 * works.variance.squareRoot())
    // And the mean of shadow work faster, as its square: an equality links the two.
    let means = runs.map { RunningMoments($0.map(\.shadowWork)) }
    #expect(abs(means[3].mean) < 5 * means[3].standardError + 0.2 * abs(means[0].mean))
  }

  /// Work, heat and energy of single trajectories from their recorded positions, in double
  /// precision: Sekimoto's definitions, written down plainly.
  @Test(arguments: [(20, 0), (0, 15), (12, 9)]) func bookkeeping(driving: Int, holding: Int) {
    let lanes = 32
    let well = DoubleWell(
      tilts: (-0.8, 1.2), positions: DoubleWell.equilibrium(-0.8, count: lanes, seed: 4))
    let motion = LangevinMotion(well, step: 0.04, noise: Self.noise("books", lanes: lanes))
    var path: [[Double]] = []
    let run = motion.run(driving: driving, holding: holding) { index in
      #expect(index == path.count)
      path.append((0..<lanes).map { Double(well.positions[$0]) })
    }
    #expect(path.count == driving + holding + 1)
    /// The tilt around step n: before, at and after it.
    func tilts(_ step: Int) -> ProtocolStep { ProtocolStep(min(step, driving), of: driving) }
    for lane in 0..<lanes {
      let x = path.map { $0[lane] }
      var (work, heat) = (0.0, 0.0)
      for step in 0...driving {
        let place = tilts(step)
        work +=
          DoubleWell.energy(x[step], well.tilt(place.after))
          - DoubleWell.energy(x[step], well.tilt(place.before))
      }
      let forces = x.indices.map { DoubleWell.force(x[$0], well.tilt(tilts($0).middle)) }
      for step in 1..<x.count {
        heat += 0.5 * (forces[step - 1] + forces[step]) * (x[step] - x[step - 1])
      }
      let change = DoubleWell.energy(x.last!, 1.2) - DoubleWell.energy(x[0], -0.8)
      #expect(abs(run[lane].work - work) < 1e-5)
      #expect(abs(run[lane].heat[0] - heat) < 1e-4)
      #expect(abs(run[lane].energyChange[0] - change) < 1e-9)
      #expect(abs(run[lane].residual - (work - heat - change)) < 1e-4)
    }
  }

  /// Shadow work from the picture with mass: kicks, drifts and fresh velocities, each written down.
  @Test(arguments: [(6, 0), (3, 4)]) func shadowWorkIsTheKineticEnergyOfKicks(
    driving: Int, holding: Int
  ) {
    let lanes = 16
    let start = DoubleWell.equilibrium(-0.8, count: lanes, seed: 5)
    let well = DoubleWell(tilts: (-0.8, 1.2), positions: start)
    let step = 0.08
    let run = LangevinMotion(well, step: step, noise: Self.noise("kicks", lanes: lanes))
      .run(driving: driving, holding: holding)
    let steps = driving + holding
    // The same noise: one number to begin with and one for each step, of rows drawn in pairs.
    let noise = Self.noise("kicks", lanes: lanes)
    var drawn = [[Float]](repeating: [], count: steps + 1)
    for index in 0...steps {
      drawn[index] = .init(repeating: 0, count: lanes)
      noise.normals(rows: 1, into: &drawn[index])
    }
    let h = (2 * step).squareRoot()
    for lane in 0..<lanes {
      var x = Double(Float(start[lane]))
      let first = x
      var kinetic = 0.0
      func kick(_ velocity: inout Double, _ index: Int, _ share: Double) {
        let place = ProtocolStep(min(index, driving), of: driving)
        let before = velocity
        velocity += share * h * DoubleWell.force(x, well.tilt(place.middle))
        kinetic += 0.5 * (velocity * velocity - before * before)
      }
      // The standard deviation of a velocity is 1, so its kinetic energy is v²/2.
      var velocity = Double(drawn[0][lane])
      for index in 0..<steps {
        kick(&velocity, index, index == 0 ? 0.5 : 1)
        x += 0.5 * h * velocity
        velocity = Double(drawn[index + 1][lane])
        x += 0.5 * h * velocity
      }
      kick(&velocity, steps, 0.5)
      #expect(abs(Double(well.positions[lane]) - x) < 1e-4)
      let change = DoubleWell.energy(x, 1.2) - DoubleWell.energy(first, -0.8)
      #expect(abs(run[lane].totalWork - (change + kinetic)) < 1e-3)
    }
  }

  @Test func protocolStepsCoverTheWayOnce() {
    for steps in [0, 1, 2, 7] {
      let all = (0...steps).map { ProtocolStep($0, of: steps) }
      #expect(all[0].before == 0 && all[steps].after == 1 && all[steps].middle == 1)
      for (one, next) in zip(all, all.dropFirst()) {
        #expect(abs(one.after - next.before) < 1e-15 && one.middle < next.middle)
      }
    }
  }
}
