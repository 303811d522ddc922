public import Networks
public import Quantities

/// A network and the stream of samples it runs on: what every substrate is given alike.
public struct Workload: Sendable {
  /// The network.
  public let network: Network
  /// The samples, a cyclic stream of at least two.
  public let samples: Samples
  /// What a reader of any result on it must know, one line each.
  public let notes: [String]
  /// Whom the network or the samples are owed to.
  public let sources: [Source]

  /// A network with samples that fit it.
  ///
  /// - Throws: `WorkloadError` if the network has no neuron, the samples are of another width than its
  ///   inputs or fewer than two, or if a label is not below the number of outputs.
  /// - Complexity: O(samples).
  public init(
    _ network: Network, on samples: Samples, notes: [String] = [], sources: [Source] = []
  ) throws(WorkloadError) {
    guard !network.layers.isEmpty else {
      throw WorkloadError("network '\(network.name)' computes nothing")
    }
    guard samples.width == network.inputCount else {
      throw WorkloadError(
        "data '\(samples.name)' have \(samples.width) values a sample; "
          + "network '\(network.name)' takes \(network.inputCount)")
    }
    guard samples.count >= 2 else {
      throw WorkloadError(
        "data '\(samples.name)' hold one sample; a cyclic stream of inferences needs two or more")
    }
    if let labels = samples.labels,
      let bad = labels.firstIndex(where: { $0 >= network.outputCount })
    {
      throw WorkloadError(
        "label \(bad + 1) of data '\(samples.name)' is \(labels[bad]); "
          + "network '\(network.name)' has the classes 0 to \(network.outputCount - 1)")
    }
    self.network = network
    self.samples = samples
    self.notes = notes
    self.sources = sources
  }
}

/// A network and samples that do not go together: what is wrong and the limit, in one line.
public struct WorkloadError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  /// An error that says what is wrong.
  package init(_ description: String) { self.description = description }
}
