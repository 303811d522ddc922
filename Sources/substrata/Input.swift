internal import Foundation
internal import Harness
internal import Networks
internal import ONNX
internal import Quantities
internal import Reports

/// Models, data and labels, by built-in name or from files.
enum Input {
  /// A network by name, or from a file.
  static func network(_ name: String) throws(Failure) -> Network {
    guard isFile(name) else {
      guard BuiltIn.models.contains(name) else {
        throw .unknown(
          "model", name, known: BuiltIn.models,
          remedy: "write './\(Failure.short(name))' for a file of that name")
      }
      return try builtIn("model", name) { try BuiltIn.model(named: name)! }
    }
    if name.lowercased().hasSuffix(".onnx") { return try onnx(name) }
    let data = try text(name)
    do throws(NetworkError) {
      return try NetworkFile.decode(data)
    } catch {
      throw .inputOutput(
        "model '\(Failure.short(name))' is refused; \(error.description); correct or export it again"
      )
    }
  }

  private static func onnx(_ path: String) throws(Failure) -> Network {
    let data = try bytes(path)
    do throws(ONNXError) {
      return try ONNXFile.network(from: data, at: path)
    } catch {
      let remedy =
        switch error.kind {
        case .damaged: "export it again"
        case .unsupported: "see 'substrata list --operators'"
        }
      throw .inputOutput(
        "cannot read '\(Failure.short(path))'; \(error.description); \(remedy)")
    }
  }

  /// A network with samples that fit it, from the options of a command.
  static func workload(_ arguments: Arguments) throws(Failure) -> Workload {
    try keepInputs(arguments)
    let limit = try arguments.integer("--samples", in: 2...Int.max)
    let network = try network(arguments.value("--model") ?? BuiltIn.models[0])
    let name = arguments.value("--data") ?? BuiltIn.data[0]
    var samples: Samples
    var notes: [String] = []
    var sources: [Source] = []
    if isFile(name) {
      samples = try file(name, for: network, withLabels: arguments.value("--labels") == nil)
    } else {
      guard BuiltIn.data.contains(name) else {
        throw .unknown(
          "data", name, known: BuiltIn.data,
          remedy: "write './\(Failure.short(name))' for a file of that name")
      }
      samples = try builtIn("data", name) { try BuiltIn.samples(named: name)! }
      sources = [Source(key: "digits1998", citation: BuiltIn.attribution, evidence: .stated)]
      notes = [
        name == "digits-train"
          ? "the built-in network was trained on these very samples: accuracy flatters it"
          : "the same writers occur in the built-in training and test data: accuracy flatters "
            + "compared with unseen writers"
      ]
    }
    if let path = arguments.value("--labels") {
      let labels = try labels(path, count: samples.count, classes: network.outputCount)
      samples = try refusing("labels '\(Failure.short(path))'") { () throws(SampleError) in
        try samples.labelled(labels)
      }
    }
    if let limit {
      guard limit <= samples.count else {
        throw .usage(
          "--samples is \(limit); data '\(Failure.short(name))' hold \(samples.count); "
            + "choose from 2 to \(samples.count)")
      }
      samples = samples.prefix(limit)
    }
    do throws(WorkloadError) {
      return try Workload(network, on: samples, notes: notes, sources: sources)
    } catch {
      throw .inputOutput("\(error.description); choose data and a model that fit")
    }
  }

  private static func keepInputs(_ arguments: Arguments) throws(Failure) {
    for option in ["--model", "--data", "--labels"] {
      guard let name = arguments.value(option), option == "--labels" || isFile(name) else {
        continue
      }
      try keep(name, of: option, arguments)
    }
  }

  /// Refuses to write a report over what it is made from, under whatever name.
  static func keep(_ name: String, of option: String, _ arguments: Arguments) throws(Failure) {
    var (output, input) = (stat(), stat())
    guard let path = arguments.value("--output"), stat(path, &output) == 0,
      output.st_mode & S_IFMT == S_IFREG, stat(name, &input) == 0,
      input.st_dev == output.st_dev, input.st_ino == output.st_ino
    else { return }
    throw .usage(
      "--output '\(Failure.short(path))' is the file of \(option); it would be overwritten; "
        + "name another file")
  }

  /// Whether a value names a file and nothing that is built in.
  private static func isFile(_ name: String) -> Bool { name.contains(".") || name.contains("/") }

