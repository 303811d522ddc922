/// How the nodes of one ONNX operator are imported.
struct OperatorImporter: Sendable {
  /// Imports a node: its outputs, as many as are supported.
  typealias Body =
    @Sendable (inout Importer, Call) throws(ONNXError) -> [Importer.Value]

  /// The operator's name.
  let name: String
  /// What it becomes: names of operations of `Network`, or none if it only names or prepares values.
  let kinds: [String]
  /// How many inputs it has.
  let inputs: ClosedRange<Int>
  /// The attributes that are understood; any other is refused.
  let attributes: Set<String>
  let run: Body

  init(
    _ name: String, becomes kinds: [String] = [], inputs: ClosedRange<Int>,
    attributes: Set<String> = [], outputs run: @escaping Body
  ) {
    self.name = name
    self.kinds = kinds
    self.inputs = inputs
    self.attributes = attributes
    self.run = run
  }

  /// An operator with one output.
  init(
    _ name: String, becomes kinds: [String] = [], inputs: ClosedRange<Int>,
    attributes: Set<String> = [],
    run: @escaping @Sendable (inout Importer, Call) throws(ONNXError) -> Importer.Value
  ) {
    self.init(name, becomes: kinds, inputs: inputs, attributes: attributes) {
      importer, call throws(ONNXError) in [try run(&importer, call)]
    }
  }

  /// All of them, in the order of lists. To add one: write its importer in a file of this folder and
  /// name it here.
  static let all: [OperatorImporter] =
    matrices + convolutions + arithmetic + functions + softmaxes + normalizations + pools
    + reductions + namings + arrangements + shapeArithmetic

  /// The one of a name.
  static func named(_ name: String) -> OperatorImporter? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension ONNXFile {
  /// An ONNX operator that can be read.
  package struct Operator: Hashable, Sendable {
    /// Its name, `Gemm` for one.
    package let name: String
    /// The names of the operations that it becomes, `dense` for one; empty if it only renames values or
    /// works out shapes.
    package let kinds: [String]
  }

  /// All ONNX operators that can be read.
  package static var operators: [Operator] {
    OperatorImporter.all.map { Operator(name: $0.name, kinds: $0.kinds) }
  }
}
