internal import AnalogNeurons
internal import Networks
internal import Quantities
internal import SubstrateCore

/// What a layer's conductances and diodes turn into heat in one inference, in k_B T.
///
/// A node at v dissipates Σ g (u - v)² = [Σ g u² - G m²] + G (v - m)² with m its conductance-weighted mean. Over
/// its turn t that is P t, P being the power of the settled state, and what the transient adds. In units of
/// activation C V²/M² = K k_B T and G t = C ln(1/left): conductance and voltage drop out, and temperature is in k_B T
/// alone.
struct Dissipation: Sendable {
  /// P t: the settled state's power over the layer's turn.
  let hold: Double
  /// What nodes take on their way beyond that: (1/2) C (Δv)² where no diode is in the way.
  let charge: Double
  /// Charge through diodes times their drop.
  let diodes: Double

  /// The same for all layers.
  static func all(
    _ conductances: Conductances, _ circuits: [LayerCircuit], _ held: HeldVoltages,
    on samples: Samples, _ volts: Volts, drop: Volts
  ) -> [Dissipation] {
    let biases = conductances.reach(inputs: 0, layers: circuits.map { _ in 0 })
    let inputSquares = meanSquares(of: samples)
    return circuits.enumerated().map { index, circuit in
      let (sums, reach) = (held.transients[index], circuit.reach)
      var supply = 0.0
      if [.linear, .rectified].contains(circuit.layer.sort) {
        supply = circuit.layer.rows.reduce(0) { $0 + biases[$1] }
        for (source, columns) in conductances.columnSums(of: index) {
          let squares =
            switch source {
            case .input: inputSquares
            case .layer(let other): held.squares(of: other, samples: samples.count)
            }
          let scale = circuit.sourceScales[circuit.layer.sources.firstIndex(of: source)!]
          guard scale > 0 else { continue }
          supply += zip(columns, squares).reduce(0) { $0 + $1.0 * ($1.1 / scale) }
        }
        // Less than nothing by rounding, where all rails of a node agree.
        supply = max(reach * supply - sums.meanSquare, 0)
      }
      return Dissipation(
        hold: circuit.time * circuit.stiffness * (supply + sums.heldOff),
        charge: circuit.stiffness * sums.excess,
        diodes: circuit.stiffness * sums.diodeCharge * drop.value / circuit.voltsPerUnit(volts))
    }
  }

  /// The mean square of each number of a sample.
  private static func meanSquares(of samples: Samples) -> [Double] {
    var squares = [Double](repeating: 0, count: samples.width)
    for sample in 0..<samples.count {
      for (place, value) in samples[sample].enumerated() {
        squares[place] += Double(value) * Double(value)
      }
    }
    return squares.map { $0 / Double(samples.count) }
  }

  var isFinite: Bool { hold.isFinite && charge.isFinite && diodes.isFinite }
}
