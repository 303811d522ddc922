internal import Foundation
internal import Networks

/// A function along the last axis that is computed in double precision between integers: the
/// exception.
struct RealFunction: Sendable {
  /// Which function.
  enum Kind: Hashable, Sendable {
    case softmax
    case logSoftmax
    case normalize(epsilon: Double)
  }

  let kind: Kind
  /// Numbers along the last axis.
  let length: Int
  let components: Int
  /// How what it reads is held.
  let operand: Quantiser
  /// How its value is held.
  let result: Quantiser
  /// Components that are known beforehand, in place of what their codes say: a masked place lies below
  /// every code.
  let known: [Int: Double]

  /// The function of one sample.
  func apply(_ codes: UnsafePointer<UInt16>, into target: UnsafeMutablePointer<UInt16>) {
    for start in stride(from: 0, to: components, by: length) {
      var values = (start..<start + length).map { operand.number(of: codes[$0]) }
      if !known.isEmpty {
        for place in 0..<length { values[place] = known[start + place] ?? values[place] }
      }
      for (place, value) in of(values).enumerated() {
        target[start + place] = result.code(of: value)
      }
    }
  }

  private func of(_ values: [Double]) -> [Double] {
    switch kind {
    case .softmax:
      let largest = values.max() ?? 0
      let exponentials = values.map { exp($0 - largest) }
      let sum = exponentials.reduce(0, +)
      return exponentials.map { $0 / sum }
    case .logSoftmax:
      let largest = values.max() ?? 0
      let logarithm = log(values.reduce(0) { $0 + exp($1 - largest) })
      return values.map { $0 - largest - logarithm }
    case .normalize(let epsilon):
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      let deviation = (variance + epsilon).squareRoot()
      // Alike throughout and without an ε: the code of 0.
      return values.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
    }
  }
}
