extension Network {
  /// What a sum with a mask takes out of a softmax, as constants in their places: wires that lead
  /// nowhere, and no neurons of -1e38.
  ///
  /// A mask is what frameworks add to scores that shall not count: -∞, the least number, or some -1e9. From
  /// -1e4 down the exponential is 0, for any scores that are not of that size themselves and where some
  /// score of the run counts.
  ///
  /// - Complexity: O(operations + numbers that masks are added to).
  func maskingScores() throws(NetworkError) -> Network {
    var editor = Editor(self)
    let readers = editor.readerCounts()
    for index in editor.items.indices where editor.items[index].operation == .softmax {
      let masked = editor.origin(of: editor.items[index].parents[0])
      guard case .scale(let scale) = editor.items[masked].operation, readers[masked] == 1,
        let offsets = scale.offsets, offsets.contains(where: { $0 <= Self.leastScore })
      else { continue }
      let shape = editor.items[index].shape
      let length = shape.dimensions.last ?? 1
      let indices = (0..<shape.count).map { place in
        scale.offset(of: place) <= Double(Self.leastScore) ? -1 : Int32(place)
      }
      guard
        stride(from: 0, to: shape.count, by: length).allSatisfy({ start in
          indices[start..<start + length].contains { $0 >= 0 }
        })
      else { continue }
      let rest = try Scale(
        factors: scale.factors, offsets: offsets.map { $0 <= Self.leastScore ? 0 : $0 },
        inner: scale.inner)
      editor.replace(masked, by: .scale(rest), reading: editor.items[masked].parents)
      let wires = editor.insert(
        .rearrange(
          try Rearrangement(
            shape: shape, indices: indices, constants: [-Float.greatestFiniteMagnitude])),
        shape: shape, reading: [masked], before: index)
      editor.replace(index, by: .softmax, reading: [wires])
    }
    return try editor.network()
  }

  /// Scores with an offset down from this count as masked.
  private static let leastScore: Float = -1e4
}
