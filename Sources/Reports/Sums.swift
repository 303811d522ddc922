internal import Harness
internal import Quantities
internal import SubstrateCore

extension Comparison.Result {
  /// An energy that is not of the headline's kind: the net of all layers by one mechanism.
  struct SumApart {
    let mechanism: String
    let kind: Kind
    let boundary: Boundary
    let source: String
    var joules = 0.0
    var low: Double?
    var high: Double?
  }

  /// Energies that are not of the headline's kind, drawn less recovered, in the order of first
  /// entry.
  var sumsApart: [SumApart] {
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
