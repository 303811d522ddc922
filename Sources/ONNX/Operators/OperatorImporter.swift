/// How the nodes of one ONNX operator are imported.
struct OperatorImporter: Sendable {
  /// The operator's name.
  let name: String
  /// What it becomes: the kind of an operation of `Network`, or none if it only names or prepares
  /// values.
  let kinds: [String]
  /// How many inputs it has.
  let inputs: ClosedRange<Int>
  /// The attributes that are understood; any other is refused.
  let attributes: Set<String>
  let run: @Sendable (inout Importer, Call) throws(ONNXError) -> Importer.Value

  init(
    _ name: String, becomes kinds: String..., inputs: ClosedRange<Int>,
    attributes: Set<String> = [],
    run: @escaping @Sendable (inout Importer, Call) throws(ONNXError) -> Importer.Value
  ) {
    self.name = name
    self.kinds = kinds
    self.inputs = inputs
    self.attributes = attributes
    self.run = run
  }

  /// All of them, in the order of lists. To add one: write its importer in a file of this folder and
  /// name it here.
  static let all: [OperatorImporter] =
    matrices + arithmetic + functions + normalizations + namings + shapeArithmetic

  /// The one of a name.
  static func named(_ name: String) -> OperatorImporter? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension ONNXFile {
  /// An ONNX operator that can be read.
  public struct Operator: Hashable, Sendable {
    /// Its name, `Gemm` for one.
    public let name: String
    /// The kinds of operations that it becomes or is folded into, `dense` for one; empty if it only
    /// renames values or works out shapes.
    public let kinds: [String]
  }

  /// All ONNX operators that can be read.
  public static var operators: [Operator] {
    OperatorImporter.all.map { Operator(name: $0.name, kinds: $0.kinds) }
  }
}
