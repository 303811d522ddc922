internal import Networks
internal import ONNX
internal import Reports
internal import SubstrateCore

/// Every operation that a network may have: what it computes, which ONNX operators become it, and what it
/// is on each substrate.
enum OperatorTable {
  /// The rows, in the order of `Operation.Kind`.
  static func rows(for substrates: [any Substrate]) -> [Report.OperationRow] {
    var rows = Operation.Kind.allCases.map { kind in
      let (sort, meaning) = explanation(of: kind)
      let functions = kind == .activation ? functions : []
      let names = [kind.rawValue] + variants(of: kind) + functions.map(\.name)
      return Report.OperationRow(
        name: kind.rawValue, sort: sort, meaning: meaning,
        onnx: onnx { !names.isDisjoint(with: $0) }, functions: functions,
        meanings: substrates.map { ($0.card.id, $0.card.meaning(kind)) })
    }
    let known = Set(
      Operation.Kind.allCases.flatMap { [$0.rawValue] + variants(of: $0) }
        + functions.map(\.name))
    rows.append(
      Report.OperationRow(
        name: "-", sort: "import", meaning: "leave the numbers, or work out shapes",
        onnx: onnx { $0.isDisjoint(with: known) }))
    return rows
  }

  static let note =
    "ONNX: opset \(ONNXFile.opsets.lowerBound) to \(ONNXFile.opsets.upperBound); an operator that becomes "
    + "several operations stands at each. Constants are worked out, and scales folded into the matrix or "
    + "kernel beside them where that leaves the network what it is. modelled: its energy is in the ledger. "
    + "free: it costs nothing, for the reason given. gap: it costs something that is not in the ledger. "
    + "refused: networks that have it do not run there."

  private static func onnx(_ belongs: (Set<String>) -> Bool) -> [String] {
    ONNXFile.operators.filter { belongs(Set($0.kinds)) }.map(\.name)
  }

  /// Names that operations of one sort have in files and tables, besides the sort's own.
  private static func variants(of kind: Operation.Kind) -> [String] {
    switch kind {
    case .convolution: ["transposed-convolution"]
    case .meanPool: ["sum-pool"]
    case .input, .dense, .scale, .relu, .activation, .prelu, .add, .multiply, .matrixProduct,
      .softmax, .logSoftmax, .normalize, .maxPool, .rearrange, .reshape:
      []
    }
  }

  private static func explanation(of kind: Operation.Kind) -> (sort: String, meaning: String) {
    switch kind {
    case .input: ("input", "the numbers of a sample")
    case .dense: ("linear", "y = W x + b along the last axis, W one row an output")
    case .convolution:
      (
        "linear",
        "a kernel passed over positions: strides, padding, dilation, groups; or its transpose"
      )
    case .scale: ("linear", "y = a x + b for each component, with constants")
    case .relu: ("elementwise", "y = max(x, 0) for each component")
    case .activation: ("elementwise", "y = f(x) for each component, f any function but relu")
    case .prelu: ("elementwise", "y = x, or below 0 a trained slope times x")
    case .add: ("linear", "the sum of two or more values of one shape")
    case .multiply: ("nonlinear", "the product of two values of one shape, component by component")
    case .matrixProduct: ("nonlinear", "the matrix product of two values, neither of them constant")
    case .softmax: ("nonlinear", "y_i = exp(x_i)/sum_j exp(x_j) along the last axis")
    case .logSoftmax: ("nonlinear", "y_i = x_i - log sum_j exp(x_j) along the last axis")
    case .normalize: ("nonlinear", "y = (x - mean)/sqrt(variance + eps) along the last axis")
    case .maxPool: ("pool", "the greatest in a window")
    case .meanPool: ("pool", "the mean in a window, or the sum: sum-pool")
    case .rearrange:
      (
        "wiring",
        "numbers at other places, repeated or left out, and constants: transpose, slice, concat"
      )
    case .reshape: ("naming", "the same numbers with other axes")
    }
  }

  private static let functions: [Report.Named] = [
    (Activation.leakyReLU(slope: 0), "x, or slope x below 0"),
    (.elu(alpha: 1), "x, or alpha (exp x - 1) below 0"),
    (.selu(alpha: 1, gamma: 1), "gamma x, or gamma alpha (exp x - 1) below 0"),
    (.tanh, "tanh x"), (.sigmoid, "1/(1 + exp(-x))"),
    (.hardSigmoid(alpha: 1, beta: 0), "max(0, min(1, alpha x + beta))"),
    (.hardSwish, "x max(0, min(1, x/6 + 1/2))"), (.silu, "x/(1 + exp(-x))"),
    (.softplus, "log(1 + exp x)"), (.gelu, "x (1 + erf(x/sqrt 2))/2"),
    (.geluTanh, "the usual approximation of it by tanh"),
    (.clip(from: 0, to: 1), "x held between two bounds"), (.erf, "erf x"),
    (.exponential, "exp x"), (.logarithm, "log x"), (.squareRoot, "sqrt x"), (.reciprocal, "1/x"),
    (.absolute, "|x|"),
    (.power(1), "x to a constant power"),
  ].map { function, meaning in
    let name = function.name
    return Report.Named(
      name: name, kind: "elementwise", meaning: "y = \(meaning)",
      onnx: onnx { $0.contains(name) })
  }
}

extension [String] {
  fileprivate func isDisjoint(with other: Set<String>) -> Bool { !contains { other.contains($0) } }
}
