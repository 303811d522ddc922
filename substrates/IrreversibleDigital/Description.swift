internal import DigitalPrices
internal import IntegerNetworks
internal import Quantities
internal import SubstrateCore
internal import Parameters

extension IrreversibleDigital {
  static let description = Card(
    id: "digital", title: "Irreversible digital",
    principle: "integers in CMOS: every operation overwrites what was there; all becomes heat",
    boundary: .core,
    parameters: [
      Parameter(
        "bits", .integer(2...16), default: .number(8),
        meaning: "bits of a weight and of a neuron", isPrecision: true),
      Parameter(
        "accumulator-bits", .automatic("auto", or: .integer(16...64)),
        default: .word("auto"),
        meaning: "bits of an accumulator; auto is 32 up to 8 bits and 64 above"),
      Parameter(
        "technology", .choice(Technology.all.map(\.name)), default: .word("45nm"),
        meaning: "the process whose energies are used"),
      Parameter(
        "weights", .choice(Configuration.WeightStore.allCases.map(\.rawValue)),
        default: .word("stationary"),
        meaning: "where weights rest: at their multipliers, or in a memory from which each is read "
          + "once per inference"),
      Parameter(
        "clock", unit: "Hz", .number(from: 1e-15, to: 1e30), default: .number(1e9),
        meaning: "cycles per second; sets the latency only", source: throughput),
      Parameter(
        "lanes", .integer(1...(1 << 30)), default: .number(64),
        meaning: "multiply-accumulates per cycle; sets the latency only", source: throughput),
    ],
    sources: Technology.all.flatMap { [$0.source, $0.scaledSource] }
      + [Source.landauer1961, Source.tkachenko2025]
      + [
        ErasedBits.operationRule, ErasedBits.registerRule, ErasedBits.registerEntropy, throughput,
      ],
    claims: Claims(temperatureExponent: 0, ideal: ["bits": "16"], idealError: 1e-3),
    meaning: meaning(of:))

  private static let throughput = Source(
    key: "substrata-throughput",
    citation: "assumed: 64 multiply-accumulates per cycle of 1 GHz, all lanes always busy",
    evidence: .assumed)

  /// Everything worth knowing beside the energies.
  static func diagnostics(
    _ program: Program, _ erased: ErasedBits, _ output: Quantiser
  ) -> [Diagnostic] {
    let (configuration, model) = (program.configuration, program.model)
    return [
      Diagnostic("bits", "Bits", .number(Double(configuration.bits))),
      Diagnostic(
        "accumulator_bits", "Accumulator bits", .number(Double(configuration.accumulatorBits))),
      Diagnostic(
        "erased_bits_operations", "Bits erased: operations", .number(erased.operations.value)),
      Diagnostic(
        "erased_bits_registers_nominal", "Bits erased: registers, nominal",
        .number(erased.registersNominal.value)),
      Diagnostic(
        "erased_bits_registers_measured", "Bits erased: registers, measured",
        .number(erased.registersMeasured.value)),
      Diagnostic("output_step", "Step of the output's integers", .number(output.step)),
      Diagnostic("technology", "Technology", .text(configuration.technology.name)),
      Diagnostic("reuse", "Weights", .text(model.reuse)),
      Diagnostic("activation_memory", "Activations", .text(model.activationMemory.name)),
      Diagnostic(
        "weight_memory", "Weight memory", .text(model.weightMemory?.name ?? "none")),
    ]
  }

  /// Parts of a core for which the tables of operations have no figure.
  static let unknownParts = [
    "requantisation multipliers", "instruction fetch and control", "clock tree",
    "input and output", "leakage",
  ].map {
    Coverage(
      part: $0, unknown: "the sources price operations and memories one by one, and not this")
  }
}
