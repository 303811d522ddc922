internal import Foundation
internal import Harness
internal import Networks
internal import ONNX
internal import Quantities
internal import Reports

/// Models with data that fit them, by built-in name or from files.
enum Input {
  /// What chooses a network, for every command that takes one.
  static let modelOptions: [Arguments.Option] = [
    .init(
      "--model", "NAME|FILE",
      "built-in name, or a .onnx or substrata.network/1 .json file (digits-mlp)"),
    .init(
      "--model-input", "NAME,NAME", "of an ONNX model's inputs, these in this order (the only one)"),
    .init("--model-output", "NAME", "of an ONNX model's outputs, this one (the only one)"),
  ]

  /// What chooses samples for it.
  static let dataOptions: [Arguments.Option] = [
    .init(
      "--data", "NAME|FILE",
      "built-in name, or a .csv, .npy or IDX file, one sample a row (digits)"),
    .init("--labels", "FILE", "classes from 0, one a line (.csv) or integers (.npy, IDX)"),
    .init(
      "--normalize", "MEAN,STD",
      "inputs as (x - MEAN)/STD; a pair a channel: M,M,M/S,S,S (as they are)"),
    .init("--samples", "N", "only the first N samples, at least 2 (all)"),
  ]

  /// The network that the options of a command choose.
  static func network(_ arguments: Arguments) throws(Failure) -> Network {
    let name = arguments.value("--model") ?? BuiltIn.models[0]
    let isONNX = isFile(name) && name.lowercased().hasSuffix(".onnx")
    for option in ["--model-input", "--model-output"] {
      guard let value = arguments.value(option) else { continue }
      guard isONNX else {
        throw .usage(
          "\(option) is for models from ONNX; '\(Failure.short(name))' is none; leave it out")
      }
      guard !value.isEmpty else {
        throw .usage("\(option) is empty; it takes a name; see 'substrata inspect --model FILE'")
      }
    }
    let inputs = arguments.value("--model-input").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return try network(
      name, ONNXFile.Options(inputs: inputs, output: arguments.value("--model-output")))
  }

  /// A network by name, or from a file.
  private static func network(
    _ name: String, _ options: ONNXFile.Options
  ) throws(Failure) -> Network {
    guard isFile(name) else {
      guard BuiltIn.models.contains(name) else {
        throw .unknown(
          "model", name, known: BuiltIn.models,
          remedy: "write './\(Failure.short(name))' for a file of that name")
      }
      return try builtIn("model", name) { try BuiltIn.model(named: name)! }
    }
    if name.lowercased().hasSuffix(".onnx") { return try onnx(name, options) }
    let data = try text(name)
    do throws(NetworkError) {
      return try NetworkFile.decode(data)
    } catch {
      throw .inputOutput(
        "model '\(Failure.short(name))' is refused; \(error.description); correct or export it again"
      )
    }
  }

  private static func onnx(
    _ path: String, _ options: ONNXFile.Options
  ) throws(Failure) -> Network {
    // Found out here, what is wrong with a path has the words it has for every file.
    let file = try handle(path)
    let piped = FileKind(of: path) == .regular ? nil : try bytes(file, path)
    do throws(ONNXError) {
      guard let piped else { return try ONNXFile.network(at: path, options: options) }
      return try ONNXFile.network(from: piped, at: path, options: options)
    } catch {
      let remedy =
        switch error.kind {
        case .damaged: "export it again"
        case .unsupported: "see 'substrata list --operators'"
        case .choice: "give --model-input NAME,NAME or --model-output NAME"
        }
      throw .inputOutput(
        "cannot read '\(Failure.short(path))'; \(error.description); \(remedy)")
    }
  }

