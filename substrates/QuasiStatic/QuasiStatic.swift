public import Networks
public import SubstrateCore
internal import AnalogNeurons
internal import Quantities
internal import Parameters

/// The substrates of this module.
public let substrates: [any Substrate] = [QuasiStatic()]

/// An analog network that is never reset: its inputs move slowly from one sample to the next, and
/// the whole network follows, near equilibrium.
///
/// The landscape's free energy does not depend on the inputs, so driven slowly enough an inference
/// costs nothing: energy put in on the way comes back. What remains is friction, which falls as
/// 1/duration. It is not a model of the drivers or of losses in them.
public struct QuasiStatic: Substrate {
  /// A network with the way it is driven.
  public struct Program: Sendable {
    let engine: LayerEngine<Double>
    let conditions: Conditions
    var method: Method
    let isConstantSpeed: Bool
    var duration: Double
    let settle: Double?
    /// None for an ideal machine.
    let imperfections: Imperfections?
    let memo = TrialMemo()
    /// What trajectories need beside, for `method` langevin.
    let simulation: Simulation?

    /// Trajectories of an inference, and how they are stepped.
    struct Simulation: Sendable {
      let fast: LayerEngine<Float>
      let trajectories: Int
      /// In τ0; none to take it from the stiffest mode.
      let step: Double?
    }
  }

  enum Method: String {
    /// Noise-free motion, solved.
    case relaxation
    /// The leading order for slow driving, from the length of the path alone.
    case length
    /// Thermal motion, simulated.
    case langevin
  }

  /// What the substrate says of itself.
  public let card = Card(
    id: "quasi-static",
    title: "Quasi-static, reversible",
    principle: "inputs move slowly, the network relaxes along; only friction costs",
    boundary: .device,
    parameters: AnalogParameters.precision + [
      AnalogParameters.duration(
        default: 1000, meaning: "of the ramp from one sample to the next; 0 is abrupt"),
      AnalogParameters.settle(
        meaning: "hold after the ramp; auto ends it when the strain is below 0.05 k_B T"),
      Parameter(
        "method", .choice(["relaxation", "length", "langevin"]), default: .word("relaxation"),
        meaning: "noise-free motion, the slow limit from the path's length (duration above 0), or "
          + "thermal trajectories"),
      Parameter(
        "profile", .choice(["linear", "constant-speed"]), default: .word("linear"),
        meaning: "how the drivers move along their way"),
    ]
      + AnalogParameters.trajectories(
        automaticStep: "0.2 of the stiffest mode's relaxation time, at most duration/200")
      + AnalogParameters.circuit + Imperfections.parameters + [FollowedInferences.parameter],
    sources: [
      Source.tkachenko2025, Sources.equationOfMotion, Sources.slowDriving, Sources.transport,
      AnalogSources.trajectories, AnalogSources.samplingNoise, Source.assumed,
      Imperfections.source,
    ],
    claims: Claims(
      temperatureExponent: 1,
      scalings: [
        .init("stiffness", exponent: 1, over: 1e3...1e6, tolerance: 1e-3),
        // Slow driving is a limit: a ramp of finite length still begins and ends.
        .init("duration", exponent: -1, over: 1e4...1e6, tolerance: 0.02),
      ],
      ideal: ["snr": "1e14"], hasMemory: true,
      // Work and heat are two integrals along the motion.
      booksError: 0.003),
    meaning: meaning(of:))

  /// Longer drives are solved by their length, which then differs by parts in a million: their steps would
  /// take hundreds of stages each.
  static let longestRelaxation = 1e6

  /// The substrate.
  public init() {}

