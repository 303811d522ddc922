internal import Foundation
internal import Harness
internal import Networks

/// Samples to learn, and samples to be tested on, from the options of `train`.
struct TrainingData {
  static let options: [Arguments.Option] =
    [
      .init(
        "--data", "NAME|FILE",
        "what is learned: a file as compare takes it, or digits: the 1 347, tested on the other 450 (digits)"
      ),
      .init("--labels", "FILE", "classes from 0, one a line (.csv) or integers (.npy, IDX)"),
      .init("--test-data", "NAME|FILE", "what it is tested on (of a file every fourth sample)"),
      .init("--test-labels", "FILE", "their classes"),
    ] + Input.dataOptions.filter { !["--data", "--labels"].contains($0.name) }

  let training: Samples
  let test: Workload

  /// Reads both.
  init(_ arguments: Arguments, for network: Network) throws(Failure) {
    for option in ["--test-data", "--test-labels"] {
      guard let name = arguments.value(option), option == "--test-labels" || Input.isData(name)
      else { continue }
      try Input.keep(name, of: option, arguments)
    }
    let name = arguments.value("--data") ?? BuiltIn.data[0]
    if arguments.has("--test-labels"), !arguments.has("--test-data") {
      throw .usage(
        "--test-labels has no --test-data; labels alone name no samples; give both, or leave it out"
      )
    }
    let isBuiltIn = !Input.isData(name) && BuiltIn.data.contains(name)
    let learned = try Input.workload(arguments, on: network, data: isBuiltIn ? "digits-train" : nil)
    guard learned.samples.labels != nil else {
      throw .inputOutput(
        "data '\(Failure.short(name))' have no labels; learning needs the class of every sample; "
          + "give --labels, or a last column of them")
    }
    if let test = arguments.value("--test-data") {
      training = learned.samples
      self.test = try Input.workload(
        arguments, on: network, data: test, labels: "--test-labels")
      return
    }
    if isBuiltIn {
      training = learned.samples
      test = try Input.workload(arguments, on: network, data: "digits", labels: "--test-labels")
      return
    }
    // As the built-in data are parted.
    let count = learned.samples.count
    do {
      training = try learned.samples.selecting((0..<count).filter { !$0.isMultiple(of: 4) })
      test = try Workload(
        network, on: try learned.samples.selecting((0..<count).filter { $0.isMultiple(of: 4) }),
        notes: learned.notes + [
          "every fourth sample of '\(learned.samples.name)' is kept for the test; '--test-data' names others"
        ], sources: learned.sources)
    } catch {
      throw .inputOutput(
        "data '\(Failure.short(name))' hold \(count) samples; every fourth is kept for the test, which takes 2; "
          + "give more, or --test-data")
    }
  }
}

extension Samples {
  /// Some of the samples, in this order.
  fileprivate func selecting(_ places: [Int]) throws -> Samples {
    try Samples(
      name: name, axes: axes, values: places.flatMap { self[$0] },
      labels: labels.map { labels in places.map { labels[$0] } })
  }
}
