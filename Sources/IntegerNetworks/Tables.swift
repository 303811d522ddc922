internal import Foundation
package import Networks

extension Activation {
  /// Whether it is looked up in a table: all but clamps and multipliers.
  package var isTabulated: Bool {
    switch self {
    case .relu, .leakyReLU, .clip, .absolute: false
    case .elu, .selu, .tanh, .sigmoid, .hardSigmoid, .hardSwish, .silu, .softplus, .gelu, .geluTanh,
      .erf, .exponential, .logarithm, .squareRoot, .reciprocal, .power:
      true
    }
  }

  /// Whether `preimage` gives the range of the pre-activations from that of the outputs, without
  /// another pass over the stream.
  var hasInverse: Bool { self == .tanh || self == .sigmoid }

  /// The pre-activations that give outputs of a range.
  ///
  /// The functions increase. Where the function is within a quarter of an output's step of its limit
  /// the table ends: more of it would hold the same codes.
  private func preimage(of range: ClosedRange<Double>, step: Double) -> ClosedRange<Double> {
    let margin = step / 4
    func inverse(_ y: Double) -> Double {
      guard self == .sigmoid else { return Foundation.atanh(min(max(y, -1 + margin), 1 - margin)) }
      let clipped = min(max(y, margin), 1 - margin)
      return Foundation.log(clipped / (1 - clipped))
    }
    return inverse(range.lowerBound)...inverse(range.upperBound)
  }

  /// A range without the ends over which the function stays within a quarter of an output's step.
  ///
  /// Seen at as many places as the table has, at least 4096; between them the functions are too smooth to
  /// leave and return.
  private func trim(
    _ range: ClosedRange<Double>, step: Double, bits: Int
  ) -> ClosedRange<Double> {
    let (low, width) = (range.lowerBound, range.upperBound - range.lowerBound)
    let count = max(4096, 1 << bits)
    func place(_ index: Int) -> Double { low + width * Double(index) / Double(count) }
    func flat(_ end: Int, _ indices: some Sequence<Int>) -> Int {
      let value = self(place(end))
      return indices.prefix { abs(self(place($0)) - value) <= step / 4 }.reduce(end) { $1 }
    }
    let (first, last) = (flat(0, 1...count), flat(count, (0..<count).reversed()))
    guard first < last else { return low...low }
    return place(first)...place(last)
  }

  /// The codes of the function's values, by addresses of b bits.
  ///
  /// - Parameters:
  ///   - addresses: the range of the pre-activations; none if it is told from the outputs.
  ///   - outputs: the range of the values, whose codes are `result`'s.
  func table(
    over addresses: ClosedRange<Double>?, giving outputs: ClosedRange<Double>, _ result: Quantiser,
    bits: Int
  ) -> (address: Quantiser, codes: [UInt16]) {
    let address: Quantiser
    let range: ClosedRange<Double>
    if hasInverse {
      range = -Double.infinity...Double.infinity
      address = Quantiser(holding: preimage(of: outputs, step: result.step), bits: bits)
    } else {
      guard let addresses else { preconditionFailure("a table whose addresses have a range") }
      range = addresses
      address = Quantiser(addressing: trim(range, step: result.step, bits: bits), bits: bits)
    }
    let codes = address.codes.map { code in
      // An address beyond the range by rounding must not leave the function's domain.
      let place = address.number(of: UInt16(code))
      return result.code(of: self(min(max(place, range.lowerBound), range.upperBound)))
    }
    return (address, codes)
  }
}