  /// Holds a network; every operation has a meaning here.
  ///
  /// - Throws: `Refusal` with reason `range` if neurons would be put to minus infinity; with reason `settings` if the length method is asked about an abrupt drive
  ///   or given a hold.
  public func prepare(
    _ network: Network, under conditions: Conditions
  ) throws(Refusal) -> Program {
    let settings = conditions.settings
    try AnalogParameters.checkPrecision(settings, for: network)
    try HeldNumbers.check(network)
    let method = Method(rawValue: settings.word("method")!)!
    let duration = settings.number("duration")!
    if method == .length, duration == 0 {
      throw Refusal(
        .settings,
        "method=length with duration 0; it holds for slow driving only; use method=relaxation")
    }
    if method != .length, duration > Self.longestRelaxation {
      throw Refusal(
        .settings,
        "method=\(method.rawValue) with duration \(duration); it follows drives of up to "
          + "\(Int(Self.longestRelaxation)) τ0; use method=length, exact for slow driving")
    }
    if method == .langevin, let settle = settings.number("settle"), settle > Self.longestRelaxation
    {
      throw Refusal(
        .settings,
        "method=langevin with settle \(settle); trajectories are held for up to "
          + "\(Int(Self.longestRelaxation)) τ0; use method=relaxation")
    }
    if method == .length, settings.number("settle") != nil {
      throw Refusal(
        .settings, "method=length knows no hold; settle is without effect; use method=relaxation")
    }
    try AnalogParameters.checkTrajectories(settings)
    try FollowedInferences.check(settings)
    try AnalogParameters.checkTime(settings)
    return Program(
      engine: LayerEngine(network), conditions: conditions, method: method,
      isConstantSpeed: settings.word("profile") == "constant-speed",
      duration: duration, settle: settings.number("settle"),
      imperfections: Imperfections(settings),
      simulation: method != .langevin
        ? nil
        : Program.Simulation(
          fast: LayerEngine(network), trajectories: Int(settings.number("trajectories")!),
          step: settings.number("step")))
  }

  /// Drives the network once around the cyclic stream.
  public func run(_ program: Program, on stream: SampleStream, in context: RunContext)
    throws(Cancelled) -> Run
  {
    let engine = program.engine
    let network = engine.network
    let settings = program.conditions.settings
    let temperature = program.conditions.temperature
    let stiffness = LayerStiffness(settings, on: stream.reference)
    let landscape = Landscape(engine, stiffness: stiffness.layers)
    let solve = { () throws(Cancelled) in
      try InferenceBlock.all(landscape, program, on: stream, in: context)
    }
    let inferences =
      context.isTrial ? try program.memo.inferences(on: stream, or: solve) : try solve()
    let summary = Summary(inferences, of: stream.samples.count, engine: engine)
    let simulated =
      program.method == .langevin && inferences.allSatisfy(\.isFinite)
      ? try SimulatedStream(landscape, program, inferences, stream, in: context) : nil

    var ledger = Ledger()
    if program.method == .langevin {
      simulated?.post(at: temperature, to: &ledger)
    } else {
      summary.post(method: program.method, network: network, at: temperature, to: &ledger)
    }
    Converters.post(
      bits: Int(settings.number("converter-bits")!), for: network, at: temperature, to: &ledger)

    let unit = settings.number("relaxation-time")!
    let slowest = inferences.map(\.leastRate).min() ?? 1
    let isValid = program.method != .length || program.duration >= 10 / slowest
    let noiseFree =
      simulated == nil ? try outputs(of: inferences, landscape, stream, in: context) : []
    let isFinite =
      inferences.allSatisfy(\.isFinite) && noiseFree.allSatisfy(\.isFinite)
      && simulated?.isFinite ?? true
    let isSettled = inferences.allSatisfy(\.isSettled)
    let verdict: Verdict =
      !isFinite ? .diverged : !isValid ? .outsideValidity : isSettled ? .settled : .unsettled
    var run = Run(
      outputs: simulated?.outputs ?? noiseFree,
      latency: Seconds((program.duration + summary.meanHold) * unit),
      longestLatency: Seconds((program.duration + summary.longestHold) * unit),
      energyKind: program.method == .langevin ? .simulated : .predicted, ledger: ledger,
      verdict: verdict,
      coverage: network.nodes.dropFirst().map { Coverage($0, on: card) })
    run.limits = [
      Limit("reversible", kind: .floor, .zero, source: Source.tkachenko2025)
    ]
    let transport =
      switch program.method {
      case .relaxation: summary.transport(duration: program.duration)
      case .langevin: simulated?.transport
      case .length: Double?.none
      }
    if verdict == .settled, let transport {
      let error =
        program.method == .relaxation ? summary.transportError(duration: program.duration) : nil
      run.limits.append(
        Limit(
          "transport", kind: .floor, ThermalEnergy(transport),
          standardError: error.map { ThermalEnergy($0) }, source: Sources.transport))
    }
    if isFinite { run.slowDriving = summary.slowDriving(program) }
    run.diagnostics =
      summary.diagnostics(program) + (simulated?.diagnostics ?? [])
      + stiffness.diagnostics(at: temperature)
    run.warnings = stiffness.warnings + summary.warnings + (simulated?.warnings ?? [])
    if program.method == .relaxation, max(summary.layerGap, summary.totalGap) > 0.01 {
      func percent(_ share: Double) -> String { "\((100 * share).rounded(.up)) %" }
      let total =
        summary.totalGap > 0.01
        ? "; all entries of dissipation together miss the work by \(percent(summary.totalGap))" : ""
      run.warnings.append(
        "the books of single layers miss by up to \(percent(summary.layerGap)) of what passes through a "
          + "layer (sliding along breaks)\(total); work and outputs are not affected")
    }
    if !isValid {
      run.warnings.append(
        "method=length holds for durations well above 1/(least rate): \(program.duration) τ0 is below "
          + "\((10 / slowest).rounded(.up)) τ0")
    }
    if isFinite, !isSettled {
      run.warnings.append(Relaxation.unrest(givenHold: program.settle))
    }
    if isFinite {
      try addImperfections(
        to: &run, summary, landscape, program, on: stream, in: context)
    }
    return run
  }

