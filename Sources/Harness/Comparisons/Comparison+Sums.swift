public import Quantities
public import SubstrateCore

extension Comparison.Result {
  /// An energy that is not of the headline's kind: the net of all layers by one mechanism.
  public struct SumApart: Sendable {
    /// The mechanism.
    public let mechanism: String
    /// What sort of figure it is.
    public let kind: Kind
    /// What it includes.
    public let boundary: Boundary
    /// The key of what it rests on.
    public let source: String
    /// Per inference, in joules.
    public var joules = 0.0
    /// The least that the source's range allows, in joules.
    public var low: Double?
    /// The most that it allows.
    public var high: Double?
  }

  /// Energies that are not of the headline's kind, drawn less recovered, in the order of first
  /// entry.
  public var sumsApart: [SumApart] {
    var sums: [SumApart] = []
    for posting in ledger
    where posting.kind != energy.kind && (posting.flow == .drawn || posting.flow == .recovered) {
      let place =
        sums.firstIndex {
          $0.mechanism == posting.mechanism && $0.kind == posting.kind
            && $0.boundary == posting.boundary && $0.source == posting.source
        }
        ?? {
          sums.append(
            SumApart(
              mechanism: posting.mechanism, kind: posting.kind, boundary: posting.boundary,
              source: posting.source))
          return sums.count - 1
        }()
      let isDrawn = posting.flow == .drawn
      let least = posting.low ?? posting.joules
      let most = posting.high ?? posting.joules
      let before = sums[place].joules
      sums[place].joules += isDrawn ? posting.joules : -posting.joules
      if posting.low != nil || sums[place].low != nil {
        sums[place].low = (sums[place].low ?? before) + (isDrawn ? least : -most)
        sums[place].high = (sums[place].high ?? before) + (isDrawn ? most : -least)
      }
    }
    return sums
  }
}
