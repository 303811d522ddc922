internal import SubstrateCore
internal import Synchronization

extension ConformanceLaw {
  /// How a run comes to an end. It stands last: one that does not end at all stays in the way of the others.
  static let ending: [ConformanceLaw] = [cancelled]

  static let cancelled = ConformanceLaw(
    "cancellation", "a run that is cancelled comes to an end soon, with Cancelled or with a result"
  ) { examination throws(Violation) in
    for probe in examination.probes {
      // From the start, and from the second question on.
      for patience in [0, 1] {
        let asked = Asked(before: patience)
        guard
          case .run(let run) = try examination.trial(probe, .init(isCancelled: { asked.isOver }))
        else { continue }
        // Whole, or nothing: what is left of a run is no figure.
        let whole = try examination.run(probe)
        try examination.expect(
          "Cancelled, or the whole result", whole.difference(from: run), on: probe)
      }
    }
  }

  /// Says no for so many times, then yes for ever.
  private final class Asked: Sendable {
    private let left: Mutex<Int>

    init(before count: Int) { left = Mutex(count) }

    var isOver: Bool {
      left.withLock { left in
        left -= 1
        return left < 0
      }
    }
  }
}
