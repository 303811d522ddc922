extension Network {
  /// One rearrangement in place of several in a row; one that moves nothing becomes a name.
  ///
  /// - Complexity: O(operations + entries of rearrangements).
  func composingRearrangements() throws(NetworkError) -> Network {
    var editor = Editor(self)
    for index in editor.items.indices {
      guard case .rearrange(let rearrangement) = editor.items[index].operation else { continue }
      try compose(rearrangement, at: index, in: &editor)
    }
    return try editor.network()
  }

  /// Takes the rearrangements that one reads into it, and leaves it out if nothing moves.
  private func compose(
    _ rearrangement: Rearrangement, at index: Int, in editor: inout Editor
  ) throws(NetworkError) {
    let origins = editor.items[index].parents.map { editor.origin(of: $0) }
    var indices = rearrangement.indices
    var parents = origins
    let readsOthers = origins.contains {
      if case .rearrange = editor.items[$0].operation { true } else { false }
    }
    var constants = rearrangement.constants
    if readsOthers || Set(origins).count < origins.count {
      // Where the numbers of each parent come from: a new parent and a place there, or a constant.
      var starts: [Int: Int] = [:]
      var total = 0
      parents = []
      func start(of parent: Int) -> Int {
        if let start = starts[parent] { return start }
        starts[parent] = total
        parents.append(parent)
        total += editor.items[parent].shape.count
        return total - editor.items[parent].shape.count
      }
      var tables: [[Int32]] = []
      var sources: [Int] = []
      for origin in origins {
        guard case .rearrange(let inner) = editor.items[origin].operation else {
          tables.append([])
          sources.append(start(of: origin))
          continue
        }
        // The inner one's parents are origins already: it stands before this one.
        var places: [Int32] = []
        let own = editor.items[origin].parents.map { editor.origin(of: $0) }
        var map: [(from: Int, to: Int)] = []
        var from = 0
        for parent in own {
          map.append((from, start(of: parent)))
          from += editor.items[parent].shape.count
        }
        guard total <= Int(Int32.max), constants.count + inner.constants.count <= Int(Int32.max)
        else { return }
        let firstConstant = constants.count
        constants += inner.constants
        places.reserveCapacity(inner.indices.count)
        var run = 0
        for place in inner.indices {
          guard place >= 0 else {
            places.append(place - Int32(firstConstant))
            continue
          }
          while Int(place) < map[run].from { run -= 1 }
          while run + 1 < map.count, Int(place) >= map[run + 1].from { run += 1 }
          places.append(Int32(map[run].to + Int(place) - map[run].from))
        }
        tables.append(places)
        sources.append(-1)
      }
      guard total <= Int(Int32.max) else { return }
      var bounds: [Int] = []
      var end = 0
      for origin in origins {
        bounds.append(end)
        end += editor.items[origin].shape.count
      }
      var run = 0
      for place in indices.indices where indices[place] >= 0 {
        let old = Int(indices[place])
        while old < bounds[run] { run -= 1 }
        while run + 1 < bounds.count, old >= bounds[run + 1] { run += 1 }
        let inner = old - bounds[run]
        indices[place] =
          sources[run] >= 0 ? Int32(sources[run] + inner) : tables[run][inner]
      }
      (indices, constants) = withoutIdleConstants(indices, constants)
      parents = withoutIdle(parents, of: &indices, in: editor)
    }
    let shape = rearrangement.shape
    if parents.isEmpty { return }
    let isWhole = parents.count == 1 && editor.items[parents[0]].shape.count == indices.count
    if isWhole, indices.indices.allSatisfy({ Int(indices[$0]) == $0 }) {
      editor.forward(index, to: parents[0])
    } else if readsOthers || parents != editor.items[index].parents {
      editor.replace(
        index,
        by: .rearrange(try Rearrangement(shape: shape, indices: indices, constants: constants)),
        reading: parents)
    }
  }

  /// The parents that some number comes from.
  private func withoutIdle(
    _ parents: [Int], of indices: inout [Int32], in editor: Editor
  ) -> [Int] {
    var starts = [0]
    for parent in parents { starts.append(starts.last! + editor.items[parent].shape.count) }
    var isUsed = [Bool](repeating: false, count: parents.count)
    var run = 0
    func find(_ place: Int) {
      while place < starts[run] { run -= 1 }
      while place >= starts[run + 1] { run += 1 }
    }
    for place in indices where place >= 0 {
      find(Int(place))
      isUsed[run] = true
    }
    guard isUsed.contains(false), isUsed.contains(true) else { return parents }
    var shifts = [0]
    for (parent, used) in zip(parents, isUsed) {
      shifts.append(shifts.last! + (used ? 0 : editor.items[parent].shape.count))
    }
    for place in indices.indices where indices[place] >= 0 {
      find(Int(indices[place]))
      indices[place] -= Int32(shifts[run])
    }
    return zip(parents, isUsed).compactMap { $1 ? $0 : nil }
  }

  /// Constants without those that nothing takes.
  private func withoutIdleConstants(_ indices: [Int32], _ constants: [Float]) -> ([Int32], [Float])
  {
    guard !constants.isEmpty else { return (indices, constants) }
    var places = [Int32?](repeating: nil, count: constants.count)
    var kept: [Float] = []
    let moved = indices.map { index -> Int32 in
      guard index < 0 else { return index }
      let old = -1 - Int(index)
      if let place = places[old] { return place }
      kept.append(constants[old])
      places[old] = Int32(-kept.count)
      return Int32(-kept.count)
    }
    return (moved, kept)
  }

  /// f(rearranged x) becomes rearranged f(x) where nothing else reads the rearranged x, and it has no
  /// fewer numbers than x: a function then stands behind the matrix whose neurons it makes, and does not
  /// work on repetitions.
  ///
  /// - Complexity: O(operations).
  func movingFunctionsBeforeRearrangements() throws(NetworkError) -> Network {
    var editor = Editor(self)
    let readers = editor.readerCounts()
    for index in editor.items.indices {
      let item = editor.items[index]
      switch item.operation {
      case .activation: break
      case .scale(let scale) where scale.count == 1: break
      default: continue
      }
      let origin = editor.origin(of: item.parents[0])
      guard case .rearrange(let rearrangement) = editor.items[origin].operation,
        rearrangement.constants.isEmpty, readers[origin] == 1,
        editor.items[origin].parents.count == 1
      else { continue }
      let source = editor.items[origin].parents[0]
      let shape = editor.items[source].shape
      guard shape.count <= rearrangement.indices.count else { continue }
      let early = editor.insert(item.operation, shape: shape, reading: [source], before: index)
      editor.replace(
        index,
        by: .rearrange(
          try Rearrangement(shape: item.shape, indices: rearrangement.indices)),
        reading: [early])
      editor.exchangeNames(early, index)
    }
    return try editor.network()
  }
}
