internal import AnalogNeurons
internal import Foundation
internal import Networks
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

/// A stream measured on thermal trajectories: each inference by an ensemble of its own that starts
/// in equilibrium at the sample before.
///
/// How long an inference is held is taken from the noise-free motion: its residual energy can be
/// followed to a small part of k_B T, which the mean over a few trajectories, each with n/2 k_B T of
/// thermal energy, cannot.
struct SimulatedStream {
  private let ensembles: [Ensemble]
  private let inferences: [Inference]
  private let layers: [Network.Layer]
  private let stiffness: [Double]
  private let program: QuasiStatic.Program
  private let simulation: QuasiStatic.Program.Simulation
  /// The steps of the shortest and the longest, in τ0.
  private let steps: ClosedRange<Double>
  /// What is to be told if steps are too long to be stable; nothing was run then.
  let instability: String?

  /// The part of the stiffest mode's relaxation time that a step takes.
  private static let stepShare = 0.2
  /// A drive takes so many steps at least: how it begins and ends is right to first order only.
  private static let leastSteps = 200.0

  init(
    _ landscape: Landscape, _ program: QuasiStatic.Program, _ inferences: [Inference],
    _ stream: SampleStream, in context: RunContext
  ) throws(Cancelled) {
    self.inferences = inferences
    self.program = program
    simulation = program.simulation!
    layers = landscape.engine.layers
    stiffness = landscape.stiffness
    // No state has a faster mode than the bound, none of a lone trap is slower than 1.
    let rates = try Self.largestRates(landscape, inferences, stream, in: context)
    let automatic = rates.map { rate in
      let mode = Self.stepShare / (rate > 1 ? min(landscape.rateBound, rate) : 1)
      return program.duration > 0 ? min(mode, program.duration / Self.leastSteps) : mode
    }
    let given = simulation.step
    steps = given.map { $0...$0 } ?? automatic.min()!...automatic.max()!
    let fastest = rates.max()!
    if let given, given * fastest >= 2 {
      instability =
        "step \(given) τ0 is beyond the stability of trajectories, 2/(largest rate) = "
        + "\(Self.rounded(2 / fastest)) τ0; choose a smaller step or auto"
      ensembles = []
      return
    }
    instability = nil

    let samples = stream.samples.count
    let trajectories = simulation.trajectories
    let portions = DrivenEnsemble.portions(
      of: trajectories, shares: max(1, 128 / samples))
    let fast = simulation.fast
    let parts = try context.map(blocks: samples * portions.count) { index in
      let (sample, portion) = index.quotientAndRemainder(dividingBy: portions.count)
      let lanes = Block<Double>.laneMultiple
      let drive = Drive(
        landscape.engine, stream.samples,
        from: Array(repeating: (sample + samples - 1) % samples, count: lanes),
        to: Array(repeating: sample, count: lanes))
      let profile =
        program.isConstantSpeed
        ? Profile(constantSpeedAlong: DrivenPath.trace(landscape, drive, lanes: 1)[0])
        : Profile.linear
      return DrivenEnsemble(
        landscape, fast: fast, InputWay(drive, lane: 0, profile: profile),
        duration: program.duration, hold: inferences[sample].hold,
        step: given ?? automatic[sample], seed: context.seed, firstNoise: sample << 32
      ).run(portions[portion])
    }
    ensembles = (0..<samples).map { sample in
      var whole = parts[sample * portions.count]
      for portion in 1..<portions.count { whole.merge(parts[sample * portions.count + portion]) }
      return whole
    }
  }

