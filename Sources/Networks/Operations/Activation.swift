internal import Foundation

/// A nonlinear function of one number, applied to every component.
///
/// Where a derivative does not exist (ReLU and leaky ReLU at 0) the lower side's is taken.
public enum Activation: Hashable, Sendable {
  /// max(0, z).
  case relu
  /// z above zero, `slope` times z below; the slope lies in [0, 1).
  case leakyReLU(slope: Float)
  /// The hyperbolic tangent.
  case tanh
  /// 1/(1 + exp(-z)).
  case sigmoid

  /// Its name in files and tables.
  public var name: String {
    switch self {
    case .relu: "relu"
    case .leakyReLU: "leaky-relu"
    case .tanh: "tanh"
    case .sigmoid: "sigmoid"
    }
  }

  /// The largest slope |f'| anywhere.
  public var lipschitzConstant: Double {
    switch self {
    case .relu, .leakyReLU, .tanh: 1
    case .sigmoid: 0.25
    }
  }

  /// Whether f is made of straight pieces, broken at z = 0 only.
  public var isPiecewiseLinear: Bool {
    switch self {
    case .relu, .leakyReLU: true
    case .tanh, .sigmoid: false
    }
  }

  /// Whether the pre-activation z was positive, read off the output f(z).
  ///
  /// All these functions increase, so the output tells.
  public func isActive(output: Double) -> Bool {
    switch self {
    case .relu, .leakyReLU, .tanh: output > 0
    case .sigmoid: output > 0.5
    }
  }

  /// f(z).
  public func callAsFunction(_ z: Double) -> Double {
    switch self {
    case .relu: z > 0 ? z : 0
    case .leakyReLU(let slope): z > 0 ? z : Double(slope) * z
    case .tanh: Foundation.tanh(z)
    // Written so that no exponential overflows.
    case .sigmoid: z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
    }
  }

  /// f'(z), from the output y = f(z).
  public func derivative(output y: Double) -> Double {
    switch self {
    case .relu: y > 0 ? 1 : 0
    case .leakyReLU(let slope): y > 0 ? 1 : Double(slope)
    case .tanh: 1 - y * y
    case .sigmoid: y * (1 - y)
    }
  }
}
