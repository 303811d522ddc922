internal import Foundation

/// A function of one number, applied to every component.
///
/// Where a derivative does not exist (ReLU at 0) the lower side's is taken.
public enum Activation: Hashable, Sendable {
  /// max(0, z).
  case relu
  /// z above zero, `slope` times z below.
  case leakyReLU(slope: Float)
  /// z above zero, α (exp z - 1) below.
  case elu(alpha: Float)
  /// γ z above zero, γ α (exp z - 1) below.
  case selu(alpha: Float, gamma: Float)
  /// The hyperbolic tangent.
  case tanh
  /// 1/(1 + exp(-z)).
  case sigmoid
  /// max(0, min(1, α z + β)).
  case hardSigmoid(alpha: Float, beta: Float)
  /// z max(0, min(1, z/6 + 1/2)).
  case hardSwish
  /// z/(1 + exp(-z)), also called swish.
  case silu
  /// log(1 + exp z).
  case softplus
  /// z (1 + erf(z/√2))/2.
  case gelu
  /// The usual approximation of it, z (1 + tanh(√(2/π) (z + 0.044715 z³)))/2.
  case geluTanh
  /// z held between two bounds.
  case clip(from: Float, to: Float)
  /// The error function.
  case erf
  /// exp z.
  case exponential
  /// log z.
  case logarithm
  /// √z.
  case squareRoot
  /// 1/z.
  case reciprocal
  /// |z|.
  case absolute
  /// z to a constant power.
  case power(Float)

  /// Its name in files and tables.
  public var name: String {
    switch self {
    case .relu: "relu"
    case .leakyReLU: "leaky-relu"
    case .elu: "elu"
    case .selu: "selu"
    case .tanh: "tanh"
    case .sigmoid: "sigmoid"
    case .hardSigmoid: "hard-sigmoid"
    case .hardSwish: "hard-swish"
    case .silu: "silu"
    case .softplus: "softplus"
    case .gelu: "gelu"
    case .geluTanh: "gelu-tanh"
    case .clip: "clip"
    case .erf: "erf"
    case .exponential: "exp"
    case .logarithm: "log"
    case .squareRoot: "sqrt"
    case .reciprocal: "reciprocal"
    case .absolute: "abs"
    case .power: "pow"
    }
  }

  /// Its constants, in the order in which they are written above.
  public var constants: [Float] {
    switch self {
    case .leakyReLU(let slope): [slope]
    case .elu(let alpha): [alpha]
    case .selu(let alpha, let gamma): [alpha, gamma]
    case .hardSigmoid(let alpha, let beta): [alpha, beta]
    case .clip(let lower, let upper): [lower, upper]
    case .power(let exponent): [exponent]
    case .relu, .tanh, .sigmoid, .hardSwish, .silu, .softplus, .gelu, .geluTanh, .erf,
      .exponential, .logarithm, .squareRoot, .reciprocal, .absolute:
      []
    }
  }

  /// The largest slope |f'| anywhere; infinite if there is none.
  package var lipschitzConstant: Double {
    switch self {
    case .relu, .tanh, .softplus, .clip, .absolute: 1
    case .leakyReLU(let slope): max(1, abs(Double(slope)))
    case .elu(let alpha): max(1, abs(Double(alpha)))
    case .selu(let alpha, let gamma): abs(Double(gamma)) * max(1, abs(Double(alpha)))
    case .sigmoid: 0.25
    case .hardSigmoid(let alpha, _): abs(Double(alpha))
    case .hardSwish: 1.5
    // The extreme slopes stand where f'' = 0: z = 2.3994 for silu and √2 for gelu.
    case .silu: 1.0999
    case .gelu: 1.1290
    case .geluTanh: 1.1296
    case .erf: 2 / Double.pi.squareRoot()
    case .exponential, .logarithm, .squareRoot, .reciprocal, .power: .infinity
    }
  }

  /// Whether f is made of straight pieces, broken at z = 0 only.
  package var isPiecewiseLinear: Bool {
    switch self {
    case .relu, .leakyReLU, .absolute: true
    case .elu, .selu, .tanh, .sigmoid, .hardSigmoid, .hardSwish, .silu, .softplus, .gelu,
      .geluTanh, .clip, .erf, .exponential, .logarithm, .squareRoot, .reciprocal, .power:
      false
    }
  }

