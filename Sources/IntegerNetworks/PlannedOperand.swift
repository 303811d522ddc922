extension Plan {
  /// A value that an operation reads.
  struct Operand {
    let place: Step.Place
    /// What one unit is worth, in each component.
    let steps: [Double]
    /// What the value can reach, either way, in each component.
    let bounds: [Double]
    /// How it is held, if it is held in b bits.
    let quantiser: Quantiser?
    /// Components that are constants, and perhaps beyond the codes.
    let known: [Int: Double]

    var count: Int { steps.count }

    init(accumulatorsAt place: Int, steps: [Double], bounds: [Double]) {
      self.place = .accumulators(place)
      self.steps = steps
      self.bounds = bounds
      quantiser = nil
      known = [:]
    }

    init(codesAt place: Int, count: Int, _ quantiser: Quantiser, known: [Int: Double] = [:]) {
      self.place = .codes(place, zero: quantiser.zero)
      let reach = max(quantiser.zero, quantiser.top - quantiser.zero)
      steps = Array(repeating: quantiser.step, count: count)
      bounds = Array(repeating: quantiser.step * Double(reach), count: count)
      self.quantiser = quantiser
      self.known = known
    }

    var codes: (start: Int, quantiser: Quantiser) {
      guard case .codes(let start, _) = place, let quantiser else {
        preconditionFailure("what is no function of single components reads neurons")
      }
      return (start, quantiser)
    }
  }

  /// The multipliers that bring an operand to another step.
  func factors(of operand: Operand, to step: Double) -> Multipliers {
    Multipliers(operand.steps.map { $0 / step }, isNarrow: isNarrow(operand))
  }

  /// Whether an operand fits in 32 bits.
  func isNarrow(_ operand: Operand) -> Bool {
    operand.quantiser != nil || accumulatorBits <= 32
  }
}
