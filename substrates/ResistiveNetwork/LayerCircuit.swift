internal import AnalogNeurons
internal import Foundation
internal import Networks
internal import Parameters
internal import Quantities
internal import SubstrateCore

/// One layer as a circuit on a given stream: its voltages, its capacitance, and how long it is given.
///
/// Rails carry `volts` × a/A for a neuron a, with A the largest it takes on the stream, and the same with the
/// other sign. A node has conductances of total G: to a rail for each weight, in proportion to |w| A; to the
/// supply of its sign for the bias; and one to ground that fills them up to G. So with M the greatest of
/// Σ |w| A + |b| over the layer's nodes, a node stands at `volts` × z/M, z being the pre-activation, and the
/// amplifier behind it has the gain M/A.
struct LayerCircuit: Sendable {
  let layer: Conductances.Layer
  /// A of what it reads, in the order of its sources.
  let sourceScales: [Double]
  /// A: the full scale of the layer's own rails, in activations; 0 if it is silent over the whole stream.
  let fullScale: Double
  /// M: what one `volts` at a node stands for, in activations.
  let reach: Double
  /// Where the conductance of a window's node leads: below all its lines, in activations.
  let pull: Double
  /// K = C (volts/M)²/(k_B T): the inverse variance of a node's thermal noise, in activations; 0 for what is
  /// no circuit.
  let stiffness: Double
  /// What K makes of the neurons' noise; 0 for a silent layer, which is held at 0.
  let deviation: Double
  /// Whether nothing ever comes through it.
  let isSilent: Bool
  /// e^(-time): the share of the way from the sample before that is left.
  let left: Double
  /// How long it settles, in C/G.
  let time: Double

  /// Where the node of a neuron's pre-activation is going.
  func node(at prediction: Double) -> ClippedNode {
    switch layer.sort {
    case .linear, .digital: ClippedNode(mean: prediction)
    case .rectified: ClippedNode(mean: prediction, lower: 0)
    case .greatest: ClippedNode(mean: -pull, lower: prediction)
    }
  }

  /// Volts at a node for one unit of activation.
  func voltsPerUnit(_ volts: Volts) -> Double { volts.value / reach }

  /// C of every node.
  func capacitance(_ volts: Volts, at temperature: Kelvin) -> Farads {
    let perUnit = voltsPerUnit(volts)
    return Farads(stiffness * thermalQuantum(at: temperature).value / (perUnit * perUnit))
  }

  /// The time it is given.
  func duration(_ volts: Volts, _ conductance: Double, at temperature: Kelvin) -> Seconds {
    Seconds(time * capacitance(volts, at: temperature).value / conductance)
  }
}

extension LayerCircuit {
  /// The share that is left by default: the sample before then adds at most a tenth of the thermal noise's power,
  /// if the two have nothing to do with each other.
  ///
  /// left² <(x - x')²> = left² 2<x²>, noise <x²>/snr. The cap is for an snr below 1, where there is nothing to
  /// settle to.
  static func automaticLeft(snr: Double) -> Double { min(0.5, 1 / (20 * snr).squareRoot()) }

  /// The circuits of all layers on a stream.
  static func all(
    _ conductances: Conductances, on stream: SampleStream, _ settings: Settings
  ) -> [LayerCircuit] {
    let reference = stream.reference
    let inputScale = stream.samples.values.reduce(0) { max($0, abs(Double($1))) }
    let scales = fullScales(conductances, inputs: inputScale, reference)
    let reaches = conductances.reach(inputs: scales.inputs, layers: scales.layers)
    let held = LayerStiffness(settings, on: reference)
    return conductances.layers.enumerated().map { index, layer in
      let lines = layer.sources.map { source in
        switch source {
        case .input: scales.inputs
        case .layer(let other): scales.layers[other]
        }
      }
      // A line that wins may be a constant beyond what neurons reach.
      let widest =
        layer.sort == .greatest
        ? max(lines.max() ?? 0, scales.layers[index])
        : layer.rows.reduce(0) { max($0, reaches[$1]) }
      let reach = widest > 0 ? widest : 1
      // A silent layer has no signal that its capacitance could be chosen for: full scale takes its place.
      let snr = settings.numbers("snr")?[index] ?? settings.number("snr")
      let isSilent = held.layers[index] == 0
      guard layer.sort != .digital else {
        return LayerCircuit(
          layer: layer, sourceScales: lines, fullScale: scales.layers[index], reach: reach, pull: 0,
          stiffness: 0, deviation: 0, isSilent: isSilent, left: 0, time: 0)
      }
      let stiffness =
        isSilent ? settings.number("stiffness") ?? snr! / (reach * reach) : held.layers[index]
      let automatic = automaticLeft(
        snr: snr ?? stiffness * (isSilent ? reach * reach : held.meanSquares[index]))
      // The fall from one end of the scale to the other, with the pull at twice as far below.
      let left = layer.sort == .greatest ? 1 / 3 : settings.number("settling") ?? automatic
      return LayerCircuit(
        layer: layer, sourceScales: lines, fullScale: scales.layers[index], reach: reach,
        pull: 2 * reach,
        stiffness: stiffness, deviation: isSilent ? 0 : 1 / stiffness.squareRoot(),
        isSilent: isSilent, left: left,
        time: -log(left))
    }
  }

  /// Whether a share that was asked for is more than the automatic one of some layer.
  static func isUnsettled(_ circuits: [LayerCircuit], _ meanSquares: [Double]) -> Bool {
    zip(circuits, meanSquares).contains { circuit, square in
      guard [.linear, .rectified].contains(circuit.layer.sort), square > 0 else { return false }
      return circuit.left > automaticLeft(snr: circuit.stiffness * square) * (1 + 1e-9)
    }
  }

  /// The largest magnitude of the inputs and of each layer's neurons; one for all lines that meet in a window,
  /// where they are compared as voltages.
  private static func fullScales(
    _ conductances: Conductances, inputs: Double, _ reference: ReferenceActivations
  ) -> (inputs: Double, layers: [Double]) {
    var inputs = inputs
    var layers = reference.layers.map { layer in
      let first = layer.rows.lowerBound * reference.sampleCount
      let end = layer.rows.upperBound * reference.sampleCount
      return reference.values[first..<end].reduce(0) { max($0, abs($1)) }
    }
    let windows = conductances.layers.filter { $0.sort == .greatest && $0.sources.count > 1 }
    var isChanging = !windows.isEmpty
    while isChanging {
      isChanging = false
      for window in windows {
        let scales = window.sources.map { source in
          switch source {
          case .input: inputs
          case .layer(let index): layers[index]
          }
        }
        let widest = scales.max()!
        guard scales.contains(where: { $0 < widest }) else { continue }
        isChanging = true
        for source in window.sources {
          switch source {
          case .input: inputs = widest
          case .layer(let index): layers[index] = widest
          }
        }
      }
    }
    return (inputs, layers)
  }
}
