public import Quantities
internal import Foundation

/// The Shannon entropy of how often each of several values occurs: -Σ p ln p, p = count/total.
///
/// It is the entropy of this finite list, at most ln(total), not an estimate for a population.
///
/// - Parameter counts: not negative; zeros count for nothing. An empty list has no entropy.
/// - Complexity: O(values).
@specialized(where Counts == [Int])
public func shannonEntropy<Counts: Sequence<Int>>(counts: Counts) -> Nats {
  let present = counts.filter { $0 > 0 }
  let total = Double(present.reduce(0, +))
  guard present.count > 1 else { return .zero }
  return Nats(
    present.reduce(0) { sum, count in
      let probability = Double(count) / total
      return sum - probability * log(probability)
    })
}

/// The Shannon entropy of a list of values: of the frequencies with which they occur in it.
///
/// - Complexity: O(values).
public func shannonEntropy(of values: some Sequence<some Hashable>) -> Nats {
  // Counted in order of first occurrence: a dictionary's own order would change the last bit of the
  // sum.
  var places: [AnyHashable: Int] = [:]
  var counts: [Int] = []
  for value in values {
    let place = places[AnyHashable(value), default: counts.count]
    if place == counts.count {
      places[AnyHashable(value)] = place
      counts.append(0)
    }
    counts[place] += 1
  }
  return shannonEntropy(counts: counts)
}
