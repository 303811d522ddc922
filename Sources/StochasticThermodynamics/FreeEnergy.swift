internal import Foundation

/// Jarzynski's estimate of a free-energy difference from work, ΔF = -k_B T ln <exp(-W/k_B T)>, in
/// constant memory.
///
/// The average lives from rare trajectories of little work: with n of them it is to be trusted only
/// while n exp(-var W/(k_B T)²), the number that count for work of that spread, is large. When it is
/// not, there is no estimate, rather than one that looks sharp and is wrong.
///
/// Source: C. Jarzynski, Phys. Rev. Lett. 78, 2690 (1997); C. Jarzynski, Phys. Rev. E 73, 046105
/// (2006) on the trajectories that dominate.
public struct ExponentialAverage: Sendable, Hashable {
  /// The work seen.
  public private(set) var works = RunningMoments()
  /// Σ exp(shift - W) and Σ exp(2(shift - W)); the shift is the least work seen.
  private var shift = Double.infinity
  private var sum = 0.0
  private var sumOfSquares = 0.0

  /// So many trajectories must count, at least.
  public static let leastEffectiveCount = 100.0

  /// Of no trajectories.
  public init() {}

  /// Takes in the work of a trajectory, in k_B T.
  public mutating func add(_ work: Double) {
    works.add(work)
    rescale(to: min(shift, work))
    let weight = exp(shift - work)
    sum += weight
    sumOfSquares += weight * weight
  }

  /// Takes in what another has seen.
  public mutating func merge(_ other: ExponentialAverage) {
    guard other.works.count > 0 else { return }
    var other = other
    works.merge(other.works)
    let least = min(shift, other.shift)
    rescale(to: least)
    other.rescale(to: least)
    sum += other.sum
    sumOfSquares += other.sumOfSquares
  }

  private mutating func rescale(to least: Double) {
    if shift.isFinite {
      sum *= exp(least - shift)
      sumOfSquares *= exp(2 * (least - shift))
    }
    shift = least
  }

  /// How many trajectories the average rests on: the lesser of what their weights say and what
  /// weights of work with this variance would have.
  public var effectiveCount: Double {
    guard works.count > 1, sumOfSquares > 0 else { return 0 }
    return min(sum * sum / sumOfSquares, works.count * exp(-works.variance))
  }

  /// Whether there is an estimate.
  public var isConverged: Bool { effectiveCount >= Self.leastEffectiveCount }

  /// The mean of exp(shift - W) with its standard error, which no size of the work takes out of the
  /// range of numbers.
  private var scaled: (value: Double, standardError: Double)? {
    guard isConverged else { return nil }
    let count = works.count
    let mean = sum / count
    let variance = max(0, sumOfSquares / count - mean * mean)
    return (mean, (variance / (count - 1)).squareRoot())
  }

  /// <exp(-W/k_B T)> with its standard error; none if it has not converged, or if it is too large or
  /// too small for a number, as with |ΔF| above 700 k_B T.
  public var average: (value: Double, standardError: Double)? {
    guard let scaled else { return nil }
    let scale = exp(-shift)
    let value = scale * scaled.value
    return value.isNormal ? (value, scale * scaled.standardError) : nil
  }

  /// ΔF in k_B T with its standard error; none if it has not converged.
  ///
  /// Its bias, about half the square of the error, is far below the error.
  public var freeEnergy: (value: Double, standardError: Double)? {
    scaled.map { (shift - log($0.value), $0.standardError / $0.value) }
  }
}

/// Bennett's acceptance ratio: the free-energy difference that makes work of a process and of its
/// reverse obey Crooks's theorem, P(W)/P_reverse(-W) = exp((W - ΔF)/k_B T), of all estimates the one
/// of least variance.
///
/// Source: C. Bennett, J. Comput. Phys. 22, 245 (1976); G. Crooks, Phys. Rev. E 60, 2721 (1999);
/// M. Shirts et al., Phys. Rev. Lett. 91, 140601 (2003).
public struct BennettAcceptanceRatio: Sendable, Hashable {
  /// ΔF of the forward process, in k_B T.
  public let freeEnergy: Double
  /// Its standard error, in k_B T.
  public let standardError: Double
  /// How much the two sets of work have in common, from 0 to 1.
  public let overlap: Double

  /// Below this the two processes share too little for an estimate.
  public static let leastOverlap = 1e-3

  /// The estimate from work of the forward and of the reverse process, in k_B T.
  ///
  /// - Returns: none if either has fewer than two trajectories or they share too little.
  /// - Complexity: O(trajectories), about fifty times.
  public init?(forward: [Double], reverse: [Double]) {
    guard forward.count > 1, reverse.count > 1 else { return nil }
    let ratio = log(Double(forward.count) / Double(reverse.count))
    func fermi(_ x: Double) -> Double { 1 / (1 + exp(x)) }
    // Σ f(M + W - ΔF) over forward = Σ f(-M + W + ΔF) over reverse: the difference falls with ΔF
    // on the right and rises on the left, so that halving an interval finds the root.
    func excess(_ change: Double) -> Double {
      forward.reduce(0) { $0 + fermi(ratio + $1 - change) }
        - reverse.reduce(0) { $0 + fermi(-ratio + $1 + change) }
    }
    var low = -abs(ratio) - 50 + min(forward.min()!, -reverse.max()!)
    var high = abs(ratio) + 50 + max(forward.max()!, -reverse.min()!)
    guard low.isFinite, high.isFinite else { return nil }
    for _ in 0..<200 where high - low > 1e-12 * max(1, abs(low), abs(high)) {
      let middle = (low + high) / 2
      if excess(middle) < 0 { low = middle } else { high = middle }
    }
    let change = (low + high) / 2
    let ahead = RunningMoments(forward.lazy.map { fermi(ratio + $0 - change) })
    let back = RunningMoments(reverse.lazy.map { fermi(-ratio + $0 + change) })
    // Of equal numbers of disjoint sets both means are 0, of identical ones 1/2.
    overlap = 2 * min(ahead.mean, back.mean)
    guard overlap >= Self.leastOverlap else { return nil }
    freeEnergy = change
    let relative = { (moments: RunningMoments) in
      moments.variance / (moments.mean * moments.mean * moments.count)
    }
    standardError = (relative(ahead) + relative(back)).squareRoot()
  }
}