  /// Whether the pre-activation z was positive, read off the output f(z); none where the function is
  /// no threshold, or its constants are such that the output does not tell.
  public func isActive(output: Double) -> Bool? {
    switch self {
    case .relu, .tanh, .hardSwish, .silu, .gelu, .geluTanh, .erf: output > 0
    case .leakyReLU(let slope): slope >= 0 ? output > 0 : nil
    case .elu(let alpha): alpha >= 0 ? output > 0 : nil
    case .selu(let alpha, let gamma): gamma > 0 && alpha >= 0 ? output > 0 : nil
    case .clip(let lower, let upper): lower <= 0 && upper > 0 ? output > 0 : nil
    case .hardSigmoid(let alpha, let beta):
      alpha > 0 && beta >= 0 && beta < 1 ? output > Double(beta) : nil
    case .sigmoid: output > 0.5
    case .softplus: output > log(2)
    case .exponential, .logarithm, .squareRoot, .reciprocal, .absolute, .power: nil
    }
  }

  /// f(z).
  public func callAsFunction(_ z: Double) -> Double {
    switch self {
    case .relu: z > 0 ? z : 0
    case .leakyReLU(let slope): z > 0 ? z : Double(slope) * z
    case .elu(let alpha): z > 0 ? z : Double(alpha) * expm1(z)
    case .selu(let alpha, let gamma):
      z > 0 ? Double(gamma) * z : Double(gamma) * Double(alpha) * expm1(z)
    case .tanh: Foundation.tanh(z)
    case .sigmoid: Self.logistic(z)
    case .hardSigmoid(let alpha, let beta):
      min(max(Double(alpha) * z + Double(beta), 0), 1)
    case .hardSwish: z * min(max(z / 6 + 0.5, 0), 1)
    case .silu: z * Self.logistic(z)
    case .softplus: max(z, 0) + log1p(exp(-abs(z)))
    // With what is left on the far side, not 1 + erf or 1 + tanh, which lose it.
    case .gelu: 0.5 * z * erfc(-z / 2.0.squareRoot())
    case .geluTanh: z * Self.logistic(2 * Self.geluArgument(z))
    // min(max(…)), so that the upper bound holds where the two cross.
    case .clip(let lower, let upper): min(max(z, Double(lower)), Double(upper))
    case .erf: Foundation.erf(z)
    case .exponential: exp(z)
    case .logarithm: log(z)
    case .squareRoot: z.squareRoot()
    case .reciprocal: 1 / z
    case .absolute: abs(z)
    case .power(let exponent): pow(z, Double(exponent))
    }
  }

  /// f'(z), from z and the output y = f(z).
  public func derivative(at z: Double, output y: Double) -> Double {
    switch self {
    case .relu: return z > 0 ? 1 : 0
    case .leakyReLU(let slope): return z > 0 ? 1 : Double(slope)
    case .elu(let alpha): return z > 0 ? 1 : y + Double(alpha)
    case .selu(let alpha, let gamma):
      return z > 0 ? Double(gamma) : y + Double(gamma) * Double(alpha)
    case .tanh: return 1 - y * y
    case .sigmoid: return y * (1 - y)
    case .hardSigmoid(let alpha, let beta):
      let inner = Double(alpha) * z + Double(beta)
      let isInside = alpha > 0 ? inner > 0 && inner <= 1 : inner >= 0 && inner < 1
      return isInside ? Double(alpha) : 0
    case .hardSwish: return z <= -3 ? 0 : z > 3 ? 1 : z / 3 + 0.5
    case .silu:
      let share = Self.logistic(z)
      return share * (1 + z * (1 - share))
    case .softplus: return Self.logistic(z)
    case .gelu:
      let density = exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
      return 0.5 * erfc(-z / 2.0.squareRoot()) + z * density
    case .geluTanh:
      let share = Self.logistic(2 * Self.geluArgument(z))
      let slope = (8 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * z * z)
      return share * (1 + z * (1 - share) * slope)
    case .clip(let lower, let upper): return z > Double(lower) && z <= Double(upper) ? 1 : 0
    case .erf: return 2 / Double.pi.squareRoot() * exp(-z * z)
    case .exponential: return y
    case .logarithm: return 1 / z
    case .squareRoot: return 0.5 / y
    case .reciprocal: return -y * y
    case .absolute: return z > 0 ? 1 : -1
    case .power(let exponent): return Double(exponent) * pow(z, Double(exponent) - 1)
    }
  }

  /// 1/(1 + exp(-z)), written so that no exponential overflows.
  private static func logistic(_ z: Double) -> Double {
    z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
  }

  private static func geluArgument(_ z: Double) -> Double {
    (2 / Double.pi).squareRoot() * (z + 0.044715 * z * z * z)
  }
}
