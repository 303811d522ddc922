package import Networks
package import Quantities
package import SubstrateCore

internal import StochasticThermodynamics

/// What every neuron of an integer network held, on every sample.
package struct StoredCodes: Sendable {
  /// `[samples × neurons]`, each sample's neurons in row order.
  package let codes: [UInt16]
  /// Neurons of the network.
  package let neurons: Int
  private let quantisers: [Quantiser]
  private let bits: Int

  /// Runs an integer network on every sample.
  ///
  /// - Throws: `Cancelled` if the context is.
  /// - Complexity: O(samples × multiply–accumulates).
  package init(
    of samples: Samples, by integers: IntegerNetwork, bits: Int, in context: RunContext
  ) throws(Cancelled) {
    let length = 32
    let neurons = integers.codeCount - integers.inputCount
    let blocks = try context.map(blocks: (samples.count + length - 1) / length) { block in
      let range = block * length..<min((block + 1) * length, samples.count)
      var stored: [UInt16] = []
      stored.reserveCapacity(range.count * neurons)
      let count = integers.codeCount + integers.scratchCount
      withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count) { codes in
        let scratch = max(integers.accumulatorCount, 1)
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: scratch) { accumulators in
          codes.initialize(repeating: 0)
          accumulators.initialize(repeating: 0)
          for sample in range {
            integers.run(
              samples[sample], into: codes.baseAddress!, accumulators: accumulators.baseAddress!)
            stored.append(contentsOf: codes[integers.inputCount..<integers.codeCount])
          }
        }
      }
      return stored
    }
    self.codes = Array(blocks.joined())
    self.neurons = neurons
    self.bits = bits
    quantisers = integers.quantisers
  }

  /// The last layer's numbers, `[samples × outputs]`: its codes times their step.
  ///
  /// - Parameter layer: the last.
  package func outputs(of layer: Network.Layer) -> [Float] {
    let quantiser = quantisers.last!
    return (0..<codes.count / neurons).flatMap { sample in
      layer.rows.map { Float(quantiser.number(of: codes[sample * neurons + $0])) }
    }
  }

  /// The entropy of what each neuron held over the samples, summed over the neurons of some
  /// layers: as if no neuron knew of another.
  ///
  /// - Complexity: O(samples × neurons).
  package func entropy(of layers: [Network.Layer]) -> Nats {
    var occurrences = [Int](repeating: 0, count: 1 << bits)
    var entropy = Nats.zero
    let samples = codes.count / neurons
    // A few neurons at a time, each with its samples side by side: far apart they wait for memory.
    let width = 32
    var columns = [UInt16](repeating: 0, count: width * samples)
    for rows in layers.map(\.rows) {
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: width) {
        let neighbours = min(width, rows.upperBound - start)
        for sample in 0..<samples {
          for place in 0..<neighbours {
            columns[place * samples + sample] = codes[sample * neurons + start + place]
          }
        }
        for place in 0..<neighbours {
          let column = columns[place * samples..<(place + 1) * samples]
          for code in column { occurrences[Int(code)] += 1 }
          // Read off in the order of first occurrence, and cleared for the next neuron on the way.
          var counts: [Int] = []
          for code in column where occurrences[Int(code)] > 0 {
            counts.append(occurrences[Int(code)])
            occurrences[Int(code)] = 0
          }
          entropy = entropy + shannonEntropy(counts: counts)
        }
      }
    }
    return entropy
  }
}
