package import Networks
internal import StochasticThermodynamics

extension ParameterLayout {
  /// He initialisation: weights N(0, 2/inputs), inputs being what an output is a sum over, and no biases.
  ///
  /// - Parameters:
  ///   - index: of the repetition.
  /// - Returns: `[count]`.
  /// - Source: K. He, X. Zhang, S. Ren and J. Sun, ICCV 2015, equation 10.
  package func heInitialisation(seed: UInt64, index: Int = 0) -> [Float] {
    var noise = GaussianStream(seed: seed, purpose: "He initialisation", index: index)
    var values = [Float](repeating: 0, count: count)
    for place in places {
      let spread = (2 / Double(place.inputs)).squareRoot()
      for index in place.weight { values[index] = Float(spread * noise.next()) }
    }
    return values
  }
}
