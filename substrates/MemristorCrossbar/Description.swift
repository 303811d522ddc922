internal import AnalogNeurons
internal import DigitalPrices
internal import Parameters
internal import Quantities
internal import SubstrateCore

extension MemristorCrossbar {
  static let description = Card(
    id: "memristor-crossbar", title: "Memristor crossbar",
    principle: "pairs of memristors multiply, wires add; reads, converters and memory cost",
    boundary: .core,
    parameters: devices + circuit + [
      Parameter(
        "repeats", .integer(1...1000), default: .number(8),
        meaning: "machines that are programmed, each with devices of its own; accuracy and energy "
          + "are their means"),
      Parameter(
        "prices",
        .choice(["parametric", Prices.onePhase.name, Prices.fourPhases.name]),
        default: .word("parametric"),
        meaning: "of a read: device equations and converters, or a published chip's figure for "
          + "all of it"),
      Parameter(
        "fom", unit: "J", .number(from: 0, to: 1), default: .number(Prices.step.value.value),
        meaning: "an output converter's energy for each of its 2^b steps, never less than 12·4^b "
          + "k_B T for all",
        source: Sources.converterStep),
      Parameter(
        "dac-energy", unit: "J", .automatic("unknown", or: .number(from: 0, to: 1)),
        default: .word("unknown"), meaning: "of an input converter's conversion, with its driver"),
      Parameter(
        "technology", .choice(Technology.all.map(\.name)), default: .word("45nm"),
        meaning: "the process whose energies the digital part has"),
    ],
    sources: [
      Sources.jouleHeat, Sources.converterStep, AnalogSources.samplingNoise, Sources.hermes,
      Sources.devices, Sources.nyquist, Sources.merkel2024, Source.assumed,
    ] + Technology.all.flatMap { [$0.source, $0.scaledSource] },
    claims: Claims(
      temperatureExponent: 0,
      ideal: [
        "adc-bits": "20", "dac-bits": "20", "programming-error": "0", "read-noise": "0",
        "read-time": "1", "repeats": "1",
      ], idealError: 1e-4),
    meaning: meaning(of:))

  /// What memristors are like.
  private static let devices = [
    Parameter(
      "conductance-min", unit: "S", .number(from: 0, to: 1), default: .number(1e-6),
      meaning: "the least conductance, of a weight's idle memristor; below conductance-max",
      source: Sources.devices),
    Parameter(
      "conductance-max", unit: "S", .number(from: 1e-12, to: 1), default: .number(1e-4),
      meaning: "the greatest conductance, that of an operation's largest weight",
      source: Sources.devices),
    Parameter(
      "programming-error", .number(from: 0, to: 1), default: .number(0.01),
      meaning: "standard deviation of a programmed conductance, as a share of the window",
      source: Sources.devices),
    Parameter(
      "read-noise", .number(from: 0, to: 1), default: .number(0.005),
      meaning: "standard deviation of a conductance from read to read, as a share of the window",
      source: Source.assumed),
    Parameter(
      "drift-time", unit: "s", .number(from: 1, to: 1e12), default: .number(1),
      meaning: "from programming to the read; conductances fall as (t/1 s)^-exponent, and nothing "
        + "is done about it",
      source: Source.assumed),
    Parameter(
      "drift-exponent", .number(from: 0, to: 1), default: .number(0.05),
      meaning: "of the drift, for drift-time above 1", source: Sources.devices),
    Parameter(
      "stuck", .number(from: 0, to: 1), default: .number(0),
      meaning: "share of memristors that cannot be programmed, half of them at either end of the "
        + "window"),
  ]

  /// What drives and reads them.
  private static let circuit = [
    Parameter(
      "array", .integer(2...(1 << 20)), default: .number(256),
      meaning: "rows of an array, and its columns; two columns for each output (with a chip's "
        + "prices a column holds "
        + "signed weights)"),
    Parameter(
      "read-voltage", unit: "V", .number(from: 1e-9, to: 1e3), default: .number(0.2),
      meaning: "of a row at full scale, of either polarity", source: Sources.devices),
    Parameter(
      "read-time", unit: "s", .automatic("auto", or: .number(from: 1e-15, to: 1e6)),
      default: .word("auto"),
      meaning: "of a read; auto is 100 ns, or with a chip's prices the chip's own, which "
        + "cannot be changed", source: Sources.devices),
    Parameter(
      "dac-bits", .integer(1...20), default: .number(8),
      meaning: "resolution of a row's voltage, beside its sign"),
    Parameter(
      "adc-bits", .integer(2...20), default: .number(8),
      meaning: "resolution of a column pair's current, with its sign", isPrecision: true),
    Parameter(
      "full-scale", .number(from: 1e-3, to: 1e3), default: .number(1),
      meaning: "of the output converters, over the largest sum that an operation's arrays have on "
        + "the stream "
        + "without errors; what lies beyond is clipped"),
  ]
}
