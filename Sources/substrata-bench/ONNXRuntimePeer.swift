internal import Foundation
internal import Networks

/// The same network in ONNX Runtime, in a Python process that runs it on request: a line with a number of
/// seconds in, inferences per second out.
///
/// A file in ONNX goes there as it is. Of other networks it takes chains that ONNX has operators for; the
/// Python needs the package `onnx` then.
final class ONNXRuntimePeer {
  /// ONNX Runtime's version.
  let version: String
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var pending = Data()
  private let folder: URL
  private let outputs: [Float]

  /// - Parameters:
  ///   - python: the interpreter that has `onnxruntime` and `numpy`.
  ///   - samples: `[batch × inputCount]`.
  init(
    python: String, model: String, _ network: Network, samples: [Float], batch: Int, threads: Int
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "substrata-bench-\(ProcessInfo.processInfo.processIdentifier)")
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func remove() { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path() }
    try Self.bytes(samples).write(to: folder.appending(path: "inputs"))
    var file = model
    if !model.lowercased().hasSuffix(".onnx") {
      guard let chain = Self.chain(network) else {
        remove()
        fail("\(network.name) is no chain of operations that the peer program knows")
      }
      file = path("chain.json")
      try JSONEncoder().encode(chain.entries).write(to: URL(filePath: file))
      try Self.bytes(chain.weights).write(to: URL(filePath: path("weights")))
    }
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      python, "-c", Self.script, file, path("weights"), path("inputs"), path("outputs"), "\(batch)",
      network.nodes[0].shape.dimensions.map(String.init).joined(separator: ","), "\(threads)",
    ]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    guard let version = Self.line(from: output.fileHandleForReading, &pending),
      let result = FileManager.default.contents(atPath: path("outputs"))
    else {
      remove()
      fail("'\(python)' has no onnxruntime, or no onnx where one is needed, or refuses the model")
    }
    self.version = version
    outputs = result.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  /// The largest difference of its outputs from others, for the samples it was given.
  func difference(from others: [Float]) -> Double {
    guard outputs.count == others.count else { return .infinity }
    return zip(outputs, others).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
  }

  /// Inferences per second over some time.
  func rate(for seconds: Double) throws -> Double {
    try input.fileHandleForWriting.write(contentsOf: Data("\(seconds)\n".utf8))
    guard let line = Self.line(from: output.fileHandleForReading, &pending),
      let rate = Double(line)
    else { fail("ONNX Runtime stopped answering") }
    return rate
  }

  /// Ends the process, by the end of its input, and removes what was written for it.
  func stop() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  private static func bytes(_ numbers: [Float]) -> Data { numbers.withUnsafeBytes { Data($0) } }

  private static func line(from output: FileHandle, _ pending: inout Data) -> String? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending.removeSubrange(pending.startIndex...end) }
        return String(decoding: pending[pending.startIndex..<end], as: UTF8.self)
      }
      let more = output.availableData
      if more.isEmpty { return nil }
      pending.append(more)
    }
  }

  // MARK: The network as ONNX has it

  /// An operator, the shapes of its weights, and its attributes.
  private struct Entry: Encodable {
    var operation: String
    var weights: [[Int]] = []
    var attributes: [String: [Int]] = [:]
    /// Attributes that are one number.
    var numbers: [String: Int] = [:]
  }

  private static func chain(_ network: Network) -> (entries: [Entry], weights: [Float])? {
    var entries: [Entry] = []
    var weights: [Float] = []
    for (index, node) in network.nodes.enumerated().dropFirst() {
      guard node.parents == [index - 1] else { return nil }
      switch node.operation {
      case .dense(let dense) where node.shape.count == dense.outputs:
        entries.append(
          Entry(
            operation: "Gemm", weights: [[dense.outputs, dense.inputs], [dense.outputs]],
            numbers: ["transB": 1]))
        weights += dense.weight + dense.bias
      case .convolution(let convolution) where !convolution.isTransposed:
        let axes = convolution.window.axes
        let shape = [convolution.outputChannels, convolution.inputChannels / convolution.groups]
        entries.append(
          Entry(
            operation: "Conv",
            weights: [shape + axes.map(\.kernel), [convolution.outputChannels]],
            attributes: passing(convolution.window), numbers: ["group": convolution.groups]))
        weights += convolution.weight + convolution.bias
      case .pool(let pool) where pool.kind != .sum:
        entries.append(
          Entry(
            operation: pool.kind == .max ? "MaxPool" : "AveragePool",
            attributes: passing(pool.window).merging(
              ["kernel_shape": pool.window.axes.map(\.kernel)]) { $1 },
            numbers: pool.kind == .max ? [:] : ["count_include_pad": pool.countsPadding ? 1 : 0]))
      case .activation(.relu): entries.append(Entry(operation: "Relu"))
      case .activation(.tanh): entries.append(Entry(operation: "Tanh"))
      case .activation(.sigmoid): entries.append(Entry(operation: "Sigmoid"))
      case .softmax where node.shape.dimensions.count == 1:
        entries.append(Entry(operation: "Softmax", numbers: ["axis": -1]))
      case .reshape where node.shape.dimensions.count == 1:
        entries.append(Entry(operation: "Flatten"))
      default: return nil
      }
    }
    return (entries, weights)
  }

  private static func passing(_ window: Window) -> [String: [Int]] {
    [
      "strides": window.axes.map(\.stride), "dilations": window.axes.map(\.dilation),
      "pads": window.axes.map(\.before) + window.axes.map(\.after),
    ]
  }

  private static let script = """
    import json, sys, time
    import numpy as np, onnxruntime as ort

    path, weights, inputs, outputs, batch, shape, threads = sys.argv[1:]
    shape = [int(batch)] + [int(d) for d in shape.split(",") if d]
    x = np.fromfile(inputs, "f4").reshape(shape)
    if path.endswith(".json"):
        import onnx
        from onnx import helper, numpy_helper
        rest, last, nodes, constants = np.fromfile(weights, "f4"), "x", [], []
        for place, entry in enumerate(json.load(open(path))):
            names = [last]
            for shape in entry["weights"]:
                names.append("w%d" % len(constants))
                count = int(np.prod(shape))
                constants.append(numpy_helper.from_array(rest[:count].reshape(shape), names[-1]))
                rest = rest[count:]
            last = "y%d" % place
            nodes.append(helper.make_node(
                entry["operation"], names, [last], **entry["attributes"], **entry["numbers"]))
        value = lambda name, shape: helper.make_tensor_value_info(name, 1, shape)
        graph = helper.make_graph(
            nodes, "chain", [value("x", list(x.shape))], [value(last, None)], constants)
        path = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        path = path.SerializeToString()
    options = ort.SessionOptions()
    options.intra_op_num_threads = int(threads)
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: x}
    session.run(None, feed)[0].astype("f4").tofile(outputs)
    print(ort.__version__, flush=True)
    for line in sys.stdin:
        done, start = 0, time.perf_counter()
        while time.perf_counter() - start < float(line):
            session.run(None, feed)
            done += len(x)
        print(done / (time.perf_counter() - start), flush=True)
    """
}
