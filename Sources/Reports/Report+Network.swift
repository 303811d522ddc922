public import Harness
internal import Quantities

extension Report {
  /// A network for a terminal: operations, shapes, parameters, layers of neurons, and what its
  /// stiffness would be on a capacitor.
  public static func table(_ network: NetworkSummary) -> String {
    var page = Page()
    page.line(Page.short(network.name, limit: 80))
    page.line()
    page.paragraph(
      sizes(of: network) + "; the longest chain has \(Numerals.count(network.depth, "layer"))")
    page.line()
    var grid = Grid([.leading, .leading, .leading, .trailing, .trailing, .trailing])
    grid.row(["operation", "kind", "reads", "shape", "parameters", "MACs"])
    grid.rule()
    for operation in network.operations {
      grid.row([
        operation.name, operation.kind, operation.reads.joined(separator: ", "),
        operation.shape.map(String.init).joined(separator: "×"),
        Numerals.count(operation.parameters), Numerals.count(operation.macs),
      ])
    }
    grid.write(to: &page)
    page.line()
    grid = Grid([.leading, .trailing, .leading, .leading])
    grid.row(["layer", "neurons", "computed by", "reads"])
    grid.rule()
    for layer in network.layers {
      grid.row([
        layer.name, Numerals.count(layer.neurons), layer.operations.joined(separator: ", "),
        layer.reads.joined(separator: ", "),
      ])
    }
    grid.write(to: &page)
    page.line()
    page.paragraph(
      "A neuron is a value that hardware has to hold: what comes out of a nonlinearity, or a linear value "
        + "that a further matrix, or nothing, reads.")
    page.paragraph(anchor)
    return page.text
  }

  /// A network's counts in one sentence.
  static func sizes(of network: NetworkSummary) -> String {
    "\(Numerals.count(network.inputs, "input")), \(Numerals.count(network.outputs, "output")), "
      + "\(Numerals.count(network.neurons, "neuron")) in "
      + "\(Numerals.count(network.layers.count, "layer")), "
      + "\(Numerals.count(network.parameters, "parameter")), "
      + "\(Numerals.count(network.macs, "multiply-accumulate")) (MACs)"
  }

  /// A network as a JSON document, `substrata.network-summary/1`.
  public static func json(_ network: NetworkSummary) -> String {
    document(NetworkDocument(network: network))
  }

  private struct NetworkDocument: Encodable {
    var schema = "substrata.network-summary/1"
    var network: NetworkSummary
    var anchor = Anchor()
  }

  /// What a stiffness of so many k_B T per squared unit of activation is on a real capacitor.
  private struct Anchor: Encodable {
    var capacitance = Farads(1e-15)
    var stiffness = 100.0
    var temperature = Kelvin(300)
    // K = C V²/(k_B T), solved for V.
    var unit = Volts((100 * thermalQuantum(at: Kelvin(300)).value / 1e-15).squareRoot())

    enum CodingKeys: String, CodingKey {
      case capacitance = "capacitance_F"
      case stiffness = "stiffness_kT_per_unit_squared"
      case temperature = "temperature_K"
      case unit = "unit_V"
    }
  }

  /// The anchor in words, for tables that speak of stiffness.
  static let anchor: String = {
    let anchor = Anchor()
    return "Stiffness as a capacitor C whose unit of activation is V volts: K = C V^2/(k_BT). "
      + "\(Numerals.engineering(anchor.capacitance.value, "F")) and K = "
      + "\(Numerals.tidy(anchor.stiffness)) mean "
      + "\(Numerals.engineering(anchor.unit.value, "V", digits: 2)) per unit at "
      + "\(Numerals.tidy(anchor.temperature.value)) K."
  }()
}
