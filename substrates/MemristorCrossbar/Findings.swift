internal import AnalogNeurons
internal import Networks
internal import Quantities
internal import SubstrateCore

/// What a reader must know beside the energies.
struct Findings: Sendable {
  let diagnostics: [Diagnostic]
  let warnings: [String]

  init(
    _ program: MemristorCrossbar.Program, _ reading: Reading, _ ranges: Ranges
  ) {
    let (work, configuration) = (program.work, program.configuration)
    let conversions = work.sum(\.outputConversions)
    let fanIn = configuration.devices.resolvableFanIn(
      voltage: configuration.readVoltage, time: configuration.readTime, at: program.temperature)
    let products = program.plan.operations.reduce(0) {
      $0 + $1.groups * $1.reads * $1.sums * $1.fanIn
    }
    let least = Joules(
      Converters.energyPerSample(bits: configuration.outputBits), at: program.temperature)
    let samples = reading.outputs.count / max(program.plan.network.outputCount, 1)
    func ratio(_ count: Int, of whole: Int) -> Double {
      whole > 0 ? Double(count) / Double(whole) : .nan
    }
    let clipped = ratio(reading.clipped, of: conversions * samples)
    diagnostics = [
      Diagnostic("arrays", "Arrays that hold the network", .number(Double(work.arrays))),
      Diagnostic(
        "device_share", "Share of those arrays' memristors in use",
        .number(ratio(work.devices, of: work.allDevices))),
      Diagnostic(
        "array_reads", "Array reads, per inference", .number(Double(work.sum(\.arrayReads)))),
      Diagnostic("reads_in_turn", "Reads one after another", .number(Double(work.reads))),
      Diagnostic(
        "input_conversions", "Input conversions, per inference",
        .number(Double(work.sum(\.inputConversions)))),
      Diagnostic(
        "output_conversions", "Output conversions, per inference", .number(Double(conversions))),
      Diagnostic("clipped_share", "Share of output conversions that are clipped", .number(clipped)),
      Diagnostic(
        "converter_limit_per_mac_J", "12·4^b k_BT a conversion, per MAC (J)",
        .number(products > 0 ? least.value * Double(conversions) / Double(products) : .nan)),
      Diagnostic(
        "resolvable_fan_in", "Fan-in whose errors are one full weight", .number(fanIn)),
      Diagnostic("digital_bits", "Bits of numbers in the digital part", .number(Double(work.word))),
    ]
    var warnings: [String] = []
    if let widest = program.plan.operations.max(by: { $0.fanIn < $1.fanIn }),
      Double(widest.fanIn) > fanIn
    {
      warnings.append(
        "'\(program.plan.network.nodes[widest.node].name)' adds up \(widest.fanIn) weights, and "
          + "the window resolves "
          + "\(Int(fanIn.rounded(.down))): the errors of more devices than that are larger than "
          + "the largest weight")
    }
    if clipped > 0.01 {
      warnings.append(
        "\((1000 * clipped).rounded() / 10) % of the output conversions are clipped: full-scale "
          + "is too small for "
          + "sums and noise")
    }
    if case .chip(let chip) = configuration.prices {
      warnings.append(
        "prices=\(chip.name) are of a chip whose own reads have 3 to 4 effective bits; outputs "
          + "are those of the "
          + "settings, not that chip's")
      if work.arrays > Prices.cores {
        warnings.append(
          "the network needs \(work.arrays) cores, the chip has \(Prices.cores): several chips, "
            + "without the links "
            + "between them")
      }
    }
    if !ranges.isFinite {
      warnings.append("the network overflows on this stream; nothing that was read means anything")
    }
    self.warnings = warnings
  }
}
