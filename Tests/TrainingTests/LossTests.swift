import Foundation
import Networks
import Testing

@testable import Training

@Suite struct LossTests {
  static let numbers: [Double] = [0.3, -1.2, 2.5, 0.1]

  static func value(
    _ loss: Loss, _ outputs: Loss.Outputs, _ y: [Double], label: Int
  ) -> (value: Double, gradient: [Double]) {
    var gradient = [Double](repeating: .nan, count: y.count)
    let value = y.withUnsafeBufferPointer { y in
      gradient.withUnsafeMutableBufferPointer {
        loss.value(
          y.baseAddress!, count: y.count, lane: 0, lanes: 1, label: label, of: outputs, samples: 1,
          gradient: $0.baseAddress!)
      }
    }
    return (value, gradient)
  }

  @Test func valuesAreTheirDefinitions() {
    let y = Self.numbers
    let sum = y.reduce(0) { $0 + exp($1) }
    let shares = y.map { exp($0) / sum }
    for label in y.indices {
      let entropy = Self.value(.crossEntropy, .plain, y, label: label).value
      #expect(abs(entropy + log(shares[label])) < 1e-14)
      #expect(
        abs(Self.value(.crossEntropy, .shares, shares, label: label).value - entropy) < 1e-14)
      #expect(
        abs(
          Self.value(.crossEntropy, .logShares, shares.map { log($0) }, label: label).value
            - entropy) < 1e-14)
      let square = y.enumerated().reduce(0) {
        $0 + pow($1.element - ($1.offset == label ? 1 : 0), 2) / 2
      }
      #expect(abs(Self.value(.squaredError, .plain, y, label: label).value - square) < 1e-14)
    }
  }

  @Test(arguments: [
    (Loss.crossEntropy, 0), (.crossEntropy, 1), (.crossEntropy, 2), (.squaredError, 0),
  ])
  func gradientsAreThoseOfFiniteDifferences(loss: Loss, sort: Int) {
    let outputs = [Loss.Outputs.plain, .shares, .logShares][sort]
    // Shares are positive.
    let y = sort == 1 ? [0.2, 0.1, 0.6, 0.1] : Self.numbers
    for label in y.indices {
      let gradient = Self.value(loss, outputs, y, label: label).gradient
      for place in y.indices {
        var (up, down) = (y, y)
        up[place] += 1e-5
        down[place] -= 1e-5
        let slope =
          (Self.value(loss, outputs, up, label: label).value
            - Self.value(loss, outputs, down, label: label).value) / 2e-5
        #expect(abs(slope - gradient[place]) < 1e-7 * max(1, abs(slope)))
      }
    }
  }

  @Test func aBatchTakesTheMean() {
    // Two samples side by side in lanes: the gradient of each is halved.
    let y: [Double] = [0.3, 1, -1.2, 0, 2.5, 0.5, 0.1, 0]
    var gradient = [Double](repeating: .nan, count: y.count)
    _ = y.withUnsafeBufferPointer { y in
      gradient.withUnsafeMutableBufferPointer {
        Loss.crossEntropy.value(
          y.baseAddress!, count: 4, lane: 0, lanes: 2, label: 2, of: .plain, samples: 2,
          gradient: $0.baseAddress!)
      }
    }
    let alone = Self.value(.crossEntropy, .plain, Self.numbers, label: 2).gradient
    for row in 0..<4 {
      #expect(abs(gradient[2 * row] - alone[row] / 2) < 1e-15)
      #expect(gradient[2 * row + 1].isNaN)
    }
  }
}