  /// The noise that each layer puts on the outputs at snr 1.
  public func outputNoise(
    of program: Program, on stream: SampleStream, in context: RunContext
  ) throws(Cancelled) -> [Double]? {
    try OutputNoise(program.engine, settings: program.conditions.settings, on: stream, in: context)?
      .layers
  }

  /// What is read at the ends of the holds, `[samples × outputs]`.
  ///
  /// Equilibrium is a noisy forward pass: its departure from the noise-free one is what heat adds to the
  /// noise-free motion. Inferences that are not followed are read at rest.
  private func outputs(
    of inferences: [Inference], _ landscape: Landscape, _ stream: SampleStream,
    in context: RunContext
  ) throws(Cancelled) -> [Float] {
    let noisy = try ThermalPass(landscape.engine, stiffness: landscape.stiffness).outputs(
      on: stream, in: context)
    var outputs = noisy
    let width = landscape.engine.network.outputCount
    for inference in inferences {
      let ideal = stream.reference.output(of: inference.sample)
      for place in 0..<width {
        let at = inference.sample * width + place
        outputs[at] = Float(Double(noisy[at]) - ideal[place] + inference.outputs[place])
      }
    }
    return outputs
  }

  /// What its figures rest on.
  enum Sources {
    static let equationOfMotion = Source(
      key: "gradient-flow",
      citation:
        "overdamped motion in H = Σ (κ/2)(x - f(parents))², noise-free; derived in this project "
        + "for the functional of arXiv:2503.09980 (F_min = 0)",
      evidence: .derived)
    static let slowDriving = Source(
      key: "sivak2012",
      citation: "D. Sivak, G. Crooks, Thermodynamic metrics and optimal paths, "
        + "Phys. Rev. Lett. 108, 190602 (2012)",
      evidence: .derived)
    static let transport = Source(
      key: "benamou2000",
      citation:
        "least friction of moving Δx in a time t, Σ γ |Δx|²/t: J.-D. Benamou, Y. Brenier (2000); "
        + "E. Aurell et al., Phys. Rev. Lett. 106, 250601 (2011)",
      evidence: .derived)
  }
}
