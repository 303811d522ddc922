public import Foundation
public import Networks

/// Networks from files in the Open Neural Network Exchange format (ONNX), as training frameworks
/// export them.
///
/// A graph is imported if the operations of `Network` say exactly the same for one sample. Anything else
/// is refused by name. It is no general runtime: no control flow, no operators of other domains, no
/// quantised numbers; matrices and kernels of convolutions are constant, shapes are fixed.
///
/// The first axis of the input counts samples, be it open or of whatever length, and is worked out for
/// one sample; an input with a single axis of fixed length is one sample. Numbers of half and double
/// precision become single, whole numbers too, and arithmetic in them is taken to be exact.
///
/// A file is not trusted: work and memory are bounded by its size and by `Budget`.
///
/// Source: ONNX, `onnx.proto` (IR version 10) and "Operator Schemas", opset 7 to 22.
public enum ONNXFile {
  /// The versions of the operators that are read.
  public static let opsets = 7...22

  /// What of a file is read, and how.
  public struct Options: Hashable, Sendable {
    /// Whether the file's shapes hold as they are, so that no axis counts samples. Open axes have length
    /// 1, all inputs are taken, and of several outputs the first.
    public var isWhole: Bool
    /// The inputs that a sample holds, one after another; none for the only one there is.
    public var inputs: [String]?
    /// The output; none for the only one there is.
    public var output: String?

    /// What is read of a file.
    public init(isWhole: Bool = false, inputs: [String]? = nil, output: String? = nil) {
      self.isWhole = isWhole
      self.inputs = inputs
      self.output = output
    }
  }

  /// Reads a network from a file; large tensors may stand in other files of the same folder.
  ///
  /// - Throws: `ONNXError` if the file cannot be read, is no sound model, or says more than a
  ///   network can.
  /// - Complexity: O(bytes). Beside the network's own weights it needs little memory: of a file no more
  ///   is held than is being looked at. A pipe is read whole.
  public static func network(
    at path: String, options: Options = Options()
  ) throws(ONNXError) -> Network {
    try network(from: ModelBytes(at: path), at: path, options: options)
  }

  /// Reads a network from the bytes of a file.
  ///
  /// - Parameters:
  ///   - data: the whole file.
  ///   - path: where it stands: its name becomes the network's, its folder is where tensors in other
  ///     files are looked for.
  ///   - options: what of it is read, and how.
  /// - Throws: `ONNXError` if it is no sound model, or says more than a network can.
  /// - Complexity: O(bytes); weights are copied once.
  public static func network(
    from data: Data, at path: String, options: Options = Options()
  ) throws(ONNXError) -> Network {
    try network(from: ModelBytes(data), at: path, options: options)
  }

  static func network(
    from bytes: ModelBytes, at path: String, options: Options
  ) throws(ONNXError) -> Network {
    try imported(bytes, at: path, options).simplified()
  }

  /// The network as the file has it. What the import holds on to ends with it.
  private static func imported(
    _ source: ModelBytes, at path: String, _ options: Options
  ) throws(ONNXError) -> Network {
    let model = try ModelProto(source)
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = ExternalFolder(
      path: parts.count == 2 && parts[0].isEmpty ? "/" : parts.dropLast().joined(separator: "/"))
    let reader = TensorReader(source: source, folder: folder)
    let locations = Set(model.graph.initializers.compactMap { $0.external?["location"] })
    var bytes = source.count
    for location in locations { bytes += min(folder.size(of: location), 1 << 40) }
    var importer = try Importer(model, reader, options: options, bytes: bytes)
    let file = parts.last.map(String.init) ?? ""
    let stem = file.lowercased().hasSuffix(".onnx") ? String(file.dropLast(5)) : file
    let network = try importer.network(of: model.graph, named: stem.isEmpty ? "network" : stem)
    try importer.keepSamplesApart(model, bytes: bytes)
    return network
  }
}
