import Foundation
import Networks
import ONNX
import StochasticThermodynamics

/// An ONNX model to be written; a test says only what it is about.
struct Model {
  /// The length of an axis: a number or a name.
  enum Axis: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case fixed(Int)
    case open(String)

    init(integerLiteral value: Int) { self = .fixed(value) }
    init(stringLiteral value: String) { self = .open(value) }
  }

  struct Info {
    var name: String
    var axes: [Axis]?
    var type = 1

    init(_ name: String, _ axes: [Axis]?, type: Int = 1) {
      self.name = name
      self.axes = axes
      self.type = type
    }

    func write(to writer: inout ProtobufWriter) {
      writer.string(1, name)
      writer.message(2) { [axes, type] in
        $0.message(1) {
          $0.integer(1, type)
          guard let axes else { return }
          $0.message(2) {
            for axis in axes {
              $0.message(1) {
                switch axis {
                case .fixed(let length): $0.integer(1, length)
                case .open(let name): $0.string(2, name)
                }
              }
            }
          }
        }
      }
    }
  }

  struct Tensor {
    var name = ""
    var dims: [Int]
    var type: Int
    /// Writes the numbers, in whatever of the ways there are.
    var numbers: @Sendable (inout ProtobufWriter) -> Void

    /// Single precision, as raw bytes.
    init(_ name: String, _ dims: [Int], _ values: [Float]) {
      let raw = values.flatMap { littleEndian($0.bitPattern) }
      self.init(name, dims, type: 1) { $0.data(9, raw) }
    }

    /// 64-bit whole numbers, as raw bytes.
    init(_ name: String, _ dims: [Int], whole values: [Int]) {
      let raw = values.flatMap { littleEndian(Int64($0)) }
      self.init(name, dims, type: 7) { $0.data(9, raw) }
    }

    init(
      _ name: String, _ dims: [Int], type: Int,
      _ numbers: @escaping @Sendable (inout ProtobufWriter) -> Void
    ) {
      self.name = name
      self.dims = dims
      self.type = type
      self.numbers = numbers
    }

    func write(to writer: inout ProtobufWriter) {
      for length in dims { writer.integer(1, length) }
      writer.integer(2, type)
      writer.string(8, name)
      numbers(&writer)
    }
  }

  enum Attribute {
    case float(Float)
    case integer(Int)
    case integers([Int])
    case floats([Float])
    case string(String)
    case tensor(Tensor)
    case graph
  }

  struct Node {
    var kind: String
    var inputs: [String]
    var outputs: [String]
    var name: String
    var domain: String
    var attributes: KeyValuePairs<String, Attribute>

    init(
      _ kind: String, _ inputs: [String], _ outputs: [String], name: String = "",
      domain: String = "", _ attributes: KeyValuePairs<String, Attribute> = [:]
    ) {
      self.kind = kind
      self.inputs = inputs
      self.outputs = outputs
      self.name = name
      self.domain = domain
      self.attributes = attributes
    }

    func write(to writer: inout ProtobufWriter) {
      for name in inputs { writer.string(1, name) }
      for name in outputs { writer.string(2, name) }
      writer.string(3, name)
      writer.string(4, kind)
      for (name, value) in attributes {
        writer.message(5) {
          $0.string(1, name)
          switch value {
          case .float(let number):
            $0.float(2, number)
            $0.integer(20, 1)
          case .integer(let number):
            $0.integer(3, number)
            $0.integer(20, 2)
          case .string(let text):
            $0.string(4, text)
            $0.integer(20, 3)
          case .tensor(let tensor):
            $0.message(5) { tensor.write(to: &$0) }
            $0.integer(20, 4)
          case .graph:
            $0.message(6) { _ in }
            $0.integer(20, 5)
          case .floats(let numbers):
            for number in numbers { $0.float(7, number) }
            $0.integer(20, 6)
          case .integers(let numbers):
            for number in numbers { $0.integer(8, number) }
            $0.integer(20, 7)
          }
        }
      }
      writer.string(7, domain)
    }
  }

  var opset = 17
  var inputs = [Info("x", ["N", 3])]
  var outputs = [Info("y", nil)]
  var tensors: [Tensor] = []
  var nodes: [Node] = []

  /// The model's file.
  var data: Data {
    var writer = ProtobufWriter()
    writer.integer(1, 8)
    writer.string(2, "test")
    writer.message(7) {
      for node in nodes { $0.message(1) { node.write(to: &$0) } }
      $0.string(2, "graph")
      for tensor in tensors { $0.message(5) { tensor.write(to: &$0) } }
      for input in inputs { $0.message(11) { input.write(to: &$0) } }
      for output in outputs { $0.message(12) { output.write(to: &$0) } }
    }
    writer.message(8) {
      $0.string(1, "")
      $0.integer(2, opset)
    }
    return Data(writer.bytes)
  }

  func network() throws -> Network { try ONNXFile.network(from: data, at: "models/test.onnx") }

  /// What the imported network computes.
  func output(_ input: [Double]) throws -> [Double] {
    try ReferenceEngine(network()).output(for: input)
  }

  /// Why the model is refused, or that it is not.
  var refusal: String {
    do {
      _ = try network()
      return "not refused"
    } catch {
      return "\(error)"
    }
  }
}

/// Random numbers, the same for the same seed.
func randomFloats(_ count: Int, seed: Int) -> [Float] {
  var noise = GaussianStream(seed: 3, purpose: "models", index: seed)
  return (0..<count).map { _ in Float(noise.next()) }
}

/// W x + b in plain loops: W with one row an output.
func affine(_ weight: [Float], _ bias: [Double], _ x: [Double]) -> [Double] {
  bias.indices.map { row in
    x.indices.reduce(bias[row]) { $0 + Double(weight[row * x.count + $1]) * x[$1] }
  }
}

/// The transpose of a matrix in row-major order.
func transposed(_ matrix: [Float], rows: Int) -> [Float] {
  let columns = matrix.count / rows
  return (0..<matrix.count).map { matrix[$0 % rows * columns + $0 / rows] }
}

/// Whether numbers agree to single precision, measured against the largest.
func agree(_ left: [Double], _ right: [Double], to tolerance: Double = 1e-6) -> Bool {
  guard left.count == right.count, !left.isEmpty else { return false }
  let scale = right.map(\.magnitude).max()!
  return zip(left, right).allSatisfy { ($0 - $1).magnitude <= tolerance * max(scale, 1) }
}
