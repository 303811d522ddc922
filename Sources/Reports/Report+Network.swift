public import Harness
internal import Quantities

extension Report {
  /// The most operations, and the most layers, that a table lists.
  private static let longestList = 400

  /// A network for a terminal: totals by sort, operations, shapes, parameters, layers of neurons, and what
  /// its stiffness would be on a capacitor.
  ///
  /// Long names and lists are cut; the document holds them whole.
  public static func table(_ network: NetworkSummary, style: TableStyle = .plain) -> String {
    var page = Page(style)
    page.heading(Page.short(network.name, limit: 80))
    page.line()
    page.paragraph(
      sizes(of: network) + "; the longest chain has \(Numerals.count(network.depth, "layer"))")
    if let embedding = network.embedding {
      page.paragraph(
        "Samples hold whole numbers from 0 to \(Numerals.count(embedding.count - 1)), each looked up in a "
          + "table of vectors of \(Numerals.count(embedding.width)): by whoever feeds the network, so its "
          + "memory is in no energy.")
    }
    page.line()
    let sorts = sorts(of: network)
    var grid = Grid([.leading] + [Grid.Alignment](repeating: .trailing, count: 4))
    grid.row(["sort", "operations", "parameters", "MACs", "neurons"])
    grid.rule()
    for sort in sorts {
      grid.row([
        sort.kind, Numerals.count(sort.operations), Numerals.count(sort.parameters),
        Numerals.count(sort.macs), Numerals.count(sort.neurons),
      ])
    }
    grid.write(to: &page)
    page.line()

    // Names of deep networks are long and alike: there rows have numbers, and what is read is told by them.
    let isDeep = network.operations.count > LongLists.mostOperations
    let neurons = Dictionary(network.layers.map { ($0.name, $0.neurons) }) { $0 + $1 }
    grid = Grid([.leading, .leading, .trailing, .trailing, .trailing, .trailing])
    grid.row(
      ["operation", "kind", "shape", "parameters", "MACs", "neurons"], remark: "reads")
    grid.rule()
    let operations = Names(network.operations.map(\.name), numbered: isDeep)
    list(network.operations, "operations", in: &grid) { index, operation in
      (
        [
          operations.title(index), operation.kind,
          operation.shape.map(String.init).joined(separator: "×"),
          Numerals.count(operation.parameters), Numerals.count(operation.macs),
          Numerals.count(neurons[operation.name] ?? 0),
        ], operations.list(operation.reads)
      )
    }
    grid.write(to: &page)
    page.line()
    grid = Grid([.leading, .trailing])
    grid.row(["layer", "neurons"], remark: "computed by; reads")
    grid.rule()
    let layers = Names(network.layers.map(\.name), numbered: isDeep)
    list(network.layers, "layers", in: &grid) { index, layer in
      (
        [layers.title(index), Numerals.count(layer.neurons)],
        "\(operations.list(layer.operations)); reads \(layers.list(layer.reads))"
      )
    }
    grid.write(to: &page)
    page.line()
    if isDeep {
      page.paragraph(
        "What is computed and read is told by the numbers before the names: of operations from 0, the input, "
          + "and of layers.")
    }
    page.paragraph(
      "A neuron is a value that hardware has to hold: what comes out of a nonlinearity, or a linear value "
        + "that a further matrix, or nothing, reads.")
    page.paragraph(anchor)
    return page.text
  }

  /// One row each, or of very many the first and the last.
  private static func list<Item>(
    _ items: [Item], _ noun: String, in grid: inout Grid,
    row: (Int, Item) -> (cells: [String], remark: String)
  ) {
    let tail = items.count > longestList ? longestList / 4 : 0
    for (index, item) in items.enumerated() {
      if tail > 0, (longestList - tail..<items.count - tail).contains(index) {
        if index == longestList - tail {
          grid.row(
            ["..."],
            remark: "\(Numerals.count(items.count - longestList)) \(noun) are not shown; "
              + "--format json holds all")
        }
        continue
      }
      let (cells, remark) = row(index, item)
      grid.row(cells, remark: remark)
    }
  }

  /// How the rows of a list are called in it.
  private struct Names {
    private let names: [String]
    private let numbers: [String: Int]?

    init(_ names: [String], numbered: Bool) {
      self.names = names
      numbers =
        numbered
        ? Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first } : nil
    }

    /// What stands at the head of a row.
    func title(_ index: Int) -> String {
      (numbers == nil ? "" : "\(index)".aligned(to: "\(names.count)".count) + "  ")
        + short(names[index])
    }

    /// Names in a line; of many the first.
    func list(_ names: [String]) -> String {
      let most = names.count > 4 ? 3 : 4
      let shown = names.prefix(most).map { name in
        numbers?[name].map(String.init) ?? short(name)
      }
      return shown.joined(separator: ", ")
        + (names.count > most ? " and \(Numerals.count(names.count - most)) more" : "")
    }

    /// A name that leaves room for figures: its beginning and, where exporters put what tells it apart,
    /// its end.
    private func short(_ name: String) -> String {
      let name = Page.visible(name)
      return name.count <= 44 ? name : "\(name.prefix(14))...\(name.suffix(27))"
    }
  }

  /// The operations of one sort together.
  private struct Sort: Encodable {
    let kind: String
    var operations = 0
    var parameters = 0
    var macs = 0
    var neurons = 0
  }

  /// Totals by sort, the most work first.
  private static func sorts(of network: NetworkSummary) -> [Sort] {
    let neurons = Dictionary(network.layers.map { ($0.name, $0.neurons) }) { $0 + $1 }
    var sorts: [Sort] = []
    var places: [String: Int] = [:]
    for operation in network.operations {
      let place = places[operation.kind] ?? sorts.count
      if place == sorts.count {
        places[operation.kind] = place
        sorts.append(Sort(kind: operation.kind))
      }
      sorts[place].operations += 1
      sorts[place].parameters += operation.parameters
      sorts[place].macs += operation.macs
      sorts[place].neurons += neurons[operation.name] ?? 0
    }
    // Of equal work the first in the network stays first.
    return sorts.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      return a.macs != b.macs ? a.macs > b.macs : left.offset < right.offset
    }.map(\.element)
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
    document(NetworkDocument(network: network, sorts: sorts(of: network)))
  }

  private struct NetworkDocument: Encodable {
    var schema = "substrata.network-summary/1"
    var network: NetworkSummary
    var sorts: [Sort]
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
