internal import Networks

/// Turns a draft into a network: constants go into dense operations, sums of sums become one.
///
/// An affine function beside a matrix is exact to fold: A (W x + b) + c = (A W) x + (A b + c), and
/// W (A x + c) + b = (W A) x + (W c + b). It is done in double precision and rounded once.
struct Folding {
  private var steps: [Draft.Step]
  private let flattenName: String?
  private let inputShape: [Int]
  private var output: Int
  private var weights: WeightBuilder

  /// - Parameter bytes: the size of all files of the model, which bounds what is done for it.
  init(
    _ draft: Draft, output: Int, inputShape: [Int], _ reader: TensorReader, bytes: Int
  ) {
    steps = draft.steps
    flattenName = draft.flattenName
    self.inputShape = inputShape
    self.output = output
    weights = WeightBuilder(reader, bytes: bytes)
  }

  /// The network.
  mutating func network(named name: String) throws(ONNXError) -> Network {
    try foldIntoDenseBefore()
    mergeSums()
    return try build(name)
  }

  /// Which steps the output depends on, when those in front of dense ones are folded into them.
  private func liveness(skippingScalings: Bool) -> [Bool] {
    var live = [Bool](repeating: false, count: steps.count)
    live[output] = true
    for index in steps.indices.reversed() where live[index] {
      for parent in steps[index].parents {
        live[skippingScalings ? source(of: parent, for: index) : parent] = true
      }
    }
    return live
  }

  /// What a step reads once the scalings in front of a dense one are part of it.
  private func source(of parent: Int, for reader: Int) -> Int {
    guard case .dense = steps[reader].operation else { return parent }
    var parent = parent
    while case .scaling = steps[parent].operation { parent = steps[parent].parents[0] }
    return parent
  }

  /// Folds scalings into the dense steps whose only readers they are, and drops those that do
  /// nothing.
  private mutating func foldIntoDenseBefore() throws(ONNXError) {
    let live = liveness(skippingScalings: false)
    var readers = [Int](repeating: 0, count: steps.count)
    for index in steps.indices where live[index] {
      for parent in steps[index].parents { readers[parent] += 1 }
    }
    var standIn = Array(steps.indices)
    for index in steps.indices where live[index] {
      steps[index].parents = steps[index].parents.map { standIn[$0] }
      guard case .scaling(let scaling) = steps[index].operation else { continue }
      let parent = steps[index].parents[0]
      if try weights.isIdentity(scaling) {
        standIn[index] = parent
        readers[parent] += readers[index] - 1
      } else if case .dense(var dense) = steps[parent].operation, readers[parent] == 1 {
        steps[parent].operation = .add  // so that the list below is not copied
        dense.after.append(scaling)
        steps[parent].operation = .dense(dense)
        standIn[index] = parent
        readers[parent] = readers[index]
      }
    }
    output = standIn[output]
  }

  /// The most summands that sums are merged to; a table shows them side by side.
  static let mostSummands = 256

  /// Makes one sum of sums that only another sum reads, so that long chains are not deep.
  private mutating func mergeSums() {
    let live = liveness(skippingScalings: false)
    var readers = [Int](repeating: 0, count: steps.count)
    for index in steps.indices where live[index] {
      for parent in steps[index].parents { readers[parent] += 1 }
    }
    for index in steps.indices where live[index] {
      guard case .add = steps[index].operation else { continue }
      var merged: [Int] = []
      for parent in steps[index].parents {
        if case .add = steps[parent].operation, readers[parent] == 1,
          merged.count + steps[parent].parents.count < Self.mostSummands
        {
          let inner = steps[parent].parents
          steps[parent].parents = []
          if merged.isEmpty { merged = inner } else { merged += inner }
        } else {
          merged.append(parent)
        }
      }
      steps[index].parents = merged
    }
  }

  // MARK: The network

  private mutating func build(_ name: String) throws(ONNXError) -> Network {
    let live = liveness(skippingScalings: true)
    for index in steps.indices where live[index] {
      if case .dense(let dense) = steps[index].operation { weights.willBuild(dense) }
    }
    func sound<Value>(_ body: () throws(NetworkError) -> Value) throws(ONNXError) -> Value {
      do throws(NetworkError) {
        return try body()
      } catch {
        throw .unsupported(error.description)
      }
    }
    let shape = try sound { () throws(NetworkError) in
      try Shape(inputShape.isEmpty ? [1] : inputShape)
    }
    var builder = Network.Builder(input: shape)
    var names = steps.map(\.name)
    if inputShape.count > 1 {
      names[0] = flattenName ?? "flatten"
      let used = Set(steps.map(\.name))
      while used.contains(names[0]) { names[0] += "." }
      let input = Network.Builder.input
      let flat = names[0]
      try sound { () throws(NetworkError) in
        try builder.add(.reshape(Shape(vector: shape.count)), named: flat, reading: [input])
      }
    }
    for index in steps.indices.dropFirst() where live[index] {
      let step = steps[index]
      let operation: Operation
      switch step.operation {
      case .input: continue
      case .activation(let function): operation = .activation(function)
      case .add: operation = .add
      case .softmax: operation = .softmax
      case .dense(let dense):
        operation = .dense(try weights.dense(dense, after: before(index), of: step.title))
      case .scaling:
        throw .unsupported(
          "\(step.title) scales or shifts by a constant, and stands beside no dense operation that "
            + "could take it in")
      }
      let parents = step.parents.map { names[source(of: $0, for: index)] }
      try sound { () throws(NetworkError) in
        try builder.add(operation, named: step.name, reading: parents)
      }
    }
    let last = names[output]
    return try sound { () throws(NetworkError) in
      try builder.network(named: name, output: last)
    }
  }

  /// The scalings in front of a dense step, in the order in which they act.
  private func before(_ index: Int) -> [Scaling] {
    var chain: [Scaling] = []
    var parent = steps[index].parents[0]
    while case .scaling(let scaling) = steps[parent].operation {
      chain.append(scaling)
      parent = steps[parent].parents[0]
    }
    return chain.reversed()
  }
}
