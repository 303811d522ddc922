/// A network that a pass is changing.
///
/// Operations stay in an order in which each comes after its parents; those that nothing reads any more
/// are left out when the network is put together again.
struct Editor {
  /// One operation.
  struct Item {
    var name: String
    var operation: Operation
    var parents: [Int]
    var shape: Shape
  }

  private let name: String
  private let embedding: Embedding?
  private(set) var items: [Item]
  private var output: Int
  /// New items, by the item that they go before.
  private var inserted: [Int: [Int]] = [:]
  private var names: Set<String>

  init(_ network: Network) {
    name = network.name
    embedding = network.embedding
    output = network.output
    names = Set(network.nodes.map(\.name))
    items = network.nodes.map {
      Item(name: $0.name, operation: $0.operation, parents: $0.parents, shape: $0.shape)
    }
  }

  // MARK: Reading

  /// The item whose numbers an item has: itself, or what it gives another shape.
  func origin(of index: Int) -> Int {
    var index = index
    while items[index].operation.isNaming { index = items[index].parents[0] }
    return index
  }

  /// The items that read an item's numbers, under whatever shape; once for each time.
  func readers() -> [[Int]] {
    var readers = [[Int]](repeating: [], count: items.count)
    for (index, item) in items.enumerated() where !item.operation.isNaming {
      for parent in item.parents { readers[origin(of: parent)].append(index) }
    }
    return readers
  }

  /// How many they are; the output counts as one.
  func readerCounts() -> [Int] {
    var counts = readers().map(\.count)
    counts[origin(of: output)] += 1
    return counts
  }

  // MARK: Changing

  /// Gives an item another operation of the same shape.
  mutating func replace(_ index: Int, by operation: Operation, reading parents: [Int]) {
    items[index].operation = operation
    items[index].parents = parents
  }

  /// Exchanges two items' names.
  mutating func exchangeNames(_ one: Int, _ other: Int) {
    (items[one].name, items[other].name) = (items[other].name, items[one].name)
  }

  /// Lets an item be another's numbers under its own shape.
  mutating func forward(_ index: Int, to other: Int) {
    replace(index, by: .reshape(items[index].shape), reading: [other])
  }

  /// A new item that stands before another one, which may then read it.
  mutating func insert(
    _ operation: Operation, shape: Shape, reading parents: [Int], before index: Int
  ) -> Int {
    var name = items[index].name
    repeat { name += "." } while !names.insert(name).inserted
    items.append(Item(name: name, operation: operation, parents: parents, shape: shape))
    inserted[index, default: []].append(items.count - 1)
    return items.count - 1
  }

  /// An item's numbers under a shape.
  mutating func reshaped(_ index: Int, to shape: Shape, before reader: Int) -> Int {
    items[index].shape == shape
      ? index : insert(.reshape(shape), shape: shape, reading: [index], before: reader)
  }

  // MARK: The network

  /// The network, without what does not reach its output and without names for names.
  ///
  /// - Throws: `NetworkError` if nothing is left that computes anything.
  func network() throws(NetworkError) -> Network {
    var order: [Int] = []
    func place(_ index: Int) {
      for other in inserted[index] ?? [] { place(other) }
      order.append(index)
    }
    let added = Set(inserted.values.joined())
    for index in items.indices where !added.contains(index) { place(index) }

    /// What an item reads, past reshapes that another reshape or nothing makes needless.
    func source(_ index: Int) -> Int {
      guard items[index].operation.isNaming else { return index }
      let parent = origin(of: index)
      return items[parent].shape == items[index].shape ? parent : index
    }
    let end = source(output)
    var isLive = [Bool](repeating: false, count: items.count)
    isLive[0] = true
    isLive[end] = true
    func parents(of index: Int) -> [Int] {
      items[index].operation.isNaming
        ? [origin(of: index)] : items[index].parents.map { source($0) }
    }
    for index in order.reversed() where isLive[index] {
      for parent in parents(of: index) { isLive[parent] = true }
    }
    var builder = Network.Builder(input: items[0].shape, embedding: embedding)
    for index in order.dropFirst() where isLive[index] {
      try builder.add(
        items[index].operation, named: items[index].name,
        reading: parents(of: index).map { items[$0].name })
    }
    return try builder.network(named: name, output: items[end].name)
  }
}
