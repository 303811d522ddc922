internal import Networks
internal import SubstrateCore

/// The scale of each layer, read off the stream: θ, or what a window has to hold.
struct Thresholds: Sendable {
  /// Which activation of a layer it is.
  enum Rule: String, CaseIterable, Sendable {
    /// The largest.
    case largest
    /// The one that one in a thousand of those that are not 0 exceed.
    case percentile = "99.9-percentile"
  }

  /// By layer; 0 where a layer is silent on the whole stream, or gives no spikes.
  let values: [Double]
  /// Of the inputs.
  let inputs: Double
  /// Whether all numbers can be held.
  let isFinite: Bool

  /// Reads them off a stream.
  ///
  /// What one gate compares must be counted in one unit, and is given the largest of its thresholds.
  ///
  /// - Complexity: O(samples × neurons), times their logarithm for a percentile.
  init(of stream: SampleStream, plan: Plan, rule: Rule) {
    let count = stream.reference.sampleCount
    var values = zip(plan.layers, plan.roles).map { layer, role in
      guard role.givesSpikes else { return 0.0 }
      let range = layer.rows.lowerBound * count..<layer.rows.upperBound * count
      return Self.scale(of: stream.reference.values[range], rule)
    }
    var isOpen = true
    while isOpen {
      isOpen = false
      for (index, role) in plan.roles.enumerated() where role.role == .gates {
        let members = [index] + role.synapses.map(\.source)
        let shared = members.reduce(0) { max($0, values[$1]) }
        for member in members where values[member] != shared {
          values[member] = shared
          isOpen = true
        }
      }
    }
    let reach = Double(Float.greatestFiniteMagnitude)
    isFinite = values.allSatisfy { $0 <= reach }
    // What single precision cannot tell from 0 is silent, where drives are in it.
    let isSingle = !plan.spikingInputs
    self.values = values.map { $0 <= reach && (!isSingle || Float($0) > 0) ? $0 : 0 }
    inputs = Self.scale(of: stream.samples.values.lazy.map { Double($0) }, rule)
  }

  private static func scale(of numbers: some Collection<Double>, _ rule: Rule) -> Double {
    switch rule {
    case .largest: return numbers.reduce(0) { max($0, abs($1)) }
    case .percentile:
      let sizes = numbers.compactMap { $0 == 0 || $0.isNaN ? nil : abs($0) }.sorted()
      guard let last = sizes.last else { return 0 }
      let place = (0.999 * Double(sizes.count)).rounded(.up)
      return sizes.indices.contains(Int(place) - 1) ? sizes[Int(place) - 1] : last
    }
  }
}
