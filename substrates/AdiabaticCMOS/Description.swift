internal import IntegerNetworks
internal import Parameters
internal import Quantities
internal import SubstrateCore

extension AdiabaticCMOS {
  static let description = Card(
    id: "adiabatic-cmos", title: "Adiabatic CMOS, reversible",
    principle: "gates rise and fall on slow ramps, all is undone; resistance and leakage cost",
    boundary: .core,
    parameters: [
      Parameter(
        "bits", .integer(2...16), default: .number(8),
        meaning: "bits of a weight and of a neuron; accumulators have 32 up to 8 bits and 64 above",
        isPrecision: true),
      Parameter(
        "swing", unit: "V", .number(from: 1e-3, to: 100), default: .number(1),
        meaning: "between the levels of a node", source: Source.assumed),
      Parameter(
        "capacitance", unit: "F", .number(from: 1e-18, to: 1e-9), default: .number(1e-15),
        meaning: "of a node: a gate's output with its wire and what it drives",
        source: Source.assumed),
      Parameter(
        "resistance", unit: "Ohm", .number(from: 1, to: 1e9), default: .number(1e4),
        meaning: "of the switch through which a node is charged", source: Source.assumed),
      Parameter(
        "leakage", unit: "W", .number(from: 0, to: 1e-3), default: .number(1e-12),
        meaning: "of a node while its layer runs or its register holds", source: Source.assumed),
      Parameter(
        "duration", unit: "s",
        .automatic("optimal", or: .number(from: 0, to: Configuration.longestRamp.value)),
        default: .word("optimal"),
        meaning: "of a ramp; 0 is abrupt, optimal takes least energy with the leakage that is set"),
      Parameter(
        "strategy", .choice(["compute-copy-uncompute", "pebbling", "keep-garbage"]),
        default: .word("compute-copy-uncompute"),
        meaning:
          "what becomes of hidden neurons: undone at the end, undone early and computed again, or "
          + "erased", source: bennett1973),
      Parameter(
        "pebbling-k", .integer(2...1024), default: .number(2),
        meaning: "blocks at each level of pebbling", source: bennett1989),
      Parameter(
        "pebbling-n", .integer(1...10), default: .number(1),
        meaning: "levels of pebbling: k^n segments of layers in (2k - 1)^n runs",
        source: bennett1989),
      Parameter(
        "gates-per-mac", .automatic("auto", or: .integer(1...1_000_000)), default: .word("auto"),
        meaning:
          "gates of a multiply-accumulate; auto counts those of an array multiplier of b bits and of an "
          + "adder of A bits, 504 at 8 bits"),
    ],
    sources: [
      frankShukla2021, bennett1973, bennett1989, Source.landauer1961, InferenceCost.rampSource,
      InferenceCost.leakageSource, ErasedBits.rule, ErasedBits.entropy, Source.assumed,
    ],
    claims: Claims(
      temperatureExponent: 0,
      scalings: [
        // With leakage in proportion to what is charged all energies go with C.
        .init("capacitance", exponent: 1, over: 1e-15...1e-12)
      ],
      ideal: ["bits": "16"], idealError: 1e-3),
    meaning: meaning(of:))

  private static let frankShukla2021 = Source(
    key: "frank2021",
    citation: "M. P. Frank and K. Shukla, Quantum foundations of classical reversible computing, "
      + "Entropy 23, 701 (2021), arXiv:2105.00065: a programme for machines that dissipate less the slower "
      + "they run; no coefficient is taken from it",
    evidence: .stated)
  private static let bennett1973 = Source(
    key: "bennett1973",
    citation:
      "C. H. Bennett, Logical reversibility of computation, IBM J. Res. Dev. 17, 525 (1973)",
    evidence: .stated)
  private static let bennett1989 = Source(
    key: "bennett1989",
    citation:
      "C. H. Bennett, Time/space trade-offs for reversible computation, SIAM J. Comput. 18, "
      + "766 (1989): k^n segments in (2k - 1)^n runs with n (k - 1) + 1 checkpoints",
    evidence: .stated)

  /// Parts of the machine inside its boundary for which there is no figure.
  static let unknownParts = [
    Coverage(
      part: "ramp generator",
      unknown:
        "no published figure for what a resonant supply loses of the energy it lends, at this load"),
    Coverage(
      part: "wires between layers",
      unknown:
        "their length depends on a layout that nobody has made; a node's own wire is in its capacitance"
    ),
    Coverage(
      part: "control",
      unknown: "no published figure for the sequencer that starts and reverses the layers' ramps"),
  ]

  /// Everything worth knowing beside the energies.
  static func diagnostics(
    _ program: Program, _ erased: ErasedBits, _ output: Quantiser
  ) -> [Diagnostic] {
    let (configuration, cost) = (program.configuration, program.cost)
    let schedule = cost.schedule
    let optimal = cost.optimum.duration
    func count(_ key: String, _ title: String, _ count: Int) -> Diagnostic {
      Diagnostic(key, title, .number(Double(count)))
    }
    return [
      count("bits", "Bits", configuration.bits),
      count("accumulator_bits", "Accumulator bits", configuration.accumulatorBits),
      count("gates_per_mac", "Gates of a MAC", cost.multiplyAccumulate),
      count("gates", "Gates", cost.layers.reduce(0) { $0 + $1.gates }),
      count("layer_runs", "Runs of layers", schedule.runs.reduce(0, +)),
      count("segments", "Segments", schedule.segments),
      count("segment_runs", "Runs of segments", schedule.segmentRuns),
      count("checkpoints", "Checkpoints, at most", schedule.checkpoints),
      count("registers_peak_bits", "Bits held in registers, at most", schedule.mostBits),
      count("ramps", "Ramps one behind another", schedule.ramps),
      Diagnostic("transitions", "Transitions", .number(cost.transitions)),
      Diagnostic("duration_s", "Ramp (s)", .number(cost.duration.value)),
      // Without leakage there is none.
      Diagnostic(
        "optimal_duration_s", "Optimal ramp (s)", .number(optimal?.value ?? .infinity)),
      Diagnostic(
        "optimal_energy_J", "Energy at the optimal ramp (J)",
        .number(optimal.map { cost.energy(at: $0).value } ?? .infinity)),
      Diagnostic(
        "slope", "d ln(ramps and leakage)/d ln(ramp)",
        .number(cost.optimum.slope(at: cost.duration))),
      Diagnostic(
        "transition_energy_J", "Heat of a transition (J)",
        .number(configuration.node.heat(of: cost.duration).value)),
      Diagnostic(
        "erased_bits_nominal", "Bits erased, nominal", .number(erased.nominal.value)),
      Diagnostic(
        "erased_bits_measured", "Bits erased, measured", .number(erased.measured.value)),
      Diagnostic("output_step", "Step of the output's integers", .number(output.step)),
    ]
  }
}