  /// A network with samples that fit it, from the options of a command.
  ///
  /// - Parameters:
  ///   - given: the network, where `--model` is not one for every command.
  ///   - data: the samples, where they are not those of `--data`.
  ///   - labelOption: what names their labels.
  static func workload(
    _ arguments: Arguments, on given: Network? = nil, data: String? = nil,
    labels labelOption: String = "--labels"
  ) throws(Failure) -> Workload {
    try keepInputs(arguments)
    let limit = try arguments.integer("--samples", in: 2...Int.max)
    let normalization = try normalization(arguments)
    let network = if let given { given } else { try network(arguments) }
    let name = data ?? arguments.value("--data") ?? BuiltIn.data[0]
    var samples: Samples
    var notes: [String] = []
    var sources: [Source] = []
    if isData(name) {
      let file = try SampleFile.samples(name)
      samples = file.samples
      // In text, one column more than the network has inputs is the label.
      if file.isText, arguments.value(labelOption) == nil, samples.width == network.sampleWidth + 1
      {
        samples = try SampleFile.refusing("data '\(Failure.short(name))'") {
          () throws(SampleError) in try samples.splittingLabels()
        }
      }
      if file.holdsBytes, normalization == nil, network.embedding == nil,
        samples.values.contains(where: { $0 > 1 })
      {
        notes.append(
          "samples are bytes from 0 to 255, used as they are; '--normalize 0,255' would make them 0 to 1"
        )
      }
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
    if let path = arguments.value(labelOption) {
      let labels = try SampleFile.labels(
        path, count: samples.count, classes: network.outputCount)
      samples = try SampleFile.refusing("labels '\(Failure.short(path))'") {
        () throws(SampleError) in try samples.labelled(labels)
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
    let (arranged, note) = try SampleFile.refusing("data '\(Failure.short(name))'") {
      () throws(SampleError) in try samples.arranged(for: network.sampleShape)
    }
    samples = arranged
    if let note { notes.append(note) }
    if let normalization, samples.width == network.sampleWidth {
      guard network.embedding == nil else {
        throw .usage(
          "--normalize is given; '\(Failure.short(network.name))' looks up whole numbers; leave it out"
        )
      }
      do throws(SampleError) {
        samples = try samples.normalized(normalization, for: network.nodes[0].shape)
      } catch {
        throw .usage(
          "--normalize does not fit: the samples \(error.description); the network's input is "
            + "\(network.nodes[0].shape); give one pair or one for each channel")
      }
    }
    if network.embedding != nil {
      guard samples.width == network.sampleWidth else {
        throw .inputOutput(
          "data '\(Failure.short(samples.name))' have \(samples.width) values a sample; network "
            + "'\(Failure.short(network.name))' looks up \(network.sampleWidth); choose data and a model that fit"
        )
      }
      samples = try SampleFile.refusing("data '\(Failure.short(name))'") {
        () throws(SampleError) in try network.embedded(samples)
      }
      notes.append(
        "the model's embedding is looked up before the machines' inputs are set; no row includes that"
      )
    }
    do throws(WorkloadError) {
      return try Workload(network, on: samples, notes: notes, sources: sources)
    } catch {
      throw .inputOutput("\(error.description); choose data and a model that fit")
    }
  }

  private static func keepInputs(_ arguments: Arguments) throws(Failure) {
    for option in ["--model", "--data", "--labels"] {
      guard let name = arguments.value(option),
        option == "--labels" || (option == "--data" ? isData(name) : isFile(name))
      else { continue }
      try keep(name, of: option, arguments)
      // Weights that stand beside the model are its file too.
      guard option == "--model", name.lowercased().hasSuffix(".onnx"),
        let path = arguments.value("--output"), FileKind(of: path) == .regular,
        FileKind(of: name) == .regular
      else { continue }
      _ = try handle(name)
      for file in ONNXFile.files(ofModelAt: name) {
        try keep(file, of: "--model's weights", arguments)
      }
    }
  }

  /// What `--normalize` says: `MEAN,STD`, or means and deviations of channels, `M,M,M/S,S,S`.
  private static func normalization(_ arguments: Arguments) throws(Failure) -> Normalization? {
    guard let text = arguments.value("--normalize") else { return nil }
    func numbers(_ text: Substring) -> [Double]? {
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { Double($0) }
      return numbers.count == parts.count ? numbers : nil
    }
    func failure(_ cause: String) -> Failure {
      .usage(
        "--normalize is '\(Failure.short(text))'; it \(cause); write MEAN,STD, or M,M,M/S,S,S with one "
          + "pair a channel")
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let lists = parts.compactMap(numbers)
    guard lists.count == parts.count, lists.count <= 2, lists.count == 2 || lists[0].count == 2
    else { throw failure("takes a mean and a deviation, numbers both") }
    do throws(SampleError) {
      return lists.count == 2
        ? try Normalization(means: lists[0], deviations: lists[1])
        : try Normalization(means: [lists[0][0]], deviations: [lists[0][1]])
    } catch {
      throw failure(error.description)
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

  /// Whether a value of `--data` names a file: also one without a `.` or `/` in its name, as data sets
  /// come, where nothing built in is called so.
  static func isData(_ name: String) -> Bool {
    isFile(name) || (!BuiltIn.data.contains(name) && FileKind(of: name) == .regular)
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
  static func utf8(_ data: Data) throws(SampleError) -> Data {
    let isText = data.withUnsafeBytes { String(validating: $0, as: UTF8.self) != nil }
    guard isText else { throw SampleError("is not UTF-8 text") }
    return data.starts(with: [0xef, 0xbb, 0xbf]) ? Data(data.dropFirst(3)) : data
  }

  static func bytes(_ path: String, limit: Int? = nil) throws(Failure) -> Data {
    try bytes(handle(path), path, limit: limit)
  }

  private static func bytes(
    _ file: FileHandle, _ path: String, limit: Int? = nil
  ) throws(Failure) -> Data {
    do {
      guard let limit else { return try file.readToEnd() ?? Data() }
      return try file.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw unreadable(path, "the system broke off reading it", "check the file")
    }
  }

  /// A file or pipe, open for reading.
  private static func handle(_ path: String) throws(Failure) -> FileHandle {
    switch FileKind(of: path) {
    case .missing: throw unreadable(path, Output.lastError(), "check the name")
    case .folder: throw unreadable(path, "it is a folder", "name a file in it")
    case .device: throw unreadable(path, "it is a device", "name a file or a pipe")
    case .regular, .pipe: break
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw unreadable(path, Output.lastError(), "check the file's permissions")
    }
    return file
  }

  private static func unreadable(_ path: String, _ cause: String, _ remedy: String) -> Failure {
    .inputOutput("cannot read '\(Failure.short(path))'; \(cause); \(remedy)")
  }
}
