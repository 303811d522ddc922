internal import AnalogNeurons
internal import Foundation
internal import Networks
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

/// The work of setting and resetting neurons, exact for the ensemble mean.
///
/// Set by a linear ramp of d from 0 over τ, from equilibrium: κ d² r(τ/τ0) with r of
/// `HarmonicTrap.rampWork`, (1/2) κ d² if abrupt. Reset at once from rest at d: (1/2) κ d². At
/// duration 0 that is κ d² a neuron and inference, a capacitor's C V².
///
/// If the hold is given and too short, neurons carry over: with m0 the mean at the start of a set,
/// m1 = d(1 - lag e^{-s}) + m0 e^{-(τ+s)} after ramp and hold s, and m0' = m1 e^{-s} after reset
/// and hold; the set's work is less by κ d m0 lag, the reset's is κ(m1 d - d²/2), which can be
/// negative. All times in τ0. Fluctuations change none of it: the thermal spread is the same at
/// every step.
struct Switching {
  let duration: Double
  let settle: Double
  let isSettled: Bool

  static let source = Source(
    key: "mazonka1999",
    citation: "O. Mazonka and C. Jarzynski, arXiv:cond-mat/9912121 (1999): exact work of a dragged "
      + "harmonic trap",
    evidence: .derived)

  /// What a cycle over the stream comes to; energies in k_B T per inference, by layer.
  struct Cycle {
    var setDrawn: [Double]
    var resetDrawn: [Double]
    var setRecovered: [Double]
    var resetRecovered: [Double]
    var setHeat: [Double]
    var resetHeat: [Double]
    /// The share of the way to its driver that a neuron has gone when it is read.
    var response: Double
    /// What it carries over from the sample before, `[neurons × samples]`, where that matters.
    var carried: [Double]?
  }

  func cycle(
    over stream: SampleStream, engine: LayerEngine<Double>, stiffness: [Double]
  ) -> Cycle {
    let zeros = [Double](repeating: 0, count: engine.layers.count)
    var cycle = Cycle(
      setDrawn: zeros, resetDrawn: zeros, setRecovered: zeros, resetRecovered: zeros,
      setHeat: zeros, resetHeat: zeros, response: 1, carried: nil)
    let ramp = HarmonicTrap.rampWork(duration: duration)
    if isSettled {
      for index in engine.layers.indices {
        let square =
          stiffness[index] * stream.reference.meanSquare(of: engine.layers[index])
          * Double(engine.layers[index].count)
        cycle.setDrawn[index] = ramp * square
        cycle.setHeat[index] = ramp * square
        cycle.resetDrawn[index] = 0.5 * square
        cycle.resetHeat[index] = 0.5 * square
      }
      return cycle
    }

    let lag = HarmonicTrap.rampLag(duration: duration)
    let arrival = 1 - lag * exp(-settle)
    let memory = exp(-(duration + settle))
    let back = exp(-settle)
    let samples = stream.samples.count
    let workspace = LayerWorkspace(engine, lanes: Block<Double>.lanes(for: samples))
    let states = Block<Double>(rows: engine.neuronCount, lanes: workspace.lanes)
    for sample in 0..<samples {
      for (row, value) in stream.samples[sample].enumerated() {
        workspace.inputs[row, sample] = Double(value)
      }
    }
    engine.project(workspace)
    var carried = [Double](repeating: 0, count: engine.neuronCount * samples)
    for (index, layer) in engine.layers.enumerated() where stiffness[index] > 0 {
      // Drivers see what their parents have reached, so layers are passed in order.
      engine.predict(index, from: states, in: workspace)
      let weight = stiffness[index] / Double(samples)
      for row in layer.rows {
        let d = (0..<samples).map { workspace.predictions[row, $0] }
        // One round from rest tells what the cyclic stream returns to: m0 = c + q^N m0.
        var start = 0.0
        for value in d { start = back * (arrival * value + memory * start) }
        let round = exp(-(duration + 2 * settle) * Double(samples))
        start = round < 1 ? start / (1 - round) : 0
        for sample in 0..<samples {
          let end = arrival * d[sample] + memory * start
          let next = back * end
          carried[row * samples + sample] = memory * start
          states[row, sample] = end
          let set = weight * (d[sample] * d[sample] * ramp - d[sample] * start * lag)
          let reset = weight * d[sample] * (end - d[sample] / 2)
          let stretch = 0.5 * weight * (end - d[sample]) * (end - d[sample])
          cycle.setDrawn[index] += max(set, 0)
          cycle.setRecovered[index] += max(-set, 0)
          cycle.resetDrawn[index] += max(reset, 0)
          cycle.resetRecovered[index] += max(-reset, 0)
          cycle.setHeat[index] += set - stretch + 0.5 * weight * start * start
          cycle.resetHeat[index] += reset + stretch - 0.5 * weight * next * next
          start = next
        }
      }
    }
    cycle.response = arrival
    cycle.carried = carried
    return cycle
  }

  func post(
    _ cycle: Cycle, layers: [Network.Layer], at temperature: Kelvin, to ledger: inout Ledger
  ) {
    for (index, layer) in layers.enumerated() {
      for (flow, mechanism, energy) in [
        (Flow.drawn, "set", cycle.setDrawn[index]),
        (.drawn, "reset", cycle.resetDrawn[index]),
        (.recovered, "set", cycle.setRecovered[index]),
        (.recovered, "reset", cycle.resetRecovered[index]),
        (.dissipated, "set", cycle.setHeat[index]),
        (.dissipated, "reset", cycle.resetHeat[index]),
      ] {
        ledger.post(
          flow, layer: layer.name, mechanism: mechanism, kind: .predicted,
          Joules(ThermalEnergy(energy), at: temperature), source: Self.source, boundary: .device)
      }
    }
  }
}
