internal import Networks

extension Importer {
  /// Whether numbers can be looked up in a table before they are the network's input: they are the
  /// whole input, and nothing has read them yet.
  func mayLookUp(_ indices: Computed) -> Bool {
    !options.isWhole && !hasLookUp && indices.name == Network.Builder.input
      && builder.shape(of: Network.Builder.input)?.count == indices.count
      && inputReaders == 1 && steps.isEmpty
  }

  /// The vectors that the input's numbers stand for, which become the network's input.
  ///
  /// - Parameter dims: of one row of the table.
  mutating func lookedUp(
    _ indices: Computed, in table: [Float], dims: [Int], _ call: Call
  ) throws(ONNXError) -> Computed {
    let width = dims.reduce(1, *)
    let kept = natural(indices.dims)
    guard let total = elementCount(kept + [width]), total <= Self.mostInputs else {
      throw call.unsupported("makes more than \(Self.mostInputs) inputs")
    }
    try budget.take(table.count, of: .weights, for: call.title)
    let vectors = try sound(call) { () throws(NetworkError) in
      try Embedding(width: width, table: table)
    }
    let shape = try shape(kept + [width], call)
    builder = Network.Builder(input: shape, embedding: vectors)
    embedding = vectors
    return Computed(name: Network.Builder.input, dims: indices.dims + dims)
  }

  /// Whether the input is looked up.
  var hasLookUp: Bool { embedding != nil }
}
