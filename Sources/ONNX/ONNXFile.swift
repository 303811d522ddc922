public import Foundation
public import Networks

/// Networks from files in the Open Neural Network Exchange format (ONNX), as training frameworks
/// export them.
///
/// A graph is imported if the operations of `Network` say exactly the same for one sample: matrices
/// with constants folded into them, elementwise functions, sums, softmax. Anything else is refused
/// by name. It is no general runtime: no control flow, no operators of other domains, no quantised
/// numbers, one input, one output.
///
/// The first axis of the input counts samples, be it open or of whatever length; an input with a
/// single axis of fixed length is one sample. Numbers of half and double precision become single,
/// and arithmetic in them is taken to be exact.
///
/// Source: ONNX, `onnx.proto` (IR version 10) and "Operator Schemas", opset 7 to 22.
public enum ONNXFile {
  /// The versions of the operators that are read.
  public static let opsets = 7...22

  /// Reads a network from a file; large tensors may stand in other files of the same folder.
  ///
  /// - Throws: `ONNXError` if the file cannot be read, is no sound model, or says more than a
  ///   network can.
  /// - Complexity: O(bytes); weights are copied once.
  public static func network(at path: String) throws(ONNXError) -> Network {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw .damaged("the system cannot read it")
    }
    return try network(from: data, at: path)
  }

  /// Reads a network from the bytes of a file.
  ///
  /// - Parameters:
  ///   - data: the whole file.
  ///   - path: where it stands: its name becomes the network's, its folder is where tensors in other
  ///     files are looked for.
  /// - Throws: `ONNXError` if it is no sound model, or says more than a network can.
  /// - Complexity: O(bytes); weights are copied once.
  public static func network(from data: Data, at path: String) throws(ONNXError) -> Network {
    let data = data.startIndex == 0 ? data : Data(data)
    let model = try ModelProto(data)
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = ExternalFolder(
      path: parts.count == 2 && parts[0].isEmpty ? "/" : parts.dropLast().joined(separator: "/"))
    let reader = TensorReader(source: data, folder: folder)
    var importer = try Importer(model, reader)
    let output = try importer.run(model.graph)
    let locations = Set(model.graph.initializers.compactMap { $0.external?["location"] })
    var bytes = data.count
    for location in locations { bytes += min(folder.size(of: location), 1 << 40) }
    var folding = Folding(
      importer.draft, output: output, inputShape: importer.inputShape, reader, bytes: bytes)
    let file = parts.last.map(String.init) ?? ""
    let stem = file.lowercased().hasSuffix(".onnx") ? String(file.dropLast(5)) : file
    return try folding.network(named: stem.isEmpty ? "network" : stem)
  }
}
