internal import Networks

extension Importer {
  /// Makes sure that what was imported for one sample is what the file does with each of several.
  ///
  /// The graph is imported once more with samples side by side, two or as many as the file is written
  /// for, and followed from the input: no number of the output may depend on two. A softmax along the axis
  /// of samples is an example, or an attention that takes the first axis for that of words. A file that
  /// does not work for two samples can only be meant for one.
  ///
  /// - Throws: `ONNXError` if samples mix, or if it is too large to tell.
  /// - Complexity: that of an import, without reading weights again.
  func keepSamplesApart(_ model: ModelProto, bytes: Int) throws(ONNXError) {
    let counts = Set(sideBySide.map(\.samples).filter { $0 > 1 })
    guard let count = counts.first else { return }
    guard counts.count == 1 else {
      throw .unsupported("its inputs have different numbers of samples along their first axes")
    }
    var several = try Importer(
      model, reader, options: options, bytes: bytes, isSideBySide: true)
    several.weights = weights
    let network: Network
    do throws(ONNXError) {
      network = try several.network(of: model.graph, named: "samples side by side")
    } catch {
      guard samples != nil else { return }
      throw .unsupported(
        "it is written for \(count) samples at a time, and whether they stay apart cannot be "
          + "told; export the model with an open first axis, or for one sample")
    }
    var parts: [UInt8] = []
    let scale = network.embedding?.width ?? 1
    for (samples, numbers) in several.sideBySide {
      let each = numbers * scale / samples
      // Inputs without an axis of samples are the same for all.
      parts += (0..<numbers * scale).map { samples > 1 ? UInt8(1) << UInt8($0 / each % 8) : 0 }
    }
    if network.dependence(on: parts).contains(where: { $0.nonzeroBitCount > 1 }) {
      throw .unsupported(
        "its output for one sample depends on others: it mixes along the first axis of its input, "
          + "which counts samples; export the model with samples first, or for one sample")
    }
  }
}