  /// The largest relaxation rate of each inference at its end and on its way there: functions that are
  /// saturated at both ends of a drive may not be so between them.
  private static func largestRates(
    _ landscape: Landscape, _ inferences: [Inference], _ stream: SampleStream,
    in context: RunContext
  ) throws(Cancelled) -> [Double] {
    let (count, lanes) = (inferences.count, Block<Double>.laneMultiple)
    return try context.map(blocks: (count + lanes - 1) / lanes) { block in
      let new = (0..<lanes).map { min(block * lanes + $0, count - 1) }
      let drive = Drive(
        landscape.engine, stream.samples, from: new.map { ($0 + count - 1) % count }, to: new)
      var rates = new.map { inferences[$0].largestRate }
      for point in pointsOnTheWay {
        let here = RelaxationSpectrum(landscape, drive, at: point).largest()
        for lane in 0..<lanes { rates[lane] = max(rates[lane], here[lane]) }
      }
      return Array(rates.prefix(min(lanes, count - block * lanes)))
    }.flatMap { $0 }
  }

  private static let pointsOnTheWay = (1...7).map { Double($0) / 8 }

  /// Whether there are figures: every trajectory stayed finite, and the steps followed it.
  var isFinite: Bool { instability == nil && ensembles.allSatisfy(\.isFinite) && obeysFirstLaw }

  /// Whether work, heat and energy add up, roughly. Where they do not, steps too long for a mode on
  /// the way threw trajectories about; functions that saturate may have kept them finite.
  ///
  /// The heat that neurons exchange with the bath goes as time. Of it the kinks of ReLU leave an
  /// error of some 10⁻⁴ k_B T per neuron and τ0 in a sound run; a lost one misses by 10² and more.
  private var obeysFirstLaw: Bool {
    let count = Double(ensembles.count)
    let neurons = layers.indices.reduce(0.0) {
      stiffness[$1] > 0 ? $0 + Double(layers[$1].count) : $0
    }
    let time = program.duration + inferences.reduce(0) { $0 + $1.hold / count }
    let work = ensembles.reduce(0) {
      $0 + (abs($1.work.mean) + $1.work.variance.squareRoot()) / count
    }
    return abs(mean(\.residual).value) <= 0.5 * work + neurons * (0.25 + 0.02 * time)
  }

  /// The outputs of one trajectory of each inference, `[samples × outputs]`; zeros if nothing was run.
  var outputs: [Float] {
    instability == nil
      ? Array(ensembles.map(\.outputs).joined())
      : [Float](repeating: 0, count: inferences.count * layers.last!.count)
  }

  // MARK: Means over the stream

  /// The mean over the stream of a mean over trajectories, which are drawn apart for every inference.
  private func mean(
    _ moments: (Ensemble) -> RunningMoments
  ) -> (value: Double, standardError: Double) {
    RunningMoments.mean(overStrata: ensembles.map(moments))
  }

  func post(at temperature: Kelvin, to ledger: inout Ledger) {
    guard isFinite else { return }
    func post(
      _ flow: Flow, _ layer: String, _ mechanism: String,
      _ figure: (value: Double, standardError: Double)
    ) {
      ledger.post(
        flow, layer: layer, mechanism: mechanism, kind: .simulated,
        Joules(ThermalEnergy(figure.value), at: temperature),
        standardError: Joules(ThermalEnergy(figure.standardError), at: temperature),
        source: AnalogSources.trajectories, boundary: .device)
    }
    // Only the net power stands out of the noise, so no line is said to give anything back.
    let work = mean(\.work)
    post(.drawn, "inputs", "driving", (max(0, work.value), work.standardError))
    if work.value < 0 { post(.recovered, "inputs", "driving", (-work.value, work.standardError)) }
    for (index, layer) in layers.enumerated() where stiffness[index] > 0 {
      post(.dissipated, layer.name, "friction", mean { $0.heat[index] })
      post(.dissipated, layer.name, "after the hold", mean { $0.change[index] })
    }
  }

