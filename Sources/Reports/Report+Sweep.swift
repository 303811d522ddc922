public import Harness
internal import Quantities
internal import SubstrateCore

extension Report {
  /// A sweep as a JSON document, `substrata.sweep/1`: keys sorted, every digit, one line end at the
  /// end.
  public static func json(_ sweep: SweepDocument) -> String { document(sweep) }

  /// Where work crosses the limits of other substrates: one sentence each, without a full stop.
  package static func sentences(_ crossings: [Sweep.LimitCrossing]) -> [String] {
    crossings.map(sentence)
  }

  private static func sentence(_ entry: Sweep.LimitCrossing) -> String {
    let key = entry.limit.key
    let limit =
      key.name + (key.rule.map { ", \($0)" } ?? "") + (entry.other.map { " of \($0)" } ?? "")
      + " (\(key.kind.rawValue), \(Numerals.plain(entry.limit.thermalEnergy)) k_BT)"
    let place = entry.coordinates.keys.sorted()
      .map { "\($0)=\(Numerals.tidy(entry.coordinates[$0]!))" }.joined(separator: ", ")
    let subject = entry.substrate + (place.isEmpty ? "" : " at \(place)")
    let unit = entry.unit.isEmpty ? "" : " \(entry.unit)"
    let crossing = entry.crossing
    let (lower, upper) = (text(of: crossing.lower) + unit, text(of: crossing.upper) + unit)
    switch crossing.outcome {
    case .below:
      return "\(subject) lies below \(limit) at every duration swept, from \(upper) on"
    case .above:
      return "\(subject) does not lie below \(limit) at the longest duration swept, \(lower)"
    case .crosses:
      let about = crossing.duration.map { "from about \(Numerals.plain($0))\(unit) on, " } ?? ""
      return "\(subject) lies below \(limit) \(about)between \(lower) and \(upper)"
        + (crossing.isRepeated ? ", and at some shorter ones" : "")
    }
  }

  private static func text(of duration: Double?) -> String {
    guard let duration else { return Numerals.absent }
    let all = Numerals.tidy(duration)
    return all.count <= 6 ? all : Numerals.plain(duration, digits: 4)
  }
}
