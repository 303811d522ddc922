internal import Parameters
internal import SubstrateCore

extension ConformanceLaw {
  /// The whole range of every parameter.
  static let parameters: [ConformanceLaw] = [range]

  static let range = ConformanceLaw(
    "parameters",
    "at both ends of a parameter's range, and with every word, it runs or says why not"
  ) { examination throws(Violation) in
    let probe = examination.typical
    for parameter in examination.card.parameters {
      for text in parameter.domain.extremes {
        let setup = Examination.Setup(settings: [parameter.name: text])
        let place = examination.place(probe, setup)
        switch try examination.trial(probe, setup) {
        case .run(let run): try examination.check(run, probe, setup)
        case .refused(let refusal):
          try examination.expectSound(
            refusal, on: place, reasons: [.settings, .range, .precision, .size])
        case .cancelled: break
        }
      }
    }
  }
}

extension Parameter.Domain {
  /// Both ends, and every word, as they would be entered.
  var extremes: [String] {
    switch self {
    case .number(let low, let high, let isAbove):
      // Where the end itself is left out, the next number that is not at the end of its precision.
      [
        isAbove ? Swift.max(low.nextUp, .leastNormalMagnitude) : low,
        Swift.min(high, .greatestFiniteMagnitude),
      ].map(\.description)
    case .integer(let range): [range.lowerBound.description, range.upperBound.description]
    case .choice(let words): words
    case .byLayer(let each): each.extremes
    case .automatic(let word, let other): [word] + other.extremes
    }
  }
}
