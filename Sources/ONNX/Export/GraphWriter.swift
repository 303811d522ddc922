internal import Foundation
internal import Networks

/// An ONNX graph that is put together node by node. Values have the names of the network's operations.
struct GraphWriter {
  /// An attribute of a node.
  enum Attribute {
    case integer(Int)
    case float(Float)
    case text(String)
    case integers([Int])
  }

  private var nodes: [Data] = []
  private var initializers: [Data] = []
  private var names: Set<String>

  init(_ network: Network) { names = Set(network.nodes.map(\.name)) }

  /// Adds an operator.
  mutating func node(
    _ sort: String, _ inputs: [String], _ output: String, _ attributes: [(String, Attribute)] = []
  ) {
    var writer = WireWriter()
    for input in inputs { writer.text(1, input) }
    writer.text(2, output)
    writer.text(3, output)
    writer.text(4, sort)
    for (name, attribute) in attributes {
      writer.message(5) { writer in
        writer.text(1, name)
        switch attribute {
        case .float(let value):
          writer.float(2, value)
          writer.number(20, 1)
        case .integer(let value):
          writer.number(3, value)
          writer.number(20, 2)
        case .text(let value):
          writer.text(4, value)
          writer.number(20, 3)
        case .integers(let values):
          for value in values { writer.number(8, value) }
          writer.number(20, 7)
        }
      }
    }
    nodes.append(writer.data)
  }

  /// Adds a constant of single precision, and gives its name.
  mutating func constant(_ numbers: [Float], _ shape: [Int], for name: String) -> String {
    add(numbers.map(\.bitPattern.littleEndian), sort: 1, shape, name)
  }

  /// Adds whole numbers, and gives their name.
  mutating func constant(_ numbers: [Int], for name: String) -> String {
    add(
      numbers.map { UInt64(bitPattern: Int64($0)).littleEndian }, sort: 7, [numbers.count], name)
  }

  private mutating func add<Pattern>(
    _ patterns: [Pattern], sort: Int, _ shape: [Int], _ name: String
  ) -> String {
    let name = unused(name)
    var writer = WireWriter()
    for length in shape { writer.number(1, length) }
    writer.number(2, sort)
    writer.text(8, name)
    writer.bytes(9, patterns.withUnsafeBytes { Data($0) })
    initializers.append(writer.data)
    return name
  }

  /// A name that nothing has yet.
  mutating func unused(_ name: String) -> String {
    var (candidate, count) = (name, 1)
    while !names.insert(candidate).inserted {
      count += 1
      candidate = "\(name).\(count)"
    }
    return candidate
  }

  /// The whole model.
  func model(_ network: Network, opset: Int) -> Data {
    var model = WireWriter()
    // The version of the file's form that goes with that opset.
    model.number(1, 9)
    model.text(2, "substrata")
    model.message(7) { graph in
      for node in nodes { graph.bytes(1, node) }
      graph.text(2, network.name)
      for initializer in initializers { graph.bytes(5, initializer) }
      for (field, index) in [(11, 0), (12, network.output)] {
        let node = network.nodes[index]
        graph.message(field) { value in
          value.text(1, node.name)
          value.message(2) { type in
            type.message(1) { tensor in
              tensor.number(1, 1)
              tensor.message(2) { shape in
                shape.message(1) { $0.text(2, "N") }
                for length in node.shape.dimensions { shape.message(1) { $0.number(1, length) } }
              }
            }
          }
        }
      }
    }
    model.message(8) { opsets in
      opsets.text(1, "")
      opsets.number(2, opset)
    }
    return model.data
  }
}