  /// The floor of the transport that the ensembles' means went through, Σ_v K_v |Δ<x_v>|² τ0/t, mean
  /// over the stream; see `Summary.transport`. The square of a mean over few trajectories is too
  /// large by its variance, which is taken off.
  var transport: Double? {
    guard isFinite else { return nil }
    var sum = 0.0
    for (ensemble, inference) in zip(ensembles, inferences) {
      let square = layers.indices.reduce(0) { sum, layer in
        layers[layer].rows.reduce(sum) { sum, row in
          let way = ensemble.displacement[row]
          return sum + stiffness[layer]
            * (way.mean * way.mean - way.standardError * way.standardError)
        }
      }
      let time = program.duration + inference.hold
      guard time > 0 else { return nil }
      sum += square / time
    }
    return max(0, sum / Double(ensembles.count))
  }

  private var exponential: ExponentialAverage {
    var all = ExponentialAverage()
    for ensemble in ensembles { all.merge(ensemble.exponential) }
    return all
  }

  var diagnostics: [Diagnostic] {
    let trajectories = [
      Diagnostic(
        "step_tau0", "time step (τ0), shortest and longest",
        .numbers([
          steps.lowerBound, steps.upperBound,
        ]))
    ]
    guard isFinite else { return trajectories }
    let count = Double(ensembles.count)
    let variance = ensembles.reduce(0) { $0 + $1.work.variance } / count
    let varianceError =
      ensembles.reduce(0) { $0 + $1.work.standardErrorOfVariance * $1.work.standardErrorOfVariance }
      .squareRoot() / count
    let estimate = exponential.freeEnergy
    let (shadow, residual) = (mean(\.shadowWork), mean(\.residual))
    return trajectories + [
      Diagnostic(
        "variance_kT2", "variance of the work of one inference (k_BT²)", .number(variance)),
      Diagnostic(
        "variance_standard_error_kT2", "its standard error (k_BT²)", .number(varianceError)),
      Diagnostic(
        "jarzynski_free_energy_kT", "free-energy difference after Jarzynski, exactly 0 (k_BT)",
        .number(estimate?.value ?? .nan)),
      Diagnostic(
        "jarzynski_standard_error_kT", "its standard error (k_BT)",
        .number(estimate?.standardError ?? .nan)),
      Diagnostic(
        "jarzynski_effective_trajectories", "trajectories that count in its average",
        .number(exponential.effectiveCount)),
      Diagnostic(
        "shadow_work_kT", "shadow work of the finite steps (k_BT)", .number(shadow.value)),
      Diagnostic(
        "first_law_residual_kT", "work less heat less change of energy (k_BT)",
        .number(residual.value)),
      Diagnostic(
        "noise_free_work_kT", "work of the noise-free motion (k_BT)",
        .number(inferences.reduce(0) { $0 + $1.work } / count)),
    ]
  }

  var warnings: [String] {
    if let instability { return [instability] }
    guard ensembles.allSatisfy(\.isFinite) else {
      return [
        "a trajectory ran away; the step is too long for a state on the way; choose a smaller one"
      ]
    }
    guard obeysFirstLaw else {
      return [
        "work, heat and energy do not add up on trajectories; the step is too long for a state on the "
          + "way; choose a smaller one"
      ]
    }
    var result: [String] = []
    let (work, residual) = (mean(\.work).value, mean(\.residual).value)
    if abs(residual) > 0.1 * abs(work) {
      result.append(
        "heat on trajectories misses the first law by \(Self.rounded(residual)) k_B T, beside a work of "
          + "\(Self.rounded(work)) k_B T (kinks of ReLU); the work has no such error; a smaller step lessens it"
      )
    }
    let all = exponential
    guard !all.isConverged else { return result }
    return result + [
      "the exponential average of work has not converged: of \(Int(all.works.count)) trajectories "
        + "\(Self.rounded(all.effectiveCount)) count, fewer than \(Int(ExponentialAverage.leastEffectiveCount)); "
        + "no free-energy difference is given"
    ]
  }

  /// Three digits, for sentences.
  private static func rounded(_ number: Double) -> String {
    number == 0 || !number.isFinite
      ? "\(number)" : String(format: abs(number) < 1e-3 ? "%.1e" : "%.3g", number)
  }
}
