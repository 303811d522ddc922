public import Quantities
internal import Foundation

/// One trapped degree of freedom, seen by someone who does not know which sample it holds: with
/// equal chance any of `centres`, spread by thermal noise of variance 1/K.
///
/// p(x) = (1/N) Σ_i N(x; c_i, 1/K). Resetting it blind compresses p to N(x; 0, 1/K), which costs at
/// least k_B T times the information that x carries about the sample, and in finite time more by
/// the friction of the shortest transport between the two distributions.
///
/// Both integrals are sums over a grid of an eighth of a standard deviation; for mixtures of
/// Gaussians such sums converge faster than any power of the spacing, here to about ten digits.
///
/// - Source: R. Landauer (1961); E. Aurell, C. Mejía-Monasterio and P. Muratore-Ginanneschi (2011).
public struct ThermalMixture: Sendable {
  /// I(x; sample) = h(p) - (1/2) ln(2πe/K), at least 0 and at most ln N.
  public let information: Nats
  /// K W2², the squared 2-Wasserstein distance between p and N(0, 1/K) in units of the thermal
  /// variance.
  public let scaledTransport: Double

  /// The mixture of thermal states around some centres.
  ///
  /// - Parameters:
  ///   - centres: in activation units, finite, at least one.
  ///   - stiffness: K = κ/(k_B T), per squared activation unit, positive.
  /// - Complexity: O(distinct centres + range √K).
  public init(centres: some Collection<Double>, stiffness: Double) {
    precondition(!centres.isEmpty && stiffness > 0, "a mixture of at least one thermal state")
    let scale = stiffness.squareRoot()
    let sorted = centres.map { $0 * scale }.sorted()
    var weights: [(centre: Double, weight: Double)] = []
    for centre in sorted {
      if weights.last?.centre == centre {
        weights[weights.count - 1].weight += 1
      } else {
        weights.append((centre, 1))
      }
    }
    for index in weights.indices { weights[index].weight /= Double(sorted.count) }

    guard weights.count > 1 else {
      // A single state: nothing is learnt from it, and the transport is a shift.
      information = .zero
      scaledTransport = weights[0].centre * weights[0].centre
      return
    }
    var entropy = 0.0
    var transport = 0.0
    Self.scan(weights) { x, density, below, above in
      entropy -= density * log(density)
      let image =
        below <= above
        ? NormalDistribution.lowerQuantile(below) : -NormalDistribution.lowerQuantile(above)
      transport += density * (x - image) * (x - image)
    }
    let noise = 0.5 * (1 + log(2 * Double.pi))
    information = Nats(max(0, min(entropy * Self.spacing - noise, log(Double(sorted.count)))))
    scaledTransport = transport * Self.spacing
  }

  private static let spacing = 0.125
  /// Beyond so many standard deviations a Gaussian counts for nothing (1e-20 of the whole).
  private static let reach = 9.5

  /// Calls `body` with position, density, and the probabilities below and above, at each grid point
  /// where there is any density. Clusters of centres that lie far apart are scanned one after the
  /// other.
  private static func scan(
    _ mixture: [(centre: Double, weight: Double)],
    _ body: (_ x: Double, _ density: Double, _ below: Double, _ above: Double) -> Void
  ) {
    // The weight of each centre and all after it, so that what lies above is a sum and no
    // difference.
    var fromHere = [Double](repeating: 0, count: mixture.count + 1)
    for index in mixture.indices.reversed() {
      fromHere[index] = fromHere[index + 1] + mixture[index].weight
    }
    var first = 0
    var below = 0.0
    while first < mixture.count {
      var last = first
      while last + 1 < mixture.count, mixture[last + 1].centre - mixture[last].centre < 2 * reach {
        last += 1
      }
      let cluster = mixture[first...last]
      let origin = cluster[first].centre - reach
      let count = Int(((cluster[last].centre + reach - origin) / spacing).rounded(.up)) + 1
      var density = [Double](repeating: 0, count: count)
      var lower = [Double](repeating: 0, count: count)
      var upper = [Double](repeating: 0, count: count)
      // Whole weights of the states that lie entirely below or above a grid point.
      var whollyBelow = [Double](repeating: 0, count: count + 1)
      var whollyAbove = [Double](repeating: 0, count: count + 1)
      for (centre, weight) in cluster {
        let from = max(0, Int(((centre - reach - origin) / spacing).rounded(.up)))
        let to = min(count - 1, Int(((centre + reach - origin) / spacing).rounded(.down)))
        for point in from...to {
          let distance = origin + Double(point) * spacing - centre
          density[point] += weight * exp(-0.5 * distance * distance)
          // One tail of the pair is small and accurate; the other follows from it.
          let tail = NormalDistribution.cumulative(-abs(distance))
          lower[point] += weight * (distance < 0 ? tail : 1 - tail)
          upper[point] += weight * (distance < 0 ? 1 - tail : tail)
        }
        whollyBelow[to + 1] += weight
        whollyAbove[from] += weight
      }
      let inside = cluster.reduce(0) { $0 + $1.weight }
      let before = below
      let after = fromHere[last + 1]
      var passed = 0.0
      var ahead = inside
      let norm = 1 / (2 * Double.pi).squareRoot()
      for point in 0..<count {
        passed += whollyBelow[point]
        ahead -= whollyAbove[point]
        guard density[point] > 0 else { continue }
        body(
          origin + Double(point) * spacing, density[point] * norm,
          before + passed + lower[point], after + max(0, ahead) + upper[point])
      }
      below += inside
      first = last + 1
    }
  }
}
