package import Networks
package import SubstrateCore

/// The ranges of the values that a stream brings: what the steps of the integers are chosen from.
///
/// They are taken from the stream that is then run; on other samples codes could clip.
package struct Calibration: Hashable, Sendable {
  /// The inputs' range.
  package let inputs: ClosedRange<Double>
  /// The range of each layer's neurons in the reference network.
  package let layers: [ClosedRange<Double>]
  /// The range of what addresses a layer's table, by layer, where it cannot be told from the neurons.
  let addresses: [Int: ClosedRange<Double>]
  /// Whether every number was finite.
  package let isFinite: Bool

  /// Reads the ranges off a stream.
  ///
  /// - Complexity: O(samples × (inputs + neurons)), and a pass through the network if it has tables
  ///   other than of tanh and the sigmoid.
  package init(
    of stream: SampleStream, through network: Network, bits: Int, in context: RunContext
  ) throws(Cancelled) {
    let inputs = Span(of: stream.samples.values.lazy.map { Double($0) })
    let reference = stream.reference
    let count = reference.sampleCount
    let spans = reference.layers.map { layer in
      Span(of: reference.values[layer.rows.lowerBound * count..<layer.rows.upperBound * count])
    }
    var ranges = spans.map(\.range)
    let readers = network.readers
    for (index, layer) in reference.layers.enumerated() {
      guard let logits = Logits(of: layer, in: network, readers: readers) else { continue }
      ranges[index] = logits.clip(ranges[index], reference, bits: bits)
    }
    let wired = Wiring(network, reference.layers, readers: readers).shared(
      inputs: inputs.range, layers: ranges)
    self.inputs = wired[0]
    layers = Array(wired.dropFirst())
    addresses = try Self.addresses(of: stream, through: network, in: context)
    isFinite = inputs.isFinite && spans.allSatisfy(\.isFinite)
  }

  /// The ranges of pre-activations, from a pass through the layers that need it.
  private static func addresses(
    of stream: SampleStream, through network: Network, in context: RunContext
  ) throws(Cancelled) -> [Int: ClosedRange<Double>] {
    let reference = stream.reference
    let asked = reference.layers.indices.filter {
      guard case .activation(let function) = network.lastOperation(of: reference.layers[$0]) else {
        return false
      }
      return function.isTabulated && !function.hasInverse
    }
    guard !asked.isEmpty else { return [:] }
    let engine = LayerEngine<Double>(network)
    let count = reference.sampleCount
    let lanes = min(64, Block<Double>.lanes(for: count))
    let read = Set(
      asked.flatMap { layer in
        reference.layers[layer].sources.compactMap { source in
          if case .layer(let index) = source { index } else { nil }
        }
      }
    ).sorted()
    let blocks = try context.map(blocks: (count + lanes - 1) / lanes) { block in
      let workspace = LayerWorkspace(engine, lanes: lanes)
      let states = Block<Double>(rows: engine.neuronCount, lanes: lanes)
      let samples = (0..<lanes).map { min(block * lanes + $0, count - 1) }
      for (lane, sample) in samples.enumerated() {
        for (row, value) in stream.samples[sample].enumerated() {
          workspace.inputs[row, lane] = Double(value)
        }
      }
      for layer in read {
        for row in reference.layers[layer].rows {
          for lane in 0..<lanes {
            states[row, lane] = reference.values[row * count + samples[lane]]
          }
        }
      }
      engine.project(workspace)
      return asked.map { layer in
        var span: Span?
        engine.predict(layer, from: states, in: workspace)
        engine.visitPreActivations(of: layer, states: states, in: workspace) { _, values, count in
          span = Span(of: UnsafeBufferPointer(start: values, count: count))
        }
        guard let span else { preconditionFailure("a layer that ends in a function") }
        return span.range
      }
    }
    var ranges: [Int: ClosedRange<Double>] = [:]
    for block in blocks {
      for (layer, range) in zip(asked, block) {
        ranges[layer] = ranges[layer]?.joined(with: range) ?? range
      }
    }
    return ranges
  }
}

/// The range of some numbers, held to what `Float` reaches, because outputs are `Float`.
private struct Span {
  var range: ClosedRange<Double>
  var isFinite: Bool

  init(of numbers: some Sequence<Double>) {
    let reach = Double(Float.greatestFiniteMagnitude)
    var low = Double.infinity
    var high = -Double.infinity
    isFinite = true
    for number in numbers {
      if number.isFinite {
        low = min(low, number)
        high = max(high, number)
      } else {
        isFinite = false
      }
    }
    low = low.isFinite ? max(min(low, reach), -reach) : 0
    high = high.isFinite ? max(min(high, reach), -reach) : 0
    range = low...high
  }
}

extension ClosedRange<Double> {
  /// The least range that holds both.
  func joined(with other: Self) -> Self {
    Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
  }
}
