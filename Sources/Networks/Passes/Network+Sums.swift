extension Network {
  /// The most summands that sums are merged to; a table shows them side by side.
  static let mostSummands = 256

  /// One sum in place of sums that only another sum reads, so that long chains are not deep.
  ///
  /// - Complexity: O(operations + edges).
  func mergingSums() throws(NetworkError) -> Network {
    var editor = Editor(self)
    let readers = editor.readerCounts()
    for index in editor.items.indices where editor.items[index].operation == .add {
      var merged: [Int] = []
      for parent in editor.items[index].parents {
        let inner = editor.items[parent].parents
        if editor.items[parent].operation == .add, readers[parent] == 1,
          merged.count + inner.count < Self.mostSummands
        {
          merged += inner
        } else {
          merged.append(parent)
        }
      }
      editor.replace(index, by: .add, reading: merged)
    }
    return try editor.network()
  }
}
