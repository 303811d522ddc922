package import Networks
package import Quantities
package import SubstrateCore
package import Parameters

/// How stiffly the neurons of each layer are held: K = κ/(k_B T) per squared activation unit, so
/// that their thermal variance is 1/K.
///
/// A ReLU network computes the same with one layer scaled up and the next one's weights down, so
/// one K for all layers would compare arbitrary units. Given `snr` instead, one for all layers or one
/// for each, K_l = snr_l/(mean square of the layer's noise-free activations), and no energy depends on such
/// a rescaling.
package struct LayerStiffness: Sendable {
  /// K of each layer; 0 for a layer that is silent over the whole stream, which is left out of the
  /// physics: it stays at 0 without noise or energy.
  package let layers: [Double]
  /// The mean square activation of each layer.
  package let meanSquares: [Double]
  /// What a reader must be told.
  package let warnings: [String]
  private let names: [String]

  /// The stiffness that settings ask for on a stream.
  ///
  /// - Complexity: O(neurons × samples).
  package init(_ settings: Settings, on reference: ReferenceActivations) {
    meanSquares = reference.layers.map { reference.meanSquare(of: $0) }
    names = reference.layers.map(\.name)
    let fixed = settings.number("stiffness")
    let snr =
      settings.numbers("snr")
      ?? Array(repeating: settings.number("snr") ?? 0, count: meanSquares.count)
    layers = zip(meanSquares, snr).map { square, snr in
      square > 0 ? fixed ?? snr / square : 0
    }
    warnings = zip(names, meanSquares).filter { $0.1 == 0 }.map {
      "layer \($0.0) is silent over the whole stream: held at 0 without noise or energy"
    }
  }

  /// Σ_v K_v <x_v²>: twice the energy of all neurons held at 0 while driven to their activations,
  /// in k_B T.
  package func scaledSquare(over layers: [Network.Layer]) -> Double {
    zip(layers, zip(self.layers, meanSquares)).reduce(0) {
      $0 + Double($1.0.count) * $1.1.0 * $1.1.1
    }
  }

  /// K of each layer, and what it means for a capacitor.
  ///
  /// A neuron as a capacitor C on which a unit of activation is V volts has K = C V²/(k_B T).
  package func diagnostics(at temperature: Kelvin) -> [Diagnostic] {
    let quantum = thermalQuantum(at: temperature).value
    return [
      Diagnostic("stiffness_per_layer", "K per squared activation, by layer", .numbers(layers)),
      Diagnostic(
        "volts_per_unit_at_1fF", "volts per unit of activation on 1 fF, by layer",
        .numbers(layers.map { ($0 * quantum / 1e-15).squareRoot() })),
    ]
  }
}
