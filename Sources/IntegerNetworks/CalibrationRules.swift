internal import Foundation
internal import Networks
internal import SubstrateCore

// Where the range of a tensor is not just that of its values.

/// A layer that nothing but softmaxes read: how far below the greatest a value may be cut off.
///
/// Masks put very large negative numbers among logits; steps that reached down to them would hold
/// nothing else.
struct Logits {
  /// The last axis of each softmax.
  private let lengths: [Int]
  private let rows: Range<Int>

  /// None if something else reads the layer, or it is the output.
  init?(of layer: Network.Layer, in network: Network, readers: [[Int]]) {
    let readers = readers[layer.nodes.last!]
    guard !readers.isEmpty, readers.allSatisfy({ network.nodes[$0].operation == .softmax }) else {
      return nil
    }
    lengths = readers.map { network.nodes[$0].shape.dimensions.last ?? 1 }
    rows = layer.rows
  }

  /// A range without what lies so far below the greatest of its run, in every run, that all of a run's
  /// n exponentials down there come to less than a quarter of a step of the softmax: (b + 2) ln 2 + ln n
  /// below the least of the greatest.
  func clip(
    _ range: ClosedRange<Double>, _ reference: ReferenceActivations, bits: Int
  ) -> ClosedRange<Double> {
    var low = range.upperBound
    for length in Set(lengths) {
      var least = range.upperBound
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: length) {
        for sample in 0..<reference.sampleCount {
          let greatest = (start..<start + length).reduce(-Double.infinity) {
            max($0, reference.values[$1 * reference.sampleCount + sample])
          }
          least = min(least, greatest)
        }
      }
      low = min(low, least - Double(bits + 2) * log(2) - log(Double(length)))
    }
    return max(range.lowerBound, low)...range.upperBound
  }
}

/// Which tensors have to be held in the same steps, because wires join them: what one rearrangement
/// reads, and what a max pool reads and what it gives.
struct Wiring {
  /// For the inputs and each layer, with whom it is joined.
  private var parents: [Int]
  /// Constants among what a group joins.
  private var constants: [(place: Int, value: Double)] = []

  init(_ network: Network, _ layers: [Network.Layer], readers: [[Int]]) {
    parents = Array(0...layers.count)
    // The tensors whose numbers each node's value is made of, where wires alone lie between.
    var places = [[Int]](repeating: [], count: network.nodes.count)
    var owners = [Int?](repeating: nil, count: network.nodes.count)
    owners[0] = 0
    for (index, layer) in layers.enumerated() { owners[layer.nodes.last!] = index + 1 }
    for (index, node) in network.nodes.enumerated() {
      let below = Set(node.parents.flatMap { places[network.origin(of: $0)] }).sorted()
      switch node.operation {
      case .rearrange(let rearrangement):
        for place in below + (owners[index].map { [$0] } ?? []) { join(below[0], place) }
        places[index] = below
        // Softmaxes take the constants of a mask as they are.
        guard
          !readers[index].isEmpty,
          readers[index].allSatisfy({ network.nodes[$0].operation == .softmax })
        else {
          for constant in Set(rearrangement.indices.filter { $0 < 0 }) {
            let value = rearrangement.constants[-1 - Int(constant)]
            // Minus infinity, as padding of a max pool has it, is below every code.
            guard abs(value) < .greatestFiniteMagnitude else { continue }
            constants.append((below[0], Double(value)))
          }
          continue
        }
      case .pool(let pool) where pool.kind == .max:
        if let owner = owners[index] { join(below[0], owner) }
      default: break
      }
      if let owner = owners[index] { places[index] = [owner] }
    }
  }

  private func root(_ place: Int) -> Int {
    var place = place
    while parents[place] != place { place = parents[place] }
    return place
  }

  private mutating func join(_ one: Int, _ other: Int) { parents[root(other)] = root(one) }

  /// The ranges of the inputs and of all layers, of which those that are joined are alike.
  func shared(
    inputs: ClosedRange<Double>, layers: [ClosedRange<Double>]
  ) -> [ClosedRange<Double>] {
    let own = [inputs] + layers
    var ranges: [Int: ClosedRange<Double>] = [:]
    for place in own.indices {
      ranges[root(place)] = ranges[root(place)]?.joined(with: own[place]) ?? own[place]
    }
    for (place, value) in constants {
      ranges[root(place)] = ranges[root(place)]!.joined(with: value...value)
    }
    return own.indices.map { ranges[root($0)]! }
  }
}

extension Network {
  /// The nodes that read each node's value, a reshaped value being the value itself.
  var readers: [[Int]] {
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() where !node.operation.isNaming {
      for parent in Set(node.parents.map { origin(of: $0) }) { readers[parent].append(index) }
    }
    return readers
  }
}
