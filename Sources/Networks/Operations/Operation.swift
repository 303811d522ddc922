/// What a node of a network computes from its parents' values.
///
/// A closed list, on purpose: whoever models hardware must say for each operation whether it is
/// modelled, free with a reason, or refused, and the compiler asks again when one is added.
public enum Operation: Hashable, Sendable {
  /// The network's input. It stands first and has no parents.
  case input
  /// y = W x + b.
  case dense(Dense)
  /// y = f(x) for every component by itself.
  case activation(Activation)
  /// The sum of two or more values of one shape.
  case add
  /// The same numbers as one vector: a matter of naming, nothing moves.
  case flatten
  /// y_i = exp(x_i)/Σ_j exp(x_j) over all components.
  case softmax

  /// The operation's name in files and tables.
  public var kind: String {
    switch self {
    case .input: "input"
    case .dense: "dense"
    case .activation(let function): function.name
    case .add: "add"
    case .flatten: "flatten"
    case .softmax: "softmax"
    }
  }

  /// Multiply–accumulates of one sample.
  public var multiplyAccumulates: Int {
    switch self {
    case .dense(let dense): dense.inputs * dense.outputs
    case .input, .activation, .add, .flatten, .softmax: 0
    }
  }

  /// Trained numbers it holds.
  public var parameterCount: Int {
    switch self {
    case .dense(let dense): dense.weight.count + dense.bias.count
    case .input, .activation, .add, .flatten, .softmax: 0
    }
  }

  /// Whether the value is a linear (affine) function of the parents'.
  public var isLinear: Bool {
    switch self {
    case .input, .dense, .add, .flatten: true
    case .activation, .softmax: false
    }
  }

  /// The shape of the value, given the parents' shapes.
  ///
  /// - Throws: `NetworkError` if the parents do not fit; the caller adds the node's name.
  func shape(of parents: [Shape]) throws(NetworkError) -> Shape {
    let wanted =
      switch self {
      case .input: 0...0
      case .add: 2...Int.max
      case .dense, .activation, .flatten, .softmax: 1...1
      }
    guard wanted.contains(parents.count) else {
      throw NetworkError(
        "takes \(wanted.lowerBound)\(wanted.count == 1 ? "" : " or more") value(s), is given "
          + "\(parents.count)")
    }
    switch self {
    case .input:
      throw NetworkError("is a second input; a network has one")
    case .dense(let dense):
      guard parents[0].dimensions == [dense.inputs] else {
        throw NetworkError("takes a vector of \(dense.inputs), is given \(parents[0])")
      }
      return Shape(vector: dense.outputs)
    case .activation:
      return parents[0]
    case .add:
      guard let odd = parents.first(where: { $0 != parents[0] }) else { return parents[0] }
      throw NetworkError("adds values of different shapes, \(parents[0]) and \(odd)")
    case .flatten, .softmax:
      return Shape(vector: parents[0].count)
    }
  }
}
