package import Networks
package import Quantities
package import SubstrateCore

/// The converters between an analog machine and the digital world.
package enum Converters {
  /// The energy of one b-bit sample taken on a capacitor that a fixed supply charges to full scale:
  /// 12·4^b k_B T.
  ///
  /// Thermal noise k_B T/C is made as large as the quantisation noise LSB²/12, which sizes C;
  /// charging it to full scale, 2^b LSB, then costs C V². No amplifier, comparator or logic is
  /// included.
  ///
  /// - Parameter bits: resolution b, positive.
  package static func energyPerSample(bits: Int) -> ThermalEnergy {
    precondition(bits > 0, "a converter has bits")
    var steps = 1.0
    for _ in 0..<bits { steps *= 4 }
    return ThermalEnergy(12 * steps)
  }

  /// Enters the converters of all inputs and outputs, as rows of their own of kind `model`.
  package static func post(
    bits: Int, for network: Network, at temperature: Kelvin, to ledger: inout Ledger
  ) {
    let each = Joules(energyPerSample(bits: bits), at: temperature)
    for (layer, count) in [
      ("inputs", network.inputCount), ("outputs", network.outputCount),
    ] {
      ledger.spend(
        layer: layer, mechanism: "converters", kind: .model, Double(count) * each,
        source: AnalogSources.samplingNoise, boundary: .circuit)
    }
  }
}