  private static func builtIn<Value>(
    _ sort: String, _ name: String, _ load: () throws -> Value
  ) throws(Failure) -> Value {
    do {
      return try load()
    } catch {
      throw .inputOutput(
        "built-in \(sort) '\(name)' cannot be read; its file beside the tool is missing or damaged; "
          + "build the tool again")
    }
  }

  // MARK: Files

  /// Samples from a file; in text, one column more than the network has inputs is the label.
  private static func file(
    _ path: String, for network: Network, withLabels: Bool
  ) throws(Failure) -> Samples {
    let data = try bytes(path)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return try refusing("data '\(Failure.short(path))'") { () throws(SampleError) in
      if isNumPy(path, data) { return try NumPyArray(data).samples(named: name) }
      let samples = try CommaSeparated.samples(in: try utf8(data), named: name)
      return withLabels && samples.width == network.inputCount + 1
        ? try samples.splittingLabels() : samples
    }
  }

  private static func labels(
    _ path: String, count: Int, classes: Int
  ) throws(Failure) -> [Int] {
    let data = try bytes(path)
    let values = try refusing("labels '\(Failure.short(path))'") { () throws(SampleError) in
      if isNumPy(path, data) {
        let array = try NumPyArray(data)
        guard array.shape.dropFirst().allSatisfy({ $0 == 1 }) else {
          throw SampleError("have shape \(array.shape); one label a sample is due")
        }
        return array.values
      }
      let column = try CommaSeparated.samples(in: try utf8(data), named: path)
      guard column.width == 1 else {
        throw SampleError("have \(column.width) values a line; one label a line is due")
      }
      return column.values.map { Double($0) }
    }
    guard values.count == count else {
      throw .inputOutput(
        "labels '\(Failure.short(path))' are refused; they are \(values.count), the samples \(count); "
          + "give one label a sample")
    }
    return try refusing("labels '\(Failure.short(path))'") { () throws(SampleError) in
      var labels: [Int] = []
      for (index, value) in values.enumerated() {
        guard let label = Int(exactly: value), (0..<classes).contains(label) else {
          throw SampleError(
            "label \(index + 1) is \(Numerals.tidy(value)); the network has the classes 0 to \(classes - 1)"
          )
        }
        labels.append(label)
      }
      return labels
    }
  }

  private static func refusing<Value>(
    _ what: String, _ read: () throws(SampleError) -> Value
  ) throws(Failure) -> Value {
    do throws(SampleError) {
      return try read()
    } catch {
      throw .inputOutput("\(what) are refused; \(error.description); correct the file")
    }
  }

  private static func isNumPy(_ path: String, _ data: Data) -> Bool {
    path.lowercased().hasSuffix(".npy") || data.starts(with: [0x93] + Array("NUMPY".utf8))
  }

  /// A file of UTF-8 text, without its byte order mark.
  ///
  /// - Parameter limit: of a longer one only so many bytes and one more are read.
  static func text(_ path: String, limit: Int? = nil) throws(Failure) -> Data {
    let data = try bytes(path, limit: limit)
    if let limit, data.count > limit { return data }
    do throws(SampleError) {
      return try utf8(data)
    } catch {
      throw .inputOutput(
        "'\(Failure.short(path))' is refused; it \(error.description); save it as UTF-8")
    }
  }

  /// The bytes without a byte order mark, if they are text.
  private static func utf8(_ data: Data) throws(SampleError) -> Data {
    let isText = data.withUnsafeBytes { String(validating: $0, as: UTF8.self) != nil }
    guard isText else { throw SampleError("is not UTF-8 text") }
    return data.starts(with: [0xef, 0xbb, 0xbf]) ? Data(data.dropFirst(3)) : data
  }

  private static func bytes(_ path: String, limit: Int? = nil) throws(Failure) -> Data {
    func failure(_ cause: String, _ remedy: String) -> Failure {
      .inputOutput("cannot read '\(Failure.short(path))'; \(cause); \(remedy)")
    }
    switch FileKind(of: path) {
    case .missing: throw failure(Output.lastError(), "check the name")
    case .folder: throw failure("it is a folder", "name a file in it")
    case .device: throw failure("it is a device", "name a file or a pipe")
    case .regular, .pipe: break
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw failure(Output.lastError(), "check the file's permissions")
    }
    do {
      guard let limit else { return try file.readToEnd() ?? Data() }
      return try file.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw failure("the system broke off reading it", "check the file")
    }
  }
}
