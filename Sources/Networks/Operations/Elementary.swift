import Foundation

// The elementary functions of the reference arithmetic, under names that a module's own cannot
// shadow.

/// tanh z, by the C library.
func tanhOf(_ z: Double) -> Double { Foundation.tanh(z) }

/// The logistic function 1/(1 + exp(-z)), written so that no exponential overflows.
func sigmoidOf(_ z: Double) -> Double {
  if z >= 0 { return 1 / (1 + Foundation.exp(-z)) }
  let small = Foundation.exp(z)
  return small / (1 + small)
}

/// exp z, by the C library.
func expOf(_ z: Double) -> Double { Foundation.exp(z) }
