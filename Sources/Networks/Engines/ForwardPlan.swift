/// Where the values of a forward pass stand in one block of rows, each only as long as somebody reads it.
///
/// A value that is another under a new name, or neighbouring numbers of another, stands where that one
/// stands. A function of each component by itself takes the place of what it reads, if nobody reads that
/// later.
struct ForwardPlan: Hashable, Sendable {
  /// Where each node's value begins, in the network's order.
  let rows: [Int]
  /// Whether a node's value takes the place of its first parent's.
  let isInPlace: [Bool]
  /// Whether a node's value is read off another's place, so that there is nothing to compute.
  let isNaming: [Bool]
  /// Rows of the block.
  let rowCount: Int

  /// A stretch of rows for one value, or for several that share it.
  private struct Home {
    /// The node that writes it first, and the last one that reads it.
    var birth: Int
    var death: Int
    let count: Int
    /// The home that its first value is made from.
    let parent: Int?

    func meets(_ other: Home) -> Bool { birth <= other.death && other.birth <= death }
  }

  /// Plans a network.
  ///
  /// - Complexity: O(n² log n) for n values, at worst.
  init(_ network: Network) {
    let nodes = network.nodes
    var homes: [Home] = []
    var homeOf: [Int] = []
    var offsets: [Int] = []
    var isInPlace = [Bool](repeating: false, count: nodes.count)
    var isNaming = isInPlace
    // The last reader of each home, through whatever names.
    var aliases = Array(nodes.indices)
    for (index, node) in nodes.enumerated() where Self.part(node) != nil {
      aliases[index] = aliases[node.parents[0]]
    }
    var lastReader = [Int](repeating: 0, count: nodes.count)
    for (index, node) in nodes.enumerated() where Self.part(node) == nil {
      for parent in node.parents { lastReader[aliases[parent]] = index }
    }
    lastReader[aliases[network.output]] = nodes.count

    for (index, node) in nodes.enumerated() {
      if let start = Self.part(node) {
        isNaming[index] = true
        homeOf.append(homeOf[node.parents[0]])
        offsets.append(offsets[node.parents[0]] + start)
        continue
      }
      if node.operation.worksInPlace, let home = node.parents.first.map({ homeOf[$0] }),
        homes[home].death == index,
        !node.parents.dropFirst().contains(where: { homeOf[$0] == home })
      {
        isInPlace[index] = true
        homes[home].death = lastReader[index]
        homeOf.append(home)
        offsets.append(offsets[node.parents[0]])
        continue
      }
      homeOf.append(homes.count)
      offsets.append(0)
      homes.append(
        Home(
          birth: index, death: lastReader[index], count: node.shape.count,
          parent: node.parents.first.map { homeOf[$0] }))
    }

    let places = Self.place(homes)
    rows = nodes.indices.map { places[homeOf[$0]] + offsets[$0] }
    rowCount = homes.indices.map { places[$0] + homes[$0].count }.max() ?? 0
    self.isInPlace = isInPlace
    self.isNaming = isNaming
  }

  /// Where in its first parent's value a node's value stands, if it only names neighbouring numbers.
  private static func part(_ node: Network.Node) -> Int? {
    switch node.operation {
    case .reshape: return 0
    case .rearrange(let rearrangement):
      guard node.parents.count == 1, let first = rearrangement.indices.first, first >= 0 else {
        return nil
      }
      let isRun = rearrangement.indices.enumerated().allSatisfy { Int($1) == Int(first) + $0 }
      return isRun ? Int(first) : nil
    default: return nil
    }
  }

  // MARK: Places

  /// Where each home begins, such that no two overlap that live at one time.
  ///
  /// The least number of rows is hard to find in general. Of three ways the best one is taken; that of
  /// two ends needs no more than two neighbours' rows for a chain.
  private static func place(_ homes: [Home]) -> [Int] {
    let least = mostAtOnce(homes)
    var best: [Int] = []
    var height = Int.max
    let ways = [
      { placeFromTwoEnds(homes, height: least) },
      { placeFirstFit(homes, in: Array(homes.indices)) },
      { placeFirstFit(homes, in: homes.indices.sorted { homes[$0].count > homes[$1].count }) },
    ]
    for way in ways where height > least {
      let places = way()
      let top = homes.indices.map { places[$0] + homes[$0].count }.max() ?? 0
      if top < height { (best, height) = (places, top) }
    }
    return best
  }

  /// The rows of all homes alive at once, at most: no plan has fewer.
  private static func mostAtOnce(_ homes: [Home]) -> Int {
    var changes: [Int: Int] = [:]
    for home in homes {
      changes[home.birth, default: 0] += home.count
      changes[home.death + 1, default: 0] -= home.count
    }
    var (now, most) = (0, 0)
    for (_, change) in changes.sorted(by: { $0.key < $1.key }) {
      now += change
      most = max(most, now)
    }
    return most
  }

  /// The gaps between homes that are placed and live at the same time as one, from below; the last one
  /// is open.
  private static func gaps(
    beside home: Home, among placed: [Int], _ homes: [Home], _ places: [Int]
  ) -> [Range<Int>] {
    var gaps: [Range<Int>] = []
    var top = 0
    for other in placed.filter({ homes[$0].meets(home) }).sorted(by: { places[$0] < places[$1] }) {
      if places[other] > top { gaps.append(top..<places[other]) }
      top = max(top, places[other] + homes[other].count)
    }
    return gaps + [top..<Int.max]
  }

  /// One after another, each at the lowest place that is free while it lives.
  private static func placeFirstFit(_ homes: [Home], in order: [Int]) -> [Int] {
    var places = [Int](repeating: 0, count: homes.count)
    var placed: [Int] = []
    for index in order {
      places[index] =
        gaps(beside: homes[index], among: placed, homes, places)
        .first { $0.count >= homes[index].count }!.lowerBound
      placed.append(index)
    }
    return places
  }

  /// In the order of birth, each at the other end of so many rows than what it is made from; where it
  /// does not fit, wherever there is room.
  private static func placeFromTwoEnds(_ homes: [Home], height: Int) -> [Int] {
    var places = [Int](repeating: 0, count: homes.count)
    var isHigh = [Bool](repeating: false, count: homes.count)
    var placed: [Int] = []
    for (index, home) in homes.enumerated() {
      placed.removeAll { homes[$0].death < home.birth }
      isHigh[index] = home.parent.map { !isHigh[$0] } ?? false
      let gaps = gaps(beside: home, among: placed, homes, places)
      let below = gaps.map { $0.clamped(to: 0..<height) }.filter { $0.count >= home.count }
      if let gap = isHigh[index] ? below.last : below.first {
        places[index] = isHigh[index] ? gap.upperBound - home.count : gap.lowerBound
      } else {
        places[index] = gaps.first { $0.count >= home.count }!.lowerBound
      }
      placed.append(index)
    }
    return places
  }
}

extension Operation {
  /// Whether the kernels may write its value over its first parent's.
  fileprivate var worksInPlace: Bool {
    switch self {
    case .scale, .activation, .prelu, .add, .multiply, .softmax, .logSoftmax, .normalize: true
    case .input, .dense, .convolution, .matrixProduct, .pool, .rearrange, .reshape: false
    }
  }
}
