internal import Foundation
internal import Networks

/// What learning makes small, for one sample with a class.
public enum Loss: String, CaseIterable, Sendable {
  /// -log of the share of the right class. Outputs that are no shares yet become them by softmax.
  case crossEntropy = "cross-entropy"
  /// Half the squared distance of the outputs from 1 for the right class and 0 for the others.
  case squaredError = "squared-error"

  /// What a network's outputs are.
  enum Outputs {
    case plain, shares, logShares

    init(of network: Network) {
      switch network.nodes[network.origin(of: network.output)].operation {
      case .softmax: self = .shares
      case .logSoftmax: self = .logShares
      default: self = .plain
      }
    }
  }

  /// The loss of one lane, and its gradient with respect to the outputs, divided by `samples`.
  ///
  /// - Parameters:
  ///   - y: `[count × lanes]`.
  ///   - gradient: the same; this lane is written.
  /// - Returns: the loss in nats, or for the squared error a pure number.
  @inline(__always)
  func value<Scalar: KernelScalar>(
    _ y: UnsafePointer<Scalar>, count: Int, lane: Int, lanes: Int, label: Int, of outputs: Outputs,
    samples: Int, gradient: UnsafeMutablePointer<Scalar>?
  ) -> Double {
    let share = Scalar(1) / Scalar(samples)
    switch (self, outputs) {
    case (.squaredError, _):
      var sum = 0.0
      for row in 0..<count {
        let miss = y[row * lanes + lane] - (row == label ? 1 : 0)
        sum += Double(miss * miss)
        gradient?[row * lanes + lane] = miss * share
      }
      return sum / 2
    case (.crossEntropy, .plain):
      var largest = y[lane]
      for row in 1..<max(count, 1) { largest = max(largest, y[row * lanes + lane]) }
      var sum = 0.0
      for row in 0..<count { sum += exp(Double(y[row * lanes + lane] - largest)) }
      if let gradient {
        for row in 0..<count {
          let p = exp(Double(y[row * lanes + lane] - largest)) / sum
          gradient[row * lanes + lane] = Scalar(p - (row == label ? 1 : 0)) * share
        }
      }
      return log(sum) - Double(y[label * lanes + lane] - largest)
    case (.crossEntropy, .shares):
      // A share that has gone to 0 in this precision counts as the least number.
      let p = max(y[label * lanes + lane], Scalar.leastNormalMagnitude)
      if let gradient {
        for row in 0..<count { gradient[row * lanes + lane] = row == label ? -share / p : 0 }
      }
      return -log(Double(p))
    case (.crossEntropy, .logShares):
      if let gradient {
        for row in 0..<count { gradient[row * lanes + lane] = row == label ? -share : 0 }
      }
      return -Double(y[label * lanes + lane])
    }
  }
}
