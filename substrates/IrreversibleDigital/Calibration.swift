internal import Foundation
internal import Networks
internal import SubstrateCore

/// The ranges of the values that a stream brings: what the steps of the integers are chosen from.
///
/// They are taken from the stream that is then run; on other samples codes could clip.
struct Calibration: Hashable, Sendable {
  /// The inputs' range.
  let inputs: ClosedRange<Double>
  /// The range of each layer's neurons in the reference network.
  let layers: [ClosedRange<Double>]
  /// Whether every number was finite.
  let isFinite: Bool

  /// Reads the ranges off a stream.
  ///
  /// - Complexity: O(samples × (inputs + neurons)).
  init(of stream: SampleStream) {
    let inputs = Span(of: stream.samples.values.lazy.map { Double($0) })
    let count = stream.reference.sampleCount
    let layers = stream.reference.layers.map { layer in
      Span(
        of: stream.reference.values[
          layer.rows.lowerBound * count..<layer.rows.upperBound * count])
    }
    self.inputs = inputs.range
    self.layers = layers.map(\.range)
    isFinite = inputs.isFinite && layers.allSatisfy(\.isFinite)
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
}

extension Activation {
  /// The pre-activations that give outputs of a range, for a function that is tabulated.
  ///
  /// The functions increase, so the range of the outputs gives that of the pre-activations without
  /// another pass over the stream. Where the function is within a quarter of an output's step of
  /// its limit the table ends: more of it would hold the same codes.
  func preimage(of range: ClosedRange<Double>, step: Double) -> ClosedRange<Double> {
    let margin = step / 4
    switch self {
    case .tanh:
      func inverse(_ y: Double) -> Double {
        Foundation.atanh(min(max(y, -1 + margin), 1 - margin))
      }
      return inverse(range.lowerBound)...inverse(range.upperBound)
    case .sigmoid:
      func inverse(_ y: Double) -> Double {
        let clipped = min(max(y, margin), 1 - margin)
        return Foundation.log(clipped / (1 - clipped))
      }
      return inverse(range.lowerBound)...inverse(range.upperBound)
    default:
      preconditionFailure("clamps and multipliers need no table")
    }
  }
}
