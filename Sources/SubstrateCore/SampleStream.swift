public import Networks

/// The samples of a run with what the reference network makes of them.
public struct SampleStream: Sendable {
  /// The inputs, in their order.
  public let samples: Samples
  /// The reference network's neurons on every sample, computed once for all substrates.
  public let reference: ReferenceActivations

  /// Samples, and the activations of the network that runs on them.
  public init(_ samples: Samples, reference: ReferenceActivations) {
    precondition(samples.count == reference.sampleCount, "activations of these samples")
    self.samples = samples
    self.reference = reference
  }
}

extension ReferenceActivations {
  /// Runs a network over samples, in blocks.
  ///
  /// - Throws: `Cancelled` if the context is.
  /// - Complexity: O(samples × multiply–accumulates).
  public init(of network: Network, on samples: Samples, in context: RunContext) throws(Cancelled) {
    try self.init(of: network, on: samples) { count, body throws(Cancelled) in
      _ = try context.map(blocks: count, body)
    }
  }
}
