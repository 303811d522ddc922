internal import Networks
internal import Parameters
internal import Quantities
internal import SubstrateCore

extension ResistiveNetwork {
  /// What a reader wants to know of the circuit.
  func diagnostics(
    _ program: Program, _ circuits: [LayerCircuit], _ parts: [Dissipation],
    _ reference: ReferenceActivations
  ) -> [Diagnostic] {
    let (settings, temperature) = (program.conditions.settings, program.conditions.temperature)
    let volts = Volts(settings.number("voltage")!)
    let conductance = settings.number("conductance")!
    let layers = program.conductances.layers
    let durations = circuits.map { $0.duration(volts, conductance, at: temperature) }
    /// Of what nodes would dissipate if it were their whole G <v²>: hold = k_B T snr ln(1/left) × neurons × this.
    let fractions = zip(zip(circuits, parts), reference.layers).map { pair, layer in
      let (circuit, part) = pair
      let snr = circuit.stiffness * reference.meanSquare(of: layer)
      return part.hold / (snr * circuit.time * Double(layer.count))
    }
    /// By layer; none for one that is no circuit.
    func each(_ figure: (LayerCircuit) -> Double) -> Diagnostic.Value {
      .numbers(circuits.map { $0.layer.sort == .digital ? .nan : figure($0) })
    }
    return [
      Diagnostic(
        "conductances", "conductances to rails, each position of a kernel with its own",
        .number(Double(layers.reduce(0) { $0 + $1.conductances }))),
      Diagnostic("diodes", "diodes", .number(Double(layers.reduce(0) { $0 + $1.diodes }))),
      Diagnostic(
        "largest_fan_in", "most conductances at one node, by layer",
        .numbers(layers.map { Double($0.mostAtNode) })),
      Diagnostic(
        "capacitance_per_layer_F", "capacitance of a node (F), by layer",
        each { $0.capacitance(volts, at: temperature).value }),
      Diagnostic(
        "node_voltage_per_layer_V", "root mean square voltage of a node (V), by layer",
        .numbers(
          zip(circuits, reference.layers).map { circuit, layer in
            guard circuit.layer.sort != .digital else { return .nan }
            return reference.meanSquare(of: layer).squareRoot() * circuit.voltsPerUnit(volts)
          })),
      Diagnostic(
        "settling_time_per_layer_s", "settling time (s), by layer",
        .numbers(durations.map(\.value))),
      Diagnostic(
        "settling_per_layer", "share of the way from the sample before that is left, by layer",
        each(\.left)),
      Diagnostic(
        "power_per_layer_W", "power of the settled layer while it is read (W), by layer",
        .numbers(
          zip(parts, durations).map {
            (Joules(ThermalEnergy($0.hold), at: temperature) / $1).value
          })),
      Diagnostic(
        "dissipated_fraction_per_layer",
        "power of the settled layer over its nodes' G v², by layer",
        .numbers(fractions)),
      Diagnostic(
        "amplifier_gain_per_layer", "gain that restores the scale, by layer",
        each { $0.fullScale > 0 ? $0.reach / $0.fullScale : .nan }),
      Diagnostic(
        "stiffness_per_layer", "K = C/(k_B T) per squared activation, by layer",
        each(\.stiffness)),
    ]
  }
}
