extension Network {
  /// Which parts of the input each number of the output depends on, as far as operations and their wires
  /// tell: whatever weights may be 0.
  ///
  /// - Parameter parts: for each number of the input the parts it belongs to, one bit each.
  /// - Returns: the union of parts for each number of the output.
  /// - Complexity: O(values × taps of convolutions), and a byte for each value that is still to be read.
  package func dependence(on parts: [UInt8]) -> [UInt8] {
    precondition(parts.count == inputCount, "parts of \(inputCount) numbers")
    var readers = [Int](repeating: 0, count: nodes.count)
    for node in nodes { for parent in node.parents { readers[parent] += 1 } }
    readers[output] += 1
    var values: [[UInt8]] = [parts]
    for node in nodes.dropFirst() {
      values.append(Self.dependence(of: node, on: node.parents.map { values[$0] }))
      for parent in node.parents {
        readers[parent] -= 1
        if readers[parent] == 0 { values[parent] = [] }
      }
    }
    return values[output]
  }

  private static func dependence(of node: Node, on parents: [[UInt8]]) -> [UInt8] {
    let x = parents[0]
    /// Every number of a run depends on all of the run.
    func runs(_ length: Int, giving count: Int) -> [UInt8] {
      stride(from: 0, to: x.count, by: length).flatMap { start in
        Array(repeating: x[start..<start + length].reduce(0, |), count: count)
      }
    }
    let last = node.shape.dimensions.last ?? 1
    switch node.operation {
    case .input: preconditionFailure("the input stands first and only there")
    case .dense(let dense): return runs(dense.inputs, giving: dense.outputs)
    case .softmax, .logSoftmax, .normalize: return runs(last, giving: last)
    case .scale, .activation, .prelu, .reshape: return x
    case .add, .multiply: return parents.dropFirst().reduce(x) { zip($0, $1).map { $0 | $1 } }
    case .matrixProduct:
      let m = node.shape.dimensions[node.shape.dimensions.count - 2]
      let k = x.count / (node.shape.count / last)
      let other = parents[1]
      var rows = [UInt8](repeating: 0, count: x.count / k)
      for (place, part) in x.enumerated() { rows[place / k] |= part }
      var columns = [UInt8](repeating: 0, count: other.count / k)
      for (place, part) in other.enumerated() {
        columns[place / (k * last) * last + place % last] |= part
      }
      return (0..<node.shape.count).map {
        rows[$0 / last] | columns[$0 / (m * last) * last + $0 % last]
      }
    case .pool(let pool):
      return windows(of: x, pool.window, planes: x.count / pool.window.inputCount)
    case .rearrange(let rearrangement):
      let all = parents.count == 1 ? x : Array(parents.joined())
      return rearrangement.indices.map { $0 >= 0 ? all[Int($0)] : 0 }
    case .convolution(let convolution):
      // The channels of a group together, and then for each of its outputs.
      let positions = convolution.inputPositions
      let channels = convolution.inputChannels / convolution.groups
      let groups = x.count / (channels * positions)
      var planes = [UInt8](repeating: 0, count: groups * positions)
      for (place, part) in x.enumerated() {
        planes[place / (channels * positions) * positions + place % positions] |= part
      }
      let made =
        convolution.isTransposed
        ? spread(planes, convolution.window, planes: groups)
        : windows(of: planes, convolution.window, planes: groups)
      let count = convolution.outputPositions
      return (0..<groups).flatMap { group in
        Array(
          repeatElement(
            made[group * count..<(group + 1) * count],
            count: convolution.outputChannels / convolution.groups
          ).joined())
      }
    }
  }

  /// What each output position of a window sees.
  private static func windows(of x: [UInt8], _ window: Window, planes: Int) -> [UInt8] {
    let table = window.table()
    return (0..<planes * window.outputCount).map { place in
      let (plane, position) = (place / window.outputCount, place % window.outputCount)
      return table[position * window.tapCount..<(position + 1) * window.tapCount].reduce(0) {
        $1 >= 0 ? $0 | x[plane * window.inputCount + Int($1)] : $0
      }
    }
  }

  /// The same backward: what sees each input position.
  private static func spread(_ x: [UInt8], _ window: Window, planes: Int) -> [UInt8] {
    let table = window.table()
    var made = [UInt8](repeating: 0, count: planes * window.inputCount)
    for place in 0..<planes * window.outputCount {
      let (plane, position) = (place / window.outputCount, place % window.outputCount)
      for tap in table[position * window.tapCount..<(position + 1) * window.tapCount] where tap >= 0
      {
        made[plane * window.inputCount + Int(tap)] |= x[place]
      }
    }
    return made
  }
}
