internal import AnalogNeurons
internal import DigitalPrices
internal import Foundation
internal import Quantities
internal import SubstrateCore

/// Energies of an inference, from what was counted and measured in a run.
struct Expenses: Sendable {
  let work: Work
  let configuration: Configuration
  let temperature: Kelvin

  /// Enters every layer's energies.
  ///
  /// - Parameter heat: of each layer's devices: the mean over samples and machines, and its standard error over
  ///   machines, if there are several.
  func ledger(heat: [(mean: Joules, error: Joules?)]) -> Ledger {
    var ledger = Ledger()
    for (layer, heat) in zip(work.layers, heat) {
      switch configuration.prices {
      case .chip(let chip):
        if layer.arrayReads > 0 {
          ledger.spend(
            layer: layer.name, mechanism: "core reads", kind: .model,
            Double(layer.arrayReads) * chip.read, source: Sources.hermes, boundary: .core)
        }
      case .parametric(_, let isGiven, let input):
        if layer.arrayReads > 0 {
          for flow in [Flow.drawn, .dissipated] {
            ledger.post(
              flow, layer: layer.name, mechanism: "array", kind: .model, heat.mean,
              standardError: heat.error, source: Sources.jouleHeat, boundary: .core)
          }
        }
        spendOutputConversions(of: layer, isGiven: isGiven, to: &ledger)
        if let input, layer.inputConversions > 0 {
          ledger.spend(
            layer: layer.name, mechanism: "input converters", kind: .model,
            Double(layer.inputConversions) * input, source: .assumed, boundary: .core)
        }
      }
      spendDigital(of: layer, to: &ledger)
    }
    return ledger
  }

  private func spendOutputConversions(
    of layer: Work.Layer, isGiven: Bool, to ledger: inout Ledger
  ) {
    guard layer.outputConversions > 0,
      let (energy, range) = configuration.prices.outputConversion(
        bits: configuration.outputBits, at: temperature)
    else { return }
    let count = Double(layer.outputConversions)
    let least = Joules(Converters.energyPerSample(bits: configuration.outputBits), at: temperature)
    let source =
      energy <= least
      ? AnalogSources.samplingNoise : isGiven ? Source.assumed : Sources.converterStep
    ledger.spend(
      layer: layer.name, mechanism: "output converters", kind: .model, count * energy,
      range: range.map { count * $0.lowerBound...count * $0.upperBound }, source: source,
      boundary: .core)
  }

  private func spendDigital(of layer: Work.Layer, to ledger: inout Ledger) {
    let technology = configuration.technology
    for (mechanism, count, constant) in [
      ("accumulate", layer.additions, technology.addition(bits: work.word)),
      ("rescale", layer.multiplications, technology.multiplication(bits: work.word)),
      ("compare", layer.comparisons, technology.addition(bits: work.word)),
    ] where count > 0 {
      ledger.spend(
        layer: layer.name, mechanism: mechanism, kind: .model, Double(count) * constant.value,
        source: constant.source, boundary: .core)
    }
    guard layer.moved > 0 else { return }
    let memory = memory
    ledger.spend(
      layer: layer.name, mechanism: "activation memory", kind: .model,
      Double(layer.moved * storedBits) / 64 * memory.energy.value, source: memory.energy.source,
      boundary: .core)
  }

  /// Bits of a number in memory: an input converter's, and a sign.
  private var storedBits: Int { configuration.inputBits + 1 }

  /// The smallest memory that holds what any layer moves, or the largest there is.
  var memory: Technology.Memory {
    let bits = Double((work.layers.map(\.moved).max() ?? 0) * storedBits)
    return configuration.technology.sram.first { $0.capacity!.value >= bits }
      ?? configuration.technology.sram.last!
  }

  /// The least that the output converters' samples take: a counting rule, since a converter that shares a charge,
  /// or samples none, is not bound by it.
  var limits: [Limit] {
    let bits = configuration.outputBits
    return [
      Limit(
        "converters", kind: .convention,
        Double(work.sum(\.outputConversions)) * Converters.energyPerSample(bits: bits),
        note: "12·4^b k_BT for each sample of the output converters, b = \(bits)",
        source: AnalogSources.samplingNoise)
    ]
  }

  /// Parts of the machine for which there is no figure.
  var unknownParts: [Coverage] {
    let digital = [
      Coverage(
        part: "control and clock", unknown: "the digital part is priced operation by operation")
    ]
    switch configuration.prices {
    case .parametric(_, _, let input):
      let converters = Coverage(
        part: "input converters and row drivers",
        unknown: "no figure that holds for any array; give one with dac-energy")
      return (input == nil ? [converters] : []) + [
        Coverage(
          part: "column amplifiers and references",
          unknown: "no figure apart from a whole chip's"),
        Coverage(part: "leakage", unknown: "no figure for an array of no stated process"),
      ] + digital
    case .chip:
      return [
        Coverage(part: "links between cores", unknown: "outside the chip's figure for a read")
      ] + digital
    }
  }
}
